import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type ErrorCode, errorCodes, Failure } from '../domain/failure.ts';
import type { Log } from '../telemetry/log.ts';
import { withoutValues } from './without-values.ts';

/** Longer messages are cut: a library's sentence may echo what the client sent. */
const longestMessage = 300;

interface Presented {
  readonly message: string;
  readonly code: ErrorCode;
  readonly details?: object;
}

/**
 * An error as a caller may see it: a code of ours, a fixed sentence, where in the operation it happened. Whatever
 * is not known to be meant for callers becomes INTERNAL, and goes to the log whole.
 */
export function presentError(error: unknown, log: Log, more: object = {}): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
  const { message, code, details } = present(error, located, log);
  return new GraphQLError(message.slice(0, longestMessage), {
    ...(located?.nodes !== undefined && { nodes: located.nodes }),
    ...(located?.source !== undefined && { source: located.source }),
    ...(located?.positions !== undefined && { positions: located.positions }),
    ...(located?.path !== undefined && { path: located.path }),
    extensions: Object.assign({ code }, details, more, httpOf(located)),
  });
}

function present(error: unknown, located: GraphQLError | undefined, log: Log): Presented {
  const root = rootOf(error);
  if (root instanceof Failure) {
    if (root.cause !== undefined) log.info({ err: root, cause: root.cause }, 'failed');
    return { message: root.message, code: root.code, details: root.details };
  }
  const known = errorCodes.find((code) => code === located?.extensions['code']);
  if (located !== undefined && known !== undefined) {
    // presented before: what it tells stays
    return { message: located.message, code: known, details: located.extensions };
  }
  // graphql's own errors have no other at their root; with a path, something was run and went wrong
  if (located !== undefined && root instanceof GraphQLError && located.path === undefined) {
    return ofRequest(located);
  }
  log.error({ err: root }, 'unexpected error');
  return { message: 'Something went wrong inside the gateway.', code: 'INTERNAL' };
}

/** What graphql or Yoga say of a request that was not run. */
function ofRequest(error: GraphQLError): Presented {
  const { extensions } = error;
  const message = withoutValues(error.message);
  if (documentFaults.has(extensions['code'])) return { message, code: 'DOCUMENT_INVALID' };
  if (extensions['code'] === 'OPERATION_RESOLUTION_FAILURE') {
    return { message: 'operationName does not tell which operation to run.', code: 'BAD_USER_INPUT' };
  }
  const status = statusOf(error);
  // without a place in the document it is about the request's form, and may echo the body
  const isOfForm = error.locations === undefined && status !== undefined;
  return { message: isOfForm ? sentenceFor(status) : message, code: 'BAD_USER_INPUT' };
}

const documentFaults = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError != null ? rootOf(error.originalError) : error;
}

function statusOf({ extensions }: GraphQLError): number | undefined {
  const { http } = extensions;
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** The status that Yoga means the answer to have. Without its `spec` mark, which would make a 200 of it for JSON. */
function httpOf(error: GraphQLError | undefined): object {
  const http = error?.extensions['http'];
  return typeof http === 'object' ? { http: { ...http, spec: false } } : {};
}

function sentenceFor(status: number): string {
  switch (status) {
    case 405:
      return 'Only POST and, for queries, GET are accepted.';
    case 413:
      return 'The request is larger than the gateway takes.';
    case 415:
      return 'The body is to be JSON: content-type application/json.';
    default:
      return 'Not a GraphQL request: a JSON object with query, and optionally variables and operationName, is accepted.';
  }
}

/** The body of an answer that refuses a request before any operation is read. */
export function refusalBody(failure: Failure, requestId: string): { errors: GraphQLFormattedError[] } {
  const { message, code, details } = failure;
  return { errors: [{ message, extensions: { code, ...details, requestId } }] };
}
