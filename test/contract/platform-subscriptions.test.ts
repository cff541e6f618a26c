import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { createFakeClock } from '../unit/fake-clock.ts';
import { customerOf } from './datasources/platform-source.ts';
import { callPlatform, customerNodeId, dataOf, instant, requestsDuring } from './platform-graph.ts';

const getCustomer = 'GET /billing/customers/{customer_id}';
const getSubscription = 'GET /billing/subscriptions/{subscription_id}';
const getPlan = 'GET /billing/plans/{plan_id}';
const listPlans = 'GET /billing/plans';

type Wire = ReturnType<typeof JSON.parse>;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const rowFields = `
  platformId status rawStatus planName price { minorUnits } interval intervalCount currentPeriodStart currentPeriodEnd
  trial { end daysLeft } cancelAtPeriodEnd discount { code } createdAt`;
const detailFields = `
  nextBillingAt canceledAt endsAt trialOfDetail: trial { start } billingCycleAnchor paymentMethodId cancellationReason
  cancellationFeedback usage { apiCalls { used limit } storageGb { used limit } projects { used limit } }
  nextInvoice { amount { minorUnits currency } at } metadata`;

function shownRow(wire: Wire): object {
  return {
    platformId: wire.id,
    status: wire.status === 'canceled' ? 'CANCELLED' : wire.status.toUpperCase(),
    rawStatus: wire.status,
    planName: wire.plan_name,
    price: null,
    interval: null,
    intervalCount: null,
    currentPeriodStart: instant(wire.current_period_start),
    currentPeriodEnd: instant(wire.current_period_end),
    trial: wire.trial_end === null ? null : { end: instant(wire.trial_end), daysLeft: null },
    cancelAtPeriodEnd: wire.cancel_at_period_end,
    discount: null,
    createdAt: instant(wire.created_at),
  };
}

function shownDetail(wire: Wire): object {
  const use = (used: number, limit: number | null) => ({
    used: String(used),
    limit: limit === null ? null : String(limit),
  });
  const { usage_summary: usage, next_invoice: next } = wire;
  return {
    ...shownRow(wire),
    nextBillingAt: instant(wire.next_billing_date ?? next?.date),
    canceledAt: instant(wire.canceled_at),
    endsAt: instant(wire.ends_at),
    trialOfDetail: wire.trial_start === null ? null : { start: instant(wire.trial_start) },
    billingCycleAnchor: instant(wire.billing_cycle_anchor),
    paymentMethodId: wire.payment_method_id,
    cancellationReason: wire.cancellation_reason ?? null,
    cancellationFeedback: wire.cancellation_feedback ?? null,
    usage: {
      apiCalls: use(usage.api_calls_used, usage.api_calls_limit),
      storageGb: use(usage.storage_used_gb, usage.storage_limit_gb),
      projects: use(usage.projects_used, usage.projects_limit),
    },
    nextInvoice: next && {
      amount: { minorUnits: next.amount, currency: next.currency },
      at: instant(next.date),
    },
    metadata: wire.metadata,
  };
}

const subscriptionsOf = (organization: number, fields: string): string =>
  `{ organization(id: "${organization}") { customer { subscriptions { ${fields} } } } }`;

test.each([1001, 1003])(
  'what customer %i shows of its subscriptions is one request',
  async (organization) => {
    await using fresh = await startTestGateway();
    const { customer: wire } = await callPlatform(fresh, `/customers/${customerOf(organization)}`);
    const spent = await requestsDuring(fresh, async () => {
      const data = await dataOf(fresh, subscriptionsOf(organization, rowFields));
      expect(data.organization.customer.subscriptions).toEqual(wire.subscriptions.map(shownRow));
      expect(wire.subscriptions.length).toBeGreaterThan(0);
    });
    expect(spent).toEqual({ [getCustomer]: 1 });
  },
);

test.each([
  ['in a trial, and an earlier one that was cancelled', 1003],
  ['on the highest plan', 1004],
])('the rest of a subscription is read by its id: %s', async (_, organization) => {
  await using fresh = await startTestGateway();
  const { customer } = await callPlatform(fresh, `/customers/${customerOf(organization)}`);
  const wire = await Promise.all(
    customer.subscriptions.map(
      async ({ id }: Wire) => (await callPlatform(fresh, `/subscriptions/${id}`)).subscription,
    ),
  );
  const spent = await requestsDuring(fresh, async () => {
    const data = await dataOf(fresh, subscriptionsOf(organization, `${rowFields} ${detailFields}`));
    expect(data.organization.customer.subscriptions).toEqual(wire.map(shownDetail));
  });
  expect(spent).toEqual({ [getCustomer]: 1, [getSubscription]: wire.length });
});

test('fields that are skipped are not read', async () => {
  await using fresh = await startTestGateway();
  const document = `query($more: Boolean!) { organization(id: "1001") { customer { subscriptions {
    planName nextInvoice @include(if: $more) { at } ...More @include(if: $more) } } } }
    fragment More on BillingSubscription { endsAt }`;
  expect(await requestsDuring(fresh, () => dataOf(fresh, document, { more: false }))).toEqual({
    [getCustomer]: 1,
  });
  expect(await requestsDuring(fresh, () => dataOf(fresh, document, { more: true }))).toEqual({
    [getSubscription]: 1,
  });
});

