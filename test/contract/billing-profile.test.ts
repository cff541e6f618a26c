import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Json, rawMake } from '../kit/raw.ts';

const billingEndpoint = 'GET /cashier/billing/{organizationId}';
const planEndpoint = 'GET /cashier/subscription/{organizationId}';

const profileQuery = `query($id: ID!) { organization(id: $id) { billing {
  address { line1 line2 city state postalCode country } taxId invoiceEmailRecipients
  subscription { plan rawPlan status rawStatus interval nextBillingAt features { name isIncluded limit } }
  usage { operations { included used overage } resetAt storage { included used overage } users { included used overage } }
  currentAmount { minorUnits currency } nextAmount { minorUnits currency } overageCharges { minorUnits currency }
  fetchedAt } } }`;

const pricesQuery = `query($id: ID!) { organization(id: $id) {
  availablePrices { ...price } availableExtras { ...price } } }
  fragment price on MakePrice { priceId productId planName description amount { minorUnits currency } interval
    intervalCount operations fetchedAt }`;

const text = (number: Json): string | null => (number == null ? null : String(number));
const quota = ({ included, used, active, overage }: Json) => ({
  included: text(included),
  used: text(used ?? active),
  overage: text(overage),
});

describe('in the documented dialect', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const read = async (document: string, id: string, caller = 'sandbox-owner') => {
    const { data, errors } = await gateway.query<Json, object>(document, { id }, { caller });
    return { organization: data?.organization, errors };
  };

  test('the billing profile tells all that Make prints', async () => {
    for (const organization of ['1001', '1002', '1003', '1004']) {
      const raw = await rawMake(gateway.sandbox.origins.makeDocumented, `/cashier/billing/${organization}`);
      const { organization: answer, errors } = await read(profileQuery, organization);
      expect(errors).toEqual([]);
      const { currency } = raw.billing;
      const money = (minorUnits: Json) => (minorUnits == null ? null : { minorUnits, currency });
      expect(answer.billing).toEqual({
        address: { line2: null, state: null, ...raw.billingAddress },
        taxId: raw.taxId ?? null,
        invoiceEmailRecipients: raw.invoiceEmailRecipients,
        subscription: {
          plan: raw.subscription.plan.toUpperCase(),
          rawPlan: raw.subscription.plan,
          status: raw.subscription.status.toUpperCase(),
          rawStatus: raw.subscription.status,
          interval: raw.subscription.billingCycle === 'yearly' ? 'YEAR' : 'MONTH',
          nextBillingAt: raw.subscription.nextBillingDate
            ? new Date(raw.subscription.nextBillingDate).toISOString()
            : null,
          features: raw.subscription.features.map(({ name, included, limit }: Json) => ({
            name,
            isIncluded: included,
            limit: text(limit),
          })),
        },
        usage: {
          operations: quota(raw.usage.operations),
          resetAt: new Date(raw.usage.operations.resetDate).toISOString(),
          storage: quota(raw.usage.storage),
          users: quota(raw.usage.users),
        },
        currentAmount: money(raw.billing.currentAmount),
        nextAmount: money(raw.billing.nextAmount),
        overageCharges: money(raw.billing.overageCharges),
        fetchedAt: expect.any(String),
      });
    }
  });

  test('what a plan offers is read for a subscription only when it is asked for', async () => {
    const before = await gateway.requests(planEndpoint);
    await read('query($id: ID!) { organization(id: $id) { subscription { planName } } }', '1002');
    expect(await gateway.requests(planEndpoint)).toBe(before);
    const { organization, errors } = await read(
      'query($id: ID!) { organization(id: $id) { subscription { features { name isIncluded limit } } } }',
      '1002',
    );
    expect(errors).toEqual([]);
    expect(await gateway.requests(planEndpoint)).toBe(before + 1);
    const raw = await rawMake(gateway.sandbox.origins.makeDocumented, '/cashier/subscription/1002');
    expect(organization.subscription.features).toEqual(
      raw.subscription.features.map(({ name, included, limit }: Json) => ({
        name,
        isIncluded: included,
        limit: text(limit),
      })),
    );
  });

  test('what can be bought is what the configuration lists, in the currency that the organization pays in', async () => {
    const currencies = new Map<string, string>();
    for (const id of ['1001', '1002', '1003', '1004']) {
      const raw = await rawMake(gateway.sandbox.origins.makeDocumented, `/organizations/${id}/subscription`);
      const { organization, errors } = await read(pricesQuery, id);
      expect(errors).toEqual([]);
      const { availablePrices, availableExtras } = organization;
      const found = [...availablePrices, ...availableExtras].map(({ amount }: Json) => amount.currency);
      expect(new Set(found)).toEqual(new Set([raw.price.currency.toUpperCase()]));
      expect([availablePrices.length, availableExtras.length]).toEqual([8, 1]);
      expect(availablePrices.map(({ priceId }: Json) => priceId)).toContain(raw.price.id);
      currencies.set(id, found[0]);
    }
    expect(new Set(currencies.values()).size).toBeGreaterThan(1);
    const { organization } = await read(pricesQuery, '1001');
    expect(organization.availablePrices[1]).toEqual({
      priceId: '2112',
      productId: '1',
      planName: 'Core',
      description: null,
      amount: { minorUnits: 10_590, currency: 'USD' },
      interval: 'YEAR',
      intervalCount: 1,
      operations: 10_000,
      fetchedAt: expect.any(String),
    });
    expect(organization.availableExtras[0]).toMatchObject({ interval: null, intervalCount: null });
  });

  test('where the currency cannot be known, prices in every currency are shown', async () => {
    const { organization, errors } = await read(pricesQuery, '1005');
    expect(errors).toEqual([]);
    expect(new Set(organization.availablePrices.map(({ amount }: Json) => amount.currency)).size).toBe(4);
  });

  test('an accountant sees the billing, a member is refused, and the plan may refuse it', async () => {
    const accountant = await read(profileQuery, '1001', 'sandbox-accountant');
    expect([accountant.organization.billing !== null, accountant.errors]).toEqual([true, []]);
    for (const document of [profileQuery, pricesQuery]) {
      const { organization, errors } = await read(document, '1001', 'sandbox-member');
      expect(Object.values(organization).every((field) => field === null)).toBe(true);
      expect(new Set(errors.map(({ extensions }) => extensions?.['code']))).toEqual(new Set(['FORBIDDEN']));
    }
    const free = await read(profileQuery, '1005');
    expect(free.errors).toMatchObject([
      { path: ['organization', 'billing'], extensions: { code: 'PLAN_UPGRADE_REQUIRED' } },
    ]);
  });
});

