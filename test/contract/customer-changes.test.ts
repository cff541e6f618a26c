import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { change, customerOf, dataOf } from './platform-graph.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const ann = {
  email: 'ann@example.com',
  name: 'Ann',
  description: 'A customer',
  address: { line1: '1 Road', line2: 'Suite 2', city: 'Berlin', postalCode: '10115', country: 'DE' },
  phone: '+1-555-123-4567',
  tax: { taxId: 'DE123', isExempt: false },
  metadata: { source: 'web' },
};
const shows =
  'customer { id platformId email name description address { line1 line2 city state postalCode country } phone tax { taxId isExempt exemptionType } metadata organization { makeId } }';

const create = (input: object, caller = 'sandbox-operator') =>
  change(gateway, 'createCustomer', { ...ann, ...input }, { shows, caller });

test('a customer of nobody is made, and changed, by operators', async () => {
  const { result } = await create({});
  expect(result.customer).toMatchObject({ ...ann, organization: null });
  const { id } = result.customer;
  const address = { line1: '2 Street', city: 'Paris', postalCode: '75001', country: 'FR' };
  const changed = await change(
    gateway,
    'updateCustomer',
    { customerId: id, name: 'Anna', address, tax: { isExempt: true }, metadata: { size: 3 } },
    { shows, caller: 'sandbox-operator' },
  );
  expect(changed.result.customer).toEqual({
    ...result.customer,
    name: 'Anna',
    address: { ...address, line2: null, state: null },
    tax: { taxId: 'DE123', isExempt: true, exemptionType: null },
    metadata: { source: 'web', size: 3 },
  });
});

test('an organization becomes a customer, is one from then on, and only once', async () => {
  const query = '{ organization(id: "1016") { customer { email } } }';
  expect((await dataOf(gateway, query, {}, 'sandbox-operator')).organization.customer).toBeNull();
  const { result } = await create({ organizationId: '1016' });
  expect(result.customer).toMatchObject({ email: ann.email, organization: { makeId: '1016' } });
  expect((await dataOf(gateway, query, {}, 'sandbox-operator')).organization.customer).toEqual({
    email: ann.email,
  });
  const before = await gateway.requests('POST /billing/customers');
  const again = await create({ organizationId: '1016' });
  expect(again.result).toMatchObject({ __typename: 'Conflict', code: 'CONFLICT' });
  expect(await gateway.requests('POST /billing/customers')).toBe(before);
});

test('of two who make an organization a customer at the same time one does, and the other is told', async () => {
  const endpoint = 'POST /billing/customers';
  const before = await gateway.requests(endpoint);
  await gateway.control('faults', { endpoint, fault: 'latency', ms: 100, times: 1 });
  const both = await Promise.all(
    ['one', 'other'].map((idempotencyKey) => create({ organizationId: '1017', idempotencyKey })),
  );
  const names = both.map(({ result }) => String(result.__typename)).toSorted();
  expect(names).toEqual(['Conflict', 'CreateCustomerPayload']);
  expect(await gateway.requests(endpoint)).toBe(before + 1);
});

test('a customer that was not made leaves the way free for another try', async () => {
  const endpoint = 'POST /billing/customers';
  await gateway.control('faults', { endpoint, fault: '503', times: 1 });
  expect((await create({ organizationId: '1018' })).result?.__typename).not.toBe('CreateCustomerPayload');
  expect((await create({ organizationId: '1018' })).result).toMatchObject({
    customer: { organization: { makeId: '1018' } },
  });
});

test('the customer of an organization is changed by who may act for its billing, and shows it at once', async () => {
  const query = `{ customer(id: "${customerOf(1001)}") { name email } }`;
  const { customer } = await dataOf(gateway, query);
  const changed = await change(
    gateway,
    'updateCustomer',
    { customerId: customerOf(1001), name: 'Acorn' },
    { caller: 'sandbox-accountant' },
  );
  expect(changed.result).toMatchObject({ __typename: 'UpdateCustomerPayload' });
  expect((await dataOf(gateway, query)).customer).toEqual({ ...customer, name: 'Acorn' });
});

test.each(['sandbox-member', 'sandbox-readonly', 'sandbox-outsider', 'sandbox-team-admin'])(
  '%s learns nothing of customers, whichever they are',
  async (caller) => {
    const before = await gateway.requests('PUT /billing/customers/{customer_id}');
    for (const customerId of [customerOf(1001), customerOf(1016), 'cus_none']) {
      const { result, errors } = await change(
        gateway,
        'updateCustomer',
        { customerId, email: 'x' },
        { caller },
      );
      expect([result, errors[0]?.extensions?.['code']]).toEqual([null, 'FORBIDDEN']);
    }
    for (const organizationId of ['1001', '1016', null]) {
      const { result, errors } = await create({ organizationId, email: 'x' }, caller);
      expect([result, errors[0]?.extensions?.['code']]).toEqual([null, 'FORBIDDEN']);
    }
    expect(await gateway.requests('PUT /billing/customers/{customer_id}')).toBe(before);
  },
);

test('every fault is told at its place', async () => {
  const { result } = await create({
    email: 'nobody',
    name: ' ',
    address: { ...ann.address, country: 'Germany' },
    metadata: ['x'],
  });
  expect(result.faults.map(({ path }: { path: string[] }) => path.join('.')).toSorted()).toEqual([
    'address.country',
    'email',
    'metadata',
    'name',
  ]);
  const phone = await create({ phone: 'call me' });
  expect(phone.result).toMatchObject({ __typename: 'InvalidInput', faults: [{ path: ['phone'] }] });
  const tax = await change(
    gateway,
    'updateCustomer',
    { customerId: customerOf(1001) },
    { caller: 'sandbox-owner' },
  );
  expect(tax.result.faults[0].message).toMatch(/at least one change/);
});

test('a customer that is not there is NotFound to operators', async () => {
  const { result } = await change(
    gateway,
    'updateCustomer',
    { customerId: 'cus_none', name: 'x' },
    { caller: 'sandbox-operator' },
  );
  expect(result).toMatchObject({ __typename: 'NotFound', upstreamCode: 'customer_not_found' });
});

test('the same key makes one customer', async () => {
  const before = await gateway.requests('POST /billing/customers');
  const [one, other] = await Promise.all([create({ idempotencyKey: 'k' }), create({ idempotencyKey: 'k' })]);
  expect(other).toEqual(one);
  expect(await gateway.requests('POST /billing/customers')).toBe(before + 1);
  expect((await create({ name: 'Bob', idempotencyKey: 'k' })).result).toMatchObject({
    __typename: 'IdempotencyConflict',
  });
});
