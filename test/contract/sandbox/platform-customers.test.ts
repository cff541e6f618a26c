import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCard, addCustomer, type Platform, refusalOf, startPlatform } from './platform-calls.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform[Symbol.asyncDispose]());

const profile = {
  email: 'customer@example.com',
  name: 'John Doe',
  description: 'Enterprise customer from Tech Corp',
  address: {
    line1: '123 Business St',
    line2: 'Suite 456',
    city: 'San Francisco',
    state: 'CA',
    postal_code: '94105',
    country: 'US',
  },
  phone: '+1-555-123-4567',
  tax_info: { tax_id: 'US123456789', tax_exempt: false, exemption_type: null },
  metadata: { source: 'web_signup', company_size: 'enterprise' },
};

test('a customer is created as the document prints it', async () => {
  const { status, json } = await platform.post('/customers', { customer: profile });
  expect(status).toBe(201);
  const { id } = json.data.customer;
  expect(id).toMatch(/^cus_[0-9a-f]{16}$/);
  expect(json.data.customer).toEqual({
    ...profile,
    id,
    status: 'active',
    tax_info: { tax_id: 'US123456789', tax_exempt: false },
    created_at: '2026-03-05T09:00:00Z',
    stripe_customer_id: id.replace('cus_', 'cus_stripe_'),
  });
  expect((await platform.get(`/customers/${id}`)).json.data.customer).toEqual({
    ...json.data.customer,
    subscriptions: [],
    payment_methods: [],
    invoices: [],
  });
});

test('a customer reads with its subscriptions, payment methods and latest invoices', async () => {
  const { customer } = (await platform.get('/customers/cus_0000000000001001')).json.data;
  expect(customer.name).toBe('Acorn Logistics');
  expect(customer.address.country).toBe('US');
  expect(customer.subscriptions).toEqual([
    {
      id: expect.stringMatching(/^sub_/),
      plan_id: expect.stringMatching(/^plan_/),
      plan_name: 'Professional',
      status: 'active',
      current_period_start: '2026-02-24T10:00:00Z',
      current_period_end: '2026-03-24T10:00:00Z',
      trial_end: null,
      cancel_at_period_end: false,
      created_at: '2023-09-24T10:00:00Z',
    },
  ]);
  expect(Object.keys(customer.payment_methods[0])).toEqual([
    'id',
    'type',
    'brand',
    'last4',
    'exp_month',
    'exp_year',
    'is_default',
    'created_at',
  ]);
  expect(customer.invoices).toHaveLength(10);
  expect(customer.invoices[0]).toEqual({
    id: expect.stringMatching(/^inv_/),
    status: 'paid',
    total: 10_766,
    formatted_total: '$107.66',
    currency: 'USD',
    due_date: '2026-03-03T00:00:00Z',
    created_at: '2026-02-24T10:00:00Z',
  });
});

test('an update replaces the address and merges the metadata', async () => {
  const id = await addCustomer(platform, profile);
  const address = { line1: '456 New Address Ave', city: 'New York', state: 'NY', country: 'US' };
  const { status, json } = await platform.put(`/customers/${id}`, {
    customer: {
      name: 'John Smith',
      address,
      tax_info: { tax_exempt: true, exemption_type: 'resale' },
      metadata: { company_size: 'mid-market', account_manager: 'bob@example.com' },
    },
  });
  expect(status).toBe(200);
  expect(json.data.customer).toMatchObject({
    email: profile.email,
    name: 'John Smith',
    tax_info: { tax_id: 'US123456789', tax_exempt: true, exemption_type: 'resale' },
    metadata: { source: 'web_signup', company_size: 'mid-market', account_manager: 'bob@example.com' },
  });
  expect(json.data.customer.address).toEqual(address);
  expect((await platform.get(`/customers/${id}`)).json).toEqual(json);
});

