import type { Address, NewAddress } from './address.ts';

export const paymentMethodTypes = ['CARD', 'BANK_ACCOUNT', 'PAYPAL', 'UNKNOWN'] as const;
export type PaymentMethodType = (typeof paymentMethodTypes)[number];

const typeByWord: ReadonlyMap<string, PaymentMethodType> = new Map<string, PaymentMethodType>([
  ['card', 'CARD'],
  ['credit_card', 'CARD'],
  ['bank_account', 'BANK_ACCOUNT'],
  ['us_bank_account', 'BANK_ACCOUNT'],
  ['sepa_debit', 'BANK_ACCOUNT'],
  ['paypal', 'PAYPAL'],
]);

export function paymentMethodTypeFrom(word: string): PaymentMethodType {
  return typeByWord.get(word.toLowerCase()) ?? 'UNKNOWN';
}

/** What is charged. Never a whole card number. What an upstream does not tell is null. */
export interface PaymentMethod {
  readonly upstreamId: string;
  readonly type: PaymentMethodType;
  readonly rawType: string;
  /** Of subscriptions. */
  readonly isDefault: boolean | null;
  /** Of purchases beside the subscription. */
  readonly isDefaultForExtras: boolean | null;
  /** Whether a charge can succeed, as far as the upstream knows without trying. */
  readonly isValid: boolean | null;
  /** Whether money comes at once, and not days later. */
  readonly isImmediate: boolean | null;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly expiryMonth: number | null;
  readonly expiryYear: number | null;
  readonly bankName: string | null;
  /** Of a PayPal account. */
  readonly email: string | null;
  readonly billingAddress: Address | null;
  readonly createdAt: Date | null;
}

/** A kind of payment method that an organization may use. */
export interface PaymentMethodOption {
  readonly type: PaymentMethodType;
  readonly rawType: string;
  readonly label: string | null;
  readonly canBeDefault: boolean | null;
  readonly canBeDefaultForExtras: boolean | null;
}

/** Passes through on its way to the upstream, and is kept nowhere. */
interface NewCard {
  readonly number: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
  readonly cvc: string;
}

/** Exactly one source; a token is one of the payment provider. */
export type PaymentMethodSource =
  | { readonly card: NewCard }
  | { readonly token: string }
  | { readonly bankAccount: { readonly bankName: string; readonly last4: string } }
  | { readonly paypalEmail: string };

export interface NewPaymentMethod {
  readonly source: PaymentMethodSource;
  readonly billingAddress?: NewAddress | undefined;
  readonly isDefault?: boolean | undefined;
}

/** Only what is given is changed. */
export interface PaymentMethodUpdate {
  readonly isDefault?: boolean | undefined;
  readonly isDefaultForExtras?: boolean | undefined;
  readonly billingAddress?: NewAddress | undefined;
  readonly expiryMonth?: number | undefined;
  readonly expiryYear?: number | undefined;
}
