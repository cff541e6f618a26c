import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { createFakeClock } from '../unit/fake-clock.ts';
import { callPlatform, dataOf, instant, requestsDuring } from './platform-graph.ts';

const list = 'GET /billing/plans';
const get = 'GET /billing/plans/{plan_id}';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const rowFields = `
  platformId name description price { minorUnits currency } interval rawInterval trialDays billingCycles tier metadata`;
const detailFields = `
  features limits { name quantity } usageRates { name price { decimal currency } }
  status rawStatus createdAt updatedAt archivedAt`;

type Wire = ReturnType<typeof JSON.parse>;

function shownRow({ id, name, description, pricing, metadata }: Wire): object {
  return {
    platformId: id,
    name,
    description,
    price: { minorUnits: pricing.amount, currency: pricing.currency },
    interval: pricing.interval.toUpperCase(),
    rawInterval: pricing.interval,
    trialDays: pricing.trial_period_days,
    billingCycles: pricing.billing_cycles ?? null,
    tier: metadata.tier,
    metadata,
  };
}

function shownDetail(wire: Wire): object {
  const pairs = (figures: object): [string, number][] => Object.entries(figures);
  return {
    ...shownRow(wire),
    features: wire.features,
    limits: pairs(wire.limits).map(([name, quantity]) => ({ name, quantity: String(quantity) })),
    usageRates: pairs(wire.usage_rates).map(([name, rate]) => ({
      name,
      price: { decimal: String(rate), currency: wire.pricing.currency },
    })),
    status: wire.status.toUpperCase(),
    rawStatus: wire.status,
    createdAt: instant(wire.created_at),
    updatedAt: instant(wire.updated_at),
    archivedAt: instant(wire.archived_at),
  };
}

test('the catalogue shows each plan as the platform has it, with its length, for one request', async () => {
  await using fresh = await startTestGateway();
  const { plans, pagination } = await callPlatform(fresh, '/plans?limit=100');
  const spent = await requestsDuring(fresh, async () => {
    const data = await dataOf(
      fresh,
      `{ plans(first: 100) { totalCount fetchedAt pageInfo { hasNextPage } edges { node { ${rowFields} } } } }`,
    );
    expect(data.plans.totalCount).toBe(pagination.total);
    expect(data.plans.pageInfo.hasNextPage).toBe(false);
    expect(data.plans.edges.map(({ node }: Wire) => node)).toEqual(plans.map(shownRow));
  });
  expect(spent).toEqual({ [list]: 1 });
});

test('what lists do not show is read by the id, for the rows of the window alone', async () => {
  await using fresh = await startTestGateway();
  const { plans } = await callPlatform(fresh, '/plans?limit=2&offset=0');
  const wire = await Promise.all(plans.map(async ({ id }: Wire) => callPlatform(fresh, `/plans/${id}`)));
  const spent = await requestsDuring(fresh, async () => {
    const data = await dataOf(
      fresh,
      `{ plans(first: 2) { edges { node { ${rowFields} ${detailFields} } } } }`,
    );
    expect(data.plans.edges.map(({ node }: Wire) => node)).toEqual(wire.map(({ plan }) => shownDetail(plan)));
  });
  expect(spent).toEqual({ [list]: 1, [get]: 2 });
});

