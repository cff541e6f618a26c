import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Authenticate } from '../access/callers.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../domain/clock.ts';
import { Failure } from '../domain/failure.ts';
import type { Log } from '../telemetry/log.ts';
import { type Admission, httpOfRefusal, overloaded } from './admission.ts';
import { limitConnections } from './connections.ts';
import { allowOrigin, answerPreflight } from './cors.ts';
import type { EventStreams } from './event-streams.ts';
import { type Exchange, reasonFrom, requestIdFrom } from './exchange.ts';
import { explainOf } from './explain.ts';
import type { Graphiql } from './graphiql.ts';
import type { GraphqlHandler } from './graphql.ts';
import { refusalBody } from './present-errors.ts';
import { bodyRefusalOf } from './read-request.ts';
import type { Readiness } from './readiness.ts';
import { refuseUpgrade, type Sockets } from './sockets/sockets.ts';
import { answerWebhook, type Webhooks } from './webhooks.ts';

export interface ServerParts {
  readonly config: Pick<
    Config,
    'host' | 'port' | 'drainMs' | 'limits' | 'allowedOrigins' | 'strictTransport'
  >;
  readonly admission: Admission;
  readonly graphql: GraphqlHandler;
  readonly graphiql: Graphiql;
  readonly sockets: Sockets;
  readonly streams: EventStreams;
  readonly exports: (request: IncomingMessage, response: ServerResponse, exchange: Exchange) => Promise<void>;
  readonly authenticate: Authenticate;
  readonly readiness: () => Readiness;
  readonly metrics: (request: IncomingMessage, response: ServerResponse) => void;
  /** Hears of each answer: where to, of what status. */
  readonly onAnswer: (place: Place, status: number) => void;
  readonly webhooks: Webhooks;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where an answer is counted: what clients make up is `other`. */
type Place = (typeof places)[number] | 'other';
const places = [
  '/graphql',
  '/graphiql/',
  '/exports/',
  '/webhooks/billing',
  '/health',
  '/ready',
  '/metrics',
] as const;

export interface Server {
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  /** Takes no new requests, lets those under way finish for as long as the drain allows, then ends them. */
  close(): Promise<void>;
}

const keepAliveTimeoutMs = 65_000;
/** How often slow clients are looked for, at most. */
const slownessCheckMs = 1000;
const yearSeconds = 31_536_000;

export async function startServer(parts: ServerParts): Promise<Server> {
  const { config, admission, sockets, streams, clock, log } = parts;
  const { host, port, drainMs, limits } = config;
  let isStopping = false;
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(slownessCheckMs, limits.headersTimeoutMs),
      keepAliveTimeout: keepAliveTimeoutMs,
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    (request, response) => {
      if (isStopping) response.setHeader('connection', 'close');
      response.once('close', () => {
        if (isStopping) server.closeIdleConnections();
      });
      setSecurityHeaders(response, config.strictTransport);
      const path = pathOf(request.url ?? '');
      response.once('finish', () => parts.onAnswer(placeOf(path), response.statusCode));
      answer(parts, path, isStopping, request, response).catch((error: unknown) => {
        log.error({ err: error }, 'unexpected error');
        if (!response.headersSent) sendJson(response, 500, { status: 'error' });
        else response.destroy();
      });
    },
  );
  server.on('upgrade', (request, connection, head) => {
    if (pathOf(request.url ?? '') === '/graphql') sockets.upgrade(request, connection, head);
    else refuseUpgrade(connection, 404);
  });
  limitConnections(server, limits);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

  return {
    url: urlOf(host, server.address()),
    async close() {
      isStopping = true;
      server.closeIdleConnections();
      streams.stop();
      let cancelTimer = (): void => {};
      let isDrained = false;
      const drained = new Promise<void>((resolve) => {
        cancelTimer = clock.after(drainMs, () => {
          isDrained = true;
          server.closeAllConnections();
          resolve();
        });
      });
      // as long as there are sockets to close, `/ready` tells their clients and balancers not to come back here
      await sockets.stop(drainMs);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (isDrained) server.closeAllConnections();
      await closed;
      // an operation whose client has gone may still be changing something
      await Promise.race([admission.idle(), drained]);
      cancelTimer();
    },
  };
}

