import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { type PaymentMethodSource, paymentMethodTypeFrom } from '../../domain/payment-method.ts';
import type { PaidWith } from '../../domain/platform-payment.ts';
import type {
  NewPlatformPaymentMethod,
  PlatformPaymentMethod,
} from '../../domain/platform-payment-method.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import type { Rows } from '../read.ts';
import { instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import { addressShape, wireAddress } from './address.ts';
import { inData } from './answer.ts';
import { annotated, annotations } from './metadata.ts';
import type { Platform } from './platform.ts';
import { customerTag } from './tags.ts';

const paidWith = z.object({
  id: textOrNumber,
  type: z.string(),
  brand: orNull(z.string()),
  last4: orNull(z.string()),
  exp_month: orNull(wholeNumber),
  exp_year: orNull(wholeNumber),
});

function paidWithFrom(wire: z.output<typeof paidWith>): PaidWith {
  return {
    upstreamId: wire.id,
    type: paymentMethodTypeFrom(wire.type),
    rawType: wire.type,
    brand: wire.brand,
    last4: wire.last4,
    expiryMonth: wire.exp_month,
    expiryYear: wire.exp_year,
  };
}

/** How a payment shows the method it was made with. */
export const paidWithShape = paidWith.transform(paidWithFrom);

export const paymentMethodShape = paidWith
  .extend({
    is_default: orNull(z.boolean()),
    billing_address: addressShape,
    metadata: annotations,
    created_at: orNull(instant),
  })
  .transform(
    (wire): PlatformPaymentMethod => ({
      ...paidWithFrom(wire),
      isDefault: wire.is_default,
      isDefaultForExtras: null,
      isValid: null,
      isImmediate: null,
      bankName: null,
      email: null,
      billingAddress: wire.billing_address,
      createdAt: wire.created_at,
      ...wire.metadata,
    }),
  );

const path = '/billing/customers/{customer_id}/payment-methods';
const group = 'payment-methods';

const list: Endpoint<Rows<PlatformPaymentMethod>> = {
  method: 'GET',
  path,
  answer: inData('payment_methods', rowsOf('platform-billing', paymentMethodShape)).transform((rows) => ({
    rows,
    total: rows.length,
  })),
  cache: 'payment-methods',
  group,
};

const add: Endpoint<PlatformPaymentMethod> = {
  method: 'POST',
  path,
  answer: inData('payment_method', paymentMethodShape),
  group,
};

/** All of them. */
export function readPaymentMethods(
  { upstream, account }: Platform,
  customer: string,
  errand: Errand,
): Promise<Answer<Rows<PlatformPaymentMethod>>> {
  return upstream.request(
    { endpoint: list, account, params: { customer_id: customer }, tags: [customerTag(customer)] },
    errand,
  );
}

export async function addPaymentMethod(
  { upstream, account }: Platform,
  customer: string,
  method: NewPlatformPaymentMethod,
  errand: Errand,
): Promise<Answer<PlatformPaymentMethod>> {
  const body = {
    payment_method: {
      type: 'card',
      card: wireCard(method.source),
      billing_address: wireAddress(method.billingAddress),
      metadata: annotated(method),
      set_as_default: method.isDefault,
    },
  };
  return upstream.request(
    { endpoint: add, account, params: { customer_id: customer }, body, tags: [customerTag(customer)] },
    errand,
  );
}

function wireCard(source: PaymentMethodSource) {
  if ('token' in source) return { token: source.token };
  if (!('card' in source)) {
    throw new Failure(
      'NOT_SUPPORTED_BY_UPSTREAM',
      'The platform takes cards and their tokens alone: no bank account, no PayPal.',
      { upstream: 'platform-billing' },
    );
  }
  const { number, expiryMonth, expiryYear, cvc } = source.card;
  return { number, exp_month: expiryMonth, exp_year: expiryYear, cvc };
}
