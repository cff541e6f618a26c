import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';
import { openGreetedSocket, type RawSocket } from '../../kit/raw-socket.ts';

const { limits, sockets } = readConfig({});
const operationsEach = 40;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    settings: {
      introspection: 'operators',
      sockets: { ...sockets, operations: 'all' },
      limits: { ...limits, requestsPerMinute: operationsEach },
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** What an operation is refused with. */
async function refusalOf(client: RawSocket, payload: object): Promise<unknown> {
  client.send({ type: 'subscribe', id: 'a', payload });
  const { type, payload: errors } = await client.next();
  return type === 'error' ? errors : type;
}

const nested = (open: string, close: string, times: number): string =>
  open.repeat(times) + close.repeat(times);

test.each([
  ['a deep document', { query: nested('{a', '}', 9000) }, 'DOCUMENT_TOO_COMPLEX'],
  ['a long document', { query: `{a}${'#'.repeat(limits.documentBytes)}` }, 'DOCUMENT_TOO_COMPLEX'],
  [
    'deep variables',
    { query: '{ viewer { name } }', variables: { a: JSON.parse(nested('[', ']', 90)) } },
    'DOCUMENT_TOO_COMPLEX',
  ],
  ['introspection', { query: '{ __type(name: "Viewer") { name } }' }, 'DOCUMENT_INVALID'],
  ['a name that is nearly right', { query: '{ viewr { name } }' }, 'DOCUMENT_INVALID'],
])('%s is refused over a socket as over HTTP, and the socket goes on', async (_, payload, code) => {
  const client = await openGreetedSocket(gateway.url);
  const errors = await refusalOf(client, payload);
  expect(errors).toMatchObject([{ extensions: { code } }]);
  expect(JSON.stringify(errors)).not.toContain('Did you mean');
  client.send({ type: 'ping' });
  expect(await client.next()).toEqual({ type: 'pong' });
  client.socket.close();
});

test.each([
  ['a ping', '{"type":"ping","payload":{"a":'],
  ['a greeting', '{"type":"connection_init","payload":{"a":'],
  ['an operation', '{"type":"subscribe","id":"a","payload":{"query":"{a}","a":'],
])('%s that nests without end closes its socket and harms no other', async (_, start) => {
  const other = await openGreetedSocket(gateway.url);
  const client = await openGreetedSocket(gateway.url);
  const times = Math.floor((sockets.maxMessageBytes - start.length - 2) / 2);
  client.send(`${start}${nested('[', ']', times)}}}`);
  expect((await client.closed).code).toBe(4400);
  other.send({ type: 'ping' });
  expect(await other.next()).toEqual({ type: 'pong' });
  other.socket.close();
});

test('operations over a socket are counted with all others of the caller', async () => {
  const client = await openGreetedSocket(gateway.url, { authorization: 'Bearer sandbox-admin' });
  const payload = { query: '{ viewer { name } }' };
  for (let time = 0; time < operationsEach; time += 1) {
    expect(await refusalOf(client, payload)).toBe('next');
    expect(await client.next()).toMatchObject({ type: 'complete' });
  }
  expect(await refusalOf(client, payload)).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } },
  ]);
  expect((await gateway.query(payload.query, undefined, { caller: 'sandbox-admin' })).status).toBe(429);
  client.socket.close();
});
