import { Refusal } from '../kernel/endpoint.ts';
import {
  type Fields,
  integerField,
  invalidField,
  objectField,
  optionalObject,
  optionalString,
  stringField,
} from '../kernel/fields.ts';
import { type Expiry, readCard, readCardToken, type TestCard } from '../kernel/test-cards.ts';
import { emailField, inside } from './customer-details.ts';
import { declined } from './payment-methods.ts';
import type { BankAccount, Card, PayPal } from './state.ts';

type New<T> = Omit<T, 'id' | 'createdAt' | 'billingAddress'>;

/** A card by `token`, or by number, expiry and security code; of the latter only what may be kept. */
export function readCardMethod(body: Fields, now: number): New<Card> {
  const { card, expiry } = readTokenOrCard(body, now);
  if (card.declinesWhenAdded !== null) throw declined(card.declinesWhenAdded, 'card');
  return {
    type: 'card',
    brand: card.brand,
    last4: card.last4,
    expiryMonth: expiry.month,
    expiryYear: expiry.year,
    declines: card.declinesWhenCharged,
  };
}

export function readBankAccount(body: Fields): New<BankAccount> {
  const fields = objectField(body, 'bankAccount');
  return inside('bankAccount', () => ({
    type: 'bank_account',
    bankName: stringField(fields, 'bankName', { max: 100 }),
    last4: stringField(fields, 'last4', { pattern: /^\d{4}$/ }),
    declines: null,
  }));
}

export function readPayPal(body: Fields): New<PayPal> {
  return { type: 'paypal', email: emailField(body, 'paypalEmail'), declines: null };
}

function readTokenOrCard(body: Fields, now: number): { readonly card: TestCard; readonly expiry: Expiry } {
  const token = optionalString(body, 'token', { max: 200 });
  const fields = optionalObject(body, 'card');
  if (token !== undefined && fields !== undefined)
    throw invalidField('token', 'must not come together with card');
  if (token !== undefined) {
    const card = readCardToken(token, now);
    if (card !== undefined) return { card, expiry: card.expiry };
    throw invalidMethod('token', 'is not a token of a test card');
  }
  if (fields === undefined) {
    throw new Refusal(400, 'missing_required_fields', 'card or token is required', {
      field: 'card',
      reason: 'is required where there is no token',
    });
  }
  return inside('card', () => {
    const number = stringField(fields, 'number', { max: 40 });
    const expiry = { month: integerField(fields, 'expiryMonth'), year: integerField(fields, 'expiryYear') };
    const card = readCard(number, expiry, stringField(fields, 'cvc', { max: 10 }), now);
    if ('fault' in card) throw invalidMethod(card.fault.field, card.fault.reason);
    return { card, expiry };
  });
}

function invalidMethod(field: string, reason: string): Refusal {
  return new Refusal(400, 'invalid_payment_method', `${field} ${reason}`, { field, reason });
}
