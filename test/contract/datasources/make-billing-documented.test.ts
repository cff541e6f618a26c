import { afterAll, expect, test } from 'vitest';
import { createMakeBilling, type MakeBilling } from '../../../src/datasources/make-billing/make-billing.ts';
import { billingTags } from '../../../src/datasources/make-billing/tags.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { failureOf, startTestSource } from '../../kit/datasource.ts';

type Json = ReturnType<typeof JSON.parse>;

const source = await startTestSource('make-billing');
afterAll(() => source[Symbol.asyncDispose]());

const make: MakeBilling = createMakeBilling(source.upstream, source.config.make, () => {});

/** For tests that change the world, or order faults that a cached answer would pass by. */
async function beginAnew(): Promise<void> {
  await source.control('reset', {});
  source.upstream.invalidate([1001, 1002, 1004, 1005].flatMap(billingTags));
}

const { organization, errand, raw } = source;
const page = { offset: 0, limit: 100 };
const money = (minorUnits: number, currency: string) => ({ minorUnits, currency });
const failed = (code: string, upstreamCode?: string) =>
  expect.objectContaining({
    code,
    ...(upstreamCode !== undefined && { details: expect.objectContaining({ upstreamCode }) }),
  });

function methodIn(json: Json): object {
  const { last4 = null, brand = null, expiryMonth = null, expiryYear = null, bankName = null } = json.details;
  return {
    upstreamId: json.id,
    type: { credit_card: 'CARD', bank_account: 'BANK_ACCOUNT', paypal: 'PAYPAL' }[json.type as string],
    rawType: json.type,
    isDefault: json.isDefault,
    isDefaultForExtras: null,
    isValid: null,
    isImmediate: null,
    brand,
    last4,
    expiryMonth,
    expiryYear,
    bankName,
    email: null,
    billingAddress: { line2: null, state: null, ...json.billingAddress },
    createdAt: null,
  };
}

const invoiceStatus: Readonly<Record<string, string>> = {
  draft: 'DRAFT',
  sent: 'OPEN',
  paid: 'PAID',
  overdue: 'OVERDUE',
  cancelled: 'VOID',
};

function invoiceIn(json: Json): object {
  const { currency, subtotal, tax, total } = json.amount;
  const isYen = currency === 'JPY';
  return {
    upstreamId: json.id,
    number: json.invoiceNumber,
    status: invoiceStatus[json.status],
    rawStatus: json.status,
    total: money(total, currency),
    subtotal: money(subtotal, currency),
    tax: money(tax, currency),
    issuedAt: new Date(json.issueDate),
    dueAt: new Date(json.dueDate),
    paidAt: json.paidDate === undefined ? null : new Date(json.paidDate),
    downloadUrl: json.downloadUrl,
    hostedUrl: null,
    isFileGuarded: true,
    paymentMethod: json.paymentMethod === undefined ? null : methodIn(json.paymentMethod),
    lineItems: json.items.map((item: Json) => ({
      upstreamId: item.id,
      description: item.description,
      quantity: String(item.quantity),
      unitPrice: {
        decimal: isYen ? String(item.unitPrice) : (item.unitPrice / 100).toFixed(2),
        currency,
      },
      amount: money(item.amount, currency),
      periodStart: item.period === undefined ? null : new Date(item.period.start),
      periodEnd: item.period === undefined ? null : new Date(item.period.end),
    })),
  };
}

function planIn(json: Json): object {
  return {
    plan: json.plan.toUpperCase(),
    rawPlan: json.plan,
    status: json.status.toUpperCase(),
    rawStatus: json.status,
    interval: json.billingCycle === 'yearly' ? 'YEAR' : 'MONTH',
    nextBillingAt: new Date(json.nextBillingDate),
    features: json.features.map(({ name, included, limit }: Json) => ({
      name,
      isIncluded: included,
      limit: limit === undefined ? null : String(limit),
    })),
  };
}

const quota = ({ included, used, active, overage }: Json) => ({
  included: String(included),
  used: String(used ?? active),
  overage: String(overage),
  remaining: null,
});

function discountIn(coupon: Json, currency: string): object {
  const isPercentage = coupon.discountType === 'percentage';
  return {
    couponId: coupon.id,
    code: coupon.code,
    percentOff: isPercentage ? String(coupon.discountValue) : null,
    amountOff: isPercentage ? null : money(coupon.discountValue, currency),
    validFrom: null,
    validUntil: coupon.validUntil === undefined ? null : new Date(coupon.validUntil),
    productId: null,
    productName: null,
  };
}

