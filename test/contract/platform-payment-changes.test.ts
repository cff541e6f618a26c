import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/schema/global-id.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { change, customerNodeId, customerOf, dataOf } from './platform-graph.ts';
import { addCard, addCustomer, addInvoice } from './platform-subscriber.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const operator = (name: string, input: object, shows?: string) =>
  change(gateway, name, { ...input }, { caller: 'sandbox-operator', ...(shows !== undefined && { shows }) });

const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });

describe('createInvoice', () => {
  const shows =
    'invoice { id status total { minorUnits currency } subtotal { minorUnits } dueAt description metadata lineItems { description quantity unitPrice { decimal currency } amount { minorUnits } } }';
  const lineItems = [
    { description: 'Integration', quantity: '40', unitPrice: usd(15_000) },
    { description: 'Support', quantity: '1', unitPrice: usd(5000) },
  ];

  test('makes an open invoice, which the list that was read before shows at once', async () => {
    const query =
      '{ organization(id: "1001") { customer { invoices(first: 1) { edges { node { id } } } } } }';
    await dataOf(gateway, query);
    const input = {
      customerId: customerOf(1001),
      lineItems,
      description: 'Services',
      dueAt: '2026-12-24T15:00:00Z',
      isTaxIncluded: true,
      metadata: { po_number: 'PO-1' },
    };
    const { result } = await change(gateway, 'createInvoice', input, { shows });
    expect(result.invoice).toMatchObject({
      status: 'OPEN',
      total: usd(605_000),
      dueAt: '2026-12-24T00:00:00.000Z',
      description: 'Services',
      metadata: { po_number: 'PO-1' },
    });
    expect(result.invoice.lineItems).toContainEqual({
      description: 'Support',
      quantity: '1',
      unitPrice: { decimal: '50.00', currency: 'USD' },
      amount: { minorUnits: 5000 },
    });
    const { organization } = await dataOf(gateway, query);
    expect(organization.customer.invoices.edges[0].node.id).toBe(result.invoice.id);
  });

  test('every fault is told at its place, of the gateway and of the platform', async () => {
    const mixed = [
      { description: '', quantity: '-1', unitPrice: usd(-1) },
      { description: 'Yen', quantity: '1', unitPrice: { minorUnits: 1, currency: 'JPY' } },
    ];
    const { result } = await operator('createInvoice', { customerId: 'cus_none', lineItems: mixed });
    expect(result.faults.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
      'lineItems.0.description',
      'lineItems.0.quantity',
      'lineItems.0.unitPrice.minorUnits',
      'lineItems',
    ]);
    expect(result.faults.at(-1).message).toBe('Takes items of one currency.');
    const customer = await addCustomer(gateway);
    const half = [{ description: 'Half', quantity: '0.5', unitPrice: usd(100) }];
    const refused = await operator('createInvoice', { customerId: customer, lineItems: half });
    expect(refused.result).toMatchObject({ faults: [{ path: ['lineItems', '0', 'quantity'] }] });
    const past = { customerId: customer, lineItems, dueAt: '2020-01-01T00:00:00Z' };
    expect((await operator('createInvoice', past)).result).toMatchObject({ faults: [{ path: ['dueAt'] }] });
  });
});

