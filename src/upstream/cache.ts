import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import type { Failure } from '../domain/failure.ts';
import type { Lifetime } from './cache-classes.ts';
import type { Errand, Meter } from './call.ts';
import { createTags, type Tags } from './tags.ts';

/** One answer of an upstream: its body, or that there is no such thing. */
export interface Fetched {
  readonly body: unknown;
  readonly absence: Failure | undefined;
  readonly bytes: number;
  /** Epoch milliseconds at which it came. */
  readonly fetchedAt: number;
  /** Epoch milliseconds at which it was asked for. */
  readonly sentAt: number;
  /** The operation that asked. */
  readonly askedFor: WeakRef<Meter>;
  /** The body as each schema that was asked of it reads it: values of the domain, never written to. */
  readonly readings: Reading<unknown>[];
}

interface Reading<Value> {
  readonly shape: z.ZodType<Value>;
  readonly value: Value;
}

/** Shared by all upstreams. Bounded by bytes; what was used least lately goes first. */
export interface Cache {
  readonly get: (key: string) => Fetched | undefined;
  /** Looks without counting as a use. */
  readonly peek: (key: string) => Fetched | undefined;
  readonly put: (key: string, fetched: Fetched, tags: readonly string[]) => void;
  readonly tags: Tags;
  readonly bytes: () => number;
}

/** What an answer takes in memory, parsed and read, for each byte it had on the wire; and what any answer takes. */
const memoryPerByte = 4;
const memoryPerEntry = 1_000;

// lru-cache is the store only. Its own `fetch` ties a shared request to the signal of whoever came first, and knows
// neither deadlines of those who wait nor changes that make the answer under way unfit to keep.
export function createCache({ maxBytes = 64 * 1024 * 1024 }: { readonly maxBytes?: number } = {}): Cache {
  const tags = createTags();
  const entries = new LRUCache<string, { fetched: Fetched; unwatch: () => void }>({
    maxSize: maxBytes,
    maxEntrySize: Math.max(1, Math.floor(maxBytes / 8)),
    sizeCalculation: ({ fetched }, key) => memoryPerEntry + 2 * key.length + memoryPerByte * fetched.bytes,
    dispose: ({ unwatch }) => unwatch(),
  });

  return {
    tags,
    bytes: () => entries.calculatedSize,
    get: (key) => entries.get(key)?.fetched,
    peek: (key) => entries.peek(key)?.fetched,
    put(key, fetched, watched) {
      const kept = entries.peek(key)?.fetched;
      if (kept && kept.sentAt > fetched.sentAt) return;
      entries.set(key, { fetched, unwatch: tags.watch(watched, () => entries.delete(key)) });
    },
  };
}

/** The body as `shape` reads it, read once for each shape. */
export function readingOf<Value>(
  { body, readings }: Fetched,
  shape: z.ZodType<Value>,
): z.ZodSafeParseResult<Value> {
  for (const reading of readings) {
    if (isOfShape(reading, shape)) return { success: true, data: reading.value };
  }
  const result = shape.safeParse(body);
  if (result.success) readings.push({ shape, value: result.data });
  return result;
}

function isOfShape<Value>(reading: Reading<unknown>, shape: z.ZodType<Value>): reading is Reading<Value> {
  return reading.shape === shape;
}

export type Freshness = 'fresh' | 'stale' | 'fallback' | 'expired';

/** What an operation asks of an answer's age. Without `maxAge` and `asOf`, what the lifetime allows. */
export type AgeWish = Pick<Errand, 'maxAge' | 'asOf' | 'startedAt' | 'isAgain'> & {
  readonly meter: Meter | undefined;
};

/** What an answer is good for: to be shown, to be shown while it is renewed, to be shown for want of a better, nothing. */
export function freshnessOf(fetched: Fetched, lifetime: Lifetime, now: number, wish: AgeWish): Freshness {
  const ageMs = now - fetched.fetchedAt;
  const freshMs = 1000 * (fetched.absence ? lifetime.absent : lifetime.fresh);
  const { maxAge, asOf } = wish;
  if (maxAge !== undefined) {
    const isYoung = maxAge > 0 && ageMs < freshMs && now - fetched.sentAt <= maxAge * 1000;
    return isYoung || isAsNewAs(fetched.sentAt, fetched.askedFor.deref(), wish) ? 'fresh' : 'expired';
  }
  const isNewEnough = asOf === undefined || fetched.sentAt >= asOf;
  if (isNewEnough && ageMs < freshMs) return 'fresh';
  if (fetched.absence) return 'expired';
  const staleMs = freshMs + 1000 * lifetime.staleWhileRevalidate;
  if (isNewEnough && ageMs < staleMs) return 'stale';
  return ageMs < staleMs + 1000 * lifetime.staleIfError ? 'fallback' : 'expired';
}

/** Whether a request was sent after an operation began, or by it, which does unless that is asked again. */
export function isAsNewAs(
  sentAt: number,
  askedFor: Meter | undefined,
  { startedAt, meter, isAgain }: AgeWish,
): boolean {
  return sentAt > startedAt || (meter !== undefined && askedFor === meter && isAgain !== true);
}
