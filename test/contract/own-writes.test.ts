import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObjectType } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { schema } from '../../src/schema/index.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import {
  type Dialect,
  type PayloadObject,
  payloadObject,
  trials,
  trialsByDialect,
} from './mutation-table.ts';
import { change } from './platform-graph.ts';

/** What is read of Make, by the name of the section: all that a front end shows of it, less when it was read. */
const organizationSections = {
  organization: 'name zone plan teams { name }',
  capabilities: 'capabilities { sections { section isAllowed reason neededPlan } }',
  subscription:
    'subscription { status priceId planName price { minorUnits } currentPeriodEnd cancelAtPeriodEnd canceledAt endsAt discount { code } }',
  payments: 'payments(first: 3) { totalCount edges { node { id status amount { minorUnits } } } }',
  makeInvoices:
    'invoices(first: 3, filter: { source: MAKE }) { totalCount edges { node { id status total { minorUnits } } } }',
  paymentMethods: 'paymentMethods { id brand last4 isDefault isDefaultForExtras }',
  billing: 'billing { currentAmount { minorUnits } nextAmount { minorUnits } subscription { plan } }',
  usage: 'usage { operations { included used } credits { included used } }',
  usageForecast: 'usageForecast { included used }',
  auditLogs: 'auditLogs(first: 2) { totalCount edges { node { uuid eventType } } }',
  incompleteExecutions:
    'incompleteExecutions(first: 1) { totalCount edges { node { makeId status retryCount blueprint } } }',
  scenarios: 'scenarios { edges { node { makeId incompleteExecutionCount { all open } } } }',
  retryCampaigns: 'retryCampaigns { edges { node { id status } } }',
};

const customerSections = {
  customer: 'name email metadata',
  subscriptions:
    'subscriptions { platformId status planName price { minorUnits } metadata plan { name } cancelAtPeriodEnd endsAt nextInvoice { amount { minorUnits } } }',
  customerPaymentMethods: 'paymentMethods { upstreamId brand isDefault }',
  invoices: 'invoices(first: 3) { edges { node { id status total { minorUnits } } } }',
  customerUsage: 'usage { metrics { metric quantity includedQuantity } totalCost }',
};

/** Those that a payload is asked for as well: a few, for the budget. */
const inPayload = ['organization', 'subscription', 'payments', 'paymentMethods', 'usage'] as const;

const plansSection = '{ plans(first: 50) { totalCount edges { node { name status } } } }';

const operator = { caller: 'sandbox-operator' };

type Sections = Readonly<Record<string, unknown>>;

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-own-writes-'));
  const now = Date.UTC(2026, 10, 15, 10);
  // time stands still: what shows something else does so because of the mutation
  sandbox = await createSandbox({ port: 0, now, wallNow: () => now, limits: 'off' });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** Each keeps what is its own where the one before kept it, and has read nothing yet. */
function start(dialect: Dialect): Promise<TestGateway> {
  const store = { url: `sqlite:${join(folder, 'store.db')}` };
  return startTestGateway({ dialect, settings: { store }, over: sandbox });
}

/** Each section by a query of its own, with what it failed with in its place. */
async function readAll(
  gateway: TestGateway,
  organization: number,
  without: readonly string[],
): Promise<Sections> {
  const documents = [
    ...Object.entries(organizationSections).map(([name, fields]) => [
      name,
      `{ organization(id: "${organization}") { ${fields} } }`,
    ]),
    ...Object.entries(customerSections).map(([name, fields]) => [
      name,
      `{ organization(id: "${organization}") { customer { ${fields} } } }`,
    ]),
    ['plans', plansSection],
  ];
  const sections: [string, unknown][] = [];
  for (const [name = '', document = ''] of documents) {
    if (without.includes(name)) continue;
    const { data, errors } = await gateway.query(document, {}, operator);
    sections.push([name, { data, codes: errors.map(({ extensions }) => extensions?.['code']) }]);
  }
  return Object.fromEntries(sections);
}

