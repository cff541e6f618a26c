import { z } from 'zod';
import type {
  PlatformCancellationOrder,
  SubscriptionCancellation,
  SubscriptionUpgrade,
  UpgradeOrder,
} from '../../domain/platform-subscription.ts';
import { subscriptionStatusFrom } from '../../domain/subscription.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import { instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { inData } from './answer.ts';
import type { Platform } from './platform.ts';
import { nextInvoiceShape, readSubscription } from './subscriptions.ts';
import { customerTag } from './tags.ts';

const upgradeShape = z
  .object({
    id: textOrNumber,
    plan_id: textOrNumber,
    plan_name: orNull(z.string()),
    status: z.string(),
    current_period_end: orNull(instant),
    proration: orNull(z.object({ proration_amount: orNull(wholeNumber), proration_date: orNull(instant) })),
    next_invoice: nextInvoiceShape,
  })
  .transform((wire): SubscriptionUpgrade => {
    const minorUnits = wire.proration?.proration_amount ?? null;
    const currency = wire.next_invoice?.amount.currency;
    return {
      upstreamId: wire.id,
      planId: wire.plan_id,
      planName: wire.plan_name,
      status: subscriptionStatusFrom(wire.status),
      rawStatus: wire.status,
      currentPeriodEnd: wire.current_period_end,
      prorationAmount: minorUnits === null || currency === undefined ? null : { minorUnits, currency },
      proratedAt: wire.proration?.proration_date ?? null,
      nextInvoice: wire.next_invoice,
    };
  });

const cancellationShape = z
  .object({
    id: textOrNumber,
    status: z.string(),
    cancel_at_period_end: orNull(z.boolean()),
    canceled_at: orNull(instant),
    ends_at: orNull(instant),
    current_period_end: orNull(instant),
    cancellation_reason: orNull(z.string()),
  })
  .transform(
    (wire): SubscriptionCancellation => ({
      upstreamId: wire.id,
      status: subscriptionStatusFrom(wire.status),
      rawStatus: wire.status,
      cancelAtPeriodEnd: wire.cancel_at_period_end,
      canceledAt: wire.canceled_at,
      endsAt: wire.ends_at,
      currentPeriodEnd: wire.current_period_end,
      cancellationReason: wire.cancellation_reason,
    }),
  );

const upgrade: Endpoint<SubscriptionUpgrade> = {
  method: 'PUT',
  path: '/billing/subscriptions/{subscription_id}/upgrade',
  answer: inData('subscription', upgradeShape),
  group: 'subscriptions',
};

const cancel: Endpoint<SubscriptionCancellation> = {
  method: 'DELETE',
  path: '/billing/subscriptions/{subscription_id}',
  answer: inData('subscription', cancellationShape),
  group: 'subscriptions',
};

export async function upgradeSubscription(
  platform: Platform,
  customer: string,
  id: string,
  { planId, proration, beginsPeriod }: UpgradeOrder,
  errand: Errand,
): Promise<Answer<SubscriptionUpgrade>> {
  await readSubscription(platform, customer, id, errand);
  const { upstream, account } = platform;
  const body = {
    upgrade: {
      target_plan_id: planId,
      proration_behavior: proration?.toLowerCase(),
      billing_cycle_anchor: beginsPeriod === true ? 'immediate' : undefined,
    },
  };
  return upstream.request(
    { endpoint: upgrade, account, params: { subscription_id: id }, body, tags: [customerTag(customer)] },
    errand,
  );
}

export async function cancelSubscription(
  platform: Platform,
  customer: string,
  id: string,
  { immediately, reason, feedback }: PlatformCancellationOrder,
  errand: Errand,
): Promise<Answer<SubscriptionCancellation>> {
  await readSubscription(platform, customer, id, errand);
  const { upstream, account } = platform;
  const query = { immediately, reason, feedback };
  return upstream.request(
    { endpoint: cancel, account, params: { subscription_id: id }, query, tags: [customerTag(customer)] },
    errand,
  );
}
