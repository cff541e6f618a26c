import type { Organization, PlanName } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { type PaidPlan, planPrice } from './catalogue.ts';
import { ensureWorkingMethod, payOnPage } from './hosted-payments.ts';
import { invoiceExtras } from './purchases.ts';
import { endSubscription } from './renewals.ts';
import { accountOf, runningSubscription, type Subscription } from './state.ts';
import { startSubscription } from './subscriptions.ts';

/** Single payments for extra operations, paid now. */
export function addPayments(world: World, organization: Organization, count: number): unknown {
  const made = Array.from({ length: count }, () => {
    const invoice = invoiceExtras(world, organization, { quantity: 1 });
    payOnPage(world, invoice, false);
    return invoice;
  });
  return {
    payments: made.map((invoice) => invoice.payment?.id),
    invoices: made.map(({ id, number }) => ({ id, number })),
  };
}

/** Open invoices over extra operations, due in 30 days; nothing has been paid of them. */
export function addMakeInvoices(world: World, organization: Organization, count: number): unknown {
  const made = Array.from({ length: count }, () => invoiceExtras(world, organization, { quantity: 1 }));
  return made.map(({ id, number }) => ({ id, number }));
}

/** Changes the plan without billing the change. A free organization gets a subscription, which bills its first period. */
export function setPlan(world: World, organization: Organization, plan: PlanName): unknown {
  const running = runningSubscription(accountOf(world, organization));
  if (plan === 'free') {
    if (running !== null) endSubscription(world, organization, running);
    return { plan: organization.plan };
  }
  const subscription = running ?? begin(world, organization, plan);
  subscription.price = planPrice(plan, organization.currency, subscription.price.interval);
  subscription.nextPrice = null;
  organization.plan = plan;
  return { plan, subscriptionId: subscription.id, priceId: subscription.price.id };
}

/**
 * Changes the status, and nothing else. What is cancelled runs to the end of its period. An organization
 * without a subscription gets one first: to the plan it had last, or else to Core.
 */
export function setSubscriptionStatus(
  world: World,
  organization: Organization,
  status: Subscription['status'],
): unknown {
  const account = accountOf(world, organization);
  const lastPlan = account.subscription?.price.product.plan ?? 'core';
  const subscription = runningSubscription(account) ?? begin(world, organization, lastPlan);
  subscription.status = status;
  if (status === 'active') subscription.cancelAtPeriodEnd = false;
  if (status === 'trialing')
    subscription.trial = { start: world.timeline.now(), end: subscription.periodEnd };
  return { subscriptionId: subscription.id, status };
}

function begin(world: World, organization: Organization, plan: PaidPlan): Subscription {
  const account = accountOf(world, organization);
  ensureWorkingMethod(world, account);
  startSubscription(world, organization, { price: planPrice(plan, organization.currency, 'month') });
  const subscription = runningSubscription(account);
  if (subscription === null) throw new Error(`organization ${organization.id} could not be subscribed`);
  return subscription;
}
