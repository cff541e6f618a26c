import { errors, Pool } from 'undici';
import type { Method } from './call.ts';
import { type ConnectorOptions, createConnector } from './connector.ts';
import { acceptedEncodings, type Reply, TransportFault } from './reply.ts';

export interface TransportLimits {
  /** For the lookup, the connection and the handshake of TLS together. */
  readonly connectTimeoutMs: number;
  /** From the request's first byte to the answer's headers. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of the body. */
  readonly bodyTimeoutMs: number;
  /** From sending to the body's end, however steadily it drips. */
  readonly totalTimeoutMs: number;
  /** Of a body, before and after decompression. */
  readonly maxBodyBytes: number;
  /** Connections to one origin. */
  readonly connections: number;
}

export interface TransportOptions extends TransportLimits, ConnectorOptions {
  readonly userAgent: string;
}

interface TransportRequest {
  readonly method: Method;
  readonly baseUrl: string;
  readonly path: string;
  readonly authorization: string;
  readonly accept: string;
  /** JSON, already written. */
  readonly body: string | undefined;
  /** May move while the request is under way. */
  readonly deadline: () => number;
  readonly signal: AbortSignal;
  /** The request is about to be written. */
  readonly onSent: () => void;
}

export interface Transport {
  readonly send: (request: TransportRequest) => Promise<Reply>;
  readonly close: () => Promise<void>;
}

interface Route {
  readonly pool: Pool;
  readonly prefix: string;
}

/** One try over HTTP/1.1, nothing followed and nothing repeated. Fails with a `TransportFault`. */
export function createTransport(options: TransportOptions): Transport {
  const routes = new Map<string, Route>();
  const connect = createConnector(options);

  function routeOf(baseUrl: string, isRead: boolean): Route {
    const key = `${isRead ? 'reads' : 'writes'} ${baseUrl}`;
    let route = routes.get(key);
    if (!route) {
      const { origin, pathname } = new URL(baseUrl);
      const pool = new Pool(origin, {
        allowH2: false,
        connections: options.connections,
        connect,
        // Each write has a connection of its own: on an idle one that the other side is just closing,
        // nobody could say whether it arrived.
        pipelining: isRead ? 1 : 0,
        keepAliveTimeout: 30_000,
        // Timed by the clock below instead.
        headersTimeout: 0,
        bodyTimeout: 0,
        maxHeaderSize: 16_384,
      });
      route = { pool, prefix: pathname === '/' ? '' : pathname };
      routes.set(key, route);
    }
    return route;
  }

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const route = routeOf(request.baseUrl, request.method === 'GET');
        exchange(route, request, options, resolve, reject);
      }),
    async close() {
      await Promise.all([...routes.values()].map(({ pool }) => pool.close()));
      routes.clear();
    },
  };
}

function exchange(
  { pool, prefix }: Route,
  request: TransportRequest,
  options: TransportOptions,
  resolve: (reply: Reply) => void,
  reject: (fault: TransportFault) => void,
): void {
  const { clock } = options;
  const chunks: Buffer[] = [];
  let size = 0;
  let status = 0;
  let headers: Reply['headers'] = {};
  let hasStarted = false;
  let isOver = false;
  let abortRequest: (reason: Error) => void = () => {};
  let cancelTotal: () => void = () => {};
  let cancelStep: () => void = () => {};

  const finish = (): boolean => {
    if (isOver) return false;
    isOver = true;
    cancelTotal();
    cancelStep();
    request.signal.removeEventListener('abort', onAbort);
    return true;
  };
  const fail = (fault: TransportFault): void => {
    if (!finish()) return;
    abortRequest(fault);
    reject(fault);
  };
  const onAbort = (): void => fail(new TransportFault(hasStarted ? 'cut' : 'not-sent', 'cancelled'));
  const timeOut = (what: string) => (): void =>
    fail(new TransportFault(hasStarted ? 'timeout' : 'not-sent', what));
  const startStep = (delayMs: number, what: string): void => {
    cancelStep();
    cancelStep = clock.after(delayMs, timeOut(what));
  };
  const lastMoment = clock.now() + options.totalTimeoutMs;
  const watchTotal = (): void => {
    const leftMs = Math.min(request.deadline(), lastMoment) - clock.now();
    if (leftMs <= 0) timeOut('no whole answer in time')();
    else cancelTotal = clock.after(leftMs, watchTotal);
  };

  if (request.signal.aborted) return onAbort();
  request.signal.addEventListener('abort', onAbort, { once: true });
  watchTotal();
  if (isOver) return;
  pool.dispatch(
    {
      method: request.method,
      path: prefix + request.path,
      body: request.body ?? null,
      headers: {
        authorization: request.authorization,
        accept: request.accept,
        'accept-encoding': acceptedEncodings,
        'user-agent': options.userAgent,
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
      },
    },
    {
      onRequestStart(controller) {
        if (isOver) return controller.abort(new Error('cancelled'));
        hasStarted = true;
        abortRequest = (reason) => controller.abort(reason);
        startStep(options.headersTimeoutMs, 'no headers in time');
        request.onSent();
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        if (statusCode < 200) return;
        status = statusCode;
        headers = responseHeaders;
        startStep(options.bodyTimeoutMs, 'no body in time');
      },
      onResponseData(_controller, chunk) {
        size += chunk.length;
        if (size > options.maxBodyBytes)
          return fail(new TransportFault('malformed', 'the body is too large'));
        chunks.push(chunk);
        startStep(options.bodyTimeoutMs, 'the body stopped');
      },
      onResponseEnd() {
        if (finish()) resolve({ status, headers, bytes: Buffer.concat(chunks, size) });
      },
      onResponseError(_controller, error) {
        fail(faultOf(error, hasStarted));
      },
    },
  );
}

function faultOf(error: Error, hasStarted: boolean): TransportFault {
  if (!hasStarted) return new TransportFault('not-sent', 'no connection', { cause: error });
  // Without bytes to complain of, the parser only says that the answer ended too soon.
  const isNoHttp = error instanceof errors.HTTPParserError && 'data' in error && Boolean(error.data);
  const isMalformed = isNoHttp || error instanceof errors.HeadersOverflowError;
  return new TransportFault(isMalformed ? 'malformed' : 'cut', 'the connection failed', { cause: error });
}
