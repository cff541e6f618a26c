import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { AccessLog } from '../access/access-log.ts';
import { createVisit, type Visit } from '../access/visit.ts';
import type { Context } from '../context.ts';
import type { Clock } from '../domain/clock.ts';
import { createLoaders, type Sources } from '../loaders/loaders.ts';
import { createMeter, type Errand } from '../upstream/call.ts';
import type { Exchange } from './exchange.ts';

export interface OperationParts {
  readonly sources: Sources;
  readonly accessLog: AccessLog;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/** One operation from its context to its entry in the access log. */
interface Operation {
  readonly context: Context;
  readonly exchange: Exchange;
  readonly visit: Visit;
  readonly startedAt: number;
  readonly stale: readonly StalePart[];
  /** Lets go of its timer, and aborts what it still has under way. */
  readonly end: () => void;
}

/** A part of an answer that is older than it should be, shown because the upstream could not be asked. */
interface StalePart {
  readonly path: readonly (string | number)[];
  readonly ageSeconds: number;
}

const operations = new WeakMap<object, Operation>();

/** Gives each operation its own context and deadline, and writes down what it looked at. */
export function useOperation(parts: OperationParts): Plugin<Context & { exchange: Exchange }> {
  return {
    onContextBuilding({ context, extendContext }) {
      const operation = begin(parts, context.exchange, context.request.signal);
      operations.set(context, operation);
      extendContext(operation.context);
    },
    onExecute({ args, context }) {
      const operation = operations.get(context);
      if (operation === undefined) return;
      return {
        async onExecuteDone({ result, setResult }) {
          operation.end();
          if (operation.stale.length > 0 && !isAsyncIterable(result)) {
            setResult({ ...result, extensions: { ...result.extensions, stale: operation.stale } });
          }
          const definition = operationIn(args.document, args.operationName ?? null);
          parts.accessLog.add(entriesOf(operation, definition));
          // what changed something is on record before its answer goes out
          if (definition?.operation === 'mutation') await parts.accessLog.flush();
        },
      };
    },
  };
}

function begin(
  { sources, clock, deadlineMs }: OperationParts,
  exchange: Exchange,
  clientGone: AbortSignal,
): Operation {
  const startedAt = clock.now();
  const over = new AbortController();
  const cancelTimer = clock.after(deadlineMs, () => over.abort());
  const { caller } = exchange;
  const visit = createVisit(caller, (organization) => sources.directory.has(organization));
  const errand: Errand = {
    signal: AbortSignal.any([clientGone, over.signal]),
    deadline: startedAt + deadlineMs,
    priority: 'query',
    caller: caller.name,
    startedAt,
    meter: createMeter(),
  };
  const stale: StalePart[] = [];
  const markStale: Context['markStale'] = (path, fetchedAt) => {
    stale.push({ path, ageSeconds: Math.round((clock.now() - fetchedAt) / 1000) });
  };
  return {
    context: { visit, loaders: createLoaders(sources, caller, errand), markStale },
    stale,
    exchange,
    visit,
    startedAt,
    end() {
      cancelTimer();
      over.abort();
    },
  };
}

function entriesOf(
  { exchange, visit, startedAt }: Operation,
  definition: OperationDefinitionNode | undefined,
): ReturnType<Visit['entries']> {
  return visit.entries({
    at: new Date(startedAt).toISOString(),
    requestId: exchange.requestId,
    kind: definition?.operation ?? 'query',
    operation: definition?.name?.value ?? null,
    reason: exchange.reason,
  });
}

function operationIn(document: DocumentNode, name: string | null): OperationDefinitionNode | undefined {
  return document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === 'OperationDefinition' && (name === null || definition.name?.value === name),
  );
}
