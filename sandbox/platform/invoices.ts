import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, type Reply } from '../kernel/endpoint.ts';
import {
  arrayField,
  enumField,
  type Fields,
  integerField,
  invalidField,
  isFields,
  objectField,
  optionalEnum,
  optionalString,
  pageOf,
  stringField,
} from '../kernel/fields.ts';
import { dayMs, dayStart } from '../kernel/time.ts';
import { inside, optionalInstant, optionalMetadata, queryFields, requireFields, success } from './fields.ts';
import { invoiceDetail, invoiceRow } from './invoice-views.ts';
import { issueInvoice } from './invoicing.ts';
import { customerNamed, invoiceAt, subscriptionNamed } from './lookups.ts';
import { currencies, maxAmount } from './money.ts';
import type { Invoice, LineDraft } from './state.ts';
import { requireTaxService } from './tax.ts';

export const invoiceEndpoints: readonly Endpoint[] = [
  { method: 'GET', template: '/billing/invoices', handle: listInvoices },
  { method: 'POST', template: '/billing/invoices', handle: createInvoice },
  { method: 'GET', template: '/billing/invoices/{invoice_id}', handle: getInvoice },
];

const statuses = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const;

/** Newest first. A day alone as `date_to` is meant with all of that day. */
function listInvoices({ world, query }: Call): Reply {
  const { limit, offset } = pageOf(query, { limit: 20, max: 100 });
  const fields = queryFields(query);
  const customer = fields['customer_id'] === undefined ? undefined : customerNamed(world, fields);
  const subscription = subscriptionNamed(world, fields);
  const status = optionalEnum(fields, 'status', statuses);
  const from = optionalInstant(fields, 'date_from')?.at ?? Number.NEGATIVE_INFINITY;
  const to = optionalInstant(fields, 'date_to');
  const before = to === undefined ? Number.POSITIVE_INFINITY : to.at + to.lengthMs;
  if (from >= before) throw invalidField('date_to', 'must not be before date_from');
  const isAsked = (invoice: Invoice): boolean =>
    (subscription === undefined || invoice.subscriptionId === subscription.id) &&
    (status === undefined || invoice.status === status) &&
    invoice.createdAt >= from &&
    invoice.createdAt < before;
  const all = customer?.invoices ?? [...world.platform.invoices.values()];
  const invoices = all.filter(isAsked).reverse();
  return ok(
    success({
      invoices: invoices.slice(offset, offset + limit).map(invoiceRow),
      pagination: { total: invoices.length, limit, offset, has_more: offset + limit < invoices.length },
    }),
  );
}

function getInvoice(call: Call): Reply {
  return ok(success({ invoice: invoiceDetail(invoiceAt(call), call.origin) }));
}

/** Open until it is paid: nothing is charged by itself. */
function createInvoice(call: Call): Reply {
  const { world } = call;
  const fields = objectField(readBody(call), 'invoice');
  requireFields(fields, 'customer_id', 'line_items');
  const customer = customerNamed(world, fields);
  const items = arrayField(fields, 'line_items', { max: 100 });
  if (items.length === 0) throw invalidField('line_items', 'must have at least one item');
  const read = items.map((item, index) => inside(`line_items.${index}`, () => readLineItem(item)));
  const currency = read[0]?.currency ?? 'USD';
  if (read.some((item) => item.currency !== currency)) {
    throw invalidField('line_items', 'must all be in one currency');
  }
  const today = dayStart(world.timeline.now());
  const dueAt = optionalInstant(fields, 'due_date')?.at ?? today + 30 * dayMs;
  if (dueAt < today) throw invalidField('due_date', 'must not be in the past');
  const draft = {
    customer,
    currency,
    lines: read.map(({ line }) => line),
    dueAt,
    isTaxIncluded: optionalEnum(fields, 'tax_behavior', ['exclusive', 'inclusive']) === 'inclusive',
    description: optionalString(fields, 'description') ?? null,
    metadata: optionalMetadata(fields),
  };
  requireTaxService(customer);
  return created(success({ invoice: invoiceDetail(issueInvoice(world, draft), call.origin) }));
}

function readLineItem(item: unknown): { readonly currency: string; readonly line: LineDraft } {
  const fields: Fields = isFields(item) ? item : {};
  requireFields(fields, 'description', 'quantity', 'unit_price', 'currency');
  const line = {
    description: stringField(fields, 'description', { max: 500 }),
    quantity: integerField(fields, 'quantity', { min: 1, max: 1_000_000 }),
    unitPrice: integerField(fields, 'unit_price', { min: 0, max: maxAmount }),
    period: null,
    isProration: false,
  };
  if (line.quantity * line.unitPrice > maxAmount) {
    throw invalidField('unit_price', `times quantity must be at most ${maxAmount}`);
  }
  return { currency: enumField(fields, 'currency', currencies), line };
}