/** The sections that show something else after it. */
const touched: Readonly<Record<string, readonly string[]>> = {
  'createSubscription in the documented dialect': [
    'organization',
    'capabilities',
    'subscription',
    'payments',
    'makeInvoices',
    'paymentMethods',
    'billing',
    'usage',
    'usageForecast',
    'auditLogs',
  ],
  'createSubscription in the live dialect': [],
  'updateSubscription in the documented dialect': [
    'organization',
    'subscription',
    'payments',
    'makeInvoices',
    'billing',
    'usage',
    'usageForecast',
    'auditLogs',
  ],
  'updateSubscription in the live dialect': [
    'organization',
    'subscription',
    'payments',
    'makeInvoices',
    'usage',
    'usageForecast',
  ],
  'cancelSubscription at once in the documented dialect': [
    'organization',
    'capabilities',
    'subscription',
    'payments',
    'makeInvoices',
    'paymentMethods',
    'billing',
    'usage',
    'usageForecast',
    'auditLogs',
  ],
  'cancelSubscription with its period in the documented dialect': ['billing', 'auditLogs'],
  'cancelSubscription with its period in the live dialect': [],
  'setFreePlan in the documented dialect': [
    'organization',
    'capabilities',
    'subscription',
    'payments',
    'makeInvoices',
    'paymentMethods',
    'billing',
    'usage',
    'usageForecast',
    'auditLogs',
  ],
  'setFreePlan in the live dialect': ['organization', 'subscription', 'usage', 'usageForecast'],
  'applyCoupon in the documented dialect': ['subscription', 'billing', 'auditLogs'],
  'createSinglePayment in the documented dialect': [
    'payments',
    'makeInvoices',
    'usage',
    'usageForecast',
    'auditLogs',
  ],
  'upgradeSubscription in the documented dialect': [
    'organization',
    'subscription',
    'payments',
    'makeInvoices',
    'billing',
    'usage',
    'usageForecast',
    'auditLogs',
  ],
  'upgradeSubscription in the live dialect': [
    'organization',
    'subscription',
    'payments',
    'makeInvoices',
    'usage',
    'usageForecast',
  ],
  'downgradeSubscription in the documented dialect': ['billing', 'auditLogs'],
  'downgradeSubscription in the live dialect': [
    'organization',
    'subscription',
    'payments',
    'makeInvoices',
    'usage',
    'usageForecast',
  ],
  'addPaymentMethod at Make in the documented dialect': ['paymentMethods', 'auditLogs'],
  'addPaymentMethod at the platform in the documented dialect': ['customerPaymentMethods'],
  'addPaymentMethod at the platform in the live dialect': ['customerPaymentMethods'],
  'updatePaymentMethod in the documented dialect': ['paymentMethods', 'auditLogs'],
  'updatePaymentMethod in the live dialect': ['paymentMethods'],
  'removePaymentMethod in the documented dialect': ['paymentMethods', 'auditLogs'],
  'removePaymentMethod in the live dialect': ['paymentMethods'],
  'retryIncompleteExecution in the documented dialect': ['auditLogs', 'incompleteExecutions'],
  'retryIncompleteExecution in the live dialect': ['incompleteExecutions'],
  'retryIncompleteExecutions in the documented dialect': [
    'auditLogs',
    'incompleteExecutions',
    'retryCampaigns',
  ],
  'retryIncompleteExecutions in the live dialect': ['incompleteExecutions', 'retryCampaigns'],
  'cancelRetryCampaign in the documented dialect': ['retryCampaigns'],
  'cancelRetryCampaign in the live dialect': ['retryCampaigns'],
  'resolveIncompleteExecution in the documented dialect': ['auditLogs', 'incompleteExecutions'],
  'resolveIncompleteExecution in the live dialect': ['incompleteExecutions'],
  'resolveIncompleteExecution giving it up in the documented dialect': ['auditLogs', 'incompleteExecutions'],
  'updateIncompleteExecution in the documented dialect': ['auditLogs', 'incompleteExecutions'],
  'updateIncompleteExecution in the live dialect': ['incompleteExecutions'],
  'deleteIncompleteExecutions in the documented dialect': ['auditLogs', 'incompleteExecutions'],
  'deleteIncompleteExecutions in the live dialect': ['incompleteExecutions', 'scenarios'],
  'createPlan in the documented dialect': ['plans'],
  'createPlan in the live dialect': ['plans'],
  'updatePlan in the documented dialect': ['subscriptions', 'plans'],
  'updatePlan in the live dialect': ['subscriptions', 'plans'],
  'archivePlan in the documented dialect': ['plans'],
  'archivePlan in the live dialect': ['plans'],
  'createCustomer in the documented dialect': [
    'capabilities',
    'customer',
    'subscriptions',
    'customerPaymentMethods',
    'invoices',
    'customerUsage',
  ],
  'createCustomer in the live dialect': [
    'capabilities',
    'customer',
    'subscriptions',
    'customerPaymentMethods',
    'invoices',
    'customerUsage',
  ],
  'updateCustomer in the documented dialect': ['customer'],
  'updateCustomer in the live dialect': ['customer'],
  'createPlatformSubscription in the documented dialect': ['subscriptions', 'invoices', 'customerUsage'],
  'createPlatformSubscription in the live dialect': ['subscriptions', 'invoices', 'customerUsage'],
  'updatePlatformSubscription in the documented dialect': ['subscriptions'],
  'updatePlatformSubscription in the live dialect': ['subscriptions'],
  'upgradePlatformSubscription in the documented dialect': ['subscriptions', 'invoices', 'customerUsage'],
  'upgradePlatformSubscription in the live dialect': ['subscriptions', 'invoices', 'customerUsage'],
  'cancelPlatformSubscription in the documented dialect': ['subscriptions'],
  'cancelPlatformSubscription in the live dialect': ['subscriptions'],
  'createInvoice in the documented dialect': ['invoices'],
  'createInvoice in the live dialect': ['invoices'],
  'processPayment in the documented dialect': ['invoices', 'objects'],
  'processPayment in the live dialect': ['invoices', 'objects'],
  'refundPayment in the documented dialect': ['objects'],
  'refundPayment in the live dialect': ['objects'],
  'recordUsage in the documented dialect': ['customerUsage'],
  'recordUsage in the live dialect': ['customerUsage'],
};

