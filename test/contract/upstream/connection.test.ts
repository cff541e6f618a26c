import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import type { Resolve } from '../../../src/upstream/lookup.ts';
import { failureOf } from '../../kit/datasource.ts';
import { createFakeClock } from '../../unit/fake-clock.ts';
import {
  callOf,
  changeEndpoint,
  createTestUpstream,
  json,
  readEndpoint,
  startServer,
  type TestUpstream,
} from './test-upstream.ts';

const local = [{ address: '127.0.0.1', family: 4 }];

const read = ({ upstream, account, errand }: TestUpstream) =>
  upstream.request(callOf(readEndpoint, account), errand({ maxAge: 0 }));

const change = ({ upstream, account, errand }: TestUpstream) =>
  upstream.request(callOf(changeEndpoint, account), errand());

async function timed(call: Promise<unknown>): Promise<{ failure: Failure; tookMs: number }> {
  const startedAt = performance.now();
  return { failure: await failureOf(call), tookMs: performance.now() - startedAt };
}

/** Tries a read and changes until the endpoint is closed off; none of it is ever sent. */
async function expectUnreachable(t: TestUpstream, connectTimeoutMs: number): Promise<void> {
  const slackMs = 900;
  const first = await timed(read(t));
  expect(first.failure).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    details: { upstream: 'make-billing' },
  });
  expect(first.tookMs, 'three tries').toBeLessThan(3 * connectTimeoutMs + slackMs);
  for (let count = 0; count < 5; count += 1) {
    const { failure, tookMs } = await timed(change(t));
    expect(failure.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(tookMs).toBeLessThan(connectTimeoutMs + slackMs);
  }
  expect(t.upstream.state().failingEndpoints).toEqual(['POST /organizations/{organizationId}/subscription']);
  const { failure, tookMs } = await timed(change(t));
  expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', details: { retryAfter: 2 } });
  expect(tookMs, 'closed off').toBeLessThan(connectTimeoutMs);
  expect(t.limiter.status('make:1001').used).toBe(0);
}

test('F51 a host that does not resolve is unavailable within the time for connecting', async () => {
  const limits = { connectTimeoutMs: 300 };
  await using t = createTestUpstream({ origin: 'http://nowhere.invalid', limits });
  await expectUnreachable(t, limits.connectTimeoutMs);
});

test('F51 a lookup without an end is given up with the connection', async () => {
  const limits = { connectTimeoutMs: 100 };
  const resolve: Resolve = () => new Promise(() => {});
  await using t = createTestUpstream({ origin: 'http://api.example', limits, resolve });
  await expectUnreachable(t, limits.connectTimeoutMs);
});

