import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import {
  optionalEnum,
  optionalInteger,
  optionalObject,
  optionalString,
  stringField,
} from '../kernel/fields.ts';
import { iso } from '../kernel/time.ts';
import {
  type Billed,
  billingAt,
  recordChange,
  requirePaidPlan,
  requireRunning,
  requireSubscription,
} from './billing-access.ts';
import { cancel } from './cancellations.ts';
import { requireCoupon } from './coupons.ts';
import { readCustomer, readPaymentMethodId, updateBilling } from './customer-details.ts';
import { couponDetails, subscriptionDetails } from './documented-views.ts';
import { readPriceId, requireChangeable, requireNoSubscription, requirePlanPrice } from './orders.ts';
import { requireMethod } from './payment-methods.ts';
import { endSubscription } from './renewals.ts';
import { runningSubscription } from './state.ts';
import {
  applyCoupon,
  discountedPrice,
  nextAmountOf,
  startSubscription,
  switchPlan,
} from './subscriptions.ts';

export const documentedSubscription: readonly Endpoint[] = [
  { method: 'GET', template: '/organizations/{organizationId}/subscription', handle: get },
  { method: 'POST', template: '/organizations/{organizationId}/subscription', handle: create },
  { method: 'PATCH', template: '/organizations/{organizationId}/subscription', handle: update },
  { method: 'DELETE', template: '/organizations/{organizationId}/subscription', handle: remove },
  { method: 'POST', template: '/organizations/{organizationId}/subscription-free', handle: setFree },
  {
    method: 'POST',
    template: '/organizations/{organizationId}/subscription/coupon-apply',
    handle: useCoupon,
  },
];

function get(call: Call): Reply {
  return ok(details(call, requirePaidPlan(billingAt(call))));
}

function create(call: Call): Reply {
  const billed = billingAt(call);
  const { account, organization } = billed;
  const body = readBody(call);
  const price = requirePlanPrice(readPriceId(body), account);
  const trialDays = optionalInteger(body, 'trialDays', { min: 0, max: 90 }) ?? 0;
  const couponCode = optionalString(body, 'couponCode', { max: 50 });
  const customer = readCustomer(body, 'address');
  const methodId = readPaymentMethodId(body);
  if (methodId !== undefined) requireMethod(account, methodId, 'customerDetails.paymentMethodId');
  const coupon = couponCode === undefined ? null : requireCoupon(call.world, couponCode);
  requireNoSubscription(account);

  updateBilling(account, { customer, methodId }, () =>
    startSubscription(call.world, organization, { price, coupon, trialDays }),
  );
  recordChange(call, billed, 'subscription_created', {
    plan: organization.plan,
    priceId: price.id,
    trialDays,
  });
  return created(details(call, billed));
}

function update(call: Call): Reply {
  const billed = billingAt(call);
  const { account, organization } = billed;
  const body = readBody(call);
  const priceId = body['priceId'] === undefined ? undefined : readPriceId(body);
  const price = priceId === undefined ? undefined : requirePlanPrice(priceId, account);
  const proration = optionalEnum(body, 'prorationBehavior', ['create_prorations', 'none']);
  const customer = readCustomer(body, 'billingAddress');
  const methodId = readPaymentMethodId(body);
  if (price === undefined && optionalObject(body, 'customerDetails') === undefined) {
    throw new Refusal(400, 'missing_required_fields', 'priceId or customerDetails is required', {
      field: 'priceId',
      reason: 'is required where there is no customerDetails',
    });
  }
  const subscription = requireSubscription(billed);
  if (methodId !== undefined) requireMethod(account, methodId, 'customerDetails.paymentMethodId');
  if (price !== undefined) requireChangeable(subscription, price);

  updateBilling(account, { customer, methodId }, () =>
    price === undefined ? null : switchPlan(call.world, organization, subscription, price, proration),
  );
  recordChange(call, billed, 'subscription_updated', { priceId, proration, paymentMethodId: methodId });
  return ok(details(call, billed));
}

function remove(call: Call): Reply {
  const billed = billingAt(call);
  const at = call.query.get('at_period_end') ?? 'true';
  if (at !== 'true' && at !== 'false') {
    throw new Refusal(400, 'invalid_request', 'at_period_end: must be true or false', {
      field: 'at_period_end',
      reason: 'must be true or false',
    });
  }
  const reason = optionalString({ reason: call.query.get('reason') || undefined }, 'reason', { max: 500 });
  const subscription = cancel(call, billed, { atPeriodEnd: at === 'true', reason });
  return ok({
    success: true,
    subscriptionId: String(subscription.id),
    status: subscription.status,
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    effectiveDate: iso(subscription.endedAt ?? subscription.periodEnd),
  });
}

function setFree(call: Call): Reply {
  const billed = billingAt(call);
  const subscription = runningSubscription(billed.account);
  if (subscription === null) {
    throw new Refusal(409, 'plan_incompatible', 'The organization is on the Free plan already', {
      reason: 'the organization has no subscription',
    });
  }
  endSubscription(call.world, billed.organization, subscription);
  recordChange(call, billed, 'subscription_cancelled', { plan: billed.organization.plan });
  return ok({
    success: true,
    plan: billed.organization.plan,
    message: 'The organization is on the Free plan now',
    effectiveDate: iso(call.world.timeline.now()),
  });
}

function useCoupon(call: Call): Reply {
  const billed = billingAt(call);
  const code = stringField(readBody(call), 'couponCode', { max: 50 });
  const coupon = requireCoupon(call.world, code);
  const subscription = requireSubscription(billed);
  if (subscription.discount?.coupon === coupon) {
    throw new Refusal(400, 'coupon_invalid', 'The coupon is applied already', {
      field: 'couponCode',
      reason: `${code} is the coupon of this subscription`,
    });
  }
  applyCoupon(call.world, subscription, coupon);
  recordChange(call, billed, 'coupon_applied', { couponCode: code });
  return ok({
    success: true,
    coupon: couponDetails(coupon),
    newSubscriptionTotal: discountedPrice(subscription, call.world.timeline.now()),
    nextBillingAmount: nextAmountOf(billed.account, subscription),
  });
}

function details({ world }: Call, billed: Billed): object {
  return subscriptionDetails(requireRunning(billed), world.timeline.now());
}
