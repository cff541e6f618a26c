import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { maxBodyBytes, type ReceivedBody } from './body.ts';
import { deliver } from './delivery.ts';
import type { Outcome } from './played-fault.ts';
import { createRandom } from './random.ts';
import type { Incoming } from './serve.ts';

export interface Listener {
  readonly origin: string;
  close(): Promise<void>;
}

interface Settings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly wallNow: () => number;
  /** Request ids follow from it. */
  readonly seed: string;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: (incoming: Incoming) => Outcome;
}

/** One HTTP port. Rejects with the system's error when the port cannot be had. */
export async function listen({ host, port, wallNow, seed, headers, answer }: Settings): Promise<Listener> {
  const idPrefix = createRandom(`${seed}/request ids`).hex(20);
  const dateHeader = createDateHeader(wallNow);
  let served = 0;
  let origin = '';

  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    if (request.method === 'GET') respond(request, response, undefined);
    else receive(request, (body) => respond(request, response, body));
  });

  function respond(request: IncomingMessage, response: ServerResponse, body: ReceivedBody | undefined): void {
    const { url = '/', method = 'GET' } = request;
    const cut = url.indexOf('?');
    const { reply, delivery } = answer({
      method,
      path: cut === -1 ? url : url.slice(0, cut),
      query: cut === -1 ? '' : url.slice(cut + 1),
      authorization: request.headers.authorization,
      body,
      origin,
    });
    served += 1;
    const common = {
      ...headers,
      date: dateHeader(),
      'x-request-id': idPrefix + served.toString(16).padStart(12, '0'),
    };
    deliver(response, reply, common, delivery);
  }

  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no port');
  origin = `http://${host}:${address.port}`;
  return {
    origin,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function receive(request: IncomingMessage, done: (body: ReceivedBody) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  });
  request.on('end', () => {
    const bytes = size > maxBodyBytes ? undefined : Buffer.concat(chunks);
    done({ contentType: request.headers['content-type'] ?? '', bytes });
  });
}

/** The text changes once a second; making it costs more than a small answer. */
function createDateHeader(wallNow: () => number): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const now = Math.floor(wallNow() / 1000);
    if (now !== second) {
      second = now;
      text = new Date(now * 1000).toUTCString();
    }
    return text;
  };
}