function urlOf(host: string, address: string | AddressInfo | null): string {
  const port = typeof address === 'object' ? address?.port : undefined;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function answer(
  parts: ServerParts,
  path: string | null,
  isStopping: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (path) {
    case null:
      return sendJson(response, 400, {
        status: 'error',
        message: 'The address of the request is malformed.',
      });
    case '/health':
      if (!isRead(request)) return refuseMethod(response);
      return sendJson(response, 200, { status: 'ok' });
    case '/ready': {
      if (!isRead(request)) return refuseMethod(response);
      const readiness = parts.readiness();
      return isStopping
        ? sendJson(response, 503, { status: 'stopping' })
        : sendJson(response, 200, readiness);
    }
    case '/metrics':
      if (!isRead(request)) return refuseMethod(response);
      return parts.metrics(request, response);
    case '/graphql':
      return answerGraphql(parts, request, response);
    case '/webhooks/billing': {
      const { status, body } = await answerWebhook(parts.webhooks, request, response);
      return sendJson(response, status, body);
    }
    case '/':
      response.writeHead(302, { location: '/graphql' }).end();
      return;
    default: {
      if (path.startsWith('/exports/')) return answerExports(parts, request, response);
      const isFile = isRead(request) && path.startsWith('/graphiql/');
      if (isFile && parts.graphiql.asset(path, request, response)) return;
      return sendJson(response, 404, { status: 'error', message: 'Nothing is served at this address.' });
    }
  }
}

async function answerGraphql(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isRead(request) && request.headers.accept?.includes('text/html') === true) {
    parts.graphiql.page(request, response);
    return;
  }
  const exchange = await beginExchange(parts, request, response);
  if (exchange === null) return;
  const refusal = request.method === 'POST' ? bodyRefusalOf(request, parts.config.limits) : null;
  if (refusal !== null) {
    return sendJson(response, refusal.status, refusalBody(refusal.failure, exchange.requestId));
  }
  await parts.graphql.handle(request, response, { exchange, incoming: request });
}

async function answerExports(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isRead(request)) return refuseMethod(response);
  const exchange = await beginExchange(parts, request, response);
  if (exchange === null) return;
  const free = admitted(parts.admission, exchange, response);
  if (free === null) return;
  try {
    await parts.exports(request, response, exchange);
  } finally {
    free();
  }
}

/** Finds out who is asking. Null: it was answered, with 401, with 503, or with what a browser asks beforehand. */
async function beginExchange(
  { config, admission, authenticate }: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Exchange | null> {
  const requestId = requestIdFrom(request.headers['x-request-id']);
  response.setHeader('x-request-id', requestId);
  response.setHeader('cache-control', 'private, no-store');
  allowOrigin(request, response, config.allowedOrigins);
  if (answerPreflight(request, response)) return null;
  if (admission.isFull()) {
    refuseAdmission(overloaded(), requestId, response);
    return null;
  }
  const caller = await authenticate(request.headers.authorization);
  if (caller === undefined) {
    const failure = new Failure(
      'UNAUTHENTICATED',
      'A valid credential is needed: authorization: Bearer <key>.',
    );
    response.setHeader('www-authenticate', 'Bearer');
    sendJson(response, 401, refusalBody(failure, requestId));
    return null;
  }
  return {
    requestId,
    transport: 'http',
    caller,
    reason: reasonFrom(request.headers['x-tollgate-reason']),
    explain: explainOf(request.headers['x-tollgate-explain']),
    sink: null,
  };
}

/** Takes a place for what is no GraphQL. Null: it was answered with 503 or 429. */
function admitted(
  admission: Admission,
  { caller, requestId }: Exchange,
  response: ServerResponse,
): (() => void) | null {
  try {
    return admission.admit(caller.name);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    refuseAdmission(error, requestId, response);
    return null;
  }
}

function refuseAdmission(failure: Failure, requestId: string, response: ServerResponse): void {
  const { status, headers } = httpOfRefusal(failure);
  response.setHeaders(new Headers(headers));
  sendJson(response, status, refusalBody(failure, requestId));
}

function setSecurityHeaders(response: ServerResponse, strictTransport: boolean): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  if (strictTransport) response.setHeader('strict-transport-security', `max-age=${yearSeconds}`);
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function refuseMethod(response: ServerResponse): void {
  response.setHeader('allow', 'GET, HEAD');
  sendJson(response, 405, { status: 'error', message: 'Only GET and HEAD are accepted here.' });
}

function placeOf(path: string | null): Place {
  return places.find((place) => (place.endsWith('/') ? path?.startsWith(place) : path === place)) ?? 'other';
}

/** Null for what is not a path with a query: `*`, `http://…`, or malformed. */
function pathOf(target: string): string | null {
  if (!target.startsWith('/') || target.startsWith('//')) return null;
  return URL.canParse(target, 'http://localhost') ? new URL(target, 'http://localhost').pathname : null;
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(!response.hasHeader('cache-control') && { 'cache-control': 'no-store' }),
  });
  response.end(text);
}
