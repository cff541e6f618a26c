import { createServer } from 'node:http';
import { LRUCache } from 'lru-cache';
import { Pool } from 'undici';
import { z } from 'zod';
import { createSandbox } from '../sandbox/sandbox.ts';
import type { Registration } from '../src/datasources/directory.ts';
import { createMakeAdmin } from '../src/datasources/make-admin/make-admin.ts';
import { createMakeBilling } from '../src/datasources/make-billing/make-billing.ts';
import { platformAccount } from '../src/datasources/platform-billing/platform.ts';
import { createPlatformBilling } from '../src/datasources/platform-billing/platform-billing.ts';
import { systemClock } from '../src/domain/clock.ts';
import { createCache } from '../src/upstream/cache.ts';
import type { Account, Errand, Upstream } from '../src/upstream/call.ts';
import { createLimiter } from '../src/upstream/limiter.ts';
import { pathOf } from '../src/upstream/path.ts';
import { createUpstream } from '../src/upstream/upstream.ts';
import { median, nanoseconds, type Row, report, rounded } from './report.ts';

export async function runPipeline(): Promise<void> {
  report('pipeline', {
    'an answer from the cache': await measureCache(),
    'a request over a socket, 32 at a time': await measureRequests(),
    'reading an answer (parse and zod)': await measureShapes(),
  });
}

const answer = z.object({ id: z.number(), name: z.string() });
const body = JSON.stringify({ id: 1, name: 'x'.repeat(500) });

function createErrand(): Errand {
  return {
    signal: new AbortController().signal,
    deadline: Date.now() + 60_000,
    priority: 'query',
    caller: 'bench',
    startedAt: Date.now(),
    meter: { upstreamRequests: 0, retries: 0, cacheHits: 0, coalesced: 0, buckets: new Map() },
  };
}

