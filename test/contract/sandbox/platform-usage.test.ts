import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addCard,
  addCustomer,
  addPlan,
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

const limits = { api_calls_per_day: 1000, storage_gb: 100, projects: 2 };
const usage_rates = {
  api_calls_over_limit: 0.001,
  storage_gb_over_limit: 0.1,
  projects_over_limit: 2,
  data_transfer_gb: 0.05,
};

async function metered(own = platform, pricing: object = {}) {
  const customer_id = await addCustomer(own);
  await addCard(own, customer_id);
  const plan = await addPlan(own, pricing, { limits, usage_rates });
  const subscription_id = await subscribe(own, customer_id, plan);
  const record = (metric: string, quantity: number, more: object = {}) =>
    own.post('/usage', { usage: { customer_id, metric, quantity, ...more } });
  const summary = async (query = '') => (await own.get(`/usage/${customer_id}?${query}`)).json.data.usage;
  return { customer_id, subscription_id, record, summary };
}

test('usage is recorded as the document prints it, and counts in every summary', async () => {
  const { customer_id, subscription_id, record, summary } = await metered();
  const metadata = { endpoint: '/data', request_id: 'req_1' };
  const timestamp = '2026-03-05T09:00:00Z';
  const { status, json } = await record('api_calls', 1250, { subscription_id, timestamp, metadata });
  expect(status).toBe(201);
  expect(json.data.usage).toEqual({
    id: expect.stringMatching(/^usage_[0-9a-f]{16}$/),
    customer_id,
    subscription_id,
    metric: 'api_calls',
    quantity: 1250,
    recorded_at: timestamp,
    metadata,
  });
  await record('storage_gb', 145.7);
  await record('storage_gb', 45.7);
  await record('projects', 3);
  await record('data_transfer_gb', 0.3);
  expect(await summary('period=current_month')).toEqual({
    period_start: '2026-03-01T00:00:00Z',
    period_end: '2026-03-05T23:59:59Z',
    metrics: {
      api_calls: {
        total_quantity: 1250,
        unit_price: 0.001,
        included_quantity: 1000,
        overage_quantity: 250,
        cost: 0.25,
      },
      storage_gb: {
        current_usage: 45.7,
        unit_price: 0.1,
        included_quantity: 100,
        overage_quantity: 0,
        cost: 0,
      },
      projects: { current_usage: 3, unit_price: 2, included_quantity: 2, overage_quantity: 1, cost: 2 },
      data_transfer_gb: {
        total_quantity: 0.3,
        unit_price: 0.05,
        included_quantity: 0,
        overage_quantity: 0.3,
        cost: 0.015,
      },
    },
    total_cost: 2.265,
    // 4 days and 9 hours of 31 days: 8857.142857142 calls and 2.125714285 GB to come
    projected_monthly_cost: 9.963428571392,
    updated_at: '2026-03-05T09:00:00Z',
  });
  const { subscription } = (await platform.get(`/subscriptions/${subscription_id}`)).json.data;
  expect(subscription.usage_summary).toEqual({
    api_calls_used: 1250,
    api_calls_limit: 1000,
    storage_used_gb: 45.7,
    storage_limit_gb: 100,
    projects_used: 3,
    projects_limit: 2,
  });
  // 30.00 for the plan, 0.25 for calls, 2.00 for a project, 0.015 for transfer: rounded up to 0.02
  expect(subscription.next_invoice.amount).toBe(3227);
});

