import {
  type InvoiceLineItem as DomainLineItem,
  invoiceStatuses,
  type MakeInvoice,
} from '../domain/invoice.ts';
import type { PlatformInvoice, PlatformInvoiceDetail, PlatformLineItem } from '../domain/platform-invoice.ts';
import { BillingSource } from './billing-source.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { Money } from './money.ts';
import { UnitPrice } from './unit-price.ts';

export const InvoiceStatus = describedEnum('InvoiceStatus', 'Where an invoice stands.', invoiceStatuses, {
  DRAFT: 'Being written; nothing is due yet.',
  OPEN: 'Sent, and waiting to be paid.',
  PAID: 'Paid in full.',
  OVERDUE: 'Not paid by the day it was due.',
  VOID: 'Taken back: nothing is owed.',
  UNCOLLECTIBLE: 'Given up: it will not be paid.',
  UNKNOWN: 'The upstream used a word that this graph does not know: see `rawStatus`.',
});

export const InvoiceLineItem = builder
  .objectRef<DomainLineItem | PlatformLineItem>('InvoiceLineItem')
  .implement({
    description: 'One thing that an invoice charges or credits.',
    fields: (t) => ({
      upstreamId: t.exposeString('upstreamId', {
        nullable: true,
        description: "The line's id in the system that bills.",
      }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
      quantity: t.expose('quantity', { type: 'Decimal', nullable: true, description: 'How many of it.' }),
      unitPrice: t.expose('unitPrice', {
        type: UnitPrice,
        nullable: true,
        description: 'What one costs; below zero for a credit.',
      }),
      amount: t.expose('amount', { type: Money, nullable: true, description: 'What the line comes to.' }),
      periodStart: t.expose('periodStart', {
        type: 'DateTime',
        nullable: true,
        description: 'Beginning of the time that it is for; null for what is no matter of time.',
      }),
      periodEnd: t.expose('periodEnd', {
        type: 'DateTime',
        nullable: true,
        description: 'End of the time that it is for.',
      }),
      isProration: t.boolean({
        nullable: true,
        description: 'Does it settle a change within a period? Null where the upstream does not tell.',
        resolve: (line) => ('isProration' in line ? line.isProration : null),
      }),
    }),
  });

export interface MakeInvoiceNode extends MakeInvoice {
  readonly source: 'MAKE';
  readonly organization: number;
  readonly fetchedAt: Date;
}

export interface PlatformInvoiceNode extends PlatformInvoice {
  readonly source: 'PLATFORM';
  /** What lists do not show, where it is at hand already. */
  readonly detail: PlatformInvoiceDetail | null;
  readonly fetchedAt: Date;
}

/** The types that an invoice can have, by who wrote it. */
const typeBySource = { MAKE: 'MakeInvoice', PLATFORM: 'PlatformInvoice' } as const;

export const Invoice = builder.interfaceRef<MakeInvoiceNode | PlatformInvoiceNode>('Invoice');

Invoice.implement({
  description: 'An invoice, whichever system wrote it. What that system does not tell is null.',
  resolveType: ({ source }) => typeBySource[source],
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    number: t.exposeString('number', {
      nullable: true,
      description: 'The number that is printed on it; the platform gives none.',
    }),
    status: t.expose('status', { type: InvoiceStatus, nullable: true, description: 'Where it stands.' }),
    rawStatus: t.exposeString('rawStatus', {
      nullable: true,
      description: "The status in the upstream's own word.",
    }),
    source: t.expose('source', { type: BillingSource, description: 'Which system wrote it.' }),
    total: t.expose('total', {
      type: Money,
      nullable: true,
      description: 'What is to be paid, tax included.',
    }),
    subtotal: t.expose('subtotal', { type: Money, nullable: true, description: 'The total before tax.' }),
    tax: t.expose('tax', { type: Money, nullable: true, description: 'The tax in the total.' }),
    issuedAt: t.expose('issuedAt', { type: 'DateTime', nullable: true, description: 'When it was written.' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', nullable: true, description: 'By when it is to be paid.' }),
    paidAt: t.expose('paidAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was paid; null while it is not, or where the upstream does not tell.',
    }),
    downloadUrl: t.expose('downloadUrl', {
      type: 'URL',
      nullable: true,
      description: 'Its PDF. What opens the link, and for how long, is the business of each system.',
    }),
    lineItems: t.expose('lineItems', {
      type: [InvoiceLineItem],
      nullable: true,
      description: 'What it charges; null in the live dialect of Make, which does not tell.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});