describe('processPayment', () => {
  const shows =
    'payment { id status amount { minorUnits currency } paidWith { last4 } metadata receiptUrl } invoice { status paidAt paymentAttempts }';

  test('pays an invoice, and shows both as they are then', async () => {
    const customer = await addCustomer(gateway);
    const card = await addCard(gateway, customer);
    const { nodeId, total } = await addInvoice(gateway, customer);
    await dataOf(
      gateway,
      `{ node(id: "${nodeId}") { ... on PlatformInvoice { status } } }`,
      {},
      'sandbox-operator',
    );
    const input = {
      invoiceId: nodeId,
      paymentMethodId: encodeGlobalId('PaymentMethod', `platform/${customer}/${card}`),
      amount: usd(total),
      metadata: { source: 'portal' },
    };
    const { result } = await operator('processPayment', input, shows);
    expect(result).toMatchObject({
      payment: {
        status: 'PAID',
        amount: usd(total),
        paidWith: { last4: '4242' },
        metadata: { source: 'portal' },
      },
      invoice: { status: 'PAID', paidAt: expect.any(String), paymentAttempts: 1 },
    });
    const again = await operator('processPayment', input);
    expect(again.result).toMatchObject({ __typename: 'NotFound', upstreamCode: 'invoice_not_found' });
  });

  test('pays a part, or only notes what is to be charged', async () => {
    const customer = await addCustomer(gateway);
    const paymentMethodId = await addCard(gateway, customer);
    const { nodeId, total } = await addInvoice(gateway, customer);
    const part = { invoiceId: nodeId, paymentMethodId, amount: usd(total - 1) };
    const pending = await operator('processPayment', { ...part, isConfirmed: false }, shows);
    expect(pending.result).toMatchObject({ payment: { status: 'PENDING' }, invoice: { paymentAttempts: 0 } });
    const paid = await operator('processPayment', part, shows);
    expect(paid.result).toMatchObject({ payment: { status: 'PAID' }, invoice: { status: 'OPEN' } });
    const tooMuch = await operator('processPayment', { ...part, amount: usd(2) });
    expect(tooMuch.result).toMatchObject({ faults: [{ path: ['amount', 'minorUnits'] }] });
    const euros = await operator('processPayment', { ...part, amount: { minorUnits: 1, currency: 'EUR' } });
    expect(euros.result).toMatchObject({ faults: [{ path: ['amount', 'currency'] }] });
  });

  test('the same key charges once, at the same time and later; another input is a conflict', async () => {
    const customer = await addCustomer(gateway);
    const paymentMethodId = await addCard(gateway, customer);
    const { nodeId, total } = await addInvoice(gateway, customer);
    const input = { invoiceId: nodeId, paymentMethodId, amount: usd(total), idempotencyKey: 'once' };
    const before = await gateway.requests('POST /billing/payments');
    const [one, other] = await Promise.all([
      operator('processPayment', input, shows),
      operator('processPayment', input, shows),
    ]);
    expect(one.result).toMatchObject({ payment: { status: 'PAID' } });
    expect(other).toEqual(one);
    expect(await operator('processPayment', input, shows)).toEqual(one);
    expect(await gateway.requests('POST /billing/payments')).toBe(before + 1);
    expect((await operator('processPayment', { ...input, amount: usd(1) })).result).toMatchObject({
      __typename: 'IdempotencyConflict',
    });
  });

  test.each([
    ['4000000000000341', 'CARD_DECLINED'],
    ['4000000000010027', 'INSUFFICIENT_FUNDS'],
    ['4000000000010035', 'EXPIRED_CARD'],
    ['4000000000010043', 'INVALID_CVC'],
    ['4000000000010050', 'FRAUD_DETECTED'],
  ])(
    'card %s is declined as %s, again and again under its key, and charged no second time',
    async (number, reason) => {
      const customer = await addCustomer(gateway);
      const card = { number, exp_month: 12, exp_year: 2029, cvc: '123' };
      const paymentMethodId = await addCard(gateway, customer, card);
      const { nodeId, total } = await addInvoice(gateway, customer);
      const input = { invoiceId: nodeId, paymentMethodId, amount: usd(total), idempotencyKey: 'declined' };
      const before = await gateway.requests('POST /billing/payments');
      const declined = await operator('processPayment', input);
      expect(declined.result).toMatchObject({
        __typename: 'PaymentDeclined',
        code: 'PAYMENT_DECLINED',
        reason,
        upstreamCode: reason.toLowerCase(),
      });
      expect(await operator('processPayment', input)).toEqual(declined);
      expect(await gateway.requests('POST /billing/payments')).toBe(before + 1);
      const query = `{ node(id: "${nodeId}") { ... on PlatformInvoice { status paymentAttempts } } }`;
      expect((await dataOf(gateway, query, {}, 'sandbox-operator')).node).toEqual({
        status: 'OPEN',
        paymentAttempts: 1,
      });
    },
  );
});

