import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { startTestGateway } from '../../kit/gateway.ts';
import { openGreetedSocket, openRawSocket, type RawSocket } from '../../kit/raw-socket.ts';

const subscriptionCall = 'GET /organizations/{organizationId}/subscription';
const events = { ...readConfig({}).events, pollIntervalMs: 40 };

function subscribe(client: RawSocket, caller: string, extensions = {}): void {
  client.send({
    type: 'subscribe',
    id: caller,
    payload: {
      query: `subscription { event: paymentRecorded(organizationId: "1004", includeSnapshot: true) {
        __typename
        ... on PaymentEvent { organization { subscription { status } } }
      } }`,
      extensions,
    },
  });
}

async function nextEvent(client: RawSocket): Promise<unknown> {
  const message = (await client.next()) as { payload: { data: { event: unknown } } };
  return message.payload.data.event;
}

test('what lies below an event is read anew for each, once for all who are shown the same', async () => {
  await using gateway = await startTestGateway({ settings: { events } });
  const clients = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const caller = index % 2 === 0 ? 'sandbox-owner' : 'sandbox-accountant';
      const client = await openGreetedSocket(gateway.url, { authorization: `Bearer ${caller}` });
      subscribe(client, caller);
      expect(await nextEvent(client)).toEqual({ __typename: 'Snapshot' });
      return client;
    }),
  );
  expect(await gateway.requests(subscriptionCall)).toBe(0);
  const change = (body: object) => gateway.control('world', { organization: 1004, ...body });
  for (const [place, status] of ['past_due', 'active', 'past_due'].entries()) {
    await change({ set: { subscriptionStatus: status } });
    await change({ add: { payments: 1 } });
    for (const client of clients) {
      expect(await nextEvent(client)).toEqual({
        __typename: 'PaymentEvent',
        organization: { subscription: { status: status.toUpperCase() } },
      });
    }
    // the two roles execute it for themselves, and share what is read
    expect(await gateway.requests(subscriptionCall)).toBe(place + 1);
  }
  for (const { socket } of clients) socket.close();

  interface Entries {
    readonly organization: { readonly accessLog: { readonly edges: readonly { node: object }[] } };
  }
  const countOf = async (caller: string): Promise<number | undefined> => {
    const { data } = await gateway.query<Entries, object>(
      `{ organization(id: "1004") { accessLog(first: 100) { edges { node { caller kind fields } } } } }`,
    );
    const entry = JSON.stringify({ caller, kind: 'SUBSCRIPTION', fields: ['subscription'] });
    return data?.organization.accessLog.edges.filter(({ node }) => JSON.stringify(node) === entry).length;
  };
  await expect.poll(() => countOf('sandbox-owner')).toBe(3);
  await expect.poll(() => countOf('sandbox-accountant')).toBe(3);
});

test('a client that is gone before its subscription stands leaves nothing behind', async () => {
  await using gateway = await startTestGateway({ settings: { events } });
  for (let count = 0; count < 30; count += 1) {
    const client = await openRawSocket(gateway.url);
    client.send({ type: 'connection_init', payload: { authorization: 'Bearer sandbox-owner' } });
    if (count % 3 > 0) await client.next();
    subscribe(client, 'sandbox-owner');
    if (count % 3 > 1) client.send({ type: 'complete', id: 'sandbox-owner' });
    client.socket.terminate();
  }
  const left = async (): Promise<unknown> => {
    const { data } = await gateway.query<{ upstreams: { pollers: unknown[] }[] }, object>(
      '{ upstreams { pollers { section listeners } } }',
      {},
      { caller: 'sandbox-operator' },
    );
    return data?.upstreams.flatMap(({ pollers }) => pollers);
  };
  // by the time that one has its snapshot, those before it have had their turn
  const stays = await openGreetedSocket(gateway.url);
  subscribe(stays, 'sandbox-owner');
  await nextEvent(stays);
  await expect.poll(left).toEqual([{ section: 'payments', listeners: 1 }]);
  stays.socket.close();
  await expect.poll(left).toEqual([]);
});

test('an event that is asked to says what it took', async () => {
  await using gateway = await startTestGateway({ settings: { events } });
  const clients = await Promise.all([1, 2].map(() => openGreetedSocket(gateway.url)));
  for (const client of clients) subscribe(client, 'sandbox-owner', { explain: '1' });
  const silent = await openGreetedSocket(gateway.url);
  subscribe(silent, 'sandbox-owner');
  for (const client of [...clients, silent]) await nextEvent(client);
  await gateway.control('world', { organization: 1004, add: { payments: 1 } });
  for (const client of clients) {
    expect(await client.next()).toMatchObject({
      payload: {
        data: { event: { __typename: 'PaymentEvent' } },
        extensions: {
          tollgate: {
            estimatedCost: expect.any(Number),
            buckets: [expect.objectContaining({ name: 'make:1004' })],
          },
        },
      },
    });
  }
  expect(await silent.next()).toMatchObject({ payload: { data: expect.anything() } });
  for (const { socket } of [...clients, silent]) socket.close();
});
