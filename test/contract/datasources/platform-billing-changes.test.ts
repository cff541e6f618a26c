import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Errand } from '../../../src/upstream/call.ts';
import { failureOf } from '../../kit/datasource.ts';
import {
  customerOf,
  makeSubscriber,
  type PlatformSource,
  startPlatformSource,
  valueOf,
} from './platform-source.ts';

let source: PlatformSource;
beforeAll(async () => {
  source = await startPlatformSource();
});
afterAll(() => source[Symbol.asyncDispose]());

const whole = { offset: 0, limit: 100 };
const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });
const address = { line1: '1 Quiet Road', city: 'Reykjavik', postalCode: '101', country: 'IS' };

test('a plan that is made, changed and archived shows in every later read', async () => {
  const { platform, errand, raw } = source;
  const before = await valueOf(platform.plans({}, whole, errand()));
  const made = await valueOf(
    platform.createPlan(
      {
        name: 'Team',
        description: 'For teams',
        price: usd(4900),
        interval: 'MONTH',
        trialDays: 14,
        billingCycles: null,
        features: ['priority_support'],
        limits: [{ name: 'projects', quantity: '50' }],
        metadata: { tier: 'team', popular: true },
        idempotencyKey: 'key-1',
      },
      errand(),
    ),
  );
  expect(made).toMatchObject({
    name: 'Team',
    price: usd(4900),
    trialDays: 14,
    tier: 'team',
    status: 'ACTIVE',
    metadata: { tier: 'team', popular: true },
    idempotencyKey: 'key-1',
  });
  const { plan } = await raw(`/plans/${made.upstreamId}`);
  expect(plan.metadata).toEqual({ tier: 'team', popular: true, tollgate_key: 'key-1' });
  const listed = await valueOf(platform.plans({}, whole, errand()));
  expect(listed.total).toBe((before.total ?? 0) + 1);
  expect(await valueOf(platform.plan(made.upstreamId, errand()))).toEqual(made);

  const changes = {
    name: 'Team Plus',
    price: usd(5900),
    limits: [{ name: 'users', quantity: '10' }],
    metadata: { popular: false },
  };
  await platform.updatePlan(made.upstreamId, changes, errand());
  const changed = await valueOf(platform.plan(made.upstreamId, errand()));
  expect(changed).toMatchObject({ name: 'Team Plus', description: 'For teams', price: usd(5900) });
  expect(changed).toMatchObject({ trialDays: 14, idempotencyKey: 'key-1' });
  expect(changed.limits).toEqual([
    { name: 'projects', quantity: '50' },
    { name: 'users', quantity: '10' },
  ]);
  expect(changed.metadata).toEqual({ tier: 'team', popular: false });
  const renamed = await valueOf(platform.plans({}, whole, errand()));
  expect(renamed.rows.at(-1)).toMatchObject({ name: 'Team Plus' });

  const active = { activeOnly: true };
  const open = await valueOf(platform.plans(active, whole, errand()));
  const archived = await valueOf(platform.archivePlan(made.upstreamId, errand()));
  expect(archived).toMatchObject({ upstreamId: made.upstreamId, status: 'ARCHIVED' });
  expect(archived.archivedAt).toBeInstanceOf(Date);
  expect(await valueOf(platform.plan(made.upstreamId, errand()))).toMatchObject({ status: 'ARCHIVED' });
  expect((await valueOf(platform.plans(active, whole, errand()))).total).toBe((open.total ?? 0) - 1);
});

test("a plan's new name shows in the subscriptions that were read before", async () => {
  const { platform, errand } = source;
  const { customer, subscription, cheap } = await makeSubscriber(source);
  await platform.customer(customer, errand());
  await platform.subscription(customer, subscription, errand());
  await platform.updatePlan(cheap.id, { name: 'Renamed' }, errand());
  const planName = 'Renamed';
  expect(await valueOf(platform.subscription(customer, subscription, errand()))).toMatchObject({ planName });
  const { subscriptions } = await valueOf(platform.customer(customer, errand()));
  expect(subscriptions).toMatchObject([{ planName }]);
});

