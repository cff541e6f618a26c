import { expect, test } from 'vitest';
import { startBilling } from './make-billing-calls.ts';

type Billing = Awaited<ReturnType<typeof startBilling>>;

async function subscriptionOf({ documented }: Billing, id: number) {
  const { status, json } = await documented('GET', `/organizations/${id}/subscription`);
  return status === 200 ? json : status;
}

async function paymentsOf({ documented }: Billing, id: number) {
  const { payments, pagination } = (await documented('GET', `/organizations/${id}/payments?limit=100`)).json;
  return { newest: payments[0], total: pagination.total, payments };
}

test('months go by, and each is billed once, on the same day', async () => {
  await using billing = await startBilling();
  const before = await paymentsOf(billing, 1003);
  await billing.advance('P6M');
  const after = await paymentsOf(billing, 1003);
  expect(after.total).toBe(before.total + 6);
  expect(after.payments.slice(0, 6).map((payment: { creationDate: string }) => payment.creationDate)).toEqual(
    [
      '2026-08-16T09:00:00.000Z',
      '2026-07-16T09:00:00.000Z',
      '2026-06-16T09:00:00.000Z',
      '2026-05-16T09:00:00.000Z',
      '2026-04-16T09:00:00.000Z',
      '2026-03-16T09:00:00.000Z',
    ],
  );
  expect(after.newest).toMatchObject({ paymentStatus: 'paid', totalAmount: 5621 });
});

test('billing on the 31st falls on the last day of shorter months and comes back', async () => {
  await using billing = await startBilling('2026-01-31T10:00:00Z');
  await billing.documented('POST', '/cashier/payment-methods', {
    organizationId: 1005,
    type: 'credit_card',
    token: 'tok_visa',
  });
  await billing.documented('POST', '/organizations/1005/subscription', { priceId: '2111' });
  await billing.advance('P3M');
  const { payments } = await paymentsOf(billing, 1005);
  const days = payments.map((payment: { creationDate: string }) => payment.creationDate.slice(0, 10));
  expect(days).toEqual(['2026-04-30', '2026-03-31', '2026-02-28', '2026-01-31']);
});

test('a failed renewal is tried again for a week, then the organization is on the free plan', async () => {
  await using billing = await startBilling();
  expect((await subscriptionOf(billing, 1006)).status).toBe('past_due');
  expect((await paymentsOf(billing, 1006)).newest).toMatchObject({ paymentStatus: 'failed' });
  await billing.advance('P2D');
  expect((await subscriptionOf(billing, 1006)).status).toBe('past_due');
  await billing.advance('P2D');
  expect(await subscriptionOf(billing, 1006)).toBe(403);
  const [row] = (await billing.live('GET', '/organizations/1006/payments?pg[limit]=1')).json.payments;
  expect(row.status_name).toBe('Failed');
});

test('a working method saves a subscription that is past due', async () => {
  await using billing = await startBilling();
  await billing.documented('POST', '/cashier/payment-methods', {
    organizationId: 1006,
    type: 'credit_card',
    token: 'tok_mastercard',
    isDefault: true,
  });
  await billing.advance('P2D');
  expect((await subscriptionOf(billing, 1006)).status).toBe('active');
  expect((await paymentsOf(billing, 1006)).newest).toMatchObject({
    paymentStatus: 'paid',
    paymentMethod: 'Credit card (mastercard 4444)',
  });
});

test('a subscription that is past due can be paid on the hosted page', async () => {
  await using billing = await startBilling();
  const [row] = (await billing.live('GET', '/organizations/1006/payments?pg[limit]=1')).json.payments;
  expect((await billing.open(`${row.hosted_invoice_url}/complete`, 'pay')).status).toBe(200);
  expect((await subscriptionOf(billing, 1006)).status).toBe('active');
});

test('a renewal that failed in the past was collected on its second retry', async () => {
  await using billing = await startBilling();
  const { json } = await billing.documented('GET', '/cashier/invoices/1002?from=2025-06-08&to=2025-06-08');
  const file = await billing.documented('GET', `/cashier/invoices/${json.invoices[0].id}/download`);
  expect(file.text).toContain('Paid: 2025-06-13, at attempt 3');
});

