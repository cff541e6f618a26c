import type { BillingInvoice, InvoiceLineItem, InvoiceStatus } from './invoice.ts';
import type { Annotated, Metadata } from './metadata.ts';
import type { Money } from './money.ts';

/** An invoice of the platform, as lists show it: without its lines, its file and its metadata. */
export interface PlatformInvoice extends BillingInvoice {
  readonly customerId: string;
  /** Null for one that was made by hand. */
  readonly subscriptionId: string | null;
}

export interface PlatformInvoiceDetail extends PlatformInvoice, Annotated {
  readonly lineItems: readonly PlatformLineItem[];
  readonly description: string | null;
  readonly periodStart: Date | null;
  readonly periodEnd: Date | null;
  readonly paymentAttempts: number | null;
  readonly nextPaymentAttemptAt: Date | null;
}

export interface PlatformLineItem extends InvoiceLineItem {
  /** It settles a change within a period. */
  readonly isProration: boolean | null;
}

export interface PlatformInvoiceFilter {
  readonly subscriptionId?: string | undefined;
  readonly status?: PlatformInvoiceStatus | undefined;
  /** Issued at or after. */
  readonly from?: Date | undefined;
  /** Issued before. */
  readonly to?: Date | undefined;
}

/** Those that the platform has. */
type PlatformInvoiceStatus = Exclude<InvoiceStatus, 'OVERDUE' | 'UNKNOWN'>;

export interface NewPlatformInvoice {
  /** All in one currency. */
  readonly lineItems: readonly {
    readonly description: string;
    /** A decimal. */
    readonly quantity: string;
    readonly unitPrice: Money;
  }[];
  readonly description?: string | undefined;
  /** Its day counts. */
  readonly dueAt?: Date | undefined;
  /** Whether the prices include the tax. */
  readonly isTaxIncluded?: boolean | undefined;
  readonly metadata?: Metadata | undefined;
  readonly idempotencyKey?: string | undefined;
}
