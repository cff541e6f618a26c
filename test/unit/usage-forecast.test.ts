import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forecastUsage } from '../../src/insights/usage-forecast.ts';

const period = { start: new Date('2026-03-01T00:00:00Z'), end: new Date('2026-04-01T00:00:00Z') };
const now = new Date('2026-03-11T00:00:00Z');

/** Days up to the one before `now`, the last one last. */
function daysOf(amounts: readonly number[]) {
  return amounts.map((amount, index) => ({
    date: new Date(now.getTime() - (amounts.length - index) * 86_400_000).toISOString().slice(0, 10),
    amount: String(amount),
  }));
}

const steady = daysOf(Array.from({ length: 28 }, () => 100));

test('steady days go on as they were', () => {
  expect(forecastUsage({ period, used: '1000', included: '2500', days: steady, now })).toEqual({
    basedOnDays: 28,
    isByWeekday: true,
    averagePerDay: '100',
    predicted: '3100',
    low: '3100',
    high: '3100',
    confidence: 'HIGH',
    expectedOverage: '600',
    exhaustedAt: new Date('2026-03-26T00:00:00Z'),
  });
});

test('the day that runs counts for what is left of it', () => {
  const noon = new Date('2026-03-11T12:00:00Z');
  expect(forecastUsage({ period, used: '1000', included: null, days: steady, now: noon })?.predicted).toBe(
    '3050',
  );
});

test('weekends are told from working days', () => {
  const days = daysOf(
    Array.from({ length: 28 }, (_, index) => {
      const weekday = new Date(now.getTime() - (28 - index) * 86_400_000).getUTCDay();
      return weekday === 0 || weekday === 6 ? 0 : 100;
    }),
  );
  // 11 to 31 March 2026 has 15 working days
  const forecast = forecastUsage({ period, used: '0', included: null, days, now });
  expect(forecast).toMatchObject({ predicted: '1500', low: '1500', high: '1500', isByWeekday: true });
});

test('days between others that are left out had no use', () => {
  const [first, last] = [daysOf([50, 0, 0, 0])[0], daysOf([50])[0]];
  const days = [first, last].flatMap((day) => day ?? []);
  expect(forecastUsage({ period, used: '0', included: null, days, now })).toMatchObject({
    basedOnDays: 4,
    averagePerDay: '25',
    confidence: 'LOW',
  });
});

test('without any day the pace of the period has to do, with little confidence', () => {
  expect(forecastUsage({ period, used: '1000', included: null, days: [], now })).toMatchObject({
    basedOnDays: 0,
    predicted: '3100',
    confidence: 'LOW',
    expectedOverage: null,
    exhaustedAt: null,
  });
});

test('nothing is forecast of a period that has only just begun and of which nothing else is known', () => {
  expect(forecastUsage({ period, used: '0', included: null, days: [], now: period.start })).toBeNull();
});

test('what is used up already is exhausted now', () => {
  const forecast = forecastUsage({ period, used: '2500.5', included: '2500', days: steady, now });
  expect(forecast).toMatchObject({ exhaustedAt: now, predicted: '4600.5', expectedOverage: '2100.5' });
});

test('a forecast is never below what is used, nor outside its own range, and says an overage only with an exhaustion', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(10_000), { minLength: 1, maxLength: 40 }),
      fc.nat(1_000_000),
      fc.nat(1_000_000),
      fc.integer({ min: period.start.getTime(), max: period.end.getTime() }),
      (amounts, used, included, at) => {
        const forecast = forecastUsage({
          period,
          used: String(used),
          included: String(included),
          days: daysOf(amounts),
          now: new Date(at),
        });
        if (forecast === null) return;
        const [low, predicted, high] = [forecast.low, forecast.predicted, forecast.high].map(Number);
        expect(used).toBeLessThanOrEqual(low!);
        expect(low).toBeLessThanOrEqual(predicted!);
        expect(predicted).toBeLessThanOrEqual(high!);
        expect(Number(forecast.expectedOverage)).toBe(Math.max(0, predicted! - included));
        if (Number(forecast.expectedOverage) > 1) expect(forecast.exhaustedAt).not.toBeNull();
        if (forecast.exhaustedAt !== null) {
          expect(forecast.exhaustedAt.getTime()).toBeGreaterThanOrEqual(at);
          expect(forecast.exhaustedAt.getTime()).toBeLessThanOrEqual(period.end.getTime());
        }
      },
    ),
  );
});
