import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FeedServer, startFeedServer } from '../../kit/feed-server.ts';
import { openGreetedSocket, openRawSocket } from '../../kit/raw-socket.ts';

const authorization = 'Bearer sandbox-owner';
const init = { type: 'connection_init', payload: { authorization } };
const numbers = { query: 'subscription { numbers }' };
let server: FeedServer;
beforeAll(async () => {
  server = await startFeedServer();
});
afterAll(() => server.close());

describe('a breach of the protocol closes the socket with 4400', () => {
  const breaches: Readonly<Record<string, unknown>> = {
    'no JSON': 'hello',
    'an empty message': '',
    'JSON that is no object': '[]',
    'no type': {},
    'a type that is no text': { type: 5 },
    'an unknown type': { type: 'start', id: '1', payload: numbers },
    'a message that only servers send': { type: 'next', id: '1', payload: {} },
    'an acknowledgement': { type: 'connection_ack' },
    'subscribe without an id': { type: 'subscribe', payload: numbers },
    'subscribe with an empty id': { type: 'subscribe', id: '', payload: numbers },
    'subscribe with a number as id': { type: 'subscribe', id: 1, payload: numbers },
    'subscribe without a payload': { type: 'subscribe', id: '1' },
    'subscribe without a document': { type: 'subscribe', id: '1', payload: {} },
    'a document that is no text': { type: 'subscribe', id: '1', payload: { query: 5 } },
    'variables that are no object': {
      type: 'subscribe',
      id: '1',
      payload: { ...numbers, variables: [] },
    },
    'an operationName that is no text': {
      type: 'subscribe',
      id: '1',
      payload: { ...numbers, operationName: {} },
    },
    'extensions that are no object': {
      type: 'subscribe',
      id: '1',
      payload: { ...numbers, extensions: 'x' },
    },
    'complete without an id': { type: 'complete' },
    'a ping whose payload is no object': { type: 'ping', payload: 'x' },
  };

  test.for(Object.entries(breaches))('%s', async ([, message]) => {
    const client = await openGreetedSocket(server.url);
    client.send(message);
    expect((await client.closed).code).toBe(4400);
  });

  test('a binary message', async () => {
    const client = await openGreetedSocket(server.url);
    client.socket.send(Buffer.from(JSON.stringify({ type: 'ping' })));
    expect((await client.closed).code).toBe(4400);
  });

  test('a greeting whose payload is no object', async () => {
    const client = await openRawSocket(server.url);
    client.send({ type: 'connection_init', payload: 'me' });
    expect((await client.closed).code).toBe(4400);
  });
});

