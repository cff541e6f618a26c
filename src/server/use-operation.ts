import { setImmediate } from 'node:timers/promises';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { AccessEntry } from '../access/access-entry.ts';
import type { Context } from '../context.ts';
import { type ErrorCode, Failure } from '../domain/failure.ts';
import type { Log } from '../telemetry/log.ts';
import { type Announced, createAnnounced } from './announced.ts';
import { type Asked, askedBy, variablesOf } from './asked.ts';
import type { Exchange } from './exchange.ts';
import { explain } from './explain.ts';
import { readFreshness } from './freshness.ts';
import { createLook } from './look.ts';
import {
  begin,
  createRun,
  entriesOf,
  type Operation,
  type OperationParts,
  type Run,
  refused,
  rootOf,
  sectionsOf,
} from './operation.ts';
import { type Price, priceOf, priceOfOperation, tooExpensive, totalOf } from './price.ts';
import { subscribe } from './subscribe.ts';
import { createSubscriptions } from './subscriptions.ts';

interface Outcome {
  readonly result: ExecutionResult;
  readonly run: Run;
  readonly price: Price;
}

type Execute = (args: ExecutionArgs) => unknown;

const operations = new WeakMap<object, Operation>();
const nothing: Price = { least: new Map(), most: new Map() };

/** Gives each operation its deadline and its price, runs it if it can be paid, and writes down what it looked at. */
export function useOperation(parts: OperationParts, log: Log): Plugin<Context & { exchange: Exchange }> {
  const subscriptions = createSubscriptions(parts.clock, log);
  const announced = createAnnounced();
  return {
    onContextBuilding({ context }) {
      operations.set(context, begin(parts, context));
    },
    onExecute({ executeFn, setExecuteFn, args: { contextValue } }) {
      const operation = operations.get(contextValue);
      if (operation === undefined) return;
      setExecuteFn(async (args: ExecutionArgs) => {
        try {
          return await perform(parts, announced, operation, executeFn, args);
        } catch (error) {
          if (error instanceof Failure) return refused(error);
          throw error;
        } finally {
          operation.end();
        }
      });
    },
    onSubscribe({ setSubscribeFn, args: { contextValue } }) {
      const operation = operations.get(contextValue);
      if (operation === undefined) return;
      setSubscribeFn(async (args: ExecutionArgs) => {
        try {
          return await subscribe(parts, subscriptions, operation, args);
        } catch (error) {
          if (error instanceof Failure) return refused(error);
          throw error;
        } finally {
          operation.end();
        }
      });
    },
  };
}

async function perform(
  parts: OperationParts,
  announced: Announced,
  operation: Operation,
  execute: Execute,
  args: ExecutionArgs,
): Promise<ExecutionResult> {
  const asked = askedBy(args);
  const outcome =
    asked.operation?.operation === 'query'
      ? await query(parts, announced, operation, execute, args, asked)
      : await change(parts, operation, execute, args, asked);
  const { result, run, price } = outcome;
  parts.accessLog.add(entriesOf(operation, run, asked.operation, sectionsOf(result.errors ?? [])));
  // what changed something is on record before its answer goes out
  if (asked.operation?.operation === 'mutation') await parts.accessLog.flush();
  const extensions = {
    ...result.extensions,
    ...(run.stale.length > 0 && { stale: run.stale }),
    ...(operation.explain !== null && {
      tollgate: explain(price, run.meter, parts.limiter, operation.explain),
    }),
  };
  return Object.keys(extensions).length === 0 ? result : { ...result, extensions };
}

/**
 * A query is run twice: first with what the cache holds, sending nothing. Where that is all it needs, it is done;
 * otherwise its price is known, and it is run in earnest or refused.
 */
async function query(
  parts: OperationParts,
  announced: Announced,
  operation: Operation,
  execute: Execute,
  args: ExecutionArgs,
  asked: Asked,
): Promise<Outcome> {
  const maxAgeAt = readFreshness(asked, args);
  const look = createLook(asked, args);
  const glance = createRun(parts, operation, { maxAgeAt, look });
  const seen = await executeAs(execute, args, glance);
  if (operation.explain !== 'plan' && look.isWhole()) return { result: seen, run: glance, price: nothing };
  // what was asked side by side has all been written down by then
  await setImmediate();
  const outlook = announced.besideOthers(look.outlook);
  const price = priceOf(outlook);
  const run = createRun(parts, operation, { maxAgeAt });
  const named = () => entriesOf(operation, glance, asked.operation, new Set());
  if (operation.explain === 'plan') {
    parts.accessLog.add(
      named()
        .filter(({ refused }) => refused.length > 0)
        .map((entry) => unseen(entry)),
    );
    return { result: { data: null }, run, price };
  }
  const refusal = refusalOf(price, parts, operation);
  if (refusal !== null) {
    parts.accessLog.add(named().map((entry) => unseen(entry, refusal.code)));
    throw refusal;
  }
  const takeBack = announced.announce(outlook);
  try {
    return { result: await executeAs(execute, args, run), run, price };
  } finally {
    takeBack();
  }
}

/** A mutation is not tried out: its price is what its fields declare. */
async function change(
  parts: OperationParts,
  operation: Operation,
  execute: Execute,
  args: ExecutionArgs,
  asked: Asked,
): Promise<Outcome> {
  const run = createRun(parts, operation, { maxAgeAt: readFreshness(asked, args), partOf: rootOf });
  const price =
    operation.explain === null ? nothing : priceOfOperation(args.schema, asked, variablesOf(asked, args));
  if (operation.explain === 'plan') return { result: { data: null }, run, price };
  return { result: await executeAs(execute, args, run), run, price };
}

async function executeAs(execute: Execute, args: ExecutionArgs, { context }: Run): Promise<ExecutionResult> {
  const base: unknown = args.contextValue;
  const result = await execute({ ...args, contextValue: Object.assign({}, base, context) });
  if (typeof result === 'object' && result !== null && !isAsyncIterable(result)) return result;
  throw new Error('Answers in parts are not offered.');
}

/** Why the operation is not run, if it is not: it may take too much, or what it needs cannot be had in time. */
function refusalOf(
  price: Price,
  { limiter, clock, maxUpstreamRequests }: OperationParts,
  { deadline }: Operation,
): Failure | null {
  const expense = tooExpensive(price, maxUpstreamRequests);
  if (expense !== null) return expense;
  for (const [bucket, count] of price.least) {
    const earliest = limiter.earliest(bucket, 'query', count);
    if (earliest >= deadline) {
      const retryAfter = Math.max(1, Math.ceil((earliest - clock.now()) / 1000));
      return new Failure(
        'RATE_LIMITED',
        `The operation takes ${count} requests of ${bucket}, which cannot be had in time; try again in ${retryAfter} s.`,
        {
          estimatedCost: totalOf(price.most),
          estimatedCostMin: totalOf(price.least),
          retryAfter,
          bucket,
        },
      );
    }
  }
  return null;
}

/** The entry of an operation that was not run: nothing was shown. With a code, what was allowed is refused for it. */
function unseen({ fields, refused, ...entry }: AccessEntry, code?: ErrorCode): AccessEntry {
  const isForCode = code !== undefined && fields.length > 0;
  return {
    ...entry,
    fields: [],
    refused: isForCode ? [...fields, ...refused] : refused,
    outcome: 'refused',
    ...(isForCode && { code }),
  };
}
