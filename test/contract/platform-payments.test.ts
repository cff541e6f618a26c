import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { createFakeClock } from '../unit/fake-clock.ts';
import { customerOf } from './datasources/platform-source.ts';
import {
  callPlatform,
  customerNodeId,
  dataOf,
  instant,
  platformAddress,
  requestsDuring,
} from './platform-graph.ts';

const getPayment = 'GET /billing/payments/{payment_id}';
const getInvoice = 'GET /billing/invoices/{invoice_id}';

type Wire = ReturnType<typeof JSON.parse>;

const owner = customerOf(1004);
const document = `query($id: ID!) { node(id: $id) { __typename ... on Payment {
  id source invoiceNumber status rawStatus amount { minorUnits currency } createdAt method fetchedAt }
  ... on PlatformPayment { platformId invoiceId failureCode failureMessage receiptUrl metadata
  customer { platformId organization { makeId } }
  paidWith { platformId type rawType brand last4 expiryMonth expiryYear }
  billingDetails { name email address { line1 line2 city state postalCode country } } } } }`;

/** Pays the open invoice of an organization's customer by hand. */
async function pay(gateway: TestGateway): Promise<string> {
  const { invoices } = await callPlatform(gateway, `/invoices?customer_id=${owner}&status=open`);
  const [{ id, total, currency }] = invoices;
  const { payment_methods: methods } = await callPlatform(gateway, `/customers/${owner}/payment-methods`);
  const { payment } = await callPlatform(gateway, '/payments', {
    payment: {
      invoice_id: id,
      payment_method_id: methods[0].id,
      amount: total,
      currency,
      metadata: { desk: 'north', tries: 2 },
    },
  });
  return payment.id;
}

let gateway: TestGateway;
let paymentId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  paymentId = await pay(gateway);
});
afterAll(() => gateway[Symbol.asyncDispose]());

function shown(wire: Wire): object {
  const { payment_method: method } = wire;
  return {
    __typename: 'PlatformPayment',
    source: 'PLATFORM',
    invoiceNumber: null,
    status: 'PAID',
    rawStatus: wire.status,
    amount: { minorUnits: wire.amount, currency: wire.currency },
    createdAt: instant(wire.created_at),
    method: `${method.brand} •••• ${method.last4}`,
    platformId: wire.id,
    invoiceId: wire.invoice_id,
    failureCode: wire.failure_code,
    failureMessage: wire.failure_message,
    receiptUrl: wire.receipt_url,
    metadata: wire.metadata,
    customer: { platformId: owner, organization: { makeId: '1004' } },
    paidWith: {
      platformId: method.id,
      type: 'CARD',
      rawType: method.type,
      brand: method.brand,
      last4: method.last4,
      expiryMonth: method.exp_month,
      expiryYear: method.exp_year,
    },
    billingDetails: {
      name: wire.billing_details.name,
      email: wire.billing_details.email,
      address: platformAddress(wire.billing_details.address),
    },
  };
}

test('a payment is as the platform has it, and is read together with the invoice that tells whose it is', async () => {
  const { payment: wire } = await callPlatform(gateway, `/payments/${paymentId}`);
  const spent = await requestsDuring(gateway, async () => {
    const { node } = await dataOf(
      gateway,
      document,
      { id: customerNodeId('PlatformPayment', owner, paymentId) },
      'sandbox-accountant',
    );
    const { id, fetchedAt, ...payment } = node;
    expect(id).toBe(customerNodeId('PlatformPayment', owner, paymentId));
    expect(Date.parse(fetchedAt)).toBeLessThanOrEqual(Date.now());
    expect(payment).toEqual(shown(wire));
    expect(wire.metadata).toEqual({ desk: 'north', tries: 2 });
  });
  expect(spent).toEqual({ [getPayment]: 1, [getInvoice]: 1 });
});

test('a refund shows in the payment’s status once the answer that was kept has aged', async () => {
  const clock = createFakeClock();
  await using aging = await startTestGateway({ clock });
  const payment = await pay(aging);
  const id = customerNodeId('PlatformPayment', owner, payment);
  expect((await dataOf(aging, document, { id })).node.status).toBe('PAID');
  await callPlatform(aging, `/payments/${payment}/refunds`, {
    refund: { amount: 100, reason: 'requested_by_customer' },
  });
  await clock.pass(60 * 60_000);
  expect((await dataOf(aging, document, { id })).node.status).toBe('PARTIALLY_REFUNDED');
});

test('ids of another owner and of nothing give null, and those of others cost no request', async () => {
  await using fresh = await startTestGateway();
  const payment = await pay(fresh);
  const ask = (organization: number, upstreamId: string, caller: string) =>
    dataOf(
      fresh,
      document,
      { id: customerNodeId('PlatformPayment', customerOf(organization), upstreamId) },
      caller,
    );
  expect(await ask(1001, payment, 'sandbox-owner')).toEqual({ node: null });
  expect(await ask(1004, 'pay_missing', 'sandbox-owner')).toEqual({ node: null });
  const spent = await requestsDuring(fresh, async () => {
    for (const caller of ['sandbox-member', 'sandbox-team-admin', 'sandbox-outsider']) {
      expect(await ask(1004, payment, caller)).toEqual({ node: null });
    }
    expect(await ask(1009, payment, 'sandbox-owner')).toEqual({ node: null });
  });
  expect(spent).toEqual({});
  expect((await ask(1004, payment, 'sandbox-operator')).node.status).toBe('PAID');
});
