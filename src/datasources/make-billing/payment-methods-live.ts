import { z } from 'zod';
import {
  type PaymentMethod,
  type PaymentMethodOption,
  type PaymentMethodUpdate,
  paymentMethodTypeFrom,
} from '../../domain/payment-method.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Registration } from '../directory.ts';
import type { Rows } from '../read.ts';
import { instant, orNull, rowsOf, textOrNumber } from '../wire.ts';
import { changeOf, refuseGiven } from './orders.ts';
import { codeOfRemoval } from './refusals-live.ts';
import { done } from './subscription-changes-live.ts';
import { billingTag } from './tags.ts';

const path = '/organizations/{organizationId}/subscription/payment-methods';

const methodShape = z
  .object({
    id: textOrNumber,
    type: z.string(),
    valid: orNull(z.boolean()),
    customerDefaultMethod: orNull(z.boolean()),
    customerDefaultExtrasMethod: orNull(z.boolean()),
    isImmediate: orNull(z.boolean()),
    created: orNull(instant),
    methodDetails: orNull(
      z.object({
        brand: orNull(z.string()),
        display_brand: orNull(z.string()),
        last4: orNull(z.string()),
        bank_name: orNull(z.string()),
        payer_email: orNull(z.string()),
      }),
    ),
  })
  .transform(
    ({ methodDetails, ...wire }): PaymentMethod => ({
      upstreamId: wire.id,
      type: paymentMethodTypeFrom(wire.type),
      rawType: wire.type,
      isDefault: wire.customerDefaultMethod,
      isDefaultForExtras: wire.customerDefaultExtrasMethod,
      isValid: wire.valid,
      isImmediate: wire.isImmediate,
      brand: methodDetails?.display_brand ?? methodDetails?.brand ?? null,
      last4: methodDetails?.last4 ?? null,
      expiryMonth: null,
      expiryYear: null,
      bankName: methodDetails?.bank_name ?? null,
      email: methodDetails?.payer_email ?? null,
      billingAddress: null,
      createdAt: wire.created,
    }),
  );

const listEndpoint: Endpoint<Rows<PaymentMethod>> = {
  method: 'GET',
  path,
  answer: z
    .object({ paymentMethods: rowsOf('make-billing', methodShape) })
    .transform(({ paymentMethods }) => ({ rows: paymentMethods, total: null })),
  cache: 'payment-methods',
};

/** More than any organization has: the list is read whole. */
const most = 100;

export function readPaymentMethodsLive(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<Rows<PaymentMethod>>> {
  const query = { 'pg[limit]': most };
  const tags = [billingTag(id, 'payment-methods')];
  return upstream.request(
    { endpoint: listEndpoint, account, params: { organizationId: id }, query, tags },
    errand,
  );
}

const optionShape = z
  .object({
    value: z.string(),
    label: orNull(z.string()),
    canBeDefaultForSubscription: orNull(z.boolean()),
    canBeDefaultForExtras: orNull(z.boolean()),
  })
  .transform(
    ({ value, label, canBeDefaultForSubscription, canBeDefaultForExtras }): PaymentMethodOption => ({
      type: paymentMethodTypeFrom(value),
      rawType: value,
      label,
      canBeDefault: canBeDefaultForSubscription,
      canBeDefaultForExtras,
    }),
  );

const optionsEndpoint: Endpoint<Rows<PaymentMethodOption>> = {
  method: 'GET',
  path: '/organizations/{organizationId}/subscription/payment-method-types',
  answer: z
    .object({ paymentMethodTypes: rowsOf('make-billing', optionShape) })
    .transform(({ paymentMethodTypes: rows }) => ({ rows, total: rows.length })),
  cache: 'payment-methods',
};

export function readPaymentMethodOptionsLive(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<Rows<PaymentMethodOption>>> {
  const tags = [billingTag(id, 'payment-methods')];
  return upstream.request(
    { endpoint: optionsEndpoint, account, params: { organizationId: id }, tags },
    errand,
  );
}

const defaultEndpoint: Endpoint<null> = {
  method: 'PATCH',
  path: `${path}/{paymentMethodId}/default`,
  // what it says of the method is less than the list tells
  answer: z.object({ paymentMethodId: textOrNumber }).transform(() => null),
};

/** Takes defaults alone, and answers nothing of the method itself. */
export async function updatePaymentMethodLive(
  upstream: Upstream,
  organization: Registration,
  paymentMethodId: string,
  { isDefault, isDefaultForExtras, billingAddress, expiryMonth, expiryYear }: PaymentMethodUpdate,
  errand: Errand,
): Promise<Answer<null>> {
  refuseGiven({
    billingAddress,
    expiryMonth,
    expiryYear,
    isDefault: isDefault === false ? isDefault : undefined,
    isDefaultForExtras: isDefaultForExtras === false ? isDefaultForExtras : undefined,
  });
  if (isDefault === undefined && isDefaultForExtras === undefined) {
    const fault = { path: ['isDefault'], message: 'Takes true, here or for isDefaultForExtras.' };
    throw failed('BAD_USER_INPUT', { upstream: 'make-billing', faults: [fault] });
  }
  const target = isDefaultForExtras === true ? (isDefault === true ? 'both' : 'extras') : 'subscription';
  const { params, ...change } = changeOf(organization);
  return upstream.request(
    { endpoint: defaultEndpoint, body: { target }, ...change, params: { ...params, paymentMethodId } },
    errand,
  );
}

const removeEndpoint: Endpoint<null> = {
  method: 'DELETE',
  path: `${path}/{paymentMethodId}`,
  mayBeEmpty: true,
  codeOfWords: codeOfRemoval,
  answer: z.union([z.undefined().transform(() => null), done]),
};

export function removePaymentMethodLive(
  upstream: Upstream,
  organization: Registration,
  paymentMethodId: string,
  errand: Errand,
): Promise<Answer<null>> {
  const { params, ...change } = changeOf(organization);
  return upstream.request(
    { endpoint: removeEndpoint, ...change, params: { ...params, paymentMethodId } },
    errand,
  );
}
