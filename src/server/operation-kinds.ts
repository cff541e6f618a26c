import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { Failure } from '../domain/failure.ts';
import type { Exchange } from './exchange.ts';

/** Which operations each way in takes: over WebSocket subscriptions (or all), over HTTP those that it can answer. */
export function useOperationKinds(
  overWebSocket: Config['sockets']['operations'],
): Plugin<{ exchange: Exchange }> {
  return {
    onParse:
      ({ context }) =>
      ({ result }) => {
        if (result === null || result instanceof Error) return;
        const kind = getOperationAST(result, context.params.operationName)?.operation;
        if (kind === undefined) return;
        if (context.exchange.transport === 'websocket') {
          if (kind === 'subscription' || overWebSocket === 'all') return;
          throw new Failure(
            'BAD_USER_INPUT',
            'Over WebSocket this gateway takes subscriptions only (WS_OPERATIONS); send it by POST.',
          );
        }
        if (kind === 'subscription' && !canStream(context.request)) {
          throw new Failure(
            'BAD_USER_INPUT',
            'A subscription is answered over WebSocket, or over HTTP with accept: text/event-stream.',
          );
        }
      },
  };
}

function canStream({ headers }: Request): boolean {
  const accepted = headers.get('accept') ?? '*/*';
  return ['text/event-stream', 'text/*', '*/*'].some((type) => accepted.includes(type));
}
