import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Json, rawMake } from '../kit/raw.ts';
import { callPlatform } from './platform-graph.ts';

const makeList = 'GET /cashier/invoices/{organizationId}';
const platformList = 'GET /billing/invoices';
const platformOne = 'GET /billing/invoices/{invoice_id}';

const customerOf = (organization: number): string => `cus_${String(organization).padStart(16, '0')}`;
const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64url');
const date = (text: string | null | undefined): string | null =>
  text == null ? null : new Date(text).toISOString();
const money = (minorUnits: number, currency: string) => ({ minorUnits, currency });

const windowQuery = `query($organization: ID!, $filter: InvoiceFilter, $first: Int, $after: String, $last: Int, $before: String) {
  organization(id: $organization) {
    invoices(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      totalCount fetchedAt pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { id source status issuedAt } }
    }
  }
}`;

async function readWindow(gateway: TestGateway, variables: object, caller = 'sandbox-owner') {
  const { data, errors } = await gateway.query<Json, object>(windowQuery, variables, { caller });
  const window = data?.organization?.invoices;
  return { window, nodes: window?.edges.map(({ node }: Json) => node), errors };
}

/** Both upstreams' own lists as one. */
async function rawUnion(gateway: TestGateway, organization: number): Promise<Json[]> {
  const make = await rawMake(
    gateway.sandbox.origins.makeDocumented,
    `/cashier/invoices/${organization}?limit=100`,
  );
  const platform = await callPlatform(gateway, `/invoices?customer_id=${customerOf(organization)}&limit=100`);
  return [
    ...make.invoices.map((invoice: Json) => ({
      id: globalId('MakeInvoice', `${organization}/${invoice.id}`),
      source: 'MAKE',
      issuedAt: date(invoice.issueDate),
      raw: invoice,
    })),
    ...platform.invoices.map((invoice: Json) => ({
      id: globalId('PlatformInvoice', `${customerOf(organization)}/${invoice.id}`),
      source: 'PLATFORM',
      issuedAt: date(invoice.created_at),
      raw: invoice,
    })),
  ].toSorted((one, other) =>
    one.issuedAt === other.issuedAt ? (one.id < other.id ? -1 : 1) : one.issuedAt < other.issuedAt ? 1 : -1,
  );
}

