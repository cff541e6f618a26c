import { afterEach, describe, expect, test } from 'vitest';
import { change } from '../kit/change.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import type { Json } from '../kit/raw.ts';

const address = { line1: '1 Main St', city: 'Albany', postalCode: '12201', country: 'US' };
const card = { number: '4242 4242 4242 4242', expiryMonth: 12, expiryYear: 2031, cvc: '123' };
const customer = 'cus_0000000000001001';
const organization = { organizationId: '1001' };
const addAtMake = 'POST /cashier/payment-methods';
const addAtPlatform = 'POST /billing/customers/{customer_id}/payment-methods';
const added = `organization { makeId } customer { platformId } paymentMethod {
  id upstreamId source type isDefault brand last4 expiryMonth expiryYear bankName metadata billingAddress { city } }`;

const declines = [
  ['tok_chargeDeclined', '4000000000000002', 'CARD_DECLINED'],
  ['tok_chargeDeclinedInsufficientFunds', '4000000000009995', 'INSUFFICIENT_FUNDS'],
  ['tok_chargeDeclinedExpiredCard', '4000000000000069', 'EXPIRED_CARD'],
  ['tok_chargeDeclinedIncorrectCvc', '4000000000000127', 'INVALID_CVC'],
  ['tok_chargeDeclinedFraudulent', '4100000000000019', 'FRAUD_DETECTED'],
] as const;

let gateway: TestGateway;
afterEach(() => gateway[Symbol.asyncDispose]());

const add = (input: object, caller = 'sandbox-owner') =>
  change(gateway, 'addPaymentMethod', { owner: organization, ...input }, { shows: added, caller });

async function methods(id = '1001'): Promise<Json[]> {
  const { data } = await gateway.query<Json, object>(
    'query($id: ID!) { organization(id: $id) { paymentMethods { id upstreamId type last4 isDefault isDefaultForExtras } } }',
    { id },
  );
  return data?.organization.paymentMethods;
}

async function nodeOf(id: string): Promise<Json> {
  const document = 'query($id: ID!) { node(id: $id) { ... on PaymentMethod { last4 isDefault metadata } } }';
  return (await gateway.query<Json, object>(document, { id })).data?.node;
}

