import { expect, test } from 'vitest';
import { startTestGateway } from '../kit/gateway.ts';

interface Tollgate {
  readonly upstreamRequests: number;
  readonly estimatedCost: number;
  readonly estimatedCostMin: number;
  readonly buckets: readonly { readonly name: string; readonly cost: number }[];
}

const costsOf = ({ buckets }: Tollgate): Record<string, number> =>
  Object.fromEntries(buckets.map(({ name, cost }) => [name, cost]));

test.each([
  ['a customer', '{ organization(id: "1001") { customer { name email phone } } }', [1, 1], 1],
  ['plans in brief', '{ plans(first: 10) { edges { node { name price { decimal } } } } }', [1, 1], 1],
  ['plans in full', '{ plans(first: 3) { edges { node { name limits { name } features } } } }', [1, 4], 4],
  ['a plan in full', '{ plan(id: "plan_1") { name limits { name } features } }', [1, 1], 1],
  [
    'subscriptions in brief',
    '{ organization(id: "1003") { customer { name subscriptions { planName } } } }',
    [1, 1],
    1,
  ],
  [
    'subscriptions in full',
    '{ organization(id: "1003") { customer { subscriptions { usage { projects { used } } endsAt canceledAt } } } }',
    [1, 6],
    3,
  ],
  [
    'subscriptions with their plans',
    '{ organization(id: "1003") { customer { subscriptions { plan { name } } } } }',
    [1, 6],
    2,
  ],
  ['usage', '{ organization(id: "1003") { customer { usage { totalCost } } } }', [1, 1], 1],
])('%s cost what was foreseen, by bucket', async (_, document, [least, most], taken) => {
  await using gateway = await startTestGateway();
  const explained = async (wish: string): Promise<Tollgate> => {
    const { extensions } = await gateway.query(document, {}, { headers: { 'x-tollgate-explain': wish } });
    return extensions?.['tollgate'] as Tollgate;
  };
  const plan = await explained('plan');
  expect([plan.estimatedCostMin, plan.estimatedCost]).toEqual([least, most]);
  const run = await explained('1');
  expect(run.upstreamRequests).toBe(taken);
  const foreseen = costsOf(plan);
  for (const [bucket, cost] of Object.entries(costsOf(run))) {
    expect(cost).toBeLessThanOrEqual(foreseen[bucket] ?? 0);
  }
  expect(await explained('plan')).toMatchObject({ estimatedCost: 0 });
});