test('the plans of many subscriptions are one request where lists show what is selected', async () => {
  await using fresh = await startTestGateway();
  const document = `{ organizations { edges { node { customer { subscriptions { planName plan { name price { decimal } } } } } } } }`;
  const spent = await requestsDuring(fresh, async () => {
    const { organizations } = await dataOf(fresh, document);
    for (const { node } of organizations.edges) {
      for (const { planName, plan } of node.customer.subscriptions) expect(plan.name).toBe(planName);
    }
  });
  expect(spent).toEqual({ [getCustomer]: 5, [listPlans]: 1 });
  const inFull = await requestsDuring(fresh, () =>
    dataOf(fresh, document.replace('name price', 'limits { name } price')),
  );
  expect(Object.keys(inFull)).toEqual([getPlan]);
  expect(inFull[getPlan]).toBeGreaterThan(2);
});

test('node gives a subscription back, from its customer where that is at hand and shows enough', async () => {
  await using fresh = await startTestGateway();
  const { organization } = await dataOf(fresh, subscriptionsOf(1003, `id ${rowFields}`));
  const rows: readonly Wire[] = organization.customer.subscriptions;
  const ids = rows.map(({ id }) => id);
  const ask = (fields: string) =>
    dataOf(fresh, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on PlatformSubscription { ${fields} } } }`, {
      ids,
    });
  const spent = await requestsDuring(fresh, async () => {
    expect(await ask(`id ${rowFields}`)).toEqual({ nodes: rows });
  });
  expect(spent).toEqual({});
  expect(await requestsDuring(fresh, () => ask('usage { projects { used } }'))).toEqual({
    [getSubscription]: rows.length,
  });

  await using cold = await startTestGateway();
  const both = await requestsDuring(cold, async () => {
    const query = `query($ids: [ID!]!) { nodes(ids: $ids) {
      __typename ... on BillingSubscription { planName } ... on PlatformSubscription { customer { name organization { makeId } } } } }`;
    const { nodes } = await dataOf(cold, query, { ids });
    expect(nodes).toEqual(
      rows.map(({ planName }) => ({
        __typename: 'PlatformSubscription',
        planName,
        customer: { name: expect.any(String), organization: { makeId: '1003' } },
      })),
    );
  });
  expect(both).toEqual({ [getCustomer]: 1 });
});

test('ids of others, of another owner and of nothing give null, and those of others cost no request', async () => {
  await using fresh = await startTestGateway();
  const { customer } = await callPlatform(fresh, `/customers/${customerOf(1002)}`);
  const [{ id }] = customer.subscriptions;
  const ask = (owner: number, upstreamId: string, caller: string) =>
    dataOf(
      fresh,
      `{ node(id: "${customerNodeId('PlatformSubscription', customerOf(owner), upstreamId)}") { id } }`,
      {},
      caller,
    );
  expect((await ask(1002, id, 'sandbox-accountant')).node).not.toBeNull();
  expect(await ask(1001, id, 'sandbox-owner')).toEqual({ node: null });
  expect(await ask(1002, 'sub_missing', 'sandbox-owner')).toEqual({ node: null });
  const spent = await requestsDuring(fresh, async () => {
    for (const caller of ['sandbox-member', 'sandbox-outsider']) {
      expect(await ask(1002, id, caller)).toEqual({ node: null });
    }
    expect(await ask(1009, id, 'sandbox-owner')).toEqual({ node: null });
  });
  expect(spent).toEqual({});
});

test('what happens at the platform shows once the answers that were kept have aged', async () => {
  const clock = createFakeClock();
  await using aging = await startTestGateway({ clock });
  const query = subscriptionsOf(1001, 'status cancelAtPeriodEnd cancellationReason endsAt');
  const before = await dataOf(aging, query);
  expect(before.organization.customer.subscriptions[0]).toMatchObject({ status: 'ACTIVE', endsAt: null });
  const { customer } = await callPlatform(aging, `/customers/${customerOf(1001)}`);
  const [{ id, current_period_end: end }] = customer.subscriptions;
  await callPlatform(aging, `/subscriptions/${id}?reason=too_expensive`, undefined, 'DELETE');
  await clock.pass(60 * 60_000);
  const { organization } = await dataOf(aging, query);
  expect(organization.customer.subscriptions[0]).toEqual({
    status: 'CANCELLED',
    cancelAtPeriodEnd: true,
    cancellationReason: 'too_expensive',
    endsAt: instant(end),
  });
});

test('when details cannot be read, what the customer shows is there all the same', async () => {
  await using gateway = await startTestGateway();
  await gateway.control('faults', { endpoint: getSubscription, fault: '503', times: 20 });
  const { data, errors } = await gateway.query<Wire, object>(subscriptionsOf(1001, 'planName nextBillingAt'));
  expect(data?.organization.customer.subscriptions).toEqual([
    { planName: expect.any(String), nextBillingAt: null },
  ]);
  expect(errors).toMatchObject([
    {
      path: ['organization', 'customer', 'subscriptions', 0, 'nextBillingAt'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: 'platform-billing' },
    },
  ]);
});
