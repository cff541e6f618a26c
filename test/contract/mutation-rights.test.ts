import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { encodeGlobalId } from '../../src/schema/global-id.ts';
import { schema } from '../../src/schema/index.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openGreetedSocket } from '../kit/raw-socket.ts';
import { readEvents } from '../kit/read-events.ts';

/** Of the callers', on the plan that includes everything; one that none of them is of; one that there is not. */
const own = '1004';
const others = '1009';
const nobodys = '4711';

const customerOf = (id: string): string => `cus_${id.padStart(16, '0')}`;
const nodeId = (typename: string, inside: string): string => `"${encodeGlobalId(typename, inside)}"`;

const organizationId = (id: string): string => `organizationId: "${id}"`;
const customerId = (id: string): string => `customerId: "${customerOf(id)}"`;
const ofCustomer = (typename: string, id: string): string => nodeId(typename, `${customerOf(id)}/made-up`);
const money = '{ minorUnits: 100, currency: "USD" }';
const execution = (id: string): string => `id: ${nodeId('IncompleteExecution', `${id}/abcdef0123456789`)}`;
const makeMethod = (id: string): string => nodeId('PaymentMethod', `make/${id}/made-up`);

/**
 * An input that asks for something of an organization, and that no upstream does anything for; and who may:
 * P operator, O owner, A administrator, F accountant, T team administrator (their own teams). Nobody with reading scopes alone.
 */
const mutations: Readonly<Record<string, readonly [input: (id: string) => string, allowed: string]>> = {
  addPaymentMethod: [(id) => `owner: { ${organizationId(id)} }, source: { token: "made-up" }`, 'POAF'],
  applyCoupon: [(id) => `${organizationId(id)}, couponCode: ""`, 'POAF'],
  cancelSubscription: [(id) => `${organizationId(id)}, atPeriodEnd: false`, 'POAF'],
  createSinglePayment: [(id) => `${organizationId(id)}, priceId: "made-up"`, 'POAF'],
  createSubscription: [(id) => `${organizationId(id)}, priceId: "made-up"`, 'POAF'],
  downgradeSubscription: [(id) => `${organizationId(id)}, priceId: "made-up"`, 'POAF'],
  upgradeSubscription: [(id) => `${organizationId(id)}, priceId: "made-up"`, 'POAF'],
  updateSubscription: [(id) => `${organizationId(id)}, priceId: "made-up"`, 'POAF'],
  setFreePlan: [(id) => organizationId(id), 'POAF'],
  updatePaymentMethod: [(id) => `paymentMethodId: ${makeMethod(id)}`, 'POAF'],
  removePaymentMethod: [(id) => `paymentMethodId: ${makeMethod(id)}`, 'POAF'],
  createCustomer: [(id) => `${organizationId(id)}, name: "", email: ""`, 'POAF'],
  updateCustomer: [(id) => customerId(id), 'POAF'],
  createPlatformSubscription: [(id) => `${customerId(id)}, planId: "made-up"`, 'POAF'],
  updatePlatformSubscription: [(id) => `subscriptionId: ${ofCustomer('PlatformSubscription', id)}`, 'POAF'],
  upgradePlatformSubscription: [
    (id) => `subscriptionId: ${ofCustomer('PlatformSubscription', id)}, planId: "made-up"`,
    'POAF',
  ],
  cancelPlatformSubscription: [
    (id) => `subscriptionId: ${ofCustomer('PlatformSubscription', id)}, immediately: true`,
    'POAF',
  ],
  createInvoice: [(id) => `${customerId(id)}, lineItems: []`, 'POAF'],
  processPayment: [
    (id) => `invoiceId: ${ofCustomer('PlatformInvoice', id)}, paymentMethodId: "made-up", amount: ${money}`,
    'POAF',
  ],
  refundPayment: [
    (id) => `paymentId: ${ofCustomer('PlatformPayment', id)}, reason: REQUESTED_BY_CUSTOMER, minorUnits: 0`,
    'POAF',
  ],
  recordUsage: [(id) => `${customerId(id)}, records: []`, 'POAF'],
  retryIncompleteExecution: [execution, 'POAT'],
  resolveIncompleteExecution: [(id) => `${execution(id)}, resolution: { cancel: {} }`, 'POAT'],
  updateIncompleteExecution: [(id) => `${execution(id)}, blueprint: {}`, 'POAT'],
  retryIncompleteExecutions: [(id) => `${organizationId(id)}, idempotencyKey: ""`, 'POAT'],
  cancelRetryCampaign: [(id) => `id: ${nodeId('RetryCampaign', `${id}/made-up`)}`, 'POAT'],
  deleteIncompleteExecutions: [(id) => `${organizationId(id)}, scenario: "999999"`, 'POA'],
};