test('a customer that is made and changed shows in every later read', async () => {
  const { platform, errand } = source;
  const made = await valueOf(
    platform.createCustomer(
      {
        email: 'kim@example.com',
        name: 'Kim',
        description: 'New',
        address,
        phone: '+1-555-123-4567',
        tax: { taxId: 'IS123', isExempt: true, exemptionType: 'charity' },
        metadata: { source: 'test' },
        idempotencyKey: 'key-2',
      },
      errand(),
    ),
  );
  const expected = {
    email: 'kim@example.com',
    name: 'Kim',
    description: 'New',
    rawStatus: 'active',
    address: { ...address, line2: null, state: null },
    phone: '+1-555-123-4567',
    tax: { taxId: 'IS123', isExempt: true, exemptionType: 'charity' },
    metadata: { source: 'test' },
    idempotencyKey: 'key-2',
  };
  expect(made).toMatchObject(expected);
  expect(await valueOf(platform.customer(made.upstreamId, errand()))).toMatchObject(expected);

  const changes = { name: 'Kim Larsen', metadata: { size: 3 }, address: { ...address, city: 'Akureyri' } };
  const changed = await valueOf(platform.updateCustomer(made.upstreamId, changes, errand()));
  const after = { ...expected, name: 'Kim Larsen', metadata: { source: 'test', size: 3 } };
  expect(changed).toMatchObject({ ...after, address: { ...expected.address, city: 'Akureyri' } });
  expect(await valueOf(platform.customer(made.upstreamId, errand()))).toMatchObject({ name: 'Kim Larsen' });
});

test('cards come by number or by token, and other sources are refused before anything is sent', async () => {
  const { platform, errand, requests } = source;
  const { upstreamId: customer } = await valueOf(
    platform.createCustomer({ email: 'bo@example.com', name: 'Bo' }, errand()),
  );
  expect((await valueOf(platform.paymentMethods(customer, errand()))).rows).toEqual([]);
  const card = { number: '4242424242424242', expiryMonth: 12, expiryYear: 2031, cvc: '123' };
  const first = await valueOf(
    platform.addPaymentMethod(
      customer,
      {
        source: { card },
        billingAddress: address,
        isDefault: true,
        metadata: { nickname: 'Company card' },
        idempotencyKey: 'key-3',
      },
      errand(),
    ),
  );
  expect(first).toMatchObject({
    type: 'CARD',
    brand: 'visa',
    last4: '4242',
    expiryMonth: 12,
    expiryYear: 2031,
    isDefault: true,
    billingAddress: { ...address, line2: null, state: null },
    metadata: { nickname: 'Company card' },
    idempotencyKey: 'key-3',
  });
  expect(JSON.stringify(first)).not.toContain(card.number);
  await platform.addPaymentMethod(customer, { source: { token: 'tok_amex' }, isDefault: true }, errand());
  const { rows } = await valueOf(platform.paymentMethods(customer, errand()));
  expect(rows).toMatchObject([
    { brand: 'visa', isDefault: false },
    { brand: 'amex', isDefault: true },
  ]);
  expect((await valueOf(platform.customer(customer, errand()))).paymentMethods).toHaveLength(2);

  const endpoint = 'POST /billing/customers/{customer_id}/payment-methods';
  const sent = (await requests())[endpoint];
  const bank = { source: { bankAccount: { bankName: 'Bank', last4: '6789' } } };
  expect(await failureOf(platform.addPaymentMethod(customer, bank, errand()))).toMatchObject({
    code: 'NOT_SUPPORTED_BY_UPSTREAM',
    details: { upstream: 'platform-billing' },
  });
  expect((await requests())[endpoint]).toBe(sent);
});

