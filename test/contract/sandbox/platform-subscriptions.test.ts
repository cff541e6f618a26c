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

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const subscriptionOf = async (id: string) =>
  (await platform.get(`/subscriptions/${id}`)).json.data.subscription;

async function invoicesOf(customerId: string) {
  return (await platform.get(`/invoices?customer_id=${customerId}`)).json.data.invoices;
}

test('a subscription begins with the trial it asks for, and bills nothing until that ends', async () => {
  await using own = await startPlatform();
  const customer_id = await addCustomer(own);
  const payment_method_id = await addCard(own, customer_id);
  const plan_id = await addPlan(own, { amount: 3100 }, { name: 'Professional' });
  const metadata = { sales_channel: 'website', promo_code: 'WELCOME2025' };
  const body = { customer_id, plan_id, payment_method_id, trial_period_days: 14, metadata };
  const { status, json } = await own.post('/subscriptions', {
    subscription: { ...body, billing_cycle_anchor: '2026-03-12' },
  });
  expect(status).toBe(201);
  const { id } = json.data.subscription;
  const started = {
    id,
    customer_id,
    plan_id,
    plan_name: 'Professional',
    status: 'trialing',
    current_period_start: '2026-03-05T09:00:00Z',
    current_period_end: '2026-03-19T09:00:00Z',
    trial_start: '2026-03-05T09:00:00Z',
    trial_end: '2026-03-19T09:00:00Z',
    cancel_at_period_end: false,
    billing_cycle_anchor: '2026-03-12T09:00:00Z',
    payment_method_id,
    metadata,
    created_at: '2026-03-05T09:00:00Z',
    next_billing_date: '2026-03-19T09:00:00Z',
  };
  expect(json.data.subscription).toEqual({ ...started, id: expect.stringMatching(/^sub_[0-9a-f]{16}$/) });
  // after the trial the period runs to the anchor's day: 24 of March's 31 days
  expect((await own.get(`/subscriptions/${id}`)).json.data.subscription).toEqual({
    ...started,
    usage_summary: {
      api_calls_used: 0,
      api_calls_limit: null,
      storage_used_gb: 0,
      storage_limit_gb: null,
      projects_used: 0,
      projects_limit: null,
    },
    next_invoice: { amount: 2400, currency: 'USD', formatted_amount: '$24.00', date: '2026-03-19T09:00:00Z' },
  });
  expect((await own.get(`/invoices?customer_id=${customer_id}`)).json.data.invoices).toEqual([]);

  await own.advance('P14D');
  const [invoice] = (await own.get(`/invoices?customer_id=${customer_id}`)).json.data.invoices;
  expect(invoice).toMatchObject({ status: 'paid', total: 2400, subscription_id: id });
  expect((await own.get(`/subscriptions/${id}`)).json.data.subscription).toMatchObject({
    status: 'active',
    current_period_start: '2026-03-19T09:00:00Z',
    current_period_end: '2026-04-12T09:00:00Z',
    next_invoice: { amount: 3100 },
  });
});

test('without a trial the first period is charged at once', async () => {
  const customer = await addCustomer(platform);
  const method = await addCard(platform, customer);
  const id = await subscribe(platform, customer, await addPlan(platform, { amount: 4500, currency: 'JPY' }));
  expect((await subscriptionOf(id)).status).toBe('active');
  const [row] = await invoicesOf(customer);
  expect(row).toMatchObject({ status: 'paid', total: 4500, formatted_total: '¥4,500', tax: 0 });
  const { invoice } = (await platform.get(`/invoices/${row.id}`)).json.data;
  expect(invoice).toMatchObject({
    billing_period_start: '2026-03-05T09:00:00Z',
    billing_period_end: '2026-04-05T09:00:00Z',
    payment_attempt_count: 1,
    next_payment_attempt: null,
  });
  expect(invoice.line_items).toEqual([
    {
      id: expect.stringMatching(/^li_[0-9a-f]{16}$/),
      description: 'Basic Plan - Monthly',
      quantity: 1,
      unit_price: 4500,
      amount: 4500,
      currency: 'JPY',
      proration: false,
      period: { start: '2026-03-05T09:00:00Z', end: '2026-04-05T09:00:00Z' },
    },
  ]);
  expect(method).toMatch(/^pm_/);
});

