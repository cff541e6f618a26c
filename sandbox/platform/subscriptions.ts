import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import {
  type Fields,
  invalidField,
  objectField,
  optionalEnum,
  optionalInteger,
  optionalString,
} from '../kernel/fields.ts';
import { dayMs, dayStart } from '../kernel/time.ts';
import { requireCharge } from './charges.ts';
import { cancelAtPeriodEnd } from './closing.ts';
import {
  optionalInstant,
  optionalMetadata,
  queryFields,
  queryFlag,
  requireFields,
  success,
} from './fields.ts';
import { totalsOf } from './invoicing.ts';
import { customerNamed, openPlanNamed, ownerOf, paymentMethodNamed, subscriptionAt } from './lookups.ts';
import type { Customer } from './state.ts';
import { endSubscription, planLine, startSubscription } from './subscription-cycle.ts';
import { subscriptionDetail } from './subscription-detail.ts';
import { cancellation, subscriptionSummary } from './subscription-views.ts';
import { requireTaxService } from './tax.ts';

export const subscriptionEndpoints: readonly Endpoint[] = [
  { method: 'POST', template: '/billing/subscriptions', handle: createSubscription },
  { method: 'GET', template: '/billing/subscriptions/{subscription_id}', handle: getSubscription },
  { method: 'PUT', template: '/billing/subscriptions/{subscription_id}', handle: updateSubscription },
  { method: 'DELETE', template: '/billing/subscriptions/{subscription_id}', handle: cancelSubscription },
];

export const prorationBehaviors = ['create_prorations', 'none'] as const;

/** Nothing is kept where the first charge is declined. */
function createSubscription(call: Call): Reply {
  const { world } = call;
  const fields = objectField(readBody(call), 'subscription');
  requireFields(fields, 'customer_id', 'plan_id');
  const customer = customerNamed(world, fields);
  const plan = openPlanNamed(world, fields, 'plan_id');
  const method = paymentMethodNamed(fields, customer);
  const trialDays =
    optionalInteger(fields, 'trial_period_days', { min: 0, max: 730 }) ?? plan.pricing.trialPeriodDays;
  const now = world.timeline.now();
  const anchor = readAnchor(fields, now);
  const metadata = optionalMetadata(fields);
  refuseSecond(customer);
  requireTaxService(customer);
  const paymentMethodId = method?.id ?? null;
  const start = { customer, plan, paymentMethodId, trialDays, anchor, metadata };
  if (trialDays === 0) {
    const { total } = totalsOf(customer, [planLine(plan, plan.pricing, now, anchor ?? now)]);
    requireCharge(customer, paymentMethodId, total, now);
  }
  const subscription = startSubscription(world, start);
  return created(success({ subscription: subscriptionSummary(subscription) }));
}

function getSubscription(call: Call): Reply {
  return ok(success({ subscription: subscriptionDetail(call.world, subscriptionAt(call)) }));
}

function updateSubscription(call: Call): Reply {
  const subscription = subscriptionAt(call);
  const fields = objectField(readBody(call), 'subscription');
  optionalEnum(fields, 'proration_behavior', prorationBehaviors);
  const method = paymentMethodNamed(fields, ownerOf(call.world, subscription));
  subscription.metadata = { ...subscription.metadata, ...optionalMetadata(fields) };
  subscription.paymentMethodId = method?.id ?? subscription.paymentMethodId;
  return ok(success({ subscription: subscriptionDetail(call.world, subscription) }));
}

/** One that is canceled already can still be ended at once; further calls change nothing. */
function cancelSubscription(call: Call): Reply {
  const { world, query } = call;
  const subscription = subscriptionAt(call);
  const immediately = queryFlag(query, 'immediately');
  const fields = queryFields(query);
  const reason = optionalString(fields, 'reason', { max: 500 });
  const feedback = optionalString(fields, 'feedback', { max: 2000 });
  if (subscription.endedAt === null) {
    subscription.cancellationReason = reason ?? subscription.cancellationReason ?? 'customer_request';
    subscription.cancellationFeedback = feedback ?? subscription.cancellationFeedback;
    if (immediately) endSubscription(world, subscription, subscription.cancellationReason);
    else cancelAtPeriodEnd(world, subscription);
  }
  const { id, status, current_period_end, cancel_at_period_end } = subscriptionSummary(subscription);
  return ok(
    success({
      subscription: { id, status, cancel_at_period_end, ...cancellation(subscription), current_period_end },
    }),
  );
}

/** A day alone stands for the time of day at which the subscription is made. */
function readAnchor(fields: Fields, now: number): number | undefined {
  const anchor = optionalInstant(fields, 'billing_cycle_anchor');
  if (anchor === undefined) return undefined;
  const at = anchor.lengthMs === dayMs ? anchor.at + (now - dayStart(now)) : anchor.at;
  if (at >= now && at <= now + 5 * 366 * dayMs) return at;
  throw invalidField('billing_cycle_anchor', 'must be today or later, and within five years');
}

function refuseSecond({ subscriptions }: Customer): void {
  const running = subscriptions.find(({ status }) => status !== 'canceled');
  if (running === undefined) return;
  throw new Refusal(409, 'subscription_exists', 'The customer already has an active subscription', {
    field: 'customer_id',
    reason: `has subscription ${running.id}, which is ${running.status}`,
  });
}
