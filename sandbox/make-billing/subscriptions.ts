import { dayMs } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import type { PlanPrice } from './catalogue.ts';
import { type ChargeFailure, charge, defaultMethod } from './charging.ts';
import { type Coupon, discountOn } from './coupons.ts';
import { issueInvoice, type LineDraft, planLine, sumUp, voidInvoice } from './invoices.ts';
import { awaitPeriodEnd, beginPeriodAt, billPeriod } from './renewals.ts';
import { type Account, accountOf, newNumber, runningSubscription, type Subscription } from './state.ts';

interface Start {
  readonly price: PlanPrice;
  readonly coupon?: Coupon | null;
  readonly trialDays?: number;
  /** The id that was promised for it. */
  readonly id?: number;
}

/**
 * Begins a subscription. When its first charge fails there is none, and the invoice is void. Without anything
 * to charge nothing is tried.
 */
export function startSubscription(
  world: World,
  organization: Organization,
  { price, coupon = null, trialDays = 0, id = newNumber(world) }: Start,
): ChargeFailure | null {
  const now = world.timeline.now();
  const account = accountOf(world, organization);
  if (trialDays === 0 && defaultMethod(account) === null) return 'no_payment_method';
  const subscription: Subscription = {
    id,
    status: trialDays > 0 ? 'trialing' : 'active',
    price,
    nextPrice: null,
    anchor: now,
    months: 0,
    periodStart: now,
    periodEnd: now + trialDays * dayMs,
    trial: trialDays > 0 ? { start: now, end: now + trialDays * dayMs } : null,
    discount: coupon === null ? null : { coupon, since: now },
    cancelAtPeriodEnd: false,
    endedAt: null,
  };
  if (trialDays === 0) {
    beginPeriodAt(subscription, now);
    const invoice = billPeriod(world, account, subscription);
    const failure = charge(world, invoice, defaultMethod(account));
    if (failure !== null) {
      voidInvoice(account, invoice);
      return failure;
    }
  }
  const former = runningSubscription(account);
  if (former !== null) former.endedAt = now;
  account.subscription = subscription;
  organization.plan = price.product.plan;
  awaitPeriodEnd(world, organization, subscription);
  if (coupon !== null) awaitCouponEnd(world, subscription, coupon);
  return null;
}

/** Changes the plan now or, without prorations, when the period ends. Its own plan takes such a change back. */
export function switchPlan(
  world: World,
  organization: Organization,
  subscription: Subscription,
  price: PlanPrice,
  proration: 'create_prorations' | 'none' = 'create_prorations',
): ChargeFailure | null {
  if (proration === 'create_prorations' && price.id !== subscription.price.id) {
    return changePlan(world, organization, subscription, price);
  }
  changePlanNextPeriod(subscription, price);
  return null;
}

/** Changes the plan now, billing or crediting what is left of the period. When the charge fails nothing changes. */
export function changePlan(
  world: World,
  organization: Organization,
  subscription: Subscription,
  price: PlanPrice,
): ChargeFailure | null {
  const account = accountOf(world, organization);
  const before = { ...subscription };
  subscription.price = price;
  subscription.nextPrice = null;
  subscription.cancelAtPeriodEnd = false;
  if (subscription.status !== 'trialing') {
    const isNewPeriod = price.interval !== before.price.interval;
    if (isNewPeriod) beginPeriodAt(subscription, world.timeline.now());
    // a fixed coupon is for whole periods
    const coupon = subscription.discount?.coupon ?? null;
    const invoice = issueInvoice(world, account, {
      price,
      subscription,
      lines: prorationLines(before, subscription, world.timeline.now()),
      coupon: coupon?.type === 'percentage' ? coupon : null,
      dueInDays: 7,
    });
    const failure = charge(world, invoice, defaultMethod(account));
    if (failure !== null) {
      voidInvoice(account, invoice);
      Object.assign(subscription, before);
      return failure;
    }
    if (isNewPeriod) awaitPeriodEnd(world, organization, subscription);
  }
  organization.plan = price.product.plan;
  return null;
}

/** Changes the plan when the period ends. */
export function changePlanNextPeriod(subscription: Subscription, price: PlanPrice): void {
  subscription.nextPrice = price.id === subscription.price.id ? null : price;
  subscription.cancelAtPeriodEnd = false;
}

export function applyCoupon(world: World, subscription: Subscription, coupon: Coupon): void {
  subscription.discount = { coupon, since: world.timeline.now() };
  awaitCouponEnd(world, subscription, coupon);
}

/** What a price costs for a period: less the coupon, with tax. */
export function costOf(account: Account, price: PlanPrice, coupon: Coupon | null, at: number): number {
  return sumUp({ ...account, credit: 0 }, [planLine(price, null)], coupon, at).total;
}

/** What is charged when the period ends: 0 where the subscription ends then. */
export function nextAmountOf(account: Account, subscription: Subscription): number {
  const { cancelAtPeriodEnd, status, nextPrice, price, discount, periodEnd } = subscription;
  if (cancelAtPeriodEnd || status === 'cancelled' || status === 'suspended') return 0;
  return sumUp(account, [planLine(nextPrice ?? price, null)], discount?.coupon ?? null, periodEnd).total;
}

/** The price of a period less the coupon, before tax. */
export function discountedPrice({ price, discount }: Subscription, at: number): number {
  return price.amount - (discount === null ? 0 : discountOn(price.amount, discount.coupon, at));
}

function awaitCouponEnd(world: World, subscription: Subscription, coupon: Coupon): void {
  if (coupon.validUntil === null) return;
  world.timeline.at(coupon.validUntil, () => {
    if (subscription.discount?.coupon === coupon) subscription.discount = null;
  });
}

/** What is left of the old price comes back; the new one is billed for as long as the period still runs. */
function prorationLines(before: Subscription, after: Subscription, now: number): readonly LineDraft[] {
  const period = { start: now, end: after.periodEnd };
  const isNewPeriod = after.price.interval !== before.price.interval;
  const unused = shareOf(before.price.amount, before, now);
  const remaining = isNewPeriod ? after.price.amount : shareOf(after.price.amount, after, now);
  const line = (description: string, unitPrice: number, lastsTo: number): LineDraft => ({
    description,
    quantity: 1,
    unitPrice,
    period: { ...period, end: lastsTo },
  });
  return [
    line(`Unused time on ${before.price.product.name}`, -unused, before.periodEnd),
    line(
      `${isNewPeriod ? 'New period of' : 'Remaining time on'} ${after.price.product.name}`,
      remaining,
      after.periodEnd,
    ),
  ];
}

/** The part of an amount that falls to the rest of a period, to the second, half a unit rounded up. */
function shareOf(amount: number, { periodStart, periodEnd }: Subscription, now: number): number {
  const whole = Math.floor((periodEnd - periodStart) / 1000);
  const left = Math.floor((periodEnd - now) / 1000);
  return Math.floor((2 * amount * left + whole) / (2 * whole));
}
