import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { callPlatform, change, customerNodeId, dataOf } from './platform-graph.ts';
import { addCard, addCustomer, addInvoice, addPlan, subscribe } from './platform-subscriber.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway[Symbol.asyncDispose]());

interface Lost {
  readonly input: object;
  readonly shows: string;
  /** What the payload shows where the change is found. */
  readonly found: object;
}

/** A change that is ready to be sent. */
type Prepare = () => Promise<Lost>;

const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });

async function addSubscriber() {
  const customer = await addCustomer(gateway);
  const card = await addCard(gateway, customer);
  const plan = await addPlan(gateway, 3000);
  return { customer, card, ...(await subscribe(gateway, customer, plan)) };
}

async function addBill(pays = false) {
  const customer = await addCustomer(gateway);
  const paymentMethodId = await addCard(gateway, customer);
  const invoice = await addInvoice(gateway, customer);
  if (!pays) return { customer, paymentMethodId, invoice, paymentId: '' };
  const { payment } = await callPlatform(gateway, '/payments', {
    payment: {
      invoice_id: invoice.id,
      payment_method_id: paymentMethodId,
      amount: invoice.total,
      currency: 'USD',
    },
  });
  const paymentId = customerNodeId('PlatformPayment', customer, payment.id);
  return { customer, paymentMethodId, invoice, paymentId };
}

const shownPlan = 'plan { name status }';
const shownSubscription = 'subscription { status planName metadata }';

const canBeFound: readonly (readonly [name: string, endpoint: string, prepare: Prepare])[] = [
  [
    'createPlan',
    'POST /billing/plans',
    async () => ({
      input: { name: 'Crew', price: usd(100), interval: 'MONTH' },
      shows: shownPlan,
      found: { plan: { name: 'Crew' } },
    }),
  ],
  [
    'updatePlan',
    'PUT /billing/plans/{plan_id}',
    async () => ({
      input: {
        planId: await addPlan(gateway, 100),
        name: 'New',
        price: usd(200),
        limits: [{ name: 'users', quantity: '5' }],
      },
      shows: shownPlan,
      found: { plan: { name: 'New' } },
    }),
  ],
  [
    'archivePlan',
    'DELETE /billing/plans/{plan_id}',
    async () => ({
      input: { planId: await addPlan(gateway, 100), confirm: true },
      shows: shownPlan,
      found: { plan: { status: 'ARCHIVED' } },
    }),
  ],
  [
    'updateCustomer',
    'PUT /billing/customers/{customer_id}',
    async () => ({
      input: {
        customerId: await addCustomer(gateway),
        name: 'Anna',
        address: { line1: '2 Road', city: 'Porto', postalCode: '4000-001', country: 'PT' },
      },
      shows: 'customer { name }',
      found: { customer: { name: 'Anna' } },
    }),
  ],
  [
    'createPlatformSubscription',
    'POST /billing/subscriptions',
    async () => {
      const customer = await addCustomer(gateway);
      await addCard(gateway, customer);
      const input = { customerId: customer, planId: await addPlan(gateway, 3000) };
      return { input, shows: shownSubscription, found: { subscription: { status: 'ACTIVE' } } };
    },
  ],
  [
    'updatePlatformSubscription',
    'PUT /billing/subscriptions/{subscription_id}',
    async () => ({
      input: { subscriptionId: (await addSubscriber()).nodeId, metadata: { tier: 'gold' } },
      shows: shownSubscription,
      found: { subscription: { metadata: { tier: 'gold' } } },
    }),
  ],
  [
    'upgradePlatformSubscription',
    'PUT /billing/subscriptions/{subscription_id}/upgrade',
    async () => {
      const { nodeId } = await addSubscriber();
      const input = { subscriptionId: nodeId, planId: await addPlan(gateway, 9000), beginsPeriod: true };
      const shows = `proration { minorUnits } ${shownSubscription}`;
      return { input, shows, found: { proration: null, subscription: { planName: 'Plan 9000' } } };
    },
  ],
  [
    'cancelPlatformSubscription',
    'DELETE /billing/subscriptions/{subscription_id}',
    async () => ({
      input: { subscriptionId: (await addSubscriber()).nodeId, immediately: true, confirm: true },
      shows: `cancelAtPeriodEnd ${shownSubscription}`,
      found: { cancelAtPeriodEnd: false, subscription: { status: 'CANCELLED' } },
    }),
  ],
  [
    'createInvoice',
    'POST /billing/invoices',
    async () => ({
      input: {
        customerId: (await addSubscriber()).customer,
        lineItems: [{ description: 'Work', quantity: '2', unitPrice: usd(700) }],
      },
      shows: 'invoice { status subtotal { minorUnits } }',
      found: { invoice: { status: 'OPEN', subtotal: { minorUnits: 1400 } } },
    }),
  ],
  [
    'processPayment',
    'POST /billing/payments',
    async () => {
      const { paymentMethodId, invoice } = await addBill();
      const input = { invoiceId: invoice.nodeId, paymentMethodId, amount: usd(invoice.total) };
      const shows = 'payment { status } invoice { status paymentAttempts }';
      return { input, shows, found: { payment: null, invoice: { status: 'PAID', paymentAttempts: 1 } } };
    },
  ],
  [
    'refundPayment',
    'POST /billing/payments/{payment_id}/refunds',
    async () => ({
      input: { paymentId: (await addBill(true)).paymentId, reason: 'DUPLICATE' },
      shows: 'refund { status } payment { status }',
      found: { refund: null, payment: { status: 'REFUNDED' } },
    }),
  ],
];