test('F51 while lookups fail the last good address is used, for a bounded time', async () => {
  const clock = createFakeClock();
  await using server = await startServer((response) => {
    response.setHeader('connection', 'close');
    json(response, { ok: 1 });
  });
  let isUp = false;
  let lookups = 0;
  const resolve: Resolve = async () => {
    lookups += 1;
    if (!isUp) throw new Error('EAI_AGAIN');
    return local;
  };
  await using t = createTestUpstream({ origin: `http://api.example:${server.port}`, clock, resolve });
  expect(await failureOf(change(t))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  isUp = true;
  await change(t);
  isUp = false;
  for (const call of [change, read]) expect(await call(t)).toMatchObject({ value: { ok: 1 } });
  expect(lookups, 'each connection has asked').toBe(4);
  await clock.pass(15 * 60_000);
  expect(await failureOf(change(t))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  isUp = true;
  expect(await change(t)).toMatchObject({ value: { ok: 1 } });
});

/** A port that lets nobody in: its owner accepts no connection, and the queue before it is full. */
async function startBlackHole(): Promise<AsyncDisposable & { readonly port: number }> {
  const owner = new Worker(
    `const { createServer } = require('node:net');
     const { parentPort } = require('node:worker_threads');
     const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const port = await new Promise<number>((resolve) => owner.once('message', resolve));
  const queued: Socket[] = [];
  for (let isLetIn = true; isLetIn; ) {
    if (queued.length > 2_000) throw new Error('the queue does not fill');
    const socket = connect(port, '127.0.0.1');
    queued.push(socket);
    const connected = new Promise<true>((resolve) => socket.once('connect', () => resolve(true)));
    isLetIn = await Promise.race([connected, delay(100, false)]);
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of queued) socket.destroy();
      await owner.terminate();
    },
  };
}

test('F53 a host that never answers a connection is given up after our time, not the system’s', async () => {
  await using hole = await startBlackHole();
  const limits = { connectTimeoutMs: 100 };
  await using t = createTestUpstream({ origin: `http://127.0.0.1:${hole.port}`, limits });
  const { failure, tookMs } = await timed(change(t));
  expect(failure.code).toBe('UPSTREAM_UNAVAILABLE');
  expect(tookMs).toBeGreaterThan(90);
  await using again = createTestUpstream({ origin: `http://127.0.0.1:${hole.port}`, limits });
  await expectUnreachable(again, limits.connectTimeoutMs);
});

test('an operation that ends while it still connects is not out of its budget, and not held against the upstream', async () => {
  await using hole = await startBlackHole();
  await using t = createTestUpstream({
    origin: `http://127.0.0.1:${hole.port}`,
    limits: { connectTimeoutMs: 400 },
  });
  const late = (endpoint: typeof readEndpoint) =>
    t.upstream.request(callOf(endpoint, t.account), t.errand({ patienceMs: 20 }));
  for (let count = 0; count < 6; count += 1) {
    for (const endpoint of [readEndpoint, changeEndpoint])
      expect((await failureOf(late(endpoint))).code).toBe('UPSTREAM_UNAVAILABLE');
  }
  expect(t.upstream.state()).toEqual({ breaker: 'closed', retryAfter: 0, failingEndpoints: [] });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const isSkipped = !hasOpenssl && process.env.TOLLGATE_TEST_ALL !== '1';

describe.skipIf(isSkipped)(`F54 TLS${isSkipped ? ' (skipped: there is no openssl here)' : ''}`, () => {
  const host = 'billing.example';
  const systemAuthorities = getCACertificates('default');
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-tls-'));
  });
  afterEach(() => setDefaultCACertificates(systemAuthorities));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A key, and a certificate that it has signed itself. */
  function issue({ name, days }: { readonly name: string; readonly days: number }) {
    const openssl = (...options: string[]) =>
      execFileSync('openssl', options, { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl('req', '-new', ...curve, '-subj', '/O=Telltale', '-keyout', 'key', '-out', 'request');
    writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${name}`);
    const signed = ['-req', '-in', 'request', '-signkey', 'key', '-extfile', 'names'];
    const cert = openssl('x509', ...signed, '-days', String(days));
    return { key: readFileSync(join(folder, 'key'), 'utf8'), cert };
  }

  /** What a read and a change end in at a server with a certificate of its own, and how many requests came there. */
  async function meet(certificate: { name: string; days: number }, isTrusted: boolean) {
    const { key, cert } = issue(certificate);
    if (isTrusted) setDefaultCACertificates([...systemAuthorities, cert]);
    let requests = 0;
    const server = createServer({ key, cert }, (_, response) => {
      requests += 1;
      json(response, { ok: 1 });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const t = createTestUpstream({ origin: `https://${host}:${port}`, resolve: async () => local });
    const ends = await Promise.allSettled([read(t), change(t)]);
    const { events } = t;
    await t.upstream.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return { ends, events, requests };
  }

  test('a certificate in order is accepted', async () => {
    const { ends } = await meet({ name: host, days: 1 }, true);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  test.each([
    ['that has expired', { name: host, days: -1 }, true, 'CERT_HAS_EXPIRED'],
    ['for another name', { name: 'telltale.example', days: 1 }, true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that nobody vouches for', { name: host, days: 1 }, false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const)(
    'a certificate %s makes the upstream unavailable, and why is told to the log alone',
    async (_, certificate, isTrusted, why) => {
      const { ends, events, requests } = await meet(certificate, isTrusted);
      expect(requests, 'no fallback to an unverified connection').toBe(0);
      for (const end of ends) {
        const failure = end.status === 'rejected' ? end.reason : undefined;
        expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', cause: { cause: { code: why } } });
        expect(JSON.stringify([failure.message, failure.details])).not.toMatch(
          /certificate|telltale|billing\.example|CERT/i,
        );
      }
      expect(events).toContainEqual(
        expect.objectContaining({
          kind: 'request',
          cause: expect.objectContaining({ cause: expect.objectContaining({ code: why }) }),
        }),
      );
    },
  );
});
