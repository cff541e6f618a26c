import { afterEach, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

interface Tollgate {
  upstreamRequests: number;
  cacheHits: number;
  coalesced: number;
  retries?: number;
  estimatedCost: number;
  estimatedCostMin: number;
  buckets: { name: string; cost: number; remaining: number; resetAt: string | null }[];
}

let gateway: TestGateway;
afterEach(() => gateway[Symbol.asyncDispose]());

const all =
  '{ organizations(first: 20) { edges { node { subscription { planName } payments(first: 5) { totalCount } teams { name } } } } }';

async function explained(document: string, wish: '1' | 'plan', caller = 'sandbox-owner', variables = {}) {
  const answer = await gateway.query(document, variables, {
    caller,
    headers: { 'x-tollgate-explain': wish },
  });
  return { ...answer, tollgate: answer.extensions?.['tollgate'] as Tollgate };
}

async function sent(): Promise<number> {
  const stats = (await gateway.control('stats')) as { requests: Record<string, number> };
  return Object.values(stats.requests).reduce((sum, count) => sum + count, 0);
}

test('a plan says what an operation would take of each bucket, and nothing is sent', async () => {
  gateway = await startTestGateway();
  const before = await sent();
  const { status, data, errors, tollgate } = await explained(
    '{ organization(id: "1001") { plan subscription { planName } payments(first: 3) { totalCount } } }',
    'plan',
  );
  expect({ status, data, errors }).toEqual({ status: 200, data: null, errors: [] });
  expect(tollgate).toEqual({
    upstreamRequests: 0,
    cacheHits: 0,
    coalesced: 0,
    estimatedCost: 3,
    estimatedCostMin: 3,
    buckets: [{ name: 'make:1001', cost: 3, remaining: 48, resetAt: null }],
  });
  expect(await sent()).toBe(before);
});

test('what was priced is what is taken, and what is at hand is free', async () => {
  gateway = await startTestGateway();
  const plan = await explained(all, 'plan');
  const cold = await explained(all, '1');
  expect(plan.tollgate).toMatchObject({ estimatedCost: 15, estimatedCostMin: 15 });
  expect(cold.tollgate).toMatchObject({ upstreamRequests: 15, estimatedCost: 15, estimatedCostMin: 15 });
  const warm = await explained(all, '1');
  expect(warm.data).toEqual(cold.data);
  expect(warm.tollgate.upstreamRequests).toBe(warm.tollgate.estimatedCost);
  expect(warm.tollgate.cacheHits).toBeGreaterThan(0);
});

test('what is asked again after a fault comes on top of the price, and is told', async () => {
  gateway = await startTestGateway();
  const endpoint = 'GET /organizations/{organizationId}/subscription';
  const failing = '{ organization(id: "1001") { plan subscription { planName } } }';
  await gateway.control('faults', { endpoint, fault: '503', times: 1 });
  const { errors, tollgate } = await explained(failing, '1');
  expect(errors).toEqual([]);
  expect(tollgate).toMatchObject({ upstreamRequests: 3, retries: 1, estimatedCost: 2, estimatedCostMin: 2 });
  expect(tollgate.buckets).toMatchObject([{ name: 'make:1001', cost: 3 }]);
  expect((await explained(failing, '1')).tollgate).not.toHaveProperty('retries');
});

test.each(['500', '502', 'reset', '401'])(
  'whatever fails with %s, all but what is asked again was in the price, and all of it is counted',
  async (fault) => {
    gateway = await startTestGateway();
    await gateway.control('faults', { endpoint: '*', fault, share: 0.4 });
    const before = await sent();
    const { tollgate } = await explained(all, '1');
    const { upstreamRequests, retries = 0, estimatedCost } = tollgate;
    expect(retries).toBeGreaterThan(0);
    expect(upstreamRequests - retries).toBeLessThanOrEqual(estimatedCost);
    expect(await sent()).toBe(before + upstreamRequests);
  },
);

test('a section that is refused costs nothing', async () => {
  gateway = await startTestGateway();
  const { tollgate } = await explained(
    '{ organization(id: "1001") { subscription { planName } payments { totalCount } } }',
    'plan',
    'sandbox-member',
  );
  expect(tollgate.estimatedCost).toBe(0);
});

test('an operation that may take more than one may take is refused with its price, before anything is sent', async () => {
  gateway = await startTestGateway({ settings: { maxUpstreamRequests: 14 } });
  const before = await sent();
  const { status, data, errors } = await gateway.query(all);
  expect(status).toBe(400);
  expect(data).toBeUndefined();
  expect(errors[0]?.extensions).toMatchObject({
    code: 'OPERATION_TOO_EXPENSIVE',
    estimatedCost: 15,
    estimatedCostMin: 15,
    limit: 14,
    setting: 'MAX_UPSTREAM_REQUESTS',
  });
  expect(await sent()).toBe(before);
});

test('an operation whose least price cannot be had in time is refused at once, with when to come back', async () => {
  gateway = await startTestGateway({ settings: { operationDeadlineMs: 5_000 } });
  // the target of the free plan is 24 requests a minute
  const before = await sent();
  for (let round = 0; round < 30; round += 1) {
    await gateway.query('{ organization(id: "1005") { teams @fresh(maxAge: 0) { name } } }');
  }
  const { status, errors, headers } = await gateway.query(
    '{ organization(id: "1005") { teams @fresh(maxAge: 0) { name } } }',
  );
  expect(status).toBe(400);
  expect(errors[0]?.extensions).toMatchObject({
    code: 'RATE_LIMITED',
    bucket: 'make:1005',
    estimatedCostMin: 1,
  });
  expect(errors[0]?.extensions?.['retryAfter']).toBeGreaterThan(0);
  expect(headers.get('retry-after')).toBe(String(errors[0]?.extensions?.['retryAfter']));
  expect((await sent()) - before).toBeLessThanOrEqual(24);
});

test('what the two parts of Make read from one address is one request', async () => {
  gateway = await startTestGateway({ dialect: 'live' });
  const { tollgate } = await explained(
    '{ organization(id: "1004") @fresh(maxAge: 0) { plan usage { periodStart } } }',
    '1',
  );
  expect(tollgate).toMatchObject({ upstreamRequests: 1, estimatedCost: 1, estimatedCostMin: 1 });
});

test('the days of the present period are priced with what tells them', async () => {
  gateway = await startTestGateway();
  const days = 'usageHistory(period: { preset: CURRENT_PERIOD }) { date }';
  const { tollgate } = await explained(`{ organization(id: "1001") { ${days} } }`, '1');
  expect(tollgate).toMatchObject({ upstreamRequests: 2, estimatedCost: 2, estimatedCostMin: 1 });
});

test.each([
  'invoices(first: 1, filter: { to: "2026-09-01T00:00:00Z" }) { totalCount }',
  'paymentMethods { brand }',
])('what a customer has is priced also where it is met below an invoice: %s', async (met) => {
  gateway = await startTestGateway();
  const below = `{ invoices(first: 5) { edges { node { ... on PlatformInvoice { customer { ${met} } } } } } }`;
  const { tollgate, errors } = await explained(`{ customer(id: "cus_0000000000001001") ${below} }`, '1');
  expect(errors).toEqual([]);
  expect(tollgate.upstreamRequests).toBe(2);
  expect(tollgate.estimatedCostMin).toBeLessThanOrEqual(2);
  expect(tollgate.estimatedCost).toBeGreaterThanOrEqual(2);
});

test('things of several organizations are priced each by itself, and one that fails leaves the others', async () => {
  gateway = await startTestGateway();
  const { data } = await gateway.query<
    { organizations: { edges: { node: { invoices: { edges: { node: { id: string } }[] } } }[] } },
    object
  >(
    '{ organizations(first: 3) { edges { node { invoices(first: 1, filter: { source: MAKE }) { edges { node { id } } } } } } }',
  );
  const ids = data?.organizations.edges.map(({ node }) => node.invoices.edges[0]?.node.id);
  const nodes =
    'query ($ids: [ID!]!) { nodes(ids: $ids) @fresh(maxAge: 0) { id ... on MakeInvoice { organization { name plan subscription { status } } } } }';
  const { errors, tollgate } = await explained(nodes, '1', 'sandbox-owner', { ids });
  expect(errors).toEqual([]);
  expect(tollgate).toMatchObject({ upstreamRequests: 9, estimatedCost: 9, estimatedCostMin: 3 });

  const endpoint = 'GET /cashier/invoices/{invoiceId}';
  await gateway.control('faults', { endpoint, fault: 'truncate', times: 1 });
  const partial = await explained(nodes, '1', 'sandbox-owner', { ids });
  expect(partial.errors).toMatchObject([{ path: ['nodes', expect.any(Number)] }]);
  expect((partial.data as { nodes: unknown[] }).nodes.filter((node) => node !== null)).toHaveLength(2);
});

test('of equal operations side by side only one is sure to send anything', async () => {
  gateway = await startTestGateway();
  const document = '{ organization(id: "1001") { plan subscription { planName } } }';
  const runs = await Promise.all(Array.from({ length: 5 }, () => explained(document, '1')));
  for (const { tollgate } of runs) {
    expect(tollgate.upstreamRequests).toBeGreaterThanOrEqual(tollgate.estimatedCostMin);
    expect(tollgate.upstreamRequests).toBeLessThanOrEqual(tollgate.estimatedCost);
  }
  expect(runs.reduce((sum, { tollgate }) => sum + tollgate.upstreamRequests, 0)).toBe(2);
});

describe('@fresh', () => {
  const name = 'GET /organizations/{organizationId}/subscription';

  test('reads anew what is older, for the field and everything below it', async () => {
    gateway = await startTestGateway();
    const ask = (fresh: string) =>
      gateway.query<{ organization: { subscription: { fetchedAt: string } } }, object>(
        `{ organization(id: "1001") ${fresh} { subscription { fetchedAt } } }`,
      );
    const first = await ask('');
    expect((await ask('')).data).toEqual(first.data);
    expect(await gateway.requests(name)).toBe(1);
    const anew = await ask('@fresh(maxAge: 0)');
    expect(await gateway.requests(name)).toBe(2);
    expect(anew.data?.organization.subscription.fetchedAt).not.toBe(
      first.data?.organization.subscription.fetchedAt,
    );
    await ask('@fresh(maxAge: 3600)');
    expect(await gateway.requests(name)).toBe(2);
  });

  test('holds where it stands, and the nearest one holds', async () => {
    gateway = await startTestGateway();
    await gateway.query('{ organization(id: "1001") { plan subscription { planName } } }');
    await gateway.query(
      '{ organization(id: "1001") @fresh(maxAge: 0) { plan @fresh(maxAge: 600) subscription { planName } } }',
    );
    expect(await gateway.requests(name)).toBe(2);
    expect(await gateway.requests('GET /organizations/{organizationId}')).toBe(1);
  });

  test('takes seconds from 0', async () => {
    gateway = await startTestGateway();
    const { errors } = await gateway.query('{ viewer { name @fresh(maxAge: -1) } }');
    expect(errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    expect(errors[0]?.message).toContain('found -1');
  });
});
