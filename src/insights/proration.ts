import type { Money } from '../domain/money.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlatformSubscriptionDetail } from '../domain/platform-subscription.ts';
import type { BillingInterval } from '../domain/subscription.ts';

/** What an upgrade comes to before tax. */
export interface UpgradeEstimate {
  /** For the rest of the period at the old price: zero or less. */
  readonly unused: Money;
  /** At the new price. */
  readonly charged: Money;
  readonly proration: Money;
  /** Null where a new period would begin. */
  readonly periodEnd: Date | null;
}

interface Upgrade {
  readonly subscription: Pick<
    PlatformSubscriptionDetail,
    'status' | 'currentPeriodStart' | 'currentPeriodEnd' | 'billingCycleAnchor'
  >;
  /** What is subscribed to, at the price that it has now: that of the subscription itself is not told. */
  readonly from: Pick<Plan, 'price' | 'interval'>;
  readonly to: Pick<Plan, 'price' | 'interval'>;
  readonly at: Date;
  readonly beginsPeriod: boolean;
}

/**
 * The rest of the period at the new price less the rest at the old one, to the millisecond, each to the nearest minor
 * unit. Null where there is nothing to upgrade, or no period that `at` lies in.
 */
export function estimateUpgrade({
  subscription,
  from,
  to,
  at,
  beginsPeriod,
}: Upgrade): UpgradeEstimate | null {
  const { status, currentPeriodStart: start, currentPeriodEnd: end } = subscription;
  const isDearer = to.price.minorUnits > from.price.minorUnits;
  const isComparable = from.price.currency === to.price.currency && from.interval === to.interval;
  if (!isDearer || !isComparable || start === null || end === null || at < start || at > end) return null;
  if (status === 'TRIALING') return estimate(to.price.currency, 0, 0, end);
  if (status !== 'ACTIVE') return null;
  const rest = end.getTime() - at.getTime();
  const whole = end.getTime() - wholePeriodStart(subscription, from.interval, start, end).getTime();
  const unused = -share(from.price.minorUnits, rest, whole);
  const charged = beginsPeriod ? to.price.minorUnits : share(to.price.minorUnits, rest, whole);
  return estimate(to.price.currency, unused, charged, beginsPeriod ? null : end);
}

function estimate(
  currency: string,
  unused: number,
  charged: number,
  periodEnd: Date | null,
): UpgradeEstimate {
  const money = (minorUnits: number): Money => ({ minorUnits, currency });
  return { unused: money(unused), charged: money(charged), proration: money(unused + charged), periodEnd };
}

/** A first period may be shorter than its interval, and was billed for its share: the price is for the whole one. */
function wholePeriodStart(
  { billingCycleAnchor: anchor }: Upgrade['subscription'],
  interval: BillingInterval,
  start: Date,
  end: Date,
): Date {
  const days = interval === 'DAY' ? 1 : 7;
  if (interval === 'DAY' || interval === 'WEEK') return new Date(end.getTime() - days * 86_400_000);
  if (interval === 'UNKNOWN' || anchor === null) return start;
  const months =
    12 * (end.getUTCFullYear() - anchor.getUTCFullYear()) + end.getUTCMonth() - anchor.getUTCMonth();
  return monthsAfter(anchor, months - (interval === 'YEAR' ? 12 : 1));
}

/** The same day of another month, or that month's last where it has no such day. */
export function monthsAfter(date: Date, months: number): Date {
  const moved = new Date(date);
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return moved;
}

/** The part of an amount that falls to a part of a whole, exact until it is rounded half up. */
export function share(amount: number, part: number, whole: number): number {
  const [dividend, divisor] = [2n * BigInt(amount) * BigInt(part) + BigInt(whole), 2n * BigInt(whole)];
  return whole <= 0 ? 0 : Number(dividend / divisor);
}