test.each([1001, 1003, 1008])(
  'the billing profile of %i is what the document says: whom bills go to, the plan, use and amounts',
  async (id) => {
    const json = await raw(id, `/cashier/billing/${id}`);
    const { operations, storage, users } = json.usage;
    const { currency, currentAmount, nextAmount, overageCharges } = json.billing;
    expect((await make.billing(organization(id), errand()))?.value).toEqual({
      address: { line2: null, state: null, ...json.billingAddress },
      taxId: json.taxId ?? null,
      invoiceEmailRecipients: json.invoiceEmailRecipients,
      subscription: planIn(json.subscription),
      usage: {
        operations: quota(operations),
        resetAt: new Date(operations.resetDate),
        storage: quota(storage),
        users: quota(users),
      },
      currentAmount: money(currentAmount, currency),
      nextAmount: money(nextAmount, currency),
      overageCharges: money(overageCharges, currency),
    });
  },
);

test("the administration's view of the subscription tells the plan and what it offers", async () => {
  const json = await raw(1004, '/cashier/subscription/1004');
  const answer = await make.plan(organization(1004), errand());
  expect(answer?.value).toEqual(planIn(json.subscription));
  expect(answer?.value.features).toContainEqual({ name: 'Users', isIncluded: true, limit: '100' });
});

test('the subscription tells its coupon with id, code, share and end', async () => {
  const json = await raw(1001, '/organizations/1001/subscription');
  const { value } = await make.subscription(organization(1001), errand());
  expect(value.discount).toEqual(discountIn(json.coupon, 'USD'));
});

test.each([1002, 1003, 1004])('all invoices of %i are what the document says, lines included', async (id) => {
  const json = await raw(id, `/cashier/invoices/${id}?limit=100`);
  const { value } = await make.invoices(organization(id), {}, page, errand());
  expect(value.total).toBe(json.pagination.total);
  expect(value.rows).toEqual(json.invoices.map(invoiceIn));
});

test('a list of invoices is narrowed and paged by the upstream', async () => {
  const { rows, total } = (
    await make.invoices(organization(1004), { statuses: ['VOID', 'DRAFT'] }, page, errand())
  ).value;
  expect(total).toBe(2);
  expect(new Set(rows.map((row) => row instanceof Failure || row.status))).toEqual(
    new Set(['DRAFT', 'VOID']),
  );

  const range = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') };
  const quarter = await make.invoices(organization(1002), range, page, errand());
  expect(quarter.value.total).toBe(3);

  const { rows: quarterly } = quarter.value;
  const [latest] = quarterly;
  if (latest === undefined || latest instanceof Failure) throw new Error('there is no invoice');
  const until = await make.invoices(organization(1002), { ...range, to: latest.issuedAt }, page, errand());
  expect(until.value.rows).toEqual(quarterly.slice(1));

  const json = await raw(1002, '/cashier/invoices/1002?limit=5&page=3');
  const third = await make.invoices(organization(1002), {}, { offset: 10, limit: 5 }, errand());
  expect(third.value.rows).toEqual(json.invoices.map(invoiceIn));
});

test('a status that this dialect has no word for leaves the list as it is', async () => {
  const all = await make.invoices(organization(1002), {}, page, errand());
  const wish = { statuses: ['UNCOLLECTIBLE', 'PAID'] as const };
  const { value } = await make.invoices(organization(1002), wish, page, errand());
  expect(value.total).toBe(all.value.total);
});

test('one invoice and its file are had by its id, and only by the organization that owes it', async () => {
  const { invoices } = await raw(1002, '/cashier/invoices/1002?limit=1');
  const [{ id, invoiceNumber }] = invoices;
  const invoice = await make.invoice(organization(1002), id, errand());
  expect(invoice?.value).toEqual(invoiceIn(invoices[0]));
  const file = await make.invoiceFile(organization(1002), id, errand());
  const text = Buffer.from(file?.value ?? []).toString('latin1');
  expect(text).toMatch(/^%PDF-1\./);
  expect(text).toContain(invoiceNumber);

  // a token that opens every organization does not open every invoice
  const everywhere = '00000000-0000-4000-8000-000000000000';
  const other = organization(1001);
  const shared = { ...other, account: { ...other.account, authorization: () => `Token ${everywhere}` } };
  expect(await failureOf(make.invoice(shared, id, errand()))).toEqual(failed('NOT_FOUND'));
  expect(await failureOf(make.invoiceFile(shared, id, errand()))).toEqual(failed('NOT_FOUND'));
});

