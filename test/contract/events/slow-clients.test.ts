import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { startTestGateway } from '../../kit/gateway.ts';
import { openGreetedSocket, type RawSocket } from '../../kit/raw-socket.ts';

interface Told {
  readonly type: string;
  readonly cursor: string;
  readonly missed?: number;
  readonly resumeFrom?: string;
}

// a result is long, so that the operating system holds few of them for one that does not read
const long = Array.from({ length: 150 }, (_, index) => `text${index}: formatted`).join(' ');

function subscribe(client: RawSocket, after: string | null): void {
  client.send({
    type: 'subscribe',
    id: 'a',
    payload: {
      query: `subscription ($after: String, $includeSnapshot: Boolean) {
        event: paymentRecorded(organizationId: "1004", after: $after, includeSnapshot: $includeSnapshot) {
          type cursor
          ... on PaymentEvent { payment { amount { ${long} } } }
          ... on EventsLagged { missed resumeFrom }
        }
      }`,
      variables: { after, includeSnapshot: after === null },
    },
  });
}

async function nextTold(client: RawSocket): Promise<Told> {
  const message = (await client.next()) as { type: string; payload: { data: { event: Told } } };
  expect(message).toMatchObject({ type: 'next', payload: { data: { event: { type: expect.any(String) } } } });
  return message.payload.data.event;
}

async function toldUntil(client: RawSocket, isLast: (told: Told) => boolean): Promise<Told[]> {
  const all: Told[] = [];
  for (;;) {
    const told = await nextTold(client);
    all.push(told);
    if (isLast(told)) return all;
  }
}

const cursorsOf = (told: readonly Told[]): string[] =>
  told.filter(({ type }) => type === 'PAYMENT_RECORDED').map(({ cursor }) => cursor);

test('a client that stalls holds up nobody, is told what it missed, and gets it from there', async () => {
  const defaults = readConfig({});
  await using gateway = await startTestGateway({
    settings: {
      events: { ...defaults.events, pollIntervalMs: 40 },
      sockets: { ...defaults.sockets, maxUnsentBytes: 20_000 },
    },
  });
  const [quick, slow] = [await openGreetedSocket(gateway.url), await openGreetedSocket(gateway.url)];
  for (const client of [quick, slow]) {
    subscribe(client, null);
    expect((await nextTold(client)).type).toBe('SNAPSHOT');
  }
  slow.socket.pause();
  const count = 4500;
  for (let added = 0; added < count; added += 900) {
    await gateway.control('world', { organization: 1004, add: { payments: 900 } });
  }
  let left = count;
  const all = await toldUntil(quick, () => {
    left -= 1;
    return left === 0;
  });
  const last = all.at(-1)?.cursor;
  expect(new Set(cursorsOf(all)).size).toBe(count);

  slow.socket.resume();
  const told = await toldUntil(slow, ({ cursor }) => cursor === last);
  const gaps = told.filter(({ type }) => type === 'LAGGED');
  expect(gaps.length).toBeGreaterThan(0);
  const missed = gaps.reduce((sum, gap) => sum + (gap.missed ?? 0), 0);
  expect(cursorsOf(told).length + missed).toBe(count);

  slow.send({ type: 'complete', id: 'a' });
  subscribe(slow, gaps[0]?.resumeFrom ?? null);
  const again = await toldUntil(slow, ({ cursor }) => cursor === last);
  expect([...new Set([...cursorsOf(told), ...cursorsOf(again)])].toSorted()).toEqual(
    cursorsOf(all).toSorted(),
  );
  for (const { socket } of [quick, slow]) socket.close();
});
