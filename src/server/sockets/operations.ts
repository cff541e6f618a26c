import { isAsyncIterable } from 'graphql-yoga';
import { Failure } from '../../domain/failure.ts';
import type { Log } from '../../telemetry/log.ts';
import { endable } from '../endable.ts';
import type { Exchange } from '../exchange.ts';
import { presentError } from '../present-errors.ts';
import { presentResult, type Result } from '../present-result.ts';
import type { Line } from './line.ts';
import { completeMessage, errorMessage, nextMessage, type SubscribePayload } from './messages.ts';
import type { RunOperation } from './run-operation.ts';

/** The operations that run over one socket, by the ids that its client gave them. */
export interface Operations {
  has(id: string): boolean;
  start(id: string, payload: SubscribePayload, exchange: Exchange): void;
  /** Lets go of what the operation reads from, and forgets it: nothing more is sent for it. */
  stop(id: string): void;
  stopAll(): void;
  /** Is anything under way that ends by itself: a query, a mutation? */
  areBusy(): boolean;
}

interface OperationsParts {
  readonly run: RunOperation;
  readonly line: Line;
  /** So many at a time. */
  readonly limit: number;
  readonly log: Log;
  /** Called when events came faster than the client took them, and stayed so. */
  readonly onTooSlow: () => void;
  /** Called when an operation may have ceased to be under way. */
  readonly onChange: () => void;
}

interface Running {
  readonly controller: AbortController;
  isStream: boolean;
}

export function createOperations({
  run,
  line,
  limit,
  log,
  onTooSlow,
  onChange,
}: OperationsParts): Operations {
  const operations = new Map<string, Running>();

  /** Ends an operation with its last message, unless it was stopped: its id may be another operation's by now. */
  function finish(id: string, running: Running, message: string): void {
    if (operations.get(id) !== running) return;
    operations.delete(id);
    void line.send(message);
  }

  async function answer(
    id: string,
    payload: SubscribePayload,
    exchange: Exchange,
    running: Running,
  ): Promise<void> {
    const { signal } = running.controller;
    const present = (result: Result): Result => presentResult(result, log, exchange.requestId);
    const result = await run(payload, exchange, signal);
    if (isAsyncIterable(result)) {
      running.isStream = true;
      onChange();
      const results = endable(result, present, () => {});
      signal.addEventListener('abort', () => results.end(), { once: true });
      if (signal.aborted) results.end();
      for await (const next of results) {
        if (isOfSlowClient(next)) return onTooSlow();
        await line.sendInTurn(nextMessage(id, next));
      }
    } else if (!signal.aborted) {
      const presented = present(result);
      if (presented.data === undefined && presented.errors !== undefined) {
        return finish(id, running, errorMessage(id, presented.errors));
      }
      await line.sendInTurn(nextMessage(id, presented));
    }
    finish(id, running, completeMessage(id));
  }

  return {
    has: (id) => operations.has(id),
    start(id, payload, exchange) {
      const { requestId } = exchange;
      if (operations.size >= limit) {
        const failure = new Failure('OVERLOADED', 'Too many operations run over this socket.', {
          limit,
          setting: 'sockets.operationsPerSocket',
        });
        void line.send(errorMessage(id, [presentError(failure, log, { requestId })]));
        return;
      }
      const running: Running = { controller: new AbortController(), isStream: false };
      operations.set(id, running);
      answer(id, payload, exchange, running)
        .catch((error: unknown) => {
          finish(id, running, errorMessage(id, [presentError(error, log, { requestId })]));
        })
        .finally(onChange);
    },
    stop(id) {
      operations.get(id)?.controller.abort();
      operations.delete(id);
      onChange();
    },
    stopAll() {
      for (const { controller } of operations.values()) controller.abort();
      operations.clear();
    },
    areBusy: () => Array.from(operations.values()).some(({ isStream }) => !isStream),
  };
}

/** What ends a stream comes without data. One that has begun is overloaded by nothing but its own client. */
function isOfSlowClient({ data, errors = [] }: Result): boolean {
  return data === undefined && errors.some(({ extensions }) => extensions['code'] === 'OVERLOADED');
}