function changedBetween(before: Sections, after: Sections): string[] {
  return Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

test('every mutation is tried', () => {
  const names = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect([...new Set(trials.map(({ name }) => name))].sort()).toEqual(names.sort());
});

/** What a payload shows of the organization, the customer and the one thing that was changed. */
function payloadFields(name: string): { readonly shows: string; readonly object: PayloadObject | null } {
  const type = schema.getType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  const parts = fields.flatMap(({ name: field }) => {
    if (field === 'organization')
      return [`organization { ${inPayload.map((each) => organizationSections[each]).join(' ')} }`];
    if (field === 'customer') return [`customer { ${Object.values(customerSections).join(' ')} }`];
    return [];
  });
  const object = payloadObject(name);
  if (object !== null) parts.push(`${object.field} { ${object.leaves} }`);
  return { shows: ['__typename', ...parts].join(' '), object };
}

test.for(trialsByDialect)(
  '$title shows in every section that it touches, at once',
  { timeout: 60_000 },
  async (trial) => {
    const { name, dialect, organization } = trial;
    const about = organization ?? 1001;
    // the budget of the free plan has no room for all of it
    const without = trial.leavesFree === true ? ['scenarios', 'incompleteExecutions'] : [];
    const gateway = await start(dialect);
    const input = await trial.prepare(gateway, dialect);
    const read = async (from: TestGateway): Promise<Sections> => ({
      ...(await readAll(from, about, without)),
      ...(trial.shows && {
        objects: await from.query(trial.shows(input), {}, operator).then(({ data }) => data),
      }),
    });
    const before = await read(gateway);
    const { shows, object } = payloadFields(name);
    const { result, errors } = await change(gateway, name, input, { ...operator, shows });
    // what a payload shows of the free plan's organization is refused as it is to a query
    if (trial.leavesFree !== true) expect(errors).toEqual([]);
    expect(result.__typename, JSON.stringify(result)).toMatch(/Payload$/);
    await trial.settled?.(gateway);
    const after = await read(gateway);
    expect(changedBetween(before, after)).toEqual(touched[trial.title]);
    await gateway[Symbol.asyncDispose]();

    await using anew = await start(dialect);
    const there = await read(anew);
    expect(after).toEqual(there);
    if (result.organization) expect(result.organization).toEqual(organizationIn(there));
    if (result.customer) expect(result.customer).toEqual(customerIn(there));
    // what goes on after the answer is further by now
    if (object !== null && result[object.field] !== null && trial.settled === undefined) {
      const query = `query($id: ID!) { node(id: $id) { ... on ${object.typename} { ${object.leaves} } } }`;
      const { data } = await anew.query<{ node: unknown }, object>(
        query,
        { id: result[object.field].id },
        operator,
      );
      expect(result[object.field]).toEqual(data?.node);
    }
  },
);

interface Section {
  readonly data: { readonly organization: { readonly customer?: object } };
}

/** The organization as a payload shows it. */
function organizationIn(sections: Sections): object {
  return Object.assign({}, ...inPayload.map((name) => (sections[name] as Section).data.organization));
}

function customerIn(sections: Sections): object {
  const names = Object.keys(customerSections);
  return Object.assign({}, ...names.map((name) => (sections[name] as Section).data.organization.customer));
}
