import packageJson from '../package.json' with { type: 'json' };
import { openAccessLog } from './access/access-log.ts';
import { searchAccessLog } from './access/access-log-search.ts';
import { createAuthenticate } from './access/callers.ts';
import { createCredentialWatch } from './access/credential-watch.ts';
import { openCustomerLinks } from './access/customer-links.ts';
import { createIdempotency } from './actions/idempotency.ts';
import type { Config } from './config.ts';
import { createDirectory } from './datasources/directory.ts';
import { createMakeAdmin } from './datasources/make-admin/make-admin.ts';
import { createMakeBilling } from './datasources/make-billing/make-billing.ts';
import { platformAccount, platformRequestsPerMinute } from './datasources/platform-billing/platform.ts';
import { createPlatformBilling } from './datasources/platform-billing/platform-billing.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import type { UpstreamName } from './domain/failure.ts';
import { openEvents } from './events/events.ts';
import { createHub } from './events/hub.ts';
import type { PolledSources } from './events/sections.ts';
import { openRetryCampaigns } from './jobs/retry-campaigns.ts';
import type { Sources, UpstreamReport } from './loaders/loaders.ts';
import { keepToWorld } from './sandbox-world.ts';
import { schema } from './schema/index.ts';
import { createAdmission } from './server/admission.ts';
import { createEventStreams } from './server/event-streams.ts';
import { createExports } from './server/exports.ts';
import { createGraphiql } from './server/graphiql.ts';
import { createGraphqlHandler } from './server/graphql.ts';
import { measureParts } from './server/metrics/gauges.ts';
import { createOperationMetrics } from './server/metrics/operation-metrics.ts';
import { createMetricsPage } from './server/metrics/page.ts';
import { observeUpstreams } from './server/metrics/upstream-metrics.ts';
import { readinessOf } from './server/readiness.ts';
import { startServer } from './server/server.ts';
import { createSockets } from './server/sockets/sockets.ts';
import { openStore } from './store/store.ts';
import { openTokens } from './stored-tokens.ts';
import { createLog } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { measureProcess } from './telemetry/process-metrics.ts';
import { createCache } from './upstream/cache.ts';
import { createMeter } from './upstream/call.ts';
import { createFlights } from './upstream/flights.ts';
import { createLimiter, type Limiter } from './upstream/limiter.ts';
import { createUpstream } from './upstream/upstream.ts';

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds every part once and hands each what it needs. Fails when it cannot listen. */
export async function createGateway(config: Config, clock: Clock = systemClock): Promise<Gateway> {
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  measureProcess(metrics);
  const store = openStore(config.store.url);
  const outlivesSandbox = config.usesSandbox && config.store.url !== 'memory:';
  if (outlivesSandbox && config.make.url !== undefined) await keepToWorld(store, config.make.url);
  const accessLogFailures = metrics.counter(
    'tollgate_access_log_failures_total',
    'Times that the access log could not be written; what was to be written is kept and tried again.',
  );
  accessLogFailures({}, 0);
  const accessLog = await openAccessLog(store, {
    clock,
    onFailure: (error) => {
      accessLogFailures();
      log.error({ err: error }, 'access log');
    },
    keepDays: config.accessLog.keepDays,
  });

  const idempotency = createIdempotency(store, clock);
  const admission = createAdmission(config.limits, clock);

  const limiter = createLimiter({ clock, onLimitInDoubt: (bucket) => learnLimitOf(bucket) });
  // one cache for all of them, so that a change through one drops what another has read
  const cache = createCache();
  const shared = {
    clock,
    random: Math.random,
    limiter,
    cache,
    flights: createFlights(clock, cache),
    userAgent: `tollgate/${packageJson.version}`,
    observe: observeUpstreams(metrics, log),
  };
  const makeBilling = createUpstream({ ...shared, name: 'make-billing' });
  const makeAdmin = createUpstream({ ...shared, name: 'make-admin' });
  const platformBilling = createUpstream({ ...shared, name: 'platform-billing' });
  const upstreams = [makeBilling, makeAdmin, platformBilling];
  const directory = createDirectory(config, await openTokens(config, store, clock));
  for (const { account, requestsPerMinute } of directory.values()) {
    if (requestsPerMinute !== null) limiter.learnLimit(account.key, requestsPerMinute, 'configuration');
  }
  if (config.platform !== undefined) {
    for (const [group, limit] of Object.entries(platformRequestsPerMinute)) {
      limiter.learnLimit(`platform:${group}`, limit, 'configuration');
    }
  }
  const billing = createMakeBilling(makeBilling, config.make, ({ account }, limit) =>
    limiter.learnLimit(account.key, limit, 'plan'),
  );
  const admin = createMakeAdmin(makeAdmin, config.make.dialect);
  const polled: PolledSources = {
    directory,
    links: await openCustomerLinks(
      { store, clock, holdMs: 2 * config.operationDeadlineMs },
      directory.values(),
    ),
    dialect: config.make.dialect,
    makeAdmin: admin,
    platformBilling:
      config.platform === undefined
        ? null
        : createPlatformBilling(platformBilling, platformAccount(config.platform)),
    makeBilling: billing,
    accessLog: (search) => searchAccessLog(store, search),
    budgetOf: ({ account }) => limiter.status(account.key),
    allowanceOf: (caller) => admission.allowanceOf(caller),
    publicUrl: () => config.publicUrl ?? server.url,
    upstreams: () =>
      upstreams.map(({ name, state }) => ({ name, ...state(), buckets: bucketsOf(name, limiter) })),
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
    webhookSecrets: config.webhooks.secrets,
    onError: (error, where) => log.error({ err: error, where }, 'events'),
  });
  const retryCampaigns = await openRetryCampaigns({
    store,
    clock,
    directory,
    makeAdmin: admin,
    events,
    onError: (error) => log.error({ err: error }, 'retry campaign'),
  });
  const sources: Sources = { ...polled, events, retryCampaigns };

  /** An organization's plan tells its limit: one request is well spent on it. */
  function learnLimitOf(bucket: string): void {
    const organization = directory.get(Number(bucket.replace(/^make:/, '')));
    if (organization === undefined) return;
    const now = clock.now();
    const errand = {
      signal: new AbortController().signal,
      deadline: now + config.operationDeadlineMs,
      priority: 'mutation',
      caller: 'tollgate',
      startedAt: now,
      maxAge: 0,
      meter: createMeter(),
    } as const;
    billing.organization(organization, errand).catch((error: unknown) => {
      log.info({ err: error, bucket }, 'limit not learned');
    });
  }

  const credentials = createCredentialWatch({
    store,
    clock,
    onFailure: (error) => log.error({ err: error }, 'credentials'),
  });
  const streams = createEventStreams({ perCaller: config.sockets.streamsPerCaller, credentials, log });
  const measure = createOperationMetrics(metrics, clock);
  const graphql = createGraphqlHandler(
    schema,
    {
      sources,
      accessLog,
      idempotency,
      takesCards: config.cards === 'on',
      limiter,
      clock,
      deadlineMs: config.operationDeadlineMs,
      maxUpstreamRequests: config.maxUpstreamRequests,
    },
    config,
    admission,
    streams,
    measure,
    log,
  );
  const authenticate = createAuthenticate(config, {
    store,
    clock,
    onFailure: (error) => log.warn({ err: error }, 'identity provider'),
  });
  const sockets = createSockets({ graphql, authenticate, credentials, measure, config, clock, log });
  measureParts(metrics, { limiter, upstreams, admission, sockets, streams, events, hub });
  const answers = metrics.counter('tollgate_http_responses_total', 'Answers over HTTP by path and status.');
  const server = await startServer({
    config,
    admission,
    graphql,
    exports: createExports({ sources, accessLog, clock, deadlineMs: config.operationDeadlineMs }, log),
    graphiql: createGraphiql(config.usesSandbox ? 'Bearer sandbox-owner' : null),
    sockets,
    streams,
    authenticate,
    readiness: () => readinessOf(upstreams),
    metrics: createMetricsPage(metrics, config.metrics.token),
    onAnswer: (path, status) => answers({ path, status: String(status) }),
    webhooks: { intake: events.webhooks, header: config.webhooks.header },
    clock,
    log,
  });

  return {
    url: server.url,
    async close() {
      await server.close();
      await retryCampaigns.close();
      await events.close();
      await accessLog.flush();
      idempotency.close();
      await Promise.all(upstreams.map((upstream) => upstream.close()));
      await store.close();
    },
  };
}

/** The two parts of Make draw on the same buckets. */
function bucketsOf(name: UpstreamName, limiter: Limiter): UpstreamReport['buckets'] {
  const prefix = name === 'platform-billing' ? 'platform' : 'make';
  return limiter
    .buckets()
    .filter((bucket) => bucket.startsWith(prefix))
    .map((bucket) => ({ name: bucket, ...limiter.status(bucket) }));
}