test('a card is kept as brand, last four digits and expiry alone', async () => {
  const id = await addCustomer(platform);
  const billing_address = { line1: '123 Billing St', country: 'US' };
  const added = await platform.post(`/customers/${id}/payment-methods`, {
    payment_method: {
      type: 'card',
      card: { number: '4242424242424242', exp_month: 12, exp_year: 2030, cvc: '123' },
      billing_address,
      metadata: { nickname: 'Company Visa Card' },
      set_as_default: true,
    },
  });
  expect(added.status).toBe(201);
  const row = {
    id: expect.stringMatching(/^pm_[0-9a-f]{16}$/),
    type: 'card',
    brand: 'visa',
    last4: '4242',
    exp_month: 12,
    exp_year: 2030,
    is_default: true,
    metadata: { nickname: 'Company Visa Card' },
    created_at: '2026-03-05T09:00:00Z',
  };
  expect(added.json.data.payment_method).toEqual({ ...row, billing_address });
  const listed = await platform.get(`/customers/${id}/payment-methods`);
  expect(listed.json.data).toEqual({ payment_methods: [row] });
  expect(added.text + listed.text).not.toContain('4242424242424242');
});

test('there is one default method: the first, until another is made so', async () => {
  const id = await addCustomer(platform);
  const defaults = async () =>
    (await platform.get(`/customers/${id}/payment-methods`)).json.data.payment_methods
      .filter((method: { is_default: boolean }) => method.is_default)
      .map((method: { id: string }) => method.id);
  const first = await addCard(platform, id, 'tok_visa', false);
  expect(await defaults()).toEqual([first]);
  await addCard(platform, id, 'tok_amex', false);
  expect(await defaults()).toEqual([first]);
  const third = await addCard(platform, id, '5555555555554444', true);
  expect(await defaults()).toEqual([third]);
});

test('what is missing or wrong about a customer or a card is named', async () => {
  const create = async (customer: object) => refusalOf(await platform.post('/customers', { customer }));
  const missing = (field: string) => [400, 'missing_required_fields', field];
  expect(await create({})).toEqual(missing('email, name'));
  expect(await create({ ...profile, email: 'nobody' })).toEqual(missing('email'));
  expect(await create({ ...profile, phone: 'call me' })).toEqual(missing('phone'));
  expect(await create({ ...profile, address: { line1: 'A' } })).toEqual(missing('address.country'));
  expect(await create({ ...profile, address: { line1: 'A', country: 'usa' } })).toEqual(
    missing('address.country'),
  );
  expect(await create({ ...profile, tax_info: { tax_exempt: 'no' } })).toEqual(
    missing('tax_info.tax_exempt'),
  );

  const id = await addCustomer(platform);
  const add = async (method: object) =>
    refusalOf(await platform.post(`/customers/${id}/payment-methods`, { payment_method: method }));
  const card = { number: '4242424242424242', exp_month: 12, exp_year: 2030, cvc: '123' };
  expect(await add({ type: 'card' })).toEqual(missing('card'));
  expect(await add({ type: 'card', card: { exp_month: 1 } })).toEqual(missing('card.number, exp_year, cvc'));
  expect(await add({ type: 'cheque', card })).toEqual([400, 'invalid_payment_method', 'type']);
  expect(await add({ type: 'card', card: { ...card, number: '4242424242424241' } })).toEqual([
    400,
    'invalid_payment_method',
    'card.number',
  ]);
  expect(await add({ type: 'card', card: { ...card, exp_month: 13 } })).toEqual([
    400,
    'invalid_payment_method',
    'card.exp_month',
  ]);
  expect(await add({ type: 'card', card: { token: 'tok_unknown' } })).toEqual([
    400,
    'invalid_payment_method',
    'card.token',
  ]);
  expect(await add({ type: 'card', card: { ...card, exp_year: 2025 } })).toEqual([
    402,
    'expired_card',
    'card',
  ]);
  expect(await add({ type: 'card', card: { ...card, cvc: '12' } })).toEqual([402, 'invalid_cvc', 'card.cvc']);
});
