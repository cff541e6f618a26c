import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OneOrganizationDocument, SubscriptionAndPaymentsDocument } from '../generated/graphql.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

const paymentsEndpoint = 'GET /organizations/{organizationId}/payments';
const subscriptionEndpoint = 'GET /organizations/{organizationId}/subscription';

const byPath = ([one = '']: readonly unknown[], [other = '']: readonly unknown[]): number =>
  String(one).localeCompare(String(other));

/** What the sandbox itself answers. */
async function raw(origin: string, path: string): Promise<Record<string, never>> {
  const response = await fetch(`${origin}/api/v2${path}`, {
    headers: { authorization: 'Token 00000000-0000-4000-8000-000000000000' },
  });
  return (await response.json()) as Record<string, never>;
}

describe('in the documented dialect', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('an organization answers with its subscription and payments as Make has them', async () => {
    const origin = gateway.sandbox.origins.makeDocumented;
    const subscription = await raw(origin, '/organizations/1001/subscription');
    const payments = await raw(origin, '/organizations/1001/payments?page=1&limit=3');
    const { status, data, errors } = await gateway.query(SubscriptionAndPaymentsDocument, {
      organization: '1001',
      first: 3,
    });

    expect(errors).toEqual([]);
    expect(status).toBe(200);
    expect(data?.organization).toMatchObject({ makeId: '1001', name: 'Acorn Logistics', plan: 'CORE' });
    const wire = subscription as unknown as {
      price: { amount: number; currency: string; id: string };
      currentPeriodEnd: string;
      status: string;
    };
    expect(data?.organization?.subscription).toMatchObject({
      status: 'ACTIVE',
      rawStatus: wire.status,
      priceId: wire.price.id,
      price: { minorUnits: wire.price.amount, currency: wire.price.currency.toUpperCase() },
      interval: 'MONTH',
      intervalCount: 1,
      currentPeriodEnd: new Date(wire.currentPeriodEnd).toISOString(),
    });
    const rows = payments as unknown as {
      payments: { invoiceNumber: string; totalAmount: number }[];
      pagination: { total: number };
    };
    expect(data?.organization?.payments?.totalCount).toBe(rows.pagination.total);
    expect(rows.pagination.total).toBeGreaterThanOrEqual(24);
    expect(
      data?.organization?.payments?.edges.map(({ node }) => [node?.invoiceNumber, node?.amount?.minorUnits]),
    ).toEqual(rows.payments.map(({ invoiceNumber, totalAmount }) => [invoiceNumber, totalAmount]));
  });

  test('amounts of a currency without minor units are whole', async () => {
    const { data } = await gateway.query(SubscriptionAndPaymentsDocument, { organization: '1003', first: 1 });
    const price = data?.organization?.subscription?.price;
    expect(price?.currency).toBe('JPY');
    expect(price?.decimal).toBe(String(price?.minorUnits));
  });

  test('pages follow one another to the end, each row once', async () => {
    const seen: (string | null | undefined)[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof read>> = await read(after);
      seen.push(...(page?.edges.map(({ node }) => node?.invoiceNumber) ?? []));
      after = page?.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    const all = await gateway.query(SubscriptionAndPaymentsDocument, { organization: '1002', first: 100 });
    expect(seen).toEqual(all.data?.organization?.payments?.edges.map(({ node }) => node?.invoiceNumber));
    expect(seen).toHaveLength(all.data?.organization?.payments?.totalCount ?? -1);
    expect(new Set(seen).size).toBe(seen.length);

    async function read(cursor: string | null) {
      const variables = { organization: '1002', first: 7, after: cursor };
      const { data, errors } = await gateway.query(SubscriptionAndPaymentsDocument, variables);
      expect(errors).toEqual([]);
      return data?.organization?.payments;
    }
  });

  test('payments are filtered by status and time', async () => {
    const { data } = await gateway.query(SubscriptionAndPaymentsDocument, {
      organization: '1002',
      filter: { statuses: ['PAID'], from: '2026-01-01T00:00:00Z', to: '2026-07-01T00:00:00Z' },
    });
    const nodes = data?.organization?.payments?.edges.map(({ node }) => node) ?? [];
    expect(nodes.length).toBeGreaterThan(3);
    for (const node of nodes) {
      expect(node?.status).toBe('PAID');
      expect(node?.createdAt?.slice(0, 4)).toBe('2026');
    }
  });

  test('payments are ordered by the upstream, and a cursor of one order does not serve another', async () => {
    const read = async (orderBy: string, after: string | null = null) => {
      const { data, errors } = await gateway.query<{ organization: { payments: Payments } }, object>(
        `query($after: String) { organization(id: "1002") { payments(first: 5, after: $after, orderBy: ${orderBy}) {
          edges { node { amount { minorUnits } createdAt } } pageInfo { endCursor } } } }`,
        { after },
      );
      return { payments: data?.organization.payments, code: errors[0]?.extensions?.['code'] };
    };
    interface Payments {
      edges: { node: { amount: { minorUnits: number }; createdAt: string } }[];
      pageInfo: { endCursor: string };
    }
    const oldest = (await read('{ field: CREATED_AT, direction: ASC }')).payments;
    const dates = oldest?.edges.map(({ node }) => node.createdAt) ?? [];
    expect(dates).toHaveLength(5);
    expect(dates).toEqual(dates.toSorted());
    const largest = (await read('{ field: AMOUNT }')).payments;
    const amounts = largest?.edges.map(({ node }) => node.amount.minorUnits) ?? [];
    expect(amounts).toEqual(amounts.toSorted((one, other) => other - one));
    expect((await read('{ field: AMOUNT }', oldest?.pageInfo.endCursor)).code).toBe('BAD_USER_INPUT');
  });

  test('what was read is served from memory, and equal questions at once are one request', async () => {
    await gateway.control('reset', {});
    const before = await gateway.requests(subscriptionEndpoint);
    const ask = () => gateway.query('{ organization(id: "1004") { subscription { planName } } }');
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect((await gateway.requests(subscriptionEndpoint)) - before).toBeLessThanOrEqual(1);
  });

  test('node gives everything back by its id, and the same as the way through the organization', async () => {
    const { data } = await gateway.query(SubscriptionAndPaymentsDocument, { organization: '1001', first: 2 });
    const ids = [
      data?.organization?.id,
      data?.organization?.subscription?.id,
      data?.organization?.payments?.edges[1]?.node?.id,
    ];
    const nodes = await gateway.query<{ nodes: unknown[] }, { ids: unknown[] }>(
      `query($ids: [ID!]!) { nodes(ids: $ids) { id __typename
         ... on Organization { makeId } ... on MakeSubscription { planName } ... on MakePayment { invoiceNumber } } }`,
      { ids },
    );
    expect(nodes.errors).toEqual([]);
    expect(nodes.data?.nodes).toEqual([
      { id: ids[0], __typename: 'Organization', makeId: '1001' },
      { id: ids[1], __typename: 'MakeSubscription', planName: 'Core' },
      {
        id: ids[2],
        __typename: 'MakePayment',
        invoiceNumber: data?.organization?.payments?.edges[1]?.node?.invoiceNumber,
      },
    ]);
  });

  test('an organization is found by its global id and by its number', async () => {
    const byNumber = await gateway.query<{ organization: { id: string } }, object>(
      '{ organization(id: "1002") { id } }',
    );
    const { id } = byNumber.data?.organization ?? { id: '' };
    const byId = await gateway.query(`{ organization(id: "${id}") { makeId } }`);
    expect(byId.data).toEqual({ organization: { makeId: '1002' } });
  });

  test('a free organization keeps what its plan includes, and the rest fails at its own path', async () => {
    const { data, errors } = await gateway.query(OneOrganizationDocument, { organization: '1005' });
    expect(data?.organization).toMatchObject({ name: 'Pebble Studio', plan: 'FREE', subscription: null });
    expect(
      errors.map(({ path, extensions }) => [path?.join('.'), extensions?.['code']]).toSorted(byPath),
    ).toEqual([
      ['organization.payments', 'PLAN_UPGRADE_REQUIRED'],
      ['organization.subscription', 'PLAN_UPGRADE_REQUIRED'],
    ]);
  });

  test('the budget of an organization is told without spending from it', async () => {
    await gateway.control('reset', {});
    const { data } = await gateway.query(
      '{ organization(id: "1003") { rateLimit { limit target used remaining queued } } }',
    );
    expect(data).toMatchObject({ organization: { rateLimit: { limit: 240, target: 192, queued: 0 } } });
    const stats = (await gateway.control('stats')) as { buckets: Record<string, { total: number }> };
    expect(stats.buckets['make:1003']?.total).toBe(0);
  });
});

