import type { DeclineReason } from '../kernel/test-cards.ts';
import type { CurrencyCode, Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import type { PlanPrice, Price } from './catalogue.ts';
import type { Coupon } from './coupons.ts';

export interface Address {
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly state?: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
}

interface MethodFacts {
  readonly id: string;
  readonly createdAt: number;
  billingAddress: Address;
  /** Why a charge of it is declined; null: charges succeed. */
  declines: DeclineReason | null;
}

export interface Card extends MethodFacts {
  readonly type: 'card';
  readonly brand: string;
  readonly last4: string;
  expiryMonth: number;
  expiryYear: number;
}

export interface BankAccount extends MethodFacts {
  readonly type: 'bank_account';
  readonly bankName: string;
  readonly last4: string;
}

export interface PayPal extends MethodFacts {
  readonly type: 'paypal';
  readonly email: string;
}

export type PaymentMethod = Card | BankAccount | PayPal;

export interface Subscription {
  readonly id: number;
  status: 'active' | 'trialing' | 'past_due' | 'cancelled' | 'suspended';
  price: PlanPrice;
  /** What it changes to when the period ends. */
  nextPrice: PlanPrice | null;
  /** Periods are counted in months from here, so that the 31st comes back after a shorter month. */
  anchor: number;
  /** From the anchor to the end of the period. */
  months: number;
  periodStart: number;
  periodEnd: number;
  trial: { readonly start: number; readonly end: number } | null;
  discount: { readonly coupon: Coupon; readonly since: number } | null;
  cancelAtPeriodEnd: boolean;
  endedAt: number | null;
}

export interface InvoiceLine {
  readonly id: string;
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly amount: number;
  readonly period: { readonly start: number; readonly end: number } | null;
}

export interface Payment {
  readonly id: string;
  readonly createdAt: number;
  status: 'created' | 'processing' | 'completed' | 'failed';
  /** What was charged last; null as long as nothing was. */
  method: PaymentMethod | null;
  attempts: number;
}

export interface BilledTo {
  readonly name: string;
  readonly email: string;
  readonly address: Address;
}

export interface Invoice {
  readonly id: string;
  readonly number: string;
  readonly organizationId: number;
  /** The subscription whose period it bills; null for a single payment. */
  readonly subscriptionId: number | null;
  readonly price: Price;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly currency: CurrencyCode;
  readonly lines: readonly InvoiceLine[];
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  readonly billedTo: BilledTo;
  /** Extra operations that its payment brings. */
  readonly operations: number;
  /** Minor units of the account's credit that it used; negative where it added to the credit. */
  readonly creditUsed: number;
  status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
  paidAt: number | null;
  /** Its one payment, from the first attempt to collect it. */
  payment: Payment | null;
}

export interface BillingProfile {
  name: string;
  email: string;
  address: Address;
  taxId: string | null;
  invoiceEmailRecipients: readonly string[];
}

export type ProfileChange = Partial<Pick<BillingProfile, 'name' | 'email' | 'address' | 'taxId'>>;

/** What Make's billing knows of one organization. */
export interface Account {
  readonly organizationId: number;
  readonly currency: CurrencyCode;
  readonly customerId: number;
  /** How its invoice numbers begin. */
  readonly invoicePrefix: string;
  readonly profile: BillingProfile;
  /** The one that runs or ran last; null where there never was one. */
  subscription: Subscription | null;
  /** Oldest first. */
  readonly invoices: Invoice[];
  readonly methods: PaymentMethod[];
  defaultMethodId: string | null;
  /** Pays single purchases. */
  extrasMethodId: string | null;
  /** Minor units that are taken off the next invoices. */
  credit: number;
  /** Operations bought on top of the plan, and what they cost. */
  readonly extras: { readonly operations: number; readonly until: number; readonly amount: number }[];
}

/** A hosted checkout: the subscription begins once it is completed. */
export interface Checkout {
  readonly id: number;
  readonly organizationId: number;
  readonly subscriptionId: number;
  readonly price: PlanPrice;
  readonly coupon: Coupon | null;
  readonly customer: ProfileChange;
  readonly expiresAt: number;
  completedAt: number | null;
}

export interface MakeBilling {
  readonly accounts: Map<number, Account>;
  readonly invoices: Map<string, Invoice>;
  readonly methods: Map<string, { readonly method: PaymentMethod; readonly organizationId: number }>;
  readonly checkouts: Map<number, Checkout>;
  readonly coupons: Map<string, Coupon>;
  /** How many numbers were given out. */
  serial: number;
}

export function createMakeBillingState(): MakeBilling {
  return {
    accounts: new Map(),
    invoices: new Map(),
    methods: new Map(),
    checkouts: new Map(),
    coupons: new Map(),
    serial: 0,
  };
}

export function accountOf(world: World, organization: Pick<Organization, 'id'>): Account {
  const account = world.makeBilling.accounts.get(organization.id);
  if (account === undefined) throw new Error(`organization ${organization.id} has no billing account`);
  return account;
}

/** Unlike any other of this world. */
export function newId(world: World, prefix: string): string {
  world.makeBilling.serial += 1;
  return `${prefix}_${world.random.fork(`make billing ${world.makeBilling.serial}`).hex(24)}`;
}

export function newNumber(world: World): number {
  world.makeBilling.serial += 1;
  return 700_000 + world.makeBilling.serial;
}

/** The subscription that has not ended; null on the free plan. */
export function runningSubscription({ subscription }: Account): Subscription | null {
  return subscription?.endedAt === null ? subscription : null;
}
