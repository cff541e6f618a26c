import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { startFeedServer } from '../../kit/feed-server.ts';
import { openGreetedSocket, openRawSocket, type RawSocket } from '../../kit/raw-socket.ts';
import { createFakeClock } from '../../unit/fake-clock.ts';

const numbers = { query: 'subscription { numbers }' };

test('a socket that does not say whose it is closes with 4408', async () => {
  const clock = createFakeClock();
  await using server = await startFeedServer({ clock, settings: { initTimeoutMs: 3000 } });
  const silent = await openRawSocket(server.url);
  const greeted = await openGreetedSocket(server.url);
  await clock.pass(3000);
  expect((await silent.closed).code).toBe(4408);
  greeted.send({ type: 'ping' });
  expect(await greeted.next()).toEqual({ type: 'pong' });
  greeted.socket.close();
});

test('a socket ends with its credential, with 4403, and lets go of its sources', async () => {
  const clock = createFakeClock();
  await using server = await startFeedServer({ clock, expiresAt: clock.now() + 60_000 });
  const client = await openGreetedSocket(server.url);
  client.send({ type: 'subscribe', id: 'a', payload: numbers });
  const feed = await server.nextFeed();
  for (let passed = 0; passed < 59_999; passed += 10_000) {
    await clock.pass(Math.min(10_000, 59_999 - passed));
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  }
  await clock.pass(1);
  expect(await client.closed).toEqual({ code: 4403, reason: 'Token expired' });
  await feed.released;
});

test('a peer that answers no ping is ended', async () => {
  const clock = createFakeClock();
  await using server = await startFeedServer({ clock, settings: { pingMs: 1000 } });
  const dead = await openRawSocket(server.url);
  dead.send({ type: 'connection_init', payload: { authorization: 'Bearer sandbox-owner' } });
  await dead.next();
  // as a machine that lost its power: connected, and silent
  dead.socket.pause();
  const alive = await openGreetedSocket(server.url);
  const pinged = once(alive.socket, 'ping');
  await clock.pass(1000);
  await pinged;
  alive.send({ type: 'ping' });
  await alive.next();
  await clock.pass(1000);
  dead.socket.resume();
  expect((await dead.closed).code).toBe(1006);
  alive.send({ type: 'ping' });
  expect(await alive.next()).toEqual({ type: 'pong' });
  alive.socket.close();
});

test('a caller has so many sockets, and gets the place of one that is gone', async () => {
  await using server = await startFeedServer({ settings: { perCaller: 2 } });
  const [first, second] = [await openGreetedSocket(server.url), await openGreetedSocket(server.url)];
  const third = await openRawSocket(server.url);
  third.send({ type: 'connection_init', payload: { authorization: 'Bearer sandbox-owner' } });
  expect(await third.closed).toEqual({ code: 4429, reason: 'Too many sockets (sockets.perCaller)' });
  first.socket.close();
  await first.closed;
  const fourth = await openGreetedSocket(server.url);
  for (const { socket } of [second, fourth]) socket.close();
});

test('a socket runs so many operations at a time; one more is refused, the others go on', async () => {
  await using server = await startFeedServer({ settings: { operationsPerSocket: 2 } });
  const client = await openGreetedSocket(server.url);
  for (const id of ['a', 'b', 'c']) client.send({ type: 'subscribe', id, payload: numbers });
  expect(await client.next()).toMatchObject({
    id: 'c',
    type: 'error',
    payload: [{ extensions: { code: 'OVERLOADED', limit: 2, setting: 'sockets.operationsPerSocket' } }],
  });
  const feed = await server.nextFeed();
  feed.end();
  expect(await client.next()).toEqual({ id: 'a', type: 'complete' });
  client.send({ type: 'subscribe', id: 'c', payload: numbers });
  await server.nextFeed();
  (await server.nextFeed()).give(3);
  expect(await client.next()).toMatchObject({ id: 'c', type: 'next' });
  client.socket.close();
});

test('a message that is too large closes with 1009', async () => {
  await using server = await startFeedServer({ settings: { maxMessageBytes: 1000 } });
  const client = await openGreetedSocket(server.url);
  client.send({ type: 'ping', payload: { text: 'x'.repeat(1000) } });
  expect((await client.closed).code).toBe(1009);
});

test('who reads no answers is not read either, so that its pings fill no memory', async () => {
  await using server = await startFeedServer();
  const client = await openGreetedSocket(server.url);
  client.socket.pause();
  const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(64_000) } });
  const count = 1000;
  let sent = 0;
  for (let index = 0; index < count; index += 1) {
    client.socket.send(ping, () => {
      sent += 1;
    });
  }
  // a bystander is served meanwhile, and long enough for every ping to have been read
  const bystander = await openGreetedSocket(server.url);
  for (let index = 0; index < 500; index += 1) {
    bystander.send({ type: 'ping' });
    await bystander.next();
  }
  expect(sent).toBeLessThan(count / 2);
  client.socket.resume();
  for (let index = 0; index < count; index += 1) expect((await client.next())['type']).toBe('pong');
  for (const { socket } of [client, bystander]) socket.close();
});

