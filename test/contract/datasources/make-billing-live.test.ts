import { afterAll, expect, test } from 'vitest';
import { createMakeBilling, type MakeBilling } from '../../../src/datasources/make-billing/make-billing.ts';
import { billingTags } from '../../../src/datasources/make-billing/tags.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { failureOf, startTestSource } from '../../kit/datasource.ts';

type Json = ReturnType<typeof JSON.parse>;

const source = await startTestSource('make-billing', 'live');
afterAll(() => source[Symbol.asyncDispose]());

const make: MakeBilling = createMakeBilling(source.upstream, source.config.make, () => {});
/** For tests that change the world, or order faults that a cached answer would pass by. */
async function beginAnew(): Promise<void> {
  await source.control('reset', {});
  source.upstream.invalidate([1001, 1002, 1004, 1005].flatMap(billingTags));
}

const { organization, errand, raw } = source;
const page = { offset: 0, limit: 100 };
const paymentsPath = (id: number) =>
  `/organizations/${id}/payments?pg[offset]=0&pg[limit]=100&pg[sortBy]=created&pg[sortDir]=desc`;
const failed = (code: string, upstreamCode?: string) =>
  expect.objectContaining({
    code,
    ...(upstreamCode !== undefined && { details: expect.objectContaining({ upstreamCode }) }),
  });
const minor = (decimal: string, currency: string): number =>
  Math.round(Number(decimal) * (currency === 'JPY' ? 1 : 100));

test.each([1002, 1003, 1004])(
  'the invoices of %i are its payments, read from the same answer',
  async (id) => {
    const { payments } = await raw(id, paymentsPath(id));
    const before = await source.requests();
    const { rows, total } = (await make.invoices(organization(id), {}, page, errand())).value;
    await make.payments(organization(id), page, errand());
    const after = await source.requests();
    const endpoint = 'GET /organizations/{organizationId}/payments';
    expect((after[endpoint] ?? 0) - (before[endpoint] ?? 0)).toBe(1);
    expect(total).toBeNull();
    expect(rows).toEqual(
      payments.map((json: Json) => {
        const currency = json.currency_code.toUpperCase();
        return {
          upstreamId: json.id,
          number: json.invoice_number,
          status: { Paid: 'PAID', Pending: 'OPEN', Failed: 'UNKNOWN' }[json.status_name as string],
          rawStatus: json.status_name,
          total: { minorUnits: minor(json.amount_total, currency), currency },
          subtotal: null,
          tax: null,
          issuedAt: new Date(json.created),
          dueAt: null,
          paidAt: null,
          downloadUrl: json.invoice_url,
          hostedUrl: json.hosted_invoice_url,
          isFileGuarded: false,
          lineItems: null,
          paymentMethod: null,
        };
      }),
    );
  },
);

test("an invoice's link opens its file without a credential", async () => {
  const [invoice] = (await make.invoices(organization(1002), {}, page, errand())).value.rows;
  if (invoice === undefined || invoice instanceof Failure) throw new Error('there is no invoice');
  const response = await fetch(invoice.downloadUrl ?? '');
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(await response.text()).toContain(invoice.number);
});

test.each([1001, 1004, 1009])(
  'the payment methods of %i say which is the default, and of what',
  async (id) => {
    const { paymentMethods } = await raw(id, `/organizations/${id}/subscription/payment-methods`);
    const { rows } = (await make.paymentMethods(organization(id), errand())).value;
    expect(rows).toEqual(
      paymentMethods.map((json: Json) => ({
        upstreamId: json.id,
        type: json.type === 'card' ? 'CARD' : 'BANK_ACCOUNT',
        rawType: json.type,
        isDefault: json.customerDefaultMethod,
        isDefaultForExtras: json.customerDefaultExtrasMethod,
        isValid: json.valid,
        isImmediate: json.isImmediate,
        brand: json.methodDetails.display_brand ?? null,
        last4: json.methodDetails.last4,
        expiryMonth: null,
        expiryYear: null,
        bankName: json.methodDetails.bank_name ?? null,
        email: null,
        billingAddress: null,
        createdAt: new Date(json.created),
      })),
    );
  },
);

