import type { Proration } from './make-order.ts';
import type { Annotated, Metadata } from './metadata.ts';
import type { Money } from './money.ts';
import type { BillingSubscription } from './subscription.ts';

/** The subscription of a customer to a plan of the platform. Its price is the plan's as it was when it began: not told. */
export interface PlatformSubscription extends BillingSubscription, Annotated {
  readonly upstreamId: string;
  readonly customerId: string;
  readonly planId: string;
  readonly billingCycleAnchor: Date | null;
  /** Null where the customer's default is charged, or none is told. */
  readonly paymentMethodId: string | null;
  readonly cancellationReason: string | null;
  readonly cancellationFeedback: string | null;
  readonly createdAt: Date | null;
}

export interface PlatformSubscriptionDetail extends PlatformSubscription {
  readonly usage: SubscriptionUsage | null;
  readonly nextInvoice: NextInvoice | null;
}

/** What the running period has used. */
export interface SubscriptionUsage {
  readonly apiCalls: UsageOfLimit;
  readonly storageGb: UsageOfLimit;
  readonly projects: UsageOfLimit;
}

/** Decimals. */
export interface UsageOfLimit {
  readonly used: string | null;
  /** Null where there is none. */
  readonly limit: string | null;
}

export interface NextInvoice {
  readonly amount: Money;
  readonly at: Date | null;
}

/** What an upgrade answers. */
export interface SubscriptionUpgrade
  extends Pick<
    PlatformSubscription,
    'upstreamId' | 'planId' | 'planName' | 'status' | 'rawStatus' | 'currentPeriodEnd'
  > {
  /** What the change costs for the rest of the period; null where its currency is not told. */
  readonly prorationAmount: Money | null;
  readonly proratedAt: Date | null;
  readonly nextInvoice: NextInvoice | null;
}

/** What a cancellation answers. */
export type SubscriptionCancellation = Pick<
  PlatformSubscription,
  | 'upstreamId'
  | 'status'
  | 'rawStatus'
  | 'cancelAtPeriodEnd'
  | 'canceledAt'
  | 'endsAt'
  | 'currentPeriodEnd'
  | 'cancellationReason'
>;

export interface NewPlatformSubscription {
  readonly planId: string;
  /** The customer's default where left out. */
  readonly paymentMethodId?: string | undefined;
  /** The plan's where left out. */
  readonly trialDays?: number | undefined;
  /** Its day counts. */
  readonly billingCycleAnchor?: Date | undefined;
  readonly metadata?: Metadata | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface PlatformSubscriptionChanges {
  readonly paymentMethodId?: string | undefined;
  readonly proration?: Proration | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface UpgradeOrder {
  readonly planId: string;
  readonly proration?: Proration | undefined;
  /** A new period begins, and is charged, at once. */
  readonly beginsPeriod?: boolean | undefined;
}

export interface PlatformCancellationOrder {
  /** Otherwise with the period. */
  readonly immediately?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly feedback?: string | undefined;
}
