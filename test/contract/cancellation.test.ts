import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startTestGateway } from '../kit/gateway.ts';

/** An upstream that never answers, and tells when a request of it came and went. */
async function startSilentUpstream() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`,
    requested: async (): Promise<IncomingMessage> => {
      const [request] = (await once(server, 'request')) as [IncomingMessage];
      return request;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('a client that goes away takes its upstream request with it', async () => {
  await using upstream = await startSilentUpstream();
  await using gateway = await startTestGateway({
    settings: { make: { ...readConfig({}).make, url: upstream.url } },
  });
  const client = new AbortController();
  const requested = upstream.requested();
  const asked = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    signal: client.signal,
    headers: { authorization: 'Bearer sandbox-owner', 'content-type': 'application/json' },
    body: '{"query":"{ organization(id: 1001) { subscription { planName } } }"}',
  });
  const request = await requested;
  const closed = once(request.socket, 'close');
  client.abort();
  await expect(asked).rejects.toThrow();
  await closed;
  expect(request.socket.destroyed).toBe(true);
});

test('a client that goes away leaves the request to the others who wait for it', async () => {
  await using upstream = await startSilentUpstream();
  await using gateway = await startTestGateway({
    settings: { make: { ...readConfig({}).make, url: upstream.url }, operationDeadlineMs: 1500 },
  });
  const client = new AbortController();
  const requested = upstream.requested();
  const ask = (signal: AbortSignal | null) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      signal,
      headers: { authorization: 'Bearer sandbox-owner', 'content-type': 'application/json' },
      body: '{"query":"{ organization(id: 1001) { subscription { planName } } }"}',
    });
  const first = ask(client.signal);
  const request = await requested;
  const second = ask(null);
  client.abort();
  await expect(first).rejects.toThrow();
  const answer: unknown = await (await second).json();
  expect(answer).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }] });
  expect(request.method).toBe('GET');
});
