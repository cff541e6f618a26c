import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/schema/global-id.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { change, customerNodeId, customerOf, dataOf } from './platform-graph.ts';
import { addCard, addCustomer, addPlan, subscribe } from './platform-subscriber.ts';

let gateway: TestGateway;
let cheap: string;
let dear: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  cheap = await addPlan(gateway, 3000);
  dear = await addPlan(gateway, 9000);
});
afterAll(() => gateway[Symbol.asyncDispose]());

const operator = (name: string, input: object, shows?: string) =>
  change(gateway, name, { ...input }, { caller: 'sandbox-operator', ...(shows !== undefined && { shows }) });

async function addSubscriber() {
  const customer = await addCustomer(gateway);
  const card = await addCard(gateway, customer);
  return { customer, card, ...(await subscribe(gateway, customer, cheap)) };
}

const shows =
  'subscription { id platformId status planName trial { start end } paymentMethodId billingCycleAnchor metadata plan { id } customer { platformId } }';

describe('createPlatformSubscription', () => {
  test('begins a subscription, which its customer shows at once', async () => {
    const customer = await addCustomer(gateway);
    const card = await addCard(gateway, customer);
    const query = `{ customer(id: "${customer}") { subscriptions { platformId } } }`;
    expect((await dataOf(gateway, query, {}, 'sandbox-operator')).customer.subscriptions).toEqual([]);
    const input = {
      customerId: encodeGlobalId('Customer', customer),
      planId: encodeGlobalId('Plan', dear),
      paymentMethodId: encodeGlobalId('PaymentMethod', `platform/${customer}/${card}`),
      trialDays: 14,
      billingCycleAnchor: '2026-12-15T20:00:00Z',
      metadata: { promo: 'WELCOME' },
    };
    const { result } = await operator('createPlatformSubscription', input, shows);
    expect(result.subscription).toMatchObject({
      status: 'TRIALING',
      planName: 'Plan 9000',
      paymentMethodId: card,
      billingCycleAnchor: expect.stringMatching(/^2026-12-15/),
      metadata: { promo: 'WELCOME' },
      plan: { id: encodeGlobalId('Plan', dear) },
      customer: { platformId: customer },
    });
    const { start, end } = result.subscription.trial;
    expect(Date.parse(end) - Date.parse(start)).toBe(14 * 86_400_000);
    expect((await dataOf(gateway, query, {}, 'sandbox-operator')).customer.subscriptions).toEqual([
      { platformId: result.subscription.platformId },
    ]);
  });

  test('a customer that has one gets no other', async () => {
    const input = { customerId: customerOf(1001), planId: cheap };
    expect((await change(gateway, 'createPlatformSubscription', input)).result).toMatchObject({
      __typename: 'Conflict',
      upstreamCode: 'subscription_exists',
    });
  });

  test('a first charge that is declined makes nothing, and stays declined under its key', async () => {
    const customer = await addCustomer(gateway);
    await addCard(gateway, customer, 'tok_chargeCustomerFail');
    const input = { customerId: customer, planId: cheap, idempotencyKey: 'declined' };
    const before = await gateway.requests('POST /billing/subscriptions');
    const one = await operator('createPlatformSubscription', input);
    expect(one.result).toMatchObject({ __typename: 'PaymentDeclined', reason: 'CARD_DECLINED' });
    await addCard(gateway, customer);
    expect(await operator('createPlatformSubscription', input)).toEqual(one);
    expect(await gateway.requests('POST /billing/subscriptions')).toBe(before + 1);
  });

  test("another's payment method and an unknown plan are told at their fields", async () => {
    const customer = await addCustomer(gateway);
    const other = encodeGlobalId('PaymentMethod', `platform/${customerOf(1001)}/pm_1`);
    const foreign = { customerId: customer, planId: cheap, paymentMethodId: other };
    expect((await operator('createPlatformSubscription', foreign)).result).toMatchObject({
      faults: [{ path: ['paymentMethodId'] }],
    });
    const unknown = { customerId: customer, planId: 'plan_none', trialDays: -1 };
    expect((await operator('createPlatformSubscription', unknown)).result).toMatchObject({
      faults: [{ path: ['trialDays'] }],
    });
    const sent = await operator('createPlatformSubscription', { ...unknown, trialDays: 1 });
    expect(sent.result).toMatchObject({ upstreamCode: 'invalid_plan', faults: [{ path: ['planId'] }] });
  });
});