test('a summary covers this month, the last one or the days it is asked for', async () => {
  await using own = await startPlatform();
  const { record, summary } = await metered(own);
  await record('api_calls', 100);
  await own.advance('P1M');
  await record('api_calls', 7);
  await record('api_calls', 30, { timestamp: '2026-03-20T12:00:00Z' });
  expect((await summary()).metrics.api_calls.total_quantity).toBe(7);
  const last = await summary('period=last_month');
  expect(last).toMatchObject({ period_start: '2026-03-01T00:00:00Z', period_end: '2026-03-31T23:59:59Z' });
  expect(last.metrics.api_calls.total_quantity).toBe(130);
  const days = await summary('period=custom&period_start=2026-03-20&period_end=2026-04-05');
  expect(days.period_end).toBe('2026-04-05T23:59:59Z');
  expect(days.metrics.api_calls).toMatchObject({ total_quantity: 37, included_quantity: 2000 });
  expect(Object.keys((await summary('metric=projects')).metrics)).toEqual(['projects']);
});

test('use over the limit is billed when the period ends, each metric rounded once', async () => {
  await using own = await startPlatform();
  const { customer_id, record, subscription_id } = await metered(own, { amount: 1500, currency: 'JPY' });
  await record('api_calls', 2499.999999999);
  await record('api_calls', 3000.000000001);
  await record('storage_gb', 104.9);
  await own.advance('P1M');
  const [row] = (await own.get(`/invoices?subscription_id=${subscription_id}`)).json.data.invoices;
  const { invoice } = (await own.get(`/invoices/${row.id}`)).json.data;
  expect(
    invoice.line_items.map((line: { description: string; amount: number }) => [
      line.description,
      line.amount,
    ]),
  ).toEqual([
    ['Basic Plan - Monthly', 1500],
    ['API calls over limit: 4500 at 0.001 JPY', 5],
  ]);
  expect(invoice).toMatchObject({ customer_id, total: 1505, status: 'paid' });
  await own.advance('P1M');
  expect((await own.get(`/invoices?customer_id=${customer_id}`)).json.data.invoices[0].total).toBe(1500);
});

test('linked customers use something every day', async () => {
  await using own = await startPlatform();
  const used = async () => {
    const { metrics } = (await own.get('/usage/cus_0000000000001013')).json.data.usage;
    return [metrics.api_calls.total_quantity, metrics.storage_gb.current_usage];
  };
  const [calls, storage] = await used();
  await own.advance('P1D');
  const [callsNext, storageNext] = await used();
  expect(callsNext).toBeGreaterThan(calls);
  expect(storageNext).toBeGreaterThan(storage);
});

test('a customer without a subscription has no metrics and no costs', async () => {
  const id = await addCustomer(platform);
  expect((await platform.get(`/usage/${id}`)).json.data.usage).toMatchObject({
    metrics: {},
    total_cost: 0,
    projected_monthly_cost: 0,
  });
  const usage = { customer_id: id, metric: 'api_calls', quantity: 1 };
  expect(refusalOf(await platform.post('/usage', { usage }))).toEqual([
    400,
    'invalid_subscription',
    'subscription_id',
  ]);
});

test('what is missing or wrong about usage is named', async () => {
  const { customer_id, record } = await metered();
  const field = async (answer: ReturnType<typeof record>) => refusalOf(await answer)[2];
  expect(await field(platform.post('/usage', { usage: {} }))).toBe('customer_id, metric, quantity');
  expect(await field(record('coffee', 1))).toBe('metric');
  expect(await field(record('api_calls', -1))).toBe('quantity');
  expect(await field(record('api_calls', 1e15))).toBe('quantity');
  expect(await field(record('api_calls', 1, { timestamp: '2026-03-06T00:00:00Z' }))).toBe('timestamp');
  expect(await field(record('api_calls', 1, { timestamp: '2025-01-01T00:00:00Z' }))).toBe('timestamp');
  const wrong = async (query: string) => refusalOf(await platform.get(`/usage/${customer_id}?${query}`))[2];
  expect(await wrong('period=next_month')).toBe('period');
  expect(await wrong('metric=coffee')).toBe('metric');
  expect(await wrong('period=custom&period_end=2026-01-01')).toBe('period_start');
  expect(await wrong('period=custom&period_start=2026-02-01&period_end=2026-01-01')).toBe('period_end');
});
