import type { Failure, FailureDetails, UpstreamName } from '../domain/failure.ts';
import type { Endpoint } from './call.ts';
import { failureOfReply, unreadable } from './failure-of-reply.ts';
import { mediaTypeOf, parseJson, type Reply, saysJson } from './reply.ts';
import type { Attempt } from './retry.ts';
import { isErrorInside, readUpstreamError } from './upstream-error.ts';

/** What came back: the body, or that there is no such thing. */
export interface Result {
  readonly body: unknown;
  readonly absence: Failure | undefined;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly fetchedAt: number;
}

/** The largest error body that is read for what it says. */
const longestErrorBytes = 65_536;

const transientStatuses = [429, 500, 502, 503, 504];

/** Translates a whole answer: status, content type and body, each into a result or into a failure of ours. */
export function readReply(
  upstream: UpstreamName,
  endpoint: Endpoint<unknown>,
  reply: Reply,
  fetchedAt: number,
  details: FailureDetails,
): Attempt<Result> {
  const { method } = endpoint;
  const { status, bytes } = reply;
  if (status >= 200 && status < 300) return readSuccess(upstream, endpoint, reply, fetchedAt, details);
  const parsed = bytes.length <= longestErrorBytes ? parseJson(bytes) : undefined;
  if (status === endpoint.alsoAnswersWith && endpoint.answer.safeParse(parsed?.body).success) {
    return { value: { body: parsed?.body, absence: undefined, bytes: bytes.length, fetchedAt } };
  }
  const said = readUpstreamError(parsed?.body);
  const meant = status < 500 ? endpoint.codeOfWords?.(said.texts) : undefined;
  const error = meant === undefined ? said : { ...said, code: meant };
  const failure = failureOfReply(upstream, method, status, error, details);
  // what the plan does not include is as absent as what there is not: asking again at once would be told the same
  if (method === 'GET' && (failure.code === 'NOT_FOUND' || failure.code === 'PLAN_UPGRADE_REQUIRED')) {
    return { value: { body: undefined, absence: failure, bytes: 0, fetchedAt } };
  }
  return { failure, isTransient: transientStatuses.includes(status) };
}

function readSuccess(
  upstream: UpstreamName,
  endpoint: Endpoint<unknown>,
  { status, headers, bytes }: Reply,
  fetchedAt: number,
  details: FailureDetails,
): Attempt<Result> {
  const { method, mayBeEmpty, mayCarryError, file } = endpoint;
  const notAsAgreed = (why: string): Attempt<Result> => ({
    failure: unreadable(upstream, method, new Error(why)),
    isTransient: false,
  });
  const result = (body: unknown): Attempt<Result> => ({
    value: { body, absence: undefined, bytes: bytes.length, fetchedAt },
  });

  if (status === 204 || bytes.length === 0)
    return mayBeEmpty ? result(undefined) : notAsAgreed('an empty body');
  if (file !== undefined) {
    return mediaTypeOf(headers) === file
      ? result(new Uint8Array(bytes))
      : notAsAgreed('not the kind of file asked for');
  }
  if (!saysJson(headers)) return notAsAgreed(`content-type ${mediaTypeOf(headers)}`);
  const parsed = parseJson(bytes);
  if (!parsed) return notAsAgreed('no JSON');
  if (!mayCarryError && isErrorInside(parsed.body)) {
    const error = readUpstreamError(parsed.body);
    return {
      failure: failureOfReply(upstream, method, error.status ?? status, error, details),
      isTransient: false,
    };
  }
  return result(parsed.body);
}
