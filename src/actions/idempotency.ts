import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { type ErrorCode, errorCodes, Failure, type FailureDetails } from '../domain/failure.ts';
import type { Store } from '../store/store.ts';

/** A change under the key of a caller: made once, however often it is asked for. */
export interface Keyed<Done> {
  /** Who uses the key, for what, and the key itself. */
  readonly name: readonly string[];
  /** What is asked. Another input under the same key is a conflict. */
  readonly input: unknown;
  /** `beforeSending` is to be awaited before anything leaves. What comes back is kept, so it is plain data and dates. */
  readonly make: (beforeSending: () => Promise<void>) => Promise<Done>;
  /** Looks whether a change whose answer was lost was made after all; null where that cannot be told. */
  readonly lookFor?: (() => Promise<Done | null>) | undefined;
}

export interface Idempotency {
  once<Done>(change: Keyed<Done>): Promise<Done>;
  close(): void;
}

const keptForMs = 24 * 60 * 60 * 1000;
const prunedEveryMs = 60 * 60 * 1000;
const prefix = 'idempotency:';

const recordShape = z.object({
  /** Epoch milliseconds. */
  at: z.number(),
  fingerprint: z.string(),
  /** Nothing while it is being sent; what came of it, serialized, after. */
  outcome: z.string().nullable(),
});

type Record = z.output<typeof recordShape>;
type Outcome = { readonly done: unknown } | { readonly failure: KeptFailure };

interface KeptFailure {
  readonly code: string;
  readonly message: string;
  readonly details: FailureDetails;
}

/** What an upstream refuses without having done anything, and may take later. */
const mayBeTriedAgain: readonly ErrorCode[] = ['RATE_LIMITED', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_AUTH'];

/** Keys and what came of them, over restarts. Records are written before anything is sent. */
export function createIdempotency(store: Store, clock: Clock): Idempotency {
  /** Those that this process is making, until they are over. */
  const running = new Map<string, { readonly fingerprint: string; readonly over: Promise<unknown> }>();
  let cancelTimer = clock.after(0, prune);

  function prune(): void {
    cancelTimer = clock.after(prunedEveryMs, prune);
    forgetOld().catch(() => {});
  }

  async function forgetOld(): Promise<void> {
    for (const [key, text] of await store.list(prefix)) {
      if (isOld(recordShape.parse(JSON.parse(text)))) await store.delete(key);
    }
  }

  const isOld = ({ at }: Record): boolean => clock.now() - at >= keptForMs;

  async function recordAt(key: string): Promise<Record | undefined> {
    const text = await store.get(key);
    const record = text === undefined ? undefined : recordShape.parse(JSON.parse(text));
    if (record === undefined || !isOld(record)) return record;
    await store.delete(key);
    return undefined;
  }

  function keep(key: string, fingerprint: string, outcome: Outcome): Promise<void> {
    const record: Record = { at: clock.now(), fingerprint, outcome: serialize(outcome).toString('base64') };
    return store.set(key, JSON.stringify(record));
  }

  /** The key has been used before: what came of it then is the answer. */
  async function replay<Done>(key: string, record: Record, change: Keyed<Done>): Promise<Done> {
    if (record.outcome !== null) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `keep` writes it, under this key
      const kept = deserialize(Buffer.from(record.outcome, 'base64')) as
        | { done: Done }
        | { failure: KeptFailure };
      if ('failure' in kept) throw revived(kept.failure);
      return kept.done;
    }
    const done = await lookFor(change);
    if (done === null) throw outcomeUnknown();
    await keep(key, record.fingerprint, { done });
    return done;
  }

  async function make<Done>(key: string, fingerprint: string, change: Keyed<Done>): Promise<Done> {
    const record = await recordAt(key);
    if (record !== undefined && record.fingerprint !== fingerprint) throw conflict();
    if (record !== undefined) return replay(key, record, change);
    let sendings = 0;
    const beforeSending = async (): Promise<void> => {
      sendings += 1;
      if (sendings > 1) return;
      const begun: Record = { at: clock.now(), fingerprint, outcome: null };
      if (!(await store.setIfAbsent(key, JSON.stringify(begun)))) throw underWay();
    };
    try {
      const done = await change.make(beforeSending);
      if (sendings > 0) await keep(key, fingerprint, { done });
      return done;
    } catch (error) {
      if (sendings === 0 || !(error instanceof Failure) || error.code === 'IDEMPOTENCY_CONFLICT') throw error;
      if (sendings === 1 && mayBeTriedAgain.includes(error.code)) await store.delete(key);
      else if (error.code !== 'OUTCOME_UNKNOWN') {
        const { code, message, details } = error;
        await keep(key, fingerprint, { failure: { code, message, details } });
      } else {
        const done = await lookFor(change);
        if (done !== null) {
          await keep(key, fingerprint, { done });
          return done;
        }
      }
      throw error;
    }
  }

  return {
    async once(change) {
      const key = prefix + digestOf(change.name);
      const fingerprint = digestOf(change.input);
      for (let other = running.get(key); other; other = running.get(key)) {
        if (other.fingerprint !== fingerprint) throw conflict();
        await other.over;
      }
      const outcome = make(key, fingerprint, change);
      const over = outcome.catch(() => {}).finally(() => running.delete(key));
      running.set(key, { fingerprint, over });
      return outcome;
    },
    close: () => cancelTimer(),
  };
}

/** What cannot be looked at now stays unknown: its own failure would read as if nothing had been sent. */
async function lookFor<Done>(change: Keyed<Done>): Promise<Done | null> {
  try {
    return (await change.lookFor?.()) ?? null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function revived({ code, message, details }: KeptFailure): Failure {
  return new Failure(errorCodes.find((known) => known === code) ?? 'INTERNAL', message, details);
}

const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('base64url');

const conflict = (): Failure =>
  new Failure(
    'IDEMPOTENCY_CONFLICT',
    'The idempotency key was used with another input in the last 24 hours.',
  );

const underWay = (): Failure =>
  new Failure('IDEMPOTENCY_CONFLICT', 'The change is being made under this key elsewhere. Ask again.');

const outcomeUnknown = (): Failure =>
  new Failure(
    'OUTCOME_UNKNOWN',
    'The change was sent under this key, but whether it was made is not known. Look before you send it under another key.',
  );
