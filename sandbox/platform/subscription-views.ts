import { timeOrNull, timeText } from './fields.ts';
import type { Subscription } from './state.ts';

/** How a customer shows its subscriptions. */
export function subscriptionBrief(subscription: Subscription) {
  return {
    id: subscription.id,
    plan_id: subscription.plan.id,
    plan_name: subscription.plan.name,
    status: subscription.status,
    current_period_start: timeText(subscription.currentPeriodStart),
    current_period_end: timeText(subscription.currentPeriodEnd),
    trial_end: timeOrNull(subscription.trialEnd),
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    created_at: timeText(subscription.createdAt),
  };
}

export function subscriptionSummary(subscription: Subscription) {
  const { created_at, ...brief } = subscriptionBrief(subscription);
  const billsAgain = subscription.status !== 'canceled';
  return {
    ...brief,
    customer_id: subscription.customerId,
    trial_start: timeOrNull(subscription.trialStart),
    billing_cycle_anchor: timeText(subscription.billingCycleAnchor),
    payment_method_id: subscription.paymentMethodId,
    ...(billsAgain ? {} : cancellation(subscription)),
    metadata: subscription.metadata,
    created_at,
    next_billing_date: billsAgain ? timeText(subscription.currentPeriodEnd) : null,
  };
}

/** A canceled subscription may run on to the end of what is paid for. */
export function cancellation(subscription: Subscription) {
  return {
    canceled_at: timeOrNull(subscription.canceledAt),
    ends_at: timeText(subscription.endedAt ?? subscription.currentPeriodEnd),
    cancellation_reason: subscription.cancellationReason,
    ...(subscription.cancellationFeedback === null
      ? {}
      : { cancellation_feedback: subscription.cancellationFeedback }),
  };
}
