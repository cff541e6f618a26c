import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCard, addCustomer, idOf, type Platform, refusalOf, startPlatform } from './platform-calls.ts';
import { ask } from './requests.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

interface InvoiceRow {
  readonly customer_id: string;
  readonly subscription_id: string | null;
  readonly created_at: string;
}

const linked = 'cus_0000000000001001';

async function bill(customerId: string, invoice: object = {}, line: object = {}): Promise<string> {
  const line_items = [{ description: 'Work', quantity: 1, unit_price: 10_000, currency: 'USD', ...line }];
  return idOf(
    await platform.post('/invoices', { invoice: { customer_id: customerId, line_items, ...invoice } }),
  );
}

const invoiceOf = async (id: string) => (await platform.get(`/invoices/${id}`)).json.data.invoice;
const paymentOf = async (id: string) => (await platform.get(`/payments/${id}`)).json.data.payment;
const pay = (payment: object) => platform.post('/payments', { payment: { currency: 'USD', ...payment } });

async function billed(card?: string) {
  const customer = await addCustomer(platform);
  const payment_method_id = await addCard(platform, customer, card);
  return { customer, payment_method_id, invoice_id: await bill(customer) };
}

test('a manual invoice adds up to the minor unit, tax included as a line', async () => {
  const address = { line1: '123 Business St', city: 'San Francisco', state: 'CA', country: 'US' };
  const customer_id = await addCustomer(platform, { address });
  const { status, json } = await platform.post('/invoices', {
    invoice: {
      customer_id,
      description: 'Professional services - November 2025',
      due_date: '2026-04-15',
      tax_behavior: 'exclusive',
      line_items: [
        { description: 'Custom integration development', quantity: 40, unit_price: 15_000, currency: 'USD' },
        { description: 'Priority support package', quantity: 1, unit_price: 5005, currency: 'USD' },
      ],
      metadata: { po_number: 'PO-2025-1115' },
    },
  });
  expect(status).toBe(201);
  const { invoice } = json.data;
  const line = { currency: 'USD', id: expect.stringMatching(/^li_/) };
  expect(invoice).toEqual({
    id: expect.stringMatching(/^inv_[0-9a-f]{16}$/),
    customer_id,
    subscription_id: null,
    status: 'open',
    subtotal: 605_005,
    tax: 52_938,
    total: 657_943,
    currency: 'USD',
    formatted_total: '$6,579.43',
    due_date: '2026-04-15T00:00:00Z',
    paid_at: null,
    billing_period_start: null,
    billing_period_end: null,
    line_items: [
      {
        ...line,
        description: 'Custom integration development',
        quantity: 40,
        unit_price: 15_000,
        amount: 600_000,
      },
      { ...line, description: 'Priority support package', quantity: 1, unit_price: 5005, amount: 5005 },
      { ...line, description: 'Sales Tax (CA 8.75%)', quantity: 1, unit_price: 52_938, amount: 52_938 },
    ],
    payment_attempt_count: 0,
    next_payment_attempt: null,
    description: 'Professional services - November 2025',
    metadata: { po_number: 'PO-2025-1115' },
    created_at: '2026-03-05T09:00:00Z',
    pdf_url: expect.stringMatching(new RegExp(`/invoices/${invoice.id}\\.pdf$`)),
  });
  expect((await platform.get(`/invoices/${invoice.id}`)).json).toEqual(json);
});

test('tax that is included is taken out of the sum, not added to it', async () => {
  const customer = await addCustomer(platform, { address: { line1: '1 Ginza', country: 'JP' } });
  const id = await bill(customer, { tax_behavior: 'inclusive' }, { unit_price: 1000, currency: 'JPY' });
  expect(await invoiceOf(id)).toMatchObject({
    subtotal: 909,
    tax: 91,
    total: 1000,
    formatted_total: '¥1,000',
  });
  expect((await invoiceOf(id)).line_items).toHaveLength(1);
});

test('a customer that is exempt pays no tax', async () => {
  const address = { line1: 'A', country: 'GB' };
  const tax_info = { tax_exempt: true, exemption_type: 'charity' };
  expect(await invoiceOf(await bill(await addCustomer(platform, { address })))).toMatchObject({ tax: 2000 });
  expect(await invoiceOf(await bill(await addCustomer(platform, { address, tax_info })))).toMatchObject({
    tax: 0,
  });
});

test('the list is newest first, in pages that tell of more', async () => {
  const first = (await platform.get(`/invoices?customer_id=${linked}`)).json.data;
  expect(first.invoices).toHaveLength(20);
  expect(first.pagination).toEqual({ total: 32, limit: 20, offset: 0, has_more: true });
  const rest = (await platform.get(`/invoices?customer_id=${linked}&offset=20`)).json.data;
  expect(rest.pagination).toEqual({ total: 32, limit: 20, offset: 20, has_more: false });
  const all = [...first.invoices, ...rest.invoices];
  expect(new Set(all.map(({ id }) => id)).size).toBe(32);
  const times = all.map(({ created_at }) => created_at);
  expect(times).toEqual(times.toSorted((one, other) => (one < other ? 1 : -1)));
  expect(Object.keys(all[0])).toEqual([
    'id',
    'customer_id',
    'subscription_id',
    'status',
    'total',
    'subtotal',
    'tax',
    'currency',
    'formatted_total',
    'due_date',
    'paid_at',
    'created_at',
  ]);
});