test('a purchase that was once declined shows beside the one that was made later', async () => {
  await using billing = await startBilling();
  const { payments } = await paymentsOf(billing, 1002);
  const isFailed = (payment: { paymentStatus: string }) => payment.paymentStatus === 'failed';
  expect(payments.filter(isFailed)).toHaveLength(1);
  const declined = payments.findIndex(isFailed);
  const { totalAmount } = payments[declined];
  expect(payments.slice(0, declined)).toContainEqual(
    expect.objectContaining({ paymentStatus: 'paid', totalAmount }),
  );
});

test('a trial ends in a first invoice', async () => {
  await using billing = await startBilling();
  expect((await paymentsOf(billing, 1011)).total).toBe(0);
  await billing.advance('P9D');
  expect(await subscriptionOf(billing, 1011)).toMatchObject({
    status: 'active',
    currentPeriodStart: '2026-03-14T00:00:00.000Z',
    currentPeriodEnd: '2026-04-14T00:00:00.000Z',
  });
  expect(await paymentsOf(billing, 1011)).toMatchObject({ total: 1, newest: { totalAmount: 1187 } });
});

test('a trial without a method is past due when it ends', async () => {
  await using billing = await startBilling();
  await billing.documented('POST', '/organizations/1010/subscription', { priceId: '2131', trialDays: 3 });
  await billing.advance('P3D');
  expect((await subscriptionOf(billing, 1010)).status).toBe('past_due');
  await billing.advance('P7D');
  expect(await subscriptionOf(billing, 1010)).toBe(403);
});

test('a coupon ends on its day, and the next invoice is in full', async () => {
  await using billing = await startBilling();
  await billing.advance('P119D');
  expect((await subscriptionOf(billing, 1001)).coupon.code).toBe('LOYALTY15');
  await billing.advance('P1D');
  expect((await subscriptionOf(billing, 1001)).coupon).toBeUndefined();
  await billing.advance('P1M');
  expect((await paymentsOf(billing, 1001)).newest.totalAmount).toBe(1059);
});

test('a cancellation at the end of the period comes into force then', async () => {
  await using billing = await startBilling();
  expect((await subscriptionOf(billing, 1007)).status).toBe('active');
  await billing.advance('P11D');
  expect(await subscriptionOf(billing, 1007)).toBe(403);
});

test('a renewal on an expired card fails', async () => {
  await using billing = await startBilling();
  await billing.advance('P10D');
  expect((await subscriptionOf(billing, 1016)).status).toBe('active');
  await billing.advance('P1M');
  expect((await subscriptionOf(billing, 1016)).status).toBe('past_due');
});

test('money from a bank account arrives three days later', async () => {
  await using billing = await startBilling();
  await billing.advance('P12DT1H');
  expect((await paymentsOf(billing, 1018)).newest.paymentStatus).toBe('pending');
  expect((await subscriptionOf(billing, 1018)).status).toBe('active');
  await billing.advance('P3D');
  expect((await paymentsOf(billing, 1018)).newest.paymentStatus).toBe('paid');
});

test('a hosted page that nobody pays leaves a void invoice', async () => {
  await using billing = await startBilling();
  const { json } = await billing.documented('GET', '/cashier/invoices/1004?status=cancelled');
  expect(json.invoices).toHaveLength(1);
  const draft = await billing.documented('GET', '/cashier/invoices/1004?status=draft');
  const { id } = draft.json.invoices[0];
  await billing.advance('P4D');
  expect((await billing.documented('GET', `/cashier/invoices/${id}`)).json.status).toBe('sent');
  await billing.advance('P1M');
  expect((await billing.documented('GET', `/cashier/invoices/${id}`)).json.status).toBe('overdue');
});

test('extra operations hold until the counters start anew', async () => {
  await using billing = await startBilling();
  const included = async () =>
    (await billing.documented('GET', '/cashier/billing/1001')).json.usage.operations.included;
  await billing.documented('POST', '/organizations/1001/single-payment-create', {
    priceId: '2910',
    quantity: 2,
  });
  expect(await included()).toBe(30_000);
  await billing.advance('P17D');
  expect(await included()).toBe(10_000);
});