describe('in the live dialect', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ dialect: 'live' });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('an organization answers with what the live API tells, and null for what it does not', async () => {
    const wire = (await raw(
      gateway.sandbox.origins.makeLive,
      '/organizations/1001/payments?pg%5Blimit%5D=2&pg%5BsortBy%5D=created&pg%5BsortDir%5D=desc',
    )) as unknown as { payments: { id: string; amount_total: string; currency_code: string }[] };
    const { data, errors } = await gateway.query(SubscriptionAndPaymentsDocument, {
      organization: '1001',
      first: 2,
    });
    expect(errors).toEqual([]);
    expect(data?.organization?.subscription).toMatchObject({
      status: null,
      planName: 'Core',
      interval: 'MONTH',
      intervalCount: 1,
      currentPeriodStart: null,
    });
    expect(data?.organization?.subscription?.nextBillingAt).toMatch(/^\d{4}-/);
    expect(data?.organization?.payments?.totalCount).toBeNull();
    expect(data?.organization?.payments?.edges.map(({ node }) => node?.amount?.decimal)).toEqual(
      wire.payments.map(({ amount_total }) => amount_total),
    );
    expect(data?.organization?.payments?.edges[0]?.node?.amount?.currency).toBe('USD');
  });

  test('the same payment has the same number and amount in both dialects', async () => {
    const documented = (await raw(
      gateway.sandbox.origins.makeDocumented,
      '/organizations/1002/payments?page=1&limit=100',
    )) as unknown as { payments: { invoiceNumber: string; totalAmount: number }[] };
    const { data } = await gateway.query(SubscriptionAndPaymentsDocument, {
      organization: '1002',
      first: 100,
    });
    const live = new Map(
      data?.organization?.payments?.edges.map(({ node }) => [node?.invoiceNumber, node?.amount?.minorUnits]),
    );
    for (const { invoiceNumber, totalAmount } of documented.payments) {
      expect(live.get(invoiceNumber)).toBe(totalAmount);
    }
  });

  test('a list whose length is not told pages forwards and refuses to begin at its end', async () => {
    const { errors } = await gateway.query(SubscriptionAndPaymentsDocument, {
      organization: '1001',
      last: 3,
    });
    expect(errors[0]?.extensions?.['code']).toBe('NOT_SUPPORTED_BY_UPSTREAM');
  });
});

