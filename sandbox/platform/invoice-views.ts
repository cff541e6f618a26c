import { timeOrNull, timeText } from './fields.ts';
import { formatAmount } from './money.ts';
import type { Invoice, LineItem } from './state.ts';

export function invoiceRow(invoice: Invoice) {
  return {
    id: invoice.id,
    customer_id: invoice.customerId,
    subscription_id: invoice.subscriptionId,
    status: invoice.status,
    total: invoice.total,
    subtotal: invoice.subtotal,
    tax: invoice.tax,
    currency: invoice.currency,
    formatted_total: formatAmount(invoice.total, invoice.currency),
    due_date: timeText(invoice.dueAt),
    paid_at: timeOrNull(invoice.paidAt),
    created_at: timeText(invoice.createdAt),
  };
}

/** How a customer shows its invoices. */
export function invoiceBrief(invoice: Invoice) {
  return {
    id: invoice.id,
    status: invoice.status,
    total: invoice.total,
    formatted_total: formatAmount(invoice.total, invoice.currency),
    currency: invoice.currency,
    due_date: timeText(invoice.dueAt),
    created_at: timeText(invoice.createdAt),
  };
}

export function invoiceDetail(invoice: Invoice, origin: string) {
  const { created_at, ...row } = invoiceRow(invoice);
  return {
    ...row,
    billing_period_start: timeOrNull(invoice.period?.start ?? null),
    billing_period_end: timeOrNull(invoice.period?.end ?? null),
    line_items: invoice.lineItems.map((line) => lineItem(line, invoice.currency)),
    payment_attempt_count: invoice.attemptCount,
    next_payment_attempt: timeOrNull(invoice.nextAttemptAt),
    description: invoice.description,
    metadata: invoice.metadata,
    created_at,
    pdf_url: `${origin}/invoices/${invoice.id}.pdf`,
  };
}

function lineItem({ period, ...line }: LineItem, currency: string) {
  return {
    id: line.id,
    description: line.description,
    quantity: line.quantity,
    unit_price: line.unitPrice,
    amount: line.quantity * line.unitPrice,
    currency,
    ...(period === null
      ? {}
      : {
          proration: line.isProration,
          period: { start: timeText(period.start), end: timeText(period.end) },
        }),
  };
}
