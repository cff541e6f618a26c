import { afterAll, expect, test } from 'vitest';
import { refusal, startBilling } from './make-billing-calls.ts';
import { makeToken } from './requests.ts';

/** Each test changes an organization that no other one here looks at. */
const billing = await startBilling();
afterAll(() => billing[Symbol.asyncDispose]());
const { documented: send } = billing;

const iso = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

test('payments come newest first, in pages that tell how many there are', async () => {
  const { json } = await send('GET', '/organizations/1001/payments?limit=3');
  expect(json.payments).toHaveLength(3);
  expect(json.pagination).toEqual({ total: 32, page: 1, limit: 3 });
  expect(json.payments[0]).toEqual({
    invoiceNumber: expect.stringMatching(/^[0-9A-F]{8}-0032$/),
    creationDate: '2026-02-22T09:00:00.000Z',
    paymentStatus: 'paid',
    paymentMethod: 'Credit card (visa 4242)',
    totalAmount: 900,
    currency: 'USD',
    invoiceUrl: expect.stringContaining('/api/v2/cashier/invoices/in_'),
  });
  const next = await send('GET', '/organizations/1001/payments?limit=3&page=2');
  const all = await send('GET', '/organizations/1001/payments?limit=6');
  expect([...json.payments, ...next.json.payments]).toEqual(all.json.payments);
  expect((await send('GET', '/organizations/1001/payments?page=99')).json.payments).toEqual([]);
});

test('payments can be sorted, and a wrong page or order is refused by name', async () => {
  const { json } = await send('GET', '/organizations/1002/payments?sortBy=totalAmount&sortDir=asc&limit=50');
  const amounts = json.payments.map((payment: { totalAmount: number }) => payment.totalAmount);
  expect(amounts).toEqual(amounts.toSorted((one: number, other: number) => one - other));
  for (const [query, field] of [
    ['limit=101', 'limit'],
    ['page=0', 'page'],
    ['sortBy=price', 'sortBy'],
    ['sortDir=up', 'sortDir'],
  ]) {
    expect(refusal(await send('GET', `/organizations/1001/payments?${query}`))).toEqual([
      400,
      'invalid_request',
      field,
    ]);
  }
});

test('the subscription has every field of its document', async () => {
  const { json } = await send('GET', '/organizations/1001/subscription');
  expect(json).toEqual({
    id: expect.stringMatching(/^\d+$/),
    status: 'active',
    product: { id: '1', name: 'Core', description: expect.any(String) },
    price: { id: '2111', amount: 1059, currency: 'USD', interval: 'month', intervalCount: 1 },
    nextBillingDate: '2026-03-22T09:00:00.000Z',
    currentPeriodStart: '2026-02-22T09:00:00.000Z',
    currentPeriodEnd: '2026-03-22T09:00:00.000Z',
    coupon: {
      id: 'coupon_5',
      code: 'LOYALTY15',
      discountType: 'percentage',
      discountValue: 15,
      validUntil: '2026-07-03T00:00:00.000Z',
    },
  });
});

test('a trial tells how many days are left', async () => {
  const { json } = await send('GET', '/organizations/1011/subscription');
  expect(json.status).toBe('trialing');
  expect(json.trial).toEqual({
    trialStart: '2026-02-28T00:00:00.000Z',
    trialEnd: '2026-03-14T00:00:00.000Z',
    trialDaysLeft: 9,
  });
});

test('organizations stand in all the states that a subscription can have', async () => {
  const statuses: Record<number, string> = {};
  for (const id of [1004, 1006, 1007, 1012]) {
    statuses[id] = (await send('GET', `/organizations/${id}/subscription`)).json.status;
  }
  expect(statuses).toEqual({ 1004: 'active', 1006: 'past_due', 1007: 'active', 1012: 'suspended' });
  expect((await send('GET', '/organizations/1008/subscription')).json.price.interval).toBe('year');
});

