import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { type Clock, systemClock } from '../../../src/domain/clock.ts';
import { createCache } from '../../../src/upstream/cache.ts';
import type { Account, Call, Endpoint, Errand, Meter } from '../../../src/upstream/call.ts';
import { createLimiter, type Limiter } from '../../../src/upstream/limiter.ts';
import type { Resolve } from '../../../src/upstream/lookup.ts';
import type { UpstreamEvent } from '../../../src/upstream/observe.ts';
import type { TransportLimits } from '../../../src/upstream/transport.ts';
import { createUpstream, type UpstreamPipeline } from '../../../src/upstream/upstream.ts';

interface TestServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** How many requests, or on a raw server connections, came. */
  readonly count: () => number;
}

/** An HTTP server that answers each request as told; `count` is the number of the request, from 1. */
export async function startServer(
  answer: (response: ServerResponse, count: number, request: IncomingMessage) => void,
  port = 0,
): Promise<TestServer> {
  let count = 0;
  const server = createHttpServer((request, response) => {
    count += 1;
    const number = count;
    // The whole request is read first, so that a reset is one of the answer's.
    request.resume().on('end', () => answer(response, number, request));
  });
  return listening(server, port, () => count);
}

/** A TCP server that says what it likes. */
export async function startRawServer(talk: (socket: Socket, count: number) => void): Promise<TestServer> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    count += 1;
    const number = count;
    socket.once('data', () => talk(socket, number));
  });
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return listening(Object.assign(server, { closeAllConnections: close }), 0, () => count);
}

function listening(
  server: ReturnType<typeof createServer> & { closeAllConnections(): void },
  port: number,
  count: () => number,
): Promise<TestServer> {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as AddressInfo;
      resolve({
        origin: `http://127.0.0.1:${address.port}`,
        port: address.port,
        count,
        async [Symbol.asyncDispose]() {
          server.closeAllConnections();
          await new Promise((done) => server.close(done));
        },
      });
    });
  });
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export interface TestUpstream extends AsyncDisposable {
  readonly upstream: UpstreamPipeline;
  readonly limiter: Limiter;
  readonly events: UpstreamEvent[];
  readonly account: Account;
  readonly errand: (wish?: Partial<Errand> & { readonly patienceMs?: number }) => Errand;
}

export const answerShape = z.object({ ok: z.number() });

/** A pipeline of its own against one server. Retries come without delay. */
export function createTestUpstream({
  origin,
  clock = systemClock,
  limits,
  account,
  resolve,
  limit = 1000,
}: {
  readonly origin: string;
  readonly clock?: Clock;
  readonly limits?: Partial<TransportLimits>;
  readonly account?: Partial<Account>;
  readonly resolve?: Resolve;
  readonly limit?: number;
}): TestUpstream {
  const limiter = createLimiter({ clock });
  limiter.learnLimit('make:1001', limit, 'configuration');
  const events: UpstreamEvent[] = [];
  const upstream = createUpstream({
    name: 'make-billing',
    clock,
    limiter,
    cache: createCache(),
    random: () => 0,
    limits: { connectTimeoutMs: 500, headersTimeoutMs: 2_000, bodyTimeoutMs: 2_000, ...limits },
    ...(resolve && { resolve }),
    observe: (event) => events.push(event),
  });
  return {
    upstream,
    limiter,
    events,
    account: {
      key: 'make:1001',
      baseUrl: `${origin}/api/v2`,
      authorization: () => 'Token secret-token',
      ...account,
    },
    errand: ({ patienceMs = 30_000, ...wish } = {}) => ({
      signal: new AbortController().signal,
      deadline: clock.now() + patienceMs,
      priority: 'query',
      caller: 'someone',
      startedAt: clock.now(),
      meter: newMeter(),
      ...wish,
    }),
    async [Symbol.asyncDispose]() {
      await upstream.close();
    },
  };
}

export function newMeter(): Meter {
  return { upstreamRequests: 0, retries: 0, cacheHits: 0, coalesced: 0, buckets: new Map() };
}

export const readEndpoint: Endpoint<z.output<typeof answerShape>> = {
  method: 'GET',
  path: '/organizations/{organizationId}/subscription',
  answer: answerShape,
};

export const changeEndpoint: Endpoint<z.output<typeof answerShape>> = { ...readEndpoint, method: 'POST' };

export function callOf<Value>(
  endpoint: Endpoint<Value>,
  account: Account,
  rest: Partial<Call<Value>> = {},
): Call<Value> {
  return { endpoint, account, params: { organizationId: 1001 }, ...rest };
}

/** Waits for something that sockets bring about. */
export async function until(isSo: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 5_000;
  while (!isSo()) {
    if (Date.now() > giveUpAt) throw new Error('it did not come about in five seconds');
    await setImmediate();
  }
}
