/** Every code that a caller can meet, in `errors[].extensions.code` and in the error members of mutation results. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'CONFIRMATION_REQUIRED',
  'PAYMENT_DECLINED',
  'PLAN_UPGRADE_REQUIRED',
  'NOT_SUPPORTED_BY_UPSTREAM',
  'OUTCOME_UNKNOWN',
  'RATE_LIMITED',
  'OPERATION_TOO_EXPENSIVE',
  'IDEMPOTENCY_CONFLICT',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_RESPONSE',
  'UPSTREAM_AUTH',
  'DOCUMENT_INVALID',
  'DOCUMENT_TOO_COMPLEX',
  'DOCUMENT_NOT_TRUSTED',
  'DOCUMENT_NOT_FOUND',
  'STALE_CURSOR',
  'OVERLOADED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export type UpstreamName = 'make-billing' | 'make-admin' | 'platform-billing';

/** One thing that is wrong with an input, and what is accepted there. */
export interface FieldFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** What a failure tells beside its code. Only these leave the gateway, as extensions of the error. */
export interface FailureDetails {
  readonly upstream?: UpstreamName;
  /** The upstream's own word for it: `card_declined`, `IM004`, `SC402`. */
  readonly upstreamCode?: string;
  /** Seconds, rounded up, after which trying again makes sense. */
  readonly retryAfter?: number;
  readonly bucket?: string;
  /** The static limit that was passed, and the setting that raises it. */
  readonly limit?: number;
  readonly setting?: string;
  /** What the operation would take of the upstreams, in requests: at most, and at least. */
  readonly estimatedCost?: number;
  readonly estimatedCostMin?: number;
  /** What a change that asks for confirmation would do, and to how many things. */
  readonly effect?: string;
  readonly affected?: number;
  /** What was wrong with the input, in the words of whoever refused it. */
  readonly faults?: readonly FieldFault[];
}

/**
 * Something that went wrong and that a caller may know about. Its message is a fixed sentence of ours, safe to
 * show; whatever came from outside (an upstream's body, a library's error) stays in `cause`, for the log alone.
 */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly details: FailureDetails;

  constructor(code: ErrorCode, message: string, details: FailureDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
    this.code = code;
    this.details = details;
  }
}
