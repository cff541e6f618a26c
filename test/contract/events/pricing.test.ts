import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';
import { openGreetedSocket } from '../../kit/raw-socket.ts';
import { readEvents } from '../../kit/read-events.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const subscription = (id: string) =>
  `subscription { organizationEvents(organizationId: "${id}") {
    type organization { subscription { planName } payments(first: 5) { totalCount } }
  } }`;

async function planOverStream(id: string, caller = 'sandbox-owner') {
  const reader = await readEvents(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'x-tollgate-explain': 'plan', authorization: `Bearer ${caller}` },
    body: JSON.stringify({ query: subscription(id) }),
  });
  return [await reader.next(), await reader.next()];
}

const sent = async (): Promise<number> => {
  const { requests } = (await gateway.control('stats')) as { requests: Record<string, number> };
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
};

test('the plan of a subscription is what one event may take, and nothing is begun', async () => {
  const before = await sent();
  const [next, complete] = await planOverStream('1001');
  const tollgate = {
    upstreamRequests: 0,
    cacheHits: 0,
    coalesced: 0,
    estimatedCost: expect.any(Number),
    estimatedCostMin: 0,
    buckets: [expect.objectContaining({ name: 'make:1001', cost: expect.any(Number) })],
  };
  expect(next?.data).toEqual({ data: null, extensions: { tollgate } });
  expect(complete?.event).toBe('complete');

  const client = await openGreetedSocket(gateway.url);
  const extensions = { explain: 'plan' };
  client.send({ id: 'a', type: 'subscribe', payload: { query: subscription('1001'), extensions } });
  expect(await client.next()).toEqual({ id: 'a', type: 'next', payload: next?.data });
  expect(await client.next()).toEqual({ id: 'a', type: 'complete' });
  client.socket.close();

  const { data } = await gateway.query<{ upstreams: { pollers: unknown[] }[] }, object>(
    '{ upstreams { pollers { section } } }',
    {},
    { caller: 'sandbox-operator' },
  );
  expect(data?.upstreams.flatMap(({ pollers }) => pollers)).toEqual([]);
  expect(await sent()).toBe(before);
});

test('of an organization that the caller may not see, nothing is told', async () => {
  for (const [next] of [await planOverStream('1001', 'sandbox-outsider'), await planOverStream('999999')]) {
    expect(next?.data).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(JSON.stringify(next?.data)).not.toContain('tollgate');
  }
});

test('what the event brings with it is free', async () => {
  const reader = await readEvents(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'x-tollgate-explain': 'plan' },
    body: JSON.stringify({
      query: `subscription { paymentRecorded(organizationId: "1001") {
        ... on PaymentEvent { payment { status } changes { field } } } }`,
    }),
  });
  expect((await reader.next())?.data).toMatchObject({ extensions: { tollgate: { estimatedCost: 0 } } });
  reader.leave();
});

test('a subscription whose one event may take too much is refused, and nothing is begun', async () => {
  const before = await sent();
  const many = Array.from({ length: 61 }, (_, index) => `s${index}: auditLogs(first: 100) { totalCount }`);
  const query = `subscription { organizationEvents(organizationId: "1001") { organization { ${many.join(' ')} } } }`;
  const client = await openGreetedSocket(gateway.url);
  client.send({ id: 'a', type: 'subscribe', payload: { query } });
  expect(await client.next()).toMatchObject({
    id: 'a',
    type: 'error',
    payload: [
      { extensions: { code: 'OPERATION_TOO_EXPENSIVE', limit: 60, setting: 'MAX_UPSTREAM_REQUESTS' } },
    ],
  });
  client.socket.close();
  expect(await sent()).toBe(before);
});
