import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDecimals,
  atLeastZero,
  decimalFromNumber,
  numberFromDecimal,
  subtractDecimals,
} from '../../src/domain/decimal.ts';

test.each([
  [0, '0'],
  [-0, '0'],
  [45.7, '45.7'],
  [-0.001, '-0.001'],
  [1e-7, '0.0000001'],
  [-1.25e-9, '-0.00000000125'],
  [1e21, '1000000000000000000000'],
  [1.5e22, '15000000000000000000000'],
])('%d is written %s', (value, text) => {
  expect(decimalFromNumber(value)).toBe(text);
});

test('every number comes back from its text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = decimalFromNumber(value);
      expect(text).toMatch(/^-?\d+(\.\d+)?$/);
      expect(numberFromDecimal(text)).toBe(value === 0 ? 0 : value);
    }),
  );
});

test.each(['0.1', '007.50', '1250', '0.000000001', '999999999999999'])(
  '%s is a number exactly',
  (decimal) => {
    expect(numberFromDecimal(decimal)).toBe(Number(decimal));
  },
);

test.each(['9007199254740993', '0.12345678901234567890', `1${'0'.repeat(400)}`, 'ten', '-0'])(
  '%s is no number that holds it exactly',
  (decimal) => {
    expect(numberFromDecimal(decimal)).toBeNull();
  },
);

test('sums and differences are exact, of any size and with any places', () => {
  expect(addDecimals('0.1', '0.2')).toBe('0.3');
  expect(addDecimals('9007199254740993', '1')).toBe('9007199254740994');
  expect(subtractDecimals('1', '0.999')).toBe('0.001');
  expect(subtractDecimals('0.5', '2')).toBe('-1.5');
  expect(subtractDecimals('-0.5', '-0.5')).toBe('0');
  expect(['-1.5', '0', '2'].map(atLeastZero)).toEqual(['0', '0', '2']);
});

test('what was added can be taken away again', () => {
  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(999))
    .map(([whole, thousandths]) => `${whole}.${String(thousandths).padStart(3, '0')}`);
  fc.assert(
    fc.property(decimal, decimal, (one, other) => {
      expect(subtractDecimals(addDecimals(one, other), other)).toBe(addDecimals(one, '0'));
    }),
  );
});