test('a subscription is charged to another card, with what is noted beside it, from then on', async () => {
  const { customer, nodeId } = await addSubscriber();
  const card = await addCard(gateway, customer, 'tok_mastercard');
  const input = { subscriptionId: nodeId, paymentMethodId: card, metadata: { tier: 'gold' } };
  const { result } = await operator('updatePlatformSubscription', input, shows);
  expect(result.subscription).toMatchObject({ paymentMethodId: card, metadata: { tier: 'gold' } });
  const unknown = await operator('updatePlatformSubscription', { ...input, paymentMethodId: 'pm_none' });
  expect(unknown.result).toMatchObject({
    upstreamCode: 'invalid_payment_method',
    faults: [{ path: ['paymentMethodId'] }],
  });
  const empty = await operator('updatePlatformSubscription', { subscriptionId: nodeId });
  expect(empty.result).toMatchObject({ __typename: 'InvalidInput' });
});

describe('upgradePlatformSubscription', () => {
  const upgraded =
    'proration { minorUnits currency } proratedAt nextInvoice { amount { minorUnits } at } subscription { planName currentPeriodEnd }';

  const previewOf = async (id: string, planId: string, options = '') => {
    const query = `{ node(id: "${id}") { ... on PlatformSubscription {
      upgradePreview(planId: "${planId}"${options}) { at periodEnd unused { minorUnits } charged { minorUnits } proration { minorUnits currency } }
    } } }`;
    return (await dataOf(gateway, query, {}, 'sandbox-operator')).node.upgradePreview;
  };

  test.each([
    ['within the period', 5, 'P10D', false],
    ['with a new period', 5, 'P3D', true],
    ['in a first period that is shorter', 3, 'P1D', false],
  ] as const)('%s costs what was estimated before', async (_name, days, passing, beginsPeriod) => {
    await using own = await startTestGateway();
    const [from, to] = [await addPlan(own, 3100), await addPlan(own, 9900)];
    const customer = await addCustomer(own);
    await addCard(own, customer);
    const anchor = new Date(Date.UTC(2026, 10, 15 + days)).toISOString().slice(0, 10);
    const { nodeId } = await subscribe(own, customer, from, { billing_cycle_anchor: anchor });
    const clock = (await own.control('clock', { advance: passing })) as { now: string };
    const at = new Date(clock.now).toISOString();
    const fresh = `{ node(id: "${nodeId}") { ... on PlatformSubscription { upgradePreview(planId: "${to}", at: "${at}", beginsPeriod: ${beginsPeriod}) { proration { minorUnits currency } } } } }`;
    const estimated = (await dataOf(own, fresh, {}, 'sandbox-operator')).node.upgradePreview.proration;
    const input = { subscriptionId: nodeId, planId: to, beginsPeriod };
    const { result } = await change(own, 'upgradePlatformSubscription', input, {
      shows: upgraded,
      caller: 'sandbox-operator',
    });
    expect(result.subscription.planName).toBe('Plan 9900');
    expect(result.proration.currency).toBe('USD');
    expect(result.proration.minorUnits).toBeGreaterThan(0);
    // some milliseconds pass between the two: they are less than a cent
    expect(Math.abs(result.proration.minorUnits - estimated.minorUnits)).toBeLessThanOrEqual(1);
  });

  test('a trial goes on, and costs nothing', async () => {
    const customer = await addCustomer(gateway);
    const { nodeId } = await subscribe(gateway, customer, cheap, { trial_period_days: 30 });
    const at = ', at: "2026-11-20T00:00:00Z"';
    expect((await previewOf(nodeId, dear, at)).proration).toEqual({ minorUnits: 0, currency: 'USD' });
    const { result } = await operator(
      'upgradePlatformSubscription',
      { subscriptionId: nodeId, planId: dear },
      upgraded,
    );
    expect(result.proration).toEqual({ minorUnits: 0, currency: 'USD' });
  });

  test('what cannot be upgraded to has no estimate, and is a Conflict', async () => {
    const { nodeId } = await addSubscriber();
    const yearly = await addPlan(gateway, 99_000, { interval: 'year' });
    for (const planId of [cheap, yearly]) {
      expect(await previewOf(nodeId, planId, ', at: "2026-11-20T00:00:00Z"')).toBeNull();
      const input = { subscriptionId: nodeId, planId };
      expect((await operator('upgradePlatformSubscription', input)).result).toMatchObject({
        __typename: 'Conflict',
        upstreamCode: 'plan_incompatible',
      });
    }
    expect(await previewOf(nodeId, 'plan_none')).toBeNull();
  });

  test('an estimate is priced before it is asked for', async () => {
    await using fresh = await startTestGateway();
    const plan = await addPlan(fresh, 3000);
    const customer = await addCustomer(fresh);
    await addCard(fresh, customer);
    const { nodeId } = await subscribe(fresh, customer, plan);
    const query = `{ node(id: "${nodeId}") { ... on PlatformSubscription { upgradePreview(planId: "${plan}") { at } } } }`;
    const options = { caller: 'sandbox-operator', headers: { 'x-tollgate-explain': '1' } };
    const { extensions } = await fresh.query(query, {}, options);
    // the subscription, and the plan, which is the same on both sides here
    expect(extensions?.['tollgate']).toMatchObject({ upstreamRequests: 2, estimatedCost: 4 });
  });
});

