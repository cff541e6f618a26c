import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { openAccessLog } from '../src/access/access-log.ts';
import { searchAccessLog } from '../src/access/access-log-search.ts';
import { createAuthenticate } from '../src/access/callers.ts';
import { createCredentialWatch } from '../src/access/credential-watch.ts';
import { openCustomerLinks } from '../src/access/customer-links.ts';
import { createVisit } from '../src/access/visit.ts';
import { createIdempotency } from '../src/actions/idempotency.ts';
import { readConfig } from '../src/config.ts';
import { createDirectory } from '../src/datasources/directory.ts';
import { createMakeAdmin } from '../src/datasources/make-admin/make-admin.ts';
import { createMakeBilling } from '../src/datasources/make-billing/make-billing.ts';
import { systemClock as clock } from '../src/domain/clock.ts';
import { openEventLog } from '../src/events/event-log.ts';
import { openEvents } from '../src/events/events.ts';
import { createHub } from '../src/events/hub.ts';
import type { PolledSources } from '../src/events/sections.ts';
import { openRetryCampaigns } from '../src/jobs/retry-campaigns.ts';
import { createLoaders } from '../src/loaders/loaders.ts';
import { schema } from '../src/schema/index.ts';
import { createAdmission } from '../src/server/admission.ts';
import { createEventStreams } from '../src/server/event-streams.ts';
import { createGraphqlHandler } from '../src/server/graphql.ts';
import { createOperationMetrics } from '../src/server/metrics/operation-metrics.ts';
import { createSockets } from '../src/server/sockets/sockets.ts';
import { openStore } from '../src/store/store.ts';
import { createLog } from '../src/telemetry/log.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { createCache } from '../src/upstream/cache.ts';
import { createMeter } from '../src/upstream/call.ts';
import { createLimiter } from '../src/upstream/limiter.ts';
import { createUpstream } from '../src/upstream/upstream.ts';
import { bytesInUse } from './report.ts';

// One server in a process of its own: the gateway's sockets, graphql-ws as it comes, or a bare broadcast. The first two
// have the graph, the events and the pollers of the gateway, and differ in how events go to the sockets.

const kind = process.argv[2] ?? 'tollgate';
const organization = 1001;

const http = createServer();
const publish = kind === 'broadcast' ? serveBroadcast() : await serveEvents();

process.on('message', (question) => {
  switch (question) {
    case 'bytes':
      return void process.send?.(bytesInUse());
    case 'cpu': {
      const { user, system } = process.cpuUsage();
      return void process.send?.(user + system);
    }
    case 'publish':
      process.send?.(String(process.hrtime.bigint()));
      publish();
      return;
  }
});
process.on('disconnect', () => process.exit());
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  if (typeof address === 'object') process.send?.(`http://127.0.0.1:${address?.port}`);
});

/** Sends each socket its text, as it was sent by the gateway before. */
function serveBroadcast(): () => void {
  const texts: string[] = JSON.parse(process.env['TEXTS'] ?? '[]');
  const sockets = new Map<WebSocket, string>();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const message = data.toString();
      if (message.includes('connection_init')) return socket.send('{"type":"connection_ack"}');
      const text = texts[Number(/event(\d+):/.exec(message)?.[1])];
      if (text !== undefined) sockets.set(socket, text);
    });
  });
  return () => {
    for (const [socket, text] of sockets) socket.send(text);
  };
}

