import type { PlatformInvoice } from '../../domain/platform-invoice.ts';
import type { PlatformSubscription } from '../../domain/platform-subscription.ts';
import { platformInvoiceShape } from './invoices.ts';
import { platformSubscriptionShape } from './subscriptions.ts';

/** What a webhook of the platform is about. */
export type Announcement =
  | { readonly kind: 'invoice'; readonly object: PlatformInvoice }
  | { readonly kind: 'subscription'; readonly object: PlatformSubscription };

/** Null for a kind of event that is not documented, and for an object that cannot be read. */
export function readAnnouncement(type: string, object: unknown): Announcement | null {
  switch (type) {
    case 'invoice.created':
    case 'invoice.payment_succeeded':
    case 'invoice.payment_failed': {
      const read = platformInvoiceShape.safeParse(object);
      return read.success ? { kind: 'invoice', object: read.data } : null;
    }
    case 'customer.subscription.created':
    case 'customer.subscription.deleted': {
      const read = platformSubscriptionShape.safeParse(object);
      return read.success ? { kind: 'subscription', object: read.data } : null;
    }
    default:
      return null;
  }
}
