import type { Clock } from '../domain/clock.ts';
import { type ErrorCode, Failure, type UpstreamName } from '../domain/failure.ts';
import type { BreakerState } from './breaker.ts';
import { createBreakers } from './breakers.ts';
import { type AgeWish, type Cache, type Fetched, type Freshness, freshnessOf, readingOf } from './cache.ts';
import { cacheClasses } from './cache-classes.ts';
import { type Answer, bucketOf, type Call, type Errand, endpointName, type Upstream } from './call.ts';
import { createExchange } from './exchange.ts';
import { failed, unreadable } from './failure-of-reply.ts';
import { createFlights, type Flight, type Flights, type Question, ticketOf } from './flights.ts';
import { Unforeseen } from './foresight.ts';
import { cancelled, type Limiter, rateLimited } from './limiter.ts';
import type { Resolve } from './lookup.ts';
import type { Observe, UpstreamEvent } from './observe.ts';
import { pathOf } from './path.ts';
import { createRetryBudget, withRetries } from './retry.ts';
import { createTransport, type TransportLimits } from './transport.ts';

export interface UpstreamOptions {
  readonly name: UpstreamName;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  /** Shared by all upstreams, as is the cache. */
  readonly limiter: Limiter;
  readonly cache: Cache;
  /** Of upstreams that may be asked the same: the two parts of Make share addresses. Left out, its own. */
  readonly flights?: Flights;
  readonly userAgent?: string;
  readonly limits?: Partial<TransportLimits>;
  /** Where hosts are; left out, the operating system is asked. */
  readonly resolve?: Resolve;
  readonly observe?: Observe;
}

export interface UpstreamPipeline extends Upstream {
  readonly name: UpstreamName;
  readonly state: () => {
    readonly breaker: BreakerState;
    readonly retryAfter: number;
    readonly failingEndpoints: readonly string[];
  };
  /** Lets what is under way finish, then closes every connection. */
  readonly close: () => Promise<void>;
}

const defaultLimits: TransportLimits = {
  connectTimeoutMs: 2_000,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 5_000,
  totalTimeoutMs: 20_000,
  maxBodyBytes: 4 * 1024 * 1024,
  connections: 64,
};

/** An answer in the cache, and what it is good for. */
interface Kept {
  readonly fetched: Fetched;
  readonly freshness: Freshness;
}

/** Behind these, an answer that is too old is better than none. */
const shownStaleFor: readonly ErrorCode[] = [
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_RESPONSE',
  'RATE_LIMITED',
];

/** How long a renewal that nobody waits for may take. */
const renewalMs = 30_000;

