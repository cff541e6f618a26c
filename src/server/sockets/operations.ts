import { Failure } from '../../domain/failure.ts';
import type { Sink } from '../../events/audience.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Exchange } from '../exchange.ts';
import { presentError } from '../present-errors.ts';
import { presentResult, type Result } from '../present-result.ts';
import type { Line } from './line.ts';
import {
  beginOfNext,
  completeMessage,
  errorMessage,
  nextFrame,
  nextMessage,
  type SubscribePayload,
} from './messages.ts';
import type { RunOperation } from './run-operation.ts';

/** The operations that run over one socket, by the ids that its client gave them. */
export interface Operations {
  has(id: string): boolean;
  start(id: string, payload: SubscribePayload, exchange: Omit<Exchange, 'sink'>): void;
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
  isOver: boolean;
  /** Nothing is waited for: results come when they come. */
  isStream: boolean;
  /** Lets go of what it reads from. */
  stop: () => void;
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

  const failureMessage = (id: string, error: unknown, requestId: string): string =>
    errorMessage(id, [presentError(error, log, { requestId })]);

  /** Ends an operation with its last message, unless it was stopped: its id may be another operation's by now. */
  function finish(id: string, running: Running, message: string): void {
    if (operations.get(id) !== running) return;
    running.isOver = true;
    operations.delete(id);
    void line.send(message);
    onChange();
  }

  function stop(running: Running): void {
    running.isOver = true;
    running.stop();
  }

  /** Held for as long as a subscription lasts: not made where what it began with would be held, too. */
  function sinkFor(id: string, running: Running, requestId: string): Sink<Result> {
    // thousands are gone through for each event: what each takes is at hand
    const { offer, room } = line;
    const beginning = Buffer.from(beginOfNext(id));
    return {
      begin(stopSource) {
        running.isStream = true;
        running.stop = stopSource;
        if (running.isOver) stopSource();
        onChange();
      },
      give: (result) => offer(nextFrame(beginning, presentResult(result, log, requestId))),
      room,
      end(error) {
        if (isOfSlowClient(error)) return onTooSlow();
        finish(id, running, error === undefined ? completeMessage(id) : failureMessage(id, error, requestId));
      },
    };
  }

  async function answer(
    id: string,
    payload: SubscribePayload,
    exchange: Exchange,
    running: Running,
  ): Promise<void> {
    const controller = new AbortController();
    running.stop = () => controller.abort();
    const result = presentResult(await run(payload, exchange, controller.signal), log, exchange.requestId);
    if (running.isOver || running.isStream) return;
    if (result.data === undefined && result.errors !== undefined) {
      return finish(id, running, errorMessage(id, result.errors));
    }
    await line.room();
    await line.send(nextMessage(id, result));
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
        void line.send(failureMessage(id, failure, requestId));
        return;
      }
      const running: Running = { isOver: false, isStream: false, stop: () => {} };
      operations.set(id, running);
      const sink = sinkFor(id, running, requestId);
      answer(id, payload, { ...exchange, sink }, running).catch((error: unknown) => {
        finish(id, running, failureMessage(id, error, requestId));
      });
    },
    stop(id) {
      const running = operations.get(id);
      if (running === undefined) return;
      operations.delete(id);
      stop(running);
      onChange();
    },
    stopAll() {
      for (const running of operations.values()) stop(running);
      operations.clear();
    },
    areBusy: () => Array.from(operations.values()).some(({ isStream }) => !isStream),
  };
}

/** A subscription that has begun is overloaded by nothing but its own client. */
function isOfSlowClient(error: unknown): boolean {
  return error instanceof Failure && error.code === 'OVERLOADED';
}
