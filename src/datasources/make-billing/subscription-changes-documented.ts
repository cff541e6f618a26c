import { z } from 'zod';
import type {
  Cancellation,
  CancellationOrder,
  CouponApplication,
  FreePlan,
  SubscriptionCreation,
  SubscriptionOrder,
  SubscriptionUpdate,
} from '../../domain/make-order.ts';
import { planFromName } from '../../domain/organization.ts';
import { type MakeSubscription, subscriptionStatusFrom } from '../../domain/subscription.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Registration } from '../directory.ts';
import { instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { accepted, changeOf, prorationWord, refuseOfCustomer, whereGiven } from './orders.ts';
import {
  couponShape,
  discountFrom,
  readSubscriptionDocumented,
  subscriptionShape,
} from './subscription-documented.ts';

const path = '/organizations/{organizationId}/subscription';

const createEndpoint: Endpoint<SubscriptionCreation> = {
  method: 'POST',
  path,
  answer: subscriptionShape.transform((subscription) => ({ subscription, checkout: null })),
};

export async function createSubscriptionDocumented(
  upstream: Upstream,
  organization: Registration,
  { priceId, couponCode, trialDays, customer = {} }: SubscriptionOrder,
  errand: Errand,
): Promise<Answer<SubscriptionCreation>> {
  const { name, email, paymentMethodId, ...rest } = customer;
  refuseOfCustomer(rest);
  const customerDetails = whereGiven({ name, email, paymentMethodId });
  const body = { priceId, couponCode, customerDetails, trialDays };
  return upstream.request({ endpoint: createEndpoint, body, ...changeOf(organization) }, errand);
}

const updateEndpoint: Endpoint<MakeSubscription> = { method: 'PATCH', path, answer: subscriptionShape };

export async function updateSubscriptionDocumented(
  upstream: Upstream,
  organization: Registration,
  { priceId, customer = {}, proration }: SubscriptionUpdate,
  errand: Errand,
): Promise<Answer<MakeSubscription>> {
  const { paymentMethodId, address, ...rest } = customer;
  refuseOfCustomer(rest);
  const customerDetails = whereGiven({ paymentMethodId, billingAddress: address });
  const body = { priceId, customerDetails, prorationBehavior: prorationWord(proration) };
  return upstream.request({ endpoint: updateEndpoint, body, ...changeOf(organization) }, errand);
}

const cancelEndpoint: Endpoint<Cancellation> = {
  method: 'DELETE',
  path,
  mayBeEmpty: true,
  // the document prints no answer: whatever comes of it is read, and nothing is needed
  answer: z
    .object({
      success: accepted,
      subscriptionId: orNull(textOrNumber),
      status: orNull(z.string()),
      cancelAtPeriodEnd: orNull(z.boolean()),
      effectiveDate: orNull(instant),
    })
    .prefault({})
    .transform(({ subscriptionId, status, cancelAtPeriodEnd, effectiveDate }) => ({
      subscriptionId,
      status: status === null ? null : subscriptionStatusFrom(status),
      rawStatus: status,
      cancelAtPeriodEnd,
      effectiveAt: effectiveDate,
    })),
};

export function cancelSubscriptionDocumented(
  upstream: Upstream,
  organization: Registration,
  { atPeriodEnd, reason }: CancellationOrder,
  errand: Errand,
): Promise<Answer<Cancellation>> {
  const query = { at_period_end: atPeriodEnd, reason };
  return upstream.request({ endpoint: cancelEndpoint, query, ...changeOf(organization) }, errand);
}

const freeEndpoint: Endpoint<FreePlan> = {
  method: 'POST',
  path: `${path}-free`,
  mayBeEmpty: true,
  answer: z
    .object({
      success: accepted,
      plan: orNull(z.string()),
      message: orNull(z.string()),
      effectiveDate: orNull(instant),
    })
    .prefault({})
    .transform(({ plan, message, effectiveDate }) => ({
      plan: plan === null ? null : planFromName(plan),
      message,
      effectiveAt: effectiveDate,
      subscriptionId: null,
      customerId: null,
    })),
};

/** This dialect asks for no confirmation, and is not asked where it was withheld. */
export async function setFreePlanDocumented(
  upstream: Upstream,
  organization: Registration,
  isConfirmed: boolean | undefined,
  errand: Errand,
): Promise<Answer<FreePlan>> {
  if (isConfirmed === false) throw failed('CONFIRMATION_REQUIRED', { upstream: 'make-billing' });
  return upstream.request({ endpoint: freeEndpoint, ...changeOf(organization) }, errand);
}

/** The answer's amounts are in the subscription's currency, which it does not name. Null: it was not applied. */
const couponEndpointIn = (currency: string): Endpoint<CouponApplication | null> => ({
  method: 'POST',
  path: `${path}/coupon-apply`,
  answer: z.union([
    z.object({ success: z.literal(false) }).transform(() => null),
    z
      .object({ coupon: couponShape, newSubscriptionTotal: wholeNumber, nextBillingAmount: wholeNumber })
      .transform(({ coupon, newSubscriptionTotal, nextBillingAmount }) => ({
        discount: discountFrom(coupon, currency),
        newTotal: { minorUnits: newSubscriptionTotal, currency },
        nextAmount: { minorUnits: nextBillingAmount, currency },
      })),
  ]),
});

export async function applyCouponDocumented(
  upstream: Upstream,
  organization: Registration,
  couponCode: string,
  errand: Errand,
): Promise<Answer<CouponApplication>> {
  const { currency } = (await readSubscriptionDocumented(upstream, organization, errand)).value.price;
  const call = { endpoint: couponEndpointIn(currency), body: { couponCode }, ...changeOf(organization) };
  const { value, ...answer } = await upstream.request(call, errand);
  if (value === null) throw failed('CONFLICT', { upstream: 'make-billing' });
  return { ...answer, value };
}
