import type { ExecutionResult } from 'graphql';
import type { Log } from '../telemetry/log.ts';
import { presentError } from './present-errors.ts';

/**
 * A result that may bring its own text: made once for many equal subscribers, and sent as it is over sockets and
 * event streams alike. (Yoga's event streams look for the same property.)
 */
export interface Result extends ExecutionResult {
  readonly stringify?: (result: ExecutionResult) => string;
}

/** The result with errors as a caller may see them, each with the request it belongs to. */
export function presentResult<Some extends Result>(result: Some, log: Log, requestId: string): Some {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => presentError(error, log, { requestId })) };
}