describe('when an upstream misbehaves', () => {
  test('one section fails with a code at its path and the others arrive', async () => {
    await using gateway = await startTestGateway();
    await gateway.control('faults', { endpoint: paymentsEndpoint, fault: '503', times: 10 });
    const { data, errors } = await gateway.query(OneOrganizationDocument, { organization: '1001' });
    expect(data?.organization?.subscription?.planName).toBe('Core');
    expect(data?.organization?.payments).toBeNull();
    expect(errors).toMatchObject([
      {
        path: ['organization', 'payments'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: 'make-billing', requestId: expect.any(String) },
      },
    ]);
  });

  test('a row that lacks what is required is null with an error, and the page survives', async () => {
    await using gateway = await startTestGateway();
    await gateway.control('faults', {
      endpoint: paymentsEndpoint,
      fault: 'missing-field',
      field: 'totalAmount',
      times: 1,
    });
    const { data, errors } = await gateway.query(SubscriptionAndPaymentsDocument, {
      organization: '1001',
      first: 3,
    });
    const nodes = data?.organization?.payments?.edges.map(({ node }) => node?.invoiceNumber ?? null);
    expect(nodes?.[0]).toBeNull();
    expect(nodes?.slice(1).every(Boolean)).toBe(true);
    expect(errors).toMatchObject([
      {
        path: ['organization', 'payments', 'edges', 0, 'node'],
        extensions: { code: 'UPSTREAM_BAD_RESPONSE' },
      },
    ]);
  });

  test('a word that nobody knows becomes UNKNOWN with the word kept', async () => {
    await using gateway = await startTestGateway();
    const fault = { endpoint: subscriptionEndpoint, fault: 'bad-enum', field: 'status', times: 1 };
    await gateway.control('faults', fault);
    const { data, errors } = await gateway.query(SubscriptionAndPaymentsDocument, { organization: '1001' });
    expect(errors).toEqual([]);
    expect(data?.organization?.subscription?.status).toBe('UNKNOWN');
    expect(data?.organization?.subscription?.rawStatus).not.toBe('active');
  });
});
