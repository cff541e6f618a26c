import { dayMs } from '../kernel/time.ts';
import type { World } from '../world.ts';
import { intervalAdverbs, periodAt } from './billing-cycle.ts';
import { collect } from './charges.ts';
import { closeSubscription } from './closing.ts';
import { announceSubscription } from './events.ts';
import { newId } from './ids.ts';
import { issueInvoice, type Totals, totalsOf } from './invoicing.ts';
import { ownerOf } from './lookups.ts';
import { usageLines } from './metering.ts';
import { share } from './money.ts';
import type { Customer, LineDraft, Metadata, Period, Plan, Pricing, Subscription } from './state.ts';

export interface Start {
  readonly customer: Customer;
  readonly plan: Plan;
  readonly paymentMethodId?: string | null;
  readonly trialDays?: number | undefined;
  /** Periods begin whole intervals away from here; from the end of the trial, or the start, where it is not given. */
  readonly anchor?: number | undefined;
  readonly metadata?: Metadata;
}

/** Begins a subscription now. Without a trial the first period is billed at once. */
export function startSubscription(world: World, start: Start): Subscription {
  const { customer, plan, trialDays = 0 } = start;
  const now = world.timeline.now();
  const trialEnd = trialDays === 0 ? null : now + trialDays * dayMs;
  const anchor = start.anchor ?? trialEnd ?? now;
  for (const earlier of customer.subscriptions) {
    if (earlier.endedAt === null) endSubscription(world, earlier, 'replaced');
  }
  const subscription: Subscription = {
    id: newId(world, 'sub'),
    customerId: customer.id,
    plan,
    pricing: plan.pricing,
    status: trialEnd === null ? 'active' : 'trialing',
    paymentMethodId: start.paymentMethodId ?? null,
    currentPeriodStart: now,
    currentPeriodEnd: trialEnd ?? periodAt(now, anchor, plan.pricing.interval).end,
    trialStart: trialEnd === null ? null : now,
    trialEnd,
    billingCycleAnchor: anchor,
    cyclesBilled: 0,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    cancellationReason: null,
    cancellationFeedback: null,
    endedAt: null,
    pendingLines: [],
    metadata: start.metadata ?? {},
    createdAt: now,
  };
  world.platform.subscriptions.set(subscription.id, subscription);
  customer.subscriptions.push(subscription);
  announceSubscription(world, 'customer.subscription.created', subscription);
  if (trialEnd === null) bill(world, subscription, [planLine(plan, plan.pricing, now, anchor)]);
  renewAtPeriodEnd(world, subscription);
  return subscription;
}

/** The price of the period that begins at an instant: in proportion where it is shorter than the interval. */
export function planLine(plan: Plan, pricing: Pricing, at: number, anchor: number): LineDraft {
  const whole = periodAt(at, anchor, pricing.interval);
  return {
    description: `${plan.name} Plan - ${intervalAdverbs[pricing.interval]}`,
    quantity: 1,
    unitPrice: share(pricing.amount, whole.end - at, whole.end - whole.start),
    period: { start: at, end: whole.end },
    isProration: at !== whole.start,
  };
}

/** Ends it now for good, and bills what was used and not yet billed. */
export function endSubscription(world: World, subscription: Subscription, reason: string): void {
  const lines = unbilledLines(world, subscription, world.timeline.now() + 1);
  closeSubscription(world, subscription, reason);
  if (lines.length > 0) bill(world, subscription, lines);
}

/** Bills lines for the current period and charges them. */
export function bill(world: World, subscription: Subscription, lines: readonly LineDraft[]): void {
  const invoice = issueInvoice(world, {
    customer: ownerOf(world, subscription),
    currency: subscription.pricing.currency,
    lines,
    subscriptionId: subscription.id,
    period: { start: subscription.currentPeriodStart, end: subscription.currentPeriodEnd },
  });
  subscription.cyclesBilled += 1;
  collect(world, invoice);
}

/** What has been used over the limits before an instant, and prorations. A trial's use is free. */
export function unbilledLines(world: World, subscription: Subscription, before: number): LineDraft[] {
  const period: Period = { start: subscription.currentPeriodStart, end: before };
  const isTrial = subscription.trialEnd !== null && period.start < subscription.trialEnd;
  const used = isTrial ? [] : usageLines(ownerOf(world, subscription), subscription, period);
  return [...subscription.pendingLines, ...used];
}

/** What the end of the current period will bill, as far as is known now; null where it will bill nothing. */
export function nextInvoice(world: World, subscription: Subscription): Totals | null {
  if (subscription.endedAt !== null) return null;
  const lines = unbilledLines(world, subscription, world.timeline.now() + 1);
  if (!endsWithPeriod(subscription)) lines.unshift(renewalLine(subscription));
  return lines.length === 0 ? null : totalsOf(ownerOf(world, subscription), lines);
}

export function renewAtPeriodEnd(world: World, subscription: Subscription): void {
  const at = subscription.currentPeriodEnd;
  world.timeline.at(at, () => {
    if (subscription.endedAt === null && subscription.currentPeriodEnd === at) endPeriod(world, subscription);
  });
}

function endPeriod(world: World, subscription: Subscription): void {
  const at = subscription.currentPeriodEnd;
  if (endsWithPeriod(subscription)) {
    endSubscription(world, subscription, 'billing_cycles_completed');
    return;
  }
  const lines = [renewalLine(subscription), ...unbilledLines(world, subscription, at)];
  subscription.pendingLines = [];
  subscription.currentPeriodStart = at;
  subscription.currentPeriodEnd = periodAt(
    at,
    subscription.billingCycleAnchor,
    subscription.pricing.interval,
  ).end;
  if (subscription.status === 'trialing') subscription.status = 'active';
  bill(world, subscription, lines);
  renewAtPeriodEnd(world, subscription);
}

function renewalLine({ plan, pricing, currentPeriodEnd, billingCycleAnchor }: Subscription): LineDraft {
  return planLine(plan, pricing, currentPeriodEnd, billingCycleAnchor);
}

function endsWithPeriod({ cancelAtPeriodEnd, pricing, cyclesBilled }: Subscription): boolean {
  return cancelAtPeriodEnd || (pricing.billingCycles !== null && cyclesBilled >= pricing.billingCycles);
}
