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
  readonly amount: Money;
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