describe('cancelPlatformSubscription', () => {
  const cancelled =
    'status cancelAtPeriodEnd canceledAt endsAt cancellationReason subscription { status cancellationFeedback endsAt }';

  test('it runs to the end of its period, with why it was cancelled', async () => {
    const { nodeId } = await addSubscriber();
    const input = { subscriptionId: nodeId, reason: 'too_expensive', feedback: 'Sorry to go' };
    const { result } = await operator('cancelPlatformSubscription', input, cancelled);
    expect(result).toMatchObject({
      status: 'CANCELLED',
      cancelAtPeriodEnd: true,
      cancellationReason: 'too_expensive',
      subscription: { status: 'CANCELLED', cancellationFeedback: 'Sorry to go', endsAt: result.endsAt },
    });
    expect(Date.parse(result.endsAt)).toBeGreaterThan(Date.parse(result.canceledAt));
  });

  test('it ends at once where that is confirmed', async () => {
    const { nodeId } = await addSubscriber();
    const input = { subscriptionId: nodeId, immediately: true };
    const before = await gateway.requests('DELETE /billing/subscriptions/{subscription_id}');
    expect((await operator('cancelPlatformSubscription', input)).result).toMatchObject({
      __typename: 'ConfirmationRequired',
      effect: 'The subscription would end at once.',
    });
    expect(await gateway.requests('DELETE /billing/subscriptions/{subscription_id}')).toBe(before);
    const { result } = await operator('cancelPlatformSubscription', { ...input, confirm: true }, cancelled);
    expect(result).toMatchObject({ status: 'CANCELLED', cancelAtPeriodEnd: false });
    expect(result.endsAt).toBe(result.canceledAt);
  });

  test('the same key cancels once', async () => {
    const { nodeId } = await addSubscriber();
    const input = { subscriptionId: nodeId, idempotencyKey: 'cancel' };
    const before = await gateway.requests('DELETE /billing/subscriptions/{subscription_id}');
    const [one, other] = await Promise.all([
      operator('cancelPlatformSubscription', input, cancelled),
      operator('cancelPlatformSubscription', input, cancelled),
    ]);
    expect(other).toEqual(one);
    expect(await gateway.requests('DELETE /billing/subscriptions/{subscription_id}')).toBe(before + 1);
    const another = await operator('cancelPlatformSubscription', { ...input, reason: 'other' });
    expect(another.result).toMatchObject({ __typename: 'IdempotencyConflict' });
  });
});

test.each(['sandbox-member', 'sandbox-readonly', 'sandbox-outsider'])(
  '%s learns nothing of subscriptions, whosever they are',
  async (caller) => {
    for (const customer of [customerOf(1001), 'cus_none']) {
      const subscriptionId = customerNodeId('PlatformSubscription', customer, 'sub_1');
      const inputs = {
        createPlatformSubscription: { customerId: customer, planId: cheap, trialDays: -1 },
        updatePlatformSubscription: { subscriptionId },
        upgradePlatformSubscription: { subscriptionId, planId: dear, idempotencyKey: '' },
        cancelPlatformSubscription: { subscriptionId, immediately: true },
      };
      for (const [name, input] of Object.entries(inputs)) {
        const { result, errors } = await change(gateway, name, input, { caller });
        expect([result, errors[0]?.extensions?.['code']]).toEqual([null, 'FORBIDDEN']);
      }
    }
  },
);

test("a subscription that is another customer's is not there", async () => {
  const { id } = await addSubscriber();
  const subscriptionId = customerNodeId('PlatformSubscription', customerOf(1001), id);
  for (const [name, input] of Object.entries({
    updatePlatformSubscription: { subscriptionId, metadata: { a: 1 } },
    upgradePlatformSubscription: { subscriptionId, planId: dear },
    cancelPlatformSubscription: { subscriptionId },
  })) {
    expect((await change(gateway, name, input)).result).toMatchObject({ __typename: 'NotFound' });
  }
});

test('an id of another kind is told at its field', async () => {
  const input = { subscriptionId: encodeGlobalId('Plan', cheap) };
  expect((await change(gateway, 'cancelPlatformSubscription', input)).result).toMatchObject({
    __typename: 'InvalidInput',
    faults: [{ path: ['subscriptionId'] }],
  });
});
