import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Json, rawMake } from '../kit/raw.ts';
import { callPlatform } from './platform-graph.ts';

const customerOf = (organization: number): string => `cus_${String(organization).padStart(16, '0')}`;
const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64url');

const all = `id upstreamId source type rawType isDefault isDefaultForExtras isValid isImmediate brand last4 expiryMonth
  expiryYear bankName email billingAddress { line1 line2 city state postalCode country } metadata createdAt fetchedAt`;

const typeOf: Json = {
  card: 'CARD',
  credit_card: 'CARD',
  bank_account: 'BANK_ACCOUNT',
  us_bank_account: 'BANK_ACCOUNT',
  sepa_debit: 'BANK_ACCOUNT',
  paypal: 'PAYPAL',
};

const nothingMore = {
  isDefaultForExtras: null,
  isValid: null,
  isImmediate: null,
  email: null,
  bankName: null,
  brand: null,
  last4: null,
  expiryMonth: null,
  expiryYear: null,
  billingAddress: null,
  metadata: null,
  createdAt: null,
  fetchedAt: expect.any(String) as string,
};

const wholeAddress = (address: Json) => ({ line2: null, state: null, ...address });

async function methodsOf(gateway: TestGateway, organization: string, caller = 'sandbox-owner') {
  const document = `query($id: ID!) { organization(id: $id) { paymentMethods { ${all} } } }`;
  const { data, errors } = await gateway.query<Json, object>(document, { id: organization }, { caller });
  return { methods: data?.organization?.paymentMethods, errors };
}

async function customerMethods(gateway: TestGateway, organization: number, caller = 'sandbox-owner') {
  const document = `query($id: ID!) { node(id: $id) { ... on Customer { paymentMethods { ${all} } } } }`;
  const variables = { id: globalId('Customer', customerOf(organization)) };
  const { data, errors } = await gateway.query<Json, object>(document, variables, { caller });
  return { methods: data?.node?.paymentMethods, errors };
}

