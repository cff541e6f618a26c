import type { Money as DomainMoney } from '../domain/money.ts';
import {
  type PaymentCard as DomainCard,
  type MakePayment as DomainPayment,
  type PaymentOrder as DomainPaymentOrder,
  newestFirst,
  paymentOrderFields,
  paymentStatuses,
  type PaymentStatus as Status,
} from '../domain/payment.ts';
import { asks, filtersBy, pagesOf } from './asks.ts';
import { BillingSource } from './billing-source.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { connectionOf } from './edges.ts';
import { acceptNodeType, ownedId, readOwnedId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Money } from './money.ts';
import { Organization } from './organization.ts';
import { SortDirection } from './sort-direction.ts';

export const PaymentStatus = describedEnum('PaymentStatus', 'What became of a payment.', paymentStatuses, {
  PENDING: 'Asked for, not yet paid.',
  PROCESSING: 'Under way at the payment provider.',
  PAID: 'Paid in full.',
  FAILED: 'Declined or broken off.',
  REFUNDED: 'Paid back in full.',
  PARTIALLY_REFUNDED: 'Paid back in part.',
  UNKNOWN: 'The upstream used a word that this graph does not know: see `rawStatus`.',
});

/** The types that a payment can have, by who took it. */
const typeBySource = { MAKE: 'MakePayment', PLATFORM: 'PlatformPayment' } as const;

/** What every system tells of a payment. */
export interface PaymentNode {
  readonly source: keyof typeof typeBySource;
  readonly invoiceNumber: string | null;
  readonly status: Status;
  readonly rawStatus: string;
  readonly amount: DomainMoney;
  readonly createdAt: Date;
  readonly method: string | null;
  readonly fetchedAt: Date;
}

export const Payment = builder.interfaceRef<PaymentNode>('Payment');

