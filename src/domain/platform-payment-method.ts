import type { Annotated, Metadata } from './metadata.ts';
import type { NewPaymentMethod, PaymentMethod } from './payment-method.ts';

/** A payment method of a customer of the platform. */
export interface PlatformPaymentMethod extends PaymentMethod, Annotated {}

export interface NewPlatformPaymentMethod extends NewPaymentMethod {
  readonly metadata?: Metadata | undefined;
  readonly idempotencyKey?: string | undefined;
}
