import type { NewAddress } from './address.ts';
import type { Money } from './money.ts';
import type { OrganizationPlan } from './organization.ts';
import type { PaymentStatus } from './payment.ts';
import type { Discount, MakeSubscription, SubscriptionStatus } from './subscription.ts';

/** What an order says of who pays. Each dialect takes part of it and refuses the rest by name. */
export interface OrderCustomer {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly address?: NewAddress | undefined;
  /** What is charged from now on. */
  readonly paymentMethodId?: string | undefined;
  readonly isBusiness?: boolean | undefined;
  readonly companyName?: string | undefined;
  readonly taxId?: string | undefined;
  /** Make's own number of the country. */
  readonly countryId?: number | undefined;
}

export interface SubscriptionOrder {
  readonly priceId: string;
  readonly couponCode?: string | undefined;
  readonly trialDays?: number | undefined;
  readonly customer?: OrderCustomer | undefined;
}

/** Either it runs, or a person completes it on a page of Make's. */
export interface SubscriptionCreation {
  readonly subscription: MakeSubscription | null;
  readonly checkout: {
    readonly sessionId: string;
    readonly url: string;
    readonly subscriptionId: string | null;
  } | null;
}

export const prorations = ['CREATE_PRORATIONS', 'NONE'] as const;
/** Whether a change in the middle of a period is billed for its rest, or holds from the next one on. */
export type Proration = (typeof prorations)[number];

export interface SubscriptionUpdate {
  readonly priceId?: string | undefined;
  readonly customer?: OrderCustomer | undefined;
  readonly proration?: Proration | undefined;
}

export interface PlanOrder {
  readonly priceId: string;
  readonly proration?: Proration | undefined;
}

export interface CancellationOrder {
  readonly atPeriodEnd?: boolean | undefined;
  readonly reason?: string | undefined;
}

/** A cancellation that was accepted, as far as the upstream describes it. */
export interface Cancellation {
  readonly subscriptionId: string | null;
  readonly status: SubscriptionStatus | null;
  readonly rawStatus: string | null;
  readonly cancelAtPeriodEnd: boolean | null;
  readonly effectiveAt: Date | null;
}

/** A change to the free plan that was made. */
export interface FreePlan {
  readonly plan: OrganizationPlan | null;
  /** The upstream's own words. */
  readonly message: string | null;
  readonly effectiveAt: Date | null;
  /** The subscription that was ended, and who paid it. */
  readonly subscriptionId: string | null;
  readonly customerId: string | null;
}

export interface CouponApplication {
  readonly discount: Discount;
  /** Of the subscription, from now on. */
  readonly newTotal: Money;
  readonly nextAmount: Money;
}

export interface PurchaseOrder {
  readonly priceId: string;
  readonly quantity: number;
  readonly couponCode?: string | undefined;
  readonly customer?: OrderCustomer | undefined;
}

/** A purchase beside the subscription. */
export interface SinglePayment {
  readonly upstreamId: string;
  readonly status: PaymentStatus;
  readonly rawStatus: string;
  readonly amount: Money;
  /** Where a person completes it, if that is needed. */
  readonly paymentUrl: string | null;
}
