import { readBody } from '../kernel/body.ts';
import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import { objectField, optionalEnum } from '../kernel/fields.ts';
import type { World } from '../world.ts';
import { periodAt } from './billing-cycle.ts';
import { requireCharge } from './charges.ts';
import { optionalMetadata, requireFields, success, timeText } from './fields.ts';
import { totalsOf } from './invoicing.ts';
import { openPlanNamed, ownerOf, subscriptionAt } from './lookups.ts';
import { formatAmount, share } from './money.ts';
import type { LineDraft, Period, Plan, Subscription } from './state.ts';
import { bill, planLine, renewAtPeriodEnd, unbilledLines } from './subscription-cycle.ts';
import { nextInvoiceView } from './subscription-detail.ts';
import { subscriptionSummary } from './subscription-views.ts';
import { prorationBehaviors } from './subscriptions.ts';
import { requireTaxService } from './tax.ts';

export const upgradeEndpoints: readonly Endpoint[] = [
  { method: 'PUT', template: '/billing/subscriptions/{subscription_id}/upgrade', handle: upgrade },
];

/** What the change comes to before tax, for the time that is left of the period. */
function upgrade(call: Call): Reply {
  const { world } = call;
  const subscription = subscriptionAt(call);
  const fields = objectField(readBody(call), 'upgrade');
  requireFields(fields, 'target_plan_id');
  const target = openPlanNamed(world, fields, 'target_plan_id');
  const prorates = optionalEnum(fields, 'proration_behavior', prorationBehaviors) !== 'none';
  const immediate = optionalEnum(fields, 'billing_cycle_anchor', ['immediate', 'unchanged']) === 'immediate';
  optionalMetadata(fields);
  requireHigher(subscription, target);
  requireTaxService(ownerOf(world, subscription));

  const now = world.timeline.now();
  const isTrial = subscription.status === 'trialing';
  const amount =
    immediate && !isTrial
      ? startAnew(world, subscription, target, prorates)
      : changeWithin(subscription, target, prorates && !isTrial, now);
  const { currency } = subscription.pricing;
  const { id, plan_id, plan_name, status, current_period_end } = subscriptionSummary(subscription);
  return ok(
    success({
      subscription: {
        id,
        plan_id,
        plan_name,
        status,
        current_period_end,
        proration: {
          proration_amount: amount,
          proration_date: timeText(now),
          formatted_proration: formatAmount(amount, currency),
        },
        next_invoice: nextInvoiceView(world, subscription),
      },
    }),
  );
}

/** The rest of the period at the new price less the rest of it at the old one, on the next invoice. A trial costs neither. */
export function changeWithin(
  subscription: Subscription,
  target: Plan,
  prorates: boolean,
  now: number,
): number {
  const rest = { start: now, end: subscription.currentPeriodEnd };
  const whole = wholePeriod(subscription);
  const lines = prorates
    ? [
        unusedLine(subscription, rest, whole),
        prorationLine(`Remaining time on ${target.name}`, target.pricing.amount, rest, whole),
      ]
    : [];
  subscription.pendingLines = [...subscription.pendingLines, ...lines];
  subscription.plan = target;
  subscription.pricing = target.pricing;
  return sumOf(lines);
}

/** A new period begins now and is charged at once, less what is left of the old one. Nothing changes where the charge is declined. */
function startAnew(world: World, subscription: Subscription, target: Plan, prorates: boolean): number {
  const now = world.timeline.now();
  const rest = { start: now, end: subscription.currentPeriodEnd };
  const lines = [
    ...(prorates ? [unusedLine(subscription, rest, wholePeriod(subscription))] : []),
    planLine(target, target.pricing, now, now),
  ];
  const allLines = [...unbilledLines(world, subscription, now), ...lines];
  const customer = ownerOf(world, subscription);
  requireCharge(customer, subscription.paymentMethodId, totalsOf(customer, allLines).total, now);
  subscription.plan = target;
  subscription.pricing = target.pricing;
  subscription.pendingLines = [];
  subscription.billingCycleAnchor = now;
  subscription.currentPeriodStart = now;
  subscription.currentPeriodEnd = periodAt(now, now, target.pricing.interval).end;
  bill(world, subscription, allLines);
  renewAtPeriodEnd(world, subscription);
  return sumOf(lines);
}

function requireHigher(subscription: Subscription, target: Plan): void {
  const reason = incompatibility(subscription, target);
  if (reason === null) return;
  throw new Refusal(409, 'plan_incompatible', `The subscription cannot be upgraded to this plan: ${reason}`, {
    field: 'target_plan_id',
    reason,
  });
}

function incompatibility({ status, plan, pricing }: Subscription, target: Plan): string | null {
  const { amount, currency, interval } = target.pricing;
  if (status === 'canceled' || status === 'past_due') return `the subscription is ${status}`;
  if (currency !== pricing.currency) return `it is in ${currency}, the subscription in ${pricing.currency}`;
  if (interval !== pricing.interval) {
    return `it is billed by the ${interval}, the subscription by the ${pricing.interval}`;
  }
  return amount > pricing.amount ? null : `its price is not higher than that of ${plan.name}`;
}

/** The whole interval that the current period's price was counted by. */
function wholePeriod({ currentPeriodStart, billingCycleAnchor, pricing }: Subscription): Period {
  return periodAt(currentPeriodStart, billingCycleAnchor, pricing.interval);
}

function unusedLine({ plan, pricing }: Subscription, rest: Period, whole: Period): LineDraft {
  return prorationLine(`Unused time on ${plan.name}`, -pricing.amount, rest, whole);
}

function prorationLine(description: string, price: number, rest: Period, whole: Period): LineDraft {
  const unitPrice = share(price, rest.end - rest.start, whole.end - whole.start);
  return { description, quantity: 1, unitPrice, period: rest, isProration: true };
}

function sumOf(lines: readonly LineDraft[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
}