test('the world can be told to add payments and invoices', async () => {
  await using billing = await startBilling();
  const before = await paymentsOf(billing, 1001);
  const { added } = await billing.change({ organization: 1001, add: { payments: 3, invoices: 2 } });
  expect(added.payments.payments).toHaveLength(3);
  const after = await paymentsOf(billing, 1001);
  expect(after.total).toBe(before.total + 3);
  expect(after.newest.paymentStatus).toBe('paid');
  const { json } = await billing.documented('GET', '/cashier/invoices/1001?status=sent');
  expect(json.invoices.map((invoice: { id: string }) => invoice.id).toSorted()).toEqual(
    added.invoices.map((invoice: { id: string }) => invoice.id).toSorted(),
  );
});

test('the world can be told plan and status, also of a free organization', async () => {
  await using billing = await startBilling();
  await billing.change({ organization: 1001, set: { plan: 'teams' } });
  expect((await subscriptionOf(billing, 1001)).price.id).toBe('2311');
  for (const subscriptionStatus of ['past_due', 'trialing', 'suspended', 'cancelled', 'active']) {
    await billing.change({ organization: 1001, set: { subscriptionStatus } });
    expect((await subscriptionOf(billing, 1001)).status).toBe(subscriptionStatus);
  }
  await billing.change({ organization: 1001, set: { plan: 'free' } });
  expect(await subscriptionOf(billing, 1001)).toBe(403);
  await billing.change({ organization: 1005, set: { plan: 'pro' } });
  expect(await subscriptionOf(billing, 1005)).toMatchObject({ status: 'active', price: { id: '2211' } });
});

test('what was cancelled runs to the end of its period', async () => {
  await using billing = await startBilling();
  await billing.change({ organization: 1001, set: { subscriptionStatus: 'cancelled' } });
  await billing.advance('P16D');
  expect((await subscriptionOf(billing, 1001)).status).toBe('cancelled');
  await billing.advance('P2D');
  expect(await subscriptionOf(billing, 1001)).toBe(403);
});

test('a new subscription takes the place of one that was cancelled', async () => {
  await using billing = await startBilling();
  await billing.change({ organization: 1001, set: { subscriptionStatus: 'cancelled' } });
  const { status } = await billing.documented('POST', '/organizations/1001/subscription', {
    priceId: '2211',
  });
  expect(status).toBe(201);
  await billing.advance('P1M');
  expect(await subscriptionOf(billing, 1001)).toMatchObject({ status: 'active', price: { id: '2211' } });
});

test('credit that a void invoice had used is there for the next one', async () => {
  await using billing = await startBilling();
  const { documented: send } = billing;
  await send('PATCH', '/organizations/1003/subscription', { priceId: '2141' });
  const { invoices } = (await send('GET', '/cashier/invoices/1003?limit=1')).json;
  const credit = invoices[0].items.at(-1).amount;
  const card = {
    organizationId: 1003,
    type: 'credit_card',
    token: 'tok_chargeCustomerFail',
    isDefault: true,
  };
  await send('POST', '/cashier/payment-methods', card);
  const nextAmount = async () => (await send('GET', '/cashier/billing/1003')).json.billing.nextAmount;
  const before = await nextAmount();
  await send('POST', '/organizations/1003/single-payment-create', { priceId: '2940', quantity: 9 });
  expect(credit).toBeGreaterThan(0);
  expect(await nextAmount()).toBe(1749);
  await billing.advance('P1D');
  expect(await nextAmount()).toBe(before);
});

test('the same day gives the same accounts', async () => {
  const told = async () => {
    await using billing = await startBilling();
    const { payments } = await paymentsOf(billing, 1004);
    const numbers = payments.map((payment: { invoiceNumber: string }) => payment.invoiceNumber);
    return [numbers, await subscriptionOf(billing, 1002)];
  };
  expect(await told()).toEqual(await told());
});

test('the world holds on whatever day it begins', async () => {
  for (const now of [
    '2026-07-31T01:00:00Z',
    '2026-02-28T23:00:00Z',
    '2024-02-29T12:00:00Z',
    '2026-12-31T00:00:00Z',
  ]) {
    await using billing = await startBilling(now);
    expect((await subscriptionOf(billing, 1006)).status).toBe('past_due');
    expect((await subscriptionOf(billing, 1011)).trial.trialDaysLeft).toBe(9);
    for (const id of [1001, 1002, 1003, 1004]) {
      expect((await subscriptionOf(billing, id)).status).toBe('active');
      expect((await paymentsOf(billing, id)).total).toBeGreaterThanOrEqual(28);
    }
  }
});
