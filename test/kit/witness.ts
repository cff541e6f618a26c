import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

/** A request as it came over the wire. */
export interface Seen {
  readonly method: string;
  /** Undecoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request and what came back of it. */
export interface Exchange extends Seen {
  readonly status: number;
  readonly answer: string;
}

export interface Witness extends AsyncDisposable {
  readonly origin: string;
  readonly seen: readonly Seen[];
  /** Those that were answered in full, in that order. */
  readonly exchanges: readonly Exchange[];
}

/** Stands between a gateway and an upstream, writes down what comes, and tells of no limit. */
export async function startWitness(upstream: string): Promise<Witness> {
  const seen: Seen[] = [];
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method = '', url = '', rawHeaders } = request;
      const pairs = rawHeaders.flatMap((name, place) =>
        place % 2 === 0 ? [[name.toLowerCase(), rawHeaders[place + 1] ?? ''] as const] : [],
      );
      const came = { method, target: url, headers: Object.fromEntries(pairs), body: body.toString() };
      seen.push(came);
      const passed = send(new URL(upstream), { method, path: url, headers: request.headers }, (answer) => {
        const headers = Object.fromEntries(
          Object.entries(answer.headers).filter(([name]) => !name.startsWith('x-ratelimit-')),
        );
        const { statusCode: status = 502 } = answer;
        response.writeHead(status, { ...headers, 'x-ratelimit-limit': '1000000' });
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => exchanges.push({ ...came, status, answer: Buffer.concat(parts).toString() }));
        answer.pipe(response);
      });
      passed.on('error', () => response.destroy());
      passed.end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The witness has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    seen,
    exchanges,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
