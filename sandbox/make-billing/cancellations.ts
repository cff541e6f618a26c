import { type Call, Refusal } from '../kernel/endpoint.ts';
import { type Billed, recordChange, requireSubscription } from './billing-access.ts';
import { endSubscription } from './renewals.ts';
import type { Subscription } from './state.ts';

interface Cancellation {
  readonly atPeriodEnd: boolean;
  readonly reason: string | undefined;
}

/** Ends the subscription now, or has it end with its period. */
export function cancel(call: Call, billed: Billed, { atPeriodEnd, reason }: Cancellation): Subscription {
  const subscription = requireSubscription(billed);
  if (atPeriodEnd && subscription.cancelAtPeriodEnd) {
    throw new Refusal(409, 'subscription_cancelled', 'The subscription is cancelled already', {
      reason: 'it ends with the present period',
    });
  }
  if (atPeriodEnd) subscription.cancelAtPeriodEnd = true;
  else endSubscription(call.world, billed.organization, subscription);
  recordChange(call, billed, 'subscription_cancelled', { atPeriodEnd, reason });
  return subscription;
}
