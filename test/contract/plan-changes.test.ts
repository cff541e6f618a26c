import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { change, dataOf } from './platform-graph.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const team = {
  name: 'Crew',
  description: 'For teams',
  price: { minorUnits: 4900, currency: 'USD' },
  interval: 'MONTH',
  trialDays: 7,
  billingCycles: 12,
  features: ['advanced_analytics'],
  limits: [{ name: 'users', quantity: '10' }],
  metadata: { tier: 'team', popular: true },
};

const shows =
  'plan { id platformId name description price { minorUnits currency } interval trialDays billingCycles tier features limits { name quantity } metadata status }';

const operator = (name: string, input: object, shown = shows) =>
  change(gateway, name, { ...input }, { shows: shown, caller: 'sandbox-operator' });

async function makePlan(terms: object = {}) {
  const { result } = await operator('createPlan', { ...team, ...terms });
  expect(result).toMatchObject({ __typename: 'CreatePlanPayload' });
  return result.plan;
}

test('a plan is made with all its terms, and the list that was read before shows it at once', async () => {
  const names = async () =>
    (await dataOf(gateway, '{ plans(first: 100) { edges { node { name } } } }')).plans.edges.map(
      ({ node }: { node: { name: string } }) => node.name,
    );
  expect(await names()).not.toContain('Crew');
  expect(await makePlan()).toMatchObject({ ...team, tier: 'team', status: 'ACTIVE' });
  expect(await names()).toContain('Crew');
});

test('a plan is changed in what is given; the rest, other limits and other notes stay', async () => {
  const { id } = await makePlan();
  const { result } = await operator('updatePlan', {
    planId: id,
    name: 'Crew Plus',
    price: { minorUnits: 5900, currency: 'USD' },
    billingCycles: null,
    limits: [{ name: 'storage_gb', quantity: '200' }],
    metadata: { featured: true },
  });
  expect(result.plan).toMatchObject({
    name: 'Crew Plus',
    description: 'For teams',
    price: { minorUnits: 5900 },
    billingCycles: null,
    limits: [
      { name: 'users', quantity: '10' },
      { name: 'storage_gb', quantity: '200' },
    ],
    metadata: { tier: 'team', popular: true, featured: true },
  });
  expect((await dataOf(gateway, `{ plan(id: "${id}") { name } }`)).plan).toEqual({ name: 'Crew Plus' });
});

test('a plan is archived once that is confirmed', async () => {
  const { platformId } = await makePlan();
  const endpoint = 'DELETE /billing/plans/{plan_id}';
  const asked = await operator('archivePlan', { planId: platformId });
  expect(asked.result).toMatchObject({ __typename: 'ConfirmationRequired', affected: 1 });
  expect(await gateway.requests(endpoint)).toBe(0);
  const { result } = await operator(
    'archivePlan',
    { planId: platformId, confirm: true },
    'archivedAt plan { status archivedAt }',
  );
  expect(result).toMatchObject({ archivedAt: expect.any(String), plan: { status: 'ARCHIVED' } });
  expect(result.plan.archivedAt).toBe(result.archivedAt);
});

test.each(['createPlan', 'updatePlan', 'archivePlan'])('%s is for operators', async (name) => {
  const input = name === 'createPlan' ? { ...team, name: '' } : { planId: 'plan_none' };
  const { result, errors } = await change(gateway, name, input);
  expect(result).toBeNull();
  expect(errors[0]?.extensions?.['code']).toBe('FORBIDDEN');
});

test('every fault of a plan is told at its place', async () => {
  const { result } = await operator('createPlan', {
    ...team,
    name: '',
    price: { minorUnits: -1, currency: 'USD' },
    interval: 'UNKNOWN',
    limits: [
      { name: 'users', quantity: '-1' },
      { name: 'users', quantity: '1' },
    ],
    metadata: { nested: { deep: true } },
    idempotencyKey: '',
  });
  expect(result.faults.map(({ path }: { path: string[] }) => path.join('.')).toSorted()).toEqual([
    'idempotencyKey',
    'interval',
    'limits',
    'limits.0.quantity',
    'metadata.nested',
    'name',
    'price.minorUnits',
  ]);
  const empty = await operator('updatePlan', { planId: 'plan_none' });
  expect(empty.result.faults[0].message).toMatch(/at least one change: .*name/);
});

test("what the platform finds wrong is told at the input's own fields", async () => {
  const { result } = await operator('createPlan', { ...team, trialDays: 5000 });
  expect(result).toMatchObject({
    __typename: 'InvalidInput',
    upstreamCode: 'missing_required_fields',
    faults: [{ path: ['trialDays'] }],
  });
});

test('a plan that is not there is NotFound', async () => {
  expect((await operator('updatePlan', { planId: 'plan_none', name: 'x' })).result).toMatchObject({
    __typename: 'NotFound',
    upstreamCode: 'plan_not_found',
  });
});

test('the same key makes one plan; another input under it is a conflict', async () => {
  const before = await gateway.requests('POST /billing/plans');
  const one = await operator('createPlan', { ...team, idempotencyKey: 'one' });
  expect(await operator('createPlan', { ...team, idempotencyKey: 'one' })).toEqual(one);
  expect(await gateway.requests('POST /billing/plans')).toBe(before + 1);
  const other = await operator('createPlan', { ...team, name: 'Other', idempotencyKey: 'one' });
  expect(other.result).toMatchObject({ __typename: 'IdempotencyConflict' });
});
