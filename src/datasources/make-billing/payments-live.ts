import { z } from 'zod';
import { type MakePayment, newestFirst, type PaymentCard, paymentStatusFrom } from '../../domain/payment.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import type { Rows } from '../read.ts';
import {
  currencyCode,
  decimalText,
  exactMoney,
  instant,
  localizedText,
  orNull,
  rowsOf,
  textOrNumber,
  wholeNumber,
} from '../wire.ts';
import type { OrderedSlice } from './make-billing.ts';
import { billingTag } from './tags.ts';

const cardShape = z
  .object({
    brand: orNull(z.string()),
    last4: orNull(z.string()),
    exp_month: orNull(wholeNumber),
    exp_year: orNull(wholeNumber),
    country: orNull(z.string()),
    network: orNull(z.string()),
    fingerprint: orNull(z.string()),
  })
  .transform(
    ({ exp_month, exp_year, ...card }): PaymentCard => ({
      ...card,
      expiryMonth: exp_month,
      expiryYear: exp_year,
    }),
  );

const methodShape = z.object({ type: z.string(), card: orNull(cardShape) });

const paymentShape = z
  .object({
    id: z.string().min(1),
    invoice_number: orNull(textOrNumber),
    created: instant,
    type_name: orNull(z.string()),
    status_name: z.string(),
    product_name: orNull(localizedText),
    payment_method: orNull(methodShape),
    amount_total: decimalText,
    currency_code: currencyCode,
    invoice_url: orNull(z.string()),
    hosted_invoice_url: orNull(z.string()),
    period_from: orNull(instant),
    period_to: orNull(instant),
  })
  .transform(
    (wire, context): MakePayment => ({
      upstreamId: wire.id,
      invoiceNumber: wire.invoice_number,
      createdAt: wire.created,
      status: paymentStatusFrom(wire.status_name),
      rawStatus: wire.status_name,
      method: wire.payment_method && methodIn(wire.payment_method),
      card: wire.payment_method?.card ?? null,
      amount: exactMoney(wire.amount_total, wire.currency_code, context),
      rawType: wire.type_name,
      description: wire.product_name,
      invoiceUrl: wire.invoice_url,
      hostedUrl: wire.hosted_invoice_url,
      periodStart: wire.period_from,
      periodEnd: wire.period_to,
    }),
  );

/** `visa 4242`, or the method's kind where no card is told. */
function methodIn({ type, card }: z.output<typeof methodShape>): string {
  const words = [card?.brand, card?.last4].filter((word) => word != null);
  return words.length > 0 ? words.join(' ') : type;
}

const endpoint: Endpoint<Rows<MakePayment>> = {
  method: 'GET',
  path: '/organizations/{organizationId}/payments',
  answer: z
    .object({ payments: rowsOf('make-billing', paymentShape) })
    .transform(({ payments }) => ({ rows: payments, total: null })),
  cache: 'payments',
};

const sortWords = { CREATED_AT: 'created', AMOUNT: 'amount_total' } as const;

export function readPaymentsLive(
  upstream: Upstream,
  { id, account }: Registration,
  { offset, limit, order = newestFirst }: OrderedSlice,
  errand: Errand,
): Promise<Answer<Rows<MakePayment>>> {
  return upstream.request(
    {
      endpoint,
      account,
      params: { organizationId: id },
      query: {
        'pg[offset]': offset,
        'pg[limit]': limit,
        'pg[sortBy]': sortWords[order.field],
        'pg[sortDir]': order.isAscending ? 'asc' : 'desc',
      },
      tags: [billingTag(id, 'payments')],
    },
    errand,
  );
}
