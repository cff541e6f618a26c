import { addMonths, dayMs, hourMs } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { addSampleBankAccount, addSampleCard, addSamplePayPal, beginAccount } from './accounts.ts';
import { type PlanPrice, planPrice } from './catalogue.ts';
import { defaultMethod } from './charging.ts';
import { createCoupons, requireCoupon } from './coupons.ts';
import { buyExtras, invoiceExtras } from './purchases.ts';
import { type Account, runningSubscription, type Subscription } from './state.ts';
import { applyCoupon, changePlan, startSubscription } from './subscriptions.ts';

/** How an organization's subscription came about. Without a story: by the month, by card, for all of history. */
interface Story {
  readonly interval?: PlanPrice['interval'];
  readonly firstPlan?: 'core' | 'pro';
  readonly pays?: 'amex' | 'mastercard' | 'bank' | 'paypal';
  /** Days that its present period has been running. */
  readonly days?: number;
  /** A trial that began that many days ago; before it there was no subscription. */
  readonly trial?: { readonly begunDaysAgo: number; readonly days: number };
}

const stories: Readonly<Record<number, Story>> = {
  1001: { days: 11 },
  1002: { days: 25, pays: 'mastercard' },
  1003: { days: 17, firstPlan: 'pro' },
  1004: { days: 7, pays: 'amex' },
  1006: { days: 4 },
  1007: { days: 18, pays: 'paypal' },
  1008: { days: 9, interval: 'year' },
  1009: { days: 20, interval: 'year', pays: 'bank' },
  1011: { trial: { begunDaysAgo: 5, days: 14 } },
  1013: { days: 14, firstPlan: 'pro' },
  1014: { days: 3, interval: 'year', pays: 'bank' },
  1017: { days: 22, pays: 'paypal' },
  1018: { days: 16, pays: 'bank' },
  1019: { days: 12, interval: 'year', pays: 'amex' },
};

/** Fills the accounts and puts what happens to them on the timeline. */
export function beginMakeBilling(world: World): void {
  for (const coupon of createCoupons(world.historyEndsAt)) world.makeBilling.coupons.set(coupon.code, coupon);
  for (const organization of world.organizations.values()) {
    const account = beginAccount(world, organization);
    if (organization.plan !== 'free') beginSubscription(world, organization, account);
  }
  haveIncidents(world);
}

function beginSubscription(world: World, organization: Organization, account: Account): void {
  const { plan, currency, id } = organization;
  if (plan === 'free') return;
  const story = stories[id] ?? {};
  const { interval = 'month', firstPlan = plan, trial } = story;
  addMethods(world, account, story);
  const startsAt =
    trial === undefined
      ? firstDay(daysAgo(world, story.days ?? (id % 20) + 2))
      : daysAgo(world, trial.begunDaysAgo);
  // bills go out in the morning; trials end at midnight
  world.timeline.at(startsAt + (trial === undefined ? 9 * hourMs : 0), () => {
    startSubscription(world, organization, {
      price: planPrice(firstPlan, currency, interval),
      trialDays: trial?.days ?? 0,
    });
    organization.plan = plan;
  });
  if (firstPlan !== plan) {
    world.timeline.at(daysAgo(world, 400) + 13 * hourMs, () => {
      withSubscription(account, (subscription) => {
        changePlan(world, organization, subscription, planPrice(plan, currency, interval));
      });
    });
  }
}

function addMethods(world: World, account: Account, { pays }: Story): void {
  if (pays === 'bank') addSampleBankAccount(world, account);
  else if (pays === 'paypal') addSamplePayPal(world, account);
  // the card of 1016 is good for this month and no longer
  else if (account.organizationId === 1016)
    addSampleCard(world, account, 'visa', world.historyEndsAt - dayMs);
  else addSampleCard(world, account, pays ?? 'visa');
  if (account.organizationId === 1001) addSampleCard(world, account, 'mastercard');
  if (account.organizationId === 1004) addSampleBankAccount(world, account);
}

/** What did not go as usual. */
function haveIncidents(world: World): void {
  const happen = (
    id: number,
    at: number,
    event: (account: Account, organization: Organization) => void,
  ): void => {
    const account = world.makeBilling.accounts.get(id);
    const organization = world.organizations.get(id);
    if (account !== undefined && organization !== undefined) {
      world.timeline.at(at, () => event(account, organization));
    }
  };
  const ago = (days: number, hours = 11): number => daysAgo(world, days) + hours * hourMs;
  const buy = (id: number, days: number, quantity: number): void =>
    happen(id, ago(days), (_account, organization) => void buyExtras(world, organization, { quantity }));

  buy(1001, 320, 1);
  buy(1001, 95, 2);
  buy(1003, 210, 1);
  happen(1001, ago(240), (account) =>
    withSubscription(account, (subscription) =>
      applyCoupon(world, subscription, requireCoupon(world, 'LOYALTY15')),
    ),
  );

  // 1002's card had no funds for four days: a renewal was collected on the second retry
  const failing = addMonths(daysAgo(world, 25), -8);
  happen(1002, failing, (account) => setDeclines(account, 'insufficient_funds'));
  happen(1002, failing + 4 * dayMs, (account) => setDeclines(account, null));
  // and once it was declined for extra operations, which were bought two days later
  happen(1002, ago(150, 10), (account) => setDeclines(account, 'card_declined'));
  buy(1002, 150, 1);
  happen(1002, ago(150, 12), (account) => setDeclines(account, null));
  buy(1002, 148, 1);

  // 1004 left a hosted page unpaid, and has an invoice that is not due and one that is not issued yet
  happen(1004, ago(90), (account, organization) => {
    const { defaultMethodId } = account;
    account.defaultMethodId = null;
    buyExtras(world, organization, { quantity: 5 });
    account.defaultMethodId = defaultMethodId;
  });
  happen(
    1004,
    ago(12),
    (_account, organization) => void invoiceExtras(world, organization, { quantity: 10 }),
  );
  happen(1004, ago(2), (_account, organization) => {
    invoiceExtras(world, organization, { quantity: 4 }, ago(-3));
  });

  happen(1006, ago(5), (account) => setDeclines(account, 'card_declined'));
  happen(1007, ago(6), (account) =>
    withSubscription(account, (subscription) => {
      subscription.cancelAtPeriodEnd = true;
    }),
  );
  happen(1012, ago(20), (account) =>
    withSubscription(account, (subscription) => {
      subscription.status = 'suspended';
    }),
  );
}

function setDeclines(account: Account, reason: 'insufficient_funds' | 'card_declined' | null): void {
  const method = defaultMethod(account);
  if (method !== null) method.declines = reason;
}

function withSubscription(account: Account, change: (subscription: Subscription) => void): void {
  const subscription = runningSubscription(account);
  if (subscription !== null) change(subscription);
}

/** The day of the first period, given that of the present one: 29 months before, or 28 where the day would slip. */
function firstDay(day: number): number {
  const first = addMonths(day, -29);
  return addMonths(first, 29) === day ? first : addMonths(day, -28);
}

function daysAgo({ historyEndsAt }: World, days: number): number {
  return historyEndsAt - days * dayMs;
}
