import type { IncomingMessage, ServerResponse } from 'node:http';

const allowedMethods = 'GET, POST';
const allowedHeaders = 'authorization, content-type, x-request-id, x-tollgate-explain, x-tollgate-reason';
const exposedHeaders = 'retry-after, x-request-id';
/** How long a browser may remember the answer. */
const rememberedSeconds = '7200';

/** Pages of the origins named in the settings may read answers; no other page of another origin may. */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  allowedOrigins: readonly string[],
): void {
  if (allowedOrigins.length === 0) return;
  response.setHeader('vary', 'origin');
  const { origin } = request.headers;
  if (origin === undefined || !allowedOrigins.includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', exposedHeaders);
}

/** Answers a browser that asks beforehand. False where it is no such question of an allowed origin. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'OPTIONS' || !response.hasHeader('access-control-allow-origin')) return false;
  response
    .writeHead(204, {
      'access-control-allow-methods': allowedMethods,
      'access-control-allow-headers': allowedHeaders,
      'access-control-max-age': rememberedSeconds,
    })
    .end();
  return true;
}
