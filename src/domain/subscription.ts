import type { Failure } from './failure.ts';
import type { Money } from './money.ts';

export const subscriptionStatuses = [
  'ACTIVE',
  'TRIALING',
  'PAST_DUE',
  'SUSPENDED',
  'CANCELLED',
  'UNKNOWN',
] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

const statusByWord: ReadonlyMap<string, SubscriptionStatus> = new Map<string, SubscriptionStatus>([
  ['active', 'ACTIVE'],
  ['trialing', 'TRIALING'],
  ['past_due', 'PAST_DUE'],
  ['suspended', 'SUSPENDED'],
  ['cancelled', 'CANCELLED'],
  ['canceled', 'CANCELLED'],
]);

export function subscriptionStatusFrom(word: string): SubscriptionStatus {
  return statusByWord.get(word.toLowerCase()) ?? 'UNKNOWN';
}

export const billingIntervals = ['DAY', 'WEEK', 'MONTH', 'YEAR', 'UNKNOWN'] as const;
export type BillingInterval = (typeof billingIntervals)[number];

export function billingIntervalFrom(word: string): BillingInterval {
  const name = word.toUpperCase().replace(/S$/, '');
  return billingIntervals.find((interval) => interval === name) ?? 'UNKNOWN';
}

export interface Trial {
  readonly start: Date | null;
  readonly end: Date | null;
  readonly daysLeft: number | null;
}

/** A coupon on a subscription: a share of the price, or an amount off it. */
export interface Discount {
  readonly couponId: string | null;
  readonly code: string | null;
  /** Per cent, as a decimal string. */
  readonly percentOff: string | null;
  readonly amountOff: Money | null;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
  /** What it is taken off, where that is told. */
  readonly productId: string | null;
  readonly productName: string | null;
}

/** What every billing system tells of a subscription; null where one does not. */
export interface BillingSubscription {
  readonly status: SubscriptionStatus | null;
  /** The status in the upstream's own word. */
  readonly rawStatus: string | null;
  readonly planName: string | null;
  readonly price: Money | null;
  readonly interval: BillingInterval | null;
  readonly intervalCount: number | null;
  readonly currentPeriodStart: Date | null;
  readonly currentPeriodEnd: Date | null;
  readonly nextBillingAt: Date | null;
  readonly trial: Trial | null;
  readonly cancelAtPeriodEnd: boolean | null;
  readonly canceledAt: Date | null;
  readonly endsAt: Date | null;
  readonly discount: Discount | null;
}

/** The subscription of an organization at Make. */
export interface MakeSubscription extends BillingSubscription {
  /** Make's id of the subscription, where it gives one. */
  readonly upstreamId: string | null;
  readonly productId: string;
  readonly planDescription: string | null;
  readonly price: Money;
  readonly priceId: string;
}

/** There is none, or the organization is on the free plan, whose billing the documented dialect does not show. */
export function tellsOfNoSubscription({ code }: Failure): boolean {
  return code === 'NOT_FOUND' || code === 'PLAN_UPGRADE_REQUIRED';
}
