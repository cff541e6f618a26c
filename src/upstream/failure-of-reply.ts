import { type ErrorCode, Failure, type FailureDetails, type UpstreamName } from '../domain/failure.ts';
import type { Method } from './call.ts';
import type { TransportFault } from './reply.ts';
import type { UpstreamError } from './upstream-error.ts';

/**
 * The upstreams' own codes that say more than the status they come with. `database_error` and `payment_gateway_error`
 * do not: neither says that nothing was done.
 */
const codeOfUpstreamCode: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['invalid_plan', 'BAD_USER_INPUT'],
  ['invalid_payment_method', 'BAD_USER_INPUT'],
  ['invalid_customer', 'BAD_USER_INPUT'],
  ['invalid_subscription', 'BAD_USER_INPUT'],
  ['missing_required_fields', 'BAD_USER_INPUT'],
  ['invalid_api_key', 'UPSTREAM_AUTH'],
  ['expired_api_key', 'UPSTREAM_AUTH'],
  ['insufficient_permissions', 'UPSTREAM_AUTH'],
  ['card_declined', 'PAYMENT_DECLINED'],
  ['insufficient_funds', 'PAYMENT_DECLINED'],
  ['expired_card', 'PAYMENT_DECLINED'],
  ['invalid_cvc', 'PAYMENT_DECLINED'],
  ['fraud_detected', 'PAYMENT_DECLINED'],
  ['plan_not_found', 'NOT_FOUND'],
  ['customer_not_found', 'NOT_FOUND'],
  ['subscription_not_found', 'NOT_FOUND'],
  ['invoice_not_found', 'NOT_FOUND'],
  ['subscription_exists', 'CONFLICT'],
  ['plan_incompatible', 'CONFLICT'],
  ['payment_method_default', 'CONFLICT'],
  ['too_many_requests', 'RATE_LIMITED'],
  ['payment_rate_limit', 'RATE_LIMITED'],
  ['tax_calculation_error', 'UPSTREAM_UNAVAILABLE'],
  ['plan_upgrade_required', 'PLAN_UPGRADE_REQUIRED'],
  ['confirmation_required', 'CONFIRMATION_REQUIRED'],
  ['SC402', 'PLAN_UPGRADE_REQUIRED'],
  ['IM004', 'CONFIRMATION_REQUIRED'],
]);

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_USER_INPUT',
  401: 'UPSTREAM_AUTH',
  402: 'PLAN_UPGRADE_REQUIRED',
  403: 'UPSTREAM_AUTH',
  404: 'NOT_FOUND',
  405: 'NOT_SUPPORTED_BY_UPSTREAM',
  408: 'UPSTREAM_UNAVAILABLE',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  413: 'BAD_USER_INPUT',
  418: 'RATE_LIMITED',
  422: 'BAD_USER_INPUT',
  424: 'UPSTREAM_UNAVAILABLE',
  429: 'RATE_LIMITED',
  501: 'NOT_SUPPORTED_BY_UPSTREAM',
};

/** What callers read. Nothing that an upstream or a library wrote stands in them. */
const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_USER_INPUT: 'The upstream did not accept the input.',
  UPSTREAM_AUTH: 'The upstream did not accept the credential that the gateway holds for it, or its rights.',
  PAYMENT_DECLINED: 'The payment was declined.',
  PLAN_UPGRADE_REQUIRED: "The organization's plan does not include this.",
  NOT_FOUND: 'There is no such thing at the upstream.',
  NOT_SUPPORTED_BY_UPSTREAM: 'The upstream does not offer this.',
  CONFLICT: 'The change does not fit what the upstream holds now.',
  CONFIRMATION_REQUIRED: 'The upstream asks for a confirmation first.',
  RATE_LIMITED: 'The upstream takes no more requests for now.',
  OUTCOME_UNKNOWN:
    'The change was sent, but whether it was made is not known. Look before you send it again.',
  UPSTREAM_TIMEOUT: 'The upstream did not answer in time.',
  UPSTREAM_UNAVAILABLE: 'The upstream cannot be reached or is failing.',
  UPSTREAM_BAD_RESPONSE: 'The upstream gave an answer that cannot be read.',
};

/** Of these it is shown which fields the upstream named, and what it said of them. */
const saysWhy: readonly ErrorCode[] = ['BAD_USER_INPUT', 'CONFIRMATION_REQUIRED'];

/** The failure of a request that `upstream` answered with an error, by the status and what the body says. */
export function failureOfReply(
  upstream: UpstreamName,
  method: Method,
  status: number,
  error: UpstreamError,
  details: FailureDetails,
): Failure {
  const code = codeOf(method, status, error);
  return failed(code, {
    upstream,
    ...(error.code !== undefined && { upstreamCode: error.code }),
    ...(saysWhy.includes(code) && error.faults.length > 0 && { faults: error.faults }),
    ...(code === 'RATE_LIMITED' || code === 'UPSTREAM_UNAVAILABLE' ? details : {}),
  });
}

/** The failure of a request that got no whole answer. */
export function failureOfFault(upstream: UpstreamName, method: Method, fault: TransportFault): Failure {
  const details = { upstream };
  if (fault.kind === 'not-sent') return failed('UPSTREAM_UNAVAILABLE', details, fault);
  if (method !== 'GET') return failed('OUTCOME_UNKNOWN', details, fault);
  if (fault.kind === 'timeout') return failed('UPSTREAM_TIMEOUT', details, fault);
  return failed(fault.kind === 'cut' ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_BAD_RESPONSE', details, fault);
}

/** The failure of an answer that is not what was agreed. Of a change, it leaves open whether it was made. */
export function unreadable(upstream: UpstreamName, method: Method, cause: unknown): Failure {
  return failed(method === 'GET' ? 'UPSTREAM_BAD_RESPONSE' : 'OUTCOME_UNKNOWN', { upstream }, cause);
}

export function failed(code: ErrorCode, details: FailureDetails, cause?: unknown): Failure {
  return new Failure(code, sentences[code] ?? 'The upstream failed.', details, { cause });
}

function codeOf(method: Method, status: number, error: UpstreamError): ErrorCode {
  const known = codeOfUpstreamCode.get(error.code ?? '');
  if (known) return known;
  if (status === 403 && error.texts.some((text) => /token authorization/i.test(text)))
    return 'PLAN_UPGRADE_REQUIRED';
  // A proxy that gave up, or a server that broke down in the middle, may have let the change through.
  const isRefusal =
    (status >= 400 && status < 500 && status !== 408 && status !== 424) || status === 501 || status === 503;
  if (method !== 'GET' && !isRefusal) return 'OUTCOME_UNKNOWN';
  return codeOfStatus[status] ?? (status >= 500 ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_BAD_RESPONSE');
}