test('the list is filtered by subscription, status and dates', async () => {
  const list = async (query: string): Promise<InvoiceRow[]> =>
    (await platform.get(`/invoices?limit=100&${query}`)).json.data.invoices;
  const voided = await list('status=void');
  expect(voided.map(({ customer_id }) => customer_id)).toEqual([linked]);
  expect((await list('status=draft')).map(({ customer_id }) => customer_id)).toEqual([
    'cus_0000000000001004',
  ]);
  expect((await list('status=uncollectible')).length).toBeGreaterThan(0);

  const { id } = (await platform.get(`/customers/${linked}`)).json.data.customer.subscriptions[0];
  const ofSubscription = await list(`subscription_id=${id}`);
  expect(ofSubscription).toHaveLength(30);
  expect(ofSubscription.every(({ subscription_id }) => subscription_id === id)).toBe(true);

  const inJanuary = await list(`customer_id=${linked}&date_from=2026-01-01&date_to=2026-01-24`);
  expect(inJanuary.map(({ created_at }) => created_at)).toEqual(['2026-01-24T10:00:00Z']);
  expect(await list(`customer_id=${linked}&date_from=2026-01-24T10:00:01Z&date_to=2026-01-31`)).toEqual([]);
});

test('what is wrong about a list or a new invoice is named', async () => {
  const listed = async (query: string) => refusalOf(await platform.get(`/invoices?${query}`));
  expect(await listed('status=late')).toEqual([400, 'missing_required_fields', 'status']);
  expect(await listed('limit=101')).toEqual([400, 'missing_required_fields', 'limit']);
  expect(await listed('offset=-1')).toEqual([400, 'missing_required_fields', 'offset']);
  expect(await listed('date_from=yesterday')).toEqual([400, 'missing_required_fields', 'date_from']);
  expect(await listed('date_from=2026-02-01&date_to=2026-01-01')).toEqual([
    400,
    'missing_required_fields',
    'date_to',
  ]);
  const customer_id = await addCustomer(platform);
  const line = { description: 'Work', quantity: 1, unit_price: 100, currency: 'USD' };
  const create = async (invoice: object) => refusalOf(await platform.post('/invoices', { invoice }))[2];
  expect(await create({})).toBe('customer_id, line_items');
  expect(await create({ customer_id, line_items: [] })).toBe('line_items');
  expect(await create({ customer_id, line_items: [line, { ...line, currency: 'EUR' }] })).toBe('line_items');
  expect(await create({ customer_id, line_items: [line, { description: 'A' }] })).toBe(
    'line_items.1.quantity, unit_price, currency',
  );
  expect(await create({ customer_id, line_items: [{ ...line, unit_price: 10.5 }] })).toBe(
    'line_items.0.unit_price',
  );
  expect(await create({ customer_id, line_items: [line], due_date: '2026-03-04' })).toBe('due_date');
  expect(await create({ customer_id, line_items: [line], tax_behavior: 'none' })).toBe('tax_behavior');
});

test('a payment settles its invoice and reads in full', async () => {
  const { payment_method_id, invoice_id } = await billed();
  const { status, json } = await pay({
    invoice_id,
    payment_method_id,
    amount: 10_000,
    confirm: true,
    metadata: { source: 'customer_portal' },
  });
  expect(status).toBe(201);
  const { payment } = json.data;
  expect(payment).toEqual({
    id: expect.stringMatching(/^pay_[0-9a-f]{16}$/),
    invoice_id,
    amount: 10_000,
    currency: 'USD',
    status: 'succeeded',
    payment_method: { id: payment_method_id, type: 'card', brand: 'visa', last4: '4242' },
    failure_code: null,
    failure_message: null,
    receipt_url: expect.stringMatching(new RegExp(`/receipts/${payment.id}$`)),
    created_at: '2026-03-05T09:00:00Z',
  });
  expect(await paymentOf(payment.id)).toEqual({
    ...payment,
    payment_method: { ...payment.payment_method, exp_month: 12, exp_year: 2029 },
    billing_details: {
      name: 'Ann',
      email: 'ann@example.com',
      address: { line1: '1 Quiet Road', country: 'IS' },
    },
    metadata: { source: 'customer_portal' },
  });
  expect(await invoiceOf(invoice_id)).toMatchObject({
    status: 'paid',
    paid_at: '2026-03-05T09:00:00Z',
    payment_attempt_count: 1,
  });
});

