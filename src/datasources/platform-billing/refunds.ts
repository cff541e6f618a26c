import { z } from 'zod';
import { type NewRefund, type Refund, refundStatusFrom } from '../../domain/refund.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import { currencyCode, instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { inData } from './answer.ts';
import { annotated, annotations } from './metadata.ts';
import { readPayment } from './payments.ts';
import type { Platform } from './platform.ts';
import { customerTag } from './tags.ts';

const refundShape = z
  .object({
    id: textOrNumber,
    payment_id: textOrNumber,
    amount: wholeNumber,
    currency: currencyCode,
    status: z.string(),
    reason: orNull(z.string()),
    receipt_number: orNull(z.string()),
    metadata: annotations,
    created_at: orNull(instant),
  })
  .transform(
    (wire): Refund => ({
      upstreamId: wire.id,
      paymentId: wire.payment_id,
      amount: { minorUnits: wire.amount, currency: wire.currency },
      status: refundStatusFrom(wire.status),
      rawStatus: wire.status,
      reason: wire.reason,
      receiptNumber: wire.receipt_number,
      createdAt: wire.created_at,
      ...wire.metadata,
    }),
  );

const endpoint: Endpoint<Refund> = {
  method: 'POST',
  path: '/billing/payments/{payment_id}/refunds',
  answer: inData('refund', refundShape),
  group: 'payments',
};

export async function refundPayment(
  platform: Platform,
  customer: string,
  payment: string,
  refund: NewRefund,
  errand: Errand,
): Promise<Answer<Refund>> {
  await readPayment(platform, customer, payment, errand);
  const { upstream, account } = platform;
  const { amount, reason } = refund;
  const body = { refund: { amount, reason: reason.toLowerCase(), metadata: annotated(refund) } };
  return upstream.request(
    { endpoint, account, params: { payment_id: payment }, body, tags: [customerTag(customer)] },
    errand,
  );
}
