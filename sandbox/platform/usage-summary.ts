import { addMonths, dayMs } from '../kernel/time.ts';
import { decimalDigits, decimalOf } from './decimal.ts';
import { timeText } from './fields.ts';
import { type Metered, type Metric, meter, metricRules, metrics, priced } from './metering.ts';
import type { Customer, Subscription } from './state.ts';
import type { Span } from './usage-period.ts';

export function usageSummary(
  customer: Customer,
  subscriptions: readonly Subscription[],
  metric: Metric | undefined,
  span: Span,
  now: number,
) {
  const past = { start: span.start, end: Math.min(span.end, now + 1) };
  const [first, ...later] = subscriptions;
  const used =
    first === undefined
      ? []
      : (metric === undefined ? metrics : [metric])
          .map((each) => ({
            metric: each,
            metered: meter(customer, [first, ...later], each, past, span.months),
          }))
          .filter(({ metric: each, metered }) => isShown(each, metered, metric));
  const last = later.at(-1) ?? first;
  const total = used.reduce((sum, { metered }) => sum + metered.cost, 0n);
  const projected = used.reduce(
    (sum, use) => sum + (last === undefined ? 0n : projectedCost(last, use, span, now)),
    0n,
  );
  return {
    period_start: timeText(span.start),
    period_end: timeText(span.end - 1),
    metrics: Object.fromEntries(used.map(({ metric: each, metered }) => [each, metricView(each, metered)])),
    total_cost: costNumber(total),
    projected_monthly_cost: costNumber(projected),
    updated_at: timeText(now),
  };
}

/** Data transfer has no limit to be under: it is shown once there is some, or when asked for. */
function isShown(metric: Metric, { quantity }: Metered, asked: Metric | undefined): boolean {
  return metricRules[metric].limit !== null || quantity > 0n || asked === metric;
}

function metricView(metric: Metric, { quantity, rate, included, overage, cost }: Metered) {
  return {
    [metricRules[metric].isCounted ? 'total_quantity' : 'current_usage']: quantityNumber(quantity),
    unit_price: Number(rate),
    included_quantity: included === null ? null : quantityNumber(included),
    overage_quantity: quantityNumber(overage),
    cost: costNumber(cost),
  };
}

/** What the month will cost if it goes on as until now; of another period, what it did cost. */
function projectedCost(
  subscription: Subscription,
  { metric, metered }: { readonly metric: Metric; readonly metered: Metered },
  { start, isCurrent, months }: Span,
  now: number,
): bigint {
  if (!isCurrent || !metricRules[metric].isCounted) return metered.cost;
  const elapsed = BigInt(Math.max(now - start, dayMs));
  const quantity = (metered.quantity * BigInt(addMonths(start, 1) - start)) / elapsed;
  return priced(subscription, metric, quantity, months).cost;
}

function quantityNumber(billionths: bigint): number {
  return Number(decimalOf(billionths, decimalDigits));
}

function costNumber(cost: bigint): number {
  return Number(decimalOf(cost, 2 * decimalDigits));
}