test.each([1001, 1004, 1009])('the payment methods of %i are what the document says', async (id) => {
  const { paymentMethods } = await raw(id, `/cashier/payment-methods/${id}`);
  const { value } = await make.paymentMethods(organization(id), errand());
  expect(value.rows).toEqual(paymentMethods.map(methodIn));
  expect(await make.paymentMethodOptions(organization(id), errand())).toBeNull();
});

test('what can be bought is the configured catalogue, which costs no request', async () => {
  const before = await source.requests();
  const { value } = await make.prices(organization(1001), errand());
  expect(value.total).toBe(36);
  expect((await make.price(organization(1001), '2111', errand())).value).toEqual({
    priceId: '2111',
    productId: '1',
    planName: 'Core',
    description: null,
    amount: money(1059, 'USD'),
    interval: 'MONTH',
    intervalCount: 1,
    operations: 10_000,
  });
  expect(await failureOf(make.price(organization(1001), '9999', errand()))).toEqual(failed('NOT_FOUND'));
  expect(await source.requests()).toEqual(before);
});

test('a subscription is created, changed, discounted and cancelled, and every read after it says so', async () => {
  await beginAnew();
  const org = organization(1005);
  expect(await failureOf(make.subscription(org, errand()))).toEqual(
    failed('PLAN_UPGRADE_REQUIRED', 'plan_upgrade_required'),
  );
  expect((await make.organization(org, errand())).value.plan).toBe('FREE');
  const { value: card } = await make.addPaymentMethod(
    org,
    { source: { token: 'tok_mastercard' }, isDefault: true },
    errand(),
  );

  const created = await make.createSubscription(
    org,
    {
      priceId: '2111',
      couponCode: 'WELCOME10',
      trialDays: 14,
      customer: { name: 'Pebble', email: 'bills@pebble.example', paymentMethodId: card.upstreamId },
    },
    errand(),
  );
  expect(created.value.checkout).toBeNull();
  expect(created.value.subscription).toMatchObject({
    status: 'TRIALING',
    priceId: '2111',
    trial: { daysLeft: 14 },
    discount: { code: 'WELCOME10', percentOff: '10' },
  });
  expect((await make.subscription(org, errand())).value).toEqual(created.value.subscription);
  expect((await make.organization(org, errand())).value.plan).toBe('CORE');
  const profile = await make.billing(org, errand());
  expect(profile?.value.invoiceEmailRecipients).toContain('bills@pebble.example');

  const address = { line1: '1 Main St', city: 'Toronto', postalCode: 'M5V', country: 'CA' };
  const updated = await make.updateSubscription(
    org,
    { priceId: '2211', customer: { address }, proration: 'CREATE_PRORATIONS' },
    errand(),
  );
  expect(updated.value).toMatchObject({ priceId: '2211', planName: 'Pro' });
  expect((await make.subscription(org, errand())).value).toEqual(updated.value);
  expect((await make.billing(org, errand()))?.value.address).toMatchObject(address);

  const coupon = await make.applyCoupon(org, 'FIXED5', errand());
  expect(coupon.value).toEqual({
    discount: {
      couponId: expect.any(String),
      code: 'FIXED5',
      percentOff: null,
      amountOff: money(500, 'USD'),
      validFrom: null,
      validUntil: null,
      productId: null,
      productName: null,
    },
    newTotal: money(1382, 'USD'),
    nextAmount: money(expect.any(Number) as number, 'USD'),
  });
  const { value: discounted } = await make.subscription(org, errand());
  expect(discounted.discount).toEqual(coupon.value.discount);

  const cancelled = await make.cancelSubscription(
    org,
    { atPeriodEnd: false, reason: 'too dear & far' },
    errand(),
  );
  expect(cancelled.value).toEqual({
    subscriptionId: discounted.upstreamId,
    status: 'CANCELLED',
    rawStatus: 'cancelled',
    cancelAtPeriodEnd: false,
    effectiveAt: new Date('2026-11-15T10:00:00Z'),
  });
  expect((await make.organization(org, errand())).value.plan).toBe('FREE');
});

