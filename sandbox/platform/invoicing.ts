import { dayMs, dayStart } from '../kernel/time.ts';
import type { World } from '../world.ts';
import { announceInvoice } from './events.ts';
import { newId } from './ids.ts';
import { share } from './money.ts';
import type { Customer, Invoice, LineDraft, LineItem, Metadata, Period } from './state.ts';
import { taxOf } from './tax.ts';

interface InvoiceDraft {
  readonly customer: Customer;
  readonly currency: string;
  readonly lines: readonly LineDraft[];
  readonly subscriptionId?: string;
  readonly period?: Period;
  readonly dueAt?: number;
  readonly isTaxIncluded?: boolean;
  readonly status?: 'draft' | 'void';
  readonly description?: string | null;
  readonly metadata?: Metadata;
}

export interface Totals {
  readonly lines: readonly LineDraft[];
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
}

/** Tax is rounded once, over the sum. Where prices hold it already it has no line, so that lines always add up to the total. */
export function totalsOf(customer: Customer, lines: readonly LineDraft[], isTaxIncluded = false): Totals {
  const sum = lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0);
  const tax = taxOf(customer);
  if (tax === null) return { lines, subtotal: sum, tax: 0, total: sum };
  if (isTaxIncluded) {
    const amount = share(sum, tax.rate, tax.wholeRate + tax.rate);
    return { lines, subtotal: sum - amount, tax: amount, total: sum };
  }
  const amount = share(sum, tax.rate, tax.wholeRate);
  if (amount === 0) return { lines, subtotal: sum, tax: 0, total: sum };
  const line = { description: tax.name, quantity: 1, unitPrice: amount, period: null, isProration: false };
  return { lines: [...lines, line], subtotal: sum, tax: amount, total: sum + amount };
}

/** Records an invoice and tells of it. One without anything to pay is paid. */
export function issueInvoice(world: World, draft: InvoiceDraft): Invoice {
  const { customer } = draft;
  const now = world.timeline.now();
  const { lines, subtotal, tax, total } = totalsOf(customer, draft.lines, draft.isTaxIncluded);
  const isSettled = total <= 0 && draft.status === undefined;
  const invoice: Invoice = {
    id: newId(world, 'inv'),
    customerId: customer.id,
    subscriptionId: draft.subscriptionId ?? null,
    status: isSettled ? 'paid' : (draft.status ?? 'open'),
    currency: draft.currency,
    subtotal,
    tax,
    total,
    amountPaid: 0,
    lineItems: lines.map((line): LineItem => ({ id: newId(world, 'li'), ...line })),
    period: draft.period ?? null,
    dueAt: draft.dueAt ?? dayStart(now) + 7 * dayMs,
    paidAt: isSettled ? now : null,
    attemptCount: 0,
    nextAttemptAt: null,
    description: draft.description ?? null,
    metadata: draft.metadata ?? {},
    createdAt: now,
  };
  world.platform.invoices.set(invoice.id, invoice);
  customer.invoices.push(invoice);
  announceInvoice(world, 'invoice.created', invoice);
  return invoice;
}