test('pages follow one another, filters go to the platform, and a cursor serves its filter alone', async () => {
  const window = '{ totalCount pageInfo { hasNextPage endCursor } edges { node { platformId tier } } }';
  const all = await dataOf(gateway, `{ plans(first: 100) ${window} }`);
  const ids: string[] = [];
  for (let after: string | null = null, isMore = true; isMore; ) {
    const { plans }: Wire = await dataOf(
      gateway,
      `query($after: String) { plans(first: 3, after: $after) ${window} }`,
      { after },
    );
    ids.push(...plans.edges.map(({ node }: Wire) => node.platformId));
    after = plans.pageInfo.endCursor;
    isMore = plans.pageInfo.hasNextPage;
  }
  expect(ids).toEqual(all.plans.edges.map(({ node }: Wire) => node.platformId));

  const active = await dataOf(
    gateway,
    `{ plans(filter: { activeOnly: true, tier: "starter" }, first: 1) ${window} }`,
  );
  const wire = await callPlatform(gateway, '/plans?active_only=true&tier=starter');
  expect(active.plans.totalCount).toBe(wire.pagination.total);
  expect(active.plans.totalCount).toBeLessThan(all.plans.totalCount);
  expect(active.plans.edges[0].node).toMatchObject({ platformId: wire.plans[0].id, tier: 'starter' });

  const { errors } = await gateway.query('query($after: String) { plans(after: $after) { totalCount } }', {
    after: active.plans.pageInfo.endCursor,
  });
  expect(errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
});

test('a plan is found by its global id, by the platform’s and by node, and one that is not there is null', async () => {
  const { plans } = await callPlatform(gateway, '/plans');
  const { plan: wire } = await callPlatform(gateway, `/plans/${plans.at(-1).id}`);
  const fields = `{ id ${rowFields} ${detailFields} }`;
  const query = `query($id: ID!) { plan(id: $id) ${fields} }`;
  const { plan } = await dataOf(gateway, query, { id: wire.id });
  expect(plan).toEqual({ id: plan.id, ...shownDetail(wire) });
  expect(plan.status).toBe('ARCHIVED');
  const same = await dataOf(
    gateway,
    `query($id: ID!) { plan(id: $id) ${fields} node(id: $id) { ... on Plan ${fields} } }`,
    { id: plan.id },
    'sandbox-outsider',
  );
  expect(same).toEqual({ plan, node: plan });
  expect(await dataOf(gateway, query, { id: 'plan_of_nobody' })).toEqual({ plan: null });
});

test.each(['', 'a b', 'plan/1', '../plans', 'T3JnYW5pemF0aW9uOjEwMDE'])(
  'the plan id %j is refused',
  async (id) => {
    const { data, errors } = await gateway.query('query($id: ID!) { plan(id: $id) { name } }', { id });
    expect(data).toEqual({ plan: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  },
);

test('several plans by id are one request where lists show what is selected, and each its own where not', async () => {
  await using fresh = await startTestGateway();
  const { plans } = await callPlatform(fresh, '/plans');
  const ask = (fields: string, ids: readonly string[]) => () =>
    dataOf(fresh, `{ ${ids.map((id, place) => `p${place}: plan(id: "${id}") { ${fields} }`).join(' ')} }`);
  const [one, two, three, four] = plans.map(({ id }: Wire) => id);

  expect(await requestsDuring(fresh, ask('features', [one]))).toEqual({ [get]: 1 });
  // what was read in detail serves for the row
  expect(await requestsDuring(fresh, ask('name', [one]))).toEqual({});
  expect(await requestsDuring(fresh, ask('name', [one, two]))).toEqual({ [get]: 1 });
  expect(await requestsDuring(fresh, ask('name', [one, three, four]))).toEqual({ [list]: 1 });
  expect(await requestsDuring(fresh, ask('name', [four]))).toEqual({});
  expect(await requestsDuring(fresh, ask('name limits { name }', [three, four]))).toEqual({ [get]: 2 });
  expect(await requestsDuring(fresh, ask('name', [three, 'plan_of_nobody']))).toEqual({ [get]: 1 });
});

test('what changes at the platform shows once the answers that were kept have aged', async () => {
  const clock = createFakeClock();
  await using aging = await startTestGateway({ clock });
  const { plans } = await callPlatform(aging, '/plans');
  const [{ id, name }] = plans;
  const query = `{ plans(first: 1) { edges { node { name } } } plan(id: "${id}") { name limits { quantity } } }`;
  const before = await dataOf(aging, query);
  expect(before.plans.edges[0].node.name).toBe(name);

  await callPlatform(aging, `/plans/${id}`, { plan: { name: 'Beginner', limits: { users: 7 } } }, 'PUT');
  expect(await dataOf(aging, query)).toEqual(before);
  await clock.pass(3 * 60 * 60_000);
  const after = await dataOf(aging, query);
  expect(after.plans.edges[0].node.name).toBe('Beginner');
  expect(after.plan).toMatchObject({ name: 'Beginner' });
  expect(after.plan.limits[0].quantity).toBe('7');
});
