import type { World } from '../world.ts';
import { announceSubscription } from './events.ts';
import type { Subscription } from './state.ts';

/** Ends a subscription now, and tells of it. Whoever calls sees to what is still to be billed. */
export function closeSubscription(world: World, subscription: Subscription, reason: string): void {
  const now = world.timeline.now();
  subscription.status = 'canceled';
  subscription.canceledAt ??= now;
  subscription.cancellationReason ??= reason;
  subscription.endedAt = now;
  subscription.pendingLines = [];
  announceSubscription(world, 'customer.subscription.deleted', subscription);
}

/** Cancels it, to run on to the end of the period that is paid for. */
export function cancelAtPeriodEnd(world: World, subscription: Subscription): void {
  subscription.status = 'canceled';
  subscription.cancelAtPeriodEnd = true;
  subscription.canceledAt ??= world.timeline.now();
  subscription.cancellationReason ??= 'customer_request';
}
