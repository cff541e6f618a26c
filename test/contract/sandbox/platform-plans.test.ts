import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPlan, idOf, type Platform, refusalOf, startPlatform } from './platform-calls.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const professional = {
  name: 'Professional',
  description: 'Advanced features for growing businesses',
  pricing: { amount: 9900, currency: 'USD', interval: 'month', trial_period_days: 14, billing_cycles: null },
  features: ['unlimited_users', 'advanced_analytics'],
  limits: { users: 1000, storage_gb: 100, api_calls_per_day: 50_000, projects: 50 },
  metadata: { tier: 'sealed', popular: true, contact_required: false },
};

test('a plan is created as the document prints it, and reads the same', async () => {
  const { status, json } = await platform.post('/plans', { plan: professional });
  expect(status).toBe(201);
  expect(json).toEqual({
    status: 'success',
    data: {
      plan: {
        id: expect.stringMatching(/^plan_[0-9a-f]{16}$/),
        name: professional.name,
        description: professional.description,
        pricing: {
          amount: 9900,
          currency: 'USD',
          interval: 'month',
          formatted_amount: '$99.00',
          trial_period_days: 14,
        },
        features: professional.features,
        limits: professional.limits,
        usage_rates: {},
        metadata: professional.metadata,
        status: 'active',
        created_at: '2026-03-05T09:00:00Z',
        updated_at: '2026-03-05T09:00:00Z',
      },
    },
  });
  expect((await platform.get(`/plans/${json.data.plan.id}`)).json).toEqual(json);
});

test('amounts are written with the digits and the sign of their currency', async () => {
  const formatted = async (amount: number, currency: string): Promise<string> => {
    const id = await addPlan(platform, { amount, currency });
    return (await platform.get(`/plans/${id}`)).json.data.plan.pricing.formatted_amount;
  };
  expect(await formatted(14_900, 'JPY')).toBe('¥14,900');
  expect(await formatted(8905, 'EUR')).toBe('€89.05');
  expect(await formatted(1_234_567, 'GBP')).toBe('£12,345.67');
  expect(await formatted(1_234_567, 'KWD')).toMatch(/1,234\.567$/);
});

test('an update changes what it names, limits and metadata key by key', async () => {
  const id = idOf(await platform.post('/plans', { plan: professional }));
  await platform.advance('PT1H');
  const { status, json } = await platform.put(`/plans/${id}`, {
    plan: {
      name: 'Professional Plus',
      pricing: { amount: 10_900, currency: 'USD', interval: 'month' },
      limits: { storage_gb: 200, api_calls_per_day: 75_000 },
      usage_rates: { api_calls_over_limit: 0.001, storage_gb_over_limit: 0.1 },
      metadata: { featured: true, popular: false },
    },
  });
  expect(status).toBe(200);
  const { plan } = (await platform.get(`/plans/${id}`)).json.data;
  expect(plan).toEqual(json.data.plan);
  expect(plan).toMatchObject({
    name: 'Professional Plus',
    description: professional.description,
    pricing: { amount: 10_900, formatted_amount: '$109.00', trial_period_days: 14 },
    features: professional.features,
    limits: { users: 1000, storage_gb: 200, api_calls_per_day: 75_000, projects: 50 },
    usage_rates: { api_calls_over_limit: 0.001, storage_gb_over_limit: 0.1 },
    metadata: { tier: 'sealed', popular: false, contact_required: false, featured: true },
  });
  expect(Date.parse(plan.updated_at) - Date.parse(plan.created_at)).toBe(3_600_000);
});

test('an archived plan keeps its date, leaves the active ones, and takes no new subscriptions', async () => {
  const id = await addPlan(platform, {});
  const { status, json } = await platform.remove(`/plans/${id}`);
  expect(status).toBe(200);
  const { archived_at } = json.data.plan;
  expect(json.data.plan).toEqual({ id, status: 'archived', archived_at: expect.any(String) });
  await platform.advance('PT1H');
  expect((await platform.remove(`/plans/${id}`)).json.data.plan.archived_at).toBe(archived_at);

  const ids = async (query: string): Promise<string[]> =>
    (await platform.get(`/plans?limit=100${query}`)).json.data.plans.map((plan: { id: string }) => plan.id);
  expect(await ids('')).toContain(id);
  expect(await ids('&active_only=false')).toContain(id);
  expect(await ids('&active_only=true')).not.toContain(id);
});

test('the list shows a plan without features and limits, page by page and by tier', async () => {
  const { json } = await platform.get('/plans?tier=professional&limit=2&offset=1');
  const { plans, pagination } = json.data;
  expect(pagination).toEqual({ total: 5, limit: 2, offset: 1, has_more: true });
  expect(Object.keys(plans[0])).toEqual(['id', 'name', 'description', 'pricing', 'metadata']);
  expect(plans.map((plan: { metadata: { tier: string } }) => plan.metadata.tier)).toEqual([
    'professional',
    'professional',
  ]);
  const last = (await platform.get('/plans?tier=professional&limit=2&offset=4')).json.data;
  expect(last.plans).toHaveLength(1);
  expect(last.pagination.has_more).toBe(false);
  expect((await platform.get('/plans')).json.data.pagination.limit).toBe(20);
});

test('what is missing or wrong is named', async () => {
  const create = async (plan: object) => refusalOf(await platform.post('/plans', { plan }));
  const pricing = professional.pricing;
  expect(await create({})).toEqual([400, 'missing_required_fields', 'name, pricing']);
  expect(await create({ name: 'A', pricing: { currency: 'USD' } })).toEqual([
    400,
    'missing_required_fields',
    'pricing.amount, interval',
  ]);
  for (const [field, wrong] of [
    ['amount', -1],
    ['amount', 9.5],
    ['amount', '9900'],
    ['currency', 'usd'],
    ['currency', 'XXX'],
    ['interval', 'fortnight'],
    ['trial_period_days', -1],
    ['billing_cycles', 0],
  ]) {
    expect(await create({ name: 'A', pricing: { ...pricing, [String(field)]: wrong } })).toEqual([
      400,
      'missing_required_fields',
      `pricing.${field}`,
    ]);
  }
  expect(await create({ name: 'A', pricing, limits: { users: -1 } })).toEqual([
    400,
    'missing_required_fields',
    'limits.users',
  ]);
  expect(await create({ name: 'A', pricing, usage_rates: { calls: -0.1 } })).toEqual([
    400,
    'missing_required_fields',
    'usage_rates.calls',
  ]);
  expect(await create({ name: 'A', pricing, metadata: { tier: {} } })).toEqual([
    400,
    'missing_required_fields',
    'metadata.tier',
  ]);
  expect(refusalOf(await platform.post('/plans', []))).toEqual([400, 'missing_required_fields', 'body']);
  expect(refusalOf(await platform.get('/plans?limit=0'))).toEqual([400, 'missing_required_fields', 'limit']);
  expect(refusalOf(await platform.get('/plans?active_only=yes'))).toEqual([
    400,
    'missing_required_fields',
    'active_only',
  ]);
});

test('a refused update changes nothing', async () => {
  const id = await addPlan(platform, {});
  const before = (await platform.get(`/plans/${id}`)).json;
  const refused = await platform.put(`/plans/${id}`, { plan: { name: 'Other', pricing: { amount: -5 } } });
  expect(refused.status).toBe(400);
  expect((await platform.get(`/plans/${id}`)).json).toEqual(before);
});
