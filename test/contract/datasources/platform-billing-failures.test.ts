import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/domain/failure.ts';
import { failureOf } from '../../kit/datasource.ts';
import { customerOf, makeSubscriber, type PlatformSource, startPlatformSource } from './platform-source.ts';

let source: PlatformSource;
let known: Awaited<ReturnType<typeof makeSubscriber>>;
beforeAll(async () => {
  source = await startPlatformSource();
  known = await makeSubscriber(source);
});
afterAll(() => source[Symbol.asyncDispose]());

const card = (token: string) => ({ source: { token } });
const money = { minorUnits: 100, currency: 'USD' };
const newcomer = { email: 'new@example.com', name: 'New' };
const line = { description: 'Work', quantity: '1', unitPrice: money };

type Provocation = (source: PlatformSource, subscriber: typeof known) => Promise<unknown>;

const provoked =
  (test: string): Provocation =>
  ({ platform, errand }, { customer }) =>
    platform.updateCustomer(customer, { metadata: { test } }, errand());

const refusedCard =
  (token: string): Provocation =>
  ({ platform, errand }, { customer }) =>
    platform.addPaymentMethod(customer, card(token), errand());

const table: readonly (readonly [upstreamCode: string, code: ErrorCode, provoke: Provocation])[] = [
  [
    'invalid_plan',
    'BAD_USER_INPUT',
    ({ platform, errand }, { customer }) =>
      platform.createSubscription(customer, { planId: 'plan_none' }, errand()),
  ],
  [
    'invalid_payment_method',
    'BAD_USER_INPUT',
    ({ platform, errand }, { customer, subscription }) =>
      platform.updateSubscription(customer, subscription, { paymentMethodId: 'pm_none' }, errand()),
  ],
  [
    'invalid_customer',
    'BAD_USER_INPUT',
    ({ platform, errand }) => platform.createInvoice('cus_none', { lineItems: [line] }, errand()),
  ],
  [
    'invalid_subscription',
    'BAD_USER_INPUT',
    async ({ platform, errand }) => {
      const { upstreamId } = (await platform.createCustomer(newcomer, errand())).value;
      return platform.recordUsage(upstreamId, { metric: 'api_calls', quantity: '1' }, errand());
    },
  ],
  [
    'missing_required_fields',
    'BAD_USER_INPUT',
    ({ platform, errand }, { customer }) => platform.createInvoice(customer, { lineItems: [] }, errand()),
  ],
  [
    'invalid_api_key',
    'UPSTREAM_AUTH',
    ({ platformAs, errand }) => platformAs('wrong').plan('plan_none', errand()),
  ],
  [
    'expired_api_key',
    'UPSTREAM_AUTH',
    ({ platformAs, errand }) => platformAs('sandbox-platform-key-expired').plan('plan_none', errand()),
  ],
  [
    'insufficient_permissions',
    'UPSTREAM_AUTH',
    ({ platformAs, errand }) =>
      platformAs('sandbox-platform-key-readonly').createCustomer(newcomer, errand()),
  ],
  ['card_declined', 'PAYMENT_DECLINED', refusedCard('tok_chargeDeclined')],
  ['insufficient_funds', 'PAYMENT_DECLINED', refusedCard('tok_chargeDeclinedInsufficientFunds')],
  ['expired_card', 'PAYMENT_DECLINED', refusedCard('tok_chargeDeclinedExpiredCard')],
  ['invalid_cvc', 'PAYMENT_DECLINED', refusedCard('tok_chargeDeclinedIncorrectCvc')],
  ['fraud_detected', 'PAYMENT_DECLINED', refusedCard('tok_chargeDeclinedFraudulent')],
  ['plan_not_found', 'NOT_FOUND', ({ platform, errand }) => platform.plan('plan_none', errand())],
  ['customer_not_found', 'NOT_FOUND', ({ platform, errand }) => platform.customer('cus_none', errand())],
  [
    'subscription_not_found',
    'NOT_FOUND',
    ({ platform, errand }, { customer }) => platform.subscription(customer, 'sub_none', errand()),
  ],
  [
    'invoice_not_found',
    'NOT_FOUND',
    ({ platform, errand }, { customer }) => platform.invoice(customer, 'inv_none', errand()),
  ],
  [
    'subscription_exists',
    'CONFLICT',
    ({ platform, errand }, { customer, cheap }) =>
      platform.createSubscription(customer, { planId: cheap.id }, errand()),
  ],
  [
    'plan_incompatible',
    'CONFLICT',
    ({ platform, errand }, { customer, subscription, cheap }) =>
      platform.upgradeSubscription(customer, subscription, { planId: cheap.id }, errand()),
  ],
  ['payment_method_default', 'CONFLICT', provoked('payment_method_default')],
  [
    'tax_calculation_error',
    'UPSTREAM_UNAVAILABLE',
    async ({ platform, errand }) => {
      const customer = { ...newcomer, tax: { taxId: 'TAXDOWN' } };
      const { upstreamId } = (await platform.createCustomer(customer, errand())).value;
      return platform.createInvoice(upstreamId, { lineItems: [line] }, errand());
    },
  ],
  ['payment_gateway_error', 'OUTCOME_UNKNOWN', provoked('payment_gateway_error')],
  ['database_error', 'OUTCOME_UNKNOWN', provoked('database_error')],
];