test('a subscription goes from trial through an upgrade to its end', async () => {
  const { platform, errand } = source;
  const { cheap, dear } = await makeSubscriber(source);
  const { upstreamId: customer } = await valueOf(
    platform.createCustomer({ email: 'eva@example.com', name: 'Eva' }, errand()),
  );
  const card = await valueOf(
    platform.addPaymentMethod(customer, { source: { token: 'tok_visa' } }, errand()),
  );
  expect((await valueOf(platform.customer(customer, errand()))).subscriptions).toEqual([]);
  const made = await valueOf(
    platform.createSubscription(
      customer,
      {
        planId: cheap.id,
        paymentMethodId: card.upstreamId,
        trialDays: 14,
        billingCycleAnchor: new Date('2026-12-01T00:00:00Z'),
        metadata: { promo_code: 'WELCOME' },
        idempotencyKey: 'key-4',
      },
      errand(),
    ),
  );
  expect(made).toMatchObject({
    customerId: customer,
    planId: cheap.id,
    status: 'TRIALING',
    rawStatus: 'trialing',
    trial: { start: new Date('2026-11-15T10:00:00Z'), end: new Date('2026-11-29T10:00:00Z') },
    nextBillingAt: new Date('2026-11-29T10:00:00Z'),
    billingCycleAnchor: new Date('2026-12-01T10:00:00Z'),
    paymentMethodId: card.upstreamId,
    metadata: { promo_code: 'WELCOME' },
    idempotencyKey: 'key-4',
  });
  const id = made.upstreamId;
  expect((await valueOf(platform.customer(customer, errand()))).subscriptions).toMatchObject([
    { upstreamId: id, status: 'TRIALING' },
  ]);

  const changes = { metadata: { tier: 'premium' }, proration: 'CREATE_PRORATIONS' } as const;
  const changed = await valueOf(platform.updateSubscription(customer, id, changes, errand()));
  expect(changed.metadata).toEqual({ promo_code: 'WELCOME', tier: 'premium' });
  expect(await valueOf(platform.subscription(customer, id, errand()))).toEqual(changed);

  const upgraded = await valueOf(
    platform.upgradeSubscription(
      customer,
      id,
      { planId: dear.id, proration: 'CREATE_PRORATIONS', beginsPeriod: true },
      errand(),
    ),
  );
  expect(upgraded).toMatchObject({ upstreamId: id, planId: dear.id, status: 'TRIALING' });
  expect(upgraded.prorationAmount).toEqual(usd(0));
  expect(await valueOf(platform.subscription(customer, id, errand()))).toMatchObject({ planId: dear.id });

  const canceled = await valueOf(
    platform.cancelSubscription(customer, id, { reason: 'too_expensive', feedback: 'Sorry' }, errand()),
  );
  expect(canceled).toMatchObject({
    upstreamId: id,
    status: 'CANCELLED',
    rawStatus: 'canceled',
    cancelAtPeriodEnd: true,
    canceledAt: new Date('2026-11-15T10:00:00Z'),
    endsAt: new Date('2026-11-29T10:00:00Z'),
    currentPeriodEnd: new Date('2026-11-29T10:00:00Z'),
    cancellationReason: 'too_expensive',
  });
  const ended = await valueOf(platform.cancelSubscription(customer, id, { immediately: true }, errand()));
  expect(ended).toMatchObject({ status: 'CANCELLED', endsAt: new Date('2026-11-15T10:00:00Z') });
  expect(await valueOf(platform.subscription(customer, id, errand()))).toMatchObject({
    status: 'CANCELLED',
    cancellationReason: 'too_expensive',
    cancellationFeedback: 'Sorry',
    nextInvoice: null,
  });
});

test('an upgrade of a running subscription tells what it costs now and then', async () => {
  const { platform, errand, raw } = source;
  const { customer, subscription, cheap, dear } = await makeSubscriber(source);
  const upgraded = await valueOf(
    platform.upgradeSubscription(customer, subscription, { planId: dear.id }, errand()),
  );
  const { next_invoice } = (await raw(`/subscriptions/${subscription}`)).subscription;
  expect(upgraded).toMatchObject({
    planName: dear.name,
    status: 'ACTIVE',
    prorationAmount: usd(dear.pricing.amount - cheap.pricing.amount),
    proratedAt: new Date('2026-11-15T10:00:00Z'),
    nextInvoice: { amount: usd(next_invoice.amount), at: new Date(next_invoice.date) },
  });
});