test('a slow reader slows its source', async () => {
  await using server = await startFeedServer({ settings: { maxUnsentBytes: 100_000 } });
  const client = await openGreetedSocket(server.url);
  client.send({
    type: 'subscribe',
    id: 'a',
    payload: { query: 'subscription { numbers(size: 50000) }' },
  });
  const feed = await server.nextFeed();
  client.socket.pause();
  const count = 1000;
  for (let index = 0; index < count; index += 1) feed.give(index);
  const bystander = await openGreetedSocket(server.url);
  for (let index = 0; index < 500; index += 1) {
    bystander.send({ type: 'ping' });
    await bystander.next();
  }
  expect(feed.taken()).toBeLessThan(count / 2);
  client.socket.resume();
  for (let index = 0; index < count; index += 1) {
    expect(await client.next()).toMatchObject({
      payload: { data: { numbers: String(index).padEnd(50_000, '.') } },
    });
  }
  for (const { socket } of [client, bystander]) socket.close();
});

test('a client that lost more events than its queue holds, again, is closed with 4430', async () => {
  await using server = await startFeedServer();
  const client = await openGreetedSocket(server.url);
  for (const id of ['a', 'b']) client.send({ type: 'subscribe', id, payload: numbers });
  const [feed, other] = [await server.nextFeed(), await server.nextFeed()];
  feed.give(1);
  expect((await client.next())['type']).toBe('next');
  feed.fail(new Failure('OVERLOADED', 'Events came faster than they were taken.'));
  expect(await client.closed).toMatchObject({ code: 4430, reason: expect.stringContaining('cursor') });
  expect(client.waiting).toEqual([]);
  await other.released;
});

test('a client that has stopped reading is closed with 4430, and reads so once it goes on', async () => {
  const clock = createFakeClock();
  await using server = await startFeedServer({
    clock,
    settings: { maxUnsentBytes: 100_000, pingMs: 20_000 },
  });
  const client = await openGreetedSocket(server.url);
  client.send({
    type: 'subscribe',
    id: 'a',
    payload: { query: 'subscription { numbers(size: 50000) }' },
  });
  const feed = await server.nextFeed();
  client.socket.pause();
  for (let index = 0; index < 1000; index += 1) feed.give(index);
  const bystander = await openGreetedSocket(server.url);
  for (let index = 0; index < 500; index += 1) {
    bystander.send({ type: 'ping' });
    await bystander.next();
  }
  bystander.socket.close();
  await clock.pass(40_000);
  await feed.released;
  client.socket.resume();
  expect((await client.closed).code).toBe(4430);
});

test('a stop closes sockets with 1001 in waves, and takes no new ones', async () => {
  const clock = createFakeClock();
  const server = await startFeedServer({ clock, drainMs: 10_000 });
  const clients: RawSocket[] = [];
  for (let index = 0; index < 120; index += 1) clients.push(await openGreetedSocket(server.url));
  const codes: number[] = [];
  for (const { closed } of clients) void closed.then(({ code }) => codes.push(code));
  const stopped = server.close();
  const closedSoFar = (from: number, to: number) =>
    Promise.all(clients.slice(from, to).map(({ closed }) => closed));
  await clock.pass(0);
  await closedSoFar(0, 12);
  expect(codes).toHaveLength(12);
  // ten waves, and as long again as between two of them for the last
  await clock.pass(4600);
  await closedSoFar(12, 72);
  expect(codes).toHaveLength(72);
  await expect(openRawSocket(server.url)).rejects.toThrow('503');
  expect((await fetch(`${server.url}/ready`)).status).toBe(503);
  await clock.pass(5400);
  await stopped;
  await Promise.all(clients.map(({ closed }) => closed));
  expect(new Set(codes)).toEqual(new Set([1001]));
});

test('a stop waits for a mutation that is under way, and not for subscriptions', async () => {
  const server = await startFeedServer({ settings: { operations: 'all' }, drainMs: 60_000 });
  const client = await openGreetedSocket(server.url);
  client.send({ type: 'subscribe', id: 's', payload: numbers });
  const feed = await server.nextFeed();
  client.send({ type: 'subscribe', id: 'm', payload: { query: 'mutation { wait }' } });
  await server.waitBegan;
  const stopped = server.close();
  server.letGo();
  expect(await client.next()).toEqual({ id: 'm', type: 'next', payload: { data: { wait: 'done' } } });
  expect(await client.next()).toEqual({ id: 'm', type: 'complete' });
  expect((await client.closed).code).toBe(1001);
  await feed.released;
  await stopped;
});

test('a stop ends what does not finish within its time', async () => {
  const clock = createFakeClock();
  const server = await startFeedServer({ clock, settings: { operations: 'all' }, drainMs: 5000 });
  const client = await openGreetedSocket(server.url);
  client.send({ type: 'subscribe', id: 'm', payload: { query: 'mutation { wait }' } });
  await server.waitBegan;
  const stopped = server.close();
  await clock.pass(5000);
  await stopped;
  expect((await client.closed).code).toBe(1006);
});