test('billing of a free organization is refused', async () => {
  for (const path of [
    'organizations/1005/payments',
    'organizations/1005/subscription',
    'cashier/billing/1005',
  ]) {
    expect(refusal(await send('GET', `/${path}`))).toEqual([403, 'plan_upgrade_required']);
  }
  const bought = await send('POST', '/organizations/1005/single-payment-create', {
    priceId: '2910',
    quantity: 1,
  });
  expect(refusal(bought)).toEqual([403, 'plan_upgrade_required']);
});

test('billing is for owners and administrators of the organization', async () => {
  const path = '/organizations/1001/subscription';
  expect((await send('GET', path, undefined, makeToken(1001, 5))).status).toBe(200);
  expect(refusal(await send('GET', path, undefined, makeToken(1001, 1)))).toEqual([
    403,
    'insufficient_permissions',
  ]);
  expect((await send('GET', path, undefined, makeToken(1002))).status).toBe(403);
});

test('extra operations are charged to the stored method, and the payment names the invoice', async () => {
  const before = (await send('GET', '/cashier/billing/1003')).json.usage.operations.included;
  const order = { priceId: '2940', quantity: 3, couponCode: 'FIXED5', customerDetails: { name: 'Sato KK' } };
  const { status, json } = await send('POST', '/organizations/1003/single-payment-create', order);
  // 3 × ¥1350, ¥500 off, 10 % tax
  expect([status, json]).toEqual([
    201,
    { paymentId: expect.stringMatching(/^pay_/), status: 'completed', amount: 3905, currency: 'JPY' },
  ]);
  const { payments } = (await send('GET', '/organizations/1003/payments?limit=1')).json;
  const { invoices } = (await send('GET', '/cashier/invoices/1003?limit=1')).json;
  expect(payments[0]).toMatchObject({ totalAmount: 3905, paymentStatus: 'paid' });
  expect(invoices[0]).toMatchObject({ invoiceNumber: payments[0].invoiceNumber, status: 'paid' });
  expect(invoices[0].amount).toEqual({ subtotal: 3550, tax: 355, total: 3905, currency: 'JPY' });
  const after = (await send('GET', '/cashier/billing/1003')).json;
  expect(after.usage.operations.included).toBe(before + 30_000);
  expect(after.billing.overageCharges).toBe(3905);
});

test('a purchase whose charge fails can be paid on the hosted page', async () => {
  const card = { number: '4000000000000341', expiryMonth: 1, expiryYear: 2030, cvc: '123' };
  const method = { organizationId: 1016, type: 'credit_card', card, isDefault: true };
  await send('POST', '/cashier/payment-methods', method);
  const { json } = await send('POST', '/organizations/1016/single-payment-create', {
    priceId: '2910',
    quantity: 1,
  });
  expect(json.status).toBe('failed');
  const latest = async () => (await send('GET', '/organizations/1016/payments?limit=1')).json.payments[0];
  expect(await latest()).toMatchObject({ paymentStatus: 'failed', totalAmount: 900 });
  expect((await billing.open(json.paymentUrl)).text).toContain('USD 9.00');
  expect((await billing.open(`${json.paymentUrl}/complete`, 'decline')).status).toBe(402);
  expect((await billing.open(`${json.paymentUrl}/complete`, 'pay')).status).toBe(200);
  expect(await latest()).toMatchObject({ paymentStatus: 'paid', totalAmount: 900 });
  expect((await billing.open(`${json.paymentUrl}/complete`, 'pay')).status).toBe(409);
});