test('in the live dialect prices are what Make sells, and what it does not tell is null', async () => {
  await using gateway = await startTestGateway({ dialect: 'live' });
  const { products } = await rawMake(
    gateway.sandbox.origins.makeLive,
    '/cashier/products?organizationId=1003',
  );
  const { data, errors } = await gateway.query<Json, object>(pricesQuery, { id: '1003' });
  expect(errors).toEqual([]);
  const { availablePrices, availableExtras } = data.organization;
  const visible = products.flatMap((product: Json) =>
    product.prices.map((price: Json) => ({ ...price, product })),
  );
  const offered = [...availablePrices, ...availableExtras].map(({ priceId }: Json) => priceId);
  expect(new Set(offered)).toEqual(new Set(visible.map(({ id }: Json) => String(id))));
  expect(offered).toHaveLength(visible.length);
  const [first] = visible;
  expect(availablePrices[0]).toMatchObject({
    productId: String(first.product.id),
    planName: first.product.name.en ?? first.product.name,
    amount: { currency: first.currencyCode.toUpperCase() },
  });
  expect(await gateway.requests('GET /organizations/{organizationId}/subscription')).toBe(0);

  const more = await gateway.query<Json, object>(
    '{ organization(id: "1003") { billing { taxId } subscription { planName features { name } } } }',
  );
  expect(more.errors).toEqual([]);
  expect(more.data.organization).toEqual({
    billing: null,
    subscription: { planName: expect.any(String), features: null },
  });
});

test('an organization without a subscription has no billing profile', async () => {
  await using gateway = await startTestGateway();
  await gateway.control('faults', { endpoint: billingEndpoint, fault: '503', times: 100 });
  const down = await gateway.query<Json, object>(profileQuery, { id: '1001' });
  expect(down.data.organization.billing).toBeNull();
  expect(down.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);

  const none = await gateway.query<Json, object>(
    profileQuery,
    { id: '1011' },
    { caller: 'sandbox-operator' },
  );
  expect(none.data.organization.billing).toBeNull();
});
