import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { registerWebhook } from '../../../src/sandbox-webhooks.ts';
import { follow, type SeenEvent } from '../../kit/follow.ts';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';
import { change } from '../platform-graph.ts';
import { addCard, addInvoice, addPlan, subscribe } from '../platform-subscriber.ts';

const organization = 1016;
const caller = 'sandbox-operator';

const started: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway[Symbol.asyncDispose]()));
});

/** Polls often and takes webhooks, so that whatever could tell a change twice has its chance. */
async function start(): Promise<TestGateway> {
  const gateway = await startTestGateway({
    settings: { events: { ...readConfig({}).events, pollIntervalMs: 40 } },
  });
  started.push(gateway);
  await registerWebhook(gateway.sandbox.origins.makeDocumented, gateway.url);
  return gateway;
}

/** Makes the organization a customer of the platform. */
async function becomeCustomer(gateway: TestGateway): Promise<string> {
  const input = { organizationId: String(organization), email: 'ann@example.com', name: 'Ann' };
  const { result } = await change(gateway, 'createCustomer', input, {
    shows: 'customer { platformId }',
    caller,
  });
  return result.customer.platformId;
}

const types = [
  'SUBSCRIPTION_CREATED',
  'SUBSCRIPTION_STATUS_CHANGED',
  'SUBSCRIPTION_PLAN_CHANGED',
  'SUBSCRIPTION_ENDED',
  'INVOICE_CREATED',
  'INVOICE_STATUS_CHANGED',
];

const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });

interface Case {
  readonly mutation: string;
  /** Makes ready what is changed, and answers with the input. */
  readonly prepare: (gateway: TestGateway, customerId: string) => Promise<Record<string, unknown>>;
  /** What the change itself is, as the source of the gateway. */
  readonly tells: readonly string[];
}

const cases: readonly Case[] = [
  {
    mutation: 'createPlatformSubscription',
    prepare: async (gateway, customerId) => ({
      customerId,
      planId: await addPlan(gateway, 3000, { trial_period_days: 14 }),
    }),
    tells: ['SUBSCRIPTION_CREATED'],
  },
  {
    mutation: 'upgradePlatformSubscription',
    prepare: async (gateway, customerId) => {
      const { nodeId } = await subscribe(gateway, customerId, await addPlan(gateway, 3000));
      return { subscriptionId: nodeId, planId: await addPlan(gateway, 9000) };
    },
    tells: ['SUBSCRIPTION_PLAN_CHANGED'],
  },
  {
    mutation: 'cancelPlatformSubscription',
    prepare: async (gateway, customerId) => {
      const { nodeId } = await subscribe(gateway, customerId, await addPlan(gateway, 3000));
      return { subscriptionId: nodeId, immediately: true, confirm: true };
    },
    tells: ['SUBSCRIPTION_STATUS_CHANGED', 'SUBSCRIPTION_ENDED'],
  },
  {
    mutation: 'createInvoice',
    prepare: async (_gateway, customerId) => ({
      customerId,
      lineItems: [{ description: 'Help', quantity: '1', unitPrice: usd(5000) }],
    }),
    tells: ['INVOICE_CREATED'],
  },
  {
    mutation: 'processPayment',
    prepare: async (gateway, customerId) => {
      const { nodeId, total } = await addInvoice(gateway, customerId);
      return {
        invoiceId: nodeId,
        amount: usd(total),
        paymentMethodId: await addCard(gateway, customerId, 'tok_mastercard'),
      };
    },
    tells: ['INVOICE_STATUS_CHANGED'],
  },
];

test.each(cases)('$mutation is told at once, and not again by polls and webhooks', async (one) => {
  const gateway = await start();
  const customerId = await becomeCustomer(gateway);
  await addCard(gateway, customerId);
  const input = await one.prepare(gateway, customerId);
  await using events = await follow(gateway, { organization, types, caller });
  await events.next();
  const { result, errors } = await change(gateway, one.mutation, input, { caller });
  expect([errors, result.__typename]).toEqual([
    [],
    `${one.mutation.charAt(0).toUpperCase()}${one.mutation.slice(1)}Payload`,
  ]);
  const seen: SeenEvent[] = [];
  while (seen.length < one.tells.length) seen.push(await events.next());
  expect(seen.map(({ type, source }) => [type, source])).toEqual(one.tells.map((type) => [type, 'GATEWAY']));

  await settled(gateway);
  // an invoice of Make ends the wait: what was told again would have come before it
  await gateway.control('world', { organization, add: { invoices: 1 } });
  expect(await events.next()).toMatchObject({ type: 'INVOICE_CREATED', source: 'POLL' });
});