const cannotBeFound: readonly (readonly [name: string, endpoint: string, prepare: Prepare])[] = [
  [
    'createCustomer',
    'POST /billing/customers',
    async () => ({ input: { email: 'ann@example.com', name: 'Ann' }, shows: '__typename', found: {} }),
  ],
  [
    'processPayment',
    'POST /billing/payments',
    async () => {
      const { paymentMethodId, invoice } = await addBill();
      const input = { invoiceId: invoice.nodeId, paymentMethodId, amount: usd(invoice.total - 1) };
      return { input, shows: '__typename', found: {} };
    },
  ],
  [
    'refundPayment',
    'POST /billing/payments/{payment_id}/refunds',
    async () => ({
      input: { paymentId: (await addBill(true)).paymentId, minorUnits: 10, reason: 'DUPLICATE' },
      shows: '__typename',
      found: {},
    }),
  ],
];

const send = (name: string, { input, shows }: Lost) =>
  change(gateway, name, { ...input, idempotencyKey: 'lost' }, { shows, caller: 'sandbox-operator' });

const lose = (endpoint: string, afterEffect: boolean) =>
  gateway.control('faults', { endpoint, fault: 'reset', times: 1, before: true, afterEffect });

describe('a change that was made, but whose answer was lost', () => {
  test.each(canBeFound)('%s is found, and sent once', async (name, endpoint, prepare) => {
    const lost = await prepare();
    const before = await gateway.requests(endpoint);
    await lose(endpoint, true);
    const one = await send(name, lost);
    expect(one.errors).toEqual([]);
    expect(one.result).toMatchObject(lost.found);
    expect(await send(name, lost)).toEqual(one);
    expect(await gateway.requests(endpoint)).toBe(before + 1);
  });

  test.each(cannotBeFound)(
    '%s cannot be found, and stays unknown under its key',
    async (name, endpoint, prepare) => {
      const lost = await prepare();
      const before = await gateway.requests(endpoint);
      await lose(endpoint, true);
      for (const _ of [1, 2]) {
        expect((await send(name, lost)).result).toMatchObject({
          __typename: 'OutcomeUnknown',
          code: 'OUTCOME_UNKNOWN',
        });
      }
      expect(await gateway.requests(endpoint)).toBe(before + 1);
    },
  );
});

describe('a change that was sent and not made', () => {
  test.each(canBeFound)('%s is not taken for made, and not sent again', async (name, endpoint, prepare) => {
    const lost = await prepare();
    const before = await gateway.requests(endpoint);
    await lose(endpoint, false);
    for (const _ of [1, 2]) {
      expect((await send(name, lost)).result).toMatchObject({ __typename: 'OutcomeUnknown' });
    }
    expect(await gateway.requests(endpoint)).toBe(before + 1);
  });
});

test('a look back that fails leaves it unknown, and the next one under the key finds it', async () => {
  const { paymentMethodId, invoice } = await addBill();
  const input = { invoiceId: invoice.nodeId, paymentMethodId, amount: usd(invoice.total) };
  const lost = { input, shows: 'invoice { status }', found: {} };
  // what it reads before it is sent is kept by then
  await dataOf(
    gateway,
    `{ node(id: "${invoice.nodeId}") { id ... on PlatformInvoice { status } } }`,
    {},
    'sandbox-operator',
  );
  await lose('POST /billing/payments', true);
  await gateway.control('faults', {
    endpoint: 'GET /billing/invoices/{invoice_id}',
    fault: 'html',
    times: 1,
  });
  const first = await send('processPayment', lost);
  expect(first.errors).toEqual([]);
  expect(first.result).toMatchObject({ __typename: 'OutcomeUnknown' });
  expect((await send('processPayment', lost)).result).toMatchObject({ invoice: { status: 'PAID' } });
  expect(await gateway.requests('POST /billing/payments')).toBe(1);
});

test('an organization that became a customer without an answer being kept is not made one twice', async () => {
  const input = { organizationId: '1016', email: 'ann@example.com', name: 'Ann' };
  const lost = { input, shows: 'customer { email }', found: {} };
  await lose('POST /billing/customers', true);
  for (const _ of [1, 2]) {
    expect((await send('createCustomer', lost)).result).toMatchObject({ __typename: 'OutcomeUnknown' });
  }
  expect(await gateway.requests('POST /billing/customers')).toBe(1);
});
