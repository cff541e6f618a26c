import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { registerWebhook } from '../../src/sandbox-webhooks.ts';
import { follow, type SeenEvent } from '../kit/follow.ts';
import { startTestGateway } from '../kit/gateway.ts';
import { change, dataOf } from './platform-graph.ts';
import { addCard, addPlan } from './platform-subscriber.ts';

test('a customer from its first day to its last, and every event of it once', async () => {
  await using gateway = await startTestGateway({
    settings: { events: { ...readConfig({}).events, pollIntervalMs: 40 } },
  });
  await registerWebhook(gateway.sandbox.origins.makeDocumented, gateway.url);
  await using events = await follow(gateway, {
    organization: 1016,
    caller: 'sandbox-operator',
    selection,
  });
  await events.next();
  const seen: ObjectEvent[] = [];
  /** Reads events until one of the type that says this of a field. */
  const hear = async (type: string, field: string, after?: string) => {
    for (;;) {
      const event: ObjectEvent = await events.next();
      seen.push(event);
      const change = event.changes?.find((one) => one.field === field);
      if (event.type === type && change && (after === undefined || change.after === after)) return event;
    }
  };
  const act = async (name: string, input: object, shows = '__typename') => {
    const options = { shows, caller: 'sandbox-operator' };
    const { result, errors } = await change(gateway, name, { ...input }, options);
    expect(errors).toEqual([]);
    return result;
  };
  const pass = (advance: string) => gateway.control('clock', { advance });
  const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });
  const small = await addPlan(gateway, 3000, { trial_period_days: 14 });
  const large = await addPlan(gateway, 9000);

  const { customer } = await act(
    'createCustomer',
    {
      organizationId: '1016',
      email: 'ann@example.com',
      name: 'Ann',
      address: { line1: '1 Road', city: 'Zurich', postalCode: '8001', country: 'CH' },
    },
    'customer { id platformId }',
  );
  const customerId = customer.id;
  // from the second look on, what is found is news
  await expect
    .poll(() => gateway.requests('GET /billing/customers/{customer_id}/payment-methods'))
    .toBeGreaterThan(1);
  await addCard(gateway, customer.platformId);
  await hear('PAYMENT_METHOD_ADDED', 'last4', '4242');

  const begun = await act(
    'createPlatformSubscription',
    { customerId, planId: small },
    'subscription { id status planName }',
  );
  expect(begun.subscription).toMatchObject({ status: 'TRIALING', planName: 'Plan 3000' });
  const subscriptionId = begun.subscription.id;
  expect(await hear('SUBSCRIPTION_CREATED', 'status', 'TRIALING')).toMatchObject({ source: 'GATEWAY' });
  const seenNow = async () => {
    const query = `{ node(id: "${subscriptionId}") @fresh(maxAge: 0) {
      ... on PlatformSubscription { status usage { apiCalls { used } } nextInvoice { amount { minorUnits } } }
    } }`;
    return (await dataOf(gateway, query, {}, 'sandbox-operator')).node;
  };

  const use = { customerId, records: [{ metric: 'api_calls', quantity: '120' }] };
  expect(await act('recordUsage', use, 'recordedCount')).toMatchObject({ recordedCount: 1 });
  expect(await seenNow()).toMatchObject({ status: 'TRIALING', usage: { apiCalls: { used: '120' } } });
  await pass('P14DT1H');
  await hear('SUBSCRIPTION_STATUS_CHANGED', 'status', 'ACTIVE');
  expect(await seenNow()).toMatchObject({ status: 'ACTIVE', usage: { apiCalls: { used: '0' } } });
  await act('recordUsage', use);
  expect(await seenNow()).toMatchObject({ usage: { apiCalls: { used: '120' } } });

  await pass('P10D');
  const upgraded = await act(
    'upgradePlatformSubscription',
    { subscriptionId, planId: large },
    'proration { minorUnits } nextInvoice { amount { minorUnits } } subscription { planName }',
  );
  const proration = upgraded.proration.minorUnits;
  expect(proration).toBeGreaterThan(3000);
  expect(proration).toBeLessThan(6000);
  expect(upgraded).toMatchObject({
    subscription: { planName: 'Plan 9000' },
    nextInvoice: { amount: { minorUnits: 9000 + proration } },
  });

  expect(await hear('SUBSCRIPTION_PLAN_CHANGED', 'planId', large)).toMatchObject({ source: 'GATEWAY' });

  const billed = await act(
    'createInvoice',
    { customerId, lineItems: [{ description: 'Onboarding', quantity: '3', unitPrice: usd(5000) }] },
    'invoice { id total { minorUnits } status }',
  );
  expect(billed.invoice).toMatchObject({ status: 'OPEN', total: { minorUnits: 15_000 } });
  const bill = { invoiceId: billed.invoice.id, amount: usd(15_000) };
  const failing = await addCard(gateway, customer.platformId, 'tok_chargeCustomerFailInsufficientFunds');
  expect(await act('processPayment', { ...bill, paymentMethodId: failing })).toMatchObject({
    __typename: 'PaymentDeclined',
    reason: 'INSUFFICIENT_FUNDS',
  });
  await hear('INVOICE_STATUS_CHANGED', 'paymentFailedAt');
  const good = await addCard(gateway, customer.platformId, 'tok_mastercard');
  const paid = await act(
    'processPayment',
    { ...bill, paymentMethodId: good },
    'payment { id status paidWith { last4 } } invoice { status paymentAttempts }',
  );
  expect(paid).toMatchObject({
    payment: { status: 'PAID', paidWith: { last4: '4444' } },
    invoice: { status: 'PAID', paymentAttempts: 2 },
  });
  expect(await hear('INVOICE_STATUS_CHANGED', 'status', 'PAID')).toMatchObject({ source: 'GATEWAY' });
  const refunded = await act(
    'refundPayment',
    { paymentId: paid.payment.id, minorUnits: 5000, reason: 'REQUESTED_BY_CUSTOMER' },
    'refund { amount { minorUnits } } payment { status }',
  );
  expect(refunded).toMatchObject({
    refund: { amount: { minorUnits: 5000 } },
    payment: { status: 'PARTIALLY_REFUNDED' },
  });

  const cancelled = await act(
    'cancelPlatformSubscription',
    { subscriptionId, reason: 'too_expensive' },
    'cancelAtPeriodEnd endsAt subscription { status }',
  );
  expect(cancelled).toMatchObject({ cancelAtPeriodEnd: true, subscription: { status: 'CANCELLED' } });
  expect(await hear('SUBSCRIPTION_STATUS_CHANGED', 'status', 'CANCELLED')).toMatchObject({
    source: 'GATEWAY',
  });
  expect(await act('recordUsage', use, 'recordedCount')).toMatchObject({ recordedCount: 1 });
  await pass('P1M');
  const after = await act('recordUsage', use, 'outcomes { error { upstreamCode } }');
  expect(after.outcomes).toEqual([{ error: { upstreamCode: 'invalid_subscription' } }]);
  expect(await seenNow()).toMatchObject({ status: 'CANCELLED', nextInvoice: null });

  // a card ends the listening: what was told twice would have come before it
  await addCard(gateway, customer.platformId, 'tok_amex');
  await hear('PAYMENT_METHOD_ADDED', 'brand', 'amex');
  expectEachOnce(seen);
  // the organization has a subscription at Make, too, which ends within that time, and is billed by Make
  const own = seen.filter(({ object }) => object != null && object.source !== 'MAKE');
  const count = (type: string): number => own.filter((event) => event.type === type).length;
  expect([count('SUBSCRIPTION_CREATED'), count('SUBSCRIPTION_STATUS_CHANGED')]).toEqual([1, 2]);
  expect([count('SUBSCRIPTION_PLAN_CHANGED'), count('SUBSCRIPTION_ENDED')]).toEqual([1, 1]);
  expect([count('INVOICE_CREATED'), count('PAYMENT_METHOD_ADDED')]).toEqual([3, 4]);
});

interface ObjectEvent extends SeenEvent {
  readonly object?: { readonly id: string; readonly source?: string };
}

const selection = `
  ... on SubscriptionEvent { object: subscription { id } changes { field before after } }
  ... on InvoiceEvent { object: invoice { id source } changes { field before after } }
  ... on PaymentMethodEvent { object: paymentMethod { id } changes { field before after } }
`;

/** No event twice, and what each says there was before is what the one before it said there is. */
function expectEachOnce(seen: readonly ObjectEvent[]): void {
  expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  const known = new Map<string, unknown>();
  for (const { type, changes = [], object } of seen) {
    // an end is told beside the change of status that it is
    if (type === 'SUBSCRIPTION_ENDED') continue;
    for (const { field, before, after } of changes) {
      const key = `${object?.id} ${field}`;
      expect([key, before]).toEqual([key, known.get(key) ?? null]);
      known.set(key, after);
    }
  }
}
