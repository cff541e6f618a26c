import { GraphQLScalarType } from 'graphql';

/** The part of Tollgate's graph that the workloads ask for, as one would write it by hand over the same two APIs. */
export const typeDefs = /* GraphQL */ `
  scalar JSON

  type Query {
    organization(id: ID!): Organization
    organizations(first: Int!): OrganizationConnection
  }
  type OrganizationConnection { edges: [OrganizationEdge!]! }
  type OrganizationEdge { node: Organization }
  type Organization {
    makeId: ID!
    name: String
    zone: String
    plan: String
    teams: [Team!]
    subscription: Subscription
    usage: Usage
    payments(first: Int!): PaymentConnection
    invoices(first: Int!, after: String): InvoiceConnection
    customer: Customer
    auditLogs(first: Int!): AuditLogConnection
  }
  type Team { makeId: ID! name: String }
  type Money { minorUnits: Int! currency: String! }
  type Subscription {
    status: String
    planName: String
    productId: String!
    priceId: String!
    price: Money
    interval: String
    intervalCount: Int
    currentPeriodStart: String
    currentPeriodEnd: String
    nextBillingAt: String
  }
  type Quota { included: String used: String! remaining: String overage: String }
  type Usage { operations: Quota storage: Quota users: Quota resetAt: String }
  type PaymentConnection { totalCount: Int edges: [PaymentEdge!]! }
  type PaymentEdge { node: Payment }
  type Payment { invoiceNumber: String status: String amount: Money createdAt: String method: String }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type InvoiceConnection { totalCount: Int edges: [InvoiceEdge!]! pageInfo: PageInfo! }
  type InvoiceEdge { node: Invoice }
  type Invoice {
    source: String!
    number: String
    status: String
    issuedAt: String
    dueAt: String
    paidAt: String
    total: Money
    subtotal: Money
    tax: Money
  }
  type Customer { platformId: ID! name: String email: String }
  type AuditLogConnection { edges: [AuditLogEdge!]! }
  type AuditLogEdge { node: AuditLogEntry }
  type AuditLogEntry {
    uuid: ID!
    eventType: String!
    triggeredAt: String!
    actor: Actor
    target: Target
    team: Team
    details: JSON
  }
  type Actor { name: String email: String }
  type Target { type: String makeId: ID! name: String }
`;

/** How a peer asks the upstreams: the whole difference between the peers. */
export interface Sources {
  readonly make: <Body>(organization: string, path: string) => Promise<Body>;
  readonly platform: <Body>(path: string) => Promise<Body>;
}

interface Parent {
  readonly makeId: string;
}

interface WireOrganization {
  readonly organization: {
    readonly name: string;
    readonly zone: string;
    readonly productName: string;
    readonly teams: readonly { readonly id: number; readonly name: string }[];
  };
}

interface WireSubscription {
  readonly status: string;
  readonly product: { readonly id: string; readonly name: string };
  readonly price: {
    readonly id: string;
    readonly amount: number;
    readonly currency: string;
    readonly interval: string;
    readonly intervalCount: number;
  };
  readonly currentPeriodStart: string;
  readonly currentPeriodEnd: string;
  readonly nextBillingDate: string | null;
}

interface WireQuota {
  readonly included: number | null;
  readonly used: number;
  readonly overage: number | null;
}

interface WireUsage {
  readonly operations: WireQuota & { readonly resetDate: string };
  readonly storage: WireQuota;
  readonly users: { readonly included: number | null; readonly active: number };
}

interface WirePayments {
  readonly payments: readonly {
    readonly invoiceNumber: string;
    readonly creationDate: string;
    readonly paymentStatus: string;
    readonly paymentMethod: string;
    readonly totalAmount: number;
    readonly currency: string;
  }[];
  readonly pagination: { readonly total: number };
}

interface WireMakeInvoices {
  readonly invoices: readonly {
    readonly id: string;
    readonly invoiceNumber: string;
    readonly issueDate: string;
    readonly dueDate: string | null;
    readonly paidDate?: string | null;
    readonly status: string;
    readonly amount: {
      readonly subtotal: number;
      readonly tax: number;
      readonly total: number;
      readonly currency: string;
    };
  }[];
  readonly pagination: { readonly total: number };
}