test('the cashier upgrades at once, downgrades with the next period, and cancels', async () => {
  await beginAnew();
  const org = organization(1001);
  await make.invoices(org, {}, page, errand());
  const up = await make.upgradePlan(org, { priceId: '2311', proration: 'CREATE_PRORATIONS' }, errand());
  expect(up.value).toMatchObject({
    subscription: { plan: 'TEAMS', status: 'ACTIVE', interval: 'MONTH' },
    effectiveAt: new Date('2026-11-15T10:00:00Z'),
  });
  expect((await make.subscription(org, errand())).value).toMatchObject({ priceId: '2311' });
  expect((await make.plan(org, errand()))?.value).toEqual(up.value.subscription);
  const { invoices } = await raw(1001, '/cashier/invoices/1001?limit=100');
  expect((await make.invoices(org, {}, page, errand())).value.rows).toEqual(invoices.map(invoiceIn));

  const { nextBillingAt } = (await make.subscription(org, errand())).value;
  const down = await make.downgradePlan(org, { priceId: '2111' }, errand());
  expect(down.value).toMatchObject({ subscription: { plan: 'TEAMS' }, effectiveAt: nextBillingAt });
  const cancelled = await make.cancelPlan(org, { atPeriodEnd: true, reason: 'done' }, errand());
  expect(cancelled.value.effectiveAt).toEqual(nextBillingAt);
  expect(await failureOf(make.cancelPlan(org, {}, errand()))).toEqual(
    failed('CONFLICT', 'subscription_cancelled'),
  );
});

test('the free plan says when it holds, and is not set where the confirmation was withheld', async () => {
  await beginAnew();
  const org = organization(1002);
  expect(await failureOf(make.setFreePlan(org, false, errand()))).toEqual(failed('CONFIRMATION_REQUIRED'));
  expect((await make.setFreePlan(org, true, errand())).value).toEqual({
    plan: 'FREE',
    message: 'The organization is on the Free plan now',
    effectiveAt: new Date('2026-11-15T10:00:00Z'),
    subscriptionId: null,
    customerId: null,
  });
  expect((await make.organization(org, errand())).value.plan).toBe('FREE');
});

test('a single payment tells what became of it and where it is to be completed', async () => {
  await beginAnew();
  const org = organization(1001);
  const before = (await make.payments(org, page, errand())).value.total ?? 0;
  const paid = await make.createSinglePayment(
    org,
    { priceId: '2910', quantity: 2, couponCode: 'WELCOME10' },
    errand(),
  );
  expect(paid.value).toEqual({
    upstreamId: expect.stringMatching(/^pay_/),
    status: 'PAID',
    rawStatus: 'completed',
    amount: money(1620, 'USD'),
    paymentUrl: null,
  });
  const { rows, total } = (await make.payments(org, page, errand())).value;
  expect(total).toBe(before + 1);
  expect(rows[0]).toMatchObject({ amount: money(1620, 'USD'), status: 'PAID' });

  await make.addPaymentMethod(
    org,
    { source: { token: 'tok_chargeCustomerFail' }, isDefault: true },
    errand(),
  );
  const customer = { name: 'Acorn', email: 'pay@acorn.example' };
  const unpaid = await make.createSinglePayment(org, { priceId: '2910', quantity: 1, customer }, errand());
  expect(unpaid.value).toMatchObject({ status: 'FAILED', rawStatus: 'failed' });
  expect(unpaid.value.paymentUrl).toMatch(/\/pay\/pay_/);
});

test('payment methods are added from every source, changed and removed, and the list shows it', async () => {
  await beginAnew();
  const org = organization(1001);
  const list = async () => (await make.paymentMethods(org, errand())).value.rows;
  const count = (await list()).length;
  const card = { number: '378282246310005', expiryMonth: 4, expiryYear: 2031, cvc: '1234' };
  const added = [
    await make.addPaymentMethod(org, { source: { card } }, errand()),
    await make.addPaymentMethod(
      org,
      { source: { bankAccount: { bankName: 'First', last4: '9876' } } },
      errand(),
    ),
    await make.addPaymentMethod(org, { source: { paypalEmail: 'pay@acorn.example' } }, errand()),
  ].map(({ value }) => value);
  expect(added).toMatchObject([
    { type: 'CARD', brand: 'amex', last4: '0005', expiryMonth: 4, expiryYear: 2031, isDefault: false },
    { type: 'BANK_ACCOUNT', bankName: 'First', last4: '9876' },
    { type: 'PAYPAL' },
  ]);
  expect((await list()).slice(count)).toEqual(added);

  const id = added[0]?.upstreamId ?? '';
  const billingAddress = { line1: '2 Side St', city: 'Boston', postalCode: '02101', country: 'US' };
  const change = { isDefault: true, expiryYear: 2032, billingAddress };
  const { value: changed } = await make.updatePaymentMethod(org, id, change, errand());
  expect(changed).toMatchObject({ isDefault: true, expiryMonth: 4, expiryYear: 2032, billingAddress });
  expect(await list()).toContainEqual(changed);

  expect(await failureOf(make.removePaymentMethod(org, id, errand()))).toEqual(
    failed('CONFLICT', 'payment_method_default'),
  );
  await make.removePaymentMethod(org, added[1]?.upstreamId ?? '', errand());
  expect(await list()).not.toContainEqual(added[1]);
});

