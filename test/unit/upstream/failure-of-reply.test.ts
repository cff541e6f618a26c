import { expect, test } from 'vitest';
import { failureOfFault, failureOfReply } from '../../../src/upstream/failure-of-reply.ts';
import { TransportFault } from '../../../src/upstream/reply.ts';
import { readUpstreamError } from '../../../src/upstream/upstream-error.ts';

function failureOf(status: number, body: unknown, method: 'GET' | 'POST' = 'POST') {
  const details = { retryAfter: 7, bucket: 'platform:payments' };
  return failureOfReply('platform-billing', method, status, readUpstreamError(body), details);
}

test.each([
  [400, 'invalid_plan', 'BAD_USER_INPUT'],
  [400, 'invalid_payment_method', 'BAD_USER_INPUT'],
  [400, 'invalid_customer', 'BAD_USER_INPUT'],
  [400, 'invalid_subscription', 'BAD_USER_INPUT'],
  [400, 'missing_required_fields', 'BAD_USER_INPUT'],
  [401, 'invalid_api_key', 'UPSTREAM_AUTH'],
  [401, 'expired_api_key', 'UPSTREAM_AUTH'],
  [401, 'insufficient_permissions', 'UPSTREAM_AUTH'],
  [402, 'card_declined', 'PAYMENT_DECLINED'],
  [402, 'insufficient_funds', 'PAYMENT_DECLINED'],
  [402, 'expired_card', 'PAYMENT_DECLINED'],
  [402, 'invalid_cvc', 'PAYMENT_DECLINED'],
  [402, 'fraud_detected', 'PAYMENT_DECLINED'],
  [404, 'plan_not_found', 'NOT_FOUND'],
  [404, 'customer_not_found', 'NOT_FOUND'],
  [404, 'subscription_not_found', 'NOT_FOUND'],
  [404, 'invoice_not_found', 'NOT_FOUND'],
  [409, 'subscription_exists', 'CONFLICT'],
  [409, 'plan_incompatible', 'CONFLICT'],
  [409, 'payment_method_default', 'CONFLICT'],
  [429, 'too_many_requests', 'RATE_LIMITED'],
  [429, 'payment_rate_limit', 'RATE_LIMITED'],
  [500, 'payment_gateway_error', 'OUTCOME_UNKNOWN'],
  [500, 'database_error', 'OUTCOME_UNKNOWN'],
  [500, 'tax_calculation_error', 'UPSTREAM_UNAVAILABLE'],
])("the platform's %i %s is %s", (status, upstreamCode, code) => {
  const body = { status: 'error', error: { code: upstreamCode, message: 'Something', details: {} } };
  expect(failureOf(status, body)).toMatchObject({
    code,
    details: { upstream: 'platform-billing', upstreamCode },
  });
});

test.each(['payment_gateway_error', 'database_error', 'tax_calculation_error'])(
  'a read that meets %s finds the upstream unavailable',
  (upstreamCode) => {
    const body = { status: 'error', error: { code: upstreamCode, message: 'Something' } };
    expect(failureOf(500, body, 'GET')).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: { upstreamCode },
    });
  },
);