describe('adding', () => {
  test('an organization gets a card, an account or PayPal to pay Make with, and the next query shows it', async () => {
    gateway = await startTestGateway();
    const before = await methods();
    const byCard = await add({ source: { card }, billingAddress: address, isDefault: true });
    expect(byCard.errors).toEqual([]);
    expect(byCard.result).toMatchObject({
      organization: { makeId: '1001' },
      customer: null,
      paymentMethod: {
        source: 'MAKE',
        type: 'CARD',
        brand: 'visa',
        last4: '4242',
        expiryMonth: 12,
        expiryYear: 2031,
        isDefault: true,
        billingAddress: { city: 'Albany' },
      },
    });
    expect(await nodeOf(byCard.result.paymentMethod.id)).toMatchObject({ last4: '4242', isDefault: true });
    const others = await Promise.all([
      add({ source: { token: 'tok_amex' } }),
      add({ source: { bankAccount: { bankName: 'First', last4: '6789' } } }),
      add({ source: { paypal: { email: 'ada@example.com' } } }),
    ]);
    expect(others.map(({ result }) => result.paymentMethod.type)).toEqual(['CARD', 'BANK_ACCOUNT', 'PAYPAL']);
    expect(await methods()).toHaveLength(before.length + 4);
  });

  test('a customer gets a card to pay the platform with, by its own id or its global one', async () => {
    gateway = await startTestGateway();
    const owner = { customerId: Buffer.from(`Customer:${customer}`).toString('base64url') };
    const metadata = { team: 'billing', seats: 3 };
    const { result, errors } = await add({ owner, source: { card }, metadata, billingAddress: address });
    expect(errors).toEqual([]);
    expect(result).toMatchObject({
      organization: null,
      customer: { platformId: customer },
      paymentMethod: { source: 'PLATFORM', last4: '4242', metadata },
    });
    expect(await nodeOf(result.paymentMethod.id)).toMatchObject({ last4: '4242', metadata });
    const byToken = await add({ owner: { customerId: customer }, source: { token: 'tok_visa' } });
    expect(byToken.result).toMatchObject({ __typename: 'AddPaymentMethodPayload' });
    const account = await add({ owner, source: { paypal: { email: 'ada@example.com' } } });
    expect(account.result).toMatchObject({
      __typename: 'NotSupported',
      message: 'The platform takes cards and their tokens alone: no bank account, no PayPal.',
    });
    expect((await add({ source: { token: 'tok_visa' }, metadata })).result).toMatchObject({
      __typename: 'NotSupported',
      message: 'Make keeps no metadata of payment methods: leave it out.',
    });
  });

  test('a card that is declined says why, for each reason there is, at Make and at the platform', async () => {
    gateway = await startTestGateway();
    for (const [token, number, reason] of declines) {
      for (const owner of [organization, { customerId: customer }]) {
        for (const source of [{ token }, { card: { ...card, number } }]) {
          const { result } = await add({ owner, source });
          expect(result).toMatchObject({ __typename: 'PaymentDeclined', code: 'PAYMENT_DECLINED', reason });
          expect(result.upstreamCode).toBe(reason.toLowerCase());
        }
      }
    }
  });

  test('every fault is told at its place without the number or the code, and nothing is sent', async () => {
    gateway = await startTestGateway();
    const { result } = await add({
      source: { card: { number: '4242424242424241', expiryMonth: 13, expiryYear: 26, cvc: 12 } },
      billingAddress: { ...address, line1: '' },
      idempotencyKey: 'x'.repeat(201),
    });
    expect(result.faults.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
      'idempotencyKey',
      'source.card.number',
      'source.card.expiryMonth',
      'source.card.expiryYear',
      'source.card.cvc',
      'billingAddress.line1',
    ]);
    const old = await add({ source: { card: { ...card, expiryYear: 2024 } } });
    expect(old.result.faults).toEqual([
      {
        path: ['source', 'card', 'expiryYear'],
        message: 'The card has expired: takes a month that is not over.',
      },
    ]);
    const short = await add({ source: { card: { ...card, number: '378282246310005' } } });
    expect(short.result.faults).toMatchObject([{ path: ['source', 'card', 'cvc'] }]);
    const number = await add({ source: { token: card.number } });
    expect(number.result.faults).toMatchObject([{ path: ['source', 'token'] }]);
    expect(await gateway.requests(addAtMake)).toBe(0);
    const unknown = await add({ source: { token: 'tok_none' } });
    expect(unknown.result).toMatchObject({
      __typename: 'InvalidInput',
      upstreamCode: 'invalid_payment_method',
      faults: [{ path: ['source', 'token'] }],
    });
  });

  test('the same key adds it once; an answer that was lost is found again at the platform by the key', async () => {
    gateway = await startTestGateway();
    const once = { source: { token: 'tok_visa' }, idempotencyKey: 'once' };
    const [one, other] = await Promise.all([add(once), add(once)]);
    expect(other).toEqual(one);
    expect(await gateway.requests(addAtMake)).toBe(1);
    expect((await add({ ...once, isDefault: true })).result).toMatchObject({
      __typename: 'IdempotencyConflict',
    });

    await gateway.control('faults', {
      endpoint: addAtMake,
      fault: 'reset',
      times: 1,
      before: true,
      afterEffect: true,
    });
    const lost = { source: { token: 'tok_amex' }, idempotencyKey: 'lost' };
    expect((await add(lost)).result).toMatchObject({ __typename: 'OutcomeUnknown' });
    expect((await add(lost)).result).toMatchObject({ __typename: 'OutcomeUnknown' });
    expect(await gateway.requests(addAtMake)).toBe(2);

    const owner = { customerId: customer };
    await gateway.control('faults', {
      endpoint: addAtPlatform,
      fault: 'reset',
      times: 1,
      before: true,
      afterEffect: true,
    });
    const found = await add({ ...lost, owner });
    expect(found.result).toMatchObject({ paymentMethod: { last4: '0005' } });
    expect(await add({ ...lost, owner })).toEqual(found);
    expect(await gateway.requests(addAtPlatform)).toBe(1);
  });

  test('another card under the same key is not sent: neither number nor code is part of what is remembered', async () => {
    gateway = await startTestGateway();
    const first = await add({ source: { card }, idempotencyKey: 'card' });
    const other = { ...card, number: '5555555555554444', cvc: '999' };
    expect(await add({ source: { card: other }, idempotencyKey: 'card' })).toEqual(first);
    const later = await add({ source: { card: { ...card, expiryYear: 2032 } }, idempotencyKey: 'card' });
    expect(later.result).toMatchObject({ __typename: 'IdempotencyConflict' });
    expect(await gateway.requests(addAtMake)).toBe(1);
  });

  test('who may not, learns nothing of the card; customers without a link are for operators', async () => {
    gateway = await startTestGateway();
    const bad = { card: { ...card, number: 1 } };
    for (const caller of ['sandbox-member', 'sandbox-readonly', 'sandbox-outsider']) {
      for (const owner of [organization, { customerId: customer }, { customerId: 'cus_elsewhere' }]) {
        expect(await add({ owner, source: bad }, caller)).toEqual({ result: null, errors: ['FORBIDDEN'] });
      }
    }
    expect(await add({ owner: { customerId: 'cus_elsewhere' }, source: { card } })).toEqual({
      result: null,
      errors: ['FORBIDDEN'],
    });
    const operator = await add(
      { owner: { customerId: 'cus_elsewhere' }, source: { card } },
      'sandbox-operator',
    );
    expect(operator.result).toMatchObject({ __typename: 'NotFound', upstreamCode: 'customer_not_found' });
    expect((await add({ owner: { organizationId: 'nonsense' }, source: { card } })).result).toMatchObject({
      faults: [{ path: ['owner'] }],
    });
    expect(await gateway.requests(addAtMake)).toBe(0);
  });

  test('where numbers are switched off a token is taken still, and who may not add is not told of the setting', async () => {
    gateway = await startTestGateway({ settings: { cards: 'off' } });
    expect((await add({ source: { card } })).result).toMatchObject({
      __typename: 'NotSupported',
      message:
        'Numbers of cards are not taken here (CARD_INPUT is off): send source.token, a token of the payment provider.',
    });
    expect(await add({ source: { card } }, 'sandbox-member')).toEqual({
      result: null,
      errors: ['FORBIDDEN'],
    });
    expect((await add({ source: { token: 'tok_visa' } })).result).toMatchObject({
      __typename: 'AddPaymentMethodPayload',
    });
  });
});

