import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import type { InvoicedSubscription, InvoiceFilter, InvoiceRow } from '../loaders/invoices.ts';
import type { Window } from '../loaders/walk.ts';
import { asks, filtersBy, pagesOf, partOf } from './asks.ts';
import { BillingSource } from './billing-source.ts';
import { builder } from './builder.ts';
import { Customer, needOf } from './customer.ts';
import { connectionOf } from './edges.ts';
import { decodeGlobalId, readCustomerOwnedId, readOwnedId } from './global-id.ts';
import { Invoice, InvoiceStatus } from './invoice.ts';
import { makeInvoiceId, makeInvoiceNode } from './make-invoice.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';
import { platformInvoiceId, platformInvoiceNode } from './platform-invoice.ts';

const InvoiceFilter = builder.inputType('InvoiceFilter', {
  description:
    'Which invoices to show. What an upstream cannot filter the gateway does, at most ten pages of a hundred at a time: a window may then end early, with `hasNextPage`.',
  fields: (t) => ({
    source: t.field({ type: BillingSource, description: 'Only invoices of this system.' }),
    statuses: t.field({ type: [InvoiceStatus], description: 'Only invoices in one of these states.' }),
    from: t.field({ type: 'DateTime', description: 'Only invoices issued at or after this instant.' }),
    to: t.field({ type: 'DateTime', description: 'Only invoices issued before this instant.' }),
    subscription: t.id({
      description:
        'Only invoices for this subscription, by its global id. That of an organization at Make stands for all that Make invoices it.',
    }),
  }),
});

const InvoiceConnection = builder.connectionObject(
  { type: Invoice, name: 'InvoiceConnection', description: 'A window of invoices.' },
  { name: 'InvoiceEdge', description: 'An invoice, with its cursor.' },
);

builder.objectField(Organization, 'invoices', (t) =>
  t.connection(
    {
      type: Invoice,
      nullable: true,
      description:
        "What it was invoiced by Make and, where it is linked to a customer, by the platform: one list, the newest first, those of one instant by id. It fails while one of the two cannot be read, unless the filter's `source` names the other.",
      args: { filter: t.arg({ type: InvoiceFilter, description: 'Which invoices to show.' }) },
      authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'invoices' } }),
      extensions: asks({
        requests: (args) => pagesOfSource('MAKE', args),
        also: [{ requests: (args) => pagesOfSource('PLATFORM', args), bucket: 'platform:invoices' }],
      }),
      resolve: async ({ id }, { filter, ...range }, context, info) => {
        const { invoices } = context.loaders;
        const read = await invoices.ofOrganization(id, readFilter(filter), range, idOf);
        return invoiceConnection(read, context, info);
      },
    },
    InvoiceConnection,
  ),
);

builder.objectField(Customer, 'invoices', (t) =>
  t.connection(
    {
      type: Invoice,
      nullable: true,
      description: 'What the platform invoiced it, the newest first, those of one instant by id.',
      args: { filter: t.arg({ type: InvoiceFilter, description: 'Which invoices to show.' }) },
      authScopes: (customer) => needOf(customer, 'invoices'),
      extensions: asks({ requests: (args) => pagesOfSource('PLATFORM', args), bucket: 'platform:invoices' }),
      resolve: async ({ id }, { filter, ...range }, context, info) => {
        const { invoices } = context.loaders;
        const read = await invoices.ofCustomer(id, readFilter(filter), range, idOf);
        return invoiceConnection(read, context, info);
      },
    },
    InvoiceConnection,
  ),
);

/** How many pages a window takes of the invoices of one source. */
function pagesOfSource(
  source: typeof BillingSource.$inferType,
  args: Readonly<Record<string, unknown>>,
): number {
  const wanted = partOf(args['filter'], 'source') ?? source;
  return wanted === source ? pagesOf(args, filtersBy(args, 'statuses', 'from', 'to')) : 0;
}

function invoiceConnection(read: Window<InvoiceRow>, context: Context, info: GraphQLResolveInfo) {
  const window = markStale(read, context, info);
  return connectionOf(window, (row) =>
    row.source === 'MAKE'
      ? makeInvoiceNode(row.invoice, row.organization, window.fetchedAt)
      : platformInvoiceNode(row.invoice, window.fetchedAt),
  );
}

const idOf = (row: InvoiceRow): string =>
  row.source === 'MAKE'
    ? makeInvoiceId(row.organization, row.invoice.upstreamId)
    : platformInvoiceId(row.invoice);

function readFilter(filter: typeof InvoiceFilter.$inferInput | null | undefined): InvoiceFilter {
  const { subscription, ...rest } = filter ?? {};
  if (rest.from != null && rest.to != null && rest.from >= rest.to) {
    throw new Failure('BAD_USER_INPUT', 'The range ends before it begins: from is to be earlier than to.');
  }
  return { ...rest, ...(subscription != null && { subscription: readSubscription(subscription) }) };
}

function readSubscription(globalId: string): InvoicedSubscription {
  const { typename, id } = decodeGlobalId(globalId);
  switch (typename) {
    case 'MakeSubscription':
      return { source: 'MAKE', organization: readOwnedId(id).organization };
    case 'PlatformSubscription':
      return { source: 'PLATFORM', ...readCustomerOwnedId(id) };
    default:
      throw new Failure('BAD_USER_INPUT', 'subscription takes the global id of a subscription.');
  }
}
