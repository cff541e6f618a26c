import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../sandbox/sandbox.ts';
import { type AccessLog, openAccessLog } from '../src/access/access-log.ts';
import type { Caller } from '../src/access/caller.ts';
import { openCustomerLinks } from '../src/access/customer-links.ts';
import { createKey, createKeyLookup } from '../src/access/keys.ts';
import { createIdempotency } from '../src/actions/idempotency.ts';
import { readConfig } from '../src/config.ts';
import { createDirectory } from '../src/datasources/directory.ts';
import { createMakeAdmin } from '../src/datasources/make-admin/make-admin.ts';
import { createMakeBilling } from '../src/datasources/make-billing/make-billing.ts';
import { systemClock } from '../src/domain/clock.ts';
import { openEvents } from '../src/events/events.ts';
import { createHub } from '../src/events/hub.ts';
import type { PolledSources } from '../src/events/sections.ts';
import { openRetryCampaigns } from '../src/jobs/retry-campaigns.ts';
import { schema } from '../src/schema/index.ts';
import { createAdmission } from '../src/server/admission.ts';
import { createEventStreams } from '../src/server/event-streams.ts';
import { createGraphqlHandler } from '../src/server/graphql.ts';
import { createOperationMetrics } from '../src/server/metrics/operation-metrics.ts';
import { openStore } from '../src/store/store.ts';
import { createLog } from '../src/telemetry/log.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { createCache } from '../src/upstream/cache.ts';
import { createLimiter } from '../src/upstream/limiter.ts';
import { createUpstream } from '../src/upstream/upstream.ts';
import { median, nanoseconds, type Row, report, rounded } from './report.ts';

const rounds = 9;
const operationsInRound = 3000;
const atOnce = 32;
const query =
  '{ organization(id: "1001") { name subscription { status planName } payments(first: 10) { edges { node { amount { formatted } } } } } }';

/** What the access log costs an operation that is answered from the cache, and what finding the caller costs. */
export async function runAccess(): Promise<void> {
  report('access', {
    'operations from the cache, a second': await measureLog(),
    'finding the caller of an API key': await measureKeys(),
  });
}

const noLog: AccessLog = { add() {}, flush: () => Promise.resolve() };

async function measureLog(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
  await using sandbox = await createSandbox();
  const stores = {
    memory: openStore('memory:'),
    SQLite: openStore(`sqlite:${join(folder, 'tollgate.db')}`),
  };
  const options = { clock: systemClock, onFailure: fail };
  const logs = {
    'without a log': noLog,
    'logged in memory': await openAccessLog(stores.memory, options),
    'logged in SQLite': await openAccessLog(stores.SQLite, options),
  };
  const upstream = createUpstream({
    name: 'make-billing',
    clock: systemClock,
    limiter: createLimiter({ clock: systemClock }),
    cache: createCache(),
  });
  const runs = await Promise.all(
    Object.entries(logs).map(async ([name, accessLog]) => ({
      name,
      accessLog,
      ask: await createAsker(accessLog, `${sandbox.origins.makeDocumented}/api/v2`, upstream),
      rates: new Array<number>(),
    })),
  );
  // each round measures them all, so that what else the machine does falls on all alike
  for (let round = 0; round <= rounds; round += 1) {
    for (const { ask, rates, accessLog } of runs) {
      const rate = await rateOf(ask);
      await accessLog.flush();
      if (round > 0) rates.push(rate);
    }
  }
  await upstream.close();
  for (const store of Object.values(stores)) await store.close();
  rmSync(folder, { recursive: true });
  const bare = median(runs[0]?.rates ?? []);
  return runs.map(({ name, rates }) => ({
    log: name,
    'operations a second': rounded(median(rates)),
    'of those without a log': rounded(median(rates) / bare),
  }));
}

/** A GraphQL handler as the gateway has it, without the socket, which would hide what is measured. */
async function createAsker(
  accessLog: AccessLog,
  url: string,
  upstream: ReturnType<typeof createUpstream>,
): Promise<() => Promise<void>> {
  const defaults = readConfig({});
  const config = { ...defaults, make: { ...defaults.make, url } };
  const store = openStore('memory:');
  const limiter = createLimiter({ clock: systemClock });
  const log = createLog('silent');
  const directory = createDirectory(config);
  const makeAdmin = createMakeAdmin(upstream, config.make.dialect);
  const sources: PolledSources = {
    directory,
    links: await openCustomerLinks({ store, clock: systemClock, holdMs: 1000 }, directory.values()),
    accessLog: async function* () {},
    dialect: config.make.dialect,
    publicUrl: () => 'http://localhost',
    makeBilling: createMakeBilling(upstream, config.make, () => {}),
    makeAdmin,
    platformBilling: null,
    budgetOf: ({ account }) => limiter.status(account.key),
    allowanceOf: () => ({ limit: 1, remaining: 1, fullAt: 0 }),
    upstreams: () => [],
  };
  const events = await openEvents({
    store,
    hub: createHub(),
    sources,
    limiter,
    clock: systemClock,
    random: Math.random,
    settings: config.events,
    webhookSecrets: [],
    onError: () => {},
  });
  const retryCampaigns = await openRetryCampaigns({
    store,
    clock: systemClock,
    directory,
    makeAdmin,
    events,
    onError: (error) => log.error(error),
  });
  const handler = createGraphqlHandler(
    schema,
    {
      sources: { ...sources, events, retryCampaigns },
      accessLog,
      idempotency: createIdempotency(store, systemClock),
      takesCards: false,
      limiter,
      clock: systemClock,
      deadlineMs: config.operationDeadlineMs,
      maxUpstreamRequests: config.maxUpstreamRequests,
    },
    config,
    // as many as it can
    createAdmission({ ...config.limits, requestsPerMinute: 1e9 }, systemClock),
    createEventStreams({
      perCaller: config.sockets.streamsPerCaller,
      credentials: { watch: () => () => {} },
      log,
    }),
    createOperationMetrics(createMetrics(), systemClock),
    log,
  );
  const caller: Caller = {
    name: 'bench',
    scopes: new Set(['billing:read']),
    grants: new Map([[1001, { role: 'OWNER', teams: new Set() }]]),
    isOperator: false,
  };
  const body = JSON.stringify({ query });
  const headers = { 'content-type': 'application/json' };
  return async () => {
    const exchange = {
      requestId: 'bench',
      transport: 'http',
      caller,
      reason: null,
      explain: null,
      sink: null,
    } as const;
    const response = await handler.fetch(
      'http://localhost/graphql',
      { method: 'POST', headers, body },
      { exchange },
    );
    const text = await response.text();
    if (text.includes('"errors"')) throw new Error(text);
  };
}

async function rateOf(ask: () => Promise<void>): Promise<number> {
  let left = operationsInRound;
  const startedAt = performance.now();
  const run = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await ask();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, run));
  return operationsInRound / ((performance.now() - startedAt) / 1000);
}

async function measureKeys(): Promise<Row[]> {
  const store = openStore('memory:');
  const wish = { name: 'bench', scopes: [], operator: true, organizations: [], expiresAt: null };
  const { text } = await createKey(store, wish, new Date());
  const find = createKeyLookup(store, systemClock);
  const wrong = `${text.slice(0, -2)}${text.endsWith('AA') ? 'BB' : 'AA'}`;
  return [
    { key: 'a good one', microseconds: rounded((await nanoseconds(20_000, () => find(text))) / 1000) },
    { key: 'a wrong one', microseconds: rounded((await nanoseconds(20_000, () => find(wrong))) / 1000) },
  ];
}

function fail(error: unknown): never {
  throw error;
}