test.each([
  [400, 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
  [401, 'UPSTREAM_AUTH', 'UPSTREAM_AUTH'],
  [402, 'PLAN_UPGRADE_REQUIRED', 'PLAN_UPGRADE_REQUIRED'],
  [403, 'UPSTREAM_AUTH', 'UPSTREAM_AUTH'],
  [404, 'NOT_FOUND', 'NOT_FOUND'],
  [405, 'NOT_SUPPORTED_BY_UPSTREAM', 'NOT_SUPPORTED_BY_UPSTREAM'],
  [409, 'CONFLICT', 'CONFLICT'],
  [422, 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
  [429, 'RATE_LIMITED', 'RATE_LIMITED'],
  [302, 'UPSTREAM_BAD_RESPONSE', 'OUTCOME_UNKNOWN'],
  [500, 'UPSTREAM_UNAVAILABLE', 'OUTCOME_UNKNOWN'],
  [502, 'UPSTREAM_UNAVAILABLE', 'OUTCOME_UNKNOWN'],
  [503, 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE'],
  [504, 'UPSTREAM_UNAVAILABLE', 'OUTCOME_UNKNOWN'],
])('a status of %i alone is %s of a read and %s of a change', (status, ofRead, ofChange) => {
  expect(failureOf(status, undefined, 'GET').code).toBe(ofRead);
  expect(failureOf(status, undefined, 'POST').code).toBe(ofChange);
});

test.each([
  [
    406,
    { detail: 'Confirm it', message: 'Confirmation required', code: 'IM004' },
    'CONFIRMATION_REQUIRED',
    'IM004',
  ],
  [
    400,
    { error: 400, message: 'Confirm', code: 'confirmation_required' },
    'CONFIRMATION_REQUIRED',
    'confirmation_required',
  ],
  [402, { message: 'Upgrade your plan.', code: 'SC402' }, 'PLAN_UPGRADE_REQUIRED', 'SC402'],
  [
    403,
    { error: 403, message: 'Forbidden', code: 'plan_upgrade_required' },
    'PLAN_UPGRADE_REQUIRED',
    'plan_upgrade_required',
  ],
  [
    403,
    {
      detail: 'Forbidden to use token authorization for this organization.',
      message: 'Permission denied',
      code: 'SC403',
    },
    'PLAN_UPGRADE_REQUIRED',
    'SC403',
  ],
  [403, { detail: 'Access denied.', message: 'Permission denied', code: 'SC403' }, 'UPSTREAM_AUTH', 'SC403'],
])("Make's %i %j is %s", (status, body, code, upstreamCode) => {
  expect(failureOf(status, body)).toMatchObject({ code, details: { upstreamCode } });
});

test('what was wrong with the input is kept field by field, in all three forms of error', () => {
  const details = { field: 'plan.pricing.amount', reason: 'must be positive' };
  const fault = { path: ['plan', 'pricing', 'amount'], message: 'must be positive' };
  expect(failureOf(400, { error: 400, message: 'Bad', details }).details.faults).toEqual([fault]);
  expect(
    failureOf(400, { status: 'error', error: { code: 'x', message: 'Bad', details } }).details.faults,
  ).toEqual([fault]);
  const live = {
    detail: ['first', 'second'],
    message: 'Validation failed',
    suberrors: [{ message: 'third', stack: 'at x' }],
  };
  expect(failureOf(400, live).details.faults?.map(({ message }) => message)).toEqual([
    'first',
    'second',
    'third',
    'Validation failed',
  ]);
});

test('what a confirmation would bring about is kept', () => {
  const body = { detail: 'This would delete 12 of them', message: 'Confirmation required', code: 'IM004' };
  expect(failureOf(406, body).details.faults?.[0]?.message).toBe('This would delete 12 of them');
});

test('nothing that an upstream writes reaches a message, and faults lose addresses, tokens and stacks', () => {
  const detail =
    'see https://internal.make.com/x with 00000000-0000-4000-8000-000000001001\n    at Object.<anonymous> (/srv/app.js:1)';
  const failure = failureOf(422, { detail, message: 'x'.repeat(5_000) });
  expect(failure.message).toBe('The upstream did not accept the input.');
  expect(failure.details.faults?.[0]).toEqual({ path: [], message: 'see … with …' });
  const card = failureOf(400, { message: 'cards 4242 4242-4242 4242 and 378282246310005 from 2026-11-15' });
  expect(card.details.faults?.[0]?.message).toBe('cards … and … from 2026-11-15');
  expect(failureOf(400, { code: 'not a code: <b>' }).details.upstreamCode).toBeUndefined();
});

test('bodies of any other form say nothing and break nothing', () => {
  for (const body of [
    null,
    'Requests limit',
    7,
    [],
    { error: [] },
    { error: 'text' },
    { detail: { a: 1 }, suberrors: 'x' },
    { error: { code: 'constructor' } },
  ]) {
    expect(failureOf(400, body)).toMatchObject({ code: 'BAD_USER_INPUT' });
  }
});

test('only what can be waited out says when to come back', () => {
  expect(failureOf(429, undefined).details).toMatchObject({ retryAfter: 7, bucket: 'platform:payments' });
  expect(failureOf(503, undefined).details).toMatchObject({ retryAfter: 7 });
  expect(failureOf(404, undefined).details.retryAfter).toBeUndefined();
});

test.each([
  ['not-sent', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE'],
  ['cut', 'UPSTREAM_UNAVAILABLE', 'OUTCOME_UNKNOWN'],
  ['timeout', 'UPSTREAM_TIMEOUT', 'OUTCOME_UNKNOWN'],
  ['malformed', 'UPSTREAM_BAD_RESPONSE', 'OUTCOME_UNKNOWN'],
  ['garbled', 'UPSTREAM_BAD_RESPONSE', 'OUTCOME_UNKNOWN'],
] as const)('no whole answer (%s) is %s of a read and %s of a change', (kind, ofRead, ofChange) => {
  const fault = new TransportFault(kind, 'x');
  expect(failureOfFault('make-admin', 'GET', fault)).toMatchObject({ code: ofRead, cause: fault });
  expect(failureOfFault('make-admin', 'DELETE', fault)).toMatchObject({ code: ofChange, cause: fault });
});
