import { type Call, type Endpoint, Refusal, type Reply } from '../kernel/endpoint.ts';
import { pdfOfLines } from '../kernel/pdf.ts';
import { dayOf } from '../kernel/time.ts';
import { ownerOf } from './lookups.ts';
import { plainAmount } from './money.ts';
import type { Payment } from './state.ts';

/** Where `pdf_url` and `receipt_url` lead: anyone who has such a link may open it. */
export const documentEndpoints: readonly Endpoint[] = [
  { method: 'GET', template: '/invoices/{file}', isOpen: true, handle: downloadInvoice },
  { method: 'GET', template: '/receipts/{payment_id}', isOpen: true, handle: downloadReceipt },
];

function downloadInvoice({ world, path }: Call): Reply {
  const invoice = world.platform.invoices.get((path['file'] ?? '').replace(/\.pdf$/, ''));
  if (invoice === undefined) throw noDocument('invoice');
  const { name, email } = ownerOf(world, invoice);
  const { id, status, currency, subtotal, tax, total, createdAt, dueAt } = invoice;
  return pdf([
    `Invoice ${id}`,
    `Status: ${status}`,
    `Issued: ${dayOf(createdAt)}   Due: ${dayOf(dueAt)}`,
    '',
    name,
    email,
    '',
    ...invoice.lineItems.map(
      ({ quantity, description, unitPrice }) =>
        `${quantity} x ${description}   ${plainAmount(quantity * unitPrice, currency)}`,
    ),
    '',
    `Subtotal: ${plainAmount(subtotal, currency)}`,
    `Tax: ${plainAmount(tax, currency)}`,
    `Total: ${plainAmount(total, currency)}`,
  ]);
}

function downloadReceipt({ world, path }: Call): Reply {
  const payment = world.platform.payments.get(path['payment_id'] ?? '');
  if (payment === undefined) throw noDocument('payment');
  return pdf(receiptLines(payment));
}

function receiptLines({ id, invoice, method, billingDetails, ...payment }: Payment): string[] {
  return [
    `Receipt ${id}`,
    `Invoice: ${invoice.id}`,
    `Date: ${dayOf(payment.createdAt)}   Status: ${payment.status}`,
    '',
    billingDetails.name,
    billingDetails.email,
    '',
    `Amount: ${plainAmount(payment.amount, payment.currency)}`,
    `Paid with: ${method.brand} ending in ${method.last4}`,
    ...payment.refunds.map(
      ({ receiptNumber, amount }) => `Refund ${receiptNumber}: ${plainAmount(-amount, payment.currency)}`,
    ),
  ];
}

function pdf(lines: readonly string[]): Reply {
  return { status: 200, content: { type: 'application/pdf', data: pdfOfLines(lines) } };
}

function noDocument(thing: string): Refusal {
  return new Refusal(404, 'invoice_not_found', `There is no such ${thing}`, {
    field: thing,
    reason: 'does not exist',
  });
}
