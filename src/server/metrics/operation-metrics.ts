import { type GraphQLError, getOperationAST, type OperationTypeNode } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Clock } from '../../domain/clock.ts';
import { errorCodes } from '../../domain/failure.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Exchange } from '../exchange.ts';
import type { Result } from '../present-result.ts';

/** Counts operations, whichever way they came. */
export interface OperationMetrics {
  /** To stand behind the plugins that write errors; HTTP alone tells it how an operation ended. */
  readonly plugin: Plugin<{ exchange: Exchange }, { exchange: Exchange }>;
  /** An operation was answered, or a subscription stands. */
  ended(exchange: Exchange, result: Result | AsyncIterable<unknown>): void;
}

interface Begun {
  readonly at: number;
  kind: OperationTypeNode | 'none';
}

export function createOperationMetrics({ counter, histogram }: Metrics, clock: Clock): OperationMetrics {
  const operations = counter(
    'tollgate_operations_total',
    'Operations by kind, way in and outcome: ok, partial, failed (no data), refused (not run). Kind none: not understood.',
  );
  const duration = histogram(
    'tollgate_operation_duration_seconds',
    'From reading an operation to its result; of a subscription, until it stands.',
  );
  const errors = counter('tollgate_operation_errors_total', 'Errors in results, by their code.');
  const begun = new WeakMap<Exchange, Begun>();

  function ended(exchange: Exchange, result: Result | AsyncIterable<unknown>): void {
    const { at, kind } = begun.get(exchange) ?? { at: clock.now(), kind: 'none' };
    operations({ kind, transport: exchange.transport, outcome: outcomeOf(result) });
    duration({ kind }, (clock.now() - at) / 1000);
    if (isAsyncIterable(result)) return;
    for (const error of result.errors ?? []) errors({ code: codeOf(error) });
  }

  return {
    ended,
    plugin: {
      onParams({ context }) {
        begun.set(context.exchange, { at: clock.now(), kind: 'none' });
      },
      onParse:
        ({ context }) =>
        ({ result }) => {
          const operation = begun.get(context.exchange);
          if (operation === undefined || result === null || result instanceof Error) return;
          operation.kind = getOperationAST(result, context.params.operationName)?.operation ?? 'none';
        },
      onResultProcess({ result, serverContext }) {
        if (!Array.isArray(result)) ended(serverContext.exchange, result);
      },
    },
  };
}

function outcomeOf(result: Result | AsyncIterable<unknown>): 'ok' | 'partial' | 'failed' | 'refused' {
  if (isAsyncIterable(result) || result.errors === undefined) return 'ok';
  if (result.data === undefined) return 'refused';
  const values = Object.values(result.data ?? {});
  return values.some((value) => value !== null) ? 'partial' : 'failed';
}

function codeOf({ extensions }: GraphQLError): string {
  return errorCodes.find((code) => code === extensions['code']) ?? 'DOCUMENT_INVALID';
}
