import type { MakePrice } from '../domain/make-price.ts';
import type { Money } from '../domain/money.ts';
import { organizationPlans, planFromName } from '../domain/organization.ts';
import type { Period } from '../domain/period.ts';
import type { BillingInterval, MakeSubscription } from '../domain/subscription.ts';
import { monthsAfter, share } from './proration.ts';

export const planChangeDirections = ['UPGRADE', 'DOWNGRADE'] as const;
type PlanChangeDirection = (typeof planChangeDirections)[number];

export const planChangeObstacles = [
  'NO_SUBSCRIPTION',
  'PRICE_NOT_OFFERED',
  'PAID_ONCE',
  'SAME_PRICE',
  'OTHER_CURRENCY',
  'NOT_IN_GOOD_STANDING',
  'PERIOD_NOT_KNOWN',
] as const;
type PlanChangeObstacle = (typeof planChangeObstacles)[number];

/** What a change of plan comes to, before discounts and tax. */
export interface PlanChangeEstimate {
  readonly direction: PlanChangeDirection;
  /** From when the new plan holds. */
  readonly effectiveAt: Date;
  readonly period: Period;
  readonly daysInPeriod: number;
  readonly daysLeft: number;
  /** What was paid for the days that are left: comes back. */
  readonly unused: Money;
  /** The new price for these days, or for a new period that begins. */
  readonly charged: Money;
  /** The second less the first; below zero, it is put to the credit of later invoices. */
  readonly dueNow: Money;
}

interface PlanChange {
  /** Null where there is none. */
  readonly subscription: MakeSubscription | null;
  /** Undefined where it is not offered. */
  readonly price: MakePrice | undefined;
  /** When a lower plan holds: how Make's dialects differ. */
  readonly downgradesHold: 'AT_ONCE' | 'NEXT_PERIOD';
  readonly now: Date;
}

/** The rest of the period by whole days, today among them; or why it cannot be worked out. */
export function estimatePlanChange({
  subscription,
  price,
  downgradesHold,
  now,
}: PlanChange): PlanChangeEstimate | PlanChangeObstacle {
  if (subscription === null) return 'NO_SUBSCRIPTION';
  if (price === undefined) return 'PRICE_NOT_OFFERED';
  if (price.interval === null) return 'PAID_ONCE';
  if (price.priceId === subscription.priceId) return 'SAME_PRICE';
  if (price.amount.currency !== subscription.price.currency) return 'OTHER_CURRENCY';
  const { status } = subscription;
  const isInGoodStanding = status === null || status === 'ACTIVE' || status === 'TRIALING';
  if (!isInGoodStanding) return 'NOT_IN_GOOD_STANDING';
  const period = periodOf(subscription);
  if (period === null || now < period.start || now >= period.end) return 'PERIOD_NOT_KNOWN';

  const direction = directionOf(subscription, price);
  const daysInPeriod = Math.max(1, Math.round(daysBetween(period.start, period.end)));
  const daysLeft = Math.min(daysInPeriod, Math.ceil(daysBetween(now, period.end)));
  const known = { direction, period, daysInPeriod, daysLeft };
  const money = (minorUnits: number): Money => ({ minorUnits, currency: price.amount.currency });
  if (direction === 'DOWNGRADE' && downgradesHold === 'NEXT_PERIOD') {
    return { ...known, effectiveAt: period.end, unused: money(0), charged: money(0), dueNow: money(0) };
  }
  if (status === 'TRIALING') {
    return { ...known, effectiveAt: now, unused: money(0), charged: money(0), dueNow: money(0) };
  }
  const beginsPeriod =
    price.interval !== subscription.interval || price.intervalCount !== (subscription.intervalCount ?? 1);
  const unused = share(subscription.price.minorUnits, daysLeft, daysInPeriod);
  const charged = beginsPeriod
    ? price.amount.minorUnits
    : share(price.amount.minorUnits, daysLeft, daysInPeriod);
  return {
    ...known,
    effectiveAt: now,
    unused: money(unused),
    charged: money(charged),
    dueNow: money(charged - unused),
  };
}

/** A higher plan is an upgrade, and so is the same plan for longer; where the plans are not known, the price tells. */
function directionOf(subscription: MakeSubscription, price: MakePrice): PlanChangeDirection {
  const ranks = [subscription.planName, price.planName].map((name) => rankOf(name));
  const [from = null, to = null] = ranks;
  const days = [
    lengthOf(subscription.interval, subscription.intervalCount),
    lengthOf(price.interval, price.intervalCount),
  ];
  const [daysFrom = 1, daysTo = 1] = days;
  if (from !== null && to !== null) {
    const isHigher = from === to ? daysTo >= daysFrom : to > from;
    return isHigher ? 'UPGRADE' : 'DOWNGRADE';
  }
  // prices of a day, without dividing
  const isDearer = price.amount.minorUnits * daysFrom >= subscription.price.minorUnits * daysTo;
  return isDearer ? 'UPGRADE' : 'DOWNGRADE';
}

function rankOf(planName: string | null): number | null {
  const plan = planName === null ? 'UNKNOWN' : planFromName(planName);
  return plan === 'UNKNOWN' ? null : organizationPlans.indexOf(plan);
}

const daysOf: Readonly<Record<BillingInterval, number>> = {
  DAY: 1,
  WEEK: 7,
  MONTH: 30,
  YEAR: 365,
  UNKNOWN: 30,
};

function lengthOf(interval: BillingInterval | null, count: number | null): number {
  return daysOf[interval ?? 'UNKNOWN'] * (count ?? 1);
}

/** The period that runs. Where Make tells the next bill alone, the period ends with it and is as long as its interval. */
function periodOf(subscription: MakeSubscription): Period | null {
  const { currentPeriodStart, currentPeriodEnd, nextBillingAt, interval, intervalCount } = subscription;
  const end = currentPeriodEnd ?? nextBillingAt;
  if (end === null) return null;
  const start = currentPeriodStart ?? beforeBy(end, interval, intervalCount ?? 1);
  return start !== null && start < end ? { start, end } : null;
}

function beforeBy(end: Date, interval: BillingInterval | null, count: number): Date | null {
  if (interval === 'DAY' || interval === 'WEEK') {
    return new Date(end.getTime() - count * daysOf[interval] * dayMs);
  }
  if (interval !== 'MONTH' && interval !== 'YEAR') return null;
  return monthsAfter(end, -count * (interval === 'YEAR' ? 12 : 1));
}

const dayMs = 24 * 60 * 60 * 1000;

const daysBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / dayMs;
