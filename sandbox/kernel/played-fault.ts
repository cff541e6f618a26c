import type { Dialect } from './dialect.ts';
import { Refusal, type Reply } from './endpoint.ts';
import type { Fault } from './faults.ts';
import { duplicateRows, emptyPage, shiftPage, spoilField } from './spoilt-answers.ts';

/** How an answer is put on the wire. */
export type Delivery =
  | { readonly kind: 'plain' }
  | { readonly kind: 'late'; readonly ms: number }
  /** Nothing comes, or the headers and then nothing. */
  | { readonly kind: 'hang'; readonly before: boolean }
  /** The connection is reset, at once or in mid-body. */
  | { readonly kind: 'reset'; readonly before: boolean }
  /** One byte each so many milliseconds. */
  | { readonly kind: 'drip'; readonly ms: number }
  | { readonly kind: 'flood'; readonly bytes: number };

export interface Outcome {
  readonly reply: Reply;
  readonly delivery: Delivery;
}

export const plain: Delivery = { kind: 'plain' };

const proxyPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.25.3</center></body>
</html>
`;
const portalPage = `<!DOCTYPE html>
<html><head><title>Sign in to the network</title></head>
<body><form action="/login">Accept the terms of use to continue.</form></body></html>
`;

/** Text that must not travel on to anyone's client. */
const internals = 'connect ECONNREFUSED postgres://billing:hunter2@db-3.internal:5432/billing';

interface Played {
  readonly dialect: Dialect;
  /** What the call drew on. */
  readonly bucket: string;
  readonly query: URLSearchParams;
  /** Runs the endpoint, with a query in place of the call's own. */
  readonly answer: (query: URLSearchParams) => Reply;
}

export function play(fault: Fault, { dialect, bucket, query, answer }: Played): Outcome {
  const own = fault.afterEffect ? answer(query) : undefined;
  const reply = own ?? { status: 200, json: {} };
  const spoilt = (change: (json: unknown) => unknown): Outcome => {
    const isSpoilt = reply.status < 300 && reply.json !== undefined;
    return { reply: isSpoilt ? { ...reply, json: change(reply.json) } : reply, delivery: plain };
  };
  const refused = (refusal: Refusal, headers: Record<string, string> = {}): Outcome => {
    const told = dialect.refuse(refusal);
    return { reply: { ...told, headers: { ...told.headers, ...headers } }, delivery: plain };
  };
  const retryAfter: Record<string, string> =
    fault.retryAfter === null ? {} : { 'retry-after': fault.retryAfter };

  switch (fault.name) {
    case 'latency':
      return { reply, delivery: { kind: 'late', ms: fault.ms } };
    case 'hang':
      return { reply, delivery: { kind: 'hang', before: fault.before } };
    case 'reset':
      return { reply, delivery: { kind: 'reset', before: fault.before || own === undefined } };
    case 'drip':
      return { reply, delivery: { kind: 'drip', ms: fault.ms } };
    case 'oversized':
      return { reply, delivery: { kind: 'flood', bytes: fault.bytes } };
    case 'truncate':
      return { reply: cutReply(reply), delivery: plain };
    case 'html':
      return {
        reply: { status: 200, content: { type: 'text/html; charset=utf-8', data: portalPage } },
        delivery: plain,
      };
    case 'content-type':
      return { reply: { ...reply, content: contentOf(reply, 'text/plain; charset=utf-8') }, delivery: plain };
    case '401':
      return refused(dialect.badCredential());
    case '429': {
      const told = dialect.tooManyRequests(bucket);
      return { reply: { ...told, headers: { ...told.headers, ...retryAfter } }, delivery: plain };
    }
    case '500':
      return refused(new Refusal(500, 'database_error', `Database operation failed: ${internals}`));
    case '502':
      return { reply: { status: 502, content: { type: 'text/html', data: proxyPage } }, delivery: plain };
    case '503':
      return refused(
        new Refusal(503, 'service_unavailable', 'The service is down for maintenance'),
        retryAfter,
      );
    case 'redirect':
      return { reply: { status: 302, headers: { location: 'http://elsewhere.example/' } }, delivery: plain };
    case 'error-inside-200': {
      const error = dialect.refuse(
        new Refusal(500, 'database_error', `Database operation failed: ${internals}`),
      );
      return { reply: { ...error, status: 200 }, delivery: plain };
    }
    case 'bad-enum':
    case 'missing-field':
    case 'null-field':
    case 'extra-field': {
      const spoil = fault.name;
      return spoilt((json) => spoilField(json, fault.field, spoil));
    }
    case 'empty-page':
      return spoilt(emptyPage);
    case 'duplicate-rows':
    case 'shift-pages': {
      const before = pageBefore(query);
      const previous = before === null ? undefined : answer(before.query).json;
      if (fault.name === 'duplicate-rows') return spoilt((json) => duplicateRows(json, previous));
      return before === null
        ? { reply, delivery: plain }
        : spoilt((json) => shiftPage(json, previous, before.index + 1));
    }
  }
}

/** The length fits, so that only parsing shows that something is missing. */
function cutReply(reply: Reply): Reply {
  const { type, data } = contentOf(reply, 'application/json; charset=utf-8');
  return { ...reply, content: { type, data: data.slice(0, Math.floor(data.length / 2)) } };
}

function contentOf(
  reply: Reply,
  type: string,
): { readonly type: string; readonly data: string | Uint8Array } {
  return { type, data: reply.content?.data ?? JSON.stringify(reply.json ?? {}) };
}

/** The query for the page before, and that page's place, counted from 0; null on the first page. */
function pageBefore(
  query: URLSearchParams,
): { readonly query: URLSearchParams; readonly index: number } | null {
  const name = ['offset', 'pg[offset]', 'page'].find((candidate) => query.has(candidate));
  const value = Number(name === undefined ? 0 : query.get(name));
  if (name === undefined || !Number.isInteger(value)) return null;
  const before = new URLSearchParams(query);
  if (name === 'page') {
    before.set(name, String(value - 1));
    return value > 1 ? { query: before, index: value - 2 } : null;
  }
  const limit = Number(query.get(name === 'offset' ? 'limit' : 'pg[limit]') ?? 0);
  if (value <= 0 || limit <= 0) return null;
  before.set(name, String(Math.max(0, value - limit)));
  return { query: before, index: Math.ceil(value / limit) - 1 };
}