test.each(table)("the platform's %s is %s", async (upstreamCode, code, provoke) => {
  expect(await failureOf(provoke(source, known))).toMatchObject({
    code,
    details: { upstream: 'platform-billing', upstreamCode },
  });
});

test.each([
  [
    'too_many_requests',
    'GET /billing/plans/{plan_id}',
    'platform:plans',
    ({ platform, errand }) => platform.plan('plan_none', errand()),
  ],
  [
    'payment_rate_limit',
    'GET /billing/payments/{payment_id}',
    'platform:payments',
    ({ platform, errand }) => platform.payment('cus_none', 'pay_none', errand()),
  ],
] satisfies [string, string, string, (source: PlatformSource) => Promise<unknown>][])(
  "the platform's %s is RATE_LIMITED, with the bucket and when to come back",
  async (upstreamCode, endpoint, bucket, provoke) => {
    await using own = await startPlatformSource();
    await own.spoil(endpoint, '429');
    const failure = await failureOf(provoke(own));
    expect(failure).toMatchObject({ code: 'RATE_LIMITED', details: { bucket, upstreamCode } });
    expect(failure.details.retryAfter).toBeGreaterThan(0);
  },
);

test('what was wrong with the input is told by field', async () => {
  const { platform, errand } = source;
  const record = { metric: 'unheard_of', quantity: '1' };
  const failure = await failureOf(platform.recordUsage(known.customer, record, errand()));
  expect(failure.details.faults).toEqual([
    { path: ['metric'], message: expect.stringContaining('api_calls') },
  ]);
});

test('a declined charge changes nothing but the number of attempts, and the declined payment is never sent again', async () => {
  const { platform, errand, requests } = source;
  const declining = card('tok_chargeCustomerFail');
  const { customer } = known;
  const { upstreamId: paymentMethodId } = (await platform.addPaymentMethod(customer, declining, errand()))
    .value;
  const { upstreamId: invoiceId } = (await platform.createInvoice(customer, { lineItems: [line] }, errand()))
    .value;
  await platform.invoice(customer, invoiceId, errand());
  const sent = (await requests())['POST /billing/payments'] ?? 0;
  const payment = { invoiceId, paymentMethodId, amount: money };
  expect(await failureOf(platform.processPayment(customer, payment, errand()))).toMatchObject({
    code: 'PAYMENT_DECLINED',
    details: { upstreamCode: 'card_declined' },
  });
  expect((await requests())['POST /billing/payments']).toBe(sent + 1);
  expect((await platform.invoice(customer, invoiceId, errand())).value).toMatchObject({
    status: 'OPEN',
    paymentAttempts: 1,
  });
});

test('a change whose answer was lost is OUTCOME_UNKNOWN, and the next read shows what came of it', async () => {
  const { platform, errand, control } = source;
  const { customer } = known;
  await platform.invoices(customer, {}, { offset: 0, limit: 100 }, errand());
  const total = async () =>
    (await platform.invoices(customer, {}, { offset: 0, limit: 100 }, errand())).value.total;
  const before = await total();
  await control('faults', { endpoint: 'POST /billing/invoices', fault: 'reset', times: 1 });
  const lost = platform.createInvoice(customer, { lineItems: [line], idempotencyKey: 'lost' }, errand());
  expect(await failureOf(lost)).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect(await total()).toBe((before ?? 0) + 1);
  const [newest] = (await platform.invoices(customer, {}, { offset: 0, limit: 1 }, errand())).value.rows;
  const id = newest && 'upstreamId' in newest ? newest.upstreamId : '';
  expect((await platform.invoice(customer, id, errand())).value.idempotencyKey).toBe('lost');
});