test('single payments are refused with the field at fault', async () => {
  const refused = async (body: object) =>
    refusal(await send('POST', '/organizations/1001/single-payment-create', body));
  expect(await refused({ quantity: 1 })).toEqual([400, 'missing_required_fields', 'priceId']);
  expect(await refused({ priceId: '2910' })).toEqual([400, 'missing_required_fields', 'quantity']);
  expect(await refused({ priceId: '2910', quantity: 0 })).toEqual([400, 'invalid_request', 'quantity']);
  expect(await refused({ priceId: '2910', quantity: 1001 })).toEqual([400, 'invalid_request', 'quantity']);
  expect(await refused({ priceId: 2910, quantity: 1 })).toEqual([400, 'invalid_request', 'priceId']);
  expect(await refused({ priceId: '2111', quantity: 1 })).toEqual([400, 'invalid_price', 'priceId']);
  expect(await refused({ priceId: '2920', quantity: 1 })).toEqual([400, 'invalid_price', 'priceId']);
  expect(await refused({ priceId: '7', quantity: 1 })).toEqual([400, 'invalid_price', 'priceId']);
  const order = { priceId: '2910', quantity: 1 };
  expect(await refused({ ...order, couponCode: 'NONE' })).toEqual([400, 'coupon_invalid', 'couponCode']);
  expect(await refused({ ...order, couponCode: 'EXPIRED20' })).toEqual([400, 'coupon_expired', 'couponCode']);
  expect(await refused({ ...order, customerDetails: { email: 'nobody' } })).toEqual([
    400,
    'invalid_request',
    'customerDetails.email',
  ]);
  const address = { line1: '1', city: 'Lyon', postalCode: '1', country: 'XX' };
  expect(await refused({ ...order, customerDetails: { address } })).toEqual([
    400,
    'invalid_request',
    'customerDetails.address.country',
  ]);
});

test('a free organization subscribes once it has a method, and its plan follows', async () => {
  const path = '/organizations/1010/subscription';
  const order = {
    priceId: '2231',
    couponCode: 'WELCOME10',
    customerDetails: { email: 'pay@kettle.example' },
  };
  expect(refusal(await send('POST', path, order))).toEqual([
    400,
    'invalid_payment_method',
    'customerDetails.paymentMethodId',
  ]);
  await send('POST', '/cashier/payment-methods', {
    organizationId: 1010,
    type: 'credit_card',
    token: 'tok_visa',
  });
  const { status, json } = await send('POST', path, order);
  expect([status, json.status, json.price.id, json.coupon.code]).toEqual([
    201,
    'active',
    '2231',
    'WELCOME10',
  ]);
  expect((await send('GET', path)).json).toEqual(json);
  expect((await send('GET', '/cashier/billing/1010')).json).toMatchObject({
    subscription: { plan: 'pro' },
    invoiceEmailRecipients: expect.arrayContaining(['pay@kettle.example']),
  });
  // £15.29 less 10 %, plus 20 % tax
  expect((await send('GET', '/organizations/1010/payments')).json.payments).toMatchObject([
    { totalAmount: 1651 },
  ]);
  expect(refusal(await send('POST', path, order))).toEqual([409, 'subscription_exists']);
});

test('a first charge that fails leaves no subscription behind', async () => {
  await send('POST', '/cashier/payment-methods', {
    organizationId: 1015,
    type: 'credit_card',
    token: 'tok_chargeCustomerFailInsufficientFunds',
  });
  const path = '/organizations/1015/subscription';
  const order = { priceId: '2121', customerDetails: { name: 'Somebody else' } };
  expect(refusal(await send('POST', path, order))).toEqual([
    402,
    'insufficient_funds',
    'customerDetails.paymentMethodId',
  ]);
  expect(refusal(await send('GET', path))).toEqual([403, 'plan_upgrade_required']);
});

test('a trial needs no payment method', async () => {
  const path = '/organizations/1020/subscription';
  expect(refusal(await send('POST', path, { priceId: '2141', trialDays: 91 }))).toEqual([
    400,
    'invalid_request',
    'trialDays',
  ]);
  const { json } = await send('POST', path, { priceId: '2141', trialDays: 30 });
  expect(json.trial).toEqual({ trialStart: iso, trialEnd: '2026-04-04T09:00:00.000Z', trialDaysLeft: 30 });
  expect((await send('GET', '/organizations/1020/payments')).json.pagination.total).toBe(0);
});

