import { afterAll, expect, test } from 'vitest';
import { refusal, startBilling } from './make-billing-calls.ts';
import { makeToken } from './requests.ts';

/** Each test changes an organization that no other one here looks at. */
const billing = await startBilling();
afterAll(() => billing[Symbol.asyncDispose]());
const { documented: send } = billing;

const visa = { number: '4242 4242 4242 4242', expiryMonth: 8, expiryYear: 2030, cvc: '123' };

test('billing information joins plan, usage, amounts and whom the bills go to', async () => {
  const { json } = await send('GET', '/cashier/billing/1002');
  expect(json).toEqual({
    organizationId: 1002,
    subscription: {
      plan: 'pro',
      status: 'active',
      billingCycle: 'monthly',
      nextBillingDate: '2026-03-08T09:00:00.000Z',
      features: expect.arrayContaining([{ name: 'Operations per month', included: true, limit: 40_000 }]),
    },
    usage: {
      operations: {
        included: 40_000,
        used: expect.any(Number),
        overage: expect.any(Number),
        resetDate: '2026-03-08T00:00:00.000Z',
      },
      storage: { included: expect.any(Number), used: expect.any(Number), overage: 0 },
      users: { included: 10, active: 7, overage: 0 },
    },
    // €17.59 and 20 % tax
    billing: { currentAmount: 2111, currency: 'EUR', nextAmount: 2111, overageCharges: 0 },
    billingAddress: { line1: 'Lindenallee 7', city: 'Leipzig', postalCode: '04105', country: 'DE' },
    taxId: expect.stringMatching(/^DE\d{9}$/),
    invoiceEmailRecipients: [expect.stringContaining('billing@'), expect.any(String)],
  });
});

test('the plan subscription knows three states', async () => {
  const statuses: Record<number, string> = {};
  for (const id of [1001, 1006, 1011, 1012]) {
    statuses[id] = (await send('GET', `/cashier/subscription/${id}`)).json.subscription.status;
  }
  expect(statuses).toEqual({ 1001: 'active', 1006: 'active', 1011: 'active', 1012: 'suspended' });
});

test('an invoice agrees in the list, by its id, with its payment and with its file', async () => {
  const list = await send('GET', '/cashier/invoices/1001?limit=1');
  expect(list.json.pagination).toEqual({ total: 32, page: 1, limit: 1 });
  const [invoice] = list.json.invoices;
  expect(invoice).toEqual({
    id: expect.stringMatching(/^in_[0-9a-f]{24}$/),
    organizationId: 1001,
    invoiceNumber: expect.any(String),
    issueDate: '2026-02-22T09:00:00.000Z',
    paidDate: '2026-02-22T09:00:00.000Z',
    dueDate: '2026-03-01T09:00:00.000Z',
    status: 'paid',
    amount: { subtotal: 900, tax: 0, total: 900, currency: 'USD' },
    items: [
      {
        id: `${invoice.invoiceNumber}-1`,
        description: 'Core plan, monthly',
        quantity: 1,
        unitPrice: 1059,
        amount: 1059,
        period: { start: '2026-02-22T09:00:00.000Z', end: '2026-03-22T09:00:00.000Z' },
      },
      {
        id: `${invoice.invoiceNumber}-2`,
        description: 'Discount LOYALTY15',
        quantity: 1,
        unitPrice: -159,
        amount: -159,
      },
    ],
    paymentMethod: expect.objectContaining({ type: 'credit_card', isDefault: true }),
    downloadUrl: expect.stringContaining(`/api/v2/cashier/invoices/${invoice.id}/download`),
  });
  expect((await send('GET', `/cashier/invoices/${invoice.id}`)).json).toEqual(invoice);
  const { payments } = (await send('GET', '/organizations/1001/payments?limit=1')).json;
  expect(payments[0]).toMatchObject({ invoiceNumber: invoice.invoiceNumber, totalAmount: 900 });
  expect(payments[0].invoiceUrl).toBe(invoice.downloadUrl);

  const file = await send('GET', `/cashier/invoices/${invoice.id}/download`);
  expect(file.headers.get('content-type')).toBe('application/pdf');
  expect(file.text).toContain(`(Invoice ${invoice.invoiceNumber}) Tj`);
  expect(file.text).toContain('(Total: USD 9.00) Tj');
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file.text)?.[1]);
  expect(file.text.slice(table, table + 9)).toBe('xref\n0 6\n');
});

test('every invoice adds up', async () => {
  for (const id of [1001, 1002, 1003, 1004, 1013]) {
    const { invoices } = (await send('GET', `/cashier/invoices/${id}?limit=100`)).json;
    expect(invoices.length).toBeGreaterThanOrEqual(28);
    for (const { amount, items } of invoices) {
      const lines = items.reduce((sum: number, item: { amount: number }) => sum + item.amount, 0);
      expect(amount.subtotal).toBe(lines);
      expect(amount.total).toBe(amount.subtotal + amount.tax);
      expect(Number.isSafeInteger(amount.total)).toBe(true);
    }
  }
});

