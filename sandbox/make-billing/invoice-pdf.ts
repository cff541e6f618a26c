import { pdfOfLines } from '../kernel/pdf.ts';
import { dayOf } from '../kernel/time.ts';
import { decimalOf } from './money.ts';
import type { Invoice } from './state.ts';

export function pdfOf(invoice: Invoice): Uint8Array {
  return pdfOfLines(textOf(invoice));
}

function textOf(invoice: Invoice): readonly string[] {
  const { number, status, createdAt, dueAt, paidAt, payment, billedTo, lines } = invoice;
  const { currency, subtotal, tax, total } = invoice;
  const { address } = billedTo;
  const money = (amount: number): string => `${currency} ${decimalOf(amount, currency)}`;
  return [
    `Invoice ${number}`,
    `Status: ${status}`,
    `Issued: ${dayOf(createdAt)}   Due: ${dayOf(dueAt)}`,
    paidAt === null ? '' : `Paid: ${dayOf(paidAt)}, at attempt ${payment?.attempts ?? 1}`,
    '',
    billedTo.name,
    billedTo.email,
    [address.line1, address.line2].filter((part) => part !== undefined).join(', '),
    [address.postalCode, address.city, address.state, address.country]
      .filter((part) => part !== undefined)
      .join(' '),
    '',
    ...lines.map(({ description, quantity, amount }) => `${quantity} x ${description}   ${money(amount)}`),
    '',
    `Subtotal: ${money(subtotal)}`,
    `Tax: ${money(tax)}`,
    `Total: ${money(total)}`,
  ];
}