test('a customer has one running subscription at a time', async () => {
  const customer = await addCustomer(platform);
  await addCard(platform, customer);
  const plan = await addPlan(platform, {});
  const first = await subscribe(platform, customer, plan);
  const again = { subscription: { customer_id: customer, plan_id: plan } };
  expect(refusalOf(await platform.post('/subscriptions', again))).toEqual([
    409,
    'subscription_exists',
    'customer_id',
  ]);
  await platform.remove(`/subscriptions/${first}?immediately=true`);
  const second = await subscribe(platform, customer, plan);
  const { subscriptions } = (await platform.get(`/customers/${customer}`)).json.data.customer;
  expect(subscriptions.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([
    [second, 'active'],
    [first, 'canceled'],
  ]);
});

test('a declined first charge leaves nothing behind', async () => {
  const customer = await addCustomer(platform);
  await addCard(platform, customer, '4000000000000341');
  const body = { subscription: { customer_id: customer, plan_id: await addPlan(platform, {}) } };
  expect(refusalOf(await platform.post('/subscriptions', body))).toEqual([
    402,
    'card_declined',
    'payment_method_id',
  ]);
  expect(await invoicesOf(customer)).toEqual([]);
  expect((await platform.get(`/customers/${customer}`)).json.data.customer.subscriptions).toEqual([]);
});

test('an update changes the payment method and merges the metadata', async () => {
  const customer = await addCustomer(platform);
  const first = await addCard(platform, customer);
  const second = await addCard(platform, customer, 'tok_mastercard', false);
  const id = await subscribe(platform, customer, await addPlan(platform, {}), {
    payment_method_id: first,
    metadata: { support_tier: 'basic', source: 'web' },
  });
  const { status, json } = await platform.put(`/subscriptions/${id}`, {
    subscription: {
      metadata: { support_tier: 'premium' },
      payment_method_id: second,
      proration_behavior: 'create_prorations',
    },
  });
  expect(status).toBe(200);
  expect(json.data.subscription).toMatchObject({
    payment_method_id: second,
    metadata: { support_tier: 'premium', source: 'web' },
  });
  expect(await subscriptionOf(id)).toEqual(json.data.subscription);
  const wrong = { subscription: { proration_behavior: 'sometimes' } };
  expect(refusalOf(await platform.put(`/subscriptions/${id}`, wrong))[2]).toBe('proration_behavior');
});

test('a plan that becomes dearer does so for new subscriptions only', async () => {
  const plan = await addPlan(platform, { amount: 1000 });
  const customer = await addCustomer(platform);
  await addCard(platform, customer);
  const id = await subscribe(platform, customer, plan);
  await platform.put(`/plans/${plan}`, { plan: { pricing: { amount: 2000 } } });
  expect((await subscriptionOf(id)).next_invoice.amount).toBe(1000);
  const other = await addCustomer(platform);
  await addCard(platform, other);
  expect((await subscriptionOf(await subscribe(platform, other, plan))).next_invoice.amount).toBe(2000);
});

async function subscribed(currency: string, amount: number) {
  const own = await startPlatform();
  const customer = await addCustomer(own);
  await addCard(own, customer);
  const plan = await addPlan(own, { amount, currency }, { name: 'Small' });
  return { own, customer, id: await subscribe(own, customer, plan), plan };
}

test.each([
  ['USD', 9900, 29_900, 13_549],
  ['JPY', 1000, 1999, 677],
])(
  'an upgrade in %s within the period bills the difference for the rest of it, to the minor unit',
  async (currency, before, after, difference) => {
    const { own, customer, id } = await subscribed(currency, before);
    await using platform = own;
    const target = await addPlan(platform, { amount: after, currency }, { name: 'Big' });
    await platform.advance('P10D'); // 21 of 31 days are left
    const { status, json } = await platform.put(`/subscriptions/${id}/upgrade`, {
      upgrade: {
        target_plan_id: target,
        proration_behavior: 'create_prorations',
        billing_cycle_anchor: 'unchanged',
      },
    });
    expect(status).toBe(200);
    const unused = Math.round((before * 21) / 31);
    const rest = Math.round((after * 21) / 31);
    expect(rest - unused).toBe(difference);
    expect(json.data.subscription).toMatchObject({
      id,
      plan_id: target,
      plan_name: 'Big',
      status: 'active',
      current_period_end: '2026-04-05T09:00:00Z',
      proration: { proration_amount: difference, proration_date: '2026-03-15T09:00:00Z' },
      next_invoice: { amount: after + difference, currency, date: '2026-04-05T09:00:00Z' },
    });
    await platform.advance('P21D');
    const [row] = (await platform.get(`/invoices?customer_id=${customer}`)).json.data.invoices;
    const { invoice } = (await platform.get(`/invoices/${row.id}`)).json.data;
    expect(invoice.total).toBe(after + difference);
    expect(
      invoice.line_items.map((line: { description: string; amount: number; proration: boolean }) => [
        line.description,
        line.amount,
        line.proration,
      ]),
    ).toEqual([
      ['Big Plan - Monthly', after, false],
      ['Unused time on Small', -unused, true],
      ['Remaining time on Big', rest, true],
    ]);
  },
);

test('an immediate upgrade begins a new period and charges it now, less what was unused', async () => {
  const { own, customer, id } = await subscribed('USD', 3100);
  await using platform = own;
  const target = await addPlan(platform, { amount: 9000 }, { name: 'Big' });
  await platform.advance('P10D');
  const { json } = await platform.put(`/subscriptions/${id}/upgrade`, {
    upgrade: { target_plan_id: target, billing_cycle_anchor: 'immediate' },
  });
  expect(json.data.subscription).toMatchObject({
    current_period_end: '2026-04-15T09:00:00Z',
    proration: { proration_amount: 9000 - 2100, formatted_proration: '$69.00' },
    next_invoice: { amount: 9000, date: '2026-04-15T09:00:00Z' },
  });
  const invoices = async () => (await platform.get(`/invoices?customer_id=${customer}`)).json.data.invoices;
  expect((await invoices())[0]).toMatchObject({ status: 'paid', total: 6900 });
  await platform.advance('P21D'); // the end of the old period bills nothing
  expect(await invoices()).toHaveLength(2);
  await platform.advance('P10D');
  expect((await invoices())[0]).toMatchObject({ status: 'paid', total: 9000 });
});

test('an immediate upgrade whose charge is declined changes nothing', async () => {
  const customer = await addCustomer(platform);
  await addCard(platform, customer);
  const id = await subscribe(platform, customer, await addPlan(platform, {}));
  await addCard(platform, customer, '4000000000010027');
  const before = await subscriptionOf(id);
  const upgrade = {
    target_plan_id: await addPlan(platform, { amount: 9000 }),
    billing_cycle_anchor: 'immediate',
  };
  expect(refusalOf(await platform.put(`/subscriptions/${id}/upgrade`, { upgrade }))).toEqual([
    402,
    'insufficient_funds',
    'payment_method_id',
  ]);
  expect(await subscriptionOf(id)).toEqual(before);
  expect(await invoicesOf(customer)).toHaveLength(1);
});

test('an upgrade goes to a higher price of the same currency and interval', async () => {
  const customer = await addCustomer(platform);
  await addCard(platform, customer);
  const id = await subscribe(platform, customer, await addPlan(platform, { amount: 3000 }));
  for (const pricing of [
    { amount: 3000 },
    { amount: 2000 },
    { amount: 9000, currency: 'EUR' },
    { amount: 9000, interval: 'year' },
  ]) {
    const upgrade = { target_plan_id: await addPlan(platform, pricing) };
    expect(refusalOf(await platform.put(`/subscriptions/${id}/upgrade`, { upgrade }))).toEqual([
      409,
      'plan_incompatible',
      'target_plan_id',
    ]);
  }
  expect(refusalOf(await platform.put(`/subscriptions/${id}/upgrade`, { upgrade: {} }))[2]).toBe(
    'target_plan_id',
  );
});

test('a cancellation runs to the end of the period, and is ended for good there', async () => {
  const { own, id, customer } = await subscribed('USD', 3000);
  await using platform = own;
  const { status, json } = await platform.remove(`/subscriptions/${id}?reason=too_expensive&feedback=Sorry`);
  expect(status).toBe(200);
  expect(json.data.subscription).toEqual({
    id,
    status: 'canceled',
    cancel_at_period_end: true,
    canceled_at: '2026-03-05T09:00:00Z',
    ends_at: '2026-04-05T09:00:00Z',
    current_period_end: '2026-04-05T09:00:00Z',
    cancellation_reason: 'too_expensive',
    cancellation_feedback: 'Sorry',
  });
  const read = (await platform.get(`/subscriptions/${id}`)).json.data.subscription;
  expect(read).toMatchObject({ ...json.data.subscription, next_invoice: null, next_billing_date: null });
  await platform.advance('P2M');
  expect((await platform.get(`/invoices?customer_id=${customer}`)).json.data.invoices).toHaveLength(1);
  expect((await platform.get(`/subscriptions/${id}`)).json.data.subscription.ends_at).toBe(
    '2026-04-05T09:00:00Z',
  );
});

test('a cancellation at once ends it now, also after one at the end of the period', async () => {
  const customer = await addCustomer(platform, { address: anywhere });
  await addCard(platform, customer);
  const id = await subscribe(platform, customer, await addPlan(platform, {}));
  const later = (await platform.remove(`/subscriptions/${id}`)).json.data.subscription;
  expect(later).toMatchObject({ cancel_at_period_end: true, cancellation_reason: 'customer_request' });
  const now = (await platform.remove(`/subscriptions/${id}?immediately=true`)).json.data.subscription;
  expect(now).toMatchObject({ status: 'canceled', ends_at: now.canceled_at });
  expect((await platform.remove(`/subscriptions/${id}`)).json.data.subscription).toEqual(now);
  expect(refusalOf(await platform.remove(`/subscriptions/${id}?immediately=1`))[2]).toBe('immediately');
});

test('an anchor lies ahead, and shortens the first period', async () => {
  const plan = await addPlan(platform, { amount: 2800 });
  const create = async (billing_cycle_anchor: string) => {
    const customer_id = await addCustomer(platform);
    await addCard(platform, customer_id);
    return platform.post('/subscriptions', {
      subscription: { customer_id, plan_id: plan, billing_cycle_anchor },
    });
  };
  const { subscription } = (await create('2026-03-19')).json.data;
  expect(subscription.current_period_end).toBe('2026-03-19T09:00:00Z');
  const [row] = await invoicesOf(subscription.customer_id);
  expect(row.total).toBe(1400); // 14 of February's 28 days
  expect(refusalOf(await create('2026-03-04'))[2]).toBe('billing_cycle_anchor');
  expect(refusalOf(await create('2026-02-31'))[2]).toBe('billing_cycle_anchor');
  expect(refusalOf(await create('next week'))[2]).toBe('billing_cycle_anchor');
});
