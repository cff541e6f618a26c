import type { DeclineReason, Expiry } from '../kernel/test-cards.ts';

export type Interval = 'day' | 'week' | 'month' | 'year';
export type Metadata = Readonly<Record<string, string | number | boolean | null>>;

export interface Pricing {
  /** Minor units of the currency for each interval. */
  readonly amount: number;
  readonly currency: string;
  readonly interval: Interval;
  readonly trialPeriodDays: number;
  /** How many intervals are billed before the subscription ends by itself; null when it goes on. */
  readonly billingCycles: number | null;
}

export interface Plan {
  readonly id: string;
  name: string;
  description: string | null;
  pricing: Pricing;
  features: readonly string[];
  limits: Readonly<Record<string, number>>;
  /** Decimals in major units for each unit, by names such as `api_calls_over_limit`. */
  usageRates: Readonly<Record<string, string>>;
  metadata: Metadata;
  readonly createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

export interface Address {
  readonly line1: string;
  readonly line2?: string;
  readonly city?: string;
  readonly state?: string;
  readonly postal_code?: string;
  readonly country: string;
}

export interface TaxInfo {
  readonly taxId: string | null;
  readonly isExempt: boolean;
  readonly exemptionType: string | null;
}

export interface Customer {
  readonly id: string;
  email: string;
  name: string;
  description: string | null;
  address: Address | null;
  phone: string | null;
  tax: TaxInfo;
  metadata: Metadata;
  readonly createdAt: number;
  /** What it uses day by day of itself; null where only recorded usage counts. */
  readonly habit: Habit | null;
  /** All oldest first. */
  readonly paymentMethods: PaymentMethod[];
  readonly subscriptions: Subscription[];
  readonly invoices: Invoice[];
  readonly usageRecords: UsageRecord[];
}

export interface Habit {
  readonly since: number;
  readonly seed: number;
  readonly apiCallsPerDay: number;
  /** Hundredths of a gigabyte: at first, and more each day. */
  readonly storage: number;
  readonly storageGrowth: number;
  readonly projects: number;
}

export interface PaymentMethod {
  readonly id: string;
  readonly customerId: string;
  readonly brand: string;
  readonly last4: string;
  readonly expiry: Expiry;
  readonly billingAddress: Address | null;
  readonly metadata: Metadata;
  readonly createdAt: number;
  readonly declinesWhenCharged: DeclineReason | null;
  isDefault: boolean;
}

export interface Subscription {
  readonly id: string;
  readonly customerId: string;
  plan: Plan;
  /** As the plan's was when it was taken: later prices are for new subscriptions only. */
  pricing: Pricing;
  status: 'trialing' | 'active' | 'past_due' | 'canceled';
  paymentMethodId: string | null;
  currentPeriodStart: number;
  currentPeriodEnd: number;
  readonly trialStart: number | null;
  readonly trialEnd: number | null;
  /** Periods begin whole intervals away from here. */
  billingCycleAnchor: number;
  cyclesBilled: number;
  cancelAtPeriodEnd: boolean;
  canceledAt: number | null;
  cancellationReason: string | null;
  cancellationFeedback: string | null;
  /** When it stopped for good; a canceled one may run to the end of its period. */
  endedAt: number | null;
  /** Prorations that the next invoice bills. */
  pendingLines: readonly LineDraft[];
  metadata: Metadata;
  readonly createdAt: number;
}

export interface Period {
  readonly start: number;
  readonly end: number;
}

export interface LineDraft {
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: number;
  /** Null for tax and for what covers no time. */
  readonly period: Period | null;
  readonly isProration: boolean;
}

export interface LineItem extends LineDraft {
  readonly id: string;
}

export interface Invoice {
  readonly id: string;
  readonly customerId: string;
  readonly subscriptionId: string | null;
  status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
  readonly currency: string;
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  amountPaid: number;
  readonly lineItems: readonly LineItem[];
  /** The time that a subscription's invoice is for. */
  readonly period: Period | null;
  readonly dueAt: number;
  paidAt: number | null;
  attemptCount: number;
  nextAttemptAt: number | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly createdAt: number;
}

export interface Payment {
  readonly id: string;
  readonly invoice: Invoice;
  readonly method: PaymentMethod;
  readonly billingDetails: {
    readonly name: string;
    readonly email: string;
    readonly address: Address | null;
  };
  readonly amount: number;
  readonly currency: string;
  status: 'pending' | 'succeeded' | 'failed' | 'partially_refunded' | 'refunded';
  readonly failure: DeclineReason | null;
  readonly metadata: Metadata;
  readonly refunds: Refund[];
  readonly createdAt: number;
}

export interface Refund {
  readonly id: string;
  readonly amount: number;
  readonly reason: string;
  readonly receiptNumber: string;
  readonly metadata: Metadata;
  readonly createdAt: number;
}

interface UsageRecord {
  readonly id: string;
  readonly subscriptionId: string;
  readonly metric: string;
  /** A decimal. */
  readonly quantity: string;
  readonly at: number;
  readonly metadata: Metadata;
}

/** All of the platform, oldest first. */
export interface Platform {
  readonly plans: Map<string, Plan>;
  readonly customers: Map<string, Customer>;
  readonly subscriptions: Map<string, Subscription>;
  readonly invoices: Map<string, Invoice>;
  readonly payments: Map<string, Payment>;
  /** How many ids were given out. */
  idCount: number;
}

export function createPlatformState(): Platform {
  return {
    plans: new Map(),
    customers: new Map(),
    subscriptions: new Map(),
    invoices: new Map(),
    payments: new Map(),
    idCount: 0,
  };
}