test('the kinds of payment methods that an organization may use are told', async () => {
  const { paymentMethodTypes } = await raw(1002, '/organizations/1002/subscription/payment-method-types');
  const options = await make.paymentMethodOptions(organization(1002), errand());
  expect(options?.value.rows).toEqual(
    paymentMethodTypes.map((json: Json) => ({
      type: { card: 'CARD', sepa_debit: 'BANK_ACCOUNT', paypal: 'PAYPAL' }[json.value as string],
      rawType: json.value,
      label: json.label,
      canBeDefault: json.canBeDefaultForSubscription,
      canBeDefaultForExtras: json.canBeDefaultForExtras,
    })),
  );
});

test.each([1001, 1003])('what %i can buy is told in its currency, to the cent', async (id) => {
  const { products } = await raw(id, `/cashier/products?organizationId=${id}`);
  const { rows } = (await make.prices(organization(id), errand())).value;
  expect(rows).toEqual(
    products.flatMap((product: Json) =>
      product.prices.map((json: Json) => ({
        priceId: String(json.id),
        productId: String(product.id),
        planName: product.name.en,
        description: product.description.en,
        amount: {
          minorUnits: minor(String(json.price), json.currencyCode),
          currency: json.currencyCode,
        },
        interval: json.period === null ? null : json.period.toUpperCase(),
        intervalCount: json.period === null ? null : 1,
        operations: json.config.operations,
      })),
    ),
  );
  expect(rows).toHaveLength(9);
});

test('both dialects know the same prices', async () => {
  const documented = createMakeBilling(
    source.upstream,
    { dialect: 'documented', prices: source.config.make.prices },
    () => {},
  );
  const { rows } = (await make.prices(organization(1002), errand())).value;
  for (const row of rows) {
    if (row instanceof Failure) throw row;
    const { value } = await documented.price(organization(1002), row.priceId, errand());
    expect({ ...row, description: null }).toEqual(value);
  }
});

test('one price is told by its id, without the name of the plan', async () => {
  const meter = errand().meter;
  const { value } = await make.price(organization(1001), '2312', errand({ meter }));
  expect(value).toMatchObject({
    priceId: '2312',
    productId: '3',
    planName: null,
    amount: { minorUnits: 34_120, currency: 'USD' },
    interval: 'YEAR',
  });
  expect([...meter.buckets.keys()]).toEqual(['make:1001:account']);
  expect(await failureOf(make.price(organization(1001), '7', errand()))).toEqual(
    failed('NOT_FOUND', 'SC404'),
  );
});

test('a subscription begins on a hosted page, and is there once a person has paid', async () => {
  await beginAnew();
  const org = organization(1005);
  expect(await failureOf(make.subscription(org, errand()))).toEqual(failed('NOT_FOUND'));
  const customer = {
    name: 'Pebble',
    email: 'bills@pebble.example',
    isBusiness: true,
    companyName: 'Pebble Ltd',
    taxId: 'CA123',
    countryId: 37,
    address: { line1: '1 Main St', city: 'Toronto', postalCode: 'M5V', country: 'CA' },
  };
  const { value } = await make.createSubscription(
    org,
    { priceId: '2111', couponCode: 'WELCOME10', customer },
    errand(),
  );
  expect(value.subscription).toBeNull();
  expect(value.checkout).toEqual({
    sessionId: expect.stringMatching(/^\d+$/),
    url: expect.stringContaining('/checkout/'),
    subscriptionId: expect.stringMatching(/^\d+$/),
  });
  await fetch(`${value.checkout?.url}/complete`, {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'pay' }),
  });
  const { value: begun } = await make.subscription(org, errand({ maxAge: 0 }));
  expect(begun).toMatchObject({
    priceId: '2111',
    planName: 'Core',
    discount: {
      couponId: null,
      amountOff: { minorUnits: 106, currency: 'USD' },
      validFrom: new Date('2026-11-15T10:00:00Z'),
    },
  });
  const address = source.sandbox.world.makeBilling.accounts.get(1005)?.profile.address;
  expect(address).toMatchObject({ line1: '1 Main St', city: 'Toronto', postalCode: 'M5V', country: 'CA' });
});

