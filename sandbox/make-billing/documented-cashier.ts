import { readBody } from '../kernel/body.ts';
import { type Call, type Endpoint, ok, type Reply } from '../kernel/endpoint.ts';
import { integerField, optionalBoolean, optionalEnum, optionalString } from '../kernel/fields.ts';
import { iso } from '../kernel/time.ts';
import { usageOf } from '../make-admin/usage.ts';
import {
  type Billed,
  billingAt,
  billingOf,
  recordChange,
  requirePaidPlan,
  requireRunning,
  requireSubscription,
} from './billing-access.ts';
import { cancel } from './cancellations.ts';
import { comparePlans } from './catalogue.ts';
import { planSubscription } from './documented-views.ts';
import { incompatible, readPriceId, requireChangeable, requirePlanPrice } from './orders.ts';
import { declined } from './payment-methods.ts';
import type { Subscription } from './state.ts';
import { changePlanNextPeriod, costOf, nextAmountOf, switchPlan } from './subscriptions.ts';

export const documentedCashier: readonly Endpoint[] = [
  { method: 'GET', template: '/cashier/billing/{organizationId}', handle: getBilling },
  { method: 'GET', template: '/cashier/subscription/{organizationId}', handle: getSubscription },
  { method: 'POST', template: '/cashier/subscription/upgrade', handle: upgrade },
  { method: 'POST', template: '/cashier/subscription/downgrade', handle: downgrade },
  { method: 'POST', template: '/cashier/subscription/cancel', handle: cancelByBody },
];

function getBilling(call: Call): Reply {
  const billed = requirePaidPlan(billingAt(call));
  const { organization, account } = billed;
  const subscription = requireRunning(billed);
  const now = call.world.timeline.now();
  const { operations, storage, users } = usageOf(call.world, organization);
  const { coupon } = subscription.discount ?? { coupon: null };
  const extras = account.extras.filter((extra) => extra.until > now);
  return ok({
    organizationId: organization.id,
    subscription: planSubscription(subscription),
    usage: {
      operations: { ...operations, resetDate: iso(operations.resetDate) },
      storage,
      users,
    },
    billing: {
      currentAmount:
        subscription.status === 'trialing' ? 0 : costOf(account, subscription.price, coupon, now),
      currency: account.currency,
      nextAmount: nextAmountOf(account, subscription),
      overageCharges: extras.reduce((sum, extra) => sum + extra.amount, 0),
    },
    billingAddress: account.profile.address,
    taxId: account.profile.taxId ?? undefined,
    invoiceEmailRecipients: account.profile.invoiceEmailRecipients,
  });
}

function getSubscription(call: Call): Reply {
  const billed = requirePaidPlan(billingAt(call));
  const subscription = requireRunning(billed);
  return ok({
    organizationId: billed.organization.id,
    subscription: planSubscription(subscription),
  });
}

/** To a higher plan, or the same for longer: at once, with what is left of the period billed. */
function upgrade(call: Call): Reply {
  const { billed, subscription, price } = planChange(call);
  const proration = optionalEnum(readBody(call), 'prorationBehavior', ['create_prorations', 'none']);
  if (comparePlans(price, subscription.price) < 0) {
    throw incompatible(`price ${price.id} is lower than price ${subscription.price.id}: this is a downgrade`);
  }
  const failure = switchPlan(call.world, billed.organization, subscription, price, proration);
  if (failure !== null) throw declined(failure, 'priceId');
  recordChange(call, billed, 'subscription_upgraded', { priceId: price.id });
  return outcome(
    billed,
    subscription,
    proration === 'none' ? subscription.periodEnd : call.world.timeline.now(),
  );
}

/** To a lower plan, or the same for shorter: when the period that was paid for ends. */
function downgrade(call: Call): Reply {
  const { billed, subscription, price } = planChange(call);
  if (comparePlans(price, subscription.price) > 0) {
    throw incompatible(`price ${price.id} is higher than price ${subscription.price.id}: this is an upgrade`);
  }
  changePlanNextPeriod(subscription, price);
  recordChange(call, billed, 'subscription_downgraded', { priceId: price.id });
  return outcome(billed, subscription, subscription.periodEnd);
}

function cancelByBody(call: Call): Reply {
  const billed = billingInBody(call);
  const body = readBody(call);
  const atPeriodEnd = optionalBoolean(body, 'atPeriodEnd') ?? true;
  const reason = optionalString(body, 'reason', { max: 500 });
  const subscription = cancel(call, billed, { atPeriodEnd, reason });
  return outcome(billed, subscription, subscription.endedAt ?? subscription.periodEnd);
}

function planChange(call: Call): {
  readonly billed: Billed;
  readonly subscription: Subscription;
  readonly price: ReturnType<typeof requirePlanPrice>;
} {
  const billed = billingInBody(call);
  const price = requirePlanPrice(readPriceId(readBody(call)), billed.account);
  const subscription = requireSubscription(billed);
  requireChangeable(subscription, price);
  return { billed, subscription, price };
}

function billingInBody(call: Call): Billed {
  return billingOf(call, integerField(readBody(call), 'organizationId', { min: 1 }));
}

function outcome(billed: Billed, subscription: Subscription, effectiveAt: number): Reply {
  return ok({
    organizationId: billed.organization.id,
    subscription: planSubscription(subscription),
    effectiveDate: iso(effectiveAt),
  });
}
