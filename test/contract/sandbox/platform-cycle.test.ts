import { expect, test } from 'vitest';
import {
  addCard,
  addCustomer,
  addPlan,
  idOf,
  type Platform,
  receiveWebhooks,
  startPlatform,
  subscribe,
} from './platform-calls.ts';

const subscriptionOf = async (platform: Platform, id: string) =>
  (await platform.get(`/subscriptions/${id}`)).json.data.subscription;

const invoicesOf = async (platform: Platform, customerId: string) =>
  (await platform.get(`/invoices?limit=100&customer_id=${customerId}`)).json.data.invoices;

async function subscribed(platform: Platform, pricing: object = {}, fields: object = {}) {
  const customer = await addCustomer(platform);
  await addCard(platform, customer);
  const id = await subscribe(platform, customer, await addPlan(platform, pricing), fields);
  return { customer, id };
}

test('a month that passes bills another, and tells of it once by webhook', async () => {
  await using webhooks = await receiveWebhooks();
  await using platform = await startPlatform({ webhookUrls: [webhooks.url] });
  const { customer, id } = await subscribed(platform);
  await platform.advance('P1M');
  expect(await subscriptionOf(platform, id)).toMatchObject({
    current_period_start: '2026-04-05T09:00:00Z',
    current_period_end: '2026-05-05T09:00:00Z',
    status: 'active',
  });
  const invoices = await invoicesOf(platform, customer);
  expect(invoices.map(({ created_at }: { created_at: string }) => created_at)).toEqual([
    '2026-04-05T09:00:00Z',
    '2026-03-05T09:00:00Z',
  ]);
  const events = await webhooks.of(customer, 5);
  expect(events.map(({ type }) => type).toSorted()).toEqual([
    'customer.subscription.created',
    'invoice.created',
    'invoice.created',
    'invoice.payment_succeeded',
    'invoice.payment_succeeded',
  ]);
  const paid = events
    .filter(({ type }) => type === 'invoice.payment_succeeded')
    .map(({ data }) => data.object);
  expect(paid.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
    invoices.toSorted((a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)),
  );
});

test.each([
  ['day', 'P1D', '2026-03-07T09:00:00Z'],
  ['week', 'P1W', '2026-03-19T09:00:00Z'],
  ['month', 'P1M', '2026-05-05T09:00:00Z'],
  ['year', 'P1Y', '2028-03-05T09:00:00Z'],
])('a plan is billed each %s', async (interval, duration, periodEnd) => {
  await using platform = await startPlatform();
  const { customer, id } = await subscribed(platform, { interval });
  await platform.advance(duration);
  expect(await invoicesOf(platform, customer)).toHaveLength(2);
  expect((await subscriptionOf(platform, id)).current_period_end).toBe(periodEnd);
});

test('a subscription of the 31st is billed on the last day of shorter months', async () => {
  await using platform = await startPlatform({ now: '2026-01-31T08:00:00Z' });
  const { customer } = await subscribed(platform);
  await platform.advance('P100D');
  expect(
    (await invoicesOf(platform, customer)).map(({ created_at }: { created_at: string }) => created_at),
  ).toEqual(['2026-04-30T08:00:00Z', '2026-03-31T08:00:00Z', '2026-02-28T08:00:00Z', '2026-01-31T08:00:00Z']);
});

test('a failed renewal is tried again after one, three and five days, then given up', async () => {
  await using webhooks = await receiveWebhooks();
  await using platform = await startPlatform({ webhookUrls: [webhooks.url] });
  const { customer, id } = await subscribed(platform);
  await addCard(platform, customer, '4000000000000341');
  await platform.advance('P1M');
  const [{ id: invoiceId }] = await invoicesOf(platform, customer);
  const standing = async () => {
    const { invoice } = (await platform.get(`/invoices/${invoiceId}`)).json.data;
    const { status } = await subscriptionOf(platform, id);
    return [status, invoice.status, invoice.payment_attempt_count, invoice.next_payment_attempt];
  };
  expect(await standing()).toEqual(['past_due', 'open', 1, '2026-04-06T09:00:00Z']);
  await platform.advance('P1D');
  expect(await standing()).toEqual(['past_due', 'open', 2, '2026-04-08T09:00:00Z']);
  await platform.advance('P2D');
  expect(await standing()).toEqual(['past_due', 'open', 3, '2026-04-10T09:00:00Z']);
  await platform.advance('P2D');
  expect(await standing()).toEqual(['canceled', 'uncollectible', 4, null]);
  expect(await subscriptionOf(platform, id)).toMatchObject({
    cancellation_reason: 'payment_failed',
    ends_at: '2026-04-10T09:00:00Z',
    next_invoice: null,
  });
  await platform.advance('P2M');
  expect(await invoicesOf(platform, customer)).toHaveLength(2);
  const types = (await webhooks.of(customer, 9)).map(({ type }) => type);
  expect(types.filter((type) => type === 'invoice.payment_failed')).toHaveLength(4);
  expect(types.filter((type) => type === 'customer.subscription.deleted')).toHaveLength(1);
});