test('changes answer that they were accepted, and the next read shows them', async () => {
  await beginAnew();
  const org = organization(1001);
  await make.subscription(org, errand());
  expect((await make.updateSubscription(org, { priceId: '2211' }, errand())).value).toBeNull();
  expect((await make.subscription(org, errand())).value.planName).toBe('Pro');
  expect((await make.upgradePlan(org, { priceId: '2311' }, errand())).value).toEqual({
    subscription: null,
    effectiveAt: null,
  });
  expect((await make.subscription(org, errand())).value.planName).toBe('Teams');
  expect((await make.organization(org, errand())).value.plan).toBe('TEAMS');
  await make.downgradePlan(org, { priceId: '2111' }, errand());
  expect((await make.cancelSubscription(org, { atPeriodEnd: true }, errand())).value).toEqual({
    subscriptionId: null,
    status: null,
    rawStatus: null,
    cancelAtPeriodEnd: null,
    effectiveAt: null,
  });
  expect(await failureOf(make.cancelPlan(org, {}, errand()))).toEqual(failed('CONFLICT'));
});

test('the free plan asks for a confirmation', async () => {
  await beginAnew();
  const org = organization(1002);
  expect(await failureOf(make.setFreePlan(org, undefined, errand()))).toEqual(
    failed('CONFIRMATION_REQUIRED', 'IM004'),
  );
  expect((await make.organization(org, errand())).value.plan).toBe('PRO');
  expect((await make.setFreePlan(org, true, errand())).value).toEqual({
    plan: null,
    message: null,
    effectiveAt: null,
    subscriptionId: expect.stringMatching(/^\d+$/),
    customerId: expect.stringMatching(/^\d+$/),
  });
  expect((await make.organization(org, errand())).value.plan).toBe('FREE');
});

test('a payment method becomes the default of either or both, or is removed, and the list shows it', async () => {
  await beginAnew();
  const org = organization(1001);
  const list = async () => (await make.paymentMethods(org, errand())).value.rows;
  const other = (await list()).find((row) => !(row instanceof Failure) && row.isDefault === false);
  if (other === undefined || other instanceof Failure) throw new Error('there is no second method');
  const { upstreamId: id } = other;
  const now = async () => (await list()).find((row) => !(row instanceof Failure) && row.upstreamId === id);

  await make.updatePaymentMethod(org, id, { isDefaultForExtras: true }, errand());
  expect(await now()).toMatchObject({ isDefault: false, isDefaultForExtras: true });
  expect((await make.updatePaymentMethod(org, id, { isDefault: true }, errand())).value).toBeNull();
  expect(await now()).toMatchObject({ isDefault: true, isDefaultForExtras: true });
  await make.updatePaymentMethod(org, id, { isDefault: true, isDefaultForExtras: true }, errand());
  expect(await failureOf(make.removePaymentMethod(org, id, errand()))).toEqual(failed('CONFLICT'));
  const third = (await list()).find((row) => !(row instanceof Failure) && row.isDefault === false);
  if (third === undefined || third instanceof Failure) throw new Error('there is no other method');
  await make.removePaymentMethod(org, third.upstreamId, errand());
  expect(await list()).not.toContainEqual(third);
});