interface WirePlatformInvoices {
  readonly data: {
    readonly invoices: readonly {
      readonly id: string;
      readonly status: string;
      readonly total: number;
      readonly subtotal: number;
      readonly tax: number;
      readonly currency: string;
      readonly due_date: string | null;
      readonly paid_at: string | null;
      readonly created_at: string;
    }[];
    readonly pagination: { readonly total: number };
  };
}

interface WireCustomer {
  readonly data: {
    readonly customer: { readonly id: string; readonly name: string; readonly email: string };
  };
}

interface WireEntry {
  readonly uuid: string;
  readonly eventName: string;
  readonly triggeredAt: string;
  readonly actor: { readonly name: string; readonly email: string | null } | null;
  readonly target: { readonly type: string; readonly id: string; readonly name: string | null } | null;
  readonly team: { readonly id: number; readonly name: string } | null;
  readonly metadata?: unknown;
}

const organizationIds = Array.from({ length: 20 }, (_, place) => String(1001 + place));
const customerOf = (organization: string): string => `cus_${organization.padStart(16, '0')}`;

const statuses: Readonly<Record<string, string>> = { sent: 'OPEN', cancelled: 'VOID', completed: 'PAID' };
const statusOf = (word: string): string => statuses[word] ?? word.toUpperCase();
const instant = (text: string): string => new Date(text).toISOString();
const instantOrNull = (text: string | null | undefined): string | null =>
  text == null ? null : instant(text);
const text = (number: number | null | undefined): string | null => (number == null ? null : String(number));

/** The page of a list that holds all that the workloads look at; windows are cut out of it. */
const pageSize = 100;

export function createResolvers() {
  const organizationAt = ({ makeId }: Parent, { make }: Sources): Promise<WireOrganization> =>
    make(makeId, `organizations/${makeId}`);
  const customerAt = ({ platformId }: { platformId: string }, { platform }: Sources): Promise<WireCustomer> =>
    platform(`customers/${platformId}`);

  return {
    JSON: new GraphQLScalarType({ name: 'JSON' }),
    Query: {
      organization: (_root: unknown, { id }: { id: string }): Parent => ({ makeId: id }),
      organizations: (_root: unknown, { first }: { first: number }) => ({
        edges: organizationIds.slice(0, first).map((makeId) => ({ node: { makeId } })),
      }),
    },
    Organization: {
      name: async (parent: Parent, _arguments: unknown, sources: Sources) =>
        (await organizationAt(parent, sources)).organization.name,
      zone: async (parent: Parent, _arguments: unknown, sources: Sources) =>
        (await organizationAt(parent, sources)).organization.zone,
      plan: async (parent: Parent, _arguments: unknown, sources: Sources) =>
        (await organizationAt(parent, sources)).organization.productName.toUpperCase(),
      teams: async (parent: Parent, _arguments: unknown, sources: Sources) =>
        (await organizationAt(parent, sources)).organization.teams.map(({ id, name }) => ({
          makeId: id,
          name,
        })),
      subscription: async ({ makeId }: Parent, _arguments: unknown, { make }: Sources) =>
        subscriptionFrom(await make(makeId, `organizations/${makeId}/subscription`)),
      usage: async ({ makeId }: Parent, _arguments: unknown, { make }: Sources) =>
        usageFrom(await make(makeId, `cashier/usage/current/${makeId}`)),
      payments: async ({ makeId }: Parent, { first }: { first: number }, { make }: Sources) =>
        paymentsFrom(await make(makeId, `organizations/${makeId}/payments?limit=${pageSize}`), first),
      invoices: async (
        { makeId }: Parent,
        { first, after }: { first: number; after?: string | null },
        { make, platform }: Sources,
      ) => {
        const query = `customer_id=${customerOf(makeId)}&limit=${pageSize}`;
        const [ofMake, ofPlatform] = await Promise.all([
          make<WireMakeInvoices>(makeId, `cashier/invoices/${makeId}?limit=${pageSize}`),
          platform<WirePlatformInvoices>(`invoices?${query}`),
        ]);
        return invoicesFrom(ofMake, ofPlatform, Number(after ?? 0), first);
      },
      customer: ({ makeId }: Parent) => ({ platformId: customerOf(makeId) }),
      auditLogs: async ({ makeId }: Parent, { first }: { first: number }, { make }: Sources) => {
        const path = `audit-logs/organization/${makeId}?limit=${first}`;
        const { auditLogs } = await make<{ readonly auditLogs: readonly WireEntry[] }>(makeId, path);
        return { edges: auditLogs.map((entry) => ({ node: entryFrom(entry, makeId) })) };
      },
    },
    Customer: {
      name: async (parent: { platformId: string }, _arguments: unknown, sources: Sources) =>
        (await customerAt(parent, sources)).data.customer.name,
      email: async (parent: { platformId: string }, _arguments: unknown, sources: Sources) =>
        (await customerAt(parent, sources)).data.customer.email,
    },
    AuditLogEntry: {
      details: async (
        { uuid, organization }: { uuid: string; organization: string },
        _arguments: unknown,
        { make }: Sources,
      ) => (await make<WireEntry>(organization, `audit-logs/${uuid}`)).metadata ?? null,
    },
  };
}

