import { isAsyncIterable } from 'graphql-yoga';
import type { Log } from '../../telemetry/log.ts';
import type { Exchange } from '../exchange.ts';
import type { GraphqlHandler } from '../graphql.ts';
import type { OperationMetrics } from '../metrics/operation-metrics.ts';
import { presentError } from '../present-errors.ts';
import type { Result } from '../present-result.ts';
import type { SubscribePayload } from './messages.ts';

/** Runs an operation that came over a socket. What goes wrong with it is in its results. */
export type RunOperation = (
  payload: SubscribePayload,
  exchange: Exchange,
  signal: AbortSignal,
) => Promise<Result>;

/** The way that HTTP requests go, from where their parameters are known: every plugin has its say. */
export function createRunOperation(
  graphql: GraphqlHandler,
  measure: Pick<OperationMetrics, 'ended'>,
  log: Log,
): RunOperation {
  return async (payload, exchange, signal) => {
    const params = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null));
    // plugins look at a request's method and signal
    const request = new Request('http://localhost/graphql', { method: 'POST', signal });
    try {
      const result = (await graphql.getResultForParams({ params, request }, { exchange })) ?? {};
      if (isAsyncIterable(result)) throw new Error('What is subscribed to goes to the sink.');
      measure.ended(exchange, result);
      return result;
    } catch (error) {
      if (signal.aborted) return {};
      const refused = { errors: [presentError(error, log)] };
      measure.ended(exchange, refused);
      return refused;
    }
  };
}
