import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { change, customerNodeId, customerOf } from './platform-graph.ts';
import { addCard, addCustomer, addInvoice, addPlan, subscribe } from './platform-subscriber.ts';

interface Known {
  readonly customer: string;
  readonly card: string;
  readonly subscription: string;
  readonly cheap: string;
}

let gateway: TestGateway;
let known: Known;
beforeAll(async () => {
  gateway = await startTestGateway();
  const customer = await addCustomer(gateway);
  const card = await addCard(gateway, customer);
  const cheap = await addPlan(gateway, 1000);
  const { nodeId } = await subscribe(gateway, customer, cheap);
  known = { customer, card, subscription: nodeId, cheap };
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** The mutation that can meet it, and an input with which it does. */
type Provocation = (known: Known) => Promise<readonly [mutation: string, input: object]>;

const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });
const lineItems = [{ description: 'Work', quantity: '1', unitPrice: usd(100) }];

const noted =
  (test: string): Provocation =>
  async ({ customer }) => ['updateCustomer', { customerId: customer, metadata: { test } }];

const declined =
  (number: string): Provocation =>
  async () => {
    const customer = await addCustomer(gateway);
    const card = { number, exp_month: 12, exp_year: 2029, cvc: '123' };
    const paymentMethodId = await addCard(gateway, customer, card);
    const { nodeId, total } = await addInvoice(gateway, customer);
    return ['processPayment', { invoiceId: nodeId, paymentMethodId, amount: usd(total) }];
  };

const members: readonly (readonly [upstreamCode: string, member: string, provoke: Provocation])[] = [
  [
    'invalid_plan',
    'InvalidInput',
    async ({ subscription }) => [
      'upgradePlatformSubscription',
      { subscriptionId: subscription, planId: 'plan_none' },
    ],
  ],
  [
    'invalid_payment_method',
    'InvalidInput',
    async ({ subscription }) => [
      'updatePlatformSubscription',
      { subscriptionId: subscription, paymentMethodId: 'pm_none' },
    ],
  ],
  ['invalid_customer', 'InvalidInput', async () => ['createInvoice', { customerId: 'cus_none', lineItems }]],
  [
    'missing_required_fields',
    'InvalidInput',
    async ({ customer }) => [
      'createInvoice',
      { customerId: customer, lineItems, dueAt: '2020-01-01T00:00:00Z' },
    ],
  ],
  ['card_declined', 'PaymentDeclined', declined('4000000000000341')],
  ['insufficient_funds', 'PaymentDeclined', declined('4000000000010027')],
  ['expired_card', 'PaymentDeclined', declined('4000000000010035')],
  ['invalid_cvc', 'PaymentDeclined', declined('4000000000010043')],
  ['fraud_detected', 'PaymentDeclined', declined('4000000000010050')],
  ['plan_not_found', 'NotFound', async () => ['archivePlan', { planId: 'plan_none', confirm: true }]],
  [
    'customer_not_found',
    'NotFound',
    async () => ['updateCustomer', { customerId: 'cus_none', name: 'Nobody' }],
  ],
  [
    'subscription_not_found',
    'NotFound',
    async ({ customer }) => [
      'cancelPlatformSubscription',
      { subscriptionId: customerNodeId('PlatformSubscription', customer, 'sub_none') },
    ],
  ],
  [
    'invoice_not_found',
    'NotFound',
    async ({ customer, card }) => [
      'processPayment',
      {
        invoiceId: customerNodeId('PlatformInvoice', customer, 'inv_none'),
        paymentMethodId: card,
        amount: usd(100),
      },
    ],
  ],
  [
    'subscription_exists',
    'Conflict',
    async ({ customer, cheap }) => ['createPlatformSubscription', { customerId: customer, planId: cheap }],
  ],
  [
    'plan_incompatible',
    'Conflict',
    async ({ subscription, cheap }) => [
      'upgradePlatformSubscription',
      { subscriptionId: subscription, planId: cheap },
    ],
  ],
  ['payment_method_default', 'Conflict', noted('payment_method_default')],
  ['payment_gateway_error', 'OutcomeUnknown', noted('payment_gateway_error')],
  ['database_error', 'OutcomeUnknown', noted('database_error')],
];

test.each(members)('%s is %s', async (upstreamCode, __typename, provoke) => {
  const [name, input] = await provoke(known);
  const { result, errors } = await change(gateway, name, { ...input }, { caller: 'sandbox-operator' });
  expect(errors).toEqual([]);
  expect(result).toMatchObject({ __typename, upstreamCode });
});

test('invalid_subscription is an InvalidInput of the record', async () => {
  const customer = await addCustomer(gateway);
  const input = { customerId: customer, records: [{ metric: 'api_calls', quantity: '1' }] };
  const shows = 'outcomes { error { __typename upstreamCode } }';
  const { result } = await change(gateway, 'recordUsage', input, { shows, caller: 'sandbox-operator' });
  expect(result.outcomes).toEqual([
    { error: { __typename: 'InvalidInput', upstreamCode: 'invalid_subscription' } },
  ]);
});

test('tax_calculation_error is an error, as nothing was done and it may be taken later', async () => {
  const customer = await addCustomer(gateway, { tax_info: { tax_id: 'TAXDOWN' } });
  const input = { customerId: customer, lineItems };
  const { result, errors } = await change(gateway, 'createInvoice', input, { caller: 'sandbox-operator' });
  expect(result).toBeNull();
  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    upstream: 'platform-billing',
    upstreamCode: 'tax_calculation_error',
  });
});

test.each([
  ['too_many_requests', 'PUT /billing/customers/{customer_id}', 'platform:customers', noted('nothing')],
  ['payment_rate_limit', 'POST /billing/payments', 'platform:payments', declined('4242424242424242')],
] satisfies [string, string, string, Provocation][])(
  '%s is an error with the bucket and when to come back',
  async (upstreamCode, endpoint, bucket, provoke) => {
    const [name, input] = await provoke(known);
    await gateway.control('faults', { endpoint, fault: '429', times: 1 });
    const { result, errors } = await change(gateway, name, { ...input }, { caller: 'sandbox-operator' });
    expect(result).toBeNull();
    expect(errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', upstreamCode, bucket });
    expect(errors[0]?.extensions?.['retryAfter']).toBeGreaterThan(0);
  },
);

test.each([
  ['invalid_api_key', 'sandbox-nobody'],
  ['expired_api_key', 'sandbox-platform-key-expired'],
  ['insufficient_permissions', 'sandbox-platform-key-readonly'],
])('%s is an error of the credential that the gateway holds', async (upstreamCode, key) => {
  const url = gateway.sandbox.origins.platform;
  await using other = await startTestGateway({ settings: { platform: { url, key } } });
  const input = { customerId: customerOf(1001), name: 'Acorn' };
  const { result, errors } = await change(other, 'updateCustomer', input);
  expect(result).toBeNull();
  expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_AUTH', upstreamCode });
});