test('an invoice is made, paid in part and in full, and refunded', async () => {
  const { platform, errand } = source;
  const { customer, method } = await makeSubscriber(source);
  const before = await valueOf(platform.invoices(customer, {}, whole, errand()));
  const made = await valueOf(
    platform.createInvoice(
      customer,
      {
        description: 'Services',
        dueAt: new Date('2026-12-15T00:00:00Z'),
        isTaxIncluded: false,
        lineItems: [
          { description: 'Integration', quantity: '40', unitPrice: usd(15_000) },
          { description: 'Support', quantity: '1', unitPrice: usd(5000) },
        ],
        metadata: { po_number: 'PO-1' },
        idempotencyKey: 'key-5',
      },
      errand(),
    ),
  );
  expect(made).toMatchObject({
    customerId: customer,
    subscriptionId: null,
    status: 'OPEN',
    total: usd(605_000),
    description: 'Services',
    dueAt: new Date('2026-12-15T00:00:00Z'),
    metadata: { po_number: 'PO-1' },
    idempotencyKey: 'key-5',
    lineItems: [
      { quantity: '40', unitPrice: { decimal: '150.00', currency: 'USD' }, amount: usd(600_000) },
      { quantity: '1', unitPrice: { decimal: '50.00', currency: 'USD' }, amount: usd(5000) },
    ],
  });
  const listed = await valueOf(platform.invoices(customer, {}, whole, errand()));
  expect(listed.total).toBe((before.total ?? 0) + 1);

  const pay = (minorUnits: number, isConfirmed?: boolean) =>
    valueOf(
      platform.processPayment(
        customer,
        {
          invoiceId: made.upstreamId,
          paymentMethodId: method,
          amount: usd(minorUnits),
          isConfirmed,
          metadata: { source: 'portal' },
          idempotencyKey: 'key-6',
        },
        errand(),
      ),
    );
  expect(await pay(1000, false)).toMatchObject({ status: 'PENDING', rawStatus: 'pending' });
  const paid = await pay(600_000);
  expect(paid).toMatchObject({
    invoiceId: made.upstreamId,
    amount: usd(600_000),
    status: 'PAID',
    rawStatus: 'succeeded',
    method: { upstreamId: method, type: 'CARD', brand: 'visa', last4: '4242', expiryMonth: null },
    failureCode: null,
    failureMessage: null,
    receiptUrl: expect.stringContaining('/receipts/'),
  });
  expect(await valueOf(platform.invoice(customer, made.upstreamId, errand()))).toMatchObject({
    status: 'OPEN',
    paymentAttempts: 1,
  });
  await pay(5000);
  expect(await valueOf(platform.invoice(customer, made.upstreamId, errand()))).toMatchObject({
    status: 'PAID',
    paidAt: new Date('2026-11-15T10:00:00Z'),
  });

  const payment = paid.upstreamId;
  expect(await valueOf(platform.payment(customer, payment, errand()))).toMatchObject({
    status: 'PAID',
    method: { expiryMonth: expect.any(Number), expiryYear: expect.any(Number) },
    billingDetails: { name: 'Ann', email: 'ann@example.com', address: null },
    metadata: { source: 'portal' },
    idempotencyKey: 'key-6',
  });
  const refund = {
    amount: 5000,
    reason: 'REQUESTED_BY_CUSTOMER',
    metadata: { note: 'Partial' },
    idempotencyKey: 'key-7',
  } as const;
  expect(await valueOf(platform.refundPayment(customer, payment, refund, errand()))).toMatchObject({
    paymentId: payment,
    amount: usd(5000),
    status: 'SUCCEEDED',
    rawStatus: 'succeeded',
    reason: 'requested_by_customer',
    receiptNumber: expect.stringMatching(/^\d{4}-\d{4}$/),
    metadata: { note: 'Partial' },
    idempotencyKey: 'key-7',
  });
  expect(await valueOf(platform.payment(customer, payment, errand()))).toMatchObject({
    status: 'PARTIALLY_REFUNDED',
  });
  const rest = await valueOf(platform.refundPayment(customer, payment, { reason: 'DUPLICATE' }, errand()));
  expect(rest.amount).toEqual(usd(595_000));
  expect(await valueOf(platform.payment(customer, payment, errand()))).toMatchObject({ status: 'REFUNDED' });

  const stranger = customerOf(1002);
  expect(await failureOf(platform.payment(stranger, payment, errand()))).toMatchObject({ code: 'NOT_FOUND' });
  expect(
    await failureOf(platform.refundPayment(stranger, payment, { reason: 'FRAUDULENT' }, errand())),
  ).toMatchObject({ code: 'NOT_FOUND' });
});

