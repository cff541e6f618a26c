import { expect, test } from 'vitest';
import { createFakeClock } from '../../unit/fake-clock.ts';
import {
  callOf,
  changeEndpoint,
  createTestUpstream,
  json,
  readEndpoint,
  startServer,
} from './test-upstream.ts';

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  await using server = await startServer(() => {});
  return server.port;
}

test('F52 F55 an upstream that is down closes itself off in milliseconds, and is back alone', async () => {
  const port = await closedPort();
  const clock = createFakeClock();
  await using t = createTestUpstream({ origin: `http://127.0.0.1:${port}`, clock });
  const read = () => t.upstream.request(callOf(readEndpoint, t.account), t.errand());
  await expect(read()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  await expect(read()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  await expect(read()).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    details: { upstream: 'make-billing', retryAfter: 2 },
  });
  expect(t.upstream.state().failingEndpoints).toEqual(['GET /organizations/{organizationId}/subscription']);
  expect(t.limiter.status('make:1001').used, 'what was not sent holds no place').toBe(0);

  await using server = await startServer((response) => json(response, { ok: 1 }), port);
  await clock.pass(2_000);
  for (let probe = 0; probe < 3; probe += 1) expect(await read()).toMatchObject({ value: { ok: 1 } });
  expect(t.upstream.state()).toEqual({ breaker: 'closed', retryAfter: 0, failingEndpoints: [] });
  expect(server.count()).toBe(3);
});

test('a change that certainly was not sent is not of unknown outcome', async () => {
  await using t = createTestUpstream({ origin: `http://127.0.0.1:${await closedPort()}` });
  await expect(t.upstream.request(callOf(changeEndpoint, t.account), t.errand())).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
  });
});

test('when endpoint after endpoint fails the upstream is down as a whole', async () => {
  await using server = await startServer((response) => response.writeHead(500).end());
  await using t = createTestUpstream({ origin: server.origin });
  const paths = ['/a', '/b', '/c', '/d'];
  const calls = paths.map((path) => callOf({ ...readEndpoint, path }, t.account));
  await Promise.allSettled(calls.map((call) => t.upstream.request(call, t.errand())));
  expect(t.upstream.state()).toMatchObject({ breaker: 'open' });
  const before = server.count();
  await expect(t.upstream.request(callOf(readEndpoint, t.account), t.errand())).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    details: { retryAfter: 2 },
  });
  expect(server.count()).toBe(before);
  expect(t.events).toContainEqual({ kind: 'breaker', upstream: 'make-billing', state: 'open' });
});

test('refusals of the caller, the credential or the number never close an upstream off', async () => {
  const statuses = [400, 401, 402, 403, 404, 405, 409, 422];
  await using server = await startServer((response, count) =>
    json(response, {}, statuses[count % statuses.length]),
  );
  await using t = createTestUpstream({ origin: server.origin });
  for (let call = 0; call < 40; call += 1) {
    await t.upstream.request(callOf(changeEndpoint, t.account), t.errand()).catch(() => {});
  }
  expect(t.upstream.state()).toEqual({ breaker: 'closed', retryAfter: 0, failingEndpoints: [] });
});

test('F56 an upstream that hangs does not delay another', async () => {
  await using hanging = await startServer(() => {});
  await using well = await startServer((response) => json(response, { ok: 1 }));
  await using slow = createTestUpstream({
    origin: hanging.origin,
    limits: { headersTimeoutMs: 500, connections: 2 },
  });
  await using quick = createTestUpstream({ origin: well.origin });
  const stuck = Array.from({ length: 20 }, (_, organizationId) =>
    slow.upstream.request(
      callOf(readEndpoint, slow.account, { params: { organizationId } }),
      slow.errand({ patienceMs: 600 }),
    ),
  );
  const settled = Promise.allSettled(stuck);
  const startedAt = performance.now();
  for (let call = 0; call < 20; call += 1)
    await quick.upstream.request(callOf(readEndpoint, quick.account), quick.errand());
  expect(performance.now() - startedAt).toBeLessThan(500);
  const codes = (await settled).map((result) => result.status === 'rejected' && result.reason.code);
  expect(new Set(codes).has('UPSTREAM_TIMEOUT')).toBe(true);
});
