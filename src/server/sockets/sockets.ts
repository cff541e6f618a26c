import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authenticate } from '../../access/callers.ts';
import type { CredentialWatch } from '../../access/credential-watch.ts';
import type { Config } from '../../config.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../telemetry/log.ts';
import type { GraphqlHandler } from '../graphql.ts';
import type { OperationMetrics } from '../metrics/operation-metrics.ts';
import { comesFromAllowedOrigin } from '../origin.ts';
import { createPlaces } from '../places.ts';
import { type Conversation, converse } from './conversation.ts';
import { createRunOperation } from './run-operation.ts';

/** GraphQL over WebSocket. */
export interface Sockets {
  /** Takes over a connection whose client asks for a WebSocket. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  /** How many there are. */
  open(): number;
  /** Takes no new sockets and closes those there are in waves, so that their clients do not all come back at once. */
  stop(withinMs: number): Promise<void>;
}

interface SocketsParts {
  readonly graphql: GraphqlHandler;
  readonly authenticate: Authenticate;
  readonly credentials: CredentialWatch;
  readonly measure: Pick<OperationMetrics, 'ended'>;
  readonly config: Pick<Config, 'sockets' | 'allowedOrigins'>;
  readonly clock: Clock;
  readonly log: Log;
}

const waves = 10;
const smallestWave = 5;

export function createSockets({
  graphql,
  authenticate,
  credentials,
  measure,
  config,
  clock,
  log,
}: SocketsParts): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // pongs are bounded like everything that is sent
    autoPong: false,
    maxPayload: config.sockets.maxMessageBytes,
    handleProtocols: (offered) => offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  const parts = {
    authenticate,
    credentials,
    places: createPlaces(config.sockets.perCaller),
    run: createRunOperation(graphql, measure, log),
    settings: config.sockets,
    clock,
    log,
  };
  const open = new Map<WebSocket, Conversation>();
  let isStopping = false;
  let onLastClosed: (() => void) | undefined;

  function accept(socket: WebSocket, request: IncomingMessage): void {
    socket.on('close', () => {
      open.delete(socket);
      if (open.size === 0) onLastClosed?.();
    });
    if (socket.protocol === GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      open.set(socket, converse(socket, request, parts));
      return;
    }
    open.set(socket, { leave: () => {} });
    socket.on('error', () => {});
    socket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
  }

  return {
    upgrade(request, connection, head) {
      if (isStopping) return refuseUpgrade(connection, 503);
      if (!comesFromAllowedOrigin(request, config.allowedOrigins)) return refuseUpgrade(connection, 403);
      server.handleUpgrade(request, connection, head, accept);
    },
    open: () => open.size,
    async stop(withinMs) {
      isStopping = true;
      if (open.size === 0) return;
      const closed = new Promise<void>((resolve) => {
        onLastClosed = resolve;
      });
      const conversations = [...open.values()];
      const perWave = Math.max(smallestWave, Math.ceil(conversations.length / waves));
      for (let first = 0; first < conversations.length; first += perWave) {
        // the last wave has time to finish, too
        const delayMs = (withinMs * first) / perWave / (waves + 1);
        clock.after(delayMs, () => {
          for (const conversation of conversations.slice(first, first + perWave)) conversation.leave();
        });
      }
      const cancelTimer = clock.after(withinMs, () => {
        for (const socket of open.keys()) socket.terminate();
      });
      await closed;
      cancelTimer();
    },
  };
}

/** Answers a wish for a WebSocket in plain HTTP. */
export function refuseUpgrade(connection: Duplex, status: number): void {
  connection.on('error', () => connection.destroy());
  connection.once('finish', () => connection.destroy());
  connection.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