Payment.implement({
  description: 'A payment, whichever system took it. What that system does not tell is null.',
  resolveType: ({ source }) => typeBySource[source],
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    source: t.expose('source', { type: BillingSource, description: 'Which system took it.' }),
    invoiceNumber: t.exposeString('invoiceNumber', {
      nullable: true,
      description: 'The number of the invoice that it pays.',
    }),
    status: t.expose('status', {
      type: PaymentStatus,
      nullable: true,
      description: 'What became of it.',
    }),
    rawStatus: t.exposeString('rawStatus', {
      nullable: true,
      description: "The status in the upstream's own word.",
    }),
    amount: t.expose('amount', {
      type: Money,
      nullable: true,
      description: 'What was paid or asked for, tax included.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was recorded.',
    }),
    method: t.exposeString('method', {
      nullable: true,
      description: 'How it was paid, in words.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

const PaymentCard = builder.objectRef<DomainCard>('PaymentCard').implement({
  description: 'The card that a payment was made with, as Make shows it.',
  fields: (t) => ({
    brand: t.exposeString('brand', { nullable: true, description: 'Whose it is: `visa`.' }),
    last4: t.exposeString('last4', { nullable: true, description: 'The last four digits of its number.' }),
    expiryMonth: t.exposeInt('expiryMonth', {
      nullable: true,
      description: 'The last month in which it is good, from 1 to 12.',
    }),
    expiryYear: t.exposeInt('expiryYear', {
      nullable: true,
      description: 'The year of that month, in four digits.',
    }),
    country: t.exposeString('country', {
      nullable: true,
      description: 'Where it was issued, as a country code of two letters.',
    }),
    network: t.exposeString('network', {
      nullable: true,
      description: 'The network over which it was charged.',
    }),
    fingerprint: t.exposeString('fingerprint', {
      nullable: true,
      description: 'Tells cards of the same number apart from others, without the number.',
    }),
  }),
});

interface MakePaymentNode extends PaymentNode, DomainPayment {
  readonly source: 'MAKE';
  readonly organization: number;
}

const MakePayment = builder.objectRef<MakePaymentNode>('MakePayment');

acceptNodeType('MakePayment');

builder.node(MakePayment, {
  description: 'A payment of an organization to Make.',
  interfaces: [Payment],
  id: {
    resolve: ({ organization, upstreamId }) => ownedId(organization, upstreamId),
    description: 'Global id of the payment.',
  },
  loadWithoutCache: async (id, context, info) => {
    const { visit, loaders } = context;
    const { organization, upstreamId } = readOwnedId(id);
    if (!visit.allows({ organization, right: 'billing', section: 'payments' })) return null;
    const found = await loaders.payments.one(organization, upstreamId);
    if (found !== null) markStale(found, context, info);
    return found && paymentNode(found.row, organization, new Date(found.fetchedAt));
  },
  fields: (t) => ({
    makeId: t.exposeID('upstreamId', {
      description: "Make's own id of the payment: in the documented dialect the number of its invoice.",
    }),
    card: t.expose('card', {
      type: PaymentCard,
      nullable: true,
      description: 'The card that paid it; null for any other method, and in the documented dialect.',
    }),
    rawType: t.exposeString('rawType', {
      nullable: true,
      description: "What kind of document it is, in Make's own word: `Invoice`. Live dialect.",
    }),
    description: t.exposeString('description', { nullable: true, description: 'What was paid for.' }),
    invoiceUrl: t.expose('invoiceUrl', {
      type: 'URL',
      nullable: true,
      description:
        "Where its invoice can be read. In Make's live dialect the link dies ten minutes after it was given.",
    }),
    hostedUrl: t.expose('hostedUrl', {
      type: 'URL',
      nullable: true,
      description:
        "A page of Make's where the invoice can be read and paid; the documented dialect has none.",
    }),
    periodStart: t.expose('periodStart', {
      type: 'DateTime',
      nullable: true,
      description: 'Beginning of the time that it pays for.',
    }),
    periodEnd: t.expose('periodEnd', {
      type: 'DateTime',
      nullable: true,
      description: 'End of the time that it pays for.',
    }),
  }),
});

/** A payment as it was read, or noticed, at an instant. */
export function paymentNode(payment: DomainPayment, organization: number, fetchedAt: Date): MakePaymentNode {
  return { ...payment, source: 'MAKE', organization, fetchedAt };
}

const PaymentFilter = builder.inputType('PaymentFilter', {
  description:
    'Which payments to show. Make cannot filter them: the gateway does, reading as far as it must.',
  fields: (t) => ({
    statuses: t.field({ type: [PaymentStatus], description: 'Only payments in one of these states.' }),
    from: t.field({ type: 'DateTime', description: 'Only payments recorded at or after this instant.' }),
    to: t.field({ type: 'DateTime', description: 'Only payments recorded before this instant.' }),
  }),
});

const PaymentOrderField = describedEnum(
  'PaymentOrderField',
  'What payments are ordered by.',
  paymentOrderFields,
  { CREATED_AT: 'When they were recorded.', AMOUNT: 'How much they come to, whatever the currency.' },
);

const PaymentOrder = builder.inputType('PaymentOrder', {
  description: 'An order of payments, as Make itself keeps it.',
  fields: (t) => ({
    field: t.field({ type: PaymentOrderField, required: true, description: 'What they are ordered by.' }),
    direction: t.field({
      type: SortDirection,
      required: true,
      defaultValue: 'DESC',
      description: 'Which end comes first.',
    }),
  }),
});

function orderFrom(
  wish:
    | { readonly field: DomainPaymentOrder['field']; readonly direction: 'ASC' | 'DESC' }
    | null
    | undefined,
): DomainPaymentOrder {
  return wish == null ? newestFirst : { field: wish.field, isAscending: wish.direction === 'ASC' };
}

builder.objectField(Organization, 'payments', (t) =>
  t.connection(
    {
      type: Payment,
      nullable: true,
      description: 'What it paid to Make, newest first.',
      args: {
        filter: t.arg({ type: PaymentFilter, description: 'Which payments to show.' }),
        orderBy: t.arg({ type: PaymentOrder, description: 'In which order; newest first unless told.' }),
      },
      authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'payments' } }),
      extensions: asks({ requests: (args) => pagesOf(args, filtersBy(args, 'statuses', 'from', 'to')) }),
      resolve: async ({ id }, { filter, orderBy, ...range }, context, info) => {
        const read = await context.loaders.payments.window(id, filter ?? {}, orderFrom(orderBy), range);
        const window = markStale(read, context, info);
        return connectionOf(window, (payment) => paymentNode(payment, id, window.fetchedAt));
      },
    },
    { name: 'PaymentConnection', description: 'A window of the payments of an organization.' },
    { name: 'PaymentEdge', description: 'A payment, with its cursor.' },
  ),
);