test('an invoice can be paid in parts, and not beyond what is due', async () => {
  const { payment_method_id, invoice_id } = await billed();
  const part = (amount: number) => pay({ invoice_id, payment_method_id, amount });
  expect((await part(4000)).status).toBe(201);
  expect(await invoiceOf(invoice_id)).toMatchObject({ status: 'open', paid_at: null });
  expect(refusalOf(await part(6001))).toEqual([400, 'missing_required_fields', 'amount']);
  expect((await part(6000)).status).toBe(201);
  expect(await invoiceOf(invoice_id)).toMatchObject({ status: 'paid' });
  expect(refusalOf(await part(1))).toEqual([404, 'invoice_not_found', 'invoice_id']);
});

test('a payment that is not confirmed stays pending and charges nothing', async () => {
  const { payment_method_id, invoice_id } = await billed();
  const made = await pay({ invoice_id, payment_method_id, amount: 10_000, confirm: false });
  expect(made.json.data.payment.status).toBe('pending');
  expect((await paymentOf(idOf(made))).status).toBe('pending');
  expect(await invoiceOf(invoice_id)).toMatchObject({ status: 'open', payment_attempt_count: 0 });
});

test('a declined payment is refused, counted, and leaves the invoice open', async () => {
  const { customer, payment_method_id, invoice_id } = await billed('4000000000010050');
  const amount = 10_000;
  expect(refusalOf(await pay({ invoice_id, payment_method_id, amount }))).toEqual([
    402,
    'fraud_detected',
    'payment_method_id',
  ]);
  expect(await invoiceOf(invoice_id)).toMatchObject({ status: 'open', payment_attempt_count: 1 });
  const good = await addCard(platform, customer);
  expect((await pay({ invoice_id, payment_method_id: good, amount })).status).toBe(201);
});

test('a payment names its invoice, its method, an amount and the currency', async () => {
  const { payment_method_id, invoice_id } = await billed();
  const stranger = await addCard(platform, await addCustomer(platform));
  const refused = async (payment: object) => refusalOf(await platform.post('/payments', { payment }));
  const right = { invoice_id, payment_method_id, amount: 10_000, currency: 'USD' };
  expect(await refused({})).toEqual([
    400,
    'missing_required_fields',
    'invoice_id, payment_method_id, amount, currency',
  ]);
  expect(await refused({ ...right, invoice_id: 'inv_none' })).toEqual([
    404,
    'invoice_not_found',
    'invoice_id',
  ]);
  expect((await refused({ ...right, currency: 'EUR' }))[2]).toBe('currency');
  expect((await refused({ ...right, amount: 0 }))[2]).toBe('amount');
  expect((await refused({ ...right, confirm: 'yes' }))[2]).toBe('confirm');
  expect(await refused({ ...right, payment_method_id: stranger })).toEqual([
    400,
    'invalid_payment_method',
    'payment_method_id',
  ]);
});

test('refunds give back what was paid, in parts and no more', async () => {
  const { payment_method_id, invoice_id } = await billed();
  const id = idOf(await pay({ invoice_id, payment_method_id, amount: 10_000 }));
  const refund = (fields: object) =>
    platform.post(`/payments/${id}/refunds`, { refund: { reason: 'requested_by_customer', ...fields } });
  const { status, json } = await refund({ amount: 5000, metadata: { customer_note: 'Unused' } });
  expect(status).toBe(201);
  expect(json.data.refund).toEqual({
    id: expect.stringMatching(/^re_[0-9a-f]{16}$/),
    payment_id: id,
    amount: 5000,
    currency: 'USD',
    status: 'succeeded',
    reason: 'requested_by_customer',
    receipt_number: expect.stringMatching(/^\d{4}-\d{4}$/),
    metadata: { customer_note: 'Unused' },
    created_at: '2026-03-05T09:00:00Z',
  });
  expect((await paymentOf(id)).status).toBe('partially_refunded');
  expect(refusalOf(await refund({ amount: 5001 }))).toEqual([400, 'missing_required_fields', 'amount']);
  expect((await refund({})).json.data.refund.amount).toBe(5000);
  expect((await paymentOf(id)).status).toBe('refunded');
  expect(refusalOf(await refund({}))[2]).toBe('amount');
  expect((await invoiceOf(invoice_id)).status).toBe('paid');
  expect(refusalOf(await platform.post(`/payments/${id}/refunds`, { refund: {} }))[2]).toBe('reason');
  expect(refusalOf(await refund({ reason: 'whim' }))[2]).toBe('reason');
});

test('links of invoices and payments lead to documents', async () => {
  const { payment_method_id, invoice_id } = await billed();
  const { pdf_url } = await invoiceOf(invoice_id);
  const pdf = await ask(pdf_url);
  expect(pdf.headers.get('content-type')).toBe('application/pdf');
  expect(pdf.text).toMatch(/^%PDF-1\.4/);
  expect(pdf.text).toContain('USD 100.00');
  const made = await pay({ invoice_id, payment_method_id, amount: 10_000 });
  const receipt = await ask(made.json.data.payment.receipt_url);
  expect(receipt.headers.get('content-type')).toBe('application/pdf');
  expect(receipt.text).toContain(idOf(made));
  expect((await ask(pdf_url.replace(invoice_id, 'inv_none'))).status).toBe(404);
});
