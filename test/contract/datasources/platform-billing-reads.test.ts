import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { customerOf, dateOf, type PlatformSource, startPlatformSource, valueOf } from './platform-source.ts';

let source: PlatformSource;
beforeAll(async () => {
  source = await startPlatformSource();
});
afterAll(() => source[Symbol.asyncDispose]());

const ann = customerOf(1001);
type Json = ReturnType<typeof JSON.parse>;

const amount = (minorUnits: number, currency: string) => ({ minorUnits, currency });

test('plans are what the platform lists, filtered and paged by it', async () => {
  const { platform, errand, raw } = source;
  const { plans, pagination } = await raw('/plans?limit=100');
  const { rows, total } = await valueOf(platform.plans({}, { offset: 0, limit: 100 }, errand()));
  expect(total).toBe(pagination.total);
  expect(rows).toEqual(
    plans.map(({ id, name, description, pricing, metadata }: Json) => ({
      upstreamId: id,
      name,
      description,
      price: amount(pricing.amount, pricing.currency),
      interval: pricing.interval.toUpperCase(),
      rawInterval: pricing.interval,
      trialDays: pricing.trial_period_days,
      billingCycles: pricing.billing_cycles ?? null,
      tier: metadata.tier ?? null,
      metadata,
      idempotencyKey: null,
    })),
  );

  const second = await valueOf(platform.plans({}, { offset: 1, limit: 2 }, errand()));
  expect(second.rows).toEqual(rows.slice(1, 3));
  const filter = { activeOnly: true, tier: 'enterprise' };
  const some = await valueOf(platform.plans(filter, { offset: 0, limit: 100 }, errand()));
  const expected = await raw('/plans?active_only=true&tier=enterprise&limit=100');
  expect(some.total).toBe(expected.pagination.total);
  expect(some.total).toBeLessThan(total ?? 0);
});

test('every plan has its limits and rates as exact decimals', async () => {
  const { platform, errand, raw } = source;
  const { plans } = await raw('/plans?limit=100');
  for (const { id } of plans) {
    const { plan } = await raw(`/plans/${id}`);
    const read = await valueOf(platform.plan(id, errand()));
    expect(read).toMatchObject({
      upstreamId: id,
      name: plan.name,
      features: plan.features,
      status: plan.status.toUpperCase(),
      rawStatus: plan.status,
      createdAt: dateOf(plan.created_at),
      updatedAt: dateOf(plan.updated_at),
      archivedAt: dateOf(plan.archived_at),
    });
    expect(read.limits).toEqual(
      Object.entries(plan.limits).map(([name, limit]) => ({ name, quantity: String(limit) })),
    );
    expect(read.usageRates).toEqual(
      Object.entries(plan.usage_rates).map(([name, rate]) => ({
        name,
        price: { decimal: String(rate), currency: plan.pricing.currency },
      })),
    );
  }
});

const invoiceRow = (invoice: Json) => ({
  upstreamId: invoice.id,
  customerId: invoice.customer_id,
  subscriptionId: invoice.subscription_id,
  number: null,
  status: invoice.status.toUpperCase(),
  rawStatus: invoice.status,
  total: amount(invoice.total, invoice.currency),
  subtotal: amount(invoice.subtotal, invoice.currency),
  tax: amount(invoice.tax, invoice.currency),
  issuedAt: dateOf(invoice.created_at),
  dueAt: dateOf(invoice.due_date),
  paidAt: dateOf(invoice.paid_at),
  downloadUrl: null,
  lineItems: null,
});

const card = (method: Json) => ({
  upstreamId: method.id,
  type: 'CARD',
  rawType: 'card',
  brand: method.brand,
  last4: method.last4,
  expiryMonth: method.exp_month,
  expiryYear: method.exp_year,
});

