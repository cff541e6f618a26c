import { addMonths, dayMs } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { monthsOf } from './catalogue.ts';
import { charge, defaultMethod } from './charging.ts';
import { issueInvoice, planLine, voidInvoice } from './invoices.ts';
import { type Account, accountOf, type Invoice, type Subscription } from './state.ts';

/** Days after a failed renewal on which it is tried again. After the last the subscription ends. */
const retryDays = [3, 5, 7] as const;

/** Has the subscription renewed, changed or ended when its period is over. */
export function awaitPeriodEnd(world: World, organization: Organization, subscription: Subscription): void {
  const { periodEnd } = subscription;
  world.timeline.at(periodEnd, () => {
    if (subscription.endedAt === null && subscription.periodEnd === periodEnd) {
      finishPeriod(world, organization, subscription);
    }
  });
}

/** Moves on to the period that follows. */
function beginPeriod(subscription: Subscription): void {
  subscription.months += monthsOf(subscription.price);
  subscription.periodStart = subscription.periodEnd;
  subscription.periodEnd = addMonths(subscription.anchor, subscription.months);
}

/** Begins a period at an instant, from which periods are counted from now on. */
export function beginPeriodAt(subscription: Subscription, anchor: number): void {
  subscription.anchor = anchor;
  subscription.months = 0;
  subscription.periodEnd = anchor;
  beginPeriod(subscription);
}

/** Bills the period that has begun. Not collected yet. */
export function billPeriod(world: World, account: Account, subscription: Subscription): Invoice {
  const { price, discount, periodStart, periodEnd } = subscription;
  return issueInvoice(world, account, {
    price,
    subscription,
    lines: [planLine(price, { start: periodStart, end: periodEnd })],
    coupon: discount?.coupon ?? null,
    dueInDays: 7,
  });
}

/** Ends it now: the organization is on the free plan, what is still open is not asked for any more. */
export function endSubscription(world: World, organization: Organization, subscription: Subscription): void {
  subscription.status = 'cancelled';
  subscription.endedAt = world.timeline.now();
  subscription.nextPrice = null;
  organization.plan = 'free';
  const account = accountOf(world, organization);
  for (const invoice of account.invoices) {
    const isOpen = invoice.status === 'open' && invoice.payment?.status !== 'processing';
    if (isOpen && invoice.subscriptionId === subscription.id) voidInvoice(account, invoice);
  }
}

function finishPeriod(world: World, organization: Organization, subscription: Subscription): void {
  if (subscription.cancelAtPeriodEnd || subscription.status === 'cancelled') {
    endSubscription(world, organization, subscription);
    return;
  }
  if (subscription.nextPrice !== null) {
    subscription.price = subscription.nextPrice;
    subscription.nextPrice = null;
    organization.plan = subscription.price.product.plan;
  }
  if (subscription.status === 'trialing') beginPeriodAt(subscription, subscription.periodEnd);
  else beginPeriod(subscription);
  awaitPeriodEnd(world, organization, subscription);
  // a suspended subscription runs on without being billed
  if (subscription.status === 'suspended') return;

  const account = accountOf(world, organization);
  const invoice = billPeriod(world, account, subscription);
  if (charge(world, invoice, defaultMethod(account)) === null) {
    subscription.status = 'active';
    return;
  }
  subscription.status = 'past_due';
  for (const days of retryDays) {
    const isLast = days === retryDays.at(-1);
    world.timeline.at(world.timeline.now() + days * dayMs, () =>
      retry(world, organization, subscription, invoice, isLast),
    );
  }
}

function retry(
  world: World,
  organization: Organization,
  subscription: Subscription,
  invoice: Invoice,
  isLast: boolean,
): void {
  if (invoice.status !== 'open' || invoice.payment?.status === 'processing') return;
  const failure = charge(world, invoice, defaultMethod(accountOf(world, organization)));
  if (failure === null || !isLast) return;
  invoice.status = 'uncollectible';
  endSubscription(world, organization, subscription);
}