test('what the dialect lacks is null where it is read and refused where it is asked for, unsent', async () => {
  const org = organization(1001);
  const before = await source.requests();
  expect(await make.billing(org, errand())).toBeNull();
  expect(await make.plan(org, errand())).toBeNull();
  expect(await make.invoice(org, 'in_1', errand())).toBeNull();
  expect(await make.invoiceFile(org, 'in_1', errand())).toBeNull();
  const refusals = [
    make.applyCoupon(org, 'WELCOME10', errand()),
    make.createSinglePayment(org, { priceId: '2910', quantity: 1 }, errand()),
    make.addPaymentMethod(org, { source: { token: 'tok_visa' } }, errand()),
    make.createSubscription(org, { priceId: '2111', trialDays: 3 }, errand()),
    make.updateSubscription(org, { priceId: '2111', customer: { paymentMethodId: 'pm_1' } }, errand()),
    make.upgradePlan(org, { priceId: '2311', proration: 'NONE' }, errand()),
    make.cancelSubscription(org, { atPeriodEnd: false, reason: 'done' }, errand()),
    make.updatePaymentMethod(org, 'pm_1', { isDefault: false, expiryYear: 2032 }, errand()),
  ];
  const failures = await Promise.all(refusals.map(failureOf));
  expect(failures.map(({ code }) => code)).toEqual(Array(8).fill('NOT_SUPPORTED_BY_UPSTREAM'));
  expect(failures.slice(3).map(({ details }) => details.faults?.map(({ path }) => path.join('.')))).toEqual([
    ['trialDays'],
    ['customer.paymentMethodId'],
    ['proration'],
    ['atPeriodEnd', 'reason'],
    ['expiryYear', 'isDefault'],
  ]);
  expect(await source.requests()).toEqual(before);
});

test.each(['abc', '2111x', '-1', '', '0', '1e3', '../1', '99999999999999999999'])(
  'a price id that is no number is refused before anything is sent: %j',
  async (priceId) => {
    const org = organization(1001);
    const before = await source.requests();
    for (const call of [
      make.createSubscription(org, { priceId }, errand()),
      make.updateSubscription(org, { priceId }, errand()),
    ]) {
      const failure = await failureOf(call);
      expect(failure).toEqual(failed('BAD_USER_INPUT'));
      expect(failure.details.faults?.[0]?.path).toEqual(['priceId']);
    }
    expect(await source.requests()).toEqual(before);
  },
);

test.each(['../1002', '?x', '#', '%2f', 'a/b', 'a\nb', '..', 'ü😀', 'default', ''])(
  'no id reaches another endpoint: %j',
  async (id) => {
    const org = organization(1001);
    const before = await source.requests();
    const calls = [
      make.price(org, id, errand()),
      make.updatePaymentMethod(org, id, { isDefault: true }, errand()),
      make.removePaymentMethod(org, id, errand()),
    ];
    const codes = (await Promise.all(calls.map(failureOf))).map(({ code }) => code);
    expect(codes.filter((code) => code !== 'NOT_FOUND' && code !== 'BAD_USER_INPUT')).toEqual([]);
    const asked = Object.entries(await source.requests())
      .filter(([endpoint, count]) => count !== before[endpoint])
      .map(([endpoint]) => endpoint);
    const own = [
      'GET /cashier/prices/{priceId}',
      'PATCH /organizations/{organizationId}/subscription/payment-methods/{paymentMethodId}/default',
      'DELETE /organizations/{organizationId}/subscription/payment-methods/{paymentMethodId}',
    ];
    expect(asked.filter((endpoint) => !own.includes(endpoint))).toEqual([]);
  },
);

test('a row or a price that cannot be read fails alone, and an unknown kind is kept in its own word', async () => {
  await beginAnew();
  await source.spoil('GET /organizations/{organizationId}/payments', 'missing-field', 'amount_total');
  const { rows } = (await make.invoices(organization(1002), {}, page, errand())).value;
  expect(rows[0]).toEqual(failed('UPSTREAM_BAD_RESPONSE'));
  expect(rows.filter((row) => row instanceof Failure)).toHaveLength(1);

  const methods = 'GET /organizations/{organizationId}/subscription/payment-methods';
  await source.spoil(methods, 'bad-enum', 'type');
  expect((await make.paymentMethods(organization(1002), errand())).value.rows[0]).toMatchObject({
    type: 'UNKNOWN',
    rawType: 'added_in_a_later_version',
  });

  await source.spoil('GET /cashier/products', 'null-field', 'currencyCode');
  const prices = (await make.prices(organization(1009), errand())).value.rows;
  expect(prices[0]).toEqual(failed('UPSTREAM_BAD_RESPONSE'));
  expect(prices.filter((row) => row instanceof Failure)).toHaveLength(1);
  expect(prices).toHaveLength(9);
});
