import type { Clock } from '../domain/clock.ts';
import type { FailureDetails, UpstreamName } from '../domain/failure.ts';
import type { Outcome } from './breaker.ts';
import type { Breakers } from './breakers.ts';
import { type Account, type Call, endpointName, type Meter } from './call.ts';
import { failed, failureOfFault } from './failure-of-reply.ts';
import { type LimitNotice, readLimitNotice } from './limit-notice.ts';
import type { Limiter, Ticket } from './limiter.ts';
import type { Observe } from './observe.ts';
import { type Result, readReply } from './read-reply.ts';
import { decoded, type Reply, TransportFault } from './reply.ts';
import type { Attempt } from './retry.ts';
import type { Transport } from './transport.ts';

export interface ExchangeParts {
  readonly name: UpstreamName;
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly breakers: Breakers;
  readonly transport: Transport;
  readonly maxBodyBytes: number;
  /** An operation that ends sooner than this after its turn says nothing of the upstream: it had no more time. */
  readonly fairTryMs: number;
  readonly observe: Observe;
}

/** One call on its way: filled in, with whoever pays for it. */
interface Job {
  readonly call: Call<unknown>;
  readonly path: string;
  readonly bucket: string;
  readonly ticket: Ticket;
  readonly meter: Meter;
  /** Of the call: how often it was sent so far. */
  readonly tries: { sent: number };
  readonly beforeSending?: (() => Promise<void>) | undefined;
  /** It is about to be written to the connection. */
  readonly sent: () => void;
}

export type Exchange = (job: Job) => Promise<Attempt<Result>>;

/** One try of a call: credential, breaker, limiter, connection, body. After a 401 the credential is read anew, once. */
export function createExchange(parts: ExchangeParts): Exchange {
  /** By account, the credential that was refused even after it had been read anew: it is not tried twice again. */
  const refused = new Map<string, string>();

  async function credentialOf(account: Account, again: boolean): Promise<string> {
    try {
      return await account.authorization(again);
    } catch (cause) {
      throw failed('UPSTREAM_AUTH', { upstream: parts.name }, cause);
    }
  }

  return async (job) => {
    const { account } = job.call;
    const first = await credentialOf(account, false);
    const answer = await tryOnce(parts, job, first);
    if (!answer.isUnauthorized) {
      refused.delete(account.key);
      return answer.attempt;
    }
    if (refused.get(account.key) === first) return answer.attempt;
    const second = await credentialOf(account, true);
    const secondAnswer = await tryOnce(parts, job, second);
    if (secondAnswer.isUnauthorized) refused.set(account.key, second);
    return secondAnswer.attempt;
  };
}

interface Answered {
  readonly attempt: Attempt<Result>;
  readonly isUnauthorized: boolean;
}

async function tryOnce(parts: ExchangeParts, job: Job, authorization: string): Promise<Answered> {
  const { name, clock, limiter, breakers, observe } = parts;
  const endpoint = endpointName(job.call.endpoint);
  const waitMs = breakers.waitMs(endpoint);
  if (waitMs > 0) return closedOff(name, waitMs);

  const queuedAt = clock.now();
  const place = await limiter.acquire(job.bucket, job.ticket);
  const tell = breakers.admit(endpoint);
  if (!tell) {
    place.cancel();
    return closedOff(name, breakers.waitMs(endpoint));
  }
  try {
    await job.beforeSending?.();
  } catch (error) {
    place.cancel();
    tell('neutral');
    throw error;
  }
  const startedAt = clock.now();
  let isSent = false;
  let notice: LimitNotice | undefined;
  let reply: Reply | undefined;
  let attempt: Attempt<Result>;
  let outcome: Outcome;
  try {
    reply = await send(parts, job, authorization, () => {
      isSent = true;
    });
    notice = readLimitNotice(reply.status, reply.headers, clock.now());
    place.end(notice);
    outcome = reply.status >= 500 && reply.status !== 501 ? 'bad' : 'good';
    const details = detailsOf(name, job.bucket, notice);
    attempt = readReply(
      name,
      job.call.endpoint,
      await decoded(reply, parts.maxBodyBytes),
      clock.now(),
      details,
    );
  } catch (error) {
    const unforeseen = isSent ? 'malformed' : 'not-sent';
    const fault =
      error instanceof TransportFault
        ? error
        : new TransportFault(unforeseen, 'unforeseen', { cause: error });
    if (isSent) place.end();
    else place.cancel();
    const now = clock.now();
    const hadNoTime = now >= job.ticket.deadline && now - startedAt < parts.fairTryMs;
    outcome = job.ticket.signal.aborted || hadNoTime ? 'neutral' : 'bad';
    const isTransient = fault.kind === 'cut' || fault.kind === 'not-sent' || fault.kind === 'garbled';
    attempt = { failure: failureOfFault(name, job.call.endpoint.method, fault), isTransient };
  }
  tell(outcome);
  observe({
    kind: 'request',
    upstream: name,
    endpoint,
    bucket: job.bucket,
    ...(reply && { status: reply.status }),
    ...('failure' in attempt && { code: attempt.failure.code, cause: attempt.failure.cause }),
    queuedMs: startedAt - queuedAt,
    durationMs: clock.now() - startedAt,
    bytes: reply?.bytes.length ?? 0,
  });
  return { attempt, isUnauthorized: reply?.status === 401 };
}

function send(
  { transport }: ExchangeParts,
  job: Job,
  authorization: string,
  onSent: () => void,
): Promise<Reply> {
  const { endpoint, account, body } = job.call;
  return transport.send({
    method: endpoint.method,
    baseUrl: account.baseUrl,
    path: job.path,
    authorization,
    accept: endpoint.file ?? 'application/json',
    body: body === undefined ? undefined : JSON.stringify(body),
    deadline: () => job.ticket.deadline,
    signal: job.ticket.signal,
    onSent() {
      onSent();
      job.sent();
      job.meter.upstreamRequests += 1;
      if (job.tries.sent > 0) job.meter.retries += 1;
      job.tries.sent += 1;
      job.meter.buckets.set(job.bucket, (job.meter.buckets.get(job.bucket) ?? 0) + 1);
    },
  });
}

function closedOff(upstream: UpstreamName, waitMs: number): Answered {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  const failure = failed('UPSTREAM_UNAVAILABLE', { upstream, retryAfter });
  return { attempt: { failure, isTransient: false }, isUnauthorized: false };
}

function detailsOf(upstream: UpstreamName, bucket: string, { pauseMs }: LimitNotice): FailureDetails {
  return { upstream, ...(pauseMs !== undefined && { retryAfter: Math.ceil(pauseMs / 1000), bucket }) };
}