test('invoices are filtered by status and by day of issue', async () => {
  const numbers = async (query: string) => {
    const { json } = await send('GET', `/cashier/invoices/1004?${query}`);
    return json.invoices.map((invoice: { invoiceNumber: string }) => invoice.invoiceNumber.slice(-4));
  };
  expect(await numbers('status=draft')).toEqual(['0033']);
  expect(await numbers('status=sent&status=cancelled')).toEqual(['0031', '0028']);
  expect(await numbers('from=2026-02-21&to=2026-02-26')).toEqual(['0032', '0031']);
  expect(await numbers('status=paid&from=2026-02-01T00:00:00Z')).toEqual(['0032']);
  expect(refusal(await send('GET', '/cashier/invoices/1004?status=late'))).toEqual([
    400,
    'invalid_request',
    'status',
  ]);
  expect(refusal(await send('GET', '/cashier/invoices/1004?from=yesterday'))).toEqual([
    400,
    'invalid_request',
    'from',
  ]);
});

test('an invoice that does not exist is 404, one of another organization 403', async () => {
  expect(refusal(await send('GET', '/cashier/invoices/in_0'))).toEqual([
    404,
    'invoice_not_found',
    'invoiceId',
  ]);
  const [invoice] = (await send('GET', '/cashier/invoices/1001?limit=1')).json.invoices;
  const path = `/cashier/invoices/${invoice.id}`;
  for (const each of [path, `${path}/download`]) {
    expect((await send('GET', each, undefined, makeToken(1002))).status).toBe(403);
  }
});

test('payment methods of each kind are added, changed and removed', async () => {
  const cards = { organizationId: 1003, type: 'credit_card', card: visa, isDefault: true };
  const added = await send('POST', '/cashier/payment-methods', cards);
  expect(added.status).toBe(201);
  expect(added.json).toEqual({
    id: expect.stringMatching(/^pm_/),
    type: 'credit_card',
    isDefault: true,
    details: { last4: '4242', brand: 'visa', expiryMonth: 8, expiryYear: 2030 },
    billingAddress: expect.objectContaining({ country: 'JP' }),
  });
  const bankAccount = { bankName: 'Mizuho', last4: '9876' };
  const bank = await send('POST', '/cashier/payment-methods', {
    organizationId: 1003,
    type: 'bank_account',
    bankAccount,
  });
  expect(bank.json).toMatchObject({ type: 'bank_account', isDefault: false, details: bankAccount });
  const billingAddress = { line1: '1', city: 'Kobe', postalCode: '650', country: 'JP' };
  const paypal = { organizationId: 1003, type: 'paypal', paypalEmail: 'pay@sakura.example', billingAddress };
  expect((await send('POST', '/cashier/payment-methods', paypal)).json).toMatchObject({
    type: 'paypal',
    billingAddress,
  });

  const path = `/cashier/payment-methods/${added.json.id}`;
  const changed = await send('PATCH', path, { card: { expiryMonth: 9, expiryYear: 2031 }, billingAddress });
  expect(changed.json).toMatchObject({ details: { expiryMonth: 9, expiryYear: 2031 }, billingAddress });
  expect(refusal(await send('DELETE', path))).toEqual([409, 'payment_method_default', 'paymentMethodId']);
  expect(refusal(await send('PATCH', path, { isDefault: false }))).toEqual([
    409,
    'payment_method_default',
    'paymentMethodId',
  ]);
  await send('PATCH', `/cashier/payment-methods/${bank.json.id}`, { isDefault: true });
  expect((await send('DELETE', path)).json).toEqual({ success: true, id: added.json.id });
  const { paymentMethods } = (await send('GET', '/cashier/payment-methods/1003')).json;
  const defaults = paymentMethods.filter((method: { isDefault: boolean }) => method.isDefault);
  expect(defaults).toMatchObject([{ id: bank.json.id }]);
  expect(refusal(await send('PATCH', path, { isDefault: true }))).toEqual([
    404,
    'payment_method_not_found',
    'paymentMethodId',
  ]);
});

test('card numbers are never told again', async () => {
  const card = { ...visa, number: '5555555555554444' };
  const added = await send('POST', '/cashier/payment-methods', {
    organizationId: 1008,
    type: 'credit_card',
    card,
  });
  const list = await send('GET', '/cashier/payment-methods/1008');
  expect(added.json.details.brand).toBe('mastercard');
  expect(added.text + list.text).not.toContain('55554444');
});

