import packageJson from '../package.json' with { type: 'json' };
import { openAccessLog } from './access/access-log.ts';
import { createAuthenticate } from './access/callers.ts';
import type { Config } from './config.ts';
import { createDirectory } from './datasources/directory.ts';
import { createMakeBilling } from './datasources/make-billing/make-billing.ts';
import { systemClock } from './domain/clock.ts';
import type { Sources } from './loaders/loaders.ts';
import { keepToWorld } from './sandbox-world.ts';
import { schema } from './schema/index.ts';
import { createGraphiql } from './server/graphiql.ts';
import { createGraphqlHandler } from './server/graphql.ts';
import { readinessOf } from './server/readiness.ts';
import { startServer } from './server/server.ts';
import { openStore } from './store/store.ts';
import { createLog } from './telemetry/log.ts';
import { createCache } from './upstream/cache.ts';
import { createLimiter } from './upstream/limiter.ts';
import { createUpstream } from './upstream/upstream.ts';

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds every part once and hands each what it needs. Fails when it cannot listen. */
export async function createGateway(config: Config): Promise<Gateway> {
  const clock = systemClock;
  const log = createLog(config.logLevel);
  const store = openStore(config.store.url);
  if (config.usesSandbox && config.make.url !== undefined) await keepToWorld(store, config.make.url);
  const accessLog = await openAccessLog(store, clock, (error) => log.error({ err: error }, 'access log'));

  const limiter = createLimiter({ clock });
  const makeBillingUpstream = createUpstream({
    name: 'make-billing',
    clock,
    random: Math.random,
    limiter,
    cache: createCache(),
    userAgent: `tollgate/${packageJson.version}`,
  });
  const directory = createDirectory(config);
  for (const { account, requestsPerMinute } of directory.values()) {
    if (requestsPerMinute !== null) limiter.learnLimit(account.key, requestsPerMinute, 'configuration');
  }
  const sources: Sources = {
    directory,
    makeBilling: createMakeBilling(makeBillingUpstream, config.make.dialect, ({ account }, limit) =>
      limiter.learnLimit(account.key, limit, 'plan'),
    ),
    budgetOf: ({ account }) => limiter.status(account.key),
  };

  const server = await startServer({
    host: config.host,
    port: config.port,
    drainMs: config.drainMs,
    graphql: createGraphqlHandler(
      schema,
      { sources, accessLog, clock, deadlineMs: config.operationDeadlineMs },
      config,
      log,
    ),
    graphiql: createGraphiql(config.usesSandbox ? 'Bearer sandbox-owner' : null),
    authenticate: createAuthenticate(config.callers),
    readiness: () => readinessOf([makeBillingUpstream]),
    clock,
    log,
  });

  return {
    url: server.url,
    async close() {
      await server.close();
      await accessLog.flush();
      await makeBillingUpstream.close();
      await store.close();
    },
  };
}
