import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { encodeGlobalId } from '../../src/schema/global-id.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { createFakeClock } from '../unit/fake-clock.ts';
import { customerOf } from './datasources/platform-source.ts';
import { callPlatform, dataOf, instant, platformAddress, requestsDuring } from './platform-graph.ts';

const get = 'GET /billing/customers/{customer_id}';
const usageEndpoint = 'GET /billing/usage/{customer_id}';

type Wire = ReturnType<typeof JSON.parse>;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const fields = `
  platformId email name description status phone metadata createdAt stripeCustomerId
  address { line1 line2 city state postalCode country }
  tax { taxId isExempt exemptionType }`;

function shown(wire: Wire): object {
  return {
    platformId: wire.id,
    email: wire.email,
    name: wire.name,
    description: wire.description,
    status: wire.status,
    phone: wire.phone,
    metadata: wire.metadata,
    createdAt: instant(wire.created_at),
    stripeCustomerId: wire.stripe_customer_id,
    address: platformAddress(wire.address),
    tax: {
      taxId: wire.tax_info.tax_id,
      isExempt: wire.tax_info.tax_exempt,
      exemptionType: wire.tax_info.exemption_type ?? null,
    },
  };
}

test('an organization’s customer is as the platform has it, for one request, whichever way it is reached', async () => {
  const { customer: wire } = await callPlatform(gateway, `/customers/${customerOf(1002)}`);
  await using fresh = await startTestGateway();
  const spent = await requestsDuring(fresh, async () => {
    const { organization } = await dataOf(
      fresh,
      `{ organization(id: "1002") { customer { id fetchedAt organization { makeId } ${fields} } } }`,
    );
    const { id: globalId, fetchedAt, organization: owner, ...customer } = organization.customer;
    expect(Date.parse(fetchedAt)).toBeLessThanOrEqual(Date.now());
    expect(owner).toEqual({ makeId: '1002' });
    const told = shown(wire);
    expect(customer).toEqual(told);
    for (const each of [globalId, customerOf(1002)]) {
      const found = await dataOf(fresh, `query($id: ID!) { customer(id: $id) { ${fields} } }`, { id: each });
      expect(found.customer).toEqual(told);
    }
    const found = await dataOf(fresh, `{ node(id: "${globalId}") { ... on Customer { ${fields} } } }`);
    expect(found.node).toEqual(told);
  });
  expect(spent).toEqual({ [get]: 1 });
});

test('a customer whose fields are not asked for costs no request', async () => {
  await using fresh = await startTestGateway();
  const spent = await requestsDuring(fresh, () =>
    dataOf(fresh, '{ organization(id: "1001") { customer { id platformId organization { makeId } } } }'),
  );
  expect(spent).toEqual({});
});

test('what changes at the platform shows once the answer that was kept has aged', async () => {
  const clock = createFakeClock();
  await using aging = await startTestGateway({ clock });
  const query = '{ organization(id: "1003") { customer { name address { city } metadata } } }';
  await dataOf(aging, query);
  const customer = {
    name: 'Renamed',
    address: { line1: '1 New Road', city: 'Kobe', postal_code: '650-0001', country: 'JP' },
    metadata: { floor: 3 },
  };
  await callPlatform(aging, `/customers/${customerOf(1003)}`, { customer }, 'PUT');
  await clock.pass(60 * 60_000);
  const { organization } = await dataOf(aging, query);
  expect(organization.customer).toMatchObject({ name: 'Renamed', address: { city: 'Kobe' } });
  expect(organization.customer.metadata).toMatchObject({ floor: 3, source: 'web_signup' });
});

