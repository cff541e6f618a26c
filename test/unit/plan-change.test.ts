import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MakePrice } from '../../src/domain/make-price.ts';
import type { MakeSubscription } from '../../src/domain/subscription.ts';
import { estimatePlanChange } from '../../src/insights/plan-change.ts';

const core: MakeSubscription = {
  upstreamId: '1',
  status: 'ACTIVE',
  rawStatus: 'active',
  planName: 'Core',
  planDescription: null,
  productId: '1',
  priceId: '2111',
  price: { minorUnits: 1000, currency: 'USD' },
  interval: 'MONTH',
  intervalCount: 1,
  currentPeriodStart: new Date('2026-11-01T00:00:00Z'),
  currentPeriodEnd: new Date('2026-12-01T00:00:00Z'),
  nextBillingAt: new Date('2026-12-01T00:00:00Z'),
  trial: null,
  cancelAtPeriodEnd: null,
  canceledAt: null,
  endsAt: null,
  discount: null,
};

const pro: MakePrice = {
  priceId: '2211',
  productId: '2',
  planName: 'Pro',
  description: null,
  amount: { minorUnits: 2000, currency: 'USD' },
  interval: 'MONTH',
  intervalCount: 1,
  operations: null,
};

const now = new Date('2026-11-21T12:00:00Z');
const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });

const estimate = (change: Partial<Parameters<typeof estimatePlanChange>[0]> = {}) =>
  estimatePlanChange({ subscription: core, price: pro, downgradesHold: 'NEXT_PERIOD', now, ...change });

test('an upgrade bills the days that are left, today among them, less what was paid for them', () => {
  expect(estimate()).toEqual({
    direction: 'UPGRADE',
    effectiveAt: now,
    period: { start: core.currentPeriodStart, end: core.currentPeriodEnd },
    daysInPeriod: 30,
    daysLeft: 10,
    unused: usd(333),
    charged: usd(667),
    dueNow: usd(334),
  });
});

test('an upgrade to a longer interval begins a period: it is billed whole, less what is left of the old one', () => {
  const yearly = { ...pro, planName: 'Core', amount: usd(10_000), interval: 'YEAR' as const };
  expect(estimate({ price: yearly })).toMatchObject({
    direction: 'UPGRADE',
    unused: usd(333),
    charged: usd(10_000),
    dueNow: usd(9667),
  });
});

test('a downgrade costs nothing and holds with the next period, or gives back the difference at once', () => {
  const subscription = { ...core, planName: 'Pro', priceId: '2211', price: pro.amount };
  const price = { ...pro, planName: 'Core', priceId: '2111', amount: core.price };
  expect(estimate({ subscription, price })).toMatchObject({
    direction: 'DOWNGRADE',
    effectiveAt: core.currentPeriodEnd,
    dueNow: usd(0),
  });
  expect(estimate({ subscription, price, downgradesHold: 'AT_ONCE' })).toMatchObject({
    direction: 'DOWNGRADE',
    effectiveAt: now,
    unused: usd(667),
    charged: usd(333),
    dueNow: usd(-334),
  });
});

test('where the plans are not known the price of a day tells which way it goes', () => {
  const named = { ...core, planName: 'Basic' };
  expect(estimate({ subscription: named, price: { ...pro, planName: null } })).toMatchObject({
    direction: 'UPGRADE',
  });
  const cheaper = { ...pro, planName: null, amount: usd(11_000), interval: 'YEAR' as const };
  expect(estimate({ subscription: named, price: cheaper })).toMatchObject({ direction: 'DOWNGRADE' });
});

test('a trial goes on and costs nothing', () => {
  const subscription = { ...core, status: 'TRIALING' as const };
  expect(estimate({ subscription })).toMatchObject({ dueNow: usd(0), effectiveAt: now });
});

test('where the next bill alone is told, the period is one interval before it', () => {
  const live = { ...core, status: null, currentPeriodStart: null, currentPeriodEnd: null };
  expect(estimate({ subscription: live })).toEqual(estimate());
  const march = { ...live, nextBillingAt: new Date('2027-03-31T00:00:00Z') };
  expect(estimate({ subscription: march, now: new Date('2027-03-01T00:00:00Z') })).toMatchObject({
    period: { start: new Date('2027-02-28T00:00:00Z') },
    daysInPeriod: 31,
  });
});

describe('why it cannot be worked out', () => {
  test.each([
    ['NO_SUBSCRIPTION', { subscription: null }],
    ['PRICE_NOT_OFFERED', { price: undefined }],
    ['PAID_ONCE', { price: { ...pro, interval: null, intervalCount: null } }],
    ['SAME_PRICE', { price: { ...pro, priceId: '2111' } }],
    ['OTHER_CURRENCY', { price: { ...pro, amount: { minorUnits: 1, currency: 'EUR' } } }],
    ['NOT_IN_GOOD_STANDING', { subscription: { ...core, status: 'PAST_DUE' as const } }],
    ['PERIOD_NOT_KNOWN', { now: new Date('2026-12-01T00:00:00Z') }],
    ['PERIOD_NOT_KNOWN', { subscription: { ...core, currentPeriodEnd: null, nextBillingAt: null } }],
    [
      'PERIOD_NOT_KNOWN',
      { subscription: { ...core, currentPeriodStart: null, interval: 'UNKNOWN' as const } },
    ],
  ])('%s', (obstacle, change) => {
    expect(estimate(change)).toBe(obstacle);
  });
});

test('what is due is what is charged less what is unused, and an upgrade in the same interval never pays back', () => {
  const amount = fc.integer({ min: 0, max: 10 ** 12 });
  const at = fc.date({
    min: new Date('2026-11-01T00:00:00Z'),
    max: new Date('2026-11-30T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(amount, amount, at, (before, after, moment) => {
      const [lower, higher] = before < after ? [before, after] : [after, before];
      const result = estimate({
        subscription: { ...core, price: usd(lower) },
        price: { ...pro, amount: usd(higher) },
        now: moment,
      });
      if (typeof result === 'string') return false;
      const { unused, charged, dueNow } = result;
      return (
        dueNow.minorUnits === charged.minorUnits - unused.minorUnits &&
        dueNow.minorUnits >= 0 &&
        charged.minorUnits <= higher &&
        unused.minorUnits <= lower
      );
    }),
  );
});
