import type { SearchAccessLog } from '../access/access-log-search.ts';
import type { Caller } from '../access/caller.ts';
import type { CustomerLinks } from '../access/customer-links.ts';
import type { Directory, Registration } from '../datasources/directory.ts';
import type { MakeAdmin } from '../datasources/make-admin/make-admin.ts';
import type { MakeBilling } from '../datasources/make-billing/make-billing.ts';
import type { PlatformBilling } from '../datasources/platform-billing/platform-billing.ts';
import type { Rows } from '../datasources/read.ts';
import type { Allowance } from '../domain/allowance.ts';
import type { CustomerDetail } from '../domain/customer.ts';
import type { EventFeed } from '../domain/event.ts';
import type { UpstreamName } from '../domain/failure.ts';
import type { OrganizationProfile } from '../domain/organization.ts';
import { type PlanGates, planGates } from '../domain/plan-gates.ts';
import type { RetryCampaigns } from '../domain/retry-campaign.ts';
import type { Scenario } from '../domain/scenario.ts';
import type { MakeSubscription } from '../domain/subscription.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import type { BucketStatus } from '../upstream/limiter.ts';
import { type AccessLogReader, createAccessLogReader } from './access-log.ts';
import { type AnalyticsReader, createAnalyticsReader } from './analytics.ts';
import { type AuditLogReader, createAuditLogReader } from './audit-log.ts';
import { type BillingLoaders, createBillingLoaders } from './billing.ts';
import { type CustomerUsageReader, createCustomerLoader, createCustomerUsageReader } from './customer.ts';
import type { Loader } from './each.ts';
import { createExecutionLogsReader, type ExecutionLogsReader } from './execution-logs.ts';
import {
  createIncompleteExecutionsReader,
  type IncompleteExecutionsReader,
} from './incomplete-executions.ts';
import { createInvoicesReader, type InvoicesReader } from './invoices.ts';
import { createOrganizationLoader } from './organization.ts';
import { createPaymentMethodLoaders, type PaymentMethodLoaders } from './payment-methods.ts';
import { createPaymentsReader, type PaymentsReader } from './payments.ts';
import { createPlansReader, type PlansReader } from './plans.ts';
import { createPlatformPaymentReader, type PlatformPaymentReader } from './platform-payment.ts';
import {
  createPlatformSubscriptionsReader,
  type PlatformSubscriptionsReader,
} from './platform-subscriptions.ts';
import { createScenariosLoader } from './scenarios.ts';
import { createSubscriptionLoader } from './subscription.ts';
import { createUsageReader, type UsageReader } from './usage.ts';

/** What the loaders read from. Made once. */
export interface Sources {
  readonly directory: Directory;
  readonly links: CustomerLinks;
  /** How Make answers. */
  readonly dialect: 'documented' | 'live';
  readonly accessLog: SearchAccessLog;
  readonly makeBilling: MakeBilling;
  readonly makeAdmin: MakeAdmin;
  /** Null where no platform is configured. */
  readonly platformBilling: PlatformBilling | null;
  readonly retryCampaigns: RetryCampaigns;
  /** How much of an organization's budget at Make is left. */
  readonly budgetOf: (organization: Registration) => BucketStatus;
  /** What a caller, by its name, may still ask of the gateway. */
  readonly allowanceOf: (caller: string) => Allowance;
  readonly upstreams: () => readonly UpstreamReport[];
  /** Where callers reach the gateway: `http://127.0.0.1:4000`. */
  readonly publicUrl: () => string;
  readonly events: EventFeed;
}

/** What is known of an upstream without asking it. */
export interface UpstreamReport {
  readonly name: UpstreamName;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Seconds until it is tried again; 0 while it is used as ever. */
  readonly retryAfter: number;
  readonly failingEndpoints: readonly string[];
  readonly buckets: readonly ({ readonly name: string } & BucketStatus)[];
}