test('test cards are declined when they are added as their number says', async () => {
  const add = async (card: object) =>
    refusal(
      await send('POST', '/cashier/payment-methods', { organizationId: 1001, type: 'credit_card', card }),
    );
  for (const [number, code] of [
    ['4000000000000002', 'card_declined'],
    ['4000000000009995', 'insufficient_funds'],
    ['4000000000000069', 'expired_card'],
    ['4000000000000127', 'invalid_cvc'],
    ['4100000000000019', 'fraud_detected'],
  ]) {
    expect(await add({ ...visa, number })).toEqual([402, code, 'card']);
  }
  expect(await add({ ...visa, expiryYear: 2025 })).toEqual([402, 'expired_card', 'card']);
});

test('what is no payment method is refused with the field at fault', async () => {
  const add = async (body: object) =>
    refusal(
      await send('POST', '/cashier/payment-methods', { organizationId: 1001, type: 'credit_card', ...body }),
    );
  expect(await add({ organizationId: undefined })).toEqual([
    400,
    'missing_required_fields',
    'organizationId',
  ]);
  expect(await add({ type: 'cash' })).toEqual([400, 'invalid_request', 'type']);
  expect(await add({})).toEqual([400, 'missing_required_fields', 'card']);
  expect(await add({ card: { ...visa, number: undefined } })).toEqual([
    400,
    'missing_required_fields',
    'card.number',
  ]);
  expect(await add({ card: { ...visa, number: '4242424242424241' } })).toEqual([
    400,
    'invalid_payment_method',
    'card.number',
  ]);
  expect(await add({ card: { ...visa, cvc: '12' } })).toEqual([400, 'invalid_payment_method', 'card.cvc']);
  expect(await add({ card: { ...visa, expiryMonth: 13 } })).toEqual([
    400,
    'invalid_payment_method',
    'card.expiry',
  ]);
  expect(await add({ token: 'tok_none' })).toEqual([400, 'invalid_payment_method', 'token']);
  expect(await add({ token: 'tok_visa', card: visa })).toEqual([400, 'invalid_request', 'token']);
  expect(await add({ type: 'paypal' })).toEqual([400, 'missing_required_fields', 'paypalEmail']);
  expect(await add({ type: 'bank_account', bankAccount: { bankName: 'A', last4: '12' } })).toEqual([
    400,
    'invalid_request',
    'bankAccount.last4',
  ]);
  expect(await add({ token: 'tok_visa', billingAddress: { city: 'X' } })).toEqual([
    400,
    'missing_required_fields',
    'billingAddress.line1',
  ]);
  expect(await add({ organizationId: 4711 })).toEqual([404, 'organization_not_found', 'organizationId']);
});

test('an upgrade holds at once, a downgrade from the next period on, each in its direction', async () => {
  const change = (to: string, priceId: string) =>
    send('POST', `/cashier/subscription/${to}`, { organizationId: 1013, priceId });
  expect(refusal(await change('upgrade', '2141'))).toEqual([409, 'plan_incompatible', 'priceId']);
  expect(refusal(await change('downgrade', '2441'))).toEqual([409, 'plan_incompatible', 'priceId']);
  expect(refusal(await change('upgrade', '2341'))).toEqual([409, 'plan_incompatible', 'priceId']);
  expect(refusal(await change('upgrade', '2411'))).toEqual([400, 'invalid_price', 'priceId']);
  expect((await change('upgrade', '2342')).json).toMatchObject({
    organizationId: 1013,
    subscription: { plan: 'teams', billingCycle: 'yearly', nextBillingDate: '2027-03-05T09:00:00.000Z' },
    effectiveDate: '2026-03-05T09:00:00.000Z',
  });
  expect((await change('downgrade', '2141')).json).toMatchObject({
    subscription: { plan: 'teams' },
    effectiveDate: '2027-03-05T09:00:00.000Z',
  });
  expect((await send('GET', '/cashier/billing/1013')).json.billing.nextAmount).toBe(1749);
});

test('a subscription is cancelled by the organization in the body', async () => {
  const cancel = (body: object) => send('POST', '/cashier/subscription/cancel', body);
  expect(refusal(await cancel({}))).toEqual([400, 'missing_required_fields', 'organizationId']);
  expect((await cancel({ organizationId: 1017, reason: 'too dear' })).json).toMatchObject({
    subscription: { status: 'active' },
    effectiveDate: '2026-03-11T09:00:00.000Z',
  });
  expect((await cancel({ organizationId: 1017, atPeriodEnd: false })).json).toMatchObject({
    subscription: { status: 'cancelled' },
    effectiveDate: '2026-03-05T09:00:00.000Z',
  });
  expect(refusal(await cancel({ organizationId: 1017 }))).toEqual([404, 'subscription_not_found']);
});