test('a higher plan is billed for the rest of the period at once', async () => {
  const { json } = await send('PATCH', '/organizations/1018/subscription', { priceId: '2421' });
  expect(json).toMatchObject({
    product: { name: 'Enterprise' },
    currentPeriodEnd: '2026-03-17T09:00:00.000Z',
  });
  const [invoice] = (await send('GET', '/cashier/invoices/1018?limit=1')).json.invoices;
  // 12 of the 28 days are left: 3/7 of 140000 less 3/7 of 3189, plus 20 %
  expect(invoice.items.map((item: { amount: number }) => item.amount)).toEqual([-1367, 60_000]);
  expect(invoice.amount).toEqual({ subtotal: 58_633, tax: 11_727, total: 70_360, currency: 'EUR' });
  // a bank account pays: the money is on its way
  expect(invoice).toMatchObject({ status: 'sent', paymentMethod: { type: 'bank_account' } });
  const { payments } = (await send('GET', '/organizations/1018/payments?limit=1')).json;
  expect(payments[0]).toMatchObject({ paymentStatus: 'pending', totalAmount: 70_360 });
  expect((await send('GET', '/organizations/1018')).json.organization.license.apiLimit).toBe(1000);
});

test('a lower plan leaves a credit that the next invoice uses', async () => {
  await using billing = await startBilling();
  const { documented: send } = billing;
  await send('PATCH', '/organizations/1004/subscription', { priceId: '2311' });
  const [invoice] = (await send('GET', '/cashier/invoices/1004?limit=1')).json.invoices;
  expect(invoice.amount.total).toBe(0);
  const credit = invoice.items.at(-1).amount;
  expect(invoice.items.at(-1).description).toBe('Carried over as credit');
  expect((await send('GET', '/cashier/billing/1004')).json.billing).toMatchObject({ nextAmount: 0 });
  await billing.advance('P1M');
  const [renewal] = (await send('GET', '/cashier/invoices/1004?limit=1')).json.invoices;
  expect(credit).toBeGreaterThan(3412);
  expect(renewal).toMatchObject({ status: 'paid', amount: { total: 0 } });
  expect(renewal.items.map((item: { amount: number }) => item.amount)).toEqual([3412, -3412]);
});

test('without prorations a change waits for the next period, and can be taken back', async () => {
  await using billing = await startBilling();
  const { documented: send } = billing;
  const path = '/organizations/1013/subscription';
  const later = await send('PATCH', path, { priceId: '2442', prorationBehavior: 'none' });
  expect(later.json.price.id).toBe('2341');
  await send('PATCH', path, { priceId: '2341' });
  await send('PATCH', path, { priceId: '2142', prorationBehavior: 'none' });
  await billing.advance('P1M');
  expect((await send('GET', path)).json).toMatchObject({
    price: { id: '2142', interval: 'year' },
    currentPeriodStart: '2026-03-19T09:00:00.000Z',
    currentPeriodEnd: '2027-03-19T09:00:00.000Z',
  });
});

test('changes that cannot be made are refused', async () => {
  const change = async (id: number, body: object) =>
    refusal(await send('PATCH', `/organizations/${id}/subscription`, body));
  expect(await change(1001, {})).toEqual([400, 'missing_required_fields', 'priceId']);
  expect(await change(1001, { priceId: '2111' })).toEqual([409, 'plan_incompatible', 'priceId']);
  expect(await change(1001, { priceId: '2121' })).toEqual([400, 'invalid_price', 'priceId']);
  expect(await change(1001, { priceId: '2910' })).toEqual([400, 'invalid_price', 'priceId']);
  expect(await change(1001, { priceId: '2211', prorationBehavior: 'some' })).toEqual([
    400,
    'invalid_request',
    'prorationBehavior',
  ]);
  expect(await change(1006, { priceId: '2231' })).toEqual([409, 'plan_incompatible', 'priceId']);
  expect(await change(1012, { priceId: '2131' })).toEqual([409, 'plan_incompatible', 'priceId']);
  expect(await change(1005, { priceId: '2111' })).toEqual([404, 'subscription_not_found']);
  expect(await change(1001, { customerDetails: { paymentMethodId: 'pm_1' } })).toEqual([
    400,
    'invalid_payment_method',
    'customerDetails.paymentMethodId',
  ]);
});

