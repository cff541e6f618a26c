import type { IncomingMessage } from 'node:http';
import { CloseCode } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../../access/caller.ts';
import type { Authenticate } from '../../access/callers.ts';
import type { CredentialWatch } from '../../access/credential-watch.ts';
import type { Config } from '../../config.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../telemetry/log.ts';
import { reasonFrom, requestIdFrom } from '../exchange.ts';
import type { Places } from '../places.ts';
import { createLine } from './line.ts';
import { pongMessage, readMessage, type SubscribePayload } from './messages.ts';
import { createOperations } from './operations.ts';
import type { RunOperation } from './run-operation.ts';

interface ConversationParts {
  readonly authenticate: Authenticate;
  readonly credentials: CredentialWatch;
  readonly places: Places;
  readonly run: RunOperation;
  readonly settings: Config['sockets'];
  readonly clock: Clock;
  readonly log: Log;
}

/** What is said over one socket, as graphql-transport-ws has it. */
export interface Conversation {
  /** Closes with 1001 once no query or mutation is under way; subscriptions are left to the next connection. */
  leave(): void;
}

const goingAway = 1001;
const tooSlow = 4430;

export function converse(
  socket: WebSocket,
  { headers, socket: connection }: IncomingMessage,
  { authenticate, credentials, places, run, settings, clock, log }: ConversationParts,
): Conversation {
  const { authorization } = headers;
  const line = createLine(socket, connection, settings.maxUnsentBytes);
  const operations = createOperations({
    run,
    line,
    limit: settings.operationsPerSocket,
    log,
    onTooSlow: closeSlow,
    onChange: closeIfLeft,
  });
  /** What to undo: first the wait for a greeting, then what was taken for its caller. */
  const undos: (() => void)[] = [];
  let hasGreeted = false;
  let reason: string | null = null;
  let caller: Caller | undefined;
  let isOver = false;
  let isLeaving = false;

  function receive(data: RawData, isBinary: boolean): void {
    if (isOver) return;
    const message = isBinary || !Buffer.isBuffer(data) ? undefined : readMessage(data.toString());
    switch (message?.type) {
      case 'connection_init':
        return greet(message.payload ?? {});
      case 'ping':
        void line.send(pongMessage(message.payload));
        return;
      case 'pong':
        return;
      case 'subscribe':
        return subscribe(message.id, message.payload);
      case 'complete':
        return operations.stop(message.id);
      case undefined:
        return close(CloseCode.BadRequest, 'Not a message of graphql-transport-ws');
    }
  }

  function greet(payload: Readonly<Record<string, unknown>>): void {
    if (hasGreeted) {
      return close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
    }
    hasGreeted = true;
    reason = reasonFrom(payload['reason']);
    undo();
    const credential = payload['authorization'] ?? authorization;
    const finding = typeof credential === 'string' ? authenticate(credential) : undefined;
    Promise.resolve(finding)
      .then(admit)
      .catch((error: unknown) => {
        log.error({ err: error }, 'unexpected error');
        close(CloseCode.InternalServerError, 'Something went wrong inside the gateway');
      });
  }

  function admit(found: Caller | undefined): void {
    if (isOver) return;
    if (found === undefined) return close(CloseCode.Unauthorized, 'Unauthorized');
    const freePlace = places.take(found.name);
    if (freePlace === null) {
      return close(CloseCode.TooManyInitialisationRequests, 'Too many sockets (sockets.perCaller)');
    }
    undos.push(freePlace);
    undos.push(credentials.watch(found, (how) => close(CloseCode.Forbidden, `Token ${how}`)));
    caller = found;
    void line.send('{"type":"connection_ack"}');
  }

  function subscribe(id: string, payload: SubscribePayload): void {
    if (caller === undefined) return close(CloseCode.Unauthorized, 'Unauthorized');
    if (operations.has(id)) {
      return close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    }
    // a client asks again over its next connection
    if (isLeaving) return;
    operations.start(id, payload, {
      requestId: requestIdFrom(payload.extensions?.['requestId']),
      transport: 'websocket',
      explain: null,
      caller,
      reason: reasonFrom(payload.extensions?.['reason']) ?? reason,
    });
  }

  function closeIfLeft(): void {
    if (isLeaving && !operations.areBusy()) close(goingAway, 'The gateway stops');
  }

  function closeSlow(): void {
    close(tooSlow, 'Too slow: connect again, and go on from the last cursor');
  }

  function close(code: number, reason: string): void {
    if (isOver) return;
    letGo();
    line.close(code, reason);
  }

  function letGo(): void {
    isOver = true;
    undo();
    operations.stopAll();
  }

  function undo(): void {
    for (const each of undos.splice(0)) each();
  }

  undos.push(
    clock.after(settings.initTimeoutMs, () =>
      close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
    ),
  );
  socket.on('message', receive);
  socket.on('close', letGo);
  // what broke the connection, or a message that is too large, is followed by the close
  socket.on('error', (error) => log.info({ err: error }, 'socket'));
  line.endWhenDead(clock, settings.pingMs, closeSlow);
  return {
    leave() {
      isLeaving = true;
      closeIfLeft();
    },
  };
}
