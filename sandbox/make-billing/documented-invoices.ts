import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import { pageOf } from '../kernel/fields.ts';
import { enumsOf, isWithin, rangeOf } from '../make-admin/query.ts';
import { type Billed, billingAt, billingOf, requirePaidPlan } from './billing-access.ts';
import { cashierInvoice, cashierInvoiceStatus, cashierInvoiceStatuses } from './documented-views.ts';
import { pdfOf } from './invoice-pdf.ts';
import type { Invoice } from './state.ts';

const organizationOf = ({ world, path }: Call): number | undefined =>
  world.makeBilling.invoices.get(path['invoiceId'] ?? '')?.organizationId;

export const documentedInvoices: readonly Endpoint[] = [
  { method: 'GET', template: '/cashier/invoices/{organizationId}', handle: list },
  { method: 'GET', template: '/cashier/invoices/{invoiceId}', organizationOf, handle: get },
  { method: 'GET', template: '/cashier/invoices/{invoiceId}/download', organizationOf, handle: download },
];

/** Newest first. Filters: `status`, repeated for several; `from` and `to`, days or instants of the issue date. */
function list(call: Call): Reply {
  const { query, world } = call;
  const { account } = requirePaidPlan(billingAt(call));
  const { limit, offset, page } = pageOf(query, { limit: 20, max: 100 });
  const statuses = enumsOf(query, 'status', cashierInvoiceStatuses);
  const issued = rangeOf(query, 'from', 'to');
  const now = world.timeline.now();
  const invoices = account.invoices
    .filter((invoice) => isWithin(issued, invoice.createdAt))
    .filter((invoice) => statuses.length === 0 || statuses.includes(cashierInvoiceStatus(invoice, now)))
    .reverse();
  return ok({
    invoices: invoices.slice(offset, offset + limit).map((invoice) => cashierInvoice(call, account, invoice)),
    pagination: { total: invoices.length, page, limit },
  });
}

function get(call: Call): Reply {
  const { billed, invoice } = invoiceAt(call);
  return ok(cashierInvoice(call, billed.account, invoice));
}

function download(call: Call): Reply {
  const { invoice } = invoiceAt(call);
  return {
    status: 200,
    content: { type: 'application/pdf', data: pdfOf(invoice) },
    headers: { 'content-disposition': `attachment; filename="${invoice.number}.pdf"` },
  };
}

function invoiceAt(call: Call): { readonly billed: Billed; readonly invoice: Invoice } {
  const id = call.path['invoiceId'] ?? '';
  const invoice = call.world.makeBilling.invoices.get(id);
  if (invoice !== undefined) {
    return { billed: requirePaidPlan(billingOf(call, invoice.organizationId)), invoice };
  }
  throw new Refusal(404, 'invoice_not_found', 'Invoice not found', {
    field: 'invoiceId',
    reason: `there is no invoice ${id}`,
  });
}