describe('in the documented dialect', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('an organization has its payment methods as Make prints them', async () => {
    const types = new Set();
    for (const organization of [1001, 1002, 1003, 1004]) {
      const { paymentMethods } = await rawMake(
        gateway.sandbox.origins.makeDocumented,
        `/cashier/payment-methods/${organization}`,
      );
      const { methods, errors } = await methodsOf(gateway, String(organization));
      expect(errors).toEqual([]);
      expect(methods).toEqual(
        paymentMethods.map(({ id, type, isDefault, details, billingAddress }: Json) => {
          types.add(type);
          return {
            ...nothingMore,
            id: globalId('PaymentMethod', `make/${organization}/${id}`),
            upstreamId: id,
            source: 'MAKE',
            type: typeOf[type],
            rawType: type,
            isDefault,
            ...details,
            billingAddress: billingAddress && wholeAddress(billingAddress),
          };
        }),
      );
    }
    expect(types.size).toBeGreaterThan(1);
    const { data } = await gateway.query<Json, object>(
      '{ organization(id: "1001") { paymentMethodOptions { type } } }',
    );
    expect(data.organization.paymentMethodOptions).toBeNull();
  });

  test('a customer has its payment methods as the platform prints them', async () => {
    const { payment_methods } = await callPlatform(gateway, `/customers/${customerOf(1001)}/payment-methods`);
    const { methods, errors } = await customerMethods(gateway, 1001);
    expect(errors).toEqual([]);
    expect(methods).toEqual(
      payment_methods.map((raw: Json) => ({
        ...nothingMore,
        id: globalId('PaymentMethod', `platform/${customerOf(1001)}/${raw.id}`),
        upstreamId: raw.id,
        source: 'PLATFORM',
        type: typeOf[raw.type],
        rawType: raw.type,
        isDefault: raw.is_default,
        brand: raw.brand,
        last4: raw.last4,
        expiryMonth: raw.exp_month,
        expiryYear: raw.exp_year,
        billingAddress: raw.billing_address
          ? {
              line1: raw.billing_address.line1,
              line2: raw.billing_address.line2 ?? null,
              city: raw.billing_address.city,
              state: raw.billing_address.state ?? null,
              postalCode: raw.billing_address.postal_code,
              country: raw.billing_address.country,
            }
          : null,
        metadata: raw.metadata ?? null,
        createdAt: raw.created_at ? new Date(raw.created_at).toISOString() : null,
      })),
    );
    expect(methods.length).toBeGreaterThan(0);
  });

  test('node gives a payment method of either system back, of its owner alone and to those who may see it', async () => {
    const [make] = (await methodsOf(gateway, '1001')).methods;
    const [platform] = (await customerMethods(gateway, 1001)).methods;
    const ask = async (ids: readonly string[], caller = 'sandbox-owner') => {
      const document =
        'query($ids: [ID!]!) { nodes(ids: $ids) { id ... on PaymentMethod { last4 source } } }';
      const { data, errors } = await gateway.query<Json, object>(document, { ids }, { caller });
      return errors.length > 0 ? errors.map(({ extensions }) => extensions?.['code']) : data.nodes;
    };
    const ids = [make.id, platform.id];
    expect(await ask(ids)).toEqual([make, platform].map(({ id, last4, source }) => ({ id, last4, source })));
    const foreign = [
      globalId('PaymentMethod', `make/1002/${make.upstreamId}`),
      globalId('PaymentMethod', `platform/${customerOf(1002)}/${platform.upstreamId}`),
    ];
    expect(await ask(foreign)).toEqual([null, null]);
    for (const caller of ['sandbox-member', 'sandbox-outsider']) {
      expect(await ask(ids, caller)).toEqual([null, null]);
    }
    expect(await ask(ids, 'sandbox-operator')).toHaveLength(2);
    for (const malformed of ['1001/pm_1', 'make/x/pm_1', 'platform/a/b/c']) {
      expect(await ask([globalId('PaymentMethod', malformed)])).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('an accountant sees them, a member is refused, and the plan may refuse them all', async () => {
    const accountant = await methodsOf(gateway, '1001', 'sandbox-accountant');
    expect(accountant.methods.length).toBeGreaterThan(0);
    const codeOf = async (read: Promise<{ errors: readonly Json[] }>) =>
      (await read).errors[0]?.extensions.code;
    expect(await codeOf(methodsOf(gateway, '1001', 'sandbox-member'))).toBe('FORBIDDEN');
    expect(await codeOf(methodsOf(gateway, '1005'))).toBe('PLAN_UPGRADE_REQUIRED');
    expect((await customerMethods(gateway, 1001, 'sandbox-member')).methods).toBeUndefined();
  });
});

test('in the live dialect an organization has its payment methods, and the kinds that it may add', async () => {
  await using gateway = await startTestGateway({ dialect: 'live' });
  const path = '/organizations/1003/subscription';
  const { paymentMethods } = await rawMake(gateway.sandbox.origins.makeLive, `${path}/payment-methods`);
  const { methods, errors } = await methodsOf(gateway, '1003');
  expect(errors).toEqual([]);
  expect(methods).toEqual(
    paymentMethods.map((raw: Json) => ({
      ...nothingMore,
      id: globalId('PaymentMethod', `make/1003/${raw.id}`),
      upstreamId: raw.id,
      source: 'MAKE',
      type: typeOf[raw.type],
      rawType: raw.type,
      isDefault: raw.customerDefaultMethod,
      isDefaultForExtras: raw.customerDefaultExtrasMethod,
      isValid: raw.valid,
      isImmediate: raw.isImmediate,
      brand: raw.methodDetails.brand ?? null,
      last4: raw.methodDetails.last4 ?? null,
      bankName: raw.methodDetails.bank_name ?? null,
      email: raw.methodDetails.payer_email ?? null,
      createdAt: new Date(raw.created).toISOString(),
    })),
  );

  const { paymentMethodTypes } = await rawMake(
    gateway.sandbox.origins.makeLive,
    `${path}/payment-method-types`,
  );
  const { data } = await gateway.query<Json, object>(`{ organization(id: "1003") { paymentMethodOptions {
    type rawType label canBeDefault canBeDefaultForExtras } } }`);
  expect(data.organization.paymentMethodOptions).toEqual(
    paymentMethodTypes.map((raw: Json) => ({
      type: typeOf[raw.value],
      rawType: raw.value,
      label: raw.label,
      canBeDefault: raw.canBeDefaultForSubscription,
      canBeDefaultForExtras: raw.canBeDefaultForExtras,
    })),
  );
});

test('a list with a row that cannot be read fails whole, at the path of the row', async () => {
  await using gateway = await startTestGateway();
  const endpoint = 'GET /cashier/payment-methods/{organizationId}';
  await gateway.control('faults', { endpoint, fault: 'missing-field', field: 'type', times: 1 });
  const { methods, errors } = await methodsOf(gateway, '1001');
  expect(methods).toBeNull();
  expect(errors).toMatchObject([
    { path: ['organization', 'paymentMethods', 0], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);
});
