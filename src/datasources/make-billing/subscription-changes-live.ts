import { z } from 'zod';
import type {
  Cancellation,
  CancellationOrder,
  FreePlan,
  OrderCustomer,
  PlanOrder,
  SubscriptionCreation,
  SubscriptionOrder,
  SubscriptionUpdate,
} from '../../domain/make-order.ts';
import type { PlanChange } from '../../domain/plan-subscription.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { orNull, textOrNumber } from '../wire.ts';
import { changeOf, priceNumber, refuseGiven, refuseOfCustomer, whereGiven } from './orders.ts';
import { codeOfDecline } from './refusals-live.ts';

const path = '/organizations/{organizationId}/subscription';

/** All that most changes of this dialect answer. */
export const done = z.object({ ok: z.union([z.literal(1), z.literal(true)]) }).transform(() => null);

const createEndpoint: Endpoint<SubscriptionCreation> = {
  method: 'POST',
  path,
  answer: z
    .object({ sessionId: textOrNumber, url: z.string().min(1), subscriptionId: orNull(textOrNumber) })
    .transform((checkout) => ({ subscription: null, checkout })),
};

export async function createSubscriptionLive(
  upstream: Upstream,
  organization: Registration,
  { priceId, couponCode, trialDays, customer }: SubscriptionOrder,
  errand: Errand,
): Promise<Answer<SubscriptionCreation>> {
  refuseGiven({ trialDays });
  const body = { priceId: priceNumber(priceId), couponCode, customer: customerBody(customer) };
  return upstream.request({ endpoint: createEndpoint, body, ...changeOf(organization) }, errand);
}

const updateEndpoint: Endpoint<null> = { method: 'PATCH', path, answer: done, codeOfWords: codeOfDecline };

/** Answers nothing of the subscription. */
export async function updateSubscriptionLive(
  upstream: Upstream,
  organization: Registration,
  { priceId, customer, proration }: SubscriptionUpdate,
  errand: Errand,
): Promise<Answer<null>> {
  refuseGiven({ proration });
  const body = { priceId: priceNumber(priceId ?? ''), customer: customerBody(customer) };
  return upstream.request({ endpoint: updateEndpoint, body, ...changeOf(organization) }, errand);
}

const untold: Cancellation = {
  subscriptionId: null,
  status: null,
  rawStatus: null,
  cancelAtPeriodEnd: null,
  effectiveAt: null,
};

const cancelEndpoint: Endpoint<Cancellation> = {
  method: 'DELETE',
  path,
  answer: done.transform(() => untold),
};

/** When it ends is up to Make, which does not say: an immediate end cannot be asked for. */
export async function cancelSubscriptionLive(
  upstream: Upstream,
  organization: Registration,
  { atPeriodEnd, reason }: CancellationOrder,
  errand: Errand,
): Promise<Answer<Cancellation>> {
  refuseGiven({ atPeriodEnd: atPeriodEnd === false ? atPeriodEnd : undefined, reason });
  return upstream.request({ endpoint: cancelEndpoint, ...changeOf(organization) }, errand);
}

/** An upgrade or a downgrade, which are one call here. */
export async function changePlanLive(
  upstream: Upstream,
  organization: Registration,
  order: PlanOrder,
  errand: Errand,
): Promise<Answer<PlanChange>> {
  const answer = await updateSubscriptionLive(upstream, organization, order, errand);
  return { ...answer, value: { subscription: null, effectiveAt: null } };
}

export async function cancelPlanLive(
  upstream: Upstream,
  organization: Registration,
  order: CancellationOrder,
  errand: Errand,
): Promise<Answer<PlanChange>> {
  const answer = await cancelSubscriptionLive(upstream, organization, order, errand);
  return { ...answer, value: { subscription: null, effectiveAt: null } };
}

const freeEndpoint: Endpoint<FreePlan> = {
  method: 'POST',
  path: `${path}-free`,
  answer: z
    .object({ customerId: orNull(textOrNumber), subscriptionId: orNull(textOrNumber) })
    .transform((ids) => ({ plan: null, message: null, effectiveAt: null, ...ids })),
};

/** Fails with CONFIRMATION_REQUIRED unless it is confirmed. */
export function setFreePlanLive(
  upstream: Upstream,
  organization: Registration,
  isConfirmed: boolean | undefined,
  errand: Errand,
): Promise<Answer<FreePlan>> {
  const query = { confirmed: isConfirmed };
  return upstream.request({ endpoint: freeEndpoint, query, ...changeOf(organization) }, errand);
}

/** The country goes by Make's own number of it, `countryId`; a method cannot be chosen. */
function customerBody({ address, paymentMethodId, ...customer }: OrderCustomer = {}): object | undefined {
  refuseOfCustomer({ paymentMethodId });
  return whereGiven({
    ...customer,
    line1: address?.line1,
    line2: address?.line2,
    city: address?.city,
    state: address?.state,
    postalCode: address?.postalCode,
  });
}
