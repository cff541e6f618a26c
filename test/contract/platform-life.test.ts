import { expect, test } from 'vitest';
import { startTestGateway } from '../kit/gateway.ts';
import { change, dataOf } from './platform-graph.ts';
import { addCard, addPlan } from './platform-subscriber.ts';

test('a customer from its first day to its last', async () => {
  await using gateway = await startTestGateway();
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
  await addCard(gateway, customer.platformId);

  const begun = await act(
    'createPlatformSubscription',
    { customerId, planId: small },
    'subscription { id status planName }',
  );
  expect(begun.subscription).toMatchObject({ status: 'TRIALING', planName: 'Plan 3000' });
  const subscriptionId = begun.subscription.id;
  const seen = async () => {
    const query = `{ node(id: "${subscriptionId}") @fresh(maxAge: 0) {
      ... on PlatformSubscription { status usage { apiCalls { used } } nextInvoice { amount { minorUnits } } }
    } }`;
    return (await dataOf(gateway, query, {}, 'sandbox-operator')).node;
  };

  const use = { customerId, records: [{ metric: 'api_calls', quantity: '120' }] };
  expect(await act('recordUsage', use, 'recordedCount')).toMatchObject({ recordedCount: 1 });
  expect(await seen()).toMatchObject({ status: 'TRIALING', usage: { apiCalls: { used: '120' } } });
  await pass('P14DT1H');
  expect(await seen()).toMatchObject({ status: 'ACTIVE', usage: { apiCalls: { used: '0' } } });
  await act('recordUsage', use);
  expect(await seen()).toMatchObject({ usage: { apiCalls: { used: '120' } } });

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
  expect(await act('recordUsage', use, 'recordedCount')).toMatchObject({ recordedCount: 1 });
  await pass('P1M');
  const after = await act('recordUsage', use, 'outcomes { error { upstreamCode } }');
  expect(after.outcomes).toEqual([{ error: { upstreamCode: 'invalid_subscription' } }]);
  expect(await seen()).toMatchObject({ status: 'CANCELLED', nextInvoice: null });
});