test('an address given with a change is the billing address from then on', async () => {
  const billingAddress = { line1: '5 Quay', city: 'Cork', postalCode: 'T12', country: 'IE' };
  await send('PATCH', '/organizations/1017/subscription', { customerDetails: { billingAddress } });
  expect((await send('GET', '/cashier/billing/1017')).json.billingAddress).toEqual(billingAddress);
});

test('a subscription is cancelled with its period, or at once', async () => {
  await using billing = await startBilling();
  const { documented: send } = billing;
  const path = '/organizations/1002/subscription';
  expect(refusal(await send('DELETE', `${path}?at_period_end=perhaps`))).toEqual([
    400,
    'invalid_request',
    'at_period_end',
  ]);
  expect((await send('DELETE', `${path}?at_period_end=true&reason=cost`)).json).toEqual({
    success: true,
    subscriptionId: expect.any(String),
    status: 'active',
    cancelAtPeriodEnd: true,
    effectiveDate: '2026-03-08T09:00:00.000Z',
  });
  expect(refusal(await send('DELETE', path))).toEqual([409, 'subscription_cancelled']);
  await billing.advance('P4D');
  expect(refusal(await send('GET', path))).toEqual([403, 'plan_upgrade_required']);

  const atOnce = await send('DELETE', '/organizations/1003/subscription?at_period_end=false');
  expect(atOnce.json).toMatchObject({ status: 'cancelled', cancelAtPeriodEnd: false });
  expect((await send('GET', '/organizations/1003')).json.organization.license.apiLimit).toBe(30);
  expect(refusal(await send('DELETE', '/organizations/1003/subscription'))).toEqual([
    404,
    'subscription_not_found',
  ]);
});

test('the free plan is taken at once, with the day it holds from', async () => {
  const { json } = await send('POST', '/organizations/1014/subscription-free');
  expect(json).toEqual({
    success: true,
    plan: 'free',
    message: expect.any(String),
    effectiveDate: '2026-03-05T09:00:00.000Z',
  });
  expect(refusal(await send('POST', '/organizations/1014/subscription-free'))).toEqual([
    409,
    'plan_incompatible',
  ]);
});

test('a coupon shows in the subscription and in what comes next', async () => {
  const path = '/organizations/1007/subscription/coupon-apply';
  expect(refusal(await send('POST', path, {}))).toEqual([400, 'missing_required_fields', 'couponCode']);
  expect(refusal(await send('POST', path, { couponCode: 'NONE' }))).toEqual([
    400,
    'coupon_invalid',
    'couponCode',
  ]);
  expect(refusal(await send('POST', path, { couponCode: 'EXPIRED20' }))).toEqual([
    400,
    'coupon_expired',
    'couponCode',
  ]);
  const applied = await send('POST', '/organizations/1019/subscription/coupon-apply', {
    couponCode: 'LAUNCH25',
  });
  expect(applied.json).toEqual({
    success: true,
    coupon: {
      id: 'coupon_2',
      code: 'LAUNCH25',
      discountType: 'percentage',
      discountValue: 25,
      validUntil: '2026-05-04T00:00:00.000Z',
    },
    newSubscriptionTotal: 1_125_000,
    // the coupon has ended when the year is renewed
    nextBillingAmount: 1_500_000,
  });
  expect((await send('GET', '/organizations/1019/subscription')).json.coupon.code).toBe('LAUNCH25');
  const again = await send('POST', '/organizations/1019/subscription/coupon-apply', {
    couponCode: 'LAUNCH25',
  });
  expect(refusal(again)).toEqual([400, 'coupon_invalid', 'couponCode']);
});

test('a change made through the API leaves an entry in the audit log', async () => {
  await send('POST', '/organizations/1009/subscription/coupon-apply', { couponCode: 'WELCOME10' });
  const { json } = await send('GET', '/audit-logs/organization/1009?limit=1');
  expect(json.auditLogs).toMatchObject([{ eventName: 'organization_settings_changed' }]);
  const detail = await send('GET', `/audit-logs/${json.auditLogs[0].uuid}`);
  expect(detail.text).toContain('WELCOME10');
});
