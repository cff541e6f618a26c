import { expect, test } from 'vitest';
import { codeOfDecline, codeOfRemoval } from '../../src/datasources/make-billing/refusals-live.ts';

test.each([
  ['Your card was declined.', 'card_declined'],
  ['generic_decline', 'card_declined'],
  ['Your card has insufficient funds.', 'insufficient_funds'],
  ['Your card has expired.', 'expired_card'],
  ["Your card's security code is incorrect.", 'invalid_cvc'],
  ['fraudulent', 'fraud_detected'],
  ["Missing required parameter 'priceId'", undefined],
  ['The price does not exist.', undefined],
  ['', undefined],
])('of a charge “%s” is %s', (text, code) => {
  expect(codeOfDecline(['Bad Request', text])).toBe(code);
});

test('a reason that is told beside a plain decline is the one that counts', () => {
  expect(codeOfDecline(['Your card was declined.', 'insufficient_funds'])).toBe('insufficient_funds');
});

test.each([
  ['The default payment method of a subscription cannot be removed.', 'payment_method_default'],
  ['The payment method id is not valid.', undefined],
  ['There is no payment method default.', undefined],
])('of a removal “%s” is %s', (text, code) => {
  expect(codeOfRemoval([text])).toBe(code);
});
