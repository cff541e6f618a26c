import { setImmediate } from 'node:timers/promises';
import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLResolveInfo,
  type OperationDefinitionNode,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { AccessEntry } from '../access/access-entry.ts';
import type { AccessLog } from '../access/access-log.ts';
import { createVisit, type Visit } from '../access/visit.ts';
import { type Actions, createActions } from '../actions/actions.ts';
import type { Idempotency } from '../actions/idempotency.ts';
import type { Attendant, Context } from '../context.ts';
import type { Clock } from '../domain/clock.ts';
import { type ErrorCode, Failure } from '../domain/failure.ts';
import { createTap } from '../events/tap.ts';
import { createLoaders, type Sources } from '../loaders/loaders.ts';
import { readOrganizationId } from '../schema/global-id.ts';
import type { Log } from '../telemetry/log.ts';
import { createMeter, type Errand, type Meter } from '../upstream/call.ts';
import type { Limiter } from '../upstream/limiter.ts';
import { type Announced, createAnnounced } from './announced.ts';
import { type Asked, askedBy, variablesOf } from './asked.ts';
import type { Exchange } from './exchange.ts';
import { type Explain, explain, explainOf } from './explain.ts';
import { type MaxAgeAt, readFreshness } from './freshness.ts';
import { createLook, type Look } from './look.ts';
import type { Result } from './present-result.ts';
import { type Price, priceOf, priceOfOperation, totalOf } from './price.ts';
import { createSubscriptions } from './subscriptions.ts';

export interface OperationParts {
  readonly sources: Sources;
  readonly accessLog: AccessLog;
  readonly idempotency: Idempotency;
  /** Whether numbers of cards are taken; tokens always are. */
  readonly takesCards: boolean;
  readonly limiter: Pick<Limiter, 'earliest' | 'status'>;
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** No operation that may take more is run. */
  readonly maxUpstreamRequests: number;
}

/** One operation from its beginning to its entry in the access log. */
interface Operation {
  readonly exchange: Exchange;
  readonly startedAt: number;
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly explain: Explain | null;
  /** Lets go of its timer, and aborts what it still has under way. */
  readonly end: () => void;
}

/** One time that an operation is run: to look what it would ask, or in earnest. */
interface Run {
  readonly context: Context;
  readonly visit: Visit;
  readonly meter: Meter;
  readonly stale: readonly StalePart[];
}

/** A part of an answer that is older than it should be, shown because the upstream could not be asked. */
interface StalePart {
  readonly path: readonly (string | number)[];
  readonly ageSeconds: number;
}

type Path = GraphQLResolveInfo['path'];

interface Outcome {
  readonly result: ExecutionResult;
  readonly run: Run;
  readonly price: Price;
}

type Execute = (args: ExecutionArgs) => unknown;

/** Made once: without a reason of ours, each abort makes an error with a stack. */
const isOver = new Failure('UPSTREAM_TIMEOUT', 'The operation is over.');

const operations = new WeakMap<object, Operation>();
const nothing: Price = { least: new Map(), most: new Map() };
/** What is answered for a subscription whose results go their own way. */
const standing: ExecutionResult = { data: null };

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
        if (operation.explain === 'plan') return planOfEvent(parts, operation, args);
        const run = createRun(parts, operation, null, null);
        const base: unknown = args.contextValue;
        const begun = { ...args, contextValue: Object.assign({}, base, run.context) };
        const { exchange } = operation;
        const { sink, values } =
          exchange.sink === null ? createTap<Result>() : { sink: exchange.sink, values: standing };
        try {
          const refusal = await subscriptions.begin(
            begun,
            exchange,
            (asker, execute) => executeEvent(parts, asker, args, execute),
            sink,
          );
          return refusal ?? values;
        } finally {
          parts.accessLog.add(entriesOf(operation, run, askedBy(args).operation, new Set()));
          operation.end();
        }
      });
    },
  };
}

/** What each event may take: what its object is, is known; what is selected below it is declared. */
function planOfEvent({ sources, limiter }: OperationParts, operation: Operation, args: ExecutionArgs) {
  operation.end();
  const asked = askedBy(args);
  const bucketOf = ({ organizationId }: Readonly<Record<string, unknown>>): string => {
    const organization = sources.directory.get(readOrganizationId(String(organizationId)));
    const { caller } = operation.exchange;
    if (organization !== undefined && (caller.isOperator || caller.grants.has(organization.id)))
      return organization.account.key;
    throw new Failure('NOT_FOUND', 'There is no such organization.');
  };
  try {
    const price = priceOfOperation(args.schema, asked, variablesOf(asked, args), bucketOf);
    return { data: null, extensions: { tollgate: explain(price, createMeter(), limiter, 'plan') } };
  } catch (error) {
    if (error instanceof Failure) return refused(error);
    throw error;
  }
}

