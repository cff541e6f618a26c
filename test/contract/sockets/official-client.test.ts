import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from '../../../src/config.ts';
import { openStore } from '../../../src/store/store.ts';
import { startFeedServer } from '../../kit/feed-server.ts';
import { startTestGateway } from '../../kit/gateway.ts';

const connect = (url: string, options: Partial<ClientOptions> = {}): Client =>
  createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: 'Bearer sandbox-owner', reason: 'month end' },
    ...options,
  });

test('the official client subscribes and stops', async () => {
  await using server = await startFeedServer();
  const client = connect(server.url);
  const results = client.iterate({ query: 'subscription { numbers }' });
  const first = results.next();
  const feed = await server.nextFeed();
  feed.give(1);
  expect((await first).value).toEqual({ data: { numbers: '1' } });
  await results.return?.();
  await feed.released;
  await client.dispose();
});

test('the official client comes back after its connection was lost', async () => {
  await using server = await startFeedServer();
  const sockets: WebSocket[] = [];
  const client = connect(server.url, {
    retryWait: async () => {},
    on: { opened: (socket) => sockets.push(socket as WebSocket) },
  });
  const results = client.iterate({ query: 'subscription { numbers }' });
  const first = results.next();
  (await server.nextFeed()).give(1);
  expect((await first).value).toEqual({ data: { numbers: '1' } });
  const second = results.next();
  sockets[0]?.terminate();
  (await server.nextFeed()).give(2);
  expect((await second).value).toEqual({ data: { numbers: '2' } });
  await client.dispose();
});

test('the official client tells a wrong credential by its close code', async () => {
  await using server = await startFeedServer();
  const client = connect(server.url, { connectionParams: { authorization: 'Bearer wrong' } });
  const results = client.iterate({ query: 'subscription { numbers }' });
  await expect(results.next()).rejects.toMatchObject({ code: 4401 });
});

test('queries run over WebSocket only where all operations are taken, with the guards of HTTP', async () => {
  await using closed = await startTestGateway();
  await using open = await startTestGateway({
    settings: { sockets: readConfig({ WS_OPERATIONS: 'all' }).sockets },
  });
  const ask = async (url: string, query: string): Promise<unknown> => {
    const client = connect(url);
    try {
      return (await client.iterate({ query, extensions: { requestId: 'r-1' } }).next()).value;
    } finally {
      await client.dispose();
    }
  };
  await expect(ask(closed.url, '{ viewer { name } }')).rejects.toMatchObject([
    {
      message: expect.stringContaining('WS_OPERATIONS'),
      extensions: { code: 'BAD_USER_INPUT', requestId: 'r-1' },
    },
  ]);
  expect(await ask(open.url, '{ viewer { name } }')).toEqual({ data: { viewer: { name: 'sandbox-owner' } } });
  expect(await ask(open.url, '{ organization(id: "nonsense") { id } }')).toMatchObject({
    data: { organization: null },
    errors: [{ path: ['organization'], extensions: { code: 'BAD_USER_INPUT', requestId: 'r-1' } }],
  });
  await expect(ask(open.url, '{ nothing }')).rejects.toMatchObject([
    { extensions: { code: 'DOCUMENT_INVALID' } },
  ]);
});

test('the reason in the greeting, or in the operation, goes to the access log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-sockets-'));
  const url = `sqlite:${join(folder, 'tollgate.db')}`;
  try {
    {
      await using gateway = await startTestGateway({
        settings: { store: { url }, sockets: readConfig({ WS_OPERATIONS: 'all' }).sockets },
      });
      const client = connect(gateway.url);
      const query = '{ organization(id: "1001") { payments { totalCount } } }';
      for (const extensions of [{ explain: '1' }, { reason: 'a complaint' }]) {
        const { value } = await client.iterate({ query, extensions }).next();
        expect(value?.extensions?.['tollgate'] !== undefined).toBe('explain' in extensions);
      }
      await client.dispose();
    }
    const store = openStore(url);
    const rows = await store.read('access', { after: 0, limit: 100 });
    await store.close();
    const reasons = rows.flatMap(({ row }) =>
      (JSON.parse(row) as { entries: { reason: string }[] }).entries.map(({ reason }) => reason),
    );
    expect(reasons).toEqual(['month end', 'a complaint']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