describe('in the documented dialect', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('the invoices of both systems are one list, the newest first', async () => {
    const union = await rawUnion(gateway, 1001);
    expect(new Set(union.map(({ source }) => source)).size).toBe(2);
    const { window, nodes, errors } = await readWindow(gateway, { organization: '1001', first: 100 });
    expect(errors).toEqual([]);
    expect(window.totalCount).toBe(union.length);
    expect(nodes.map(({ id }: Json) => id)).toEqual(union.map(({ id }) => id));
  });

  test('pages follow one another from either end, each invoice once', async () => {
    const ids = (await rawUnion(gateway, 1002)).map(({ id }) => id);
    const forwards: string[] = [];
    for (let after: string | null = null; ; ) {
      const { window, nodes } = await readWindow(gateway, { organization: '1002', first: 7, after });
      forwards.push(...nodes.map(({ id }: Json) => id));
      if (!window.pageInfo.hasNextPage) break;
      after = window.pageInfo.endCursor;
    }
    expect(forwards).toEqual(ids);
    const backwards: string[] = [];
    for (let before: string | null = null; ; ) {
      const { window, nodes } = await readWindow(gateway, { organization: '1002', last: 9, before });
      backwards.unshift(...nodes.map(({ id }: Json) => id));
      if (!window.pageInfo.hasPreviousPage) break;
      before = window.pageInfo.startCursor;
    }
    expect(backwards).toEqual(ids);
  });

  test('an invoice of Make tells all that Make prints', async () => {
    const { invoices } = await rawMake(
      gateway.sandbox.origins.makeDocumented,
      '/cashier/invoices/1001?limit=100',
    );
    const { data, errors } = await gateway.query<Json, object>(`{
      organization(id: "1001") { invoices(first: 100, filter: { source: MAKE }) { totalCount edges { node {
        __typename id number status rawStatus source total { minorUnits currency } subtotal { minorUnits currency }
        tax { minorUnits currency } issuedAt dueAt paidAt downloadUrl
        lineItems { upstreamId description quantity unitPrice { decimal currency } amount { minorUnits currency }
          periodStart periodEnd isProration }
        ... on MakeInvoice { makeId hostedUrl paymentMethod { id upstreamId rawType isDefault last4 brand
          expiryMonth expiryYear billingAddress { line1 postalCode } } }
      } } } } }`);
    expect(errors).toEqual([]);
    const { totalCount, edges } = data.organization.invoices;
    expect(totalCount).toBe(invoices.length);
    const statuses: Json = {
      draft: 'DRAFT',
      sent: 'OPEN',
      paid: 'PAID',
      overdue: 'OVERDUE',
      cancelled: 'VOID',
    };
    expect(edges.map(({ node }: Json) => node)).toEqual(
      invoices.map((raw: Json) => {
        const { currency } = raw.amount;
        const id = globalId('MakeInvoice', `1001/${raw.id}`);
        const { details, billingAddress, ...method } = raw.paymentMethod ?? {};
        return {
          __typename: 'MakeInvoice',
          id,
          makeId: raw.id,
          number: raw.invoiceNumber,
          status: statuses[raw.status],
          rawStatus: raw.status,
          source: 'MAKE',
          total: money(raw.amount.total, currency),
          subtotal: money(raw.amount.subtotal, currency),
          tax: money(raw.amount.tax, currency),
          issuedAt: date(raw.issueDate),
          dueAt: date(raw.dueDate),
          paidAt: date(raw.paidDate),
          downloadUrl: `${gateway.url}/exports/invoices/${id}.pdf`,
          lineItems: raw.items.map((line: Json) => ({
            upstreamId: line.id,
            description: line.description,
            quantity: String(line.quantity),
            unitPrice: { decimal: (line.unitPrice / 100).toFixed(2), currency },
            amount: money(line.amount, currency),
            periodStart: date(line.period?.start),
            periodEnd: date(line.period?.end),
            isProration: null,
          })),
          hostedUrl: null,
          paymentMethod:
            raw.paymentMethod == null
              ? null
              : {
                  id: globalId('PaymentMethod', `make/1001/${method.id}`),
                  upstreamId: method.id,
                  rawType: method.type,
                  isDefault: method.isDefault,
                  last4: details.last4,
                  brand: details.brand,
                  expiryMonth: details.expiryMonth,
                  expiryYear: details.expiryYear,
                  billingAddress: { line1: billingAddress.line1, postalCode: billingAddress.postalCode },
                },
        };
      }),
    );
  });

  test('an invoice of the platform tells all that its detail prints, which is read once', async () => {
    await gateway.control('reset', {});
    const { data, errors } = await gateway.query<Json, object>(`{
      organization(id: "1003") { invoices(first: 6, filter: { source: PLATFORM }) { edges { node {
        __typename id number status rawStatus source total { minorUnits currency } subtotal { minorUnits currency }
        tax { minorUnits currency } issuedAt dueAt paidAt downloadUrl
        lineItems { upstreamId description quantity unitPrice { decimal } amount { minorUnits currency }
          periodStart periodEnd isProration }
        ... on PlatformInvoice { platformId subscriptionId subscription { id } customer { id } description periodStart periodEnd paymentAttempts
          nextPaymentAttemptAt metadata }
      } } } } }`);
    expect(errors).toEqual([]);
    const nodes = data.organization.invoices.edges.map(({ node }: Json) => node);
    expect(nodes).toHaveLength(6);
    expect([await gateway.requests(makeList), await gateway.requests(platformList)]).toEqual([0, 1]);
    expect(await gateway.requests(platformOne)).toBe(6);
    for (const node of nodes) {
      const { invoice: raw } = await callPlatform(gateway, `/invoices/${node.platformId}`);
      const { currency } = raw;
      expect(node).toEqual({
        __typename: 'PlatformInvoice',
        id: globalId('PlatformInvoice', `${customerOf(1003)}/${raw.id}`),
        platformId: raw.id,
        customer: { id: globalId('Customer', customerOf(1003)) },
        subscriptionId: raw.subscription_id,
        subscription: raw.subscription_id && {
          id: globalId('PlatformSubscription', `${customerOf(1003)}/${raw.subscription_id}`),
        },
        number: null,
        status: raw.status.toUpperCase(),
        rawStatus: raw.status,
        source: 'PLATFORM',
        total: money(raw.total, currency),
        subtotal: money(raw.subtotal, currency),
        tax: money(raw.tax, currency),
        issuedAt: date(raw.created_at),
        dueAt: date(raw.due_date),
        paidAt: date(raw.paid_at),
        downloadUrl: raw.pdf_url,
        lineItems: raw.line_items.map((line: Json) => ({
          upstreamId: line.id,
          description: line.description,
          quantity: String(line.quantity),
          unitPrice: { decimal: expect.stringMatching(/^-?\d+(\.\d+)?$/) },
          amount: money(line.amount, line.currency),
          periodStart: date(line.period?.start),
          periodEnd: date(line.period?.end),
          isProration: line.proration ?? null,
        })),
        description: raw.description,
        periodStart: date(raw.billing_period_start),
        periodEnd: date(raw.billing_period_end),
        paymentAttempts: raw.payment_attempt_count,
        nextPaymentAttemptAt: date(raw.next_payment_attempt),
        metadata: raw.metadata,
      });
    }
  });

  test('a window costs one request to each system, and its other windows none', async () => {
    await gateway.control('reset', {});
    const first = await readWindow(gateway, { organization: '1004', first: 5 });
    expect(first.errors).toEqual([]);
    await readWindow(gateway, { organization: '1004', first: 20, after: first.window.pageInfo.endCursor });
    const counts = await Promise.all(
      [makeList, platformList, platformOne].map((endpoint) => gateway.requests(endpoint)),
    );
    expect(counts).toEqual([1, 1, 0]);
  });

  test('before anything is read, an invoice list is priced by what it takes', async () => {
    await using fresh = await startTestGateway();
    const plan = async (document: string) => {
      const headers = { 'x-tollgate-explain': 'plan' };
      const { extensions } = await fresh.query<Json, object>(document, {}, { headers });
      const { estimatedCost, estimatedCostMin, buckets } = (extensions as Json).tollgate;
      return [estimatedCostMin, estimatedCost, buckets.map(({ name, cost }: Json) => [name, cost])];
    };
    const list = (range: string, fields: string) =>
      `{ organization(id: "1002") { invoices${range} { edges { node { ${fields} } } } } }`;
    expect(await plan(list('(first: 20)', 'total { decimal }'))).toEqual([
      2,
      2,
      [
        ['make:1002', 1],
        ['platform:invoices', 1],
      ],
    ]);
    expect(
      await plan(
        list('(first: 20, filter: { source: MAKE })', '... on MakeInvoice { lineItems { quantity } }'),
      ),
    ).toEqual([1, 1, [['make:1002', 1]]]);
    // each of twenty may turn out to be one whose lines are read by its id
    const [least, most] = await plan(list('(first: 20)', 'downloadUrl lineItems { quantity }'));
    expect([least, most]).toEqual([2, 22]);
  });

  test('a filter holds for both systems', async () => {
    const union = await rawUnion(gateway, 1002);
    const middle = union[Math.floor(union.length / 2)].issuedAt;
    const ids = async (filter: object) => {
      const { window, nodes, errors } = await readWindow(gateway, {
        organization: '1002',
        first: 100,
        filter,
      });
      expect(errors).toEqual([]);
      expect(window.pageInfo.hasNextPage).toBe(false);
      return nodes.map(({ id }: Json) => id);
    };
    const expected = (matches: (row: Json) => boolean) => union.filter(matches).map(({ id }) => id);
    const isOpen = ({ raw }: Json) => raw.status === 'open' || raw.status === 'sent';
    const isVoid = ({ raw }: Json) => raw.status === 'void' || raw.status === 'cancelled';

    expect(await ids({ source: 'PLATFORM' })).toEqual(expected(({ source }) => source === 'PLATFORM'));
    expect(await ids({ statuses: ['PAID'] })).toEqual(expected(({ raw }) => raw.status === 'paid'));
    expect(await ids({ statuses: ['OPEN', 'VOID'] })).toEqual(expected((row) => isOpen(row) || isVoid(row)));
    expect(await ids({ from: middle })).toEqual(expected(({ issuedAt }) => issuedAt >= middle));
    expect(await ids({ to: middle })).toEqual(expected(({ issuedAt }) => issuedAt < middle));
    expect(await ids({ from: middle, statuses: ['PAID'], source: 'MAKE' })).toEqual(
      expected(
        ({ issuedAt, raw, source }) => issuedAt >= middle && raw.status === 'paid' && source === 'MAKE',
      ),
    );
    expect(await ids({ statuses: [] })).toEqual([]);
  });

  test('a filter by subscription takes that of Make and those of the platform, and only those that are its own', async () => {
    const union = await rawUnion(gateway, 1002);
    const { subscription_id } = union.find(({ raw }) => raw.subscription_id).raw;
    const ids = async (subscription: string, more: object = {}) => {
      const filter = { subscription, ...more };
      const { nodes, errors } = await readWindow(gateway, { organization: '1002', first: 100, filter });
      expect(errors).toEqual([]);
      return nodes.map(({ id }: Json) => id);
    };
    const make = globalId('MakeSubscription', '1002');
    const platform = globalId('PlatformSubscription', `${customerOf(1002)}/${subscription_id}`);
    expect(await ids(make)).toEqual(union.filter(({ source }) => source === 'MAKE').map(({ id }) => id));
    expect(await ids(platform)).toEqual(
      union.filter(({ raw }) => raw.subscription_id === subscription_id).map(({ id }) => id),
    );
    expect(await ids(make, { source: 'PLATFORM' })).toEqual([]);
    expect(await ids(globalId('MakeSubscription', '1001'))).toEqual([]);
    const others = globalId('PlatformSubscription', `${customerOf(1001)}/${subscription_id}`);
    expect(await ids(others)).toEqual([]);
  });

  test.each([
    [{ subscription: globalId('Organization', '1002') }, /subscription/],
    [{ subscription: 'nonsense' }, /id/],
    [{ from: '2026-05-01T00:00:00Z', to: '2026-05-01T00:00:00Z' }, /from is to be earlier than to/],
  ])('the filter %j is refused', async (filter, message) => {
    const { window, errors } = await readWindow(gateway, { organization: '1002', filter });
    expect(window).toBeNull();
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('a cursor of one filter does not serve another', async () => {
    const { window } = await readWindow(gateway, { organization: '1002', first: 2 });
    const after = window.pageInfo.endCursor;
    for (const filter of [{ source: 'MAKE' }, { statuses: ['PAID'] }]) {
      const { errors } = await readWindow(gateway, { organization: '1002', first: 2, after, filter });
      expect(errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    }
  });

  test('invoices of one instant stand by their ids, and paging goes on when new ones have come', async () => {
    const before = await readWindow(gateway, { organization: '1001', first: 3 });
    const now = Date.now();
    await using fresh = await startTestGateway({ wallNow: () => now });
    await fresh.control('world', { organization: 1001, add: { invoices: 4 } });
    const union = await rawUnion(fresh, 1001);
    const { nodes } = await readWindow(fresh, { organization: '1001', first: 100 });
    expect(new Set(nodes.slice(0, 4).map(({ issuedAt }: Json) => issuedAt)).size).toBe(1);
    expect(nodes.map(({ id }: Json) => id)).toEqual(union.map(({ id }) => id));

    const after = before.window.pageInfo.endCursor;
    const rest = await readWindow(fresh, { organization: '1001', first: 3, after });
    expect(rest.errors).toEqual([]);
    expect(rest.nodes.map(({ id }: Json) => id)).toEqual(union.slice(7, 10).map(({ id }) => id));
  });

  test('an organization that is linked to no customer has those of Make alone', async () => {
    await gateway.control('reset', {});
    const { nodes, window, errors } = await readWindow(gateway, { organization: '1016' }, 'sandbox-operator');
    expect(errors).toEqual([]);
    expect(new Set(nodes.map(({ source }: Json) => source))).toEqual(new Set(['MAKE']));
    expect(window.totalCount).toBeGreaterThan(0);
    const empty = await readWindow(
      gateway,
      { organization: '1016', filter: { source: 'PLATFORM' } },
      'sandbox-operator',
    );
    expect(empty.errors).toEqual([]);
    expect(empty.window).toMatchObject({ edges: [], totalCount: 0, pageInfo: { hasNextPage: false } });
    expect(await gateway.requests(platformList)).toBe(0);
  });

  test('a free organization has its list refused, unless the filter names the other system', async () => {
    const whole = await readWindow(gateway, { organization: '1005' });
    expect(whole.window).toBeNull();
    expect(whole.errors).toMatchObject([{ extensions: { code: 'PLAN_UPGRADE_REQUIRED' } }]);
    const platform = await readWindow(gateway, { organization: '1005', filter: { source: 'PLATFORM' } });
    expect(platform.errors).toEqual([]);
    expect(platform.window.totalCount).toBeGreaterThan(0);
  });

  test('who may see billing sees invoices, who may not is refused, and who sees no organization costs nothing', async () => {
    const accountant = await readWindow(gateway, { organization: '1001', first: 1 }, 'sandbox-accountant');
    expect(accountant.nodes).toHaveLength(1);
    await gateway.control('reset', {});
    const member = await readWindow(gateway, { organization: '1001', first: 1 }, 'sandbox-member');
    expect(member.window).toBeNull();
    expect(member.errors).toMatchObject([
      { path: ['organization', 'invoices'], extensions: { code: 'FORBIDDEN' } },
    ]);
    const outsider = await readWindow(gateway, { organization: '1001', first: 1 }, 'sandbox-outsider');
    expect([outsider.window, outsider.errors]).toEqual([undefined, []]);
    expect([await gateway.requests(makeList), await gateway.requests(platformList)]).toEqual([0, 0]);
  });

  test('node gives an invoice back by its id, to those who may see it, and of its owner alone', async () => {
    const [make] = (await rawUnion(gateway, 1004)).filter(({ source }) => source === 'MAKE');
    const [platform] = (await rawUnion(gateway, 1004)).filter(({ source }) => source === 'PLATFORM');
    const ask = async (ids: readonly string[], caller = 'sandbox-owner') => {
      const document = `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
        ... on Invoice { issuedAt lineItems { description } downloadUrl } ... on PlatformInvoice { description metadata } } }`;
      const { data, errors } = await gateway.query<Json, object>(document, { ids }, { caller });
      expect(errors).toEqual([]);
      return data.nodes;
    };
    const before = await gateway.requests(platformOne);
    const nodes = await ask([make.id, platform.id]);
    expect(nodes).toMatchObject([
      { __typename: 'MakeInvoice', id: make.id, issuedAt: make.issuedAt },
      { __typename: 'PlatformInvoice', id: platform.id, issuedAt: platform.issuedAt },
    ]);
    expect(nodes.every(({ lineItems }: Json) => lineItems.length > 0)).toBe(true);
    expect(await gateway.requests(platformOne)).toBe(before + 1);

    const foreign = [
      globalId('MakeInvoice', `1001/${make.raw.id}`),
      globalId('MakeInvoice', '1004/in_nothing'),
      globalId('MakeInvoice', '1004/1001'),
      globalId('PlatformInvoice', `${customerOf(1001)}/${platform.raw.id}`),
      globalId('PlatformInvoice', `${customerOf(1004)}/inv_nothing`),
    ];
    expect(await ask(foreign)).toEqual(foreign.map(() => null));
    for (const caller of ['sandbox-member', 'sandbox-outsider']) {
      expect(await ask([make.id, platform.id], caller)).toEqual([null, null]);
    }
  });

  test('a customer has the invoices of the platform alone', async () => {
    const union = (await rawUnion(gateway, 1002)).filter(({ source }) => source === 'PLATFORM');
    const ask = async (caller: string, customer: string, filter: object = {}) => {
      const document = `query($id: ID!, $filter: InvoiceFilter) { node(id: $id) { ... on Customer {
        invoices(first: 100, filter: $filter) { totalCount edges { node { id } } } } } }`;
      const variables = { id: globalId('Customer', customer), filter };
      const { data, errors } = await gateway.query<Json, object>(document, variables, { caller });
      return { ids: data.node?.invoices?.edges.map(({ node }: Json) => node.id), errors };
    };
    const ids = union.map(({ id }) => id);
    expect(await ask('sandbox-accountant', customerOf(1002))).toEqual({ ids, errors: [] });
    expect(await ask('sandbox-operator', customerOf(1002))).toEqual({ ids, errors: [] });
    expect(await ask('sandbox-owner', customerOf(1002), { source: 'MAKE' })).toEqual({ ids: [], errors: [] });
    expect((await ask('sandbox-member', customerOf(1002))).ids).toBeUndefined();
    expect((await ask('sandbox-outsider', customerOf(1002))).ids).toBeUndefined();
  });
});

describe('when a system is down', () => {
  test.each([
    [makeList, 'make-billing', 'PLATFORM'],
    [platformList, 'platform-billing', 'MAKE'],
  ])('%s: the list is an error, and that of the other system arrives', async (endpoint, upstream, other) => {
    await using gateway = await startTestGateway();
    await gateway.control('faults', { endpoint, fault: '503', times: 100 });
    const both = await readWindow(gateway, { organization: '1001', first: 3 });
    expect(both.window).toBeNull();
    expect(both.errors).toMatchObject([
      { path: ['organization', 'invoices'], extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream } },
    ]);
    const { nodes, errors } = await readWindow(gateway, {
      organization: '1001',
      first: 3,
      filter: { source: other },
    });
    expect(errors).toEqual([]);
    expect(nodes.map(({ source }: Json) => source)).toEqual([other, other, other]);
  });

  test('a row that lacks what is required fails alone', async () => {
    await using gateway = await startTestGateway();
    const fault = { endpoint: makeList, fault: 'missing-field', field: 'issueDate', times: 1 };
    await gateway.control('faults', fault);
    const { nodes, errors } = await readWindow(gateway, { organization: '1001', first: 5 });
    expect(nodes.filter((node: Json) => node === null)).toHaveLength(1);
    expect(errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_BAD_RESPONSE', upstream: 'make-billing' } },
    ]);
  });

  test('where no platform is configured Make is all there is', async () => {
    await using gateway = await startTestGateway({ settings: { platform: undefined } });
    const { nodes, errors } = await readWindow(gateway, { organization: '1001', first: 100 });
    expect(errors).toEqual([]);
    expect(new Set(nodes.map(({ source }: Json) => source))).toEqual(new Set(['MAKE']));
    const platform = await readWindow(gateway, { organization: '1001', filter: { source: 'PLATFORM' } });
    expect(platform.errors).toMatchObject([{ extensions: { code: 'NOT_SUPPORTED_BY_UPSTREAM' } }]);
  });
});