/** A server in this process that sends the same small answer, and a pipeline to it without a limit to speak of. */
async function startPair() {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const limiter = createLimiter({ clock: systemClock });
  limiter.learnLimit('make:1001', 1_000_000, 'configuration');
  const upstream = createUpstream({
    name: 'make-billing',
    clock: systemClock,
    limiter,
    cache: createCache(),
  });
  const origin = `http://127.0.0.1:${port}`;
  const account: Account = { key: 'make:1001', baseUrl: `${origin}/api/v2`, authorization: () => 'Token x' };
  return {
    origin,
    upstream,
    account,
    async [Symbol.asyncDispose]() {
      await upstream.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function measureCache(): Promise<Row[]> {
  await using pair = await startPair();
  const endpoint = {
    method: 'GET',
    path: '/organizations/{id}/subscription',
    answer,
    cache: 'subscription',
  } as const;
  const call = { endpoint, account: pair.account, params: { id: 1001 }, tags: ['organization:1001'] };
  const errand = createErrand();
  await pair.upstream.request(call, errand);
  const pipeline = await nanoseconds(200_000, () => pair.upstream.request(call, errand));

  const bare = new LRUCache<string, object>({ maxSize: 1e6, sizeCalculation: () => 100 });
  const key = 'make:1001 GET /organizations/1001/subscription';
  bare.set(key, JSON.parse(body));
  const lru = await nanoseconds(200_000, () => bare.get(key));
  const lruAsync = await nanoseconds(200_000, async () => bare.get(key));
  return [
    { what: 'the pipeline: path, key, freshness, meter', ns: pipeline },
    { what: 'a bare lru-cache get behind an async function', ns: lruAsync },
    { what: 'a bare lru-cache get', ns: lru },
  ];
}

async function measureRequests(): Promise<Row[]> {
  await using pair = await startPair();
  const pool = new Pool(pair.origin, { connections: 64 });
  let number = 0;
  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    'the pipeline: cache, flight, breaker, limiter, transport, zod': () => {
      const endpoint = { method: 'GET', path: '/organizations/{id}', answer } as const;
      const params = { id: (number += 1) };
      return pair.upstream.request({ endpoint, account: pair.account, params }, createErrand());
    },
    'undici request, JSON and zod': async () => {
      const response = await pool.request({ method: 'GET', path: `/api/v2/organizations/${(number += 1)}` });
      return answer.parse(await response.body.json());
    },
    fetch: async () => {
      const response = await fetch(`${pair.origin}/api/v2/organizations/${(number += 1)}`);
      return answer.parse(await response.json());
    },
  };
  const measured = new Map<string, number[]>(Object.keys(ways).map((what) => [what, []]));
  for (let round = 0; round < 5; round += 1) {
    for (const [what, send] of Object.entries(ways)) {
      measured.get(what)?.push(await requestsPerSecond(send, 3_000));
    }
  }
  await pool.close();
  return Array.from(measured, ([what, rounds]) => ({
    what,
    'requests per second': Math.round(median(rounds)),
  }));
}

async function requestsPerSecond(send: () => Promise<unknown>, count: number): Promise<number> {
  let left = count;
  const startedAt = performance.now();
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await send();
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return (1000 * count) / (performance.now() - startedAt);
}

const wholeAuditLog = { from: null, to: null, eventTypes: [], authors: [], teams: [] };
const wholeAnalytics = {
  period: null,
  teams: [],
  scenarios: [],
  statuses: [],
  errorTypes: [],
  scenarioStatuses: [],
  folders: [],
};

/** Answers of each kind that the datasources read, taken from the sandbox once and read many times. */
async function measureShapes(): Promise<Row[]> {
  await using sandbox = await createSandbox({ port: 0, now: '2026-11-15T10:00:00Z' });
  const rows: Row[] = [];
  for (const dialect of ['documented', 'live'] as const) {
    const origin = dialect === 'live' ? sandbox.origins.makeLive : sandbox.origins.makeDocumented;
    const organization = registrationOf(1004, origin);
    const make = createMakeBilling(createMeasuring(dialect, rows), { dialect, prices: [] }, () => {});
    const errand = createErrand();
    await make.organization(organization, errand);
    await make.subscription(organization, errand);
    await make.payments(organization, { offset: 0, limit: 100 }, errand);
    await make.invoices(organization, {}, { offset: 0, limit: 50 }, errand);

    const admin = createMakeAdmin(createMeasuring(dialect, rows), dialect);
    await admin.auditLog(organization, wholeAuditLog, { offset: 0, limit: 100 }, errand);
    await admin.organizationAnalytics(organization, wholeAnalytics, errand);
    await admin.usageHistory(organization, null, errand);
  }
  const account = platformAccount({ url: sandbox.origins.platform, key: 'sandbox-platform-key' });
  const platform = createPlatformBilling(createMeasuring('platform', rows), account);
  const customer = 'cus_0000000000001004';
  await platform.plans({}, { offset: 0, limit: 100 }, createErrand());
  await platform.customer(customer, createErrand());
  await platform.invoices(customer, {}, { offset: 0, limit: 100 }, createErrand());
  return rows;
}

function registrationOf(id: number, origin: string): Registration {
  const token = `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
  const account = { key: `make:${id}`, baseUrl: `${origin}/api/v2`, authorization: () => `Token ${token}` };
  return { id, name: null, zone: null, customer: null, requestsPerMinute: null, hasOwnToken: true, account };
}

/** Asks the upstream by plain fetch, and measures how long the call's schema takes to read what came. */
function createMeasuring(dialect: string, rows: Row[]): Upstream {
  return {
    invalidate() {},
    peek: () => 'absent',
    async request(call) {
      const { endpoint, account } = call;
      const authorization = await account.authorization(false);
      const response = await fetch(account.baseUrl + pathOf(call), { headers: { authorization } });
      const text = await response.text();
      const parsed: unknown = JSON.parse(text);
      const times = Math.max(20, Math.round(2_000_000 / text.length));
      rows.push({
        what: `${dialect} ${endpoint.method} ${endpoint.path}`,
        bytes: text.length,
        'JSON.parse µs': rounded((await nanoseconds(times, () => JSON.parse(text))) / 1000),
        'zod µs': rounded((await nanoseconds(times, () => endpoint.answer.parse(parsed))) / 1000),
      });
      return { value: endpoint.answer.parse(parsed), fetchedAt: Date.now(), isStale: false };
    },
  };
}
