import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createCache } from '../../../src/upstream/cache.ts';
import { cacheClasses } from '../../../src/upstream/cache-classes.ts';
import { createFakeClock } from '../../unit/fake-clock.ts';
import {
  callOf,
  changeEndpoint,
  createTestUpstream,
  json,
  newMeter,
  readEndpoint,
  startServer,
  until,
} from './test-upstream.ts';

const cached = { ...readEndpoint, cache: 'subscription' } as const;
const tags = ['organization:1001:subscription'];

/** A server that counts up, and a pipeline whose clock stands still until told. */
async function setUp(
  answer: (response: ServerResponse, count: number) => void = (r, count) => json(r, { ok: count }),
) {
  const server = await startServer(answer);
  const clock = createFakeClock();
  const pipeline = createTestUpstream({ origin: server.origin, clock });
  const { upstream, account, errand } = pipeline;
  return {
    ...pipeline,
    server,
    clock,
    read: (wish: Parameters<typeof errand>[0] = {}) =>
      upstream.request(callOf(cached, account, { tags }), errand(wish)),
    change: () =>
      upstream.request(callOf(changeEndpoint, account, { tags }), errand({ priority: 'mutation' })),
    async [Symbol.asyncDispose]() {
      await pipeline[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('what was read is shown for as long as its class says, and costs nothing', async () => {
  await using t = await setUp();
  const first = await t.read();
  await t.clock.pass(299_000);
  const meter = newMeter();
  expect(await t.read({ meter })).toEqual({ value: { ok: 1 }, fetchedAt: first.fetchedAt, isStale: false });
  expect(meter).toMatchObject({ upstreamRequests: 0, cacheHits: 1 });
  expect(t.server.count()).toBe(1);
});

test('for a while after that it is shown marked as stale, and renewed once behind it', async () => {
  await using t = await setUp();
  await t.read();
  await t.clock.pass(301_000);
  const answers = await Promise.all([t.read(), t.read(), t.read()]);
  expect(answers.map(({ value, isStale }) => [value.ok, isStale])).toEqual([
    [1, true],
    [1, true],
    [1, true],
  ]);
  await until(() => t.upstream.peek(callOf(cached, t.account)) === 'fresh');
  expect(await t.read()).toMatchObject({ value: { ok: 2 }, isStale: false });
  expect(t.server.count()).toBe(2);
});

test('after that it is asked for again', async () => {
  await using t = await setUp();
  await t.read();
  await t.clock.pass(361_000);
  expect(await t.read()).toMatchObject({ value: { ok: 2 }, isStale: false });
});

test('when the upstream fails, what is known is shown marked as stale, unless fresher was asked for', async () => {
  await using t = await setUp((r, count) => (count === 1 ? json(r, { ok: 1 }) : r.writeHead(500).end()));
  await t.read();
  await t.clock.pass(600_000);
  expect(await t.read()).toMatchObject({ value: { ok: 1 }, isStale: true });
  await expect(t.read({ maxAge: 60 })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  await t.clock.pass(3_600_000);
  await expect(t.read()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
});

test('when the credential is refused, nothing that was known is shown in its place', async () => {
  await using t = await setUp((r, count) => (count === 1 ? json(r, { ok: 1 }) : r.writeHead(403).end()));
  await t.read();
  await t.clock.pass(600_000);
  await expect(t.read()).rejects.toMatchObject({ code: 'UPSTREAM_AUTH' });
});

test('that there is no such thing is remembered for seconds', async () => {
  await using t = await setUp((r) => r.writeHead(404).end());
  await expect(t.read()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(t.read()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(t.server.count()).toBe(1);
  await t.clock.pass(5_000);
  await expect(t.read()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(t.server.count()).toBe(2);
});

test.each([
  ['403', (r: ServerResponse) => r.writeHead(403).end()],
  ['503', (r: ServerResponse) => r.writeHead(503).end()],
  ['a page', (r: ServerResponse) => r.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
  ['what does not fit the schema', (r: ServerResponse) => json(r, { ok: 'one' })],
  ['an error inside a 200', (r: ServerResponse) => json(r, { ok: 1, error: 500 })],
])('%s is never kept', async (_, answer) => {
  let isWell = false;
  await using t = await setUp((r) => (isWell ? json(r, { ok: 1 }) : answer(r)));
  await expect(t.read()).rejects.toThrow();
  isWell = true;
  expect(await t.read()).toMatchObject({ value: { ok: 1 } });
});

test('nobody is shown what another account may see', async () => {
  await using t = await setUp();
  await t.read();
  const other = { ...t.account, key: 'make:1002' };
  expect(await t.upstream.request(callOf(cached, other), t.errand())).toMatchObject({ value: { ok: 2 } });
});

test('another query is another answer', async () => {
  await using t = await setUp();
  const pages = [1, 2].map((page) => callOf(cached, t.account, { query: { page } }));
  const answers = await Promise.all(pages.map((call) => t.upstream.request(call, t.errand())));
  expect(new Set(answers.map(({ value }) => value.ok))).toEqual(new Set([1, 2]));
});

test('a change drops what it changed before its own answer is there', async () => {
  await using t = await setUp();
  await t.read();
  await t.change();
  expect(await t.read()).toMatchObject({ value: { ok: 3 } });
});

test('a change of unknown outcome drops what it may have changed', async () => {
  await using t = await setUp((r, count) => (count === 2 ? r.destroy() : json(r, { ok: count })));
  await t.read();
  await expect(t.change()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect(await t.read()).toMatchObject({ value: { ok: 3 } });
});

test('an answer under way when something is changed is neither kept nor given to who asks afterwards', async () => {
  const held: ServerResponse[] = [];
  await using t = await setUp((r, count) => (count === 1 ? held.push(r) : json(r, { ok: count })));
  const before = t.read();
  await until(() => held.length === 1);
  t.upstream.invalidate(tags);
  expect(await t.read()).toMatchObject({ value: { ok: 2 } });
  for (const response of held) json(response, { ok: 1 });
  expect(await before).toMatchObject({ value: { ok: 1 } });
  expect(await t.read()).toMatchObject({ value: { ok: 2 } });
  expect(t.server.count()).toBe(2);
});

test('two endpoints that read one address each as they need share one request', async () => {
  await using t = await setUp();
  const other = { ...cached, answer: z.object({ ok: z.number().transform((ok) => `number ${ok}`) }) };
  await t.read();
  expect(await t.upstream.request(callOf(other, t.account), t.errand())).toMatchObject({
    value: { ok: 'number 1' },
  });
  expect(await t.read()).toMatchObject({ value: { ok: 1 } });
  expect(t.server.count()).toBe(1);
});

test('a maximum age takes what is younger, and asks for what is older', async () => {
  await using t = await setUp();
  await t.read();
  await t.clock.pass(10_000);
  expect(await t.read({ maxAge: 10 })).toMatchObject({ value: { ok: 1 } });
  expect(await t.read({ maxAge: 9 })).toMatchObject({ value: { ok: 2 } });
  await t.clock.pass(301_000);
  expect(await t.read({ maxAge: 3_600 })).toMatchObject({ value: { ok: 3 }, isStale: false });
});

test('a maximum age of nothing is fulfilled only by what was sent after the operation began', async () => {
  const held: ServerResponse[] = [];
  await using t = await setUp((r, count) => (count === 1 ? held.push(r) : json(r, { ok: count })));
  const before = t.read();
  await until(() => held.length === 1);
  await t.clock.pass(1);
  const meter = newMeter();
  const wish = { maxAge: 0, meter, startedAt: t.clock.now() };
  const [one, two] = await Promise.all([t.read(wish), t.read(wish)]);
  expect([one.value.ok, two.value.ok]).toEqual([2, 2]);
  expect(await t.read(wish)).toMatchObject({ value: { ok: 2 } });
  expect(meter).toMatchObject({ upstreamRequests: 1, coalesced: 1, cacheHits: 1 });
  for (const response of held) json(response, { ok: 1 });
  await before;
  expect(await t.read(), 'the older answer does not replace the newer').toMatchObject({ value: { ok: 2 } });
});

test('looking tells what asking would find, and asks nothing', async () => {
  await using t = await setUp();
  const call = callOf(cached, t.account);
  expect(t.upstream.peek(call)).toBe('absent');
  await t.read();
  expect(t.upstream.peek(call)).toBe('fresh');
  expect(t.upstream.peek(call, 0)).toBe('absent');
  await t.clock.pass(20_000);
  expect([t.upstream.peek(call, 20), t.upstream.peek(call, 19)]).toEqual(['fresh', 'absent']);
  await t.clock.pass(290_000);
  expect(t.upstream.peek(call)).toBe('stale');
  await t.clock.pass(60_000);
  expect(t.upstream.peek(call)).toBe('absent');
  expect(t.server.count()).toBe(1);
});

test('payments with their signed links are never shown more than nine minutes old', () => {
  const { fresh, staleWhileRevalidate, staleIfError } = cacheClasses.payments;
  expect(fresh + staleWhileRevalidate + staleIfError).toBeLessThanOrEqual(540);
});

test('the cache holds no more bytes than it was given, and drops what was used least lately', () => {
  const cache = createCache({ maxBytes: 1_000_000 });
  const fetched = (sentAt: number) => ({
    body: {},
    absence: undefined,
    bytes: 20_000,
    fetchedAt: 0,
    sentAt,
    askedFor: new WeakRef(newMeter()),
    readings: [],
  });
  for (let number = 0; number < 100; number += 1) cache.put(`key ${number}`, fetched(number), ['tag']);
  expect(cache.bytes()).toBeLessThanOrEqual(1_000_000);
  expect([cache.get('key 0'), cache.get('key 99')?.sentAt]).toEqual([undefined, 99]);
  cache.tags.invalidate(['tag']);
  expect(cache.bytes()).toBe(0);
});

test('an operation asks a thing once, unless what it was told does not do: then again, beside its price', async () => {
  await using t = await setUp();
  const wish = { maxAge: 0, meter: newMeter(), startedAt: t.clock.now() };
  const first = await t.read(wish);
  expect((await t.read({ ...wish, startedAt: first.fetchedAt })).value).toEqual({ ok: 1 });
  const again = await t.read({ ...wish, startedAt: first.fetchedAt, isAgain: true });
  expect(again.value).toEqual({ ok: 2 });
  expect(wish.meter).toMatchObject({ upstreamRequests: 2, retries: 1 });
});
