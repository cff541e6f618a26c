import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { Priority } from '../../../src/upstream/call.ts';
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

/** A server that answers when told to. */
async function setUp(limit?: number) {
  const held: ServerResponse[] = [];
  const closed: ServerResponse[] = [];
  const server = await startServer((response) => {
    held.push(response);
    response.on('close', () => closed.push(response));
  });
  const pipeline = createTestUpstream({ origin: server.origin, ...(limit !== undefined && { limit }) });
  return {
    ...pipeline,
    server,
    held,
    closed,
    read: (wish: Parameters<typeof pipeline.errand>[0] = {}, organizationId = 1001) =>
      pipeline.upstream.request(
        callOf(readEndpoint, pipeline.account, { params: { organizationId } }),
        pipeline.errand(wish),
      ),
    async [Symbol.asyncDispose]() {
      for (const response of held) response.destroy();
      await pipeline[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('whoever asks the same at the same time shares one request', async () => {
  await using t = await setUp();
  const meters = Array.from({ length: 50 }, newMeter);
  const answers = meters.map((meter) => t.read({ meter }));
  await until(() => t.held.length === 1);
  for (const response of t.held) json(response, { ok: 1 });
  expect((await Promise.all(answers)).every(({ value }) => value.ok === 1)).toBe(true);
  expect(t.server.count()).toBe(1);
  expect(meters.reduce((sum, meter) => sum + meter.upstreamRequests, 0)).toBe(1);
  expect(meters.reduce((sum, meter) => sum + meter.coalesced, 0)).toBe(49);
});

test('F60 a client that goes leaves a shared request to the others', async () => {
  await using t = await setUp();
  const gone = new AbortController();
  const first = t.read({ signal: gone.signal });
  const second = t.read();
  await until(() => t.held.length === 1);
  gone.abort();
  await expect(first).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  for (const response of t.held) json(response, { ok: 1 });
  expect(await second).toMatchObject({ value: { ok: 1 } });
});

test('F60 when the last client goes, the request is aborted on the socket and its place is held as used', async () => {
  await using t = await setUp();
  const gone = [new AbortController(), new AbortController()];
  const answers = gone.map(({ signal }) => t.read({ signal }).catch(() => 'gone'));
  await until(() => t.held.length === 1);
  for (const controller of gone) controller.abort();
  expect(await Promise.all(answers)).toEqual(['gone', 'gone']);
  await until(() => t.closed.length === 1);
  expect(t.limiter.status('make:1001')).toMatchObject({ used: 1 });
  expect(t.upstream.state()).toMatchObject({ breaker: 'closed', failingEndpoints: [] });
});

test('a request that nobody waits for any more is not joined by who comes later', async () => {
  await using t = await setUp();
  const gone = new AbortController();
  const first = t.read({ signal: gone.signal }).catch(() => 'gone');
  await until(() => t.held.length === 1);
  gone.abort();
  const second = t.read();
  expect(await first).toBe('gone');
  await until(() => t.held.length === 2);
  json(t.held[1] ?? expect.fail(), { ok: 2 });
  expect(await second).toMatchObject({ value: { ok: 2 } });
});

test('each who waits has a deadline of its own', async () => {
  await using t = await setUp();
  const impatient = t.read({ patienceMs: 40 });
  const patient = t.read();
  await expect(impatient).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  for (const response of t.held) json(response, { ok: 1 });
  expect(await patient).toMatchObject({ value: { ok: 1 } });
});

test('a request that waits for its turn goes at the priority of whoever wants it most', async () => {
  const clock = createFakeClock();
  const paths: (string | undefined)[] = [];
  await using server = await startServer((response, _, request) => {
    paths.push(request.url);
    json(response, { ok: 1 });
  });
  await using t = createTestUpstream({ origin: server.origin, clock, limit: 1 });
  const read = (organizationId: number, priority: Priority, patienceMs = 300_000) =>
    t.upstream.request(
      callOf(readEndpoint, t.account, { params: { organizationId } }),
      t.errand({ priority, patienceMs }),
    );
  await read(1, 'query');
  const answers = [read(2, 'export'), read(3, 'query'), read(2, 'mutation', 400_000)];
  await until(() => t.limiter.status('make:1001').queued === 2);
  await clock.pass(60_001);
  await until(() => paths.length === 2);
  expect(paths.at(-1)).toMatch('/organizations/2/');
  await until(() => t.limiter.status('make:1001').queued === 1 && t.events.length >= 5);
  await clock.pass(60_001);
  await Promise.all(answers);
});

test('a call that no turn can come for in time fails at once and sends nothing', async () => {
  await using t = await setUp(1);
  const first = t.read();
  await until(() => t.held.length === 1);
  const meter = newMeter();
  await expect(t.read({ meter, patienceMs: 5_000 }, 1002)).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    details: { bucket: 'make:1001', retryAfter: 61 },
  });
  expect(meter.upstreamRequests).toBe(0);
  for (const response of t.held) json(response, { ok: 1 });
  await first;
});

test('a change that waits is given up with its client, one that is sent is seen through', async () => {
  await using t = await setUp();
  const gone = new AbortController();
  const change = t.upstream.request(callOf(changeEndpoint, t.account), t.errand({ signal: gone.signal }));
  await until(() => t.held.length === 1);
  gone.abort();
  for (const response of t.held) json(response, { ok: 1 });
  expect(await change).toMatchObject({ value: { ok: 1 } });
  await expect(
    t.upstream.request(callOf(changeEndpoint, t.account), t.errand({ signal: AbortSignal.abort() })),
  ).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  expect(t.server.count()).toBe(1);
});

test('a thousand calls leave nothing behind on the signal of the operation that made them', async () => {
  await using server = await startServer((response) => json(response, { ok: 1 }));
  await using t = createTestUpstream({ origin: server.origin, limit: 10_000 });
  const { signal } = new AbortController();
  for (const endpoint of [readEndpoint, changeEndpoint]) {
    const calls = Array.from({ length: 500 }, (_, organizationId) =>
      callOf(endpoint, t.account, { params: { organizationId } }),
    );
    await Promise.all(calls.map((call) => t.upstream.request(call, t.errand({ signal }))));
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('an operation that is over asks for nothing any more', async () => {
  await using t = await setUp();
  await expect(t.read({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  expect(t.server.count()).toBe(0);
});

test('two changes are never taken for one', async () => {
  await using t = await setUp();
  const changes = [1, 2].map(() =>
    t.upstream.request(callOf(changeEndpoint, t.account, { body: {} }), t.errand()),
  );
  await until(() => t.held.length === 2);
  for (const response of t.held) json(response, { ok: 1 });
  await Promise.all(changes);
});

test('closing lets what is under way finish', async () => {
  await using t = await setUp();
  const answer = t.read();
  await until(() => t.held.length === 1);
  const closing = t.upstream.close();
  for (const response of t.held) json(response, { ok: 1 });
  expect(await answer).toMatchObject({ value: { ok: 1 } });
  await closing;
});
