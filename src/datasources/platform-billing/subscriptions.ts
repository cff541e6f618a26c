import { z } from 'zod';
import type { CustomerSubscription } from '../../domain/customer.ts';
import type {
  NewPlatformSubscription,
  NextInvoice,
  PlatformSubscription,
  PlatformSubscriptionChanges,
  PlatformSubscriptionDetail,
  SubscriptionUsage,
} from '../../domain/platform-subscription.ts';
import { subscriptionStatusFrom, type Trial } from '../../domain/subscription.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import { currencyCode, decimal, instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { inData, ofCustomer } from './answer.ts';
import { annotated, annotations } from './metadata.ts';
import { dayOf, type Platform } from './platform.ts';
import { customerTag, planTermsTag, usageTag } from './tags.ts';

const briefShape = z.object({
  id: textOrNumber,
  plan_id: textOrNumber,
  plan_name: orNull(z.string()),
  status: z.string(),
  current_period_start: orNull(instant),
  current_period_end: orNull(instant),
  trial_end: orNull(instant),
  cancel_at_period_end: orNull(z.boolean()),
  created_at: orNull(instant),
});

function briefFrom(wire: z.output<typeof briefShape>): CustomerSubscription {
  return {
    upstreamId: wire.id,
    planId: wire.plan_id,
    planName: wire.plan_name,
    status: subscriptionStatusFrom(wire.status),
    rawStatus: wire.status,
    currentPeriodStart: wire.current_period_start,
    currentPeriodEnd: wire.current_period_end,
    trial: trialFrom(null, wire.trial_end),
    cancelAtPeriodEnd: wire.cancel_at_period_end,
    createdAt: wire.created_at,
  };
}

function trialFrom(start: Date | null, end: Date | null): Trial | null {
  return start === null && end === null ? null : { start, end, daysLeft: null };
}

/** How a customer shows its subscriptions. */
export const customerSubscriptionShape = briefShape.transform(briefFrom);

const summaryShape = briefShape.extend({
  customer_id: textOrNumber,
  trial_start: orNull(instant),
  billing_cycle_anchor: orNull(instant),
  payment_method_id: orNull(textOrNumber),
  canceled_at: orNull(instant),
  ends_at: orNull(instant),
  cancellation_reason: orNull(z.string()),
  cancellation_feedback: orNull(z.string()),
  next_billing_date: orNull(instant),
  metadata: annotations,
});

function subscriptionFrom(wire: z.output<typeof summaryShape>): PlatformSubscription {
  return {
    ...briefFrom(wire),
    customerId: wire.customer_id,
    price: null,
    interval: null,
    intervalCount: null,
    nextBillingAt: wire.next_billing_date,
    trial: trialFrom(wire.trial_start, wire.trial_end),
    canceledAt: wire.canceled_at,
    endsAt: wire.ends_at,
    discount: null,
    billingCycleAnchor: wire.billing_cycle_anchor,
    paymentMethodId: wire.payment_method_id,
    cancellationReason: wire.cancellation_reason,
    cancellationFeedback: wire.cancellation_feedback,
    ...wire.metadata,
  };
}

export const nextInvoiceShape = orNull(
  z
    .object({ amount: wholeNumber, currency: currencyCode, date: orNull(instant) })
    .transform(
      ({ amount, currency, date }): NextInvoice => ({ amount: { minorUnits: amount, currency }, at: date }),
    ),
);

const figure = orNull(decimal);

const usageShape = orNull(
  z
    .object({
      api_calls_used: figure,
      api_calls_limit: figure,
      storage_used_gb: figure,
      storage_limit_gb: figure,
      projects_used: figure,
      projects_limit: figure,
    })
    .transform(
      (wire): SubscriptionUsage => ({
        apiCalls: { used: wire.api_calls_used, limit: wire.api_calls_limit },
        storageGb: { used: wire.storage_used_gb, limit: wire.storage_limit_gb },
        projects: { used: wire.projects_used, limit: wire.projects_limit },
      }),
    ),
);

const detailShape = summaryShape
  .extend({ usage_summary: usageShape, next_invoice: nextInvoiceShape })
  .transform((wire): PlatformSubscriptionDetail => {
    const subscription = subscriptionFrom(wire);
    return {
      ...subscription,
      nextBillingAt: subscription.nextBillingAt ?? wire.next_invoice?.at ?? null,
      usage: wire.usage_summary,
      nextInvoice: wire.next_invoice,
    };
  });

/** How its creation and webhooks show a subscription. */
export const platformSubscriptionShape = summaryShape.transform(subscriptionFrom);

const group = 'subscriptions';
const onePath = '/billing/subscriptions/{subscription_id}';
const detail = inData('subscription', detailShape);

const get: Endpoint<PlatformSubscriptionDetail> = {
  method: 'GET',
  path: onePath,
  answer: detail,
  cache: 'subscription',
  group,
};

const create: Endpoint<PlatformSubscription> = {
  method: 'POST',
  path: '/billing/subscriptions',
  answer: inData('subscription', platformSubscriptionShape),
  group,
};

const update: Endpoint<PlatformSubscriptionDetail> = { method: 'PUT', path: onePath, answer: detail, group };

export function readSubscription(
  { upstream, account }: Platform,
  customer: string,
  id: string,
  errand: Errand,
): Promise<Answer<PlatformSubscriptionDetail>> {
  const tags = [customerTag(customer), usageTag(customer), planTermsTag];
  const call = { endpoint: get, account, params: { subscription_id: id }, tags };
  return ofCustomer(customer, upstream.request(call, errand));
}

export function createSubscription(
  { upstream, account }: Platform,
  customer: string,
  subscription: NewPlatformSubscription,
  errand: Errand,
): Promise<Answer<PlatformSubscription>> {
  const { planId, paymentMethodId, trialDays, billingCycleAnchor } = subscription;
  const body = {
    subscription: {
      customer_id: customer,
      plan_id: planId,
      payment_method_id: paymentMethodId,
      trial_period_days: trialDays,
      billing_cycle_anchor: billingCycleAnchor && dayOf(billingCycleAnchor),
      metadata: annotated(subscription),
    },
  };
  return upstream.request({ endpoint: create, account, body, tags: [customerTag(customer)] }, errand);
}

export async function updateSubscription(
  platform: Platform,
  customer: string,
  id: string,
  changes: PlatformSubscriptionChanges,
  errand: Errand,
): Promise<Answer<PlatformSubscriptionDetail>> {
  await readSubscription(platform, customer, id, errand);
  const { upstream, account } = platform;
  const body = {
    subscription: {
      metadata: annotated(changes),
      payment_method_id: changes.paymentMethodId,
      proration_behavior: changes.proration?.toLowerCase(),
    },
  };
  return upstream.request(
    { endpoint: update, account, params: { subscription_id: id }, body, tags: [customerTag(customer)] },
    errand,
  );
}
