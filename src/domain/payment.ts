import type { Money } from './money.ts';

export const paymentStatuses = [
  'PENDING',
  'PROCESSING',
  'PAID',
  'FAILED',
  'REFUNDED',
  'PARTIALLY_REFUNDED',
  'UNKNOWN',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

const statusByWord: ReadonlyMap<string, PaymentStatus> = new Map<string, PaymentStatus>([
  ['pending', 'PENDING'],
  ['created', 'PENDING'],
  ['processing', 'PROCESSING'],
  ['paid', 'PAID'],
  ['completed', 'PAID'],
  ['succeeded', 'PAID'],
  ['failed', 'FAILED'],
  ['refunded', 'REFUNDED'],
  ['partially_refunded', 'PARTIALLY_REFUNDED'],
]);

export function paymentStatusFrom(word: string): PaymentStatus {
  return statusByWord.get(word.toLowerCase()) ?? 'UNKNOWN';
}

/** The card that a payment was made with, as its provider shows it. */
export interface PaymentCard {
  readonly brand: string | null;
  readonly last4: string | null;
  readonly expiryMonth: number | null;
  readonly expiryYear: number | null;
  /** `US` */
  readonly country: string | null;
  /** `visa` */
  readonly network: string | null;
  /** The same for the same number, whoever holds it. */
  readonly fingerprint: string | null;
}

/** A payment of an organization to Make. What a dialect does not tell is null. */
export interface MakePayment {
  /** Make's id of the payment, or its invoice's number where there is none: unique in the organization. */
  readonly upstreamId: string;
  readonly invoiceNumber: string | null;
  readonly createdAt: Date;
  readonly status: PaymentStatus;
  readonly rawStatus: string;
  /** How it was paid, in words: `Visa •••• 4242`. */
  readonly method: string | null;
  readonly card: PaymentCard | null;
  readonly amount: Money;
  /** What kind of document it is, in Make's own word: `Invoice`. */
  readonly rawType: string | null;
  /** What was paid for. */
  readonly description: string | null;
  /** Where the invoice can be read; in the live dialect the link dies minutes after it was given. */
  readonly invoiceUrl: string | null;
  /** A page of Make's where the invoice can be read and paid. */
  readonly hostedUrl: string | null;
  readonly periodStart: Date | null;
  readonly periodEnd: Date | null;
}

/** What payments can be ordered by at the upstream. */
export const paymentOrderFields = ['CREATED_AT', 'AMOUNT'] as const;

export interface PaymentOrder {
  readonly field: (typeof paymentOrderFields)[number];
  readonly isAscending: boolean;
}

export const newestFirst: PaymentOrder = { field: 'CREATED_AT', isAscending: false };
