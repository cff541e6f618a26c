/** How long the answers of one kind live. All in seconds, each span counted on from the end of the one before. */
export interface Lifetime {
  /** Shown as they are. */
  readonly fresh: number;
  /** Shown marked as stale, and renewed behind the caller's back. */
  readonly staleWhileRevalidate: number;
  /** Shown marked as stale, when the upstream cannot be asked. */
  readonly staleIfError: number;
  /** An answer that there is no such thing. */
  readonly absent: number;
}

const minutes = 60;

export const cacheClasses = {
  organization: { fresh: 5 * minutes, staleWhileRevalidate: 60, staleIfError: 60 * minutes, absent: 5 },
  subscription: { fresh: 5 * minutes, staleWhileRevalidate: 60, staleIfError: 30 * minutes, absent: 5 },
  // The live dialect signs the links of invoices for ten minutes: nine in all, and one to follow them in.
  payments: { fresh: 5 * minutes, staleWhileRevalidate: 60, staleIfError: 3 * minutes, absent: 5 },
  'payment-methods': { fresh: 5 * minutes, staleWhileRevalidate: 60, staleIfError: 30 * minutes, absent: 5 },
  billing: { fresh: 5 * minutes, staleWhileRevalidate: 60, staleIfError: 30 * minutes, absent: 5 },
  invoices: { fresh: 5 * minutes, staleWhileRevalidate: 60, staleIfError: 30 * minutes, absent: 5 },
  customers: { fresh: 5 * minutes, staleWhileRevalidate: 60, staleIfError: 30 * minutes, absent: 5 },
  plans: { fresh: 10 * minutes, staleWhileRevalidate: 5 * minutes, staleIfError: 120 * minutes, absent: 5 },
  prices: { fresh: 10 * minutes, staleWhileRevalidate: 5 * minutes, staleIfError: 120 * minutes, absent: 5 },
  usage: { fresh: 1 * minutes, staleWhileRevalidate: 30, staleIfError: 15 * minutes, absent: 5 },
  analytics: { fresh: 5 * minutes, staleWhileRevalidate: 60, staleIfError: 30 * minutes, absent: 5 },
  scenarios: { fresh: 1 * minutes, staleWhileRevalidate: 30, staleIfError: 15 * minutes, absent: 5 },
  'audit-log': { fresh: 1 * minutes, staleWhileRevalidate: 30, staleIfError: 15 * minutes, absent: 5 },
  'audit-filters': {
    fresh: 10 * minutes,
    staleWhileRevalidate: 5 * minutes,
    staleIfError: 60 * minutes,
    absent: 5,
  },
  'incomplete-executions': { fresh: 30, staleWhileRevalidate: 15, staleIfError: 10 * minutes, absent: 3 },
  /** Links that expire and answers made of them: long enough for one operation. */
  'signed-link': { fresh: 60, staleWhileRevalidate: 0, staleIfError: 0, absent: 0 },
} as const satisfies Readonly<Record<string, Lifetime>>;

export type CacheClass = keyof typeof cacheClasses;