function subscriptionFrom({ status, product, price, ...wire }: WireSubscription) {
  return {
    status: statusOf(status),
    planName: product.name,
    productId: product.id,
    priceId: price.id,
    price: { minorUnits: price.amount, currency: price.currency },
    interval: price.interval.toUpperCase(),
    intervalCount: price.intervalCount,
    currentPeriodStart: instant(wire.currentPeriodStart),
    currentPeriodEnd: instant(wire.currentPeriodEnd),
    nextBillingAt: instantOrNull(wire.nextBillingDate),
  };
}

function quotaFrom({ included, used, overage }: WireQuota) {
  const remaining = included === null ? null : Math.max(0, included - used);
  return { included: text(included), used: text(used), remaining: text(remaining), overage: text(overage) };
}

function usageFrom({ operations, storage, users }: WireUsage) {
  return {
    operations: quotaFrom(operations),
    storage: { included: text(storage.included), used: text(storage.used) },
    users: { included: text(users.included), used: text(users.active) },
    resetAt: instant(operations.resetDate),
  };
}

function paymentsFrom({ payments, pagination }: WirePayments, first: number) {
  const edges = payments.slice(0, first).map((payment) => ({
    node: {
      invoiceNumber: payment.invoiceNumber,
      status: statusOf(payment.paymentStatus),
      amount: { minorUnits: payment.totalAmount, currency: payment.currency },
      createdAt: instant(payment.creationDate),
      method: payment.paymentMethod,
    },
  }));
  return { totalCount: pagination.total, edges };
}

/** Both lists as one, the newest first. A cursor is how many invoices came before. */
function invoicesFrom(
  ofMake: WireMakeInvoices,
  { data: ofPlatform }: WirePlatformInvoices,
  offset: number,
  first: number,
) {
  const totalCount = ofMake.pagination.total + ofPlatform.pagination.total;
  const invoices = [
    ...ofMake.invoices.map((invoice) => {
      const { subtotal, tax, total, currency } = invoice.amount;
      return {
        source: 'MAKE',
        number: invoice.invoiceNumber,
        status: statusOf(invoice.status),
        issuedAt: instant(invoice.issueDate),
        dueAt: instantOrNull(invoice.dueDate),
        paidAt: instantOrNull(invoice.paidDate),
        total: { minorUnits: total, currency },
        subtotal: { minorUnits: subtotal, currency },
        tax: { minorUnits: tax, currency },
      };
    }),
    ...ofPlatform.invoices.map(({ currency, ...invoice }) => ({
      source: 'PLATFORM',
      number: null,
      status: statusOf(invoice.status),
      issuedAt: instant(invoice.created_at),
      dueAt: instantOrNull(invoice.due_date),
      paidAt: instantOrNull(invoice.paid_at),
      total: { minorUnits: invoice.total, currency },
      subtotal: { minorUnits: invoice.subtotal, currency },
      tax: { minorUnits: invoice.tax, currency },
    })),
  ].toSorted((one, other) => (one.issuedAt < other.issuedAt ? 1 : -1));
  const end = offset + first;
  const edges = invoices.slice(offset, end).map((node) => ({ node }));
  return { totalCount, edges, pageInfo: { hasNextPage: end < totalCount, endCursor: String(end) } };
}

function entryFrom(entry: WireEntry, organization: string) {
  return {
    organization,
    uuid: entry.uuid,
    eventType: entry.eventName,
    triggeredAt: instant(entry.triggeredAt),
    actor: entry.actor,
    target: entry.target && { type: entry.target.type, makeId: entry.target.id, name: entry.target.name },
    team: entry.team && { makeId: entry.team.id, name: entry.team.name },
  };
}
