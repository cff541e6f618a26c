import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from './platform-calls.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const linkedId = (organizationId: number): string => `cus_${String(organizationId).padStart(16, '0')}`;
const customerOf = async (organizationId: number, from = platform) =>
  (await from.get(`/customers/${linkedId(organizationId)}`)).json.data.customer;

interface InvoiceRow {
  readonly id: string;
  readonly customer_id: string;
  readonly status: string;
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  readonly paid_at: string | null;
  readonly created_at: string;
}

async function everyInvoice(): Promise<InvoiceRow[]> {
  const all: InvoiceRow[] = [];
  for (let offset = 0, more = true; more; offset += 100) {
    const { invoices, pagination } = (await platform.get(`/invoices?limit=100&offset=${offset}`)).json.data;
    all.push(...invoices);
    more = pagination.has_more;
  }
  return all;
}

test('the linked customers stand as they are meant to at the present', async () => {
  const standings = [];
  for (let id = 1001; id <= 1015; id += 1) {
    const { subscriptions } = await customerOf(id);
    const [{ plan_name, status }] = subscriptions;
    standings.push([id, plan_name, status]);
  }
  expect(standings).toEqual([
    [1001, 'Professional', 'active'],
    [1002, 'Professional EUR', 'active'],
    [1003, 'Professional JPY', 'trialing'],
    [1004, 'Enterprise', 'active'],
    [1005, 'Starter', 'active'],
    [1006, 'Professional GBP', 'past_due'],
    [1007, 'Professional EUR', 'canceled'],
    [1008, 'Professional EUR', 'active'],
    [1009, 'Team', 'active'],
    [1010, 'Professional GBP', 'canceled'],
    [1011, 'Professional EUR', 'canceled'],
    [1012, 'Professional GBP', 'active'],
    [1013, 'Professional JPY', 'active'],
    [1014, 'Professional Annual', 'active'],
    [1015, 'Professional EUR', 'active'],
  ]);
  expect((await customerOf(1003)).subscriptions[0].trial_end).toBe('2026-03-17T09:00:00Z');
  expect((await customerOf(1007)).subscriptions[0]).toMatchObject({
    cancel_at_period_end: true,
    current_period_end: '2026-03-23T10:00:00Z',
  });
});

test.each(['2026-01-31T12:00:00Z', '2026-03-01T00:00:00Z', '2028-02-29T23:59:59Z'])(
  'they stand so on any day, also on %s',
  async (now) => {
    await using own = await startPlatform({ now });
    const statuses = [];
    for (const id of [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011]) {
      statuses.push((await customerOf(id, own)).subscriptions[0].status);
    }
    expect(statuses).toEqual([
      'active',
      'active',
      'trialing',
      'active',
      'active',
      'past_due',
      'canceled',
      'canceled',
    ]);
  },
);

test('invoices reach back for more than two years, and all of them add up', async () => {
  const all = await everyInvoice();
  expect(all.length).toBeGreaterThan(400);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(all.map(({ status }) => status))).toEqual(
    new Set(['draft', 'open', 'paid', 'void', 'uncollectible']),
  );
  for (let id = 1001; id <= 1015; id += 1) {
    const times = all
      .filter(({ customer_id }) => customer_id === linkedId(id))
      .map(({ created_at }) => Date.parse(created_at));
    const months = (Math.max(...times) - Math.min(...times)) / 86_400_000 / 30;
    expect(months).toBeGreaterThan(23);
  }
  for (const row of all) {
    expect(row.total).toBe(row.subtotal + row.tax);
    expect(row.status === 'paid').toBe(row.paid_at !== null);
  }
  const detailed = await Promise.all(all.slice(0, 150).map(({ id }) => platform.get(`/invoices/${id}`)));
  for (const { json } of detailed) {
    const { invoice } = json.data;
    const lines: { quantity: number; unit_price: number; amount: number }[] = invoice.line_items;
    expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(invoice.total);
    for (const line of lines) expect(line.amount).toBe(line.quantity * line.unit_price);
  }
});

test('the catalogue has eight plans, one of them archived and still in use', async () => {
  const { plans } = (await platform.get('/plans')).json.data;
  expect(plans).toHaveLength(8);
  const active = (await platform.get('/plans?active_only=true')).json.data.plans;
  expect(active).toHaveLength(7);
  const { subscriptions } = await customerOf(1009);
  const { plan } = (await platform.get(`/plans/${subscriptions[0].plan_id}`)).json.data;
  expect(plan).toMatchObject({ status: 'archived', archived_at: expect.any(String) });
  expect(plan.usage_rates).toEqual({
    api_calls_over_limit: 0.001,
    storage_gb_over_limit: 0.1,
    projects_over_limit: 2,
    data_transfer_gb: 0.05,
  });
});

test('the same seed and day give the same platform, and another seed another one', async () => {
  const reading = async (own: Platform) => {
    const paths = [`/customers/${linkedId(1013)}`, `/usage/${linkedId(1013)}`, '/invoices?limit=50'];
    return Promise.all(paths.map(async (path) => (await own.get(path)).text));
  };
  await using twin = await startPlatform();
  await using other = await startPlatform({ seed: 'other' });
  expect(await reading(twin)).toEqual(await reading(platform));
  expect(await reading(other)).not.toEqual(await reading(platform));
});
