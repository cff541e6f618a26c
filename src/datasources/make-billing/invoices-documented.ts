import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import {
  type InvoiceLineItem,
  type InvoiceStatus,
  type InvoiceWish,
  invoiceStatusFrom,
  type MakeInvoice,
} from '../../domain/invoice.ts';
import { decimalOf } from '../../domain/money.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Registration } from '../directory.ts';
import type { Rows, Slice } from '../read.ts';
import { currencyCode, decimal, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import { methodShape } from './payment-methods-documented.ts';
import { billingTag } from './tags.ts';

const lineShape = z.object({
  id: orNull(textOrNumber),
  description: orNull(z.string()),
  quantity: orNull(decimal),
  unitPrice: orNull(wholeNumber),
  amount: orNull(wholeNumber),
  period: orNull(z.object({ start: orNull(instant), end: orNull(instant) })),
});

function lineFrom(line: z.output<typeof lineShape>, currency: string): InvoiceLineItem {
  const { unitPrice, amount } = line;
  return {
    upstreamId: line.id,
    description: line.description,
    quantity: line.quantity,
    unitPrice:
      unitPrice === null ? null : { decimal: decimalOf({ minorUnits: unitPrice, currency }), currency },
    amount: amount === null ? null : { minorUnits: amount, currency },
    periodStart: line.period?.start ?? null,
    periodEnd: line.period?.end ?? null,
  };
}

const invoiceShape = z
  .object({
    id: textOrNumber,
    organizationId: wholeNumber,
    invoiceNumber: orNull(textOrNumber),
    issueDate: instant,
    dueDate: orNull(instant),
    paidDate: orNull(instant),
    status: z.string(),
    amount: z.object({
      subtotal: orNull(wholeNumber),
      tax: orNull(wholeNumber),
      total: wholeNumber,
      currency: currencyCode,
    }),
    items: orNull(z.array(lineShape)),
    paymentMethod: orNull(methodShape),
    downloadUrl: orNull(z.string()),
  })
  .transform(({ amount, ...wire }) => {
    const { currency, subtotal, tax, total } = amount;
    const invoice: MakeInvoice = {
      upstreamId: wire.id,
      number: wire.invoiceNumber,
      status: invoiceStatusFrom(wire.status),
      rawStatus: wire.status,
      total: { minorUnits: total, currency },
      subtotal: subtotal === null ? null : { minorUnits: subtotal, currency },
      tax: tax === null ? null : { minorUnits: tax, currency },
      issuedAt: wire.issueDate,
      dueAt: wire.dueDate,
      paidAt: wire.paidDate,
      downloadUrl: wire.downloadUrl,
      lineItems: wire.items && wire.items.map((line) => lineFrom(line, currency)),
      paymentMethod: wire.paymentMethod,
      hostedUrl: null,
      isFileGuarded: true,
    };
    return { organizationId: wire.organizationId, invoice };
  });

const listEndpoint: Endpoint<Rows<MakeInvoice>> = {
  method: 'GET',
  path: '/cashier/invoices/{organizationId}',
  answer: z
    .object({
      invoices: rowsOf(
        'make-billing',
        invoiceShape.transform(({ invoice }) => invoice),
      ),
      pagination: z.object({ total: wholeNumber }),
    })
    .transform(({ invoices, pagination }) => ({ rows: invoices, total: pagination.total })),
  cache: 'invoices',
};

/** The statuses that this dialect has a word for. */
const wordOf: Readonly<Partial<Record<InvoiceStatus, string>>> = {
  DRAFT: 'draft',
  OPEN: 'sent',
  PAID: 'paid',
  OVERDUE: 'overdue',
  VOID: 'cancelled',
};

export function readInvoicesDocumented(
  upstream: Upstream,
  { id, account }: Registration,
  { statuses, from, to }: InvoiceWish,
  { offset, limit }: Slice,
  errand: Errand,
): Promise<Answer<Rows<MakeInvoice>>> {
  const words = statuses?.map((status) => wordOf[status]).filter((word) => word !== undefined) ?? [];
  const query = {
    page: offset / limit + 1,
    limit,
    // a status without a word is left to whoever reads the rows
    ...(words.length === statuses?.length && { status: words.toSorted() }),
    from: from?.toISOString(),
    // its end belongs to the range, to the millisecond
    to: to && new Date(to.getTime() - 1).toISOString(),
  };
  const tags = [billingTag(id, 'invoices')];
  return upstream.request(
    { endpoint: listEndpoint, account, params: { organizationId: id }, query, tags },
    errand,
  );
}

const oneEndpoint: Endpoint<z.output<typeof invoiceShape>> = {
  method: 'GET',
  path: '/cashier/invoices/{invoiceId}',
  answer: invoiceShape,
  cache: 'invoices',
};

export async function readInvoiceDocumented(
  upstream: Upstream,
  { id, account }: Registration,
  invoiceId: string,
  errand: Errand,
): Promise<Answer<MakeInvoice>> {
  // digits there are an organization, whose list it would be
  if (/^\d+$/.test(invoiceId)) throw noSuchInvoice();
  const tags = [billingTag(id, 'invoices')];
  const call = { endpoint: oneEndpoint, account, params: { invoiceId }, tags };
  const answer = await upstream.request(call, errand).catch((error: unknown) => {
    // the path names no organization: one that is another's is refused, and here it is not there
    throw error instanceof Failure && error.details.upstreamCode === 'forbidden' ? noSuchInvoice() : error;
  });
  const { organizationId, invoice } = answer.value;
  if (organizationId !== id) throw noSuchInvoice();
  return { ...answer, value: invoice };
}

const fileEndpoint: Endpoint<Uint8Array> = {
  method: 'GET',
  path: '/cashier/invoices/{invoiceId}/download',
  answer: z.instanceof(Uint8Array),
  file: 'application/pdf',
};

/** The invoice is read first: its file does not say whose it is. */
export async function readInvoiceFileDocumented(
  upstream: Upstream,
  organization: Registration,
  invoiceId: string,
  errand: Errand,
): Promise<Answer<Uint8Array>> {
  await readInvoiceDocumented(upstream, organization, invoiceId, errand);
  const { account } = organization;
  return upstream.request({ endpoint: fileEndpoint, account, params: { invoiceId } }, errand);
}

const noSuchInvoice = () => failed('NOT_FOUND', { upstream: 'make-billing' });
