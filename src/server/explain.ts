import type { Meter } from '../upstream/call.ts';
import type { Limiter } from '../upstream/limiter.ts';
import { type Price, totalOf } from './price.ts';

/** What a caller asked to be told: what the operation took, or only what it would take. */
export type Explain = 'taken' | 'plan';

export function explainOf(wish: unknown): Explain | null {
  if (wish === 'plan') return 'plan';
  return wish === '1' || wish === 1 || wish === true ? 'taken' : null;
}

/** `extensions.tollgate`. */
export function explain(
  price: Price,
  meter: Meter,
  { status }: Pick<Limiter, 'status'>,
  wish: Explain,
): object {
  const costs = wish === 'plan' ? price.most : meter.buckets;
  const buckets = new Set([...price.most.keys(), ...meter.buckets.keys()]);
  return {
    upstreamRequests: meter.upstreamRequests,
    // an upstream that fails is no part of the price
    ...(meter.retries > 0 && { retries: meter.retries }),
    cacheHits: meter.cacheHits,
    coalesced: meter.coalesced,
    estimatedCost: totalOf(price.most),
    estimatedCostMin: totalOf(price.least),
    buckets: [...buckets].toSorted().map((name) => {
      const { remaining, used, resetAt } = status(name);
      return {
        name,
        cost: costs.get(name) ?? 0,
        remaining,
        resetAt: used === 0 ? null : new Date(resetAt).toISOString(),
      };
    }),
  };
}
