import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import {
  enumField,
  integerField,
  invalidField,
  objectField,
  optionalBoolean,
  stringField,
} from '../kernel/fields.ts';
import { charge, recordPayment } from './charges.ts';
import { refuseDeclined } from './declines.ts';
import { optionalMetadata, requireFields, success } from './fields.ts';
import { ownerOf, paymentAt, paymentMethodNamed } from './lookups.ts';
import { currencies } from './money.ts';
import { paymentDetail, paymentReceipt } from './payment-views.ts';
import type { Invoice } from './state.ts';

export const paymentEndpoints: readonly Endpoint[] = [
  { method: 'POST', template: '/billing/payments', handle: processPayment },
  { method: 'GET', template: '/billing/payments/{payment_id}', handle: getPayment },
];

/** A declined one is kept as a failed payment of its invoice. One that is not confirmed charges nothing and stays pending. */
function processPayment(call: Call): Reply {
  const { world } = call;
  const fields = objectField(readBody(call), 'payment');
  requireFields(fields, 'invoice_id', 'payment_method_id', 'amount', 'currency');
  const invoice = openInvoice(world.platform.invoices.get(stringField(fields, 'invoice_id')));
  const method = paymentMethodNamed(fields, ownerOf(world, invoice));
  const amount = integerField(fields, 'amount', { min: 1 });
  const due = invoice.total - invoice.amountPaid;
  if (enumField(fields, 'currency', currencies) !== invoice.currency) {
    throw invalidField('currency', `must be the invoice's, ${invoice.currency}`);
  }
  if (amount > due) throw invalidField('amount', `must be at most what is due, ${due}`);
  const metadata = optionalMetadata(fields);
  const isConfirmed = optionalBoolean(fields, 'confirm') ?? true;
  if (method === undefined) throw invalidField('payment_method_id', 'is required');
  const payment = isConfirmed
    ? charge(world, { invoice, method, amount, metadata })
    : recordPayment(world, { invoice, method, amount, metadata, status: 'pending', failure: null });
  if (payment.failure !== null) refuseDeclined(payment.failure, 'payment_method_id');
  return created(success({ payment: paymentReceipt(payment, call.origin) }));
}

function getPayment(call: Call): Reply {
  return ok(success({ payment: paymentDetail(paymentAt(call), call.origin) }));
}

/** The document has no code for an invoice that cannot be paid: it is answered as if no such invoice were there to pay. */
function openInvoice(invoice: Invoice | undefined): Invoice {
  if (invoice?.status === 'open') return invoice;
  const reason = invoice === undefined ? 'does not exist' : `is ${invoice.status}`;
  throw new Refusal(404, 'invoice_not_found', `There is no invoice to pay: it ${reason}`, {
    field: 'invoice_id',
    reason,
  });
}
