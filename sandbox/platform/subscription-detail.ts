import type { World } from '../world.ts';
import { decimalDigits, decimalOf } from './decimal.ts';
import { timeText } from './fields.ts';
import { ownerOf } from './lookups.ts';
import { type Metric, meter, monthsOf } from './metering.ts';
import { formatAmount } from './money.ts';
import type { Subscription } from './state.ts';
import { nextInvoice } from './subscription-cycle.ts';
import { subscriptionSummary } from './subscription-views.ts';

export function subscriptionDetail(world: World, subscription: Subscription) {
  return {
    ...subscriptionSummary(subscription),
    usage_summary: usageSummary(world, subscription),
    next_invoice: nextInvoiceView(world, subscription),
  };
}

/** What the next invoice will come to by what is known now, tax included. */
export function nextInvoiceView(world: World, subscription: Subscription) {
  const next = nextInvoice(world, subscription);
  if (next === null) return null;
  const { currency } = subscription.pricing;
  return {
    amount: next.total,
    currency,
    formatted_amount: formatAmount(next.total, currency),
    date: timeText(subscription.currentPeriodEnd),
  };
}

function usageSummary(world: World, subscription: Subscription) {
  const customer = ownerOf(world, subscription);
  const { currentPeriodStart: start, pricing } = subscription;
  const period = { start, end: world.timeline.now() + 1 };
  const use = (metric: Metric) => {
    const used = meter(customer, [subscription], metric, period, monthsOf(pricing.interval));
    return {
      used: Number(decimalOf(used.quantity, decimalDigits)),
      limit: used.included === null ? null : Number(decimalOf(used.included, decimalDigits)),
    };
  };
  const [calls, storage, projects] = [use('api_calls'), use('storage_gb'), use('projects')];
  return {
    api_calls_used: calls.used,
    api_calls_limit: calls.limit,
    storage_used_gb: storage.used,
    storage_limit_gb: storage.limit,
    projects_used: projects.used,
    projects_limit: projects.limit,
  };
}
