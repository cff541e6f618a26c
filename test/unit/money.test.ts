import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalOf, formatMoney, moneyFromDecimal, unitPriceOf } from '../../src/domain/money.ts';

test.each([
  [9905, 'USD', '99.05'],
  [-5, 'EUR', '-0.05'],
  [0, 'USD', '0.00'],
  [14900, 'JPY', '14900'],
  [1234567, 'KWD', '1234.567'],
])('%i minor units of %s are %s', (minorUnits, currency, decimal) => {
  expect(decimalOf({ minorUnits, currency })).toBe(decimal);
});

test.each([
  ['300.0000', 'USD', '3'],
  ['0.5', 'EUR', '0.005'],
  ['-1.25', 'JPY', '-1.25'],
  ['12', 'KWD', '0.012'],
])('a price of %s minor units of %s is %s', (minorUnits, currency, decimal) => {
  expect(unitPriceOf(minorUnits, currency)).toEqual({ decimal, currency });
});

test('an amount survives the way to its decimal and back, whatever the currency', () => {
  const amounts = fc.record({
    minorUnits: fc.integer({ min: -(10 ** 14), max: 10 ** 14 }),
    currency: fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'CLF'),
  });
  fc.assert(
    fc.property(amounts, (money) => {
      expect(moneyFromDecimal(decimalOf(money), money.currency)).toEqual(money);
    }),
  );
});

test.each(['1.005', '1e3', 'NaN', '', '9007199254740993', '1,5', ' 1', '--1'])(
  '%s is not an exact amount of dollars',
  (text) => {
    expect(moneyFromDecimal(text, 'USD')).toBeNull();
  },
);

test('decimals that say nothing are accepted', () => {
  expect(moneyFromDecimal('666.000', 'USD')).toEqual({ minorUnits: 66600, currency: 'USD' });
  expect(moneyFromDecimal('14900.00', 'JPY')).toEqual({ minorUnits: 14900, currency: 'JPY' });
});

test('an amount is formatted as the locale writes it, exactly', () => {
  expect(formatMoney({ minorUnits: 9_007_199_254_740_991, currency: 'USD' }, 'en-US')).toBe(
    '$90,071,992,547,409.91',
  );
  expect(formatMoney({ minorUnits: 14900, currency: 'JPY' }, 'en-US')).toBe('¥14,900');
});

test.each(['xx-nowhere', 'not a locale', ''])('the locale "%s" is not known', (locale) => {
  expect(formatMoney({ minorUnits: 1, currency: 'USD' }, locale)).toBeNull();
});