/** Made anew for each operation. Keys are Make's numbers of organizations. */
export interface Loaders {
  /** The organizations that the caller may know of, by number. */
  readonly organizations: () => readonly Registration[];
  /** One of them. */
  readonly organizationOf: (id: number) => Registration | null;
  /** Which customer of the platform an organization is. */
  readonly links: Pick<CustomerLinks, 'customerOf' | 'organizationOf'>;
  /** When the operation began. */
  readonly startedAt: Date;
  readonly budgetOf: Sources['budgetOf'];
  readonly allowanceOf: Sources['allowanceOf'];
  readonly upstreams: Sources['upstreams'];
  readonly publicUrl: Sources['publicUrl'];
  readonly events: EventFeed;
  readonly organization: Loader<number, Answer<OrganizationProfile>>;
  /** Null where the organization has none. */
  readonly subscription: Loader<number, Answer<MakeSubscription> | null>;
  readonly payments: PaymentsReader;
  readonly plans: PlansReader;
  /** By the platform's id; null where the platform does not know the customer. */
  readonly customer: Loader<string, Answer<CustomerDetail> | null>;
  readonly customerUsage: CustomerUsageReader;
  readonly platformSubscriptions: PlatformSubscriptionsReader;
  readonly platformPayment: PlatformPaymentReader;
  readonly auditLog: AuditLogReader;
  readonly analytics: AnalyticsReader;
  /** What takes more than any plan, or is not to be had at all. */
  readonly planGates: PlanGates;
  readonly scenarios: Loader<number, Answer<Rows<Scenario>>>;
  readonly incompleteExecutions: IncompleteExecutionsReader;
  readonly executionLogs: ExecutionLogsReader;
  readonly retryCampaigns: Pick<RetryCampaigns, 'of' | 'one'>;
  readonly usage: UsageReader;
  readonly invoices: InvoicesReader;
  readonly paymentMethods: PaymentMethodLoaders;
  readonly billing: BillingLoaders;
  readonly accessLog: AccessLogReader;
}

export function createLoaders(sources: Sources, caller: Caller, errand: Errand): Loaders {
  const { directory, links, budgetOf, allowanceOf, upstreams, publicUrl, events } = sources;
  const gates = planGates[sources.dialect];
  const isVisible = (id: number): boolean => caller.isOperator || caller.grants.has(id);
  const customer = createCustomerLoader(sources, errand);
  const organization = createOrganizationLoader(sources, errand);
  const scenarios = createScenariosLoader(sources, organization, errand);
  const subscription = createSubscriptionLoader(sources, errand);
  return {
    organizations: () => Array.from(directory.values()).filter(({ id }) => isVisible(id)),
    organizationOf: (id) => (isVisible(id) ? (directory.get(id) ?? null) : null),
    links,
    startedAt: new Date(errand.startedAt),
    budgetOf,
    allowanceOf,
    upstreams,
    publicUrl,
    organization,
    events,
    subscription,
    payments: createPaymentsReader(sources, errand),
    plans: createPlansReader(sources, errand),
    customer,
    customerUsage: createCustomerUsageReader(sources, errand),
    platformSubscriptions: createPlatformSubscriptionsReader(sources, errand, customer),
    platformPayment: createPlatformPaymentReader(sources, errand),
    auditLog: createAuditLogReader(sources, errand),
    analytics: createAnalyticsReader(sources, errand),
    planGates: sources.platformBilling === null ? { ...gates, CUSTOMER: 'NOT_OFFERED' } : gates,
    scenarios,
    incompleteExecutions: createIncompleteExecutionsReader(sources, scenarios, errand),
    executionLogs: createExecutionLogsReader(sources, errand),
    retryCampaigns: sources.retryCampaigns,
    usage: createUsageReader(sources, errand),
    invoices: createInvoicesReader(sources, errand),
    paymentMethods: createPaymentMethodLoaders(sources, errand),
    billing: createBillingLoaders(sources, errand, subscription),
    accessLog: createAccessLogReader(sources.accessLog, new Date(errand.startedAt)),
  };
}
