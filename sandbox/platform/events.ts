import type { World } from '../world.ts';
import { invoiceRow } from './invoice-views.ts';
import type { Invoice, Subscription } from './state.ts';
import { subscriptionSummary } from './subscription-views.ts';

// An event's data is `{ object }`: an invoice as a row of the list shows it, a subscription as its creation does.

export function announceInvoice(
  world: World,
  type: 'invoice.created' | 'invoice.payment_succeeded' | 'invoice.payment_failed',
  invoice: Invoice,
): void {
  if (world.timeline.isHistory) return;
  world.announce({ type, data: { object: invoiceRow(invoice) } });
}

export function announceSubscription(
  world: World,
  type: 'customer.subscription.created' | 'customer.subscription.deleted',
  subscription: Subscription,
): void {
  if (world.timeline.isHistory) return;
  world.announce({ type, data: { object: subscriptionSummary(subscription) } });
}