/** They belong to no organization. */
const ofOperators: Readonly<Record<string, string>> = {
  createPlan: `name: "", price: ${money}, interval: MONTH`,
  updatePlan: 'planId: "made-up"',
  archivePlan: 'planId: "made-up"',
};

const callers = {
  'sandbox-operator': 'P',
  'sandbox-owner': 'O',
  'sandbox-admin': 'A',
  'sandbox-accountant': 'F',
  'sandbox-team-admin': 'T',
  'sandbox-member': 'M',
  'sandbox-readonly': 'R',
  'sandbox-outsider': 'X',
} as const;

let gateway: TestGateway;
beforeAll(async () => {
  const { sockets } = readConfig({});
  gateway = await startTestGateway({ settings: { sockets: { ...sockets, operations: 'all' } } });
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function requestsSoFar(): Promise<number> {
  const stats = (await gateway.control('stats')) as { requests: Readonly<Record<string, number>> };
  return Object.values(stats.requests).reduce((sum, count) => sum + count, 0);
}

async function attempt(caller: string, mutation: string, input: string) {
  const { status, data, errors } = await gateway.query<{ done: { __typename: string } | null }, object>(
    `mutation { done: ${mutation}(input: { ${input} }) { __typename } }`,
    {},
    { caller },
  );
  return {
    status,
    done: data?.done?.__typename ?? null,
    codes: errors.map(({ extensions }) => extensions?.['code']),
  };
}

const refused = { status: 200, done: null, codes: ['FORBIDDEN'] };

test('every mutation has a row', () => {
  const names = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect([...Object.keys(mutations), ...Object.keys(ofOperators)].toSorted()).toEqual(names.toSorted());
});

describe.each(Object.entries(callers))('%s', (caller, letter) => {
  test.each(Object.entries(mutations))('%s', async (mutation, [input, allowed]) => {
    const before = await requestsSoFar();
    const answer = await attempt(caller, mutation, input(own));
    if (allowed.includes(letter)) {
      expect(answer).toMatchObject({ status: 200, codes: [] });
      // it has come to where its input is looked at, and no further
      expect(answer.done).toMatch(
        /^(InvalidInput|NotFound|ConfirmationRequired|Conflict|NotSupported|PlanUpgradeRequired)$/,
      );
      return;
    }
    expect(answer).toEqual(refused);
    expect(await requestsSoFar()).toBe(before);
  });

  test.each(Object.entries(ofOperators))('%s', async (mutation, input) => {
    const before = await requestsSoFar();
    const answer = await attempt(caller, mutation, input);
    if (letter === 'P') {
      expect(answer).toMatchObject({ status: 200, codes: [] });
      expect(answer.done).toMatch(/^(InvalidInput|NotFound|ConfirmationRequired)$/);
      return;
    }
    expect(answer).toEqual(refused);
    expect(await requestsSoFar()).toBe(before);
  });

  if (letter !== 'P') {
    test('learns of no organization of others whether it is there, and nobody is asked', async () => {
      const before = await requestsSoFar();
      for (const [mutation, [input]] of Object.entries(mutations)) {
        for (const id of [others, nobodys]) {
          expect([mutation, id, await attempt(caller, mutation, input(id))]).toEqual([mutation, id, refused]);
        }
      }
      expect(await requestsSoFar()).toBe(before);
    });
  }
});

test('event streams and sockets refuse every change as well', async () => {
  const changes = [
    ...Object.entries(mutations).map(([name, [input]]) => [name, input(own)] as const),
    ...Object.entries(ofOperators),
  ];
  const query = `mutation { ${changes
    .map(([name, input]) => `as_${name}: ${name}(input: { ${input} }) { __typename }`)
    .join(' ')} }`;
  const expected = {
    data: Object.fromEntries(changes.map(([name]) => [`as_${name}`, null])),
    errors: changes.map(([name]) =>
      expect.objectContaining({
        path: [`as_${name}`],
        extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
      }),
    ),
  };
  const before = await requestsSoFar();
  for (const caller of ['sandbox-member', 'sandbox-readonly', 'sandbox-outsider']) {
    const authorization = `Bearer ${caller}`;
    const socket = await openGreetedSocket(gateway.url, { authorization });
    socket.send({ type: 'subscribe', id: 'a', payload: { query } });
    expect((await socket.next())['payload']).toEqual(expected);
    socket.socket.close();
    const reader = await readEvents(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify({ query }),
    });
    expect((await reader.next())?.data).toEqual(expected);
    reader.leave();
  }
  expect(await requestsSoFar()).toBe(before);
});