/** Each event is an operation of its own: what it reads is read for it, and within its own time. */
async function executeEvent(
  parts: OperationParts,
  exchange: Exchange,
  args: ExecutionArgs,
  execute: (contextValue: object) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const operation = begin(parts, { exchange });
  const asked = askedBy(args);
  const run = createRun(parts, operation, readFreshness(asked, args), null);
  try {
    const result = await execute(run.context);
    const failed = sectionsOf(result.errors ?? []);
    parts.accessLog.add(entriesOf(operation, run, asked.operation, failed));
    if (run.stale.length === 0) return result;
    return { ...result, extensions: { ...result.extensions, stale: run.stale } };
  } finally {
    operation.end();
  }
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
  const glance = createRun(parts, operation, maxAgeAt, look);
  const seen = await executeAs(execute, args, glance);
  if (operation.explain !== 'plan' && look.isWhole()) return { result: seen, run: glance, price: nothing };
  // what was asked side by side has all been written down by then
  await setImmediate();
  const outlook = announced.besideOthers(look.outlook);
  const price = priceOf(outlook);
  const run = createRun(parts, operation, maxAgeAt, null);
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
  const run = createRun(parts, operation, readFreshness(asked, args), null, rootOf);
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

function begin(
  { clock, deadlineMs }: OperationParts,
  context: { exchange: Exchange; request?: Request; params?: { extensions?: Record<string, unknown> } },
): Operation {
  const startedAt = clock.now();
  const over = new AbortController();
  const cancelTimer = clock.after(deadlineMs, () => over.abort(isOver));
  const { exchange, request, params } = context;
  return {
    exchange,
    startedAt,
    deadline: startedAt + deadlineMs,
    signal: request === undefined ? over.signal : AbortSignal.any([request.signal, over.signal]),
    explain: exchange.explain ?? explainOf(params?.extensions?.['explain']),
    end() {
      cancelTimer();
      over.abort(isOver);
    },
  };
}

function createRun(
  { sources, idempotency, takesCards, clock }: OperationParts,
  { exchange: { caller }, startedAt, deadline, signal }: Operation,
  maxAgeAt: MaxAgeAt | null,
  look: Look | null,
  /** Fields of one part share what they read. */
  partOf: ((path: Path) => string) | null = null,
): Run {
  const meter = createMeter();
  const visit = createVisit(caller, (organization) => sources.directory.has(organization));
  const errand: Errand = {
    signal,
    deadline,
    priority: 'query',
    caller: caller.name,
    startedAt,
    meter,
    ...(look && { foresight: look.foresight }),
  };
  const stale: StalePart[] = [];
  const markStale: Context['markStale'] = (path, fetchedAt) => {
    stale.push({ path, ageSeconds: Math.round((clock.now() - fetchedAt) / 1000) });
  };
  const actions: Actions = createActions(sources, idempotency, caller, errand, takesCards);
  const contexts = new Map<string, Context>();
  const contextFor = (maxAge?: number, part = ''): Context => {
    const name = `${part}:${maxAge ?? ''}`;
    const known = contexts.get(name);
    if (known !== undefined) return known;
    const loaders = createLoaders(sources, caller, maxAge === undefined ? errand : { ...errand, maxAge });
    const context = { visit, loaders, actions, markStale, attendant };
    contexts.set(name, context);
    return context;
  };
  const attendant: Attendant | null =
    maxAgeAt === null && look === null && partOf === null
      ? null
      : {
          contextAt: (info) => contextFor(maxAgeAt?.(info), partOf?.(info.path)),
          failed: (error, info, what) => look?.failed(error, info, what),
        };
  return { context: contextFor(), visit, meter, stale };
}

/** Each field of a mutation is a part of its own: what one has read before does not show in what the next has changed. */
function rootOf(path: Path): string {
  return path.prev === undefined ? String(path.key) : rootOf(path.prev);
}

/** Why the operation is not run, if it is not: it may take too much, or what it needs cannot be had in time. */
function refusalOf(
  { least, most }: Price,
  { limiter, clock, maxUpstreamRequests }: OperationParts,
  { deadline }: Operation,
): Failure | null {
  const estimate = { estimatedCost: totalOf(most), estimatedCostMin: totalOf(least) };
  if (estimate.estimatedCost > maxUpstreamRequests) {
    return new Failure(
      'OPERATION_TOO_EXPENSIVE',
      `The operation may take ${estimate.estimatedCost} upstream requests; ${maxUpstreamRequests} are accepted. Ask for fewer rows, or less of each.`,
      { ...estimate, limit: maxUpstreamRequests, setting: 'MAX_UPSTREAM_REQUESTS' },
    );
  }
  for (const [bucket, count] of least) {
    const earliest = limiter.earliest(bucket, 'query', count);
    if (earliest >= deadline) {
      const retryAfter = Math.max(1, Math.ceil((earliest - clock.now()) / 1000));
      return new Failure(
        'RATE_LIMITED',
        `The operation takes ${count} requests of ${bucket}, which cannot be had in time; try again in ${retryAfter} s.`,
        { ...estimate, retryAfter, bucket },
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

/** The answer in place of an operation that was not run. */
function refused(failure: Failure): ExecutionResult {
  const { retryAfter } = failure.details;
  const headers = retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } };
  const extensions = { http: { status: 400, ...headers } };
  return { errors: [new GraphQLError(failure.message, { originalError: failure, extensions })] };
}

function entriesOf(
  { exchange, startedAt }: Operation,
  { visit }: Run,
  definition: OperationDefinitionNode | undefined,
  failed: ReadonlySet<string>,
): ReturnType<Visit['entries']> {
  const about = {
    at: new Date(startedAt).toISOString(),
    requestId: exchange.requestId,
    kind: definition?.operation ?? 'query',
    operation: definition?.name?.value ?? null,
    reason: exchange.reason,
  } as const;
  return visit.entries(about, failed);
}

/** The fields that ended in an error, by the names that the access log knows them under, whatever their aliases. */
function sectionsOf(errors: readonly GraphQLError[]): ReadonlySet<string> {
  return new Set(
    errors
      .flatMap(({ nodes }) => nodes?.map((node) => ('name' in node ? node.name?.value : undefined)) ?? [])
      .filter((name) => name !== undefined),
  );
}