test('a token that serves several organizations changes no method of another one', async () => {
  await beginAnew();
  const { paymentMethods } = await raw(1002, '/cashier/payment-methods/1002');
  const other = organization(1001);
  const account = {
    ...other.account,
    authorization: () => 'Token 00000000-0000-4000-8000-000000000000',
  };
  const shared = { ...other, hasOwnToken: false, account };
  const foreign = paymentMethods[0].id;
  expect(await failureOf(make.updatePaymentMethod(shared, foreign, { isDefault: true }, errand()))).toEqual(
    failed('NOT_FOUND'),
  );
  expect(await failureOf(make.removePaymentMethod(shared, foreign, errand()))).toEqual(failed('NOT_FOUND'));
  expect(await raw(1002, '/cashier/payment-methods/1002')).toEqual({ paymentMethods });

  const own = await make.addPaymentMethod(shared, { source: { token: 'tok_visa' } }, errand());
  await make.removePaymentMethod(shared, own.value.upstreamId, errand());
});

test.each([
  ['a declined card', { token: 'tok_chargeDeclined' }, 'PAYMENT_DECLINED', 'card_declined'],
  ['no card of the provider', { token: 'tok_nobody' }, 'BAD_USER_INPUT', 'invalid_payment_method'],
])('%s is refused when it is added', async (_, method, code, upstreamCode) => {
  await beginAnew();
  const adding = make.addPaymentMethod(organization(1001), { source: method }, errand());
  expect(await failureOf(adding)).toEqual(failed(code, upstreamCode));
});

test('refusals come with their codes and the field at fault', async () => {
  await beginAnew();
  const org = organization(1001);
  expect(await failureOf(make.createSubscription(org, { priceId: '2111' }, errand()))).toEqual(
    failed('CONFLICT', 'subscription_exists'),
  );
  const wrongPrice = await failureOf(make.updateSubscription(org, { priceId: '2141' }, errand()));
  expect(wrongPrice).toEqual(failed('BAD_USER_INPUT', 'invalid_price'));
  expect(wrongPrice.details.faults?.[0]?.path).toEqual(['priceId']);
  expect(await failureOf(make.applyCoupon(org, 'EXPIRED20', errand()))).toEqual(
    failed('BAD_USER_INPUT', 'coupon_expired'),
  );
  expect(await failureOf(make.downgradePlan(org, { priceId: '2311' }, errand()))).toEqual(
    failed('CONFLICT', 'plan_incompatible'),
  );
});

test('what the documents do not let an order say is refused by name, and nothing is sent', async () => {
  const org = organization(1001);
  const before = await source.requests();
  const address = { line1: '1 Main St', city: 'Toronto', postalCode: 'M5V', country: 'CA' };
  const refusals = [
    make.createSubscription(org, { priceId: '2111', customer: { address, taxId: 'x' } }, errand()),
    make.updateSubscription(org, { customer: { email: 'a@b.example' } }, errand()),
    make.createSinglePayment(
      org,
      { priceId: '2910', quantity: 1, customer: { paymentMethodId: 'pm_1' } },
      errand(),
    ),
    make.updatePaymentMethod(org, 'pm_1', { isDefaultForExtras: true }, errand()),
  ];
  const failures = await Promise.all(refusals.map(failureOf));
  expect(failures.map(({ code }) => code)).toEqual(Array(4).fill('NOT_SUPPORTED_BY_UPSTREAM'));
  expect(failures.map(({ details }) => details.faults?.map(({ path }) => path.join('.')))).toEqual([
    ['customer.address', 'customer.taxId'],
    ['customer.email'],
    ['customer.paymentMethodId'],
    ['isDefaultForExtras'],
  ]);
  expect(await source.requests()).toEqual(before);
});

