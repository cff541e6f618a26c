import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
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

async function setUp(answer: (response: ServerResponse, count: number) => void, limit = 60) {
  const server = await startServer(answer);
  const clock = createFakeClock();
  const pipeline = createTestUpstream({ origin: server.origin, clock, limit });
  return {
    ...pipeline,
    server,
    clock,
    read: (organizationId: number, wish: Parameters<typeof pipeline.errand>[0] = {}) =>
      pipeline.upstream.request(
        callOf(readEndpoint, pipeline.account, { params: { organizationId } }),
        pipeline.errand(wish),
      ),
    async [Symbol.asyncDispose]() {
      await pipeline[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const refuse = (response: ServerResponse, retryAfter: string): void => {
  response
    .writeHead(429, { 'retry-after': retryAfter, 'content-type': 'text/plain' })
    .end('Requests limit exceeded');
};

test('F01 a short refusal is waited out by everybody in the bucket, and nothing is sent before its time', async () => {
  await using t = await setUp((r, count) => (count === 1 ? refuse(r, '5') : json(r, { ok: count })));
  const first = t.read(1);
  await until(() => t.limiter.status('make:1001').target === 24);
  const others = [t.read(2), t.read(3)];
  await until(() => t.limiter.status('make:1001').queued === 3);
  await t.clock.pass(4_999);
  expect(t.server.count()).toBe(1);
  await t.clock.pass(1);
  expect((await Promise.all([first, ...others])).every(({ value }) => value.ok > 1)).toBe(true);
  expect(t.server.count()).toBe(4);
});

test('F01 a refusal longer than the deadline fails at once for everybody, and says for how long', async () => {
  await using t = await setUp((r) => refuse(r, '45'));
  const limited = { code: 'RATE_LIMITED', details: { bucket: 'make:1001', retryAfter: 45 } };
  await expect(t.read(1)).rejects.toMatchObject(limited);
  await expect(t.read(2)).rejects.toMatchObject(limited);
  expect(t.server.count()).toBe(1);
});

test('a change that was refused for its number is not sent again', async () => {
  await using t = await setUp((r) => refuse(r, '1'));
  await expect(t.upstream.request(callOf(changeEndpoint, t.account), t.errand())).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    details: { upstream: 'make-billing', bucket: 'make:1001', retryAfter: 1 },
  });
  expect(t.server.count()).toBe(1);
});

test('F08 a 503 that says for how long is waited out', async () => {
  await using t = await setUp((r, count) =>
    count === 1 ? r.writeHead(503, { 'retry-after': '3' }).end() : json(r, { ok: count }),
  );
  const answer = t.read(1);
  await until(() => t.limiter.status('make:1001').queued === 1);
  expect(t.limiter.status('make:1001').target).toBe(48);
  await t.clock.pass(3_000);
  expect(await answer).toMatchObject({ value: { ok: 2 } });
});

test('each try of a read pays the limiter and the operation that asked', async () => {
  await using t = await setUp((r, count) => (count < 3 ? r.writeHead(500).end() : json(r, { ok: count })));
  const meter = newMeter();
  await t.read(1, { meter });
  expect(meter).toMatchObject({ upstreamRequests: 3, buckets: new Map([['make:1001', 3]]) });
  expect(t.limiter.status('make:1001').used).toBe(3);
});

test('the limit is learned from the headers of an answer', async () => {
  await using t = await setUp((r) => {
    const reset = Math.ceil(t.clock.now() / 1000) + 30;
    r.setHeader('x-ratelimit-limit', '240')
      .setHeader('x-ratelimit-remaining', '1')
      .setHeader('x-ratelimit-reset', String(reset));
    r.setHeader('date', new Date(t.clock.now()).toUTCString());
    json(r, { ok: 1 });
  });
  await t.read(1);
  expect(t.limiter.status('make:1001')).toMatchObject({ limit: 240, target: 192 });
  const answers = Promise.allSettled([t.read(2), t.read(3, { patienceMs: 20_000 })]);
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('an endpoint group has a bucket of its own', async () => {
  await using t = await setUp((r) => json(r, { ok: 1 }));
  const meter = newMeter();
  await t.upstream.request(callOf({ ...readEndpoint, group: 'invoices' }, t.account), t.errand({ meter }));
  expect(meter.buckets).toEqual(new Map([['make:1001:invoices', 1]]));
  expect(t.limiter.status('make:1001').used).toBe(0);
});

test('an id that is no id costs nothing', async () => {
  await using t = await setUp((r) => json(r, { ok: 1 }));
  const call = callOf(readEndpoint, t.account, { params: { organizationId: '../1002' } });
  await expect(t.upstream.request(call, t.errand())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect([t.server.count(), t.limiter.status('make:1001').used]).toEqual([0, 0]);
});
