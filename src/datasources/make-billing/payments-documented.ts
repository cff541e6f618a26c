import { z } from 'zod';
import { type MakePayment, newestFirst, paymentStatusFrom } from '../../domain/payment.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import type { Rows } from '../read.ts';
import { currencyCode, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import type { OrderedSlice } from './make-billing.ts';
import { billingTag } from './tags.ts';

const paymentShape = z
  .object({
    invoiceNumber: textOrNumber,
    creationDate: instant,
    paymentStatus: z.string(),
    paymentMethod: orNull(z.string()),
    totalAmount: wholeNumber,
    currency: currencyCode,
    invoiceUrl: orNull(z.string()),
  })
  .transform(
    (wire): MakePayment => ({
      upstreamId: wire.invoiceNumber,
      invoiceNumber: wire.invoiceNumber,
      createdAt: wire.creationDate,
      status: paymentStatusFrom(wire.paymentStatus),
      rawStatus: wire.paymentStatus,
      method: wire.paymentMethod,
      card: null,
      amount: { minorUnits: wire.totalAmount, currency: wire.currency },
      rawType: null,
      description: null,
      invoiceUrl: wire.invoiceUrl,
      hostedUrl: null,
      periodStart: null,
      periodEnd: null,
    }),
  );

const endpoint: Endpoint<Rows<MakePayment>> = {
  method: 'GET',
  path: '/organizations/{organizationId}/payments',
  answer: z
    .object({ payments: rowsOf('make-billing', paymentShape), pagination: z.object({ total: wholeNumber }) })
    .transform(({ payments, pagination }) => ({ rows: payments, total: pagination.total })),
  cache: 'payments',
};

const sortWords = { CREATED_AT: 'creationDate', AMOUNT: 'totalAmount' } as const;

export function readPaymentsDocumented(
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
        page: offset / limit + 1,
        limit,
        sortBy: sortWords[order.field],
        sortDir: order.isAscending ? 'asc' : 'desc',
      },
      tags: [billingTag(id, 'payments')],
    },
    errand,
  );
}
