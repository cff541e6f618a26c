import type { Annotated, Metadata } from './metadata.ts';
import type { Money } from './money.ts';

export const refundStatuses = ['PENDING', 'SUCCEEDED', 'FAILED', 'UNKNOWN'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

export function refundStatusFrom(word: string): RefundStatus {
  return refundStatuses.find((status) => status === word.toUpperCase()) ?? 'UNKNOWN';
}

/** Money of a payment that was given back. */
export interface Refund extends Annotated {
  readonly upstreamId: string;
  readonly paymentId: string;
  readonly amount: Money;
  readonly status: RefundStatus;
  readonly rawStatus: string;
  /** `requested_by_customer` */
  readonly reason: string | null;
  readonly receiptNumber: string | null;
  readonly createdAt: Date | null;
}

export const refundReasons = ['REQUESTED_BY_CUSTOMER', 'DUPLICATE', 'FRAUDULENT'] as const;
type RefundReason = (typeof refundReasons)[number];

export interface NewRefund {
  /** Minor units of the payment's currency; all that is left of it where left out. */
  readonly amount?: number | undefined;
  readonly reason: RefundReason;
  readonly metadata?: Metadata | undefined;
  readonly idempotencyKey?: string | undefined;
}