/** Every webhook has arrived, and every section of the platform was polled twice since. */
async function settled(gateway: TestGateway): Promise<void> {
  await expect
    .poll(async () => {
      const { deliveries } = (await gateway.control('webhooks')) as {
        deliveries: readonly { status: string }[];
      };
      return deliveries.every(({ status }) => status === 'delivered');
    })
    .toBe(true);
  for (const endpoint of ['GET /billing/customers/{customer_id}', 'GET /billing/invoices']) {
    const before = await gateway.requests(endpoint);
    await expect.poll(() => gateway.requests(endpoint)).toBeGreaterThan(before + 1);
  }
}

test('a declined payment is told once, with when it failed', async () => {
  const gateway = await start();
  const customerId = await becomeCustomer(gateway);
  const { nodeId, total } = await addInvoice(gateway, customerId);
  const paymentMethodId = await addCard(gateway, customerId, 'tok_chargeCustomerFailInsufficientFunds');
  await using events = await follow(gateway, {
    organization,
    types,
    caller,
    selection: '... on InvoiceEvent { changes { field before after } }',
  });
  await events.next();
  const input = { invoiceId: nodeId, amount: usd(total), paymentMethodId };
  const { result } = await change(gateway, 'processPayment', input, { caller });
  expect(result).toMatchObject({ __typename: 'PaymentDeclined' });
  expect(await events.next()).toMatchObject({
    type: 'INVOICE_STATUS_CHANGED',
    source: 'WEBHOOK',
    changes: [{ field: 'paymentFailedAt', before: null, after: expect.any(String) }],
  });
  await settled(gateway);
  await gateway.control('world', { organization, add: { invoices: 1 } });
  expect(await events.next()).toMatchObject({ type: 'INVOICE_CREATED', source: 'POLL' });
});

test('who becomes a customer while somebody listens is heard of', async () => {
  const gateway = await start();
  await using events = await follow(gateway, { organization, types, caller });
  await events.next();
  const customerId = await becomeCustomer(gateway);
  const endpoint = 'GET /billing/invoices';
  const before = await gateway.requests(endpoint);
  await expect.poll(() => gateway.requests(endpoint)).toBeGreaterThan(before + 1);
  await gateway.control('webhooks', { urls: [] });
  await addInvoice(gateway, customerId);
  expect(await events.next()).toMatchObject({ type: 'INVOICE_CREATED', source: 'POLL' });
});

test('a payment that is made at Make is told at once, and not again by polls', async () => {
  const gateway = await start();
  await using events = await follow(gateway, { field: 'paymentRecorded', organization: 1001 });
  await events.next();
  const input = { organizationId: '1001', priceId: '2910', quantity: 3 };
  const { result } = await change(gateway, 'createSinglePayment', input, { shows: 'status' });
  expect(result).toMatchObject({ status: 'PAID' });
  expect(await events.next()).toMatchObject({ type: 'PAYMENT_RECORDED', source: 'GATEWAY' });
  const endpoint = 'GET /organizations/{organizationId}/payments';
  const before = await gateway.requests(endpoint);
  await expect.poll(() => gateway.requests(endpoint)).toBeGreaterThan(before + 1);
  await gateway.control('world', { organization: 1001, add: { payments: 1 } });
  expect(await events.next()).toMatchObject({ type: 'PAYMENT_RECORDED', source: 'POLL' });
});

test('a card that is added and removed at Make is told at once, and not again by polls', async () => {
  const gateway = await start();
  const types = ['PAYMENT_METHOD_ADDED', 'PAYMENT_METHOD_CHANGED', 'PAYMENT_METHOD_REMOVED'];
  await using events = await follow(gateway, { types, organization: 1001 });
  await events.next();
  const added = await change(
    gateway,
    'addPaymentMethod',
    { owner: { organizationId: '1001' }, source: { token: 'tok_mastercard' } },
    { shows: 'paymentMethod { id }' },
  );
  const { id } = added.result.paymentMethod;
  expect(await events.next()).toMatchObject({ type: 'PAYMENT_METHOD_ADDED', source: 'GATEWAY' });
  await change(gateway, 'removePaymentMethod', { paymentMethodId: id });
  expect(await events.next()).toMatchObject({ type: 'PAYMENT_METHOD_REMOVED', source: 'GATEWAY' });
  const endpoint = 'GET /cashier/payment-methods/{organizationId}';
  const before = await gateway.requests(endpoint);
  await expect.poll(() => gateway.requests(endpoint)).toBeGreaterThan(before + 1);
  await change(gateway, 'addPaymentMethod', {
    owner: { organizationId: '1001' },
    source: { token: 'tok_visa' },
  });
  expect(await events.next()).toMatchObject({ type: 'PAYMENT_METHOD_ADDED', source: 'GATEWAY' });
});