test('recorded usage counts at once, and leaves what else is known of the customer in the cache', async () => {
  const { platform, errand, requests } = source;
  const { customer, subscription } = await makeSubscriber(source);
  const calls = async () => {
    const { metrics } = await valueOf(platform.usage(customer, { metric: 'api_calls' }, errand()));
    return metrics;
  };
  await platform.customer(customer, errand());
  await platform.subscription(customer, subscription, errand());
  expect(await calls()).toMatchObject([{ quantity: '0' }]);
  const record = {
    metric: 'api_calls',
    quantity: '1250.25',
    subscriptionId: subscription,
    at: new Date('2026-11-15T10:00:00Z'),
    metadata: { endpoint: '/data' },
    idempotencyKey: 'key-8',
  };
  expect(await valueOf(platform.recordUsage(customer, record, errand()))).toMatchObject({
    customerId: customer,
    subscriptionId: subscription,
    metric: 'api_calls',
    quantity: '1250.25',
    recordedAt: new Date('2026-11-15T10:00:00Z'),
    metadata: { endpoint: '/data' },
    idempotencyKey: 'key-8',
  });
  expect(await calls()).toMatchObject([{ quantity: '1250.25' }]);
  expect(await valueOf(platform.subscription(customer, subscription, errand()))).toMatchObject({
    usage: { apiCalls: { used: '1250.25' } },
  });
  const asked = (await requests())['GET /billing/customers/{customer_id}'];
  await platform.customer(customer, errand());
  expect((await requests())['GET /billing/customers/{customer_id}']).toBe(asked);
});

test('a quantity that no JSON number holds exactly is refused, and nothing is sent', async () => {
  const { platform, errand, requests } = source;
  const sent = (await requests())['POST /billing/usage'];
  const record = { metric: 'api_calls', quantity: '0.12345678901234567890' };
  expect(await failureOf(platform.recordUsage(customerOf(1001), record, errand()))).toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { faults: [{ path: ['quantity'] }] },
  });
  expect((await requests())['POST /billing/usage']).toBe(sent);
});

test("a client's note cannot pass for a key of ours", async () => {
  const { platform, errand } = source;
  const spoof = { email: 'x@example.com', name: 'X', metadata: { tollgate_key: 'forged', note: 'kept' } };
  expect(await valueOf(platform.createCustomer(spoof, errand()))).toMatchObject({
    metadata: { note: 'kept' },
    idempotencyKey: null,
  });
});

test('a read is asked once and then comes from the cache', async () => {
  const { platform, errand } = source;
  const customer = customerOf(1004);
  const { invoices } = await valueOf(platform.customer(customer, errand()));
  const [invoice] = invoices;
  const id = invoice && 'upstreamId' in invoice ? invoice.upstreamId : '';
  const reads: ((errand: Errand) => Promise<unknown>)[] = [
    (errand) => platform.plans({ tier: 'starter' }, whole, errand),
    (errand) => platform.customer(customer, errand),
    (errand) => platform.paymentMethods(customer, errand),
    (errand) => platform.invoices(customer, { status: 'PAID' }, whole, errand),
    (errand) => platform.invoice(customer, id, errand),
    (errand) => platform.usage(customer, {}, errand),
  ];
  for (const read of reads) {
    await read(errand());
    const again = errand();
    await read(again);
    expect(again.meter).toMatchObject({ upstreamRequests: 0, cacheHits: 1 });
  }
});

test('each call draws on the limit of its group of endpoints', async () => {
  const { platform, errand, control } = source;
  const { customer, method, subscription } = await makeSubscriber(source);
  const [invoice] = (await valueOf(platform.invoices(customer, {}, whole, errand()))).rows;
  const invoiceId = invoice && 'upstreamId' in invoice ? invoice.upstreamId : '';
  const calls: (readonly [bucket: string, (errand: Errand) => Promise<unknown>])[] = [
    ['plans', (errand) => platform.createPlan({ name: 'A', price: usd(1), interval: 'DAY' }, errand)],
    ['customers', (errand) => platform.updateCustomer(customer, { name: 'A' }, errand)],
    ['payment-methods', (errand) => platform.paymentMethods(customer, errand)],
    ['subscriptions', (errand) => platform.subscription(customer, subscription, errand)],
    ['invoices', (errand) => platform.invoice(customer, invoiceId, errand)],
    [
      'payments',
      (errand) =>
        platform
          .processPayment(customer, { invoiceId, paymentMethodId: method, amount: usd(1) }, errand)
          .catch(() => {}),
    ],
    ['usage', (errand) => platform.usage(customer, {}, errand)],
  ];
  for (const [group, call] of calls) {
    const bucket = `platform:${group}`;
    const before = (await control('stats')).buckets[bucket].total;
    const mine = errand();
    await call(mine);
    expect([...mine.meter.buckets]).toEqual([[bucket, 1]]);
    expect((await control('stats')).buckets[bucket].total).toBe(before + 1);
  }
});
