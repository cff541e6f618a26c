import type { Account, Upstream } from '../../upstream/call.ts';

/** Whom the platform's datasources call, and as who. */
export interface Platform {
  readonly upstream: Upstream;
  readonly account: Account;
}

/** One key for all organizations and customers. */
export function platformAccount({ url, key }: { readonly url: string; readonly key: string }): Account {
  return { key: 'platform', baseUrl: url, authorization: () => `Bearer ${key}` };
}

/** By limit group of its endpoints: the bucket of `invoices` is `platform:invoices`. */
export const platformRequestsPerMinute = {
  plans: 100,
  customers: 200,
  'payment-methods': 100,
  subscriptions: 200,
  invoices: 300,
  payments: 100,
  usage: 1000,
} as const;

/** `2026-03-05`, in UTC. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Ends of ranges belong to them, and times have no fractions of a second. */
export function lastSecondBefore(end: Date): string {
  return new Date(Math.ceil(end.getTime() / 1000) * 1000 - 1000).toISOString();
}