test.each(['missing-field', 'null-field'])('one object with %s is UPSTREAM_BAD_RESPONSE', async (fault) => {
  const { platform, errand, spoil } = source;
  await spoil('GET /billing/subscriptions/{subscription_id}', fault, 'plan_id');
  const fresh = errand({ maxAge: 0, startedAt: Date.now() + 1 });
  const read = platform.subscription(known.customer, known.subscription, fresh);
  expect(await failureOf(read)).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
});

test('a status that no document lists is UNKNOWN, with the word kept', async () => {
  const { platform, errand, spoil } = source;
  const fresh = () => errand({ maxAge: 0, startedAt: Date.now() + 1 });
  await spoil('GET /billing/subscriptions/{subscription_id}', 'bad-enum', 'status');
  const { value } = await platform.subscription(known.customer, known.subscription, fresh());
  expect(value.status).toBe('UNKNOWN');
  expect(value.rawStatus).not.toBe('active');
  await spoil('GET /billing/plans/{plan_id}', 'bad-enum', 'interval');
  const plan = (await platform.plan(known.cheap.id, fresh())).value;
  expect(plan.interval).toBe('UNKNOWN');
  expect(plan.rawInterval).not.toBe('month');
});

const hostile = [
  '../plans',
  '..',
  '.',
  '',
  'a/b',
  'a\\b',
  '%2e%2e%2fplans',
  'cus%2f..',
  'a\nb',
  'a\u2028b',
  'x?limit=1',
  'x#y',
  'x;y=1',
  'кот',
];

test('no id reaches another endpoint than its own', async () => {
  const { platform, errand, requests } = source;
  const { customer } = known;
  const before = await requests();
  for (const id of hostile) {
    const failures = [
      platform.plan(id, errand()),
      platform.updatePlan(id, { name: 'x' }, errand()),
      platform.archivePlan(id, errand()),
      platform.customer(id, errand()),
      platform.updateCustomer(id, { name: 'x' }, errand()),
      platform.paymentMethods(id, errand()),
      platform.addPaymentMethod(id, card('tok_visa'), errand()),
      platform.subscription(customer, id, errand()),
      platform.cancelSubscription(customer, id, {}, errand()),
      platform.upgradeSubscription(customer, id, { planId: id }, errand()),
      platform.invoice(customer, id, errand()),
      platform.payment(customer, id, errand()),
      platform.refundPayment(customer, id, { reason: 'DUPLICATE' }, errand()),
      platform.usage(id, {}, errand()),
    ].map(failureOf);
    for (const { code } of await Promise.all(failures))
      expect(['BAD_USER_INPUT', 'NOT_FOUND']).toContain(code);
  }
  const after = await requests();
  const asked = Object.keys(after).filter((endpoint) => after[endpoint] !== before[endpoint]);
  expect(asked.toSorted()).toEqual([
    'DELETE /billing/plans/{plan_id}',
    'GET /billing/customers/{customer_id}',
    'GET /billing/customers/{customer_id}/payment-methods',
    'GET /billing/invoices/{invoice_id}',
    'GET /billing/payments/{payment_id}',
    'GET /billing/plans/{plan_id}',
    'GET /billing/subscriptions/{subscription_id}',
    'GET /billing/usage/{customer_id}',
    'POST /billing/customers/{customer_id}/payment-methods',
    'PUT /billing/customers/{customer_id}',
    'PUT /billing/plans/{plan_id}',
  ]);
});

test('texts of a query stay what they are', async () => {
  const { platform, errand } = source;
  const tier = 'starter&active_only=true#x\n';
  const { value } = await platform.plans({ tier }, { offset: 0, limit: 10 }, errand());
  expect(value).toEqual({ rows: [], total: 0 });
  const filter = { subscriptionId: `sub_none&customer_id=${customerOf(1002)}` };
  const read = platform.invoices(known.customer, filter, { offset: 0, limit: 10 }, errand());
  expect(await failureOf(read)).toMatchObject({ details: { upstreamCode: 'invalid_subscription' } });
});