describe('who may speak', () => {
  test('subscribing before the greeting closes with 4401', async () => {
    const client = await openRawSocket(server.url);
    client.send({ type: 'subscribe', id: '1', payload: numbers });
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  test.for([
    ['no payload', undefined],
    ['no credential', {}],
    ['a wrong credential', { authorization: 'Bearer wrong' }],
    ['a credential that is no text', { authorization: 5 }],
  ] as const)('a greeting with %s closes with 4401', async ([, payload]) => {
    const client = await openRawSocket(server.url);
    client.send({ type: 'connection_init', payload });
    expect((await client.closed).code).toBe(4401);
  });

  test('the credential may come with the handshake instead', async () => {
    const client = await openRawSocket(server.url, { headers: { authorization } });
    client.send({ type: 'connection_init' });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
    client.socket.close();
  });

  test('a second greeting closes with 4429', async () => {
    const client = await openGreetedSocket(server.url);
    client.send(init);
    expect((await client.closed).code).toBe(4429);
  });

  test.for([null, 'graphql-ws'])('the subprotocol %s closes with 4406', async (protocol) => {
    const opened = openRawSocket(server.url, { protocol });
    if (protocol === null) expect((await (await opened).closed).code).toBe(4406);
    // ws itself refuses a server that answers none of the protocols it was offered
    else await expect(opened).rejects.toThrow(/subprotocol/);
  });
});

describe('origins', () => {
  test('a page of another origin is refused in the handshake', async () => {
    await expect(
      openRawSocket(server.url, { headers: { origin: 'https://elsewhere.example' } }),
    ).rejects.toThrow('403');
    await expect(openRawSocket(server.url, { headers: { origin: 'null' } })).rejects.toThrow('403');
  });

  test('a page of the gateway and an allowed origin are let in', async () => {
    await using strict = await startFeedServer({ allowedOrigins: ['https://app.example'] });
    for (const origin of [strict.url, 'https://app.example']) {
      const client = await openRawSocket(strict.url, { headers: { origin } });
      client.socket.close();
    }
    await expect(
      openRawSocket(strict.url, { headers: { origin: 'https://app.example.evil' } }),
    ).rejects.toThrow('403');
  });

  test('there are no sockets beside /graphql', async () => {
    await expect(openRawSocket(`${server.url}/elsewhere`)).rejects.toThrow('404');
  });

  test('a wish for another protocol is no reason not to answer', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request(`${server.url}/health`, { headers: { connection: 'upgrade', upgrade: 'h2c' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(200);
  });
});

describe('operations', () => {
  test('a subscription gives what its source gives, and completes with it', async () => {
    const client = await openGreetedSocket(server.url);
    client.send({ type: 'subscribe', id: 'a', payload: numbers });
    const feed = await server.nextFeed();
    feed.give(1);
    feed.give(2);
    expect(await client.next()).toEqual({ id: 'a', type: 'next', payload: { data: { numbers: '1' } } });
    expect(await client.next()).toEqual({ id: 'a', type: 'next', payload: { data: { numbers: '2' } } });
    feed.end();
    expect(await client.next()).toEqual({ id: 'a', type: 'complete' });
    client.socket.close();
  });

  test('a ping is answered with its payload', async () => {
    const client = await openRawSocket(server.url);
    client.send({ type: 'ping', payload: { n: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { n: 1 } });
    client.send({ type: 'pong' });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.socket.close();
  });

  test.for(['1', 'x'.repeat(1000), '\u{1F600}'.repeat(100)])(
    'an id that is in use closes with 4409, however long it is',
    async (id) => {
      const client = await openGreetedSocket(server.url);
      client.send({ type: 'subscribe', id, payload: numbers });
      const feed = await server.nextFeed();
      client.send({ type: 'subscribe', id, payload: numbers });
      const { code, reason } = await client.closed;
      expect(code).toBe(4409);
      expect(reason).toMatch(/^Subscriber for /);
      await feed.released;
    },
  );

  test('an id can be used again right after its operation was completed, and stopped again', async () => {
    const client = await openGreetedSocket(server.url);
    for (let round = 0; round < 20; round += 1) {
      client.send({ type: 'subscribe', id: 'again', payload: numbers });
      client.send({ type: 'complete', id: 'again' });
    }
    client.send({ type: 'subscribe', id: 'again', payload: numbers });
    const feeds = [];
    for (let round = 0; round <= 20; round += 1) feeds.push(await server.nextFeed());
    await Promise.all(feeds.slice(0, -1).map(({ released }) => released));
    feeds.at(-1)?.give(7);
    expect(await client.next()).toEqual({ id: 'again', type: 'next', payload: { data: { numbers: '7' } } });
    client.send({ type: 'complete', id: 'again' });
    await feeds.at(-1)?.released;
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.socket.close();
  });

  test.for(['__proto__', 'constructor', 'toString'])('%s is an id like any other', async (id) => {
    const client = await openGreetedSocket(server.url);
    client.send({ type: 'subscribe', id, payload: numbers });
    const feed = await server.nextFeed();
    feed.end();
    expect(await client.next()).toEqual({ id, type: 'complete' });
    client.socket.close();
  });

  test('completing what does not run is nothing', async () => {
    const client = await openGreetedSocket(server.url);
    client.send({ type: 'complete', id: 'never' });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.socket.close();
  });

  test('a refused operation is an error of that operation alone, with the id of the request', async () => {
    const client = await openGreetedSocket(server.url);
    const refused = {
      syntax: [{ query: 'subscription {' }, 'DOCUMENT_INVALID'],
      field: [{ query: 'subscription { letters }' }, 'DOCUMENT_INVALID'],
      name: [{ query: 'subscription A { numbers }', operationName: 'B' }, 'BAD_USER_INPUT'],
      variable: [{ query: 'subscription ($size: Int!) { numbers(size: $size) }' }, 'BAD_USER_INPUT'],
      unknown: [{ ...numbers, documentIdd: 'x' }, 'BAD_USER_INPUT'],
      query: [{ query: '{ hello }' }, 'BAD_USER_INPUT'],
      mutation: [{ query: 'mutation { wait }' }, 'BAD_USER_INPUT'],
      source: [{ query: 'subscription { numbers(refuse: true) }' }, 'FORBIDDEN'],
    } as const;
    for (const [id, [payload, code]] of Object.entries(refused)) {
      client.send({
        type: 'subscribe',
        id,
        payload: { ...payload, extensions: { requestId: `request-${id}` } },
      });
      const answer = await client.next();
      expect(answer).toMatchObject({
        id,
        type: 'error',
        payload: [{ message: expect.any(String), extensions: { code, requestId: `request-${id}` } }],
      });
      expect(JSON.stringify(answer)).not.toContain('"http"');
    }
    client.socket.close();
  });

  test('a source that breaks shows nothing of its inside', async () => {
    const client = await openGreetedSocket(server.url);
    client.send({ type: 'subscribe', id: 'a', payload: numbers });
    const feed = await server.nextFeed();
    feed.give(1);
    await client.next();
    feed.fail(new Error('secret'));
    const answer = await client.next();
    expect(answer).toMatchObject({
      id: 'a',
      type: 'error',
      payload: [{ extensions: { code: 'INTERNAL', requestId: expect.any(String) } }],
    });
    expect(JSON.stringify(answer)).not.toContain('secret');
    client.send({ type: 'subscribe', id: 'a', payload: numbers });
    (await server.nextFeed()).give(2);
    expect(await client.next()).toMatchObject({ id: 'a', type: 'next' });
    client.socket.close();
  });

  test('results of any length arrive as they are', async () => {
    const client = await openGreetedSocket(server.url);
    const around = JSON.stringify({ id: 'é', type: 'next', payload: { data: { numbers: '' } } }).length + 1;
    for (const length of [around, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 300_000]) {
      const size = length - around;
      const query = `subscription { numbers(size: ${size}) }`;
      client.send({ type: 'subscribe', id: 'é', payload: { query } });
      const feed = await server.nextFeed();
      feed.give(1);
      expect(await client.next()).toEqual({
        id: 'é',
        type: 'next',
        payload: { data: { numbers: '1'.padEnd(size, '.') } },
      });
      feed.end();
      expect(await client.next()).toEqual({ id: 'é', type: 'complete' });
    }
    client.socket.close();
  });

  test('sources are let go of when their client is gone, whatever they wait for', async () => {
    const client = await openGreetedSocket(server.url);
    client.send({ type: 'subscribe', id: 'a', payload: numbers });
    client.send({ type: 'subscribe', id: 'b', payload: numbers });
    const feeds = [await server.nextFeed(), await server.nextFeed()];
    client.socket.terminate();
    await Promise.all(feeds.map(({ released }) => released));
  });
});