/** The one way to an upstream: cache, shared flight, retries, breaker, limiter, connection, status, schema. */
export function createUpstream(options: UpstreamOptions): UpstreamPipeline {
  const {
    name,
    clock,
    limiter,
    cache,
    random = Math.random,
    userAgent = 'tollgate',
    observe = () => {},
  } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const transport = createTransport({ ...limits, clock, userAgent, resolve: options.resolve });
  const budget = createRetryBudget(clock);
  const breakers = createBreakers({
    clock,
    random,
    onChange: (state, endpoint) =>
      observe({ kind: 'breaker', upstream: name, state, ...(endpoint !== undefined && { endpoint }) }),
  });
  const exchange = createExchange({
    name,
    clock,
    limiter,
    breakers,
    transport,
    maxBodyBytes: limits.maxBodyBytes,
    fairTryMs: Math.min(1_000, limits.headersTimeoutMs),
    observe,
  });
  const flights = options.flights ?? createFlights(clock, cache);

  function questionOf(call: Call<unknown>): Question {
    const path = pathOf(call);
    const bucket = bucketOf(call);
    return {
      key: keyOf(call, path),
      tags: call.tags ?? [],
      isKept: call.endpoint.cache !== undefined,
      failureOfLateness({ sentAt, ticket }) {
        if (sentAt !== undefined) return failed('UPSTREAM_TIMEOUT', { upstream: name });
        // Its turn has come, and it does not get through.
        if (!ticket.changed) return failed('UPSTREAM_UNAVAILABLE', { upstream: name });
        return rateLimited(bucket, limiter.earliest(bucket, ticket.priority, 1) - clock.now());
      },
      fetch: (flight) => fetch(call, path, bucket, flight),
    };
  }

  async function fetch(call: Call<unknown>, path: string, bucket: string, flight: Flight): Promise<Fetched> {
    const { ticket, meter } = flight;
    const tries = { sent: flight.isAgain ? 1 : 0 };
    const result = await withRetries(
      () => exchange({ call, path, bucket, ticket, meter, tries, sent: flight.sent }),
      {
        clock,
        random,
        budget,
        deadline: () => ticket.deadline,
        signal: ticket.signal,
      },
    );
    const sentAt = flight.sentAt ?? result.fetchedAt;
    const fetched = { ...result, sentAt, askedFor: new WeakRef(meter), readings: [] };
    if (!fetched.absence) readingOf(fetched, call.endpoint.answer);
    return fetched;
  }

  /** Reads the answer as the call's schema says; what it does not fit is no answer. */
  function answerOf<Value>(fetched: Fetched, call: Call<Value>, isStale: boolean): Answer<Value> {
    if (fetched.absence) throw fetched.absence;
    const reading = readingOf(fetched, call.endpoint.answer);
    if (!reading.success) throw unreadable(name, call.endpoint.method, reading.error);
    return { value: reading.data, fetchedAt: fetched.fetchedAt, isStale };
  }

  async function read<Value>(call: Call<Value>, errand: Errand): Promise<Answer<Value>> {
    const question = questionOf(call);
    // as of when the operation began: what it was priced by is still so when it is run
    const kept = keptFor(question.key, call, errand, errand.startedAt);
    const tell = (from: Extract<UpstreamEvent, { kind: 'read' }>['from']): void =>
      observe({ kind: 'read', upstream: name, endpoint: endpointName(call.endpoint), from });
    if (kept?.freshness === 'fresh' || kept?.freshness === 'stale') {
      const isStale = kept.freshness === 'stale';
      if (isStale && errand.foresight) errand.foresight.mayNeed(bucketOf(call), question.key);
      else if (isStale) renew(question, errand);
      errand.meter.cacheHits += 1;
      tell(isStale ? 'stale' : 'cache');
      return answerOf(kept.fetched, call, isStale);
    }
    if (errand.foresight) {
      const bucket = bucketOf(call);
      const isNeeded = (): boolean =>
        !flights.wouldShare(question, errand) && !isKept(question.key, call, errand);
      if (isNeeded()) errand.foresight.needs(bucket, question.key, isNeeded);
      else errand.foresight.mayNeed(bucket, question.key);
      throw new Unforeseen(bucket, question.key);
    }
    if (errand.signal.aborted) throw cancelled(errand.signal);
    const { landing, isShared } = flights.board(question, errand);
    if (isShared) errand.meter.coalesced += 1;
    tell(isShared ? 'flight' : 'upstream');
    try {
      return answerOf(await landing, call, false);
    } catch (error) {
      // Looked at anew: what was kept may have been dropped in the meantime.
      const fallback = keptFor(question.key, call, errand, clock.now());
      const isBetterThanNone = error instanceof Failure && shownStaleFor.includes(error.code);
      if (!isBetterThanNone || !fallback || fallback.freshness === 'expired') throw error;
      tell('fallback');
      return answerOf(fallback.fetched, call, fallback.freshness !== 'fresh');
    }
  }

  /** What the cache has for this call and what it is good for; nothing if it does not fit the call's schema. */
  function keptFor(key: string, { endpoint }: Call<unknown>, wish: AgeWish, now: number): Kept | undefined {
    const fetched = endpoint.cache && cache.get(key);
    if (!endpoint.cache || !fetched) return undefined;
    if (!fetched.absence && !readingOf(fetched, endpoint.answer).success) return undefined;
    return { fetched, freshness: freshnessOf(fetched, cacheClasses[endpoint.cache], now, wish) };
  }

  function isKept(key: string, call: Call<unknown>, errand: Errand): boolean {
    const freshness = keptFor(key, call, errand, errand.startedAt)?.freshness;
    return freshness === 'fresh' || freshness === 'stale';
  }

  /** Asks again for what was just shown stale, on behalf of nobody in particular and at the lowest priority. */
  function renew(question: Question, errand: Errand): void {
    const now = clock.now();
    const nobody = {
      signal: new AbortController().signal,
      deadline: now + renewalMs,
      priority: 'export',
    } as const;
    flights.board(question, { ...errand, ...nobody }).landing.catch(() => {});
  }

  /** Sent once. What it may have changed is dropped from the cache before anybody learns of it. */
  async function change<Value>(call: Call<Value>, errand: Errand): Promise<Answer<Value>> {
    if (errand.foresight) throw new Error('Nothing is sent while an operation is only looked at.');
    const path = pathOf(call);
    const sending = new AbortController();
    let isSent = false;
    const giveUp = (): void => {
      if (!isSent) sending.abort(errand.signal.reason);
    };
    errand.signal.addEventListener('abort', giveUp, { once: true });
    if (errand.signal.aborted) giveUp();
    try {
      const attempt = await exchange({
        call,
        path,
        bucket: bucketOf(call),
        ticket: { ...ticketOf(errand), signal: sending.signal },
        meter: errand.meter,
        tries: { sent: 0 },
        beforeSending: errand.beforeSending,
        sent() {
          isSent = true;
        },
      });
      if ('failure' in attempt) throw attempt.failure;
      const reading = call.endpoint.answer.safeParse(attempt.value.body);
      if (!reading.success) throw unreadable(name, call.endpoint.method, reading.error);
      return { value: reading.data, fetchedAt: attempt.value.fetchedAt, isStale: false };
    } finally {
      errand.signal.removeEventListener('abort', giveUp);
      if (isSent && call.tags) cache.tags.invalidate(call.tags);
    }
  }

  return {
    name,
    request: (call, errand) => (call.endpoint.method === 'GET' ? read(call, errand) : change(call, errand)),
    invalidate: (tags) => cache.tags.invalidate(tags),
    peek(call, maxAge) {
      const { cache: cacheClass } = call.endpoint;
      const fetched = cacheClass && cache.peek(keyOf(call, pathOf(call)));
      if (!cacheClass || !fetched) return 'absent';
      const now = clock.now();
      const wish = { startedAt: now, meter: undefined, ...(maxAge !== undefined && { maxAge }) };
      const freshness = freshnessOf(fetched, cacheClasses[cacheClass], now, wish);
      return freshness === 'fresh' || freshness === 'stale' ? freshness : 'absent';
    },
    state: () => ({
      breaker: breakers.state(),
      retryAfter: Math.ceil(breakers.waitMs() / 1000),
      failingEndpoints: breakers.failing(),
    }),
    close: () => transport.close(),
  };
}

/** Whose answer, from where, to what: nobody is ever shown what another account may see. */
function keyOf({ endpoint, account }: Call<unknown>, path: string): string {
  return `${account.key} ${endpoint.method} ${account.baseUrl}${path}`;
}
