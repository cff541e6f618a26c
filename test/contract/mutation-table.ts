import { getNullableType, isLeafType, isObjectType } from 'graphql';
import { encodeGlobalId, ownedId } from '../../src/schema/global-id.ts';
import { schema } from '../../src/schema/index.ts';
import type { TestGateway } from '../kit/gateway.ts';
import { callPlatform, change, customerNodeId, customerOf, dataOf } from './platform-graph.ts';
import { addInvoice, addPlan } from './platform-subscriber.ts';

export type Dialect = 'documented' | 'live';
type Input = Readonly<Record<string, unknown>>;

/** One way to use a mutation that succeeds. */
export interface Trial {
  readonly name: string;
  /** What sets it apart from other trials of the mutation. */
  readonly of?: string;
  readonly dialects?: readonly Dialect[];
  /** Makes what it needs in the sandbox, before the gateway has read anything of it. */
  readonly prepare: (gateway: TestGateway, dialect: Dialect) => Promise<Input> | Input;
  /** Another input that is as good, for the same objects. */
  readonly other: (input: Input) => Input;
  /** Make's number of whom it is about; null where that is nobody. */
  readonly organization?: number | null;
  /** Whether a call sends nothing itself: it is done in the gateway. */
  readonly isInside?: boolean;
  /** Reads what no section of an organization or a customer shows. */
  readonly shows?: (input: Input) => string;
  /** Is the organization on the free plan after it, or still? */
  readonly leavesFree?: boolean;
  /** Waits for what goes on after its answer. */
  readonly settled?: (gateway: TestGateway) => Promise<void>;
}

const organizationId = '1001';
const customer = customerOf(1001);
const documented = ['documented'] as const;
const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });
const noted = (input: Input): Input => ({ ...input, metadata: { note: 'another' } });

async function setPlan(gateway: TestGateway, plan: string): Promise<void> {
  await gateway.control('world', { organization: 1001, set: { plan } });
}

/** An open one of the organization, at Make. */
async function addExecution(gateway: TestGateway) {
  const { added } = (await gateway.control('world', {
    organization: 1001,
    add: { incompleteExecutions: 1 },
  })) as { added: { incompleteExecutions: readonly { dlqId: string; scenarioId: string }[] } };
  const [execution] = added.incompleteExecutions;
  if (execution === undefined) throw new Error('The sandbox made none.');
  return execution;
}

async function executionId(gateway: TestGateway): Promise<string> {
  return encodeGlobalId('IncompleteExecution', ownedId(1001, (await addExecution(gateway)).dlqId));
}

/** The organization's method at Make that is not charged by default. */
async function otherMethodAtMake(gateway: TestGateway): Promise<string> {
  const { organization } = await dataOf(
    gateway,
    '{ organization(id: "1001") { paymentMethods { id isDefault } } }',
  );
  return organization.paymentMethods.find(({ isDefault }: { isDefault: boolean }) => !isDefault).id;
}

async function methodAtPlatform(gateway: TestGateway): Promise<string> {
  const { payment_methods: methods } = await callPlatform(gateway, `/customers/${customer}/payment-methods`);
  return methods[0].id;
}

async function subscriptionId(gateway: TestGateway): Promise<string> {
  const { customer: shown } = await callPlatform(gateway, `/customers/${customer}`);
  return customerNodeId('PlatformSubscription', customer, shown.subscriptions[0].id);
}

async function addPayment(gateway: TestGateway): Promise<string> {
  const { id, total } = await addInvoice(gateway, customer);
  const { payment } = await callPlatform(gateway, '/payments', {
    payment: {
      invoice_id: id,
      payment_method_id: await methodAtPlatform(gateway),
      amount: total,
      currency: 'USD',
      confirm: true,
    },
  });
  return customerNodeId('PlatformPayment', customer, payment.id);
}

