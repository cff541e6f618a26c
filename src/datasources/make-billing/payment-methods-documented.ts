import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import {
  type NewPaymentMethod,
  type PaymentMethod,
  type PaymentMethodSource,
  type PaymentMethodUpdate,
  paymentMethodTypeFrom,
} from '../../domain/payment-method.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Registration } from '../directory.ts';
import type { Rows } from '../read.ts';
import { orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import { addressShape } from './address.ts';
import { accepted, changeOf, refuseGiven, whereGiven } from './orders.ts';
import { billingTag } from './tags.ts';

export const methodShape = z
  .object({
    id: textOrNumber,
    type: z.string(),
    isDefault: orNull(z.boolean()),
    details: orNull(
      z.object({
        last4: orNull(z.string()),
        brand: orNull(z.string()),
        expiryMonth: orNull(wholeNumber),
        expiryYear: orNull(wholeNumber),
        bankName: orNull(z.string()),
      }),
    ),
    billingAddress: orNull(addressShape),
  })
  .transform(
    ({ id, type, isDefault, details, billingAddress }): PaymentMethod => ({
      upstreamId: id,
      type: paymentMethodTypeFrom(type),
      rawType: type,
      isDefault,
      isDefaultForExtras: null,
      isValid: null,
      isImmediate: null,
      brand: details?.brand ?? null,
      last4: details?.last4 ?? null,
      expiryMonth: details?.expiryMonth ?? null,
      expiryYear: details?.expiryYear ?? null,
      bankName: details?.bankName ?? null,
      email: null,
      billingAddress,
      createdAt: null,
    }),
  );

const listEndpoint: Endpoint<Rows<PaymentMethod>> = {
  method: 'GET',
  path: '/cashier/payment-methods/{organizationId}',
  answer: z
    .object({ paymentMethods: rowsOf('make-billing', methodShape) })
    .transform(({ paymentMethods }) => ({ rows: paymentMethods, total: paymentMethods.length })),
  cache: 'payment-methods',
};

export function readPaymentMethodsDocumented(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<Rows<PaymentMethod>>> {
  const tags = [billingTag(id, 'payment-methods')];
  return upstream.request({ endpoint: listEndpoint, account, params: { organizationId: id }, tags }, errand);
}

const addEndpoint: Endpoint<PaymentMethod> = {
  method: 'POST',
  path: '/cashier/payment-methods',
  answer: methodShape,
};

export function addPaymentMethodDocumented(
  upstream: Upstream,
  organization: Registration,
  { source, billingAddress, isDefault }: NewPaymentMethod,
  errand: Errand,
): Promise<Answer<PaymentMethod>> {
  const body = { organizationId: organization.id, ...sourceBody(source), billingAddress, isDefault };
  return upstream.request({ endpoint: addEndpoint, body, ...changeOf(organization) }, errand);
}

function sourceBody(source: PaymentMethodSource): object {
  if ('bankAccount' in source) return { type: 'bank_account', ...source };
  return { type: 'paypalEmail' in source ? 'paypal' : 'credit_card', ...source };
}

const updateEndpoint: Endpoint<PaymentMethod> = {
  method: 'PATCH',
  path: '/cashier/payment-methods/{paymentMethodId}',
  answer: methodShape,
};

export async function updatePaymentMethodDocumented(
  upstream: Upstream,
  organization: Registration,
  paymentMethodId: string,
  { isDefault, isDefaultForExtras, billingAddress, expiryMonth, expiryYear }: PaymentMethodUpdate,
  errand: Errand,
): Promise<Answer<PaymentMethod>> {
  refuseGiven({ isDefaultForExtras });
  await requireOwn(upstream, organization, paymentMethodId, errand);
  const body = { isDefault, billingAddress, card: whereGiven({ expiryMonth, expiryYear }) };
  const call = { endpoint: updateEndpoint, body, ...changeOf(organization), params: { paymentMethodId } };
  return upstream.request(call, errand);
}

const removeEndpoint: Endpoint<null> = {
  method: 'DELETE',
  path: '/cashier/payment-methods/{paymentMethodId}',
  mayBeEmpty: true,
  answer: z
    .object({ success: accepted })
    .prefault({})
    .transform(() => null),
};

export async function removePaymentMethodDocumented(
  upstream: Upstream,
  organization: Registration,
  paymentMethodId: string,
  errand: Errand,
): Promise<Answer<null>> {
  await requireOwn(upstream, organization, paymentMethodId, errand);
  const call = { endpoint: removeEndpoint, ...changeOf(organization), params: { paymentMethodId } };
  return upstream.request(call, errand);
}

/** The paths of changes name no organization: a token that serves several must not reach another's methods. */
async function requireOwn(
  upstream: Upstream,
  organization: Registration,
  paymentMethodId: string,
  errand: Errand,
): Promise<void> {
  if (organization.hasOwnToken) return;
  const { value } = await readPaymentMethodsDocumented(upstream, organization, { ...errand, maxAge: 0 });
  const isOwn = value.rows.some((row) => !(row instanceof Failure) && row.upstreamId === paymentMethodId);
  if (!isOwn) throw failed('NOT_FOUND', { upstream: 'make-billing' });
}
