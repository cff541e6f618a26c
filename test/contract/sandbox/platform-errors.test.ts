import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addCard,
  addCustomer,
  addPlan,
  anywhere,
  type Platform,
  refusalOf,
  startPlatform,
  subscribe,
} from './platform-calls.ts';
import { ask, platformKey, startOnWall } from './requests.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const codeOf = async (answer: ReturnType<Platform['get']>) => refusalOf(await answer).slice(0, 2);

test.each([
  ['/plans/plan_none', 'plan_not_found'],
  ['/customers/cus_none', 'customer_not_found'],
  ['/customers/cus_none/payment-methods', 'customer_not_found'],
  ['/usage/cus_none', 'customer_not_found'],
  ['/subscriptions/sub_none', 'subscription_not_found'],
  ['/invoices/inv_none', 'invoice_not_found'],
  ['/payments/pay_none', 'invoice_not_found'],
])('%s, which does not exist, is 404 %s', async (path, code) => {
  expect(await codeOf(platform.get(path))).toEqual([404, code]);
});

test('writes to what does not exist are 404 as well', async () => {
  expect(await codeOf(platform.put('/plans/plan_none', { plan: {} }))).toEqual([404, 'plan_not_found']);
  expect(await codeOf(platform.remove('/plans/plan_none'))).toEqual([404, 'plan_not_found']);
  expect(await codeOf(platform.put('/customers/cus_none', { customer: {} }))).toEqual([
    404,
    'customer_not_found',
  ]);
  expect(await codeOf(platform.put('/subscriptions/sub_none/upgrade', { upgrade: {} }))).toEqual([
    404,
    'subscription_not_found',
  ]);
  expect(await codeOf(platform.remove('/subscriptions/sub_none'))).toEqual([404, 'subscription_not_found']);
  expect(await codeOf(platform.post('/payments/pay_none/refunds', { refund: {} }))).toEqual([
    404,
    'invoice_not_found',
  ]);
});

test('ids in bodies and queries that name nothing are 400, each with its own code', async () => {
  const customer_id = await addCustomer(platform);
  const plan_id = await addPlan(platform, {});
  const subscription = { customer_id, plan_id };
  const create = (fields: object) =>
    codeOf(platform.post('/subscriptions', { subscription: { ...subscription, ...fields } }));
  expect(await create({ customer_id: 'cus_none' })).toEqual([400, 'invalid_customer']);
  expect(await create({ plan_id: 'plan_none' })).toEqual([400, 'invalid_plan']);
  expect(await create({ payment_method_id: 'pm_none' })).toEqual([400, 'invalid_payment_method']);
  expect(await create({})).toEqual([400, 'invalid_payment_method']); // there is none to charge
  const archived = await addPlan(platform, {});
  await platform.remove(`/plans/${archived}`);
  expect(await create({ plan_id: archived })).toEqual([400, 'invalid_plan']);
  expect(await create({ plan_id: null })).toEqual([400, 'missing_required_fields']);

  const usage = { customer_id, metric: 'api_calls', quantity: 1, subscription_id: 'sub_none' };
  expect(await codeOf(platform.post('/usage', { usage }))).toEqual([400, 'invalid_subscription']);
  expect(await codeOf(platform.get('/invoices?customer_id=cus_none'))).toEqual([400, 'invalid_customer']);
  expect(await codeOf(platform.get('/invoices?subscription_id=sub_none'))).toEqual([
    400,
    'invalid_subscription',
  ]);
  const invoice = { customer_id: 'cus_none', line_items: [] };
  expect(await codeOf(platform.post('/invoices', { invoice }))).toEqual([400, 'invalid_customer']);
});

test.each([
  ['4000000000000002', 'card_declined'],
  ['4000000000009995', 'insufficient_funds'],
  ['4000000000000069', 'expired_card'],
  ['4000000000000127', 'invalid_cvc'],
  ['4100000000000019', 'fraud_detected'],
])('card %s is refused with 402 %s', async (number, code) => {
  const id = await addCustomer(platform);
  const card = { number, exp_month: 12, exp_year: 2030, cvc: '123' };
  const add = platform.post(`/customers/${id}/payment-methods`, { payment_method: { type: 'card', card } });
  expect(await codeOf(add)).toEqual([402, code]);
  expect((await platform.get(`/customers/${id}/payment-methods`)).json.data.payment_methods).toEqual([]);
});

