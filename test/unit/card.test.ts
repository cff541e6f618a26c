import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cardDigits, cvcLengthOf, holdsCardNumber, isExpired, mayHoldCard } from '../../src/domain/card.ts';

test('the numbers of the test cards are numbers of cards, with spaces and dashes between as well', () => {
  for (const number of ['4242424242424242', '5555555555554444', '378282246310005', '4000000000000002']) {
    expect(cardDigits(number)).toBe(number);
    expect(cardDigits(`${number.slice(0, 4)} ${number.slice(4, 8)}-${number.slice(8)}`)).toBe(number);
  }
});

test('one wrong digit, or two neighbours exchanged, make no number of a card', () => {
  const digits = fc.constantFrom('4242424242424242', '5555555555554444', '378282246310005');
  fc.assert(
    fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, place, step) => {
      const at = place % number.length;
      const other = (Number(number[at]) + step) % 10;
      return cardDigits(number.slice(0, at) + other + number.slice(at + 1)) === null;
    }),
  );
  expect(cardDigits('2424424242424242')).toBeNull();
});

test('what is too short, too long or not of digits is no number of a card', () => {
  for (const text of [
    '',
    '0',
    '42',
    '42424242424',
    '0'.repeat(20),
    '4242.4242.4242.4242',
    '424242424242424a',
  ]) {
    expect(cardDigits(text)).toBeNull();
  }
});

test('American Express has a code of four digits, others of three', () => {
  expect(
    ['378282246310005', '341111111111111', '4242424242424242', '3530111333300000'].map(cvcLengthOf),
  ).toEqual([4, 4, 3, 3]);
});

test('a card is good until its month has ended everywhere', () => {
  expect(isExpired(11, 2026, new Date('2026-11-30T23:59:59Z'))).toBe(false);
  expect(isExpired(11, 2026, new Date('2026-12-01T11:59:59Z'))).toBe(false);
  expect(isExpired(11, 2026, new Date('2026-12-01T12:00:00Z'))).toBe(true);
  expect(isExpired(12, 2026, new Date('2026-12-31T00:00:00Z'))).toBe(false);
});

test('a text that holds what may be a number is known, whatever stands around it', () => {
  expect(holdsCardNumber('the card 4242 4242-4242 4242, please')).toBe(true);
  expect(holdsCardNumber('in_0000001234 of 2026-11-15')).toBe(false);
  expect(mayHoldCard('{ card: { cvc: "123" } }')).toBe(true);
  expect(mayHoldCard('{ organization(id: 1001) { name } }')).toBe(false);
});
