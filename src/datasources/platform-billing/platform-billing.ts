import type { Customer, CustomerChanges, CustomerDetail, NewCustomer } from '../../domain/customer.ts';
import type { CustomerUsage, NewUsage, UsageFilter, UsageRecord } from '../../domain/customer-usage.ts';
import type { ArchivedPlan, NewPlan, Plan, PlanChanges, PlanDetail, PlanFilter } from '../../domain/plan.ts';
import type {
  NewPlatformInvoice,
  PlatformInvoice,
  PlatformInvoiceDetail,
  PlatformInvoiceFilter,
} from '../../domain/platform-invoice.ts';
import type {
  NewPlatformPayment,
  PlatformPayment,
  PlatformPaymentDetail,
} from '../../domain/platform-payment.ts';
import type {
  NewPlatformPaymentMethod,
  PlatformPaymentMethod,
} from '../../domain/platform-payment-method.ts';
import type {
  NewPlatformSubscription,
  PlatformCancellationOrder,
  PlatformSubscription,
  PlatformSubscriptionChanges,
  PlatformSubscriptionDetail,
  SubscriptionCancellation,
  SubscriptionUpgrade,
  UpgradeOrder,
} from '../../domain/platform-subscription.ts';
import type { NewRefund, Refund } from '../../domain/refund.ts';
import type { Account, Answer, Errand, Upstream } from '../../upstream/call.ts';
import type { Rows, Slice } from '../read.ts';
import { createCustomer, readCustomer, updateCustomer } from './customers.ts';
import { createInvoice, readInvoice, readInvoices } from './invoices.ts';
import { addPaymentMethod, readPaymentMethods } from './payment-methods.ts';
import { processPayment, readPayment } from './payments.ts';
import { archivePlan, createPlan, readPlan, readPlans, updatePlan } from './plans.ts';
import { refundPayment } from './refunds.ts';
import { cancelSubscription, upgradeSubscription } from './subscription-changes.ts';
import { createSubscription, readSubscription, updateSubscription } from './subscriptions.ts';
import { customerTag, usageTag } from './tags.ts';
import { readUsage, recordUsage } from './usage.ts';

type Ask<Value, Arguments extends readonly unknown[]> = (
  ...rest: [...Arguments, errand: Errand]
) => Promise<Answer<Value>>;

/**
 * The platform Billing API. What belongs to a customer is named together with the customer's id: what turns out to be
 * another's is NOT_FOUND. So that nothing of another's is changed, a change by an id reads what it names first, which
 * is mostly in the cache: a payment together with its invoice, which tells whose it is.
 */
export interface PlatformBilling {
  readonly plans: Ask<Rows<Plan>, [PlanFilter, Slice]>;
  readonly plan: Ask<PlanDetail, [id: string]>;
  readonly createPlan: Ask<PlanDetail, [NewPlan]>;
  /** A price holds for new subscriptions only. */
  readonly updatePlan: Ask<PlanDetail, [id: string, PlanChanges]>;
  readonly archivePlan: Ask<ArchivedPlan, [id: string]>;

  readonly customer: Ask<CustomerDetail, [id: string]>;
  readonly createCustomer: Ask<Customer, [NewCustomer]>;
  readonly updateCustomer: Ask<Customer, [id: string, CustomerChanges]>;
  readonly paymentMethods: Ask<Rows<PlatformPaymentMethod>, [customer: string]>;
  /** Takes cards and tokens; other sources are NOT_SUPPORTED_BY_UPSTREAM. */
  readonly addPaymentMethod: Ask<PlatformPaymentMethod, [customer: string, NewPlatformPaymentMethod]>;

  readonly subscription: Ask<PlatformSubscriptionDetail, [customer: string, id: string]>;
  readonly createSubscription: Ask<PlatformSubscription, [customer: string, NewPlatformSubscription]>;
  readonly updateSubscription: Ask<
    PlatformSubscriptionDetail,
    [customer: string, id: string, PlatformSubscriptionChanges]
  >;
  readonly upgradeSubscription: Ask<SubscriptionUpgrade, [customer: string, id: string, UpgradeOrder]>;
  readonly cancelSubscription: Ask<
    SubscriptionCancellation,
    [customer: string, id: string, PlatformCancellationOrder]
  >;

  /** Newest first. */
  readonly invoices: Ask<Rows<PlatformInvoice>, [customer: string, PlatformInvoiceFilter, Slice]>;
  readonly invoice: Ask<PlatformInvoiceDetail, [customer: string, id: string]>;
  readonly createInvoice: Ask<PlatformInvoiceDetail, [customer: string, NewPlatformInvoice]>;

  readonly payment: Ask<PlatformPaymentDetail, [customer: string, id: string]>;
  readonly processPayment: Ask<PlatformPayment, [customer: string, NewPlatformPayment]>;
  readonly refundPayment: Ask<Refund, [customer: string, payment: string, NewRefund]>;

  readonly usage: Ask<CustomerUsage, [customer: string, UsageFilter]>;
  readonly recordUsage: Ask<UsageRecord, [customer: string, NewUsage]>;

  /** Something of the customer is not as it was: what the cache has of it is dropped. */
  readonly changed: (customer: string) => void;
}

export function createPlatformBilling(upstream: Upstream, account: Account): PlatformBilling {
  const platform = { upstream, account };
  return {
    plans: (...ask) => readPlans(platform, ...ask),
    plan: (...ask) => readPlan(platform, ...ask),
    createPlan: (...ask) => createPlan(platform, ...ask),
    updatePlan: (...ask) => updatePlan(platform, ...ask),
    archivePlan: (...ask) => archivePlan(platform, ...ask),
    customer: (...ask) => readCustomer(platform, ...ask),
    createCustomer: (...ask) => createCustomer(platform, ...ask),
    updateCustomer: (...ask) => updateCustomer(platform, ...ask),
    paymentMethods: (...ask) => readPaymentMethods(platform, ...ask),
    addPaymentMethod: (...ask) => addPaymentMethod(platform, ...ask),
    subscription: (...ask) => readSubscription(platform, ...ask),
    createSubscription: (...ask) => createSubscription(platform, ...ask),
    updateSubscription: (...ask) => updateSubscription(platform, ...ask),
    upgradeSubscription: (...ask) => upgradeSubscription(platform, ...ask),
    cancelSubscription: (...ask) => cancelSubscription(platform, ...ask),
    invoices: (...ask) => readInvoices(platform, ...ask),
    invoice: (...ask) => readInvoice(platform, ...ask),
    createInvoice: (...ask) => createInvoice(platform, ...ask),
    payment: (...ask) => readPayment(platform, ...ask),
    processPayment: (...ask) => processPayment(platform, ...ask),
    refundPayment: (...ask) => refundPayment(platform, ...ask),
    usage: (...ask) => readUsage(platform, ...ask),
    recordUsage: (...ask) => recordUsage(platform, ...ask),
    changed: (customer) => upstream.invalidate([customerTag(customer), usageTag(customer)]),
  };
}
