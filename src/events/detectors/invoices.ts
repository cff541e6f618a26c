import type { BillingInvoice, InvoiceStatus, MakeInvoice } from '../../domain/invoice.ts';
import type { PlatformInvoice } from '../../domain/platform-invoice.ts';
import type { Fields, ListKind } from './list.ts';

const settled: readonly unknown[] = ['PAID', 'VOID', 'UNCOLLECTIBLE'];

/** Where an invoice stands on its way; what comes late about an earlier place is no change. */
const places: Readonly<Record<InvoiceStatus, number>> = {
  UNKNOWN: 0,
  DRAFT: 0,
  OPEN: 1,
  OVERDUE: 2,
  PAID: 3,
  VOID: 3,
  UNCOLLECTIBLE: 3,
};

/** Whether an invoice as it is told is as far on its way as what is known of it, or further. */
export function isFurther(told: InvoiceStatus, { status }: Fields): boolean {
  const entry = Object.entries(places).find(([name]) => name === status);
  return (entry?.[1] ?? 0) <= places[told];
}

const common = {
  keyOf: ({ upstreamId }: BillingInvoice) => upstreamId,
  atOf: ({ issuedAt }: BillingInvoice) => issuedAt.getTime(),
  fieldsOf: ({ status }: BillingInvoice) => ({ status }),
  isOpen: ({ status }: Fields) => !settled.includes(status),
  added: 'INVOICE_CREATED',
  addedAt: ({ issuedAt }: BillingInvoice) => issuedAt,
  changed: [
    {
      type: 'INVOICE_STATUS_CHANGED',
      fields: ['status', 'paymentFailedAt'],
      at: ({ status, paidAt }: BillingInvoice) => (status === 'PAID' ? paidAt : null),
    },
  ],
  removed: null,
} as const;

export const makeInvoices: ListKind<MakeInvoice> = {
  ...common,
  name: 'make-invoice',
  objectOf: (value) => ({ kind: 'make-invoice', value }),
};

export function platformInvoicesOf(customer: string): ListKind<PlatformInvoice> {
  return {
    ...common,
    name: 'platform-invoice',
    objectOf: (value) => ({ kind: 'platform-invoice', customer, value }),
  };
}
