import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  validateSubscriptionArgs,
  visit,
} from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { type Caller, grantOf } from '../access/caller.ts';
import type { Clock } from '../domain/clock.ts';
import type { Follower, PlacedEvent } from '../domain/event.ts';
import { createAudience, type Showing, type Sink } from '../events/audience.ts';
import type { Log } from '../telemetry/log.ts';
import { askedBy } from './asked.ts';
import type { Exchange } from './exchange.ts';
import { presentError } from './present-errors.ts';
import type { Result } from './present-result.ts';

/** Executes one event on behalf of a subscriber, with a context of its own. What is read is as new as the event. */
export type ExecuteEvent = (
  exchange: Exchange,
  asOf: Date | null,
  execute: (contextValue: object) => Promise<ExecutionResult>,
) => Promise<Executed>;

interface Executed {
  readonly result: Result;
  /** Puts on record that somebody was shown what it had to read; null where it had to read nothing. */
  readonly putOnRecord: ((exchange: Exchange) => void) | null;
}

interface Beginning {
  readonly exchange: Exchange;
  /** Is what each event takes told with it? */
  readonly isExplained: boolean;
  readonly executeEvent: ExecuteEvent;
  readonly sink: Sink<Result>;
}

export interface Subscriptions {
  /** Gives the sink a result for each event from now on; or answers with why there are none. */
  begin(
    args: ExecutionArgs,
    { exchange, isExplained, executeEvent, sink }: Beginning,
  ): Promise<ExecutionResult | null>;
}

/** Results that were made are kept for those who are about to be sent the same: so many characters, so long. */
const keptLength = 32 * 1024 * 1024;
const keptMs = 5000;

/** Equal subscriptions of callers with equal rights execute once for each event, and share its text. */
export function createSubscriptions(clock: Clock, log: Log): Subscriptions {
  const audience = createAudience<Result, Exchange>();
  const made = new LRUCache<string, Promise<Executed>>({
    maxSize: keptLength,
    ttl: keptMs,
    ttlResolution: 0,
    perf: clock,
  });
  const numberOf = createNumbers();

  async function makeOnce(name: string, make: () => Promise<Executed>): Promise<Executed> {
    const known = made.get(name);
    if (known !== undefined) return known;
    const making = make();
    made.set(name, making, { size: name.length });
    try {
      const { result } = await making;
      // a size is counted only with a value that is new
      made.delete(name);
      made.set(name, making, { size: name.length + textOf(result).length });
      return await making;
    } catch (error) {
      made.delete(name);
      throw error;
    }
  }

  return {
    async begin(args, { exchange, isExplained, executeEvent, sink }) {
      const validated = validateSubscriptionArgs(args);
      if (!('schema' in validated)) return { errors: validated };
      const source = await createSourceEventStream(validated);
      if (!isAsyncIterable(source)) return source;
      // what it was begun with is not held for as long as it lasts
      const { contextValue: _, ...lasting } = validated;
      const execute = async (rootValue: unknown, asker: Exchange, asOf: Date | null): Promise<Executed> => {
        const { result, putOnRecord } = await executeEvent(asker, asOf, async (contextValue) =>
          executeSubscriptionEvent({ ...lasting, rootValue, contextValue }),
        );
        return { result: withOneText(result, log), putOnRecord };
      };
      if (!isFollower(source)) {
        const executeFor = async (value: unknown): Promise<Result> => {
          const { shown, note } = showingOf(await execute(value, exchange, null));
          note(exchange);
          return shown;
        };
        relay(source, executeFor, sink);
        return null;
      }
      const key = JSON.stringify([
        source.organization,
        numberOf(args.document),
        args.operationName ?? null,
        sharedVariables(args),
        isExplained,
        rightsOf(exchange.caller, source.organization),
      ]);
      const { usesFresh } = askedBy(args);
      const show = async (placed: PlacedEvent, asker: Exchange): Promise<Showing<Result, Exchange>> => {
        const make = (): Promise<Executed> => execute(placed, asker, placed.event.asOf);
        // what was fresh for one is not for another who is shown it later
        const isOfNow = usesFresh || isOfOneFollower(placed);
        return showingOf(await (isOfNow ? make() : makeOnce(`${placed.cursor} ${key}`, make)));
      };
      audience.attend({ key, follower: source, who: exchange, show, sink });
      return null;
    },
  };
}

