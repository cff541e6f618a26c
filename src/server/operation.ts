import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLResolveInfo,
  type OperationDefinitionNode,
} from 'graphql';
import type { AccessLog } from '../access/access-log.ts';
import { createVisit, type Visit } from '../access/visit.ts';
import { type Actions, createActions } from '../actions/actions.ts';
import type { Idempotency } from '../actions/idempotency.ts';
import type { Attendant, Context } from '../context.ts';
import type { Clock } from '../domain/clock.ts';
import { Failure } from '../domain/failure.ts';
import { createLoaders, type Sources } from '../loaders/loaders.ts';
import { createMeter, type Errand, type Meter } from '../upstream/call.ts';
import type { Limiter } from '../upstream/limiter.ts';
import type { Exchange } from './exchange.ts';
import { type Explain, explainOf } from './explain.ts';
import type { MaxAgeAt } from './freshness.ts';
import type { Look } from './look.ts';

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
export interface Operation {
  readonly exchange: Exchange;
  readonly startedAt: number;
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly explain: Explain | null;
  /** Lets go of its timer, and aborts what it still has under way. */
  readonly end: () => void;
}

/** One time that an operation is run: to look what it would ask, or in earnest. */
export interface Run {
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

/** Made once: without a reason of ours, each abort makes an error with a stack. */
const isOver = new Failure('UPSTREAM_TIMEOUT', 'The operation is over.');

export function begin(
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

/** How an operation is run, where it is not just run. */
interface Running {
  /** What fields wish for themselves. */
  readonly maxAgeAt?: MaxAgeAt | null;
  readonly look?: Look | null;
  /** Fields of one part share what they read. */
  readonly partOf?: ((path: Path) => string) | null;
  /** What is read is to be as new as that. */
  readonly asOf?: Date | null;
}

export function createRun(
  { sources, idempotency, takesCards, clock }: OperationParts,
  { exchange: { caller }, startedAt, deadline, signal }: Operation,
  { maxAgeAt = null, look = null, partOf = null, asOf = null }: Running = {},
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
    ...(asOf && { asOf: asOf.getTime() }),
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
export function rootOf(path: Path): string {
  return path.prev === undefined ? String(path.key) : rootOf(path.prev);
}

/** The answer in place of an operation that was not run. */
export function refused(failure: Failure): ExecutionResult {
  const { retryAfter } = failure.details;
  const headers = retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } };
  const extensions = { http: { status: 400, ...headers } };
  return { errors: [new GraphQLError(failure.message, { originalError: failure, extensions })] };
}

export function entriesOf(
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
export function sectionsOf(errors: readonly GraphQLError[]): ReadonlySet<string> {
  return new Set(
    errors
      .flatMap(({ nodes }) => nodes?.map((node) => ('name' in node ? node.name?.value : undefined)) ?? [])
      .filter((name) => name !== undefined),
  );
}
