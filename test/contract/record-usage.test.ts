import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { change, customerNodeId, customerOf, dataOf } from './platform-graph.ts';
import { addCard, addCustomer, addPlan, subscribe } from './platform-subscriber.ts';

const endpoint = 'POST /billing/usage';
const shows =
  'recordedCount customer { platformId } outcomes { index isRecorded record { metric quantity subscriptionId recordedAt metadata } error { __typename code message upstreamCode ... on InvalidInput { faults { path message } } } }';

let gateway: TestGateway;
let customer: string;
let subscription: { readonly id: string; readonly nodeId: string };
beforeEach(async () => {
  gateway = await startTestGateway();
  customer = await addCustomer(gateway);
  await addCard(gateway, customer);
  subscription = await subscribe(gateway, customer, await addPlan(gateway, 1000));
});
afterEach(() => gateway[Symbol.asyncDispose]());

const calls = (quantity: string, more: object = {}) => ({ metric: 'api_calls', quantity, ...more });

const record = (records: readonly object[], more: object = {}) =>
  change(
    gateway,
    'recordUsage',
    { customerId: customer, records, ...more },
    { shows, caller: 'sandbox-operator' },
  );

async function used(): Promise<string> {
  const query = `{ customer(id: "${customer}") { usage(metric: "api_calls") { metrics { quantity } } } }`;
  return (await dataOf(gateway, query, {}, 'sandbox-operator')).customer.usage.metrics[0]?.quantity;
}

test('a hundred records are taken in one call, and the usage that was read before shows them at once', async () => {
  expect(await used()).toBe('0');
  const records = Array.from({ length: 100 }, (_, index) =>
    calls(
      String(index),
      index === 7 ? { subscriptionId: subscription.nodeId, metadata: { endpoint: '/x' } } : {},
    ),
  );
  const { result, errors } = await record(records);
  expect(errors).toEqual([]);
  expect(result).toMatchObject({ recordedCount: 100, customer: { platformId: customer } });
  expect(result.outcomes.map(({ index }: { index: number }) => index)).toEqual(
    records.map((_, index) => index),
  );
  expect(result.outcomes[7].record).toMatchObject({
    quantity: '7',
    subscriptionId: subscription.id,
    metadata: { endpoint: '/x' },
  });
  expect(await gateway.requests(endpoint)).toBe(100);
  expect(await used()).toBe('4950');
});

test('each record is taken or refused on its own, with the reason at its place', async () => {
  const { result, errors } = await record([
    calls('1'),
    { metric: 'unheard_of', quantity: '1' },
    calls('2', { at: '2031-01-01T00:00:00Z' }),
    calls('3'),
  ]);
  expect(errors).toEqual([]);
  expect(result.recordedCount).toBe(2);
  expect(result.outcomes).toMatchObject([
    { isRecorded: true, error: null },
    {
      isRecorded: false,
      record: null,
      error: { __typename: 'InvalidInput', faults: [{ path: ['records', '1', 'metric'] }] },
    },
    {
      isRecorded: false,
      record: null,
      error: { __typename: 'InvalidInput', faults: [{ path: ['records', '2', 'at'] }] },
    },
    { isRecorded: true },
  ]);
});

test('what the caller can do nothing about stands at the path of its record, and a repeat sends that alone', async () => {
  const input = [[calls('1'), calls('2'), calls('3')], { idempotencyKey: 'day' }] as const;
  await gateway.control('faults', { endpoint, fault: '503', times: 1 });
  const first = await record(...input);
  expect(first.result.recordedCount).toBe(2);
  expect(first.errors).toMatchObject([
    { path: ['recordUsage', 'outcomes', 0, 'record'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
  ]);
  const second = await record(...input);
  expect(second.errors).toEqual([]);
  expect(second.result.recordedCount).toBe(3);
  expect(await gateway.requests(endpoint)).toBe(4);
  expect(await used()).toBe('6');
});

test('a record whose answer was lost stays unknown under its key, and is not sent again', async () => {
  const input = [[calls('1'), calls('2')], { idempotencyKey: 'lost' }] as const;
  await gateway.control('faults', { endpoint, fault: 'reset', times: 1, before: true, afterEffect: true });
  for (const _ of [1, 2]) {
    const { result } = await record(...input);
    expect(result.outcomes).toMatchObject([
      { isRecorded: false, error: { __typename: 'OutcomeUnknown' } },
      { isRecorded: true },
    ]);
  }
  expect(await gateway.requests(endpoint)).toBe(2);
  expect(await used()).toBe('3');
});

test('another list under the same key is a conflict, and nothing of it is sent', async () => {
  await record([calls('1')], { idempotencyKey: 'k' });
  const { result } = await record([calls('1'), calls('2')], { idempotencyKey: 'k' });
  expect(result).toMatchObject({ __typename: 'IdempotencyConflict' });
  expect(await gateway.requests(endpoint)).toBe(1);
});

test('a list that is not accepted is refused as a whole, with every fault at its place', async () => {
  const faultsOf = async (records: readonly object[]) =>
    (await record(records)).result.faults.map(({ path }: { path: string[] }) => path.join('.'));
  expect(await faultsOf([])).toEqual(['records']);
  expect(await faultsOf(Array.from({ length: 101 }, () => calls('1')))).toEqual(['records']);
  expect(await faultsOf([calls('1'), { metric: '', quantity: '-1' }])).toEqual([
    'records.1.metric',
    'records.1.quantity',
  ]);
  const foreign = customerNodeId('PlatformSubscription', customerOf(1001), 'sub_1');
  expect(await faultsOf([calls('1', { subscriptionId: foreign })])).toEqual(['records.0.subscriptionId']);
  expect(await gateway.requests(endpoint)).toBe(0);
});

test('its price is one request for each record, told before anything is sent', async () => {
  const document = 'mutation ($input: RecordUsageInput!) { recordUsage(input: $input) { __typename } }';
  const input = { customerId: customer, records: [calls('1'), calls('2'), calls('3')] };
  const { extensions } = await gateway.query(
    document,
    { input },
    { caller: 'sandbox-operator', headers: { 'x-tollgate-explain': 'plan' } },
  );
  expect(extensions?.['tollgate']).toMatchObject({
    estimatedCost: 3,
    buckets: [{ name: 'platform:usage', cost: 3 }],
  });
  expect(await gateway.requests(endpoint)).toBe(0);
});

test.each(['sandbox-owner', 'sandbox-outsider'])('%s has no right to customers of nobody', async (caller) => {
  const input = { customerId: customer, records: [] };
  const { result, errors } = await change(gateway, 'recordUsage', input, { caller });
  expect([result, errors[0]?.extensions?.['code']]).toEqual([null, 'FORBIDDEN']);
});

test('the owner of an organization records what it used', async () => {
  const input = { customerId: customerOf(1001), records: [calls('5')] };
  const { result } = await change(gateway, 'recordUsage', input, { shows });
  expect(result).toMatchObject({ recordedCount: 1, customer: { platformId: customerOf(1001) } });
});