/** Every mutation, in each way that goes another path. */
export const trials: readonly Trial[] = [
  {
    name: 'createSubscription',
    async prepare(gateway) {
      await setPlan(gateway, 'free');
      return { organizationId, priceId: '2211' };
    },
    other: (input) => ({ ...input, priceId: '2311' }),
    leavesFree: true,
  },
  {
    name: 'updateSubscription',
    prepare: () => ({ organizationId, priceId: '2211' }),
    other: (input) => ({ ...input, priceId: '2311' }),
  },
  {
    name: 'cancelSubscription',
    of: 'at once',
    dialects: documented,
    prepare: () => ({ organizationId, atPeriodEnd: false, confirm: true }),
    other: (input) => ({ ...input, atPeriodEnd: true }),
    leavesFree: true,
  },
  {
    name: 'cancelSubscription',
    of: 'with its period',
    prepare: () => ({ organizationId }),
    other: (input) => ({ ...input, reason: 'another' }),
  },
  {
    name: 'setFreePlan',
    prepare: () => ({ organizationId, confirm: true }),
    // it takes nothing but whose plan it is
    other: (input) => input,
    leavesFree: true,
  },
  {
    name: 'applyCoupon',
    dialects: documented,
    prepare: () => ({ organizationId, couponCode: 'FIXED5' }),
    other: (input) => ({ ...input, couponCode: 'WELCOME10' }),
  },
  {
    name: 'createSinglePayment',
    dialects: documented,
    prepare: () => ({ organizationId, priceId: '2910' }),
    other: (input) => ({ ...input, quantity: 2 }),
  },
  {
    name: 'upgradeSubscription',
    prepare: () => ({ organizationId, priceId: '2211' }),
    other: (input) => ({ ...input, priceId: '2311' }),
  },
  {
    name: 'downgradeSubscription',
    async prepare(gateway) {
      await setPlan(gateway, 'teams');
      return { organizationId, priceId: '2111' };
    },
    other: (input) => ({ ...input, priceId: '2211' }),
  },
  {
    name: 'addPaymentMethod',
    of: 'at Make',
    dialects: documented,
    prepare: () => ({ owner: { organizationId }, source: { token: 'tok_visa' }, isDefault: true }),
    other: (input) => ({ ...input, isDefault: false }),
  },
  {
    name: 'addPaymentMethod',
    of: 'at the platform',
    prepare: () => ({
      owner: { customerId: customer },
      source: { token: 'tok_mastercard' },
      isDefault: true,
    }),
    other: noted,
  },
  {
    name: 'updatePaymentMethod',
    prepare: async (gateway) => ({ paymentMethodId: await otherMethodAtMake(gateway), isDefault: true }),
    other: (input) => ({ ...input, isDefaultForExtras: true }),
  },
  {
    name: 'removePaymentMethod',
    prepare: async (gateway) => ({ paymentMethodId: await otherMethodAtMake(gateway) }),
    other: (input) => ({ ...input, paymentMethodId: encodeGlobalId('PaymentMethod', 'make/1001/1') }),
  },
  {
    name: 'retryIncompleteExecution',
    prepare: async (gateway) => ({ id: await executionId(gateway) }),
    other: (input) => ({ ...input, modifications: { name: 'another' } }),
  },
  {
    name: 'retryIncompleteExecutions',
    async prepare(gateway) {
      const { scenarioId } = await addExecution(gateway);
      return { organizationId, scenarios: [scenarioId] };
    },
    other: (input) => ({ ...input, errorTypes: ['DataError'] }),
    isInside: true,
    async settled(gateway) {
      const query = '{ organization(id: "1001") { retryCampaigns { edges { node { status } } } } }';
      for (;;) {
        const { organization } = await dataOf(gateway, query);
        if (organization.retryCampaigns.edges[0].node.status === 'DONE') return;
      }
    },
  },
  {
    name: 'cancelRetryCampaign',
    async prepare(gateway) {
      // its first request is never answered: it is not over by itself
      await gateway.control('faults', { endpoint: 'POST /dlqs/retry', fault: 'hang', times: 1 });
      const { result } = await change(
        gateway,
        'retryIncompleteExecutions',
        { organizationId: '1001' },
        { shows: 'campaign { id }' },
      );
      return { id: result.campaign.id };
    },
    // it takes nothing but which campaign it is
    other: (input) => input,
    isInside: true,
  },
  {
    name: 'resolveIncompleteExecution',
    prepare: async (gateway) => ({ id: await executionId(gateway), resolution: { retry: {} } }),
    other: (input) => ({ ...input, resolution: { retry: { modifications: { name: 'another' } } } }),
  },
  {
    name: 'resolveIncompleteExecution',
    of: 'giving it up',
    dialects: documented,
    prepare: async (gateway) => ({
      id: await executionId(gateway),
      resolution: { cancel: { reason: 'known' } },
    }),
    other: (input) => ({ ...input, resolution: { cancel: { reason: 'another' } } }),
  },
  {
    name: 'updateIncompleteExecution',
    prepare: async (gateway) => ({
      id: await executionId(gateway),
      blueprint: { name: 'Mended', flow: [{ id: 1, module: 'http:ActionSendData' }] },
    }),
    other: (input) => ({ ...input, blueprint: { name: 'Another', flow: [] } }),
  },
  {
    name: 'deleteIncompleteExecutions',
    async prepare(gateway) {
      const { scenarioId } = await addExecution(gateway);
      return { organizationId, scenario: scenarioId, confirm: true };
    },
    other: (input) => ({ ...input, olderThan: '2026-11-01T00:00:00Z' }),
  },
  {
    name: 'createPlan',
    organization: null,
    prepare: () => ({ name: 'Gold', price: usd(9900), interval: 'MONTH' }),
    other: (input) => ({ ...input, price: usd(9800) }),
  },
  {
    name: 'updatePlan',
    organization: null,
    async prepare(gateway) {
      const { customer: shown } = await callPlatform(gateway, `/customers/${customer}`);
      return { planId: shown.subscriptions[0].plan_id, name: 'Renamed' };
    },
    other: (input) => ({ ...input, name: 'Renamed again' }),
  },
  {
    name: 'archivePlan',
    organization: null,
    prepare: async (gateway) => ({ planId: await addPlan(gateway, 4000), confirm: true }),
    other: (input) => ({ ...input, planId: 'plan_none' }),
  },
  {
    name: 'createCustomer',
    organization: 1016,
    prepare: () => ({
      organizationId: '1016',
      email: 'ann@example.com',
      name: 'Ann',
      address: { line1: '1 Road', city: 'Lisbon', postalCode: '1000-001', country: 'PT' },
    }),
    other: (input) => ({ ...input, name: 'Bob' }),
  },
  {
    name: 'updateCustomer',
    prepare: () => ({ customerId: customer, name: 'Renamed', metadata: { note: 'x' } }),
    other: noted,
  },
  {
    name: 'createPlatformSubscription',
    async prepare(gateway) {
      const { customer: shown } = await callPlatform(gateway, `/customers/${customer}`);
      const path = `/subscriptions/${shown.subscriptions[0].id}?immediately=true`;
      await callPlatform(gateway, path, undefined, 'DELETE');
      return { customerId: customer, planId: await addPlan(gateway, 3000), trialDays: 0 };
    },
    other: (input) => ({ ...input, trialDays: 7 }),
  },
  {
    name: 'updatePlatformSubscription',
    prepare: async (gateway) => ({
      subscriptionId: await subscriptionId(gateway),
      metadata: { note: 'x' },
    }),
    other: noted,
  },
  {
    name: 'upgradePlatformSubscription',
    prepare: async (gateway) => ({
      subscriptionId: await subscriptionId(gateway),
      planId: await addPlan(gateway, 900_000),
      beginsPeriod: true,
    }),
    other: (input) => ({ ...input, beginsPeriod: false }),
  },
  {
    name: 'cancelPlatformSubscription',
    prepare: async (gateway) => ({
      subscriptionId: await subscriptionId(gateway),
      immediately: true,
      confirm: true,
    }),
    other: (input) => ({ ...input, reason: 'another' }),
  },
  {
    name: 'createInvoice',
    prepare: () => ({
      customerId: customer,
      lineItems: [{ description: 'Work', quantity: '1', unitPrice: usd(5000) }],
    }),
    other: noted,
  },
  {
    name: 'processPayment',
    async prepare(gateway) {
      const { nodeId, total } = await addInvoice(gateway, customer);
      const paymentMethodId = await methodAtPlatform(gateway);
      return { invoiceId: nodeId, paymentMethodId, amount: usd(total) };
    },
    other: (input) => ({ ...input, amount: usd(100) }),
    shows: ({ invoiceId }) =>
      `{ node(id: "${String(invoiceId)}") { ... on PlatformInvoice { status paidAt paymentAttempts } } }`,
  },
  {
    name: 'refundPayment',
    prepare: async (gateway) => ({
      paymentId: await addPayment(gateway),
      minorUnits: 100,
      reason: 'DUPLICATE',
    }),
    other: (input) => ({ ...input, minorUnits: 200 }),
    shows: ({ paymentId }) => `{ node(id: "${String(paymentId)}") { ... on PlatformPayment { status } } }`,
  },
  {
    name: 'recordUsage',
    prepare: () => ({ customerId: customer, records: [{ metric: 'api_calls', quantity: '5000' }] }),
    other: (input) => ({ ...input, records: [{ metric: 'api_calls', quantity: '6' }] }),
  },
];