test('a second subscription and a plan that does not fit are conflicts', async () => {
  const customer_id = await addCustomer(platform);
  await addCard(platform, customer_id);
  const plan_id = await addPlan(platform, {});
  const id = await subscribe(platform, customer_id, plan_id);
  const again = platform.post('/subscriptions', { subscription: { customer_id, plan_id } });
  expect(await codeOf(again)).toEqual([409, 'subscription_exists']);
  const upgrade = { target_plan_id: plan_id };
  expect(await codeOf(platform.put(`/subscriptions/${id}/upgrade`, { upgrade }))).toEqual([
    409,
    'plan_incompatible',
  ]);
});

test.each([
  ['payment_gateway_error', 500],
  ['database_error', 500],
  ['tax_calculation_error', 500],
  ['payment_method_default', 409],
])('metadata asks for %s, and nothing is changed', async (test, status) => {
  const id = await addCustomer(platform, { metadata: { mood: 'calm' } });
  const customer = { name: 'Changed', metadata: { test } };
  expect(await codeOf(platform.put(`/customers/${id}`, { customer }))).toEqual([status, test]);
  expect((await platform.get(`/customers/${id}`)).json.data.customer).toMatchObject({
    name: 'Ann',
    metadata: { mood: 'calm' },
  });
});

test('a customer whose tax cannot be calculated cannot be billed', async () => {
  const customer_id = await addCustomer(platform, { tax_info: { tax_id: 'TAXDOWN' }, address: anywhere });
  await addCard(platform, customer_id);
  const line_items = [{ description: 'Work', quantity: 1, unit_price: 100, currency: 'USD' }];
  expect(await codeOf(platform.post('/invoices', { invoice: { customer_id, line_items } }))).toEqual([
    500,
    'tax_calculation_error',
  ]);
  const subscription = { customer_id, plan_id: await addPlan(platform, {}) };
  expect(await codeOf(platform.post('/subscriptions', { subscription }))).toEqual([
    500,
    'tax_calculation_error',
  ]);
  expect((await platform.get(`/invoices?customer_id=${customer_id}`)).json.data.invoices).toEqual([]);
});

test('keys that are wrong, expired or may only read are 401', async () => {
  await using sandbox = await startOnWall();
  const url = `${sandbox.origins.platform}/billing/plans`;
  const codes: unknown[] = [];
  for (const [authorization, method] of [
    [undefined, 'GET'],
    ['Bearer wrong', 'GET'],
    ['Bearer sandbox-platform-key-expired', 'GET'],
    ['Bearer sandbox-platform-key-readonly', 'POST'],
  ] as const) {
    const answer = await ask(url, { method, ...(authorization === undefined ? {} : { authorization }) });
    codes.push(refusalOf(answer).slice(0, 2));
  }
  expect(codes).toEqual([
    [401, 'invalid_api_key'],
    [401, 'invalid_api_key'],
    [401, 'expired_api_key'],
    [401, 'insufficient_permissions'],
  ]);
});

test('too many calls are 429, of payments with a code of their own', async () => {
  await using own = await startPlatform({ limits: 'enforced' });
  for (const [path, code] of [
    ['/plans', 'too_many_requests'],
    ['/payments/pay_none', 'payment_rate_limit'],
  ] as const) {
    for (let call = 0; call < 100; call += 1) expect((await own.get(path)).status).not.toBe(429);
    expect(await codeOf(own.get(path))).toEqual([429, code]);
  }
});

test('a body that is not JSON, or not an object, is refused with a code of the document', async () => {
  await using sandbox = await startOnWall();
  const response = await fetch(`${sandbox.origins.platform}/billing/plans`, {
    method: 'POST',
    headers: { authorization: platformKey, 'content-type': 'application/json' },
    body: '{"plan":',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'missing_required_fields' } });
  expect(await codeOf(platform.post('/plans', 'plan'))).toEqual([400, 'missing_required_fields']);
  expect(await codeOf(platform.post('/plans'))).toEqual([400, 'missing_required_fields']);
});

test('names that every object has are no special values', async () => {
  const address = { line1: 'A', state: 'constructor', country: 'US' };
  const id = await addCustomer(platform, { address, metadata: { test: 'constructor' } });
  const line_items = [{ description: 'Work', quantity: 1, unit_price: 100, currency: 'USD' }];
  const made = await platform.post('/invoices', { invoice: { customer_id: id, line_items } });
  expect(made.json.data.invoice).toMatchObject({ tax: 0, total: 100 });
});