/** Each caller that is given it is on record, once however many of its subscriptions are. */
function showingOf({ result, putOnRecord }: Executed): Showing<Result, Exchange> {
  if (putOnRecord === null) return { shown: result, note: () => {} };
  const callers = new Set<string>();
  return {
    shown: result,
    note(exchange) {
      const { name } = exchange.caller;
      if (callers.has(name)) return;
      callers.add(name);
      putOnRecord(exchange);
    },
  };
}

/** For a source of other values than events of organizations: each subscriber has its own. */
function relay(
  source: AsyncIterable<unknown>,
  execute: (value: unknown) => Promise<Result>,
  sink: Sink<Result>,
): void {
  const values = source[Symbol.asyncIterator]();
  let isOver = false;

  async function run(): Promise<void> {
    for (;;) {
      const next = await values.next();
      if (isOver || next.done === true) return;
      const result = await execute(next.value);
      if (!isOver && !sink.give(result)) await sink.room();
    }
  }

  function stop(): void {
    isOver = true;
    // how a source fares that nobody waits for any more is its own business
    values.return?.().catch(() => {});
  }

  sink.begin(stop);
  run().then(
    () => isOver || sink.end(),
    (error: unknown) => {
      if (isOver) return;
      stop();
      sink.end(error);
    },
  );
}

/** Documents by numbers, so that they can be part of a name. */
function createNumbers(): (document: DocumentNode) => number {
  const numbers = new WeakMap<DocumentNode, number>();
  let count = 0;
  return (document) => {
    const known = numbers.get(document);
    if (known !== undefined) return known;
    count += 1;
    numbers.set(document, count);
    return count;
  };
}

/** A result with errors is told to each with the request it belongs to; of all others the text is made once. */
function withOneText({ errors, ...result }: ExecutionResult, log: Log): Result {
  if (errors !== undefined) return { ...result, errors: errors.map((error) => presentError(error, log)) };
  const text = JSON.stringify(result);
  return { stringify: () => text };
}

const textOf = (result: Result): string => result.stringify?.(result) ?? JSON.stringify(result);

/** What a caller may see in an organization, as text: who has the same sees the same. */
function rightsOf(caller: Caller, organization: number): string {
  const grant = grantOf(caller, organization);
  return JSON.stringify([
    caller.isOperator,
    [...caller.scopes].toSorted(),
    grant?.role,
    [...(grant?.teams ?? [])].toSorted((one, other) => one - other),
    grant?.user,
  ]);
}

/** Variables without those that only say where to begin: each follower has its own, and what it is sent is the same. */
function sharedVariables({ document, variableValues }: ExecutionArgs): unknown {
  const uses = new Map<string, { all: number; asBeginning: number }>();
  const useOf = (name: string) => {
    const use = uses.get(name) ?? { all: 0, asBeginning: 0 };
    uses.set(name, use);
    return use;
  };
  let depth = 0;
  visit(document, {
    VariableDefinition: () => false,
    // whose fields they are is not known
    FragmentDefinition: { enter: () => void (depth += 1), leave: () => void (depth -= 1) },
    Field: { enter: () => void (depth += 1), leave: () => void (depth -= 1) },
    Argument({ name, value }) {
      const isBeginning = depth === 1 && (name.value === 'after' || name.value === 'includeSnapshot');
      if (isBeginning && value.kind === 'Variable') useOf(value.name.value).asBeginning += 1;
    },
    Variable({ name }) {
      useOf(name.value).all += 1;
    },
  });
  return Object.entries(variableValues ?? {})
    .filter(([name]) => {
      const use = uses.get(name);
      return use === undefined || use.all > 1 || use.asBeginning === 0;
    })
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function isFollower(source: AsyncIterable<unknown>): source is Follower {
  return 'past' in source && 'listen' in source;
}

/** Made for one follower at its own place. */
function isOfOneFollower({ event }: PlacedEvent): boolean {
  return event.type === 'SNAPSHOT' || event.type === 'LAGGED';
}
