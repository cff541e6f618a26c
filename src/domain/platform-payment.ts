import type { Address } from './address.ts';
import type { Annotated, Metadata } from './metadata.ts';
import type { Money } from './money.ts';
import type { PaymentStatus } from './payment.ts';
import type { PaymentMethod } from './payment-method.ts';

/** A payment of an invoice of the platform. Whose it is, its invoice tells. */
export interface PlatformPayment extends Annotated {
  readonly upstreamId: string;
  readonly invoiceId: string;
  readonly amount: Money;
  readonly status: PaymentStatus;
  readonly rawStatus: string;
  readonly method: PaidWith | null;
  /** `card_declined` */
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly receiptUrl: string | null;
  readonly createdAt: Date;
}

/** As much as a payment shows of the method it was made with. */
export type PaidWith = Pick<
  PaymentMethod,
  'upstreamId' | 'type' | 'rawType' | 'brand' | 'last4' | 'expiryMonth' | 'expiryYear'
>;

export interface PlatformPaymentDetail extends PlatformPayment {
  readonly billingDetails: BillingDetails | null;
}

export interface BillingDetails {
  readonly name: string | null;
  readonly email: string | null;
  readonly address: Address | null;
}

export interface NewPlatformPayment {
  readonly invoiceId: string;
  readonly paymentMethodId: string;
  readonly amount: Money;
  /** Whether it is charged at once; the platform's own choice where left out. */
  readonly isConfirmed?: boolean | undefined;
  readonly metadata?: Metadata | undefined;
  readonly idempotencyKey?: string | undefined;
}