describe.each(['documented', 'live'] as const)('changing and removing in the %s dialect', (dialect) => {
  const update = (input: object) =>
    change(gateway, 'updatePaymentMethod', input, {
      shows:
        'organization { makeId } paymentMethod { id last4 isDefault isDefaultForExtras billingAddress { city } expiryYear }',
    });
  const remove = (input: object) =>
    change(gateway, 'removePaymentMethod', input, {
      shows: 'paymentMethodId organization { paymentMethods { id } }',
    });

  test('another method becomes the default, and the former one can be removed', async () => {
    gateway = await startTestGateway({ dialect });
    const [former, next] = (await methods()).toSorted(
      (one, two) => Number(two.isDefault) - Number(one.isDefault),
    );
    const first = await remove({ paymentMethodId: former.id });
    expect(first.result).toMatchObject({ __typename: 'Conflict', upstreamCode: 'payment_method_default' });
    const { result, errors } = await update({ paymentMethodId: next.id, isDefault: true });
    expect(errors).toEqual([]);
    expect(result).toMatchObject({
      organization: { makeId: '1001' },
      paymentMethod: { id: next.id, isDefault: true },
    });
    const removed = await remove({ paymentMethodId: former.id, idempotencyKey: 'once' });
    expect(removed).toMatchObject({
      result: { paymentMethodId: former.id, organization: { paymentMethods: [{ id: next.id }] } },
      errors: [],
    });
    expect((await remove({ paymentMethodId: former.id, idempotencyKey: 'once' })).result).toEqual(
      removed.result,
    );
    expect((await remove({ paymentMethodId: former.id })).result).toMatchObject({ __typename: 'NotFound' });
    expect(await methods()).toMatchObject([{ id: next.id, isDefault: true }]);
  });

  test('what the dialect does not take of a method is said by name', async () => {
    gateway = await startTestGateway({ dialect });
    const [method] = await methods();
    const messages =
      dialect === 'documented'
        ? [
            [
              { isDefaultForExtras: true },
              "Make's API does not take isDefaultForExtras: true in this dialect: leave it out.",
            ],
          ]
        : [
            [
              { billingAddress: address, isDefault: false },
              "Make's API does not take billingAddress, isDefault: false in this dialect: leave it out.",
            ],
          ];
    for (const [input, message] of messages) {
      const { result } = await update({ paymentMethodId: method.id, ...(input as object) });
      expect(result).toMatchObject({ __typename: 'NotSupported', message });
    }
  });

  test('ids of others, of other things and of the platform change nothing', async () => {
    gateway = await startTestGateway({ dialect });
    const id = (text: string) => Buffer.from(text).toString('base64url');
    for (const [name, more] of [
      ['updatePaymentMethod', { isDefault: true }],
      ['removePaymentMethod', {}],
    ] as const) {
      const run = (paymentMethodId: string, caller = 'sandbox-owner') =>
        change(gateway, name, { paymentMethodId, ...more }, { caller });
      expect((await run('pm_1')).result).toMatchObject({ faults: [{ path: ['paymentMethodId'] }] });
      expect((await run(id('Organization:1001'))).result).toMatchObject({ __typename: 'InvalidInput' });
      expect((await run(id(`PaymentMethod:platform/${customer}/pm_1`))).result).toMatchObject({
        __typename: 'NotSupported',
        message: 'The platform neither changes nor removes payment methods: add another, as the default.',
      });
      expect((await run(id('PaymentMethod:make/1001/pm_none'))).result).toMatchObject({
        __typename: 'NotFound',
      });
      expect(await run(id('PaymentMethod:make/1001/pm_1'), 'sandbox-member')).toEqual({
        result: null,
        errors: ['FORBIDDEN'],
      });
      expect(await run(id('PaymentMethod:make/1007/pm_1'))).toEqual({ result: null, errors: ['FORBIDDEN'] });
    }
    const [method] = await methods();
    const empty = await update({ paymentMethodId: method.id });
    expect(empty.result.faults).toMatchObject([
      { path: [], message: expect.stringMatching(/^Takes at least/) as string },
    ]);
  });
});

