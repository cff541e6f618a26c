import { type Call, type Endpoint, ok, type Reply } from '../kernel/endpoint.ts';
import { iso } from '../kernel/time.ts';
import { pagingOf, rowsOfPage } from '../make-admin/live-paging.ts';
import { billingAt } from './billing-access.ts';
import { paymentIdOf } from './charging.ts';
import { signedInvoiceUrl } from './invoice-files.ts';
import { cardDetails, methodType } from './live-payment-methods.ts';
import { decimalOf } from './money.ts';
import type { Invoice, PaymentMethod } from './state.ts';

export const livePayments: readonly Endpoint[] = [
  { method: 'GET', template: '/organizations/{organizationId}/payments', handle: list },
];

const orders: Readonly<Record<string, (one: Invoice, other: Invoice) => number>> = {
  created: (one, other) => one.createdAt - other.createdAt,
  amount_total: (one, other) => one.total - other.total,
  invoice_number: () => 0,
};

/** Every invoice but drafts, newest first unless `pg` says otherwise. Ties go by number. */
function list(call: Call): Reply {
  const { account } = billingAt(call);
  const paging = pagingOf(call.query, { limit: 50, sortable: Object.keys(orders), sortDir: 'desc' });
  const order = orders[paging.sortBy];
  const rows = account.invoices
    .filter((invoice) => invoice.status !== 'draft')
    .sort((one, other) => order?.(one, other) || (one.number < other.number ? -1 : 1));
  if (paging.sortDir === 'desc') rows.reverse();
  return ok({ payments: rowsOfPage(rows, paging).map((invoice) => paymentRow(call, invoice)) });
}

function paymentRow(call: Call, invoice: Invoice): object {
  const { product } = invoice.price;
  const method = invoice.payment?.method ?? null;
  const period = invoice.lines.find((line) => line.period !== null)?.period ?? null;
  return {
    id: invoice.id,
    invoice_number: invoice.number,
    created: iso(invoice.createdAt),
    type_name: 'Invoice',
    status_name: statusName(invoice),
    product_name: { cs: product.name, en: product.name },
    payment_method: method === null ? null : methodOf(call, invoice, method),
    amount_total: decimalOf(invoice.total, invoice.currency),
    currency_code: invoice.currency.toLowerCase(),
    invoice_url: signedInvoiceUrl(call, invoice),
    hosted_invoice_url: `${call.origin}/pay/${paymentIdOf(invoice)}`,
    period_from: period === null ? null : iso(period.start),
    period_to: period === null ? null : iso(period.end),
  };
}

function statusName({ status, payment }: Invoice): string {
  if (status === 'paid') return 'Paid';
  return status === 'open' && payment?.status !== 'failed' ? 'Pending' : 'Failed';
}

function methodOf({ world }: Call, { currency }: Invoice, method: PaymentMethod): object {
  const type = methodType(method, currency);
  return method.type === 'card' ? { type, card: cardDetails(world, method) } : { type };
}
