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
import type { PlacedEvent } from '../domain/event.ts';

/** A result whose text is made once, however many it is sent to. */
interface SharedResult extends ExecutionResult {
  readonly stringify?: (result: ExecutionResult) => string;
}

/** Executes one event for one group of equal subscriptions, with a context of its own. */
export type ExecuteEvent = (
  execute: (contextValue: object) => Promise<ExecutionResult>,
) => Promise<SharedResult>;

export interface Subscriptions {
  /** Answers with a result for each event, or with why there are none. */
  stream(
    args: ExecutionArgs,
    caller: Caller,
    executeEvent: ExecuteEvent,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** So many results are kept for those who are about to be sent the same. */
const keptResults = 1000;

/** Equal subscriptions of callers with equal rights execute once for each event, and share its text. */
export function createSubscriptions(): Subscriptions {
  const results = new LRUCache<string, Promise<SharedResult>>({ max: keptResults });
  const numbers = new WeakMap<DocumentNode, number>();
  let documents = 0;

  function numberOf(document: DocumentNode): number {
    const known = numbers.get(document);
    if (known !== undefined) return known;
    documents += 1;
    numbers.set(document, documents);
    return documents;
  }

  return {
    async stream(args, caller, executeEvent) {
      const validated = validateSubscriptionArgs(args);
      if (!('schema' in validated)) return { errors: validated };
      const source = await createSourceEventStream(validated);
      if (!isAsyncIterable(source)) return source;
      const group = [numberOf(args.document), args.operationName ?? null, sharedVariables(args)];

      const execute = (payload: unknown): Promise<SharedResult> =>
        executeEvent(async (contextValue) => {
          const base: unknown = args.contextValue;
          const merged = Object.assign({}, base, contextValue);
          return executeSubscriptionEvent({ ...validated, rootValue: payload, contextValue: merged });
        });

      function resultOf(payload: unknown): Promise<SharedResult> {
        if (!isPlacedEvent(payload) || isOfOneFollower(payload)) return execute(payload);
        const { organization } = payload.event;
        const key = JSON.stringify([...group, rightsOf(caller, organization), payload.cursor]);
        const known = results.get(key);
        if (known !== undefined) return known;
        const result = execute(payload).then(withOneText);
        results.set(key, result);
        result.catch(() => results.delete(key));
        return result;
      }

      return mapped(source, resultOf);
    },
  };
}

/** Without generators: `return` reaches the source also while a value is waited for. A source that fails has ended. */
function mapped(
  source: AsyncIterable<unknown>,
  map: (value: unknown) => Promise<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  const values = source[Symbol.asyncIterator]();
  const done = { value: undefined, done: true } as const;
  let hasFailed = false;
  return {
    async next() {
      if (hasFailed) return done;
      try {
        const next = await values.next();
        return next.done === true ? done : { value: await map(next.value), done: false };
      } catch (error) {
        hasFailed = true;
        await values.return?.();
        throw error;
      }
    },
    async return() {
      await values.return?.();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function withOneText(result: ExecutionResult): SharedResult {
  let text: string | undefined;
  const stringify = ({ data, errors, extensions }: ExecutionResult): string => {
    text ??= JSON.stringify({ data, errors, extensions });
    return text;
  };
  return { ...result, stringify };
}

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
  visit(document, {
    VariableDefinition: () => false,
    Argument({ name, value }) {
      const isBeginning = name.value === 'after' || name.value === 'includeSnapshot';
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

function isPlacedEvent(value: unknown): value is PlacedEvent {
  return typeof value === 'object' && value !== null && 'cursor' in value && 'event' in value;
}

/** Made for one follower at its own place. */
function isOfOneFollower({ event }: PlacedEvent): boolean {
  return event.type === 'SNAPSHOT' || event.type === 'LAGGED';
}