test('in the documented dialect the address and the expiry of a card can be changed, not to the past', async () => {
  gateway = await startTestGateway();
  const [method] = (await methods()).filter(({ type }) => type === 'CARD');
  const run = (input: object) =>
    change(
      gateway,
      'updatePaymentMethod',
      { paymentMethodId: method.id, ...input },
      {
        shows: 'paymentMethod { expiryMonth expiryYear billingAddress { city country } }',
      },
    );
  expect((await run({ billingAddress: address, expiryMonth: 3, expiryYear: 2033 })).result).toMatchObject({
    paymentMethod: { expiryMonth: 3, expiryYear: 2033, billingAddress: { city: 'Albany', country: 'US' } },
  });
  expect((await run({ expiryMonth: 3, expiryYear: 2020 })).result).toMatchObject({
    faults: [{ path: ['expiryYear'] }],
  });
  expect((await run({ expiryMonth: 0 })).result).toMatchObject({ faults: [{ path: ['expiryMonth'] }] });
});

test('in the live dialect a method becomes the default of extras, or of both', async () => {
  gateway = await startTestGateway({ dialect: 'live' });
  const next = (await methods()).find(({ isDefault }) => isDefault !== true);
  const input = { paymentMethodId: next?.id, isDefaultForExtras: true };
  await change(gateway, 'updatePaymentMethod', input);
  expect((await methods()).find(({ id }) => id === next?.id)).toMatchObject({
    isDefault: false,
    isDefaultForExtras: true,
  });
  await change(gateway, 'updatePaymentMethod', { ...input, isDefault: true });
  expect((await methods()).find(({ id }) => id === next?.id)).toMatchObject({
    isDefault: true,
    isDefaultForExtras: true,
  });
});
