import { z } from 'zod';
import type { PurchaseOrder, SinglePayment } from '../../domain/make-order.ts';
import { paymentStatusFrom } from '../../domain/payment.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { currencyCode, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { changeOf, refuseOfCustomer, whereGiven } from './orders.ts';

const endpoint: Endpoint<SinglePayment> = {
  method: 'POST',
  path: '/organizations/{organizationId}/single-payment-create',
  answer: z
    .object({
      paymentId: textOrNumber,
      status: z.string(),
      amount: wholeNumber,
      currency: currencyCode,
      paymentUrl: orNull(z.string()),
    })
    .transform(({ paymentId, status, amount, currency, paymentUrl }) => ({
      upstreamId: paymentId,
      status: paymentStatusFrom(status),
      rawStatus: status,
      amount: { minorUnits: amount, currency },
      paymentUrl,
    })),
};

export async function createSinglePaymentDocumented(
  upstream: Upstream,
  organization: Registration,
  { priceId, quantity, couponCode, customer = {} }: PurchaseOrder,
  errand: Errand,
): Promise<Answer<SinglePayment>> {
  const { name, email, address, ...rest } = customer;
  refuseOfCustomer(rest);
  const body = { priceId, quantity, couponCode, customerDetails: whereGiven({ name, email, address }) };
  return upstream.request({ endpoint, body, ...changeOf(organization) }, errand);
}