const reads: readonly (readonly [string, string, (errandOf: typeof errand) => Promise<unknown>])[] = [
  [
    'GET /cashier/invoices/{organizationId}',
    'status',
    async (made) => (await make.invoices(organization(1001), {}, page, made())).value.rows[0],
  ],
  [
    'GET /cashier/payment-methods/{organizationId}',
    'type',
    async (made) => (await make.paymentMethods(organization(1001), made())).value.rows[0],
  ],
  [
    'GET /cashier/billing/{organizationId}',
    'status',
    async (made) => (await make.billing(organization(1001), made()))?.value,
  ],
];

test.each(reads)('%s: an unknown word is UNKNOWN with the word kept', async (endpoint, field, read) => {
  await beginAnew();
  await source.spoil(endpoint, 'bad-enum', field);
  const spoilt = await read(errand);
  expect(JSON.stringify(spoilt)).toContain('"UNKNOWN"');
  expect(JSON.stringify(spoilt)).toContain('added_in_a_later_version');
});

test.each(reads)('%s: a field more changes nothing', async (endpoint, _, read) => {
  await beginAnew();
  const before = await read(errand);
  await source.spoil(endpoint, 'extra-field');
  expect(await read(() => errand({ maxAge: 0, startedAt: Date.now() + 1 }))).toEqual(before);
});

test('a row without its id fails alone, and what is no list fails alone as well', async () => {
  await beginAnew();
  await source.spoil('GET /cashier/invoices/{organizationId}', 'missing-field', 'issueDate');
  const { rows } = (await make.invoices(organization(1001), {}, page, errand())).value;
  expect(rows[0]).toEqual(failed('UPSTREAM_BAD_RESPONSE'));
  expect(rows.slice(1).some((row) => row instanceof Failure)).toBe(false);

  await source.spoil('GET /cashier/payment-methods/{organizationId}', 'null-field', 'id');
  const methods = (await make.paymentMethods(organization(1001), errand())).value.rows;
  expect(methods[0]).toEqual(failed('UPSTREAM_BAD_RESPONSE'));
  expect(methods).toHaveLength(2);

  await source.spoil('GET /cashier/billing/{organizationId}', 'missing-field', 'currency');
  expect(await failureOf(make.billing(organization(1001), errand()))).toEqual(
    failed('UPSTREAM_BAD_RESPONSE'),
  );
});

test('a change whose answer cannot be read is of unknown outcome, and reads after it are new', async () => {
  await beginAnew();
  const org = organization(1001);
  await make.subscription(org, errand());
  await source.spoil('PATCH /organizations/{organizationId}/subscription', 'missing-field', 'price');
  expect(await failureOf(make.updateSubscription(org, { priceId: '2311' }, errand()))).toEqual(
    failed('OUTCOME_UNKNOWN'),
  );
  expect((await make.subscription(org, errand())).value.priceId).toBe('2311');
});

test.each(['../1002', '?x', '#', '%2f', 'a/b', 'a\nb', '..', 'ü😀', '1002', '', 'in_1;x', ' '])(
  'no id reaches another endpoint: %j',
  async (id) => {
    const before = await source.requests();
    const org = organization(1001);
    const calls = [
      make.invoice(org, id, errand()),
      make.invoiceFile(org, id, errand()),
      make.updatePaymentMethod(org, id, { isDefault: true }, errand()),
      make.removePaymentMethod(org, id, errand()),
    ];
    const failures = await Promise.all(calls.map(failureOf));
    const codes = ['NOT_FOUND', 'BAD_USER_INPUT', 'NOT_SUPPORTED_BY_UPSTREAM'];
    expect(failures.filter(({ code }) => !codes.includes(code))).toEqual([]);
    const asked = Object.entries(await source.requests())
      .filter(([endpoint, count]) => count !== before[endpoint])
      .map(([endpoint]) => endpoint);
    const own = [
      'GET /cashier/invoices/{invoiceId}',
      'PATCH /cashier/payment-methods/{paymentMethodId}',
      'DELETE /cashier/payment-methods/{paymentMethodId}',
    ];
    expect(asked.filter((endpoint) => !own.includes(endpoint))).toEqual([]);
  },
);

test('what callers write is carried as it is', async () => {
  await beginAnew();
  const reason = '../?at_period_end=false&x=#%2f\n“ü😀”';
  await make.cancelSubscription(organization(1002), { atPeriodEnd: true, reason }, errand());
  const { auditLogs } = await raw(1002, '/audit-logs/organization/1002?limit=1');
  const { metadata } = await raw(1002, `/audit-logs/${auditLogs[0].uuid}`);
  expect(metadata).toMatchObject({ atPeriodEnd: true, reason });
});