/** A trial for each dialect in which it can succeed. */
export const trialsByDialect = trials.flatMap((trial) =>
  (trial.dialects ?? (['documented', 'live'] as const)).map((dialect) => ({
    ...trial,
    dialect,
    title: [trial.name, trial.of, `in the ${dialect} dialect`].filter(Boolean).join(' '),
  })),
);

/** The calls so far, of all kinds and of those that change something upstream. */
export async function sentSoFar(
  gateway: TestGateway,
): Promise<{ readonly all: number; readonly writes: number }> {
  const { requests } = (await gateway.control('stats')) as { requests: Readonly<Record<string, number>> };
  const counts = Object.entries(requests);
  const sumOf = (of: typeof counts): number => of.reduce((sum, [, count]) => sum + count, 0);
  return { all: sumOf(counts), writes: sumOf(counts.filter(([endpoint]) => !endpoint.startsWith('GET '))) };
}

/** Who may make it: the owner of the organization, else an operator. */
export const callerOf = ({ organization = 1001 }: Trial): string =>
  organization === 1001 ? 'sandbox-owner' : 'sandbox-operator';

/** The one thing that was changed, as a payload shows it. */
export interface PayloadObject {
  readonly field: string;
  readonly typename: string;
  /** Its fields that are values, less when it was read. */
  readonly leaves: string;
}

export function payloadObject(name: string): PayloadObject | null {
  const type = schema.getType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  const [object = null] = fields.flatMap(({ name: field, type: of }): PayloadObject[] => {
    const isNode = isObjectType(of) && of.getInterfaces().some((each) => each.name === 'Node');
    if (!isNode || ['organization', 'customer'].includes(field)) return [];
    const leaves = Object.values(of.getFields()).filter(
      ({ type: leaf, name: each }) => isLeafType(getNullableType(leaf)) && each !== 'fetchedAt',
    );
    return [{ field, typename: of.name, leaves: leaves.map((each) => each.name).join(' ') }];
  });
  return object;
}
