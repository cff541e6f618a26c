import type { MakeInvoice as DomainInvoice } from '../domain/invoice.ts';
import { builder } from './builder.ts';
import { acceptNodeType, encodeGlobalId, ownedId, readOwnedId } from './global-id.ts';
import { Invoice, type MakeInvoiceNode } from './invoice.ts';
import { markStale } from './mark-stale.ts';
import { findOrganization, Organization } from './organization.ts';
import { makeMethodNode, PaymentMethod } from './payment-method.ts';

const MakeInvoice = builder.objectRef<MakeInvoiceNode>('MakeInvoice');

acceptNodeType('MakeInvoice');

builder.node(MakeInvoice, {
  description: 'An invoice of Make to an organization.',
  interfaces: [Invoice],
  id: {
    resolve: ({ organization, upstreamId }) => ownedId(organization, upstreamId),
    description: 'Global id of the invoice.',
  },
  loadWithoutCache: async (id, context, info) => {
    const { visit, loaders } = context;
    const { organization, upstreamId } = readOwnedId(id);
    if (!visit.allows({ organization, right: 'billing', section: 'invoices' })) return null;
    const answer = await loaders.invoices.makeInvoice(organization, upstreamId);
    if (answer !== null) markStale(answer, context, info);
    return answer && makeInvoiceNode(answer.value, organization, new Date(answer.fetchedAt));
  },
  fields: (t) => ({
    makeId: t.exposeID('upstreamId', { description: "Make's own id of the invoice." }),
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'Whom it asks to pay.',
      resolve: ({ organization }, _args, context) => findOrganization(organization, context),
    }),
    downloadUrl: t.field({
      type: 'URL',
      nullable: true,
      description:
        "Its PDF. In the documented dialect the gateway serves it, for the same `authorization` as the graph. In the live dialect it is Make's own link, which opens without a credential and dies ten minutes after it was given.",
      resolve: (invoice, _args, { loaders }) =>
        invoice.isFileGuarded && invoice.downloadUrl !== null
          ? `${loaders.publicUrl()}${invoiceFilePath(invoice)}`
          : invoice.downloadUrl,
    }),
    paymentMethod: t.field({
      type: PaymentMethod,
      nullable: true,
      description: 'What paid it, or was charged last; the live dialect does not tell.',
      resolve: ({ paymentMethod, organization, fetchedAt }) =>
        paymentMethod && makeMethodNode(paymentMethod, organization, fetchedAt),
    }),
    hostedUrl: t.expose('hostedUrl', {
      type: 'URL',
      nullable: true,
      description: "A page of Make's where it can be read and paid; the documented dialect has none.",
    }),
  }),
});

export function makeInvoiceNode(
  invoice: DomainInvoice,
  organization: number,
  fetchedAt: Date,
): MakeInvoiceNode {
  return { ...invoice, source: 'MAKE', organization, fetchedAt };
}

export function makeInvoiceId(organization: number, upstreamId: string): string {
  return encodeGlobalId('MakeInvoice', ownedId(organization, upstreamId));
}

const invoiceFilePath = ({ organization, upstreamId }: MakeInvoiceNode): string =>
  `/exports/invoices/${makeInvoiceId(organization, upstreamId)}.pdf`;
