import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { PlatformInvoice as DomainInvoice, PlatformInvoiceDetail } from '../domain/platform-invoice.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { Customer, visibleCustomer } from './customer.ts';
import { acceptNodeType, customerOwnedId, encodeGlobalId, readCustomerOwnedId } from './global-id.ts';
import { Invoice, InvoiceLineItem, type PlatformInvoiceNode } from './invoice.ts';
import { markStale } from './mark-stale.ts';
import { loadPlatformSubscription, PlatformSubscription } from './platform-subscription.ts';

export const PlatformInvoice = builder.objectRef<PlatformInvoiceNode>('PlatformInvoice');

/** What lists do not show of it: one request for all of it. */
const asksForDetail = asks({ requests: 1, bucket: 'platform:invoices', section: 'detail' });

acceptNodeType('PlatformInvoice');

builder.node(PlatformInvoice, {
  description: 'An invoice of the platform to one of its customers.',
  interfaces: [Invoice],
  id: {
    resolve: ({ customerId, upstreamId }) => customerOwnedId(customerId, upstreamId),
    description: 'Global id of the invoice.',
  },
  loadWithoutCache: (id, context, info) => {
    const { customer, upstreamId } = readCustomerOwnedId(id);
    return loadPlatformInvoice(customer, upstreamId, context, info);
  },
  fields: (t) => ({
    platformId: t.exposeID('upstreamId', { description: "The platform's own id of the invoice." }),
    customer: t.field({
      type: Customer,
      nullable: true,
      description: 'Whom it is to.',
      resolve: ({ customerId }, _args, context) => visibleCustomer(customerId, 'customer', context),
    }),
    subscriptionId: t.exposeID('subscriptionId', {
      nullable: true,
      description: "The platform's own id of the subscription that it is for; null for one made by hand.",
    }),
    subscription: t.field({
      type: PlatformSubscription,
      nullable: true,
      description: 'The subscription that it is for; null for one made by hand.',
      extensions: asks({ requests: 1, bucket: 'platform:subscriptions' }),
      resolve: ({ customerId, subscriptionId }, _args, context, info) => {
        const customer = visibleCustomer(customerId, 'subscriptions', context);
        if (customer === null || subscriptionId === null) return null;
        return loadPlatformSubscription(customer, subscriptionId, context, info);
      },
    }),
    downloadUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'Its PDF, where the platform keeps it.',
      extensions: asksForDetail,
      resolve: detailed(({ downloadUrl }) => downloadUrl),
    }),
    lineItems: t.field({
      type: [InvoiceLineItem],
      nullable: true,
      description: 'What it charges.',
      extensions: asksForDetail,
      resolve: detailed(({ lineItems }) => lineItems),
    }),
    description: t.string({
      nullable: true,
      description: 'What it is for, in a sentence.',
      extensions: asksForDetail,
      resolve: detailed(({ description }) => description),
    }),
    periodStart: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Beginning of the billing period that it is for; null for one that was made by hand.',
      extensions: asksForDetail,
      resolve: detailed(({ periodStart }) => periodStart),
    }),
    periodEnd: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'End of that billing period.',
      extensions: asksForDetail,
      resolve: detailed(({ periodEnd }) => periodEnd),
    }),
    paymentAttempts: t.int({
      nullable: true,
      description: 'How often it was tried to charge it.',
      extensions: asksForDetail,
      resolve: detailed(({ paymentAttempts }) => paymentAttempts),
    }),
    nextPaymentAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried next; null where it is not.',
      extensions: asksForDetail,
      resolve: detailed(({ nextPaymentAttemptAt }) => nextPaymentAttemptAt),
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What clients of the platform noted beside it.',
      extensions: asksForDetail,
      resolve: detailed(({ metadata }) => metadata),
    }),
  }),
});

/** A field that lists do not show: the invoice is read by its id, once for all of them. */
function detailed<Value>(valueOf: (detail: PlatformInvoiceDetail) => Value) {
  return async (
    { detail, customerId, upstreamId }: PlatformInvoiceNode,
    _args: object,
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<Value | null> => {
    if (detail !== null) return valueOf(detail);
    const answer = await context.loaders.invoices.platformInvoice(customerId, upstreamId);
    return answer && valueOf(markStale(answer, context, info).value);
  };
}

/** Null where the caller may not see it, or it is not there. */
export async function loadPlatformInvoice(
  customer: string,
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<PlatformInvoiceNode | null> {
  if (visibleCustomer(customer, 'invoices', context) === null) return null;
  const answer = await context.loaders.invoices.platformInvoice(customer, id);
  if (answer === null) return null;
  const { value, fetchedAt } = markStale(answer, context, info);
  return { ...platformInvoiceNode(value, new Date(fetchedAt)), detail: value };
}

/** An invoice as a list shows it. */
export function platformInvoiceNode(invoice: DomainInvoice, fetchedAt: Date): PlatformInvoiceNode {
  return { ...invoice, source: 'PLATFORM', detail: null, fetchedAt };
}

export function platformInvoiceId({ customerId, upstreamId }: DomainInvoice): string {
  return encodeGlobalId('PlatformInvoice', customerOwnedId(customerId, upstreamId));
}