test('a customer comes with its subscriptions, payment methods and latest invoices', async () => {
  const { platform, errand, raw } = source;
  const { customer } = await raw(`/customers/${ann}`);
  const { address, tax_info, metadata } = customer;
  const read = await valueOf(platform.customer(ann, errand()));
  const { subscriptions, paymentMethods, invoices, ...profile } = read;
  expect(profile).toEqual({
    upstreamId: ann,
    email: customer.email,
    name: customer.name,
    description: customer.description,
    rawStatus: 'active',
    address: {
      line1: address.line1,
      line2: null,
      city: address.city,
      state: address.state,
      postalCode: address.postal_code,
      country: address.country,
    },
    phone: customer.phone,
    tax: { taxId: tax_info.tax_id, isExempt: false, exemptionType: null },
    createdAt: dateOf(customer.created_at),
    stripeCustomerId: customer.stripe_customer_id,
    metadata,
    idempotencyKey: null,
  });
  expect(subscriptions).toEqual(
    customer.subscriptions.map((subscription: Json) => ({
      upstreamId: subscription.id,
      planId: subscription.plan_id,
      planName: subscription.plan_name,
      status: subscription.status.toUpperCase(),
      rawStatus: subscription.status,
      currentPeriodStart: dateOf(subscription.current_period_start),
      currentPeriodEnd: dateOf(subscription.current_period_end),
      trial: subscription.trial_end && { start: null, end: dateOf(subscription.trial_end), daysLeft: null },
      cancelAtPeriodEnd: subscription.cancel_at_period_end,
      createdAt: dateOf(subscription.created_at),
    })),
  );
  expect(paymentMethods).toHaveLength(customer.payment_methods.length);
  expect(paymentMethods[0]).toMatchObject(card(customer.payment_methods[0]));
  expect(invoices).toEqual(
    customer.invoices.map((invoice: Json) => ({
      upstreamId: invoice.id,
      status: invoice.status.toUpperCase(),
      rawStatus: invoice.status,
      total: amount(invoice.total, invoice.currency),
      dueAt: dateOf(invoice.due_date),
      issuedAt: dateOf(invoice.created_at),
    })),
  );
});

test('payment methods are listed with what is known of them', async () => {
  const { platform, errand, raw } = source;
  const { payment_methods } = await raw(`/customers/${ann}/payment-methods`);
  const { rows, total } = await valueOf(platform.paymentMethods(ann, errand()));
  expect(total).toBe(payment_methods.length);
  expect(rows).toEqual(
    payment_methods.map((method: Json) => ({
      ...card(method),
      isDefault: method.is_default,
      isDefaultForExtras: null,
      isValid: null,
      isImmediate: null,
      bankName: null,
      email: null,
      billingAddress: null,
      createdAt: dateOf(method.created_at),
      metadata: method.metadata,
      idempotencyKey: null,
    })),
  );
});

test.each([1001, 1003, 1006, 1007, 1010])(
  'the subscriptions of the customer of %i are whole',
  async (organization) => {
    const { platform, errand, raw } = source;
    const customer = customerOf(organization);
    const { subscriptions } = (await raw(`/customers/${customer}`)).customer;
    for (const { id } of subscriptions) {
      const { subscription } = await raw(`/subscriptions/${id}`);
      const { usage_summary: usage, next_invoice: next } = subscription;
      const status = subscription.status === 'canceled' ? 'CANCELLED' : subscription.status.toUpperCase();
      const used = (value: number | null) => (value === null ? null : String(value));
      expect(await valueOf(platform.subscription(customer, id, errand()))).toEqual({
        upstreamId: id,
        customerId: customer,
        planId: subscription.plan_id,
        planName: subscription.plan_name,
        status,
        rawStatus: subscription.status,
        price: null,
        interval: null,
        intervalCount: null,
        currentPeriodStart: dateOf(subscription.current_period_start),
        currentPeriodEnd: dateOf(subscription.current_period_end),
        nextBillingAt: dateOf(subscription.next_billing_date),
        trial: subscription.trial_end && {
          start: dateOf(subscription.trial_start),
          end: dateOf(subscription.trial_end),
          daysLeft: null,
        },
        cancelAtPeriodEnd: subscription.cancel_at_period_end,
        canceledAt: dateOf(subscription.canceled_at),
        endsAt: dateOf(subscription.ends_at),
        discount: null,
        billingCycleAnchor: dateOf(subscription.billing_cycle_anchor),
        paymentMethodId: subscription.payment_method_id,
        cancellationReason: subscription.cancellation_reason ?? null,
        cancellationFeedback: null,
        createdAt: dateOf(subscription.created_at),
        usage: {
          apiCalls: { used: used(usage.api_calls_used), limit: used(usage.api_calls_limit) },
          storageGb: { used: used(usage.storage_used_gb), limit: used(usage.storage_limit_gb) },
          projects: { used: used(usage.projects_used), limit: used(usage.projects_limit) },
        },
        nextInvoice: next && { amount: amount(next.amount, next.currency), at: dateOf(next.date) },
        metadata: subscription.metadata,
        idempotencyKey: null,
      });
    }
  },
);

