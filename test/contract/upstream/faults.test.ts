import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ErrorCode } from '../../../src/domain/failure.ts';
import {
  callOf,
  changeEndpoint,
  createTestUpstream,
  json,
  readEndpoint,
  startRawServer,
  startServer,
} from './test-upstream.ts';

const quick = { headersTimeoutMs: 150, bodyTimeoutMs: 150, totalTimeoutMs: 400, maxBodyBytes: 100_000 };

const html = '<html><body><h1>502 Bad Gateway</h1>nginx at https://internal.example</body></html>';

function raw(
  response: ServerResponse,
  body: string | Buffer,
  headers: Record<string, string | number> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
}

interface Fault {
  readonly name: string;
  readonly answer: (response: ServerResponse) => void;
  readonly read: ErrorCode;
  /** How often a read asks before it gives up. */
  readonly tries: number;
  readonly change: ErrorCode;
}

const faults: readonly Fault[] = [
  {
    name: 'F02 429 without retry-after',
    answer: (r) => r.writeHead(429).end('slow down'),
    read: 'RATE_LIMITED',
    tries: 1,
    change: 'RATE_LIMITED',
  },
  {
    name: 'F04 429 with a retry-after of a day',
    answer: (r) => r.writeHead(429, { 'retry-after': '86400' }).end(),
    read: 'RATE_LIMITED',
    tries: 1,
    change: 'RATE_LIMITED',
  },
  {
    name: 'F06 500',
    answer: (r) => json(r, { error: 500, message: 'at /srv/app.js' }, 500),
    read: 'UPSTREAM_UNAVAILABLE',
    tries: 3,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F07 502 with the page of a proxy',
    answer: (r) => r.writeHead(502, { 'content-type': 'text/html' }).end(html),
    read: 'UPSTREAM_UNAVAILABLE',
    tries: 3,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F08 503',
    answer: (r) => r.writeHead(503).end(),
    read: 'UPSTREAM_UNAVAILABLE',
    tries: 3,
    change: 'UPSTREAM_UNAVAILABLE',
  },
  {
    name: 'F09 504 without a body',
    answer: (r) => r.writeHead(504).end(),
    read: 'UPSTREAM_UNAVAILABLE',
    tries: 3,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F10 200 with a page',
    answer: (r) => r.writeHead(200, { 'content-type': 'text/html' }).end(html),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F12 200 with nothing',
    answer: (r) => raw(r, ''),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F13 a body cut off',
    answer: (r) => {
      r.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"ok":');
      setImmediate(() => r.destroy());
    },
    read: 'UPSTREAM_UNAVAILABLE',
    tries: 3,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F14 JSON cut off, its length right',
    answer: (r) => raw(r, '{"ok":'),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F15 a reset before any answer',
    answer: (r) => r.socket?.resetAndDestroy(),
    read: 'UPSTREAM_UNAVAILABLE',
    tries: 3,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F16 a reset in the middle of the body',
    answer: (r) => {
      r.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"ok":');
      setImmediate(() => r.socket?.resetAndDestroy());
    },
    read: 'UPSTREAM_UNAVAILABLE',
    tries: 3,
    change: 'OUTCOME_UNKNOWN',
  },
  { name: 'F17 no answer', answer: () => {}, read: 'UPSTREAM_TIMEOUT', tries: 1, change: 'OUTCOME_UNKNOWN' },
  {
    name: 'F18 headers, then nothing',
    answer: (r) => r.writeHead(200, { 'content-type': 'application/json' }).flushHeaders(),
    read: 'UPSTREAM_TIMEOUT',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F19 a body that drips',
    answer: (r) => drip(r),
    read: 'UPSTREAM_TIMEOUT',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F21 an endless body',
    answer: (r) => pour(r),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F27 a number beyond all bounds',
    answer: (r) => raw(r, '{"ok":1e400}'),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F35 an error inside a 200',
    answer: (r) => json(r, { error: { message: 'key secret-token at https://internal.example' } }),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F36 401',
    answer: (r) => json(r, { error: 401, message: 'secret-token' }, 401),
    read: 'UPSTREAM_AUTH',
    tries: 2,
    change: 'UPSTREAM_AUTH',
  },
  {
    name: 'F37 403',
    answer: (r) => json(r, { detail: 'Access denied.' }, 403),
    read: 'UPSTREAM_AUTH',
    tries: 1,
    change: 'UPSTREAM_AUTH',
  },
  { name: 'F38 404', answer: (r) => json(r, {}, 404), read: 'NOT_FOUND', tries: 1, change: 'NOT_FOUND' },
  {
    name: 'F39 a redirect',
    answer: (r) => r.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F41 gzip that is none',
    answer: (r) => raw(r, Buffer.from('certainly not gzip'), { 'content-encoding': 'gzip' }),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 3,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F42 a gzip bomb',
    answer: (r) => raw(r, gzipSync(Buffer.alloc(10_000_000, ' ')), { 'content-encoding': 'gzip' }),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
  {
    name: 'F50 204 where a body is due',
    answer: (r) => r.writeHead(204).end(),
    read: 'UPSTREAM_BAD_RESPONSE',
    tries: 1,
    change: 'OUTCOME_UNKNOWN',
  },
];

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
}