test('the access log says what was done to what, also where it was refused by the platform', async () => {
  const customerId = customerOf(1002);
  const lineItems = [{ description: 'Work', quantity: '1', unitPrice: usd(1000) }];
  const made = await change(
    gateway,
    'createInvoice',
    { customerId, lineItems },
    { shows: 'invoice { platformId id }' },
  );
  const { id, platformId } = made.result.invoice;
  await change(gateway, 'processPayment', { invoiceId: id, paymentMethodId: 'pm_none', amount: usd(1000) });
  const query =
    '{ organization(id: "1002") { accessLog(first: 2) { edges { node { fields objects outcome } } } } }';
  const { organization } = await dataOf(gateway, query);
  expect(organization.accessLog.edges.map(({ node }: { node: unknown }) => node)).toMatchObject([
    { fields: ['processPayment'], objects: [customerId, platformId] },
    { fields: expect.arrayContaining(['createInvoice']), objects: [customerId, platformId], outcome: 'OK' },
  ]);
});

describe('refundPayment', () => {
  const shows =
    'refund { platformId amount { minorUnits currency } status reason receiptNumber metadata createdAt } payment { status }';

  async function pay(): Promise<{ readonly paymentId: string; readonly total: number }> {
    const customer = await addCustomer(gateway);
    const paymentMethodId = await addCard(gateway, customer);
    const { nodeId, total } = await addInvoice(gateway, customer);
    const input = { invoiceId: nodeId, paymentMethodId, amount: usd(total) };
    const { result } = await operator('processPayment', input, 'payment { id }');
    return { paymentId: result.payment.id, total };
  }

  test('gives back a part, then all that is left, then nothing more', async () => {
    const { paymentId, total } = await pay();
    const input = { paymentId, reason: 'REQUESTED_BY_CUSTOMER', metadata: { note: 'unused' } };
    const part = await operator('refundPayment', { ...input, minorUnits: 400 }, shows);
    expect(part.result).toMatchObject({
      refund: {
        amount: usd(400),
        status: 'SUCCEEDED',
        reason: 'requested_by_customer',
        metadata: { note: 'unused' },
      },
      payment: { status: 'PARTIALLY_REFUNDED' },
    });
    const tooMuch = await operator('refundPayment', { ...input, minorUnits: total });
    expect(tooMuch.result).toMatchObject({ faults: [{ path: ['minorUnits'] }] });
    const rest = await operator('refundPayment', input, shows);
    expect(rest.result).toMatchObject({
      refund: { amount: usd(total - 400) },
      payment: { status: 'REFUNDED' },
    });
    expect((await operator('refundPayment', input)).result).toMatchObject({ __typename: 'InvalidInput' });
  });

  test('the same key gives back once', async () => {
    const { paymentId } = await pay();
    const input = { paymentId, minorUnits: 100, reason: 'DUPLICATE', idempotencyKey: 'refund' };
    const endpoint = 'POST /billing/payments/{payment_id}/refunds';
    const before = await gateway.requests(endpoint);
    const one = await operator('refundPayment', input, shows);
    expect(await operator('refundPayment', input, shows)).toEqual(one);
    expect(await gateway.requests(endpoint)).toBe(before + 1);
    expect((await operator('refundPayment', { ...input, minorUnits: 1 })).result).toMatchObject({
      __typename: 'IdempotencyConflict',
    });
  });

  test("a payment that is another customer's is not there", async () => {
    const { paymentId } = await pay();
    const [, payment = ''] = Buffer.from(paymentId, 'base64url').toString().split('/');
    const foreign = customerNodeId('PlatformPayment', customerOf(1001), payment);
    const { result } = await change(gateway, 'refundPayment', { paymentId: foreign, reason: 'DUPLICATE' });
    expect(result).toMatchObject({ __typename: 'NotFound' });
  });
});

test.each(['sandbox-member', 'sandbox-readonly', 'sandbox-outsider'])(
  '%s learns nothing of invoices and payments, whosever they are',
  async (caller) => {
    for (const customer of [customerOf(1001), 'cus_none']) {
      const inputs = {
        createInvoice: { customerId: customer, lineItems: [] },
        processPayment: {
          invoiceId: customerNodeId('PlatformInvoice', customer, 'inv_1'),
          paymentMethodId: 'pm_1',
          amount: usd(0),
        },
        refundPayment: {
          paymentId: customerNodeId('PlatformPayment', customer, 'pay_1'),
          minorUnits: 0,
          reason: 'DUPLICATE',
        },
      };
      for (const [name, input] of Object.entries(inputs)) {
        const { result, errors } = await change(gateway, name, input, { caller });
        expect([result, errors[0]?.extensions?.['code']]).toEqual([null, 'FORBIDDEN']);
      }
    }
  },
);