test('invoices are paged and filtered by the platform', async () => {
  const { platform, errand, raw } = source;
  const all = await raw(`/invoices?customer_id=${ann}&limit=100`);
  const first = await valueOf(platform.invoices(ann, {}, { offset: 0, limit: 100 }, errand()));
  expect(first.total).toBe(all.pagination.total);
  expect(first.rows).toEqual(all.invoices.map(invoiceRow));
  const second = await valueOf(platform.invoices(ann, {}, { offset: 3, limit: 2 }, errand()));
  expect(second.rows).toEqual(first.rows.slice(3, 5));

  const ofStatus = await valueOf(
    platform.invoices(ann, { status: 'VOID' }, { offset: 0, limit: 100 }, errand()),
  );
  expect(ofStatus.rows).toEqual(all.invoices.filter(({ status }: Json) => status === 'void').map(invoiceRow));
  expect(ofStatus.total).toBeGreaterThan(0);
  const subscriptionId = all.invoices.find((invoice: Json) => invoice.subscription_id).subscription_id;
  const ofSubscription = await valueOf(
    platform.invoices(ann, { subscriptionId }, { offset: 0, limit: 100 }, errand()),
  );
  expect(ofSubscription.rows).toEqual(
    all.invoices.filter(({ subscription_id }: Json) => subscription_id === subscriptionId).map(invoiceRow),
  );
});

test('a range of time takes its first instant and leaves out its last', async () => {
  const { platform, errand, raw } = source;
  const { invoices } = await raw(`/invoices?customer_id=${ann}&limit=100`);
  const [newer, older] = [invoices[2], invoices[5]];
  const range = { from: new Date(older.created_at), to: new Date(newer.created_at) };
  const { rows } = await valueOf(platform.invoices(ann, range, { offset: 0, limit: 100 }, errand()));
  expect(rows).toEqual(invoices.slice(3, 6).map(invoiceRow));
});

test('an invoice has its lines, its file and its period', async () => {
  const { platform, errand, raw } = source;
  const { invoices } = await raw(`/invoices?customer_id=${ann}&limit=100`);
  for (const { id } of invoices) {
    const { invoice } = await raw(`/invoices/${id}`);
    expect(await valueOf(platform.invoice(ann, id, errand()))).toEqual({
      ...invoiceRow(invoice),
      downloadUrl: invoice.pdf_url,
      periodStart: dateOf(invoice.billing_period_start),
      periodEnd: dateOf(invoice.billing_period_end),
      paymentAttempts: invoice.payment_attempt_count,
      nextPaymentAttemptAt: dateOf(invoice.next_payment_attempt),
      description: invoice.description,
      metadata: invoice.metadata,
      idempotencyKey: null,
      lineItems: invoice.line_items.map((line: Json) => ({
        upstreamId: line.id,
        description: line.description,
        quantity: String(line.quantity),
        unitPrice: { decimal: (line.unit_price / 100).toFixed(2), currency: line.currency },
        amount: amount(line.amount, line.currency),
        isProration: line.proration ?? null,
        periodStart: dateOf(line.period?.start),
        periodEnd: dateOf(line.period?.end),
      })),
    });
  }
});

test('yen have no minor unit, neither in totals nor in the price of a line', async () => {
  const { platform, errand, raw } = source;
  const customer = customerOf(1013);
  const { invoices } = await raw(`/invoices?customer_id=${customer}`);
  const invoice = await valueOf(platform.invoice(customer, invoices[0].id, errand()));
  expect(invoice.total).toEqual(amount(invoices[0].total, 'JPY'));
  const [line] = (await raw(`/invoices/${invoices[0].id}`)).invoice.line_items;
  expect(invoice.lineItems[0]?.unitPrice).toEqual({ decimal: String(line.unit_price), currency: 'JPY' });
});

