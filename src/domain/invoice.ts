import type { Money, UnitPrice } from './money.ts';
import type { PaymentMethod } from './payment-method.ts';

export const invoiceStatuses = [
  'DRAFT',
  'OPEN',
  'PAID',
  'OVERDUE',
  'VOID',
  'UNCOLLECTIBLE',
  'UNKNOWN',
] as const;
export type InvoiceStatus = (typeof invoiceStatuses)[number];

const statusByWord: ReadonlyMap<string, InvoiceStatus> = new Map<string, InvoiceStatus>([
  ['draft', 'DRAFT'],
  ['open', 'OPEN'],
  ['sent', 'OPEN'],
  ['pending', 'OPEN'],
  ['paid', 'PAID'],
  ['overdue', 'OVERDUE'],
  ['void', 'VOID'],
  ['cancelled', 'VOID'],
  ['uncollectible', 'UNCOLLECTIBLE'],
]);

export function invoiceStatusFrom(word: string): InvoiceStatus {
  return statusByWord.get(word.toLowerCase()) ?? 'UNKNOWN';
}

export interface InvoiceLineItem {
  readonly upstreamId: string | null;
  readonly description: string | null;
  /** Decimal. */
  readonly quantity: string | null;
  readonly unitPrice: UnitPrice | null;
  readonly amount: Money | null;
  readonly periodStart: Date | null;
  readonly periodEnd: Date | null;
}

/** What every billing system tells of an invoice; null where one does not. */
export interface BillingInvoice {
  readonly upstreamId: string;
  readonly number: string | null;
  readonly status: InvoiceStatus;
  readonly rawStatus: string;
  readonly total: Money;
  readonly subtotal: Money | null;
  readonly tax: Money | null;
  readonly issuedAt: Date;
  readonly dueAt: Date | null;
  readonly paidAt: Date | null;
  /** Where its file is; may ask for the upstream's credential, or expire within minutes. */
  readonly downloadUrl: string | null;
  readonly lineItems: readonly InvoiceLineItem[] | null;
}

/** An invoice of Make to an organization. */
export interface MakeInvoice extends BillingInvoice {
  /** Its file is given for the upstream's credential alone, which callers do not have. */
  readonly isFileGuarded: boolean;
  /** What paid it, or was charged last. */
  readonly paymentMethod: PaymentMethod | null;
  /** A page of Make's where it can be read and paid. */
  readonly hostedUrl: string | null;
}

/** What a list is narrowed to by an upstream that can; one that cannot answers more. */
export interface InvoiceWish {
  readonly statuses?: readonly InvoiceStatus[] | undefined;
  /** At or after. */
  readonly from?: Date | undefined;
  /** Before. */
  readonly to?: Date | undefined;
}