/** What is published is written down before, as what a poll finds is. */
async function serveEvents(): Promise<() => void> {
  const defaults = readConfig();
  const config = {
    ...defaults,
    sockets: { ...defaults.sockets, perCaller: 10_000 },
    events: { ...defaults.events, pollIntervalMs: 500 },
  };
  const silent = createLog('silent');
  const store = openStore('memory:');
  const limiter = createLimiter({ clock });
  const directory = createDirectory(config);
  for (const { account } of directory.values()) limiter.learnLimit(account.key, 1000, 'configuration');
  const shared = { clock, random: Math.random, limiter, cache: createCache() };
  const makeBilling = createUpstream({ ...shared, name: 'make-billing' });
  const makeAdmin = createMakeAdmin(makeBilling, config.make.dialect);
  const polled: PolledSources = {
    directory,
    links: await openCustomerLinks({ store, clock, holdMs: 1000 }, []),
    dialect: config.make.dialect,
    makeAdmin,
    platformBilling: null,
    makeBilling: createMakeBilling(makeBilling, config.make, () => {}),
    accessLog: (search) => searchAccessLog(store, search),
    budgetOf: ({ account }) => limiter.status(account.key),
    publicUrl: () => '',
    upstreams: () => [],
    allowanceOf: () => ({ limit: 1, remaining: 1, fullAt: 0 }),
  };
  const hub = createHub();
  const events = await openEvents({
    store,
    hub,
    sources: polled,
    limiter,
    clock,
    random: Math.random,
    settings: config.events,
    webhookSecrets: [],
    onError: (error) => console.error(error),
  });
  const retryCampaigns = await openRetryCampaigns({
    store,
    clock,
    makeAdmin,
    directory,
    events,
    onError: (error) => console.error(error),
  });
  const sources = { ...polled, events, retryCampaigns };
  const authenticate = createAuthenticate(config, { store, clock, onFailure: console.error });
  if (kind === 'graphql-ws') {
    const caller = await authenticate('Bearer sandbox-owner');
    if (caller === undefined) throw new Error('There is no sandbox-owner.');
    const server = new WebSocketServer({ server: http, perMessageDeflate: false });
    useServer(
      {
        schema,
        context: () => {
          const errand = {
            signal: new AbortController().signal,
            deadline: clock.now() + 30_000,
            priority: 'query',
            caller: caller.name,
            startedAt: clock.now(),
            meter: createMeter(),
          } as const;
          return {
            visit: createVisit(caller, (id) => directory.has(id)),
            loaders: createLoaders(sources, caller, errand),
            markStale: () => {},
            attendant: null,
          };
        },
      },
      server,
    );
  } else {
    const accessLog = await openAccessLog(store, { clock, onFailure: console.error, keepDays: 1 });
    const operations = {
      sources,
      accessLog,
      idempotency: createIdempotency(store, clock),
      limiter,
      clock,
      deadlineMs: config.operationDeadlineMs,
      maxUpstreamRequests: config.maxUpstreamRequests,
      takesCards: false,
    };
    const admission = createAdmission(
      { ...config.limits, operationsInFlight: 10_000, operationsPerCaller: 10_000 },
      clock,
    );
    const credentials = createCredentialWatch({ store, clock, onFailure: console.error });
    const measure = createOperationMetrics(createMetrics(), clock);
    const streams = createEventStreams({ perCaller: 1, credentials, log: silent });
    const graphql = createGraphqlHandler(schema, operations, config, admission, streams, measure, silent);
    const sockets = createSockets({
      graphql,
      authenticate,
      credentials,
      measure,
      config,
      clock,
      log: silent,
    });
    http.on('upgrade', (request, connection, head) => sockets.upgrade(request, connection, head));
  }
  const log = await openEventLog(store, clock, { maxEvents: 10_000, retentionMs: 60 * 60_000 });
  let published = 0;
  return () => {
    published += 1;
    const value = {
      upstreamId: `bench-${published}`,
      invoiceNumber: null,
      createdAt: new Date(),
      status: 'PAID',
      rawStatus: 'paid',
      method: 'Visa •••• 4242',
      card: null,
      rawType: null,
      amount: { minorUnits: 2900, currency: 'USD' },
      description: 'Pro plan',
      invoiceUrl: null,
      hostedUrl: null,
      periodStart: null,
      periodEnd: null,
    } as const;
    const event = {
      id: value.upstreamId,
      type: 'PAYMENT_RECORDED',
      occurredAt: value.createdAt,
      changes: [{ field: 'status', before: null, after: 'PAID' }],
      team: null,
      object: { kind: 'payment', value },
    } as const;
    log
      .append(organization, { source: 'GATEWAY', asOf: null }, async () => ({
        events: [event],
        found: new Map(),
        set: new Map(),
      }))
      .then((placed) => hub.publish(organization, placed), console.error);
  };
}