function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(65_536, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

test.each(faults)(
  '$name: a read fails with $read after $tries tries, a change with $change after one',
  async ({ answer, read, tries, change }) => {
    await using server = await startServer((response) => answer(response));
    for (const [endpoint, code, expectedTries] of [
      [readEndpoint, read, tries],
      [changeEndpoint, change, change === 'UPSTREAM_AUTH' && tries === 2 ? 2 : 1],
    ] as const) {
      await using test = createTestUpstream({ origin: server.origin, limits: quick });
      const before = server.count();
      const errand = test.errand();
      const failure = await test.upstream
        .request(callOf(endpoint, test.account), errand)
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code, details: expect.objectContaining({}) });
      expect(server.count() - before).toBe(expectedTries);
      expect(errand.meter.upstreamRequests).toBe(expectedTries);
      expect(JSON.stringify([String(failure), failure])).not.toMatch(
        /secret|internal|nginx|127\.0\.0\.1|<html|undici|JSON/,
      );
    }
  },
);

const rawFaults: readonly { readonly name: string; readonly talk: (socket: Socket) => void }[] = [
  { name: 'F48 what is no HTTP', talk: (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n') },
  {
    name: 'F48 a chunked body with a broken chunk',
    talk: (socket) =>
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{"ok":1}\r\n0\r\n\r\n',
      ),
  },
  {
    name: 'F49 200 kB of headers',
    talk: (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\n${`x-filler: ${'a'.repeat(1_000)}\r\n`.repeat(200)}\r\n{"ok":1}`),
  },
];

test.each(rawFaults)(
  '$name: a read fails with UPSTREAM_BAD_RESPONSE, a change with OUTCOME_UNKNOWN',
  async ({ talk }) => {
    await using server = await startRawServer((socket) => talk(socket));
    await using test = createTestUpstream({ origin: server.origin, limits: quick });
    await expect(
      test.upstream.request(callOf(readEndpoint, test.account), test.errand()),
    ).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    await expect(
      test.upstream.request(callOf(changeEndpoint, test.account), test.errand()),
    ).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
    });
  },
);

const tolerated: readonly { readonly name: string; readonly answer: (response: ServerResponse) => void }[] = [
  {
    name: 'F11 JSON called text/plain',
    answer: (r) => r.writeHead(200, { 'content-type': 'text/plain' }).end('{"ok":1}'),
  },
  { name: 'JSON without a content type', answer: (r) => r.writeHead(200).end('{"ok":1}') },
  {
    name: 'JSON of a vendor',
    answer: (r) => r.writeHead(200, { 'content-type': 'application/hal+json' }).end('{"ok":1}'),
  },
  { name: 'JSON behind a byte order mark', answer: (r) => raw(r, '\ufeff{"ok":1}') },
  { name: 'F20 an answer that is slow, in time', answer: (r) => setTimeout(() => raw(r, '{"ok":1}'), 30) },
  {
    name: 'F25 more than was asked for',
    answer: (r) => raw(r, '{"ok":1,"__proto__":{"x":1},"constructor":2}'),
  },
  {
    name: 'F43 bytes that are no UTF-8',
    answer: (r) =>
      raw(r, Buffer.from('7b226f6b223a312c226e616d65223a22ff fe227d'.replaceAll(' ', ''), 'hex')),
  },
  { name: 'gzip', answer: (r) => raw(r, gzipSync('{"ok":1}'), { 'content-encoding': 'gzip' }) },
  { name: 'F46 a connection closed each time', answer: (r) => raw(r, '{"ok":1}', { connection: 'close' }) },
];

test.each(tolerated)('$name is read', async ({ answer }) => {
  await using server = await startServer((response) => answer(response));
  await using test = createTestUpstream({ origin: server.origin });
  for (const endpoint of [readEndpoint, changeEndpoint]) {
    const { value } = await test.upstream.request(callOf(endpoint, test.account), test.errand());
    expect(value).toEqual({ ok: 1 });
  }
});

test('F13 a body without a length that is cut off is asked for again', async () => {
  const head =
    'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
  await using server = await startRawServer((socket, count) =>
    socket.end(count === 1 ? `${head}8\r\n{"ok` : `${head}8\r\n{"ok":1}\r\n0\r\n\r\n`),
  );
  await using test = createTestUpstream({ origin: server.origin });
  const answer = await test.upstream.request(callOf(readEndpoint, test.account), test.errand());
  expect(answer.value).toEqual({ ok: 1 });
});

test('F41 a read whose body did not decompress is read again', async () => {
  await using server = await startServer((response, count) =>
    count === 1 ? raw(response, Buffer.from('no'), { 'content-encoding': 'br' }) : json(response, { ok: 1 }),
  );
  await using test = createTestUpstream({ origin: server.origin });
  const answer = await test.upstream.request(callOf(readEndpoint, test.account), test.errand());
  expect(answer.value).toEqual({ ok: 1 });
});

test('F47 a connection that the other side dropped while it was idle is noticed by nobody', async () => {
  await using server = await startRawServer((socket, count) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{"ok":1}');
    // The first connection answers once and resets as soon as it is used again.
    if (count === 1) socket.once('data', () => socket.resetAndDestroy());
  });
  await using test = createTestUpstream({ origin: server.origin });
  for (const endpoint of [readEndpoint, readEndpoint, changeEndpoint, changeEndpoint]) {
    const { value } = await test.upstream.request(callOf(endpoint, test.account), test.errand());
    expect(value).toEqual({ ok: 1 });
  }
});

test('F50 a delete that is answered with nothing is done', async () => {
  await using server = await startServer((response) => response.writeHead(204).end());
  await using test = createTestUpstream({ origin: server.origin });
  const endpoint = {
    ...changeEndpoint,
    method: 'DELETE',
    mayBeEmpty: true,
    answer: changeEndpoint.answer.optional(),
  } as const;
  const { value } = await test.upstream.request(callOf(endpoint, test.account), test.errand());
  expect(value).toBeUndefined();
});

test('a delete done in part is an answer where the endpoint says that it may be', async () => {
  await using server = await startServer((response) =>
    json(response, { ok: 2, error: { name: 'x', stack: 'y' } }),
  );
  await using test = createTestUpstream({ origin: server.origin });
  const endpoint = { ...changeEndpoint, method: 'DELETE', mayCarryError: true } as const;
  const { value } = await test.upstream.request(
    callOf(endpoint, test.account, { body: { ids: [1] } }),
    test.errand(),
  );
  expect(value).toEqual({ ok: 2 });
});

test('a file is handed on as its bytes, and anything else in its place is refused', async () => {
  await using server = await startServer((response, count) =>
    response
      .writeHead(200, { 'content-type': count === 1 ? 'application/pdf' : 'text/html' })
      .end('%PDF-1.7'),
  );
  await using test = createTestUpstream({ origin: server.origin });
  const endpoint = { ...readEndpoint, file: 'application/pdf', answer: z.instanceof(Uint8Array) };
  const { value } = await test.upstream.request(callOf(endpoint, test.account), test.errand());
  expect(Buffer.from(value).toString()).toBe('%PDF-1.7');
  await expect(test.upstream.request(callOf(endpoint, test.account), test.errand())).rejects.toMatchObject({
    code: 'UPSTREAM_BAD_RESPONSE',
  });
});
