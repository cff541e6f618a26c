import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateUpgrade } from '../../src/insights/proration.ts';

const usd = (minorUnits: number) => ({
  price: { minorUnits, currency: 'USD' },
  interval: 'MONTH' as const,
});
const november = {
  status: 'ACTIVE' as const,
  currentPeriodStart: new Date('2026-11-01T00:00:00Z'),
  currentPeriodEnd: new Date('2026-12-01T00:00:00Z'),
  billingCycleAnchor: new Date('2026-12-01T00:00:00Z'),
};
const upgrade = {
  subscription: november,
  from: usd(3000),
  to: usd(9000),
  at: new Date('2026-11-11T00:00:00Z'),
  beginsPeriod: false,
};

test('the rest of the period is billed at the difference', () => {
  expect(estimateUpgrade(upgrade)).toEqual({
    unused: { minorUnits: -2000, currency: 'USD' },
    charged: { minorUnits: 6000, currency: 'USD' },
    proration: { minorUnits: 4000, currency: 'USD' },
    periodEnd: november.currentPeriodEnd,
  });
});

test('a new period costs its whole price, less what is left of the old one', () => {
  expect(estimateUpgrade({ ...upgrade, beginsPeriod: true })).toMatchObject({
    proration: { minorUnits: 7000 },
    periodEnd: null,
  });
});

test('a first period that is shorter is part of a whole one, also where months end differently', () => {
  const subscription = {
    ...november,
    currentPeriodStart: new Date('2027-02-14T00:00:00Z'),
    currentPeriodEnd: new Date('2027-02-28T00:00:00Z'),
    billingCycleAnchor: new Date('2027-01-31T00:00:00Z'),
  };
  // from 31 January to 28 February there are 28 days, of which 14 are left
  const estimate = estimateUpgrade({ ...upgrade, subscription, at: subscription.currentPeriodStart });
  expect(estimate?.proration.minorUnits).toBe(3000);
});

test.each([
  ['a week', 'WEEK', '2026-11-08T00:00:00Z', '2026-11-04T12:00:00Z'],
  ['a day', 'DAY', '2026-11-02T00:00:00Z', '2026-11-01T12:00:00Z'],
  ['a year', 'YEAR', '2027-11-01T00:00:00Z', '2027-05-02T12:00:00Z'],
] as const)('half of %s costs half', (_name, interval, end, at) => {
  const currentPeriodEnd = new Date(end);
  const subscription = { ...november, currentPeriodEnd, billingCycleAnchor: currentPeriodEnd };
  const terms = { from: { ...usd(3000), interval }, to: { ...usd(9000), interval } };
  const estimate = estimateUpgrade({ ...upgrade, ...terms, subscription, at: new Date(at) });
  expect(estimate?.proration.minorUnits).toBe(3000);
});

test.each([
  ['a plan that is not dearer', { to: usd(3000) }],
  ['another currency', { to: { ...usd(9000), price: { minorUnits: 9000, currency: 'EUR' } } }],
  ['another interval', { to: { ...usd(9000), interval: 'YEAR' as const } }],
  ['a time outside the period', { at: new Date('2026-12-02T00:00:00Z') }],
  ['one that is past due', { subscription: { ...november, status: 'PAST_DUE' as const } }],
  ['a period that is not told', { subscription: { ...november, currentPeriodEnd: null } }],
])('there is no estimate for %s', (_name, changes) => {
  expect(estimateUpgrade({ ...upgrade, ...changes })).toBeNull();
});

test('it is never more than the difference, never less than nothing, and falls as the period goes', () => {
  const amount = fc.integer({ min: 0, max: 1_000_000_000_000 });
  const [start, end] = [november.currentPeriodStart.getTime(), november.currentPeriodEnd.getTime()];
  const time = fc.integer({ min: start, max: end });
  fc.assert(
    fc.property(amount, amount, time, time, (one, other, first, second) => {
      fc.pre(one !== other);
      const [from, to] = [usd(Math.min(one, other)), usd(Math.max(one, other))];
      const at = (when: number) =>
        estimateUpgrade({ ...upgrade, from, to, at: new Date(when) })?.proration.minorUnits ?? Number.NaN;
      const [early, late] = [at(Math.min(first, second)), at(Math.max(first, second))];
      // each of the two shares is rounded by itself
      expect(early).toBeGreaterThanOrEqual(late - 1);
      expect(late).toBeGreaterThanOrEqual(-1);
      expect(early).toBeLessThanOrEqual(to.price.minorUnits - from.price.minorUnits + 1);
    }),
  );
});