describe('in the live dialect', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ dialect: 'live' });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('the invoices of Make are read from its payments, with links of its own', async () => {
    const { payments } = await rawMake(
      gateway.sandbox.origins.makeLive,
      '/organizations/1001/payments?pg%5Blimit%5D=5&pg%5BsortBy%5D=created&pg%5BsortDir%5D=desc',
    );
    const { data, errors } = await gateway.query<Json, object>(`{ organization(id: "1001") {
      invoices(first: 5, filter: { source: MAKE }) { totalCount edges { node { id number status rawStatus
        total { decimal currency } subtotal { decimal } issuedAt downloadUrl lineItems { quantity }
        ... on MakeInvoice { hostedUrl } } } } } }`);
    expect(errors).toEqual([]);
    const { totalCount, edges } = data.organization.invoices;
    expect(totalCount).toBeNull();
    expect(edges.map(({ node }: Json) => node)).toEqual(
      payments.map((raw: Json) => ({
        id: globalId('MakeInvoice', `1001/${raw.id}`),
        number: raw.invoice_number,
        status: { Paid: 'PAID', Pending: 'OPEN', Failed: 'UNKNOWN' }[raw.status_name as string],
        rawStatus: raw.status_name,
        total: { decimal: raw.amount_total, currency: raw.currency_code.toUpperCase() },
        subtotal: null,
        issuedAt: date(raw.created),
        downloadUrl: expect.stringMatching(/^http.*\/.+/),
        lineItems: null,
        hostedUrl: raw.hosted_invoice_url,
      })),
    );
    const pdf = await fetch(edges[0].node.downloadUrl);
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  });

  test('both systems are one list, whose length is not told', async () => {
    const first = await readWindow(gateway, { organization: '1002', first: 100 });
    expect(first.errors).toEqual([]);
    expect(first.window).toMatchObject({ totalCount: null, pageInfo: { hasNextPage: false } });
    const times = first.nodes.map(({ issuedAt }: Json) => issuedAt);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(new Set(first.nodes.map(({ source }: Json) => source)).size).toBe(2);
    const { errors } = await readWindow(gateway, { organization: '1002', last: 3 });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_SUPPORTED_BY_UPSTREAM' } }]);
    const paid = await readWindow(gateway, {
      organization: '1002',
      first: 100,
      filter: { statuses: ['PAID'] },
    });
    expect(paid.nodes).toEqual(first.nodes.filter(({ status }: Json) => status === 'PAID'));
  });

  test('node finds an invoice that no endpoint gives by its id', async () => {
    const { nodes } = await readWindow(gateway, {
      organization: '1003',
      first: 5,
      filter: { source: 'MAKE' },
    });
    const ids = [nodes[4].id, globalId('MakeInvoice', '1003/in_nothing')];
    const document = 'query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Invoice { issuedAt } } }';
    const { data, errors } = await gateway.query<Json, object>(document, { ids });
    expect(errors).toEqual([]);
    expect(data.nodes).toEqual([{ id: nodes[4].id, issuedAt: nodes[4].issuedAt }, null]);
  });

  test('a payment leads to the page where its invoice can be paid', async () => {
    const { data } = await gateway.query<Json, object>(
      '{ organization(id: "1001") { payments(first: 1) { edges { node { ... on MakePayment { hostedUrl } } } } } }',
    );
    expect(data.organization.payments.edges[0].node.hostedUrl).toMatch(/^http.*\/pay\//);
  });
});
