import type { IncomingHttpHeaders } from 'node:http';

/** The upstreams count calls by the minute. */
export const windowMs = 60_000;

/** What one answer said about the limit that it was counted under. */
export interface LimitNotice {
  readonly limit?: number;
  /** The upstream's own window: what it still takes before `resetAt`, on our clock. `id` is its reset as it wrote it. */
  readonly window?: { readonly id: number; readonly remaining: number; readonly resetAt: number };
  /** The call was refused for its number. */
  readonly isThrottled: boolean;
  /** Nothing is to be sent for so long. */
  readonly pauseMs?: number;
}

/** No upstream is believed when it asks for a longer silence: it is asked again after this long. */
const longestPauseMs = 300_000;
const shortestPauseMs = 1_000;

/** Reads `X-RateLimit-*` and `Retry-After`; what makes no sense there is ignored. */
export function readLimitNotice(status: number, headers: IncomingHttpHeaders, now: number): LimitNotice {
  const upstreamNow = Date.parse(one(headers.date) ?? '') || now;
  const limit = wholeNumber(one(headers['x-ratelimit-limit']));
  const window = readWindow(headers, upstreamNow, now);
  const isThrottled = status === 429 || status === 418;
  const asked =
    isThrottled || status === 503 ? readRetryAfter(one(headers['retry-after']), upstreamNow) : undefined;
  const pauseMs = asked ?? (isThrottled ? (window ? window.resetAt - now : windowMs) : undefined);
  return {
    ...(limit !== undefined && { limit }),
    ...(window && { window }),
    isThrottled,
    ...(pauseMs !== undefined && { pauseMs: Math.min(Math.max(pauseMs, shortestPauseMs), longestPauseMs) }),
  };
}

function readWindow(headers: IncomingHttpHeaders, upstreamNow: number, now: number): LimitNotice['window'] {
  const remaining = wholeNumber(one(headers['x-ratelimit-remaining']));
  const resetSeconds = wholeNumber(one(headers['x-ratelimit-reset']));
  if (remaining === undefined || resetSeconds === undefined) return undefined;
  const resetInMs = resetSeconds * 1000 - upstreamNow;
  if (resetInMs <= 0 || resetInMs > longestPauseMs) return undefined;
  return { id: resetSeconds, remaining, resetAt: now + resetInMs };
}

/** Seconds or an HTTP date. The date is read against the answer's own, so that a skewed clock does no harm. */
function readRetryAfter(text: string | undefined, upstreamNow: number): number | undefined {
  if (text === undefined) return undefined;
  const seconds = wholeNumber(text);
  if (seconds !== undefined) return seconds * 1000;
  return /^[A-Z][a-z]{2,8}, .* GMT$/.test(text) ? Date.parse(text) - upstreamNow || undefined : undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

function one(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header.trim() : header?.[0];
}
