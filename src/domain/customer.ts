import type { Address, NewAddress } from './address.ts';
import type { Failure } from './failure.ts';
import type { Annotated, Metadata } from './metadata.ts';
import type { PlatformInvoice } from './platform-invoice.ts';
import type { PlatformPaymentMethod } from './platform-payment-method.ts';
import type { PlatformSubscription } from './platform-subscription.ts';

/** A customer of the platform. */
export interface Customer extends Annotated {
  readonly upstreamId: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly description: string | null;
  /** In the platform's own word: `active`. */
  readonly rawStatus: string | null;
  readonly address: Address | null;
  readonly phone: string | null;
  readonly tax: CustomerTax | null;
  readonly createdAt: Date | null;
  /** The customer's id at the payment provider. */
  readonly stripeCustomerId: string | null;
}

export interface CustomerTax {
  readonly taxId: string | null;
  readonly isExempt: boolean | null;
  readonly exemptionType: string | null;
}

/** With what belongs to it. What could not be read of that is a failure in its place. */
export interface CustomerDetail extends Customer {
  readonly subscriptions: readonly (CustomerSubscription | Failure)[];
  readonly paymentMethods: readonly (PlatformPaymentMethod | Failure)[];
  /** The latest ones. */
  readonly invoices: readonly (CustomerInvoice | Failure)[];
}

/** As much as a customer shows of a subscription. */
export type CustomerSubscription = Pick<
  PlatformSubscription,
  | 'upstreamId'
  | 'planId'
  | 'planName'
  | 'status'
  | 'rawStatus'
  | 'currentPeriodStart'
  | 'currentPeriodEnd'
  | 'trial'
  | 'cancelAtPeriodEnd'
  | 'createdAt'
>;

/** As much as a customer shows of an invoice. */
export type CustomerInvoice = Pick<
  PlatformInvoice,
  'upstreamId' | 'status' | 'rawStatus' | 'total' | 'dueAt' | 'issuedAt'
>;

/** What is changed of a customer. An address is replaced; metadata is changed by the names that are given. */
export interface CustomerChanges {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly address?: NewAddress | undefined;
  readonly phone?: string | undefined;
  readonly tax?: Partial<CustomerTax> | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface NewCustomer extends CustomerChanges {
  readonly email: string;
  readonly name: string;
  readonly idempotencyKey?: string | undefined;
}
