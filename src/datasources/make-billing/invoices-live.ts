import { Failure } from '../../domain/failure.ts';
import { type InvoiceWish, invoiceStatusFrom, type MakeInvoice } from '../../domain/invoice.ts';
import type { MakePayment } from '../../domain/payment.ts';
import type { Answer, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import type { Rows, Slice } from '../read.ts';
import { readPaymentsLive } from './payments-live.ts';

/** The list of payments is the list of invoices: both are read from one answer. It cannot be narrowed. */
export async function readInvoicesLive(
  upstream: Upstream,
  organization: Registration,
  _wish: InvoiceWish,
  slice: Slice,
  errand: Errand,
): Promise<Answer<Rows<MakeInvoice>>> {
  const { value, ...answer } = await readPaymentsLive(upstream, organization, slice, errand);
  const rows = value.rows.map((row) => (row instanceof Failure ? row : invoiceFrom(row)));
  return { ...answer, value: { rows, total: value.total } };
}

function invoiceFrom(payment: MakePayment): MakeInvoice {
  return {
    upstreamId: payment.upstreamId,
    number: payment.invoiceNumber,
    status: invoiceStatusFrom(payment.rawStatus),
    rawStatus: payment.rawStatus,
    total: payment.amount,
    subtotal: null,
    tax: null,
    issuedAt: payment.createdAt,
    dueAt: null,
    paidAt: null,
    downloadUrl: payment.invoiceUrl,
    lineItems: null,
    paymentMethod: null,
    hostedUrl: payment.hostedUrl,
    isFileGuarded: false,
  };
}