describe('who may see a customer', () => {
  test.each(['sandbox-owner', 'sandbox-admin', 'sandbox-accountant', 'sandbox-readonly', 'sandbox-operator'])(
    '%s of the linked organization does',
    async (caller) => {
      const data = await dataOf(
        gateway,
        `{ organization(id: "1001") { customer { name } } customer(id: "${customerOf(1001)}") { name } }`,
        {},
        caller,
      );
      expect(data).toEqual({
        organization: { customer: { name: 'Acorn Logistics' } },
        customer: { name: 'Acorn Logistics' },
      });
    },
  );

  test.each(['sandbox-member', 'sandbox-team-admin', 'sandbox-outsider'])(
    '%s gets null without an error and without a request',
    async (caller) => {
      await using fresh = await startTestGateway();
      const id = encodeGlobalId('Customer', customerOf(1001));
      const spent = await requestsDuring(fresh, async () => {
        const data = await dataOf(
          fresh,
          `{ customer(id: "${customerOf(1001)}") { name } node(id: "${id}") { id } }`,
          {},
          caller,
        );
        expect(data).toEqual({ customer: null, node: null });
      });
      expect(spent).toEqual({});
    },
  );

  test('a member who sees the organization is refused its customer at that path', async () => {
    const { data, errors } = await gateway.query(
      '{ organization(id: "1001") { makeId customer { name } } }',
      {},
      { caller: 'sandbox-member' },
    );
    expect(data).toEqual({ organization: { makeId: '1001', customer: null } });
    expect(errors).toMatchObject([{ path: ['organization', 'customer'], extensions: { code: 'FORBIDDEN' } }]);
  });

  test('a customer of an organization of others, and one of nobody, look like one that is not there', async () => {
    await using fresh = await startTestGateway();
    const { customer: unlinked } = await callPlatform(fresh, '/customers', {
      customer: { email: 'ann@example.com', name: 'Ann' },
    });
    const ask = (caller: string) =>
      dataOf(
        fresh,
        `{ others: customer(id: "${customerOf(1009)}") { name }
           ofNobody: customer(id: "${unlinked.id}") { name organization { makeId } subscriptions { id } }
           missing: customer(id: "cus_missing") { name } }`,
        {},
        caller,
      );
    const spent = await requestsDuring(fresh, async () => {
      expect(await ask('sandbox-owner')).toEqual({ others: null, ofNobody: null, missing: null });
    });
    expect(spent).toEqual({});
    expect(await ask('sandbox-operator')).toMatchObject({
      others: { name: expect.any(String) },
      ofNobody: { name: 'Ann', organization: null, subscriptions: [] },
      missing: null,
    });
  });

  test.each(['', 'a b', 'cus/1', '..%2f', 'VGVhbToxMDAx', encodeGlobalId('Customer', 'cus%zz')])(
    'the customer id %j is refused',
    async (id) => {
      const { errors } = await gateway.query('query($id: ID!) { customer(id: $id) { name } }', { id });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );
});

test('an organization without a link has no customer', async () => {
  const data = await dataOf(
    gateway,
    '{ organization(id: "1016") { customer { name } } }',
    {},
    'sandbox-operator',
  );
  expect(data).toEqual({ organization: { customer: null } });
});

test('a linked customer that the platform does not know has null fields and no errors', async () => {
  const { organizations } = readConfig({});
  await using lost = await startTestGateway({
    settings: {
      organizations: organizations.map((each) =>
        each.id === 1001 ? { ...each, customer: 'cus_gone' } : each,
      ),
    },
  });
  const data = await dataOf(
    lost,
    `{ organization(id: "1001") { customer {
         platformId name address { city } fetchedAt subscriptions { id } usage { totalCost } } } }`,
  );
  expect(data.organization.customer).toEqual({
    platformId: 'cus_gone',
    name: null,
    address: null,
    fetchedAt: expect.stringMatching(/Z$/) as string,
    subscriptions: null,
    usage: null,
  });
});

test('a customer that cannot be read empties none of its neighbours', async () => {
  await using failing = await startTestGateway();
  await failing.control('faults', {
    endpoint: get,
    fault: 'html',
    times: 5,
  });
  const { data, errors } = await failing.query<Wire, object>(
    '{ organization(id: "1001") { customer { platformId name fetchedAt invoices(first: 1) { edges { node { status } } } } } }',
  );
  expect(data.organization.customer).toEqual({
    platformId: customerOf(1001),
    name: null,
    fetchedAt: expect.stringMatching(/Z$/) as string,
    invoices: { edges: [{ node: { status: expect.any(String) as string } }] },
  });
  expect(errors).toMatchObject([{ path: ['organization', 'customer', 'name'] }]);
});

test('without a platform its fields are null and say why, and the rest arrives', async () => {
  await using alone = await startTestGateway({ hasPlatform: false });
  const { data, errors } = await alone.query<Wire, object>(
    `{ organization(id: "1001") { makeId customer { platformId name usage { totalCost } subscriptions { id } } }
       plans { totalCount } plan(id: "plan_1") { name } }`,
  );
  expect(data).toEqual({
    organization: {
      makeId: '1001',
      customer: { platformId: customerOf(1001), name: null, usage: null, subscriptions: null },
    },
    plans: null,
    plan: null,
  });
  expect(new Set(errors.map(({ extensions }) => extensions?.['code']))).toEqual(
    new Set(['NOT_SUPPORTED_BY_UPSTREAM']),
  );
  expect(errors).toHaveLength(5);
});

describe('usage', () => {
  const usageFields = `{ periodStart periodEnd totalCost projectedMonthlyCost updatedAt fetchedAt
    metrics { metric quantity isSum unitPrice { decimal currency } includedQuantity overageQuantity cost } }`;

  function shownUsage(wire: Wire): object {
    const text = (figure: number | null | undefined) => (figure == null ? null : String(figure));
    return {
      periodStart: instant(wire.period_start),
      periodEnd: instant(wire.period_end),
      totalCost: text(wire.total_cost),
      projectedMonthlyCost: text(wire.projected_monthly_cost),
      metrics: Object.entries<Wire>(wire.metrics).map(([metric, use]) => ({
        metric,
        quantity: text(use.total_quantity ?? use.current_usage),
        isSum: use.total_quantity !== undefined,
        unitPrice: { decimal: text(use.unit_price), currency: null },
        includedQuantity: text(use.included_quantity),
        overageQuantity: text(use.overage_quantity),
        cost: text(use.cost),
      })),
    };
  }

  const range = { from: '2026-10-01T00:00:00.000Z', to: '2026-10-15T00:00:00.000Z' };
  test.each([
    ['nothing said', null, ''],
    ['CURRENT_PERIOD', { preset: 'CURRENT_PERIOD' }, ''],
    ['CURRENT_MONTH', { preset: 'CURRENT_MONTH' }, '?period=current_month'],
    ['LAST_MONTH', { preset: 'LAST_MONTH' }, '?period=last_month'],
    [
      'a range',
      { range },
      '?period=custom&period_start=2026-10-01T00:00:00Z&period_end=2026-10-14T23:59:59Z',
    ],
  ])('of %s is what the platform counts', async (_, period, query) => {
    const { organization } = await dataOf(
      gateway,
      `query($period: PeriodInput) { organization(id: "1004") { customer { usage(period: $period) ${usageFields} } } }`,
      { period },
    );
    const { usage: wire } = await callPlatform(gateway, `/usage/${customerOf(1004)}${query}`);
    const { fetchedAt, updatedAt, ...usage } = organization.customer.usage;
    expect(Date.parse(fetchedAt)).toBeLessThanOrEqual(Date.now());
    expect(Date.parse(updatedAt)).toBeLessThanOrEqual(Date.parse(wire.updated_at));
    // the month that runs is counted anew each second: what is projected from it moves
    expect(usage).toEqual({
      ...shownUsage(wire),
      projectedMonthlyCost:
        query.includes('period=last') || query.includes('custom')
          ? String(wire.projected_monthly_cost)
          : expect.stringMatching(/^\d+(\.\d+)?$/),
    });
    expect(usage.metrics.length).toBeGreaterThan(1);
  });

  test('days count back from now, whole', async () => {
    const clock = createFakeClock();
    await using still = await startTestGateway({ clock });
    const data = await dataOf(
      still,
      '{ organization(id: "1004") { customer { usage(period: { preset: LAST_7_DAYS }) { periodStart periodEnd } } } }',
    );
    expect(data.organization.customer.usage).toMatchObject({ periodStart: '2026-11-09T00:00:00.000Z' });
    expect(data.organization.customer.usage.periodEnd).toMatch(/^2026-11-15T23:59:59/);
  });

  test('is narrowed to a metric and to a subscription, by either id', async () => {
    const { customer: wire } = await callPlatform(gateway, `/customers/${customerOf(1003)}`);
    const [{ id }] = wire.subscriptions;
    const document = `query($subscription: ID) { organization(id: "1003") { customer { subscriptions { id }
      usage(metric: "storage_gb", subscription: $subscription) ${usageFields} } } }`;
    const { organization } = await dataOf(gateway, document, { subscription: id });
    const { usage } = await callPlatform(
      gateway,
      `/usage/${customerOf(1003)}?metric=storage_gb&subscription_id=${id}`,
    );
    const { fetchedAt: _, updatedAt: __, ...shownNow } = organization.customer.usage;
    expect(shownNow).toEqual(shownUsage(usage));
    expect(shownNow.metrics).toHaveLength(1);
    const again = await dataOf(gateway, document, {
      subscription: organization.customer.subscriptions[0].id,
    });
    expect(again.organization.customer.usage).toEqual(organization.customer.usage);
  });

  test('of another customer’s subscription, an unknown metric or a range that ends first is refused', async () => {
    const { organization } = await dataOf(
      gateway,
      '{ organization(id: "1002") { customer { subscriptions { id platformId } } } }',
    );
    const [other] = organization.customer.subscriptions;
    const ask = (args: string) =>
      `{ organization(id: "1001") { customer { usage(${args}) { totalCost } } } }`;
    for (const args of [
      `subscription: "${other.id}"`,
      `subscription: "${other.platformId}"`,
      'metric: "smiles"',
      `period: { range: { from: "${range.to}", to: "${range.from}" } }`,
    ]) {
      const { data, errors } = await gateway.query(ask(args));
      expect(data).toEqual({ organization: { customer: { usage: null } } });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });

  test('is one request, and draws on no other endpoint', async () => {
    await using fresh = await startTestGateway();
    const spent = await requestsDuring(fresh, () =>
      dataOf(fresh, '{ organization(id: "1001") { customer { usage { totalCost metrics { cost } } } } }'),
    );
    expect(spent).toEqual({ [usageEndpoint]: 1 });
  });
});
