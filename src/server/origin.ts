import type { IncomingMessage } from 'node:http';

/** Does the request come from no browser, from a page of the gateway's own, or from an origin that is allowed? */
export function comesFromAllowedOrigin(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host;
}
