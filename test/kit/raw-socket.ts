import { WebSocket } from 'ws';

export interface RawSocket {
  readonly socket: WebSocket;
  /** Text as it is; anything else as JSON. */
  send(message: unknown): void;
  /** The next message that came, in order. */
  next(): Promise<Readonly<Record<string, unknown>>>;
  /** Messages that nobody has taken yet. */
  readonly waiting: readonly Readonly<Record<string, unknown>>[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

interface RawSocketOptions {
  readonly protocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that holds to no protocol. */
export async function openRawSocket(
  url: string,
  { protocol = 'graphql-transport-ws', headers = {} }: RawSocketOptions = {},
): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol ?? [], { headers });
  const waiting: Readonly<Record<string, unknown>>[] = [];
  const takers: ((message: Readonly<Record<string, unknown>>) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString());
    const taker = takers.shift();
    if (taker === undefined) waiting.push(message);
    else taker(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: () => {
      const message = waiting.shift();
      return message === undefined
        ? new Promise((resolve) => takers.push(resolve))
        : Promise.resolve(message);
    },
    waiting,
    closed,
  };
}

/** A client that has said who it is, and was let in. */
export async function openGreetedSocket(
  url: string,
  payload: object = { authorization: 'Bearer sandbox-owner' },
): Promise<RawSocket> {
  const client = await openRawSocket(url);
  client.send({ type: 'connection_init', payload });
  await client.next();
  return client;
}
