import { dayMs } from '../kernel/time.ts';
import { billionths, decimalDigits, decimalOf } from './decimal.ts';
import { minorUnitsOf } from './money.ts';
import type { Customer, Habit, Interval, LineDraft, Period, Subscription } from './state.ts';

export const metrics = ['api_calls', 'storage_gb', 'projects', 'data_transfer_gb'] as const;
export type Metric = (typeof metrics)[number];

interface MetricRule {
  readonly title: string;
  /** Counted up over a period; otherwise a level, of which the last one counts. */
  readonly isCounted: boolean;
  /** The plan's limit; null where nothing is included. */
  readonly limit: string | null;
  readonly rate: string;
}

export const metricRules: Readonly<Record<Metric, MetricRule>> = {
  api_calls: {
    title: 'API calls',
    isCounted: true,
    limit: 'api_calls_per_day',
    rate: 'api_calls_over_limit',
  },
  storage_gb: {
    title: 'Storage (GB)',
    isCounted: false,
    limit: 'storage_gb',
    rate: 'storage_gb_over_limit',
  },
  projects: { title: 'Projects', isCounted: false, limit: 'projects', rate: 'projects_over_limit' },
  data_transfer_gb: {
    title: 'Data transfer (GB)',
    isCounted: true,
    limit: null,
    rate: 'data_transfer_gb',
  },
};

/** Quantities in billionths; the cost in billionths of billionths of the currency's major unit. */
export interface Metered {
  readonly quantity: bigint;
  /** Null where the plan sets no limit. */
  readonly included: bigint | null;
  readonly rate: string;
  readonly overage: bigint;
  readonly cost: bigint;
}

/** What subscriptions of one customer, oldest first, used in a period, priced by the plan of the last one. */
export function meter(
  customer: Customer,
  [first, ...later]: readonly [Subscription, ...Subscription[]],
  metric: Metric,
  period: Period,
  months: number,
): Metered {
  const last = later.at(-1) ?? first;
  const rule = metricRules[metric];
  const quantity = rule.isCounted
    ? [first, ...later].reduce((sum, each) => sum + countIn(customer, each, metric, period), 0n)
    : levelAt(customer, last, metric, period.end);
  return priced(last, metric, quantity, months);
}

/** A quantity with what the plan includes of it for so many months, and what the rest costs. */
export function priced({ plan }: Subscription, metric: Metric, quantity: bigint, months: number): Metered {
  const rule = metricRules[metric];
  const limit = rule.limit === null ? 0 : plan.limits[rule.limit];
  const factor = rule.isCounted ? months : 1;
  const included = limit === undefined ? null : billionths(String(limit)) * BigInt(factor);
  const overage = included === null || quantity <= included ? 0n : quantity - included;
  const rate = plan.usageRates[rule.rate] ?? '0';
  return { quantity, included, rate, overage, cost: overage * billionths(rate) };
}

/** Months' worth of its limits that a plan includes in one of its intervals. */
export function monthsOf(interval: Interval): number {
  return interval === 'year' ? 12 : 1;
}

/** One line for each metric that went over its limit, rounded to the minor unit once. */
export function usageLines(customer: Customer, subscription: Subscription, period: Period): LineDraft[] {
  const { currency, interval } = subscription.pricing;
  return metrics.flatMap((metric) => {
    const { overage, rate, cost } = meter(customer, [subscription], metric, period, monthsOf(interval));
    const amount = minorUnitsOf(cost, currency);
    if (amount === 0) return [];
    const quantity = decimalOf(overage, decimalDigits);
    const description = `${metricRules[metric].title} over limit: ${quantity} at ${rate} ${currency}`;
    return [{ description, quantity: 1, unitPrice: amount, period, isProration: false }];
  });
}

function countIn(customer: Customer, subscription: Subscription, metric: Metric, period: Period): bigint {
  const start = Math.max(period.start, subscription.createdAt);
  const end = Math.min(period.end, subscription.endedAt ?? period.end);
  let sum = 0n;
  for (const record of customer.usageRecords) {
    const counts = record.subscriptionId === subscription.id && record.metric === metric;
    if (counts && record.at >= start && record.at < period.end) sum += billionths(record.quantity);
  }
  if (metric !== 'api_calls' || customer.habit === null) return sum;
  return sum + BigInt(callsIn(customer.habit, start, end)) * 1_000_000_000n;
}

/** A level that was recorded holds from then on, and grows by what the customer's own habit adds. */
function levelAt(customer: Customer, subscription: Subscription, metric: Metric, at: number): bigint {
  const end = Math.min(at, subscription.endedAt ?? at);
  let level = habitLevel(customer.habit, metric, end);
  let latest = Number.NEGATIVE_INFINITY;
  for (const record of customer.usageRecords) {
    if (record.metric !== metric || record.at >= end || record.at < latest) continue;
    latest = record.at;
    const since = habitLevel(customer.habit, metric, end) - habitLevel(customer.habit, metric, record.at);
    level = billionths(record.quantity) + since;
  }
  return level;
}

function habitLevel(habit: Habit | null, metric: Metric, at: number): bigint {
  if (habit === null) return 0n;
  const days = Math.max(0, Math.floor((at - habit.since) / dayMs));
  if (metric === 'storage_gb') return BigInt(habit.storage + days * habit.storageGrowth) * 10_000_000n;
  return BigInt(habit.projects + Math.floor(days / 90)) * 1_000_000_000n;
}

/** A day's calls are counted when the day is over: at its end, midnight UTC. */
function callsIn(habit: Habit, start: number, end: number): number {
  let calls = 0;
  const from = Math.max(start, habit.since);
  for (let day = Math.floor(from / dayMs); (day + 1) * dayMs <= end; day += 1) calls += callsOn(habit, day);
  return calls;
}

/** A fifth more or less than usual by chance, and little at weekends. */
function callsOn({ seed, apiCallsPerDay }: Habit, day: number): number {
  let mixed = Math.imul(seed ^ day, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  const chance = ((mixed ^ (mixed >>> 13)) >>> 0) % 401;
  const isWeekend = (day + 4) % 7 === 0 || (day + 4) % 7 === 6;
  return Math.floor((apiCallsPerDay * (800 + chance) * (isWeekend ? 3 : 10)) / 10_000);
}