test('usage is exact, by metric, and of the period that is asked for', async () => {
  const { platform, errand, raw } = source;
  const customer = customerOf(1012);
  const asked = [
    [undefined, ''],
    ['LAST_MONTH', '?period=last_month'],
    [
      { start: new Date('2026-09-01T00:00:00Z'), end: new Date('2026-10-01T00:00:00Z') },
      '?period=custom&period_start=2026-09-01T00:00:00Z&period_end=2026-09-30T23:59:59Z',
    ],
  ] as const;
  for (const [period, query] of asked) {
    const { usage } = await raw(`/usage/${customer}${query}`);
    expect(await valueOf(platform.usage(customer, { period }, errand()))).toEqual({
      periodStart: dateOf(usage.period_start),
      periodEnd: dateOf(usage.period_end),
      metrics: Object.entries<Json>(usage.metrics).map(([metric, use]) => ({
        metric,
        quantity: String(use.total_quantity ?? use.current_usage),
        isSum: use.total_quantity !== undefined,
        unitPrice: { decimal: String(use.unit_price), currency: null },
        includedQuantity: use.included_quantity === null ? null : String(use.included_quantity),
        overageQuantity: String(use.overage_quantity),
        cost: String(use.cost),
      })),
      totalCost: String(usage.total_cost),
      projectedMonthlyCost: String(usage.projected_monthly_cost),
      updatedAt: dateOf(usage.updated_at),
    });
  }
  const { metrics } = await valueOf(platform.usage(customer, { metric: 'storage_gb' }, errand()));
  expect(metrics).toMatchObject([{ metric: 'storage_gb', isSum: false }]);
});

test("what is another customer's is not found, though its id is right", async () => {
  const { platform, errand, raw } = source;
  const stranger = customerOf(1002);
  const { customer } = await raw(`/customers/${ann}`);
  const notFound = { code: 'NOT_FOUND' };
  const subscription = customer.subscriptions[0].id;
  const invoice = customer.invoices[0].id;
  await expect(platform.subscription(stranger, subscription, errand())).rejects.toMatchObject(notFound);
  await expect(platform.invoice(stranger, invoice, errand())).rejects.toMatchObject(notFound);
  await expect(
    platform.cancelSubscription(stranger, subscription, { immediately: true }, errand()),
  ).rejects.toMatchObject(notFound);
  await expect(
    platform.upgradeSubscription(stranger, subscription, { planId: 'plan_x' }, errand()),
  ).rejects.toMatchObject(notFound);
  await expect(platform.updateSubscription(stranger, subscription, {}, errand())).rejects.toMatchObject(
    notFound,
  );
  const payment = { invoiceId: invoice, paymentMethodId: 'pm_x', amount: amount(1, 'USD') };
  await expect(platform.processPayment(stranger, payment, errand())).rejects.toMatchObject(notFound);
  const requests = await source.requests();
  expect(requests['DELETE /billing/subscriptions/{subscription_id}'] ?? 0).toBe(0);
  expect(requests['PUT /billing/subscriptions/{subscription_id}/upgrade'] ?? 0).toBe(0);
  expect(requests['POST /billing/payments'] ?? 0).toBe(0);
});

test.each([
  ['bad-enum', 'GET /billing/invoices', undefined],
  ['extra-field', 'GET /billing/invoices', undefined],
  ['missing-field', 'GET /billing/invoices', 'total'],
] as const)('a row with %s spoils no other', async (fault, endpoint, field) => {
  const { platform, errand, raw, spoil } = source;
  const { invoices } = await raw(`/invoices?customer_id=${ann}&limit=7`);
  await spoil(endpoint, fault, field);
  const { rows } = await valueOf(
    platform.invoices(ann, {}, { offset: 0, limit: 7 }, errand({ maxAge: 0, startedAt: Date.now() + 1 })),
  );
  const [first, ...others] = rows;
  expect(others).toEqual(invoices.slice(1).map(invoiceRow));
  if (fault === 'bad-enum') {
    expect(first).toMatchObject({ status: 'UNKNOWN', rawStatus: expect.any(String) });
  } else if (fault === 'extra-field') {
    expect(first).toEqual(invoiceRow(invoices[0]));
  } else {
    expect(first).toBeInstanceOf(Failure);
    expect(first).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  }
});
