import { afterAll, expect, test } from 'vitest';
import { refusal, startBilling } from './make-billing-calls.ts';

/** Each test changes an organization that no other one here looks at. */
const billing = await startBilling();
afterAll(() => billing[Symbol.asyncDispose]());
const { live: send, documented, open } = billing;

const customer = { email: 'pay@pebble.example', name: 'Pebble', isBusiness: false, countryId: 202 };

test('payments are invoices with decimal text, lower-case currency and no totals', async () => {
  const { json } = await send('GET', '/organizations/1001/payments?pg[limit]=2');
  expect(Object.keys(json)).toEqual(['payments']);
  expect(json.payments[0]).toEqual({
    id: expect.stringMatching(/^in_/),
    invoice_number: expect.any(String),
    created: '2026-02-22T09:00:00.000Z',
    type_name: 'Invoice',
    status_name: 'Paid',
    product_name: { cs: 'Core', en: 'Core' },
    payment_method: {
      type: 'card',
      card: {
        brand: 'visa',
        last4: '4242',
        country: 'US',
        network: 'visa',
        exp_year: expect.any(Number),
        exp_month: expect.any(Number),
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    },
    amount_total: '9.00',
    currency_code: 'usd',
    invoice_url: expect.stringContaining('/invoice-files/in_'),
    hosted_invoice_url: expect.stringContaining('/pay/pay_'),
    period_from: '2026-02-22T09:00:00.000Z',
    period_to: '2026-03-22T09:00:00.000Z',
  });
  const next = await send('GET', '/organizations/1001/payments?pg[limit]=1&pg[offset]=1');
  expect(next.json.payments[0].id).toBe(json.payments[1].id);
  expect(refusal(await send('GET', '/organizations/1001/payments?pg[sortBy]=color'))).toEqual([
    400,
    'SC400',
    'pg[sortBy]',
  ]);
});

test('both dialects tell the same payments', async () => {
  for (const id of [1002, 1003, 1006]) {
    const { payments } = (await documented('GET', `/organizations/${id}/payments?limit=100`)).json;
    const rows = (await send('GET', `/organizations/${id}/payments?pg[limit]=100`)).json.payments;
    expect(rows).toHaveLength(payments.length);
    for (const [index, row] of rows.entries()) {
      const { invoiceNumber, totalAmount, currency, paymentStatus } = payments[index];
      expect(row.invoice_number).toBe(invoiceNumber);
      expect(row.currency_code.toUpperCase()).toBe(currency);
      expect(row.amount_total.replace('.', '').replace(/^0+/, '')).toBe(String(totalAmount));
      expect(row.status_name.toLowerCase()).toBe(paymentStatus);
    }
  }
});

test('a signed invoice link needs no token, and dies after ten minutes', async () => {
  await using billing = await startBilling();
  const { json } = await billing.live('GET', '/organizations/1003/payments?pg[limit]=1');
  const [{ invoice_url: link, invoice_number: number }] = json.payments;
  const file = await billing.open(link);
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(file.text).toContain(`(Invoice ${number}) Tj`);
  expect((await billing.open(link.replace(/expires=\d/, 'expires=9'))).status).toBe(403);
  expect((await billing.open(link.replace(/signature=.*/, ''))).status).toBe(403);
  await billing.advance('PT9M');
  expect((await billing.open(link)).status).toBe(200);
  await billing.advance('PT2M');
  expect((await billing.open(link)).status).toBe(403);
});

test('a subscription is its product, with the price and the coupon in decimal text', async () => {
  expect((await send('GET', '/organizations/1001/subscription')).json).toEqual({
    product: {
      id: 1,
      name: 'Core',
      nextBill: '2026-03-22T09:00:00.000Z',
      price: { id: 2111, price: '10.59', currencyCode: 'USD', period: '1 month' },
      coupon: {
        validFrom: expect.any(String),
        validTo: '2026-07-03T00:00:00.000Z',
        price: '1.59',
        currencyCode: 'usd',
        productId: 1,
        productName: 'Core',
      },
    },
  });
  const yen = (await send('GET', '/organizations/1003/subscription')).json.product.price;
  expect(yen).toEqual({ id: 2341, price: '5110', currencyCode: 'JPY', period: '1 month' });
  expect(refusal(await send('GET', '/organizations/1005/subscription'))).toEqual([404, 'SC404']);
});

test('subscribing takes a hosted checkout, which counts once', async () => {
  const { json } = await send('POST', '/organizations/1005/subscription', { priceId: 2211, customer });
  expect(json).toEqual({
    sessionId: expect.any(Number),
    url: expect.stringMatching(/\/checkout\/\d+$/),
    subscriptionId: expect.any(Number),
  });
  expect((await open(json.url)).text).toContain('USD 18.82');
  expect((await open(`${json.url}/complete`, 'decline')).status).toBe(402);
  expect((await send('GET', '/organizations/1005/subscription')).status).toBe(404);
  expect((await open(`${json.url}/complete`, 'pay')).status).toBe(200);
  expect((await open(`${json.url}/complete`, 'pay')).status).toBe(409);
  expect((await open(json.url)).status).toBe(409);
  expect((await send('GET', '/organizations/1005/subscription')).json.product.name).toBe('Pro');
  expect((await documented('GET', '/organizations/1005/subscription')).json.id).toBe(
    String(json.subscriptionId),
  );
  expect((await send('GET', '/organizations/1005/payments')).json.payments).toMatchObject([
    { amount_total: '18.82' },
  ]);
  expect((await documented('GET', '/cashier/billing/1005')).json.invoiceEmailRecipients).toContain(
    customer.email,
  );
  const again = await send('POST', '/organizations/1005/subscription', { priceId: 2211 });
  expect(refusal(again)).toEqual([409, 'SC409']);
});

test('a checkout can be completed for a day', async () => {
  await using billing = await startBilling();
  const { json } = await billing.live('POST', '/organizations/1005/subscription', { priceId: 2111 });
  await billing.advance('P1D');
  expect((await billing.open(`${json.url}/complete`, 'pay')).status).toBe(410);
  expect((await billing.open(json.url.replace(/\d+$/, '1'))).status).toBe(404);
});

test('subscribing is refused with the field at fault', async () => {
  const subscribe = async (body: object) =>
    refusal(await send('POST', '/organizations/1010/subscription', body));
  expect(await subscribe({})).toEqual([400, 'SC400', 'priceId']);
  expect(await subscribe({ priceId: '2131' })).toEqual([400, 'SC400', 'priceId']);
  expect(await subscribe({ priceId: 2111 })).toEqual([400, 'SC400', 'priceId']);
  expect(await subscribe({ priceId: 2131, couponCode: 'EXPIRED20' })).toEqual([400, 'SC400', 'couponCode']);
  const { countryId: _, ...elsewhere } = customer;
  expect(await subscribe({ priceId: 2131, customer: elsewhere })).toEqual([
    400,
    'SC400',
    'customer.countryId',
  ]);
  expect(await subscribe({ priceId: 2131, customer: { ...customer, email: 'x' } })).toEqual([
    400,
    'SC400',
    'customer.email',
  ]);
});

test('a plan is changed and cancelled with a bare confirmation', async () => {
  const path = '/organizations/1013/subscription';
  expect(refusal(await send('PATCH', path, { priceId: 2341 }))).toEqual([409, 'SC409', 'priceId']);
  expect((await send('PATCH', path, { priceId: 2441 })).json).toEqual({ ok: 1 });
  expect((await send('GET', path)).json.product.name).toBe('Enterprise');
  expect((await send('DELETE', path)).json).toEqual({ ok: 1 });
  expect((await send('GET', path)).status).toBe(200);
});

test('a change that cannot be paid for is 400 and says why', async () => {
  await documented('POST', '/cashier/payment-methods', {
    organizationId: 1017,
    type: 'credit_card',
    token: 'tok_chargeCustomerFail',
    isDefault: true,
  });
  const { status, json } = await send('PATCH', '/organizations/1017/subscription', { priceId: 2311 });
  expect([status, json.code, json.suberrors]).toEqual([400, 'SC400', [{ message: 'card_declined' }]]);
  expect((await send('GET', '/organizations/1017/subscription')).json.product.name).toBe('Pro');
});

test('the free plan asks for confirmation', async () => {
  const path = '/organizations/1018/subscription-free';
  expect(refusal(await send('POST', path))).toEqual([406, 'IM004']);
  const { id } = (await documented('GET', '/organizations/1018/subscription')).json;
  expect((await send('POST', `${path}?confirmed=true`)).json).toEqual({
    customerId: 501_018,
    subscriptionId: Number(id),
  });
  expect((await send('GET', '/organizations/1018')).json.organization.license.apiLimit).toBe(30);
});

test('payment methods are listed, made the default and removed', async () => {
  const path = '/organizations/1004/subscription/payment-methods';
  const { json } = await send('GET', path);
  expect(json.pg).toMatchObject({ offset: 0 });
  const [card, bank] = json.paymentMethods;
  expect(card).toEqual({
    id: expect.stringMatching(/^pm_/),
    type: 'card',
    valid: true,
    customerDefaultMethod: true,
    customerDefaultExtrasMethod: true,
    isImmediate: true,
    created: expect.any(String),
    methodDetails: { brand: 'amex', display_brand: 'amex', last4: '0005' },
  });
  expect(bank).toMatchObject({ type: 'us_bank_account', isImmediate: false, customerDefaultMethod: false });
  expect(refusal(await send('PATCH', `${path}/${bank.id}/default`, { target: 'both' }))).toEqual([
    400,
    'SC400',
  ]);
  expect(refusal(await send('DELETE', `${path}/${card.id}`))).toEqual([400, 'SC400']);
  expect(
    (await send('PATCH', `${path}/${card.id}/default`, { target: 'extras' })).json.isDefaultForExtras,
  ).toBe(true);
  expect((await send('PATCH', `${path}/${bank.id}/default`)).json).toEqual({
    paymentMethodId: bank.id,
    paymentMethodType: 'us_bank_account',
    isDefaultForSubscription: true,
    isDefaultForExtras: false,
  });
  expect((await send('DELETE', `${path}/${card.id}`)).json).toEqual({ ok: 1 });
  expect((await send('GET', path)).json.paymentMethods).toHaveLength(1);
  expect(refusal(await send('DELETE', `${path}/${card.id}`))).toEqual([404, 'SC404']);
});

test('payment method types say what each can pay for', async () => {
  const { json } = await send('GET', '/organizations/1004/subscription/payment-method-types');
  expect(json.paymentMethodTypes).toContainEqual({
    value: 'us_bank_account',
    label: 'US bank account',
    canBeDefaultForSubscription: true,
    canBeDefaultForExtras: false,
  });
});

test('products and prices are the catalogue that both dialects sell from', async () => {
  const { products } = (await send('GET', '/cashier/products?organizationId=1003')).json;
  expect(products.map((product: { type: string }) => product.type)).toEqual([
    'PLAN',
    'PLAN',
    'PLAN',
    'PLAN',
    'EXTRA',
  ]);
  const [core] = products;
  expect(core).toMatchObject({ id: 1, name: { en: 'Core' }, config: { apiLimit: 60 } });
  expect(core.prices).toMatchObject([
    { id: 2141, price: 1590, period: 'month', currencyCode: 'JPY', config: { operations: 10_000 } },
    { id: 2142, price: 15_900, period: 'year', currencyCode: 'JPY' },
  ]);
  expect((await send('GET', '/cashier/products?type=EXTRA')).json.products).toHaveLength(1);
  expect((await send('GET', '/cashier/prices/2112')).json).toMatchObject({
    id: 2112,
    productId: 1,
    price: '105.90',
    currencyCode: 'USD',
    period: 'year',
  });
  expect(refusal(await send('GET', '/cashier/prices/1'))).toEqual([404, 'SC404']);
  expect(refusal(await send('GET', '/cashier/products?type=PLANS'))).toEqual([400, 'SC400', 'type']);
});

test('what the public API lost is not there', async () => {
  for (const path of ['single-payment-create', 'subscription/coupon-apply']) {
    expect((await send('POST', `/organizations/1001/${path}`, {})).status).toBe(404);
  }
  expect((await send('GET', '/cashier/billing/1001')).status).toBe(404);
});
