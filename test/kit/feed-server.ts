import { createSchema } from 'graphql-yoga';
import type { AccessLog } from '../../src/access/access-log.ts';
import type { Caller } from '../../src/access/caller.ts';
import { createCredentialWatch } from '../../src/access/credential-watch.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { Failure } from '../../src/domain/failure.ts';
import { createAdmission } from '../../src/server/admission.ts';
import { createEventStreams } from '../../src/server/event-streams.ts';
import { createExports } from '../../src/server/exports.ts';
import { createGraphiql } from '../../src/server/graphiql.ts';
import { createGraphqlHandler } from '../../src/server/graphql.ts';
import { createOperationMetrics } from '../../src/server/metrics/operation-metrics.ts';
import type { OperationParts } from '../../src/server/operation.ts';
import { startServer } from '../../src/server/server.ts';
import { createSockets } from '../../src/server/sockets/sockets.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createLimiter } from '../../src/upstream/limiter.ts';
import { createFeed, type Feed } from './feed.ts';

export interface FeedServer extends AsyncDisposable {
  readonly url: string;
  /** The source of the subscription that is begun next. */
  nextFeed(): Promise<Feed<number>>;
  /** Lets the mutation `wait` end. */
  readonly letGo: () => void;
  readonly waitBegan: Promise<void>;
  close(): Promise<void>;
}

interface FeedServerOptions {
  readonly settings?: Partial<Config['sockets']>;
  readonly allowedOrigins?: readonly string[];
  readonly trustedDocuments?: Config['trustedDocuments'];
  readonly drainMs?: number;
  readonly clock?: Clock;
  /** When the credential ends. */
  readonly expiresAt?: number;
}

const typeDefs = /* GraphQL */ `
  type Query {
    hello: String
  }
  type Mutation {
    wait: String
  }
  type Subscription {
    "Numbers as they are given."
    numbers(refuse: Boolean = false, size: Int = 0): String
  }
`;

/** The gateway's own server with a schema of its own, whose subscriptions tests feed. */
export async function startFeedServer({
  settings = {},
  allowedOrigins = [],
  trustedDocuments = { mode: 'off' },
  drainMs = 1000,
  clock = systemClock,
  expiresAt,
}: FeedServerOptions = {}): Promise<FeedServer> {
  const begun: Feed<number>[] = [];
  const takers: ((feed: Feed<number>) => void)[] = [];
  const held = Promise.withResolvers<string>();
  const waitBegan = Promise.withResolvers<void>();
  const schema = createSchema({
    typeDefs,
    resolvers: {
      Query: { hello: () => 'hello' },
      Mutation: {
        wait: () => {
          waitBegan.resolve();
          return held.promise;
        },
      },
      Subscription: {
        numbers: {
          subscribe: (_root: unknown, { refuse }: { refuse: boolean }) => {
            if (refuse) throw new Failure('FORBIDDEN', 'Not for you.');
            const feed = createFeed<number>();
            const taker = takers.shift();
            if (taker === undefined) begun.push(feed);
            else taker(feed);
            return feed;
          },
          resolve: (value: number, { size }: { size: number }) => String(value).padEnd(size, '.'),
        },
      },
    },
  });
  const defaults = readConfig({});
  const config: Config = {
    ...defaults,
    allowedOrigins: [...allowedOrigins],
    port: 0,
    drainMs,
    sockets: { ...defaults.sockets, ...settings },
    trustedDocuments,
  };
  const accessLog: AccessLog = { add: () => {}, flush: () => Promise.resolve() };
  const caller: Caller = {
    name: 'tester',
    scopes: new Set(),
    grants: new Map(),
    isOperator: false,
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const authenticate = async (authorization: string | undefined): Promise<Caller | undefined> =>
    authorization === 'Bearer sandbox-owner' ? caller : undefined;
  const log = createLog('silent');
  const credentials = createCredentialWatch({ store: createMemoryStore(), clock, onFailure: () => {} });
  const streams = createEventStreams({ perCaller: config.sockets.streamsPerCaller, credentials, log });
  // the schema asks no upstream
  const parts = {
    sources: { directory: new Map(), makeAdmin: { incompleteExecutions: { listedBy: 'organization' } } },
    accessLog,
    limiter: createLimiter({ clock }),
    clock,
    deadlineMs: 30_000,
    maxUpstreamRequests: 60,
  } as unknown as OperationParts;
  const measure = createOperationMetrics(createMetrics(), clock);
  const admission = createAdmission(config.limits, clock);
  const graphql = createGraphqlHandler(schema, parts, config, admission, streams, measure, log);
  const server = await startServer({
    config,
    admission,
    graphql,
    exports: createExports(parts, log),
    graphiql: createGraphiql(null),
    sockets: createSockets({ graphql, authenticate, credentials, measure, config, clock, log }),
    streams,
    authenticate,
    readiness: () => ({ status: 'ok', upstreams: {} }),
    metrics: (_request, response) => void response.end(),
    onAnswer: () => {},
    webhooks: {
      intake: {
        receive: () => Promise.reject(new Error('No webhooks here')),
        settle: async () => {},
      },
      header: 'X-Signature',
    },
    clock,
    log,
  });
  return {
    url: server.url,
    nextFeed: () => {
      const feed = begun.shift();
      return feed === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(feed);
    },
    letGo: () => held.resolve('done'),
    waitBegan: waitBegan.promise,
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