test('a good card brings a subscription back at the next attempt', async () => {
  await using platform = await startPlatform();
  const { customer, id } = await subscribed(platform);
  await addCard(platform, customer, '4000000000010027');
  await platform.advance('P1M');
  expect((await subscriptionOf(platform, id)).status).toBe('past_due');
  await addCard(platform, customer);
  await platform.advance('P1D');
  expect((await subscriptionOf(platform, id)).status).toBe('active');
  expect((await invoicesOf(platform, customer))[0]).toMatchObject({
    status: 'paid',
    paid_at: '2026-04-06T09:00:00Z',
  });
});

test('a payment by hand brings a subscription back at once, and ends the attempts', async () => {
  await using platform = await startPlatform();
  const { customer, id } = await subscribed(platform);
  await addCard(platform, customer, '4000000000010027');
  await platform.advance('P1M');
  const [invoice] = await invoicesOf(platform, customer);
  const payment = {
    invoice_id: invoice.id,
    payment_method_id: await addCard(platform, customer, 'tok_amex', false),
    amount: invoice.total,
    currency: 'USD',
  };
  idOf(await platform.post('/payments', { payment }));
  expect((await subscriptionOf(platform, id)).status).toBe('active');
  await platform.advance('P10D');
  expect((await platform.get(`/invoices/${invoice.id}`)).json.data.invoice).toMatchObject({
    status: 'paid',
    payment_attempt_count: 2,
    next_payment_attempt: null,
  });
});

test('a card that expires fails the renewal after the month printed on it', async () => {
  await using platform = await startPlatform();
  const customer = await addCustomer(platform);
  const card = { number: '4242424242424242', exp_month: 3, exp_year: 2026, cvc: '123' };
  await platform.post(`/customers/${customer}/payment-methods`, { payment_method: { type: 'card', card } });
  const id = await subscribe(platform, customer, await addPlan(platform, {}));
  await platform.advance('P26D');
  expect((await subscriptionOf(platform, id)).status).toBe('active');
  await platform.advance('P5D');
  expect((await subscriptionOf(platform, id)).status).toBe('past_due');
});

test('a trial that ends without a card is past due', async () => {
  await using webhooks = await receiveWebhooks();
  await using platform = await startPlatform({ webhookUrls: [webhooks.url] });
  const customer = await addCustomer(platform);
  const id = await subscribe(platform, customer, await addPlan(platform, {}), { trial_period_days: 7 });
  await platform.advance('P6D');
  expect((await subscriptionOf(platform, id)).status).toBe('trialing');
  await platform.advance('P1D');
  expect((await subscriptionOf(platform, id)).status).toBe('past_due');
  expect((await webhooks.of(customer, 3)).map(({ type }) => type).toSorted()).toEqual([
    'customer.subscription.created',
    'invoice.created',
    'invoice.payment_failed',
  ]);
});

test('a plan of so many cycles ends by itself after them', async () => {
  await using platform = await startPlatform();
  const { customer, id } = await subscribed(platform, { billing_cycles: 2 });
  await platform.advance('P1Y');
  expect(await invoicesOf(platform, customer)).toHaveLength(2);
  expect(await subscriptionOf(platform, id)).toMatchObject({
    status: 'canceled',
    ends_at: '2026-05-05T09:00:00Z',
    cancellation_reason: 'billing_cycles_completed',
  });
});

test('an ending at the period end is told when it comes, one at once now', async () => {
  await using webhooks = await receiveWebhooks();
  await using platform = await startPlatform({ webhookUrls: [webhooks.url] });
  const later = await subscribed(platform);
  await platform.remove(`/subscriptions/${later.id}`);
  const atOnce = await subscribed(platform);
  await platform.remove(`/subscriptions/${atOnce.id}?immediately=true`);
  const [, , , ended] = await webhooks.of(atOnce.customer, 4);
  expect(ended).toMatchObject({
    type: 'customer.subscription.deleted',
    data: { object: { id: atOnce.id, status: 'canceled', ends_at: '2026-03-05T09:00:00Z' } },
  });
  expect(await webhooks.of(later.customer, 3)).toHaveLength(3);
  await platform.advance('P1M');
  expect((await webhooks.of(later.customer, 4)).map(({ type }) => type)).toContain(
    'customer.subscription.deleted',
  );
});
