import { z } from 'zod';
import { paymentStatusFrom } from '../../domain/payment.ts';
import type {
  BillingDetails,
  NewPlatformPayment,
  PlatformPayment,
  PlatformPaymentDetail,
} from '../../domain/platform-payment.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import { currencyCode, instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { addressShape } from './address.ts';
import { inData } from './answer.ts';
import { readInvoice } from './invoices.ts';
import { annotated, annotations } from './metadata.ts';
import { paidWithShape } from './payment-methods.ts';
import type { Platform } from './platform.ts';
import { customerTag } from './tags.ts';

const receiptShape = z.object({
  id: textOrNumber,
  invoice_id: textOrNumber,
  amount: wholeNumber,
  currency: currencyCode,
  status: z.string(),
  payment_method: orNull(paidWithShape),
  failure_code: orNull(z.string()),
  failure_message: orNull(z.string()),
  receipt_url: orNull(z.string()),
  metadata: annotations,
  created_at: instant,
});

function paymentFrom(wire: z.output<typeof receiptShape>): PlatformPayment {
  return {
    upstreamId: wire.id,
    invoiceId: wire.invoice_id,
    amount: { minorUnits: wire.amount, currency: wire.currency },
    status: paymentStatusFrom(wire.status),
    rawStatus: wire.status,
    method: wire.payment_method,
    failureCode: wire.failure_code,
    failureMessage: wire.failure_message,
    receiptUrl: wire.receipt_url,
    createdAt: wire.created_at,
    ...wire.metadata,
  };
}

const billingDetailsShape = orNull(
  z.object({ name: orNull(z.string()), email: orNull(z.string()), address: addressShape }),
);

const detailShape = receiptShape
  .extend({ billing_details: billingDetailsShape })
  .transform((wire): PlatformPaymentDetail => {
    const billingDetails: BillingDetails | null = wire.billing_details;
    return { ...paymentFrom(wire), billingDetails };
  });

const process: Endpoint<PlatformPayment> = {
  method: 'POST',
  path: '/billing/payments',
  answer: inData('payment', receiptShape.transform(paymentFrom)),
  group: 'payments',
};

const get: Endpoint<PlatformPaymentDetail> = {
  method: 'GET',
  path: '/billing/payments/{payment_id}',
  answer: inData('payment', detailShape),
  cache: 'payments',
  group: 'payments',
};

/** A payment does not tell whose it is: its invoice is read as well. */
export async function readPayment(
  platform: Platform,
  customer: string,
  id: string,
  errand: Errand,
): Promise<Answer<PlatformPaymentDetail>> {
  const { upstream, account } = platform;
  const call = { endpoint: get, account, params: { payment_id: id }, tags: [customerTag(customer)] };
  const answer = await upstream.request(call, errand);
  await readInvoice(platform, customer, answer.value.invoiceId, errand);
  return answer;
}

export async function processPayment(
  platform: Platform,
  customer: string,
  payment: NewPlatformPayment,
  errand: Errand,
): Promise<Answer<PlatformPayment>> {
  const { invoiceId, paymentMethodId, amount, isConfirmed } = payment;
  await readInvoice(platform, customer, invoiceId, errand);
  const { upstream, account } = platform;
  const body = {
    payment: {
      invoice_id: invoiceId,
      payment_method_id: paymentMethodId,
      amount: amount.minorUnits,
      currency: amount.currency,
      confirm: isConfirmed,
      metadata: annotated(payment),
    },
  };
  return upstream.request({ endpoint: process, account, body, tags: [customerTag(customer)] }, errand);
}
