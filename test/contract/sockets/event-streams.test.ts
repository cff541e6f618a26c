import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FeedServer, startFeedServer } from '../../kit/feed-server.ts';
import { type EventReader, readEvents } from '../../kit/read-events.ts';
import { createFakeClock } from '../../unit/fake-clock.ts';

let server: FeedServer;
beforeAll(async () => {
  server = await startFeedServer();
});
afterAll(() => server.close());

const post = (body: object, url = server.url): Promise<EventReader> =>
  readEvents(`${url}/graphql`, { method: 'POST', body: JSON.stringify(body) });
const numbers = { query: 'subscription { numbers }' };

test('a subscription by POST gives next for each value and complete at the end', async () => {
  const stream = await post(numbers);
  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  expect(stream.headers.get('x-accel-buffering')).toBe('no');
  const feed = await server.nextFeed();
  feed.give(1);
  expect(await stream.next()).toEqual({ event: 'next', data: { data: { numbers: '1' } } });
  feed.give(2);
  expect(await stream.next()).toEqual({ event: 'next', data: { data: { numbers: '2' } } });
  feed.end();
  expect(await stream.next()).toEqual({ event: 'complete', data: undefined });
  expect(await stream.next()).toBeUndefined();
});

test('a subscription by GET is the same', async () => {
  const stream = await readEvents(`${server.url}/graphql?query=${encodeURIComponent(numbers.query)}`);
  const feed = await server.nextFeed();
  feed.give(1);
  expect(await stream.next()).toEqual({ event: 'next', data: { data: { numbers: '1' } } });
  feed.end();
  expect(await stream.next()).toEqual({ event: 'complete', data: undefined });
});

test('a comment comes first, so that proxies pass the stream on at once', async () => {
  const gone = new AbortController();
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      authorization: 'Bearer sandbox-owner',
      'content-type': 'application/json',
    },
    body: JSON.stringify(numbers),
    signal: gone.signal,
  });
  const chunk = await response.body?.getReader().read();
  expect(Buffer.from(chunk?.value ?? []).toString()).toMatch(/^:\n\n/);
  gone.abort();
  await (await server.nextFeed()).released;
});

test('a query is one next and complete', async () => {
  const stream = await post({ query: '{ hello }' });
  expect(await stream.next()).toEqual({ event: 'next', data: { data: { hello: 'hello' } } });
  expect(await stream.next()).toEqual({ event: 'complete', data: undefined });
});

test.for([
  ['an unknown operationName', { query: 'subscription A { numbers }', operationName: 'B' }, 'BAD_USER_INPUT'],
  ['a missing variable', { query: 'subscription ($n: Int!) { numbers(size: $n) }' }, 'BAD_USER_INPUT'],
  ['a syntax error', { query: 'subscription {' }, 'DOCUMENT_INVALID'],
  ['an unknown field', { query: 'subscription { letters }' }, 'DOCUMENT_INVALID'],
  ['a refused source', { query: 'subscription { numbers(refuse: true) }' }, 'FORBIDDEN'],
] as const)('%s is told in a stream that was accepted', async ([, body, code]) => {
  const stream = await post(body);
  expect(stream.status).toBe(200);
  expect(await stream.next()).toMatchObject({
    event: 'next',
    data: { errors: [{ extensions: { code, requestId: stream.headers.get('x-request-id') } }] },
  });
  expect(await stream.next()).toEqual({ event: 'complete', data: undefined });
});

test('a client that takes JSON as well gets JSON, with the status of what was refused', async () => {
  const headers = { accept: 'application/json, text/event-stream' };
  const ask = (query: string): Promise<Response> =>
    fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { ...headers, authorization: 'Bearer sandbox-owner' },
    });
  expect((await ask('{ letters }')).status).toBe(400);
  expect(await (await ask('{ hello }')).json()).toEqual({ data: { hello: 'hello' } });
});

test('what is no GraphQL request is refused with its status', async () => {
  expect((await post({})).status).toBe(400);
  const stream = await readEvents(`${server.url}/graphql`, { method: 'POST', body: '{' });
  expect(stream.status).toBe(400);
  const anonymous = await readEvents(`${server.url}/graphql?query={hello}`, {
    headers: { authorization: 'Bearer wrong' },
  });
  expect(anonymous.status).toBe(401);
});

test('a subscription for a client that takes JSON alone is refused in words, and begins nothing', async () => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      authorization: 'Bearer sandbox-owner',
      'content-type': 'application/json',
    },
    body: JSON.stringify(numbers),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [
      { message: expect.stringContaining('text/event-stream'), extensions: { code: 'BAD_USER_INPUT' } },
    ],
  });
});

test('a source that breaks shows nothing of its inside', async () => {
  const stream = await post(numbers);
  (await server.nextFeed()).fail(new Error('secret'));
  const event = await stream.next();
  expect(event).toMatchObject({
    event: 'next',
    data: { errors: [{ extensions: { code: 'INTERNAL', requestId: expect.any(String) } }] },
  });
  expect(JSON.stringify(event)).not.toContain('secret');
  expect(await stream.next()).toEqual({ event: 'complete', data: undefined });
});

test('the source is let go of when the client goes, while it waits and after it gave', async () => {
  const waiting = await post(numbers);
  const first = await server.nextFeed();
  waiting.leave();
  await first.released;
  const reading = await post(numbers);
  const second = await server.nextFeed();
  second.give(1);
  await reading.next();
  reading.leave();
  await second.released;
});

test('a caller has so many streams, and gets the place of one that is gone', async () => {
  await using strict = await startFeedServer({ settings: { streamsPerCaller: 1 } });
  const first = await post(numbers, strict.url);
  const feed = await strict.nextFeed();
  const refused = await post(numbers, strict.url);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await refused.next()).toMatchObject({
    data: { errors: [{ extensions: { code: 'OVERLOADED', limit: 1, setting: 'sockets.streamsPerCaller' } }] },
  });
  await (await strict.nextFeed()).released;
  first.leave();
  await feed.released;
  const again = await post(numbers, strict.url);
  expect(again.status).toBe(200);
  again.leave();
});

test('a stream ends with the credential, and says so', async () => {
  const clock = createFakeClock();
  await using strict = await startFeedServer({ clock, expiresAt: clock.now() + 60_000 });
  const stream = await post(numbers, strict.url);
  const feed = await strict.nextFeed();
  await clock.pass(60_000);
  expect(await stream.next()).toMatchObject({
    event: 'next',
    data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  });
  expect(await stream.next()).toEqual({ event: 'complete', data: undefined });
  await feed.released;
});

test('a stop completes the streams and does not wait longer', async () => {
  const stopping = await startFeedServer({ drainMs: 600_000 });
  const stream = await post(numbers, stopping.url);
  const feed = await stopping.nextFeed();
  const stopped = stopping.close();
  expect(await stream.next()).toEqual({ event: 'complete', data: undefined });
  await feed.released;
  await stopped;
});
