import { z } from 'zod';
import type { CustomerInvoice } from '../../domain/customer.ts';
import { invoiceStatusFrom } from '../../domain/invoice.ts';
import { decimalOf } from '../../domain/money.ts';
import type {
  NewPlatformInvoice,
  PlatformInvoice,
  PlatformInvoiceDetail,
  PlatformInvoiceFilter,
  PlatformLineItem,
} from '../../domain/platform-invoice.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import type { Rows, Slice } from '../read.ts';
import { currencyCode, decimal, exactNumber, instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { inData, ofCustomer, pageInData } from './answer.ts';
import { annotated, annotations } from './metadata.ts';
import { dayOf, lastSecondBefore, type Platform } from './platform.ts';
import { customerTag } from './tags.ts';

const briefShape = z.object({
  id: textOrNumber,
  status: z.string(),
  total: wholeNumber,
  currency: currencyCode,
  due_date: orNull(instant),
  created_at: instant,
});

function briefFrom({
  id,
  status,
  total,
  currency,
  due_date,
  created_at,
}: z.output<typeof briefShape>): CustomerInvoice {
  return {
    upstreamId: id,
    status: invoiceStatusFrom(status),
    rawStatus: status,
    total: { minorUnits: total, currency },
    dueAt: due_date,
    issuedAt: created_at,
  };
}

/** How a customer shows its invoices. */
export const customerInvoiceShape = briefShape.transform(briefFrom);

const rowShape = briefShape.extend({
  customer_id: textOrNumber,
  subscription_id: orNull(textOrNumber),
  subtotal: orNull(wholeNumber),
  tax: orNull(wholeNumber),
  paid_at: orNull(instant),
});

function invoiceFrom(wire: z.output<typeof rowShape>): PlatformInvoice {
  const { currency, subtotal, tax } = wire;
  return {
    ...briefFrom(wire),
    customerId: wire.customer_id,
    subscriptionId: wire.subscription_id,
    number: null,
    subtotal: subtotal === null ? null : { minorUnits: subtotal, currency },
    tax: tax === null ? null : { minorUnits: tax, currency },
    paidAt: wire.paid_at,
    downloadUrl: null,
    lineItems: null,
  };
}

const lineShape = z
  .object({
    id: orNull(textOrNumber),
    description: orNull(z.string()),
    quantity: orNull(decimal),
    unit_price: wholeNumber,
    amount: wholeNumber,
    currency: currencyCode,
    proration: orNull(z.boolean()),
    period: orNull(z.object({ start: orNull(instant), end: orNull(instant) })),
  })
  .transform(
    ({ unit_price, amount, currency, period, ...line }): PlatformLineItem => ({
      upstreamId: line.id,
      description: line.description,
      quantity: line.quantity,
      unitPrice: { decimal: decimalOf({ minorUnits: unit_price, currency }), currency },
      amount: { minorUnits: amount, currency },
      isProration: line.proration,
      periodStart: period?.start ?? null,
      periodEnd: period?.end ?? null,
    }),
  );

const detailShape = rowShape
  .extend({
    billing_period_start: orNull(instant),
    billing_period_end: orNull(instant),
    line_items: z.array(lineShape),
    payment_attempt_count: orNull(wholeNumber),
    next_payment_attempt: orNull(instant),
    description: orNull(z.string()),
    metadata: annotations,
    pdf_url: orNull(z.string()),
  })
  .transform(
    (wire): PlatformInvoiceDetail => ({
      ...invoiceFrom(wire),
      downloadUrl: wire.pdf_url,
      lineItems: wire.line_items,
      description: wire.description,
      periodStart: wire.billing_period_start,
      periodEnd: wire.billing_period_end,
      paymentAttempts: wire.payment_attempt_count,
      nextPaymentAttemptAt: wire.next_payment_attempt,
      ...wire.metadata,
    }),
  );

/** How lists and webhooks show an invoice. */
export const platformInvoiceShape = rowShape.transform(invoiceFrom);

const group = 'invoices';

const list: Endpoint<Rows<PlatformInvoice>> = {
  method: 'GET',
  path: '/billing/invoices',
  answer: pageInData('invoices', platformInvoiceShape),
  cache: 'invoices',
  group,
};

const answer = inData('invoice', detailShape);

const get: Endpoint<PlatformInvoiceDetail> = {
  method: 'GET',
  path: '/billing/invoices/{invoice_id}',
  answer,
  cache: 'invoices',
  group,
};

const create: Endpoint<PlatformInvoiceDetail> = { method: 'POST', path: '/billing/invoices', answer, group };

export function readInvoices(
  { upstream, account }: Platform,
  customer: string,
  { subscriptionId, status, from, to }: PlatformInvoiceFilter,
  { offset, limit }: Slice,
  errand: Errand,
): Promise<Answer<Rows<PlatformInvoice>>> {
  const query = {
    customer_id: customer,
    subscription_id: subscriptionId,
    status: status?.toLowerCase(),
    date_from: from?.toISOString(),
    date_to: to && lastSecondBefore(to),
    limit,
    offset,
  };
  return upstream.request({ endpoint: list, account, query, tags: [customerTag(customer)] }, errand);
}

export function readInvoice(
  { upstream, account }: Platform,
  customer: string,
  id: string,
  errand: Errand,
): Promise<Answer<PlatformInvoiceDetail>> {
  const call = { endpoint: get, account, params: { invoice_id: id }, tags: [customerTag(customer)] };
  return ofCustomer(customer, upstream.request(call, errand));
}

export async function createInvoice(
  { upstream, account }: Platform,
  customer: string,
  invoice: NewPlatformInvoice,
  errand: Errand,
): Promise<Answer<PlatformInvoiceDetail>> {
  const { lineItems, description, dueAt, isTaxIncluded } = invoice;
  const body = {
    invoice: {
      customer_id: customer,
      description,
      due_date: dueAt && dayOf(dueAt),
      tax_behavior: isTaxIncluded === undefined ? undefined : isTaxIncluded ? 'inclusive' : 'exclusive',
      line_items: lineItems.map(({ description, quantity, unitPrice }, index) => ({
        description,
        quantity: exactNumber(quantity, 'lineItems', String(index), 'quantity'),
        unit_price: unitPrice.minorUnits,
        currency: unitPrice.currency,
      })),
      metadata: annotated(invoice),
    },
  };
  return upstream.request({ endpoint: create, account, body, tags: [customerTag(customer)] }, errand);
}
