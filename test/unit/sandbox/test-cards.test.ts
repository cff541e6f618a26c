import { expect, test } from 'vitest';
import { isPast, readCard, readCardToken } from '../../../sandbox/kernel/test-cards.ts';

const now = Date.parse('2026-03-05T12:00:00Z');
const expiry = { month: 3, year: 2026 };

test('a card is read to its brand, its last digits and how it will behave', () => {
  expect(readCard('4242-4242 42424242', expiry, '123', now)).toEqual({
    brand: 'visa',
    last4: '4242',
    declinesWhenAdded: null,
    declinesWhenCharged: null,
  });
  expect(readCard('378282246310005', expiry, '1234', now)).toMatchObject({ brand: 'amex', last4: '0005' });
  expect(readCard('5555555555554444', expiry, '123', now)).toMatchObject({ brand: 'mastercard' });
});

test('each reason to decline has a card that is accepted and fails when it is charged', () => {
  for (const [number, reason] of [
    ['4000000000000341', 'card_declined'],
    ['4000000000010027', 'insufficient_funds'],
    ['4000000000010035', 'expired_card'],
    ['4000000000010043', 'invalid_cvc'],
    ['4000000000010050', 'fraud_detected'],
  ] as const) {
    expect(readCard(number, expiry, '123', now)).toMatchObject({
      declinesWhenAdded: null,
      declinesWhenCharged: reason,
    });
  }
});

test('a card is good to the last instant of its month', () => {
  expect(isPast(expiry, Date.parse('2026-03-31T23:59:59.999Z'))).toBe(false);
  expect(isPast(expiry, Date.parse('2026-04-01T00:00:00Z'))).toBe(true);
  const past = readCard('4242424242424242', { month: 2, year: 2026 }, '123', now);
  expect(past).toMatchObject({ declinesWhenAdded: 'expired_card' });
});

test('what is no card says which field is at fault', () => {
  const fieldOf = (number: string, month: number, year: number, cvc: string) => {
    const card = readCard(number, { month, year }, cvc, now);
    return 'fault' in card ? card.fault.field : null;
  };
  expect(fieldOf('4242424242424241', 3, 2030, '123')).toBe('number');
  expect(fieldOf('4242', 3, 2030, '123')).toBe('number');
  expect(fieldOf('4242424242424242', 0, 2030, '123')).toBe('expiry');
  expect(fieldOf('4242424242424242', 3, 30, '123')).toBe('expiry');
  expect(fieldOf('4242424242424242', 3, 2030, '12a')).toBe('cvc');
  expect(fieldOf('378282246310005', 3, 2030, '123')).toBe('cvc');
});

test('a token stands for a card', () => {
  expect(readCardToken('tok_visa', now)).toMatchObject({ last4: '4242', expiry: { month: 12, year: 2029 } });
  expect(readCardToken('tok_amex', now)).toMatchObject({ brand: 'amex' });
  expect(readCardToken('tok_chargeDeclinedExpiredCard', now)).toMatchObject({
    declinesWhenAdded: 'expired_card',
  });
  expect(readCardToken('constructor', now)).toBeUndefined();
});
