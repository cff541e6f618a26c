import { getNamedType, isAbstractType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { schema } from '../../src/schema/index.ts';
import { noteValues, selectionOf } from '../kit/every-field.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { callPlatform, customerNodeId } from './platform-graph.ts';
import { addPlan } from './platform-subscriber.ts';
import { unknownFields } from './unknown-fields.ts';

const customer = 'cus_0000000000001004';

/** Documents that ask for everything at once pass what a front end needs. */
const { limits } = readConfig({});
const wideLimits = {
  ...limits,
  documentBytes: 1_000_000,
  documentTokens: 1_000_000,
  documentDepth: 90,
  documentSelections: 100_000,
  aliases: 100_000,
};

/** Every field of every object that a query leads to. */
function fieldsBelow(root: string, found = new Set<string>(), seen = new Set<string>()): Set<string> {
  if (seen.has(root)) return found;
  seen.add(root);
  const type = schema.getType(root);
  if (isAbstractType(type))
    for (const { name } of schema.getPossibleTypes(type)) fieldsBelow(name, found, seen);
  if (!isObjectType(type)) return found;
  for (const field of Object.values(type.getFields())) {
    found.add(`${root}.${field.name}`);
    fieldsBelow(getNamedType(field.type).name, found, seen);
  }
  return found;
}

/** Nothing happens here while nobody listens: tried where events are. */
function isOfEvents(field: string): boolean {
  const [name = ''] = field.split('.');
  const type = schema.getType(name);
  const isEvent =
    isObjectType(type) && type.getInterfaces().some((each) => each.name === 'OrganizationEvent');
  return isEvent || ['Change', 'EventEdge', 'Poller'].includes(name) || eventFields.includes(field);
}

const eventFields = ['EventConnection.edges', 'EventConnection.totalCount', 'Upstream.pollers'];

interface Cost {
  readonly upstreamRequests: number;
  readonly estimatedCostMin: number;
  readonly estimatedCost: number;
}

describe.each(['documented', 'live'] as const)('in the %s dialect', (dialect) => {
  let gateway: TestGateway;
  const asked = new Set<string>();
  const withValue = new Set<string>();
  const failures: string[] = [];
  const costs: (Cost & { document: string })[] = [];
  let dearest: string;

  async function ask(document: string, caller: string): Promise<unknown> {
    const headers = { 'x-tollgate-explain': '1' };
    const { data, errors, extensions } = await gateway.query<object, object>(
      document,
      {},
      { caller, headers },
    );
    noteValues(withValue, data);
    const cost = extensions?.['tollgate'] as Cost | undefined;
    if (cost) costs.push({ ...cost, document });
    failures.push(
      ...errors.map(
        ({ path, message, extensions }) => `${path?.join('.')}: ${String(extensions?.['code'])} ${message}`,
      ),
    );
    return data;
  }

  /** All of a root field, a query for each field of what it answers: one with everything would cost too much at once. */
  async function askAllOf(field: string, caller: string, arguments_: string): Promise<void> {
    const type = getNamedType(schema.getQueryType()?.getFields()[field]?.type);
    asked.add(`Query.${field}`);
    const names = isObjectType(type) ? Object.keys(type.getFields()) : [];
    for (const name of names) {
      const others = names.filter((other) => other !== name).map((other) => `${type?.name}.${other}`);
      const walk = {
        schema,
        asked,
        without: new Set([...others, 'OrganizationRole.user']),
        arguments: {
          'Capabilities.section': '(section: BILLING)',
          // far enough to meet invoices of both sources
          'Organization.invoices': '(first: 12)',
          'PlatformSubscription.upgradePreview': `(planId: "${dearest}", at: "2026-11-15T11:00:00Z")`,
          'Organization.planChangePreview': '(priceId: "2211")',
        },
      };
      if (type)
        await ask(`{ Query_${field}: ${field}${arguments_} ${selectionOf(walk, type, ['Query'])} }`, caller);
    }
  }

  /** One thing by its id, with everything below it. */
  async function askNode(typename: string, id: string): Promise<void> {
    const type = schema.getType(typename);
    const walk = { schema, asked, without: new Set<string>(), arguments: {} };
    asked.add('Query.node');
    if (isObjectType(type)) {
      await ask(
        `{ Query_node: node(id: "${id}") { ... on ${typename} ${selectionOf(walk, type, ['Query'])} } }`,
        'sandbox-operator',
      );
    }
  }

  async function payInvoice(): Promise<string> {
    const { payment_methods: methods } = await callPlatform(
      gateway,
      `/customers/${customer}/payment-methods`,
    );
    const { invoices } = await callPlatform(gateway, `/invoices?customer_id=${customer}&status=open`);
    const [{ id, total, currency }] = invoices;
    const payment = { invoice_id: id, payment_method_id: methods[0].id, amount: total, currency };
    return (await callPlatform(gateway, '/payments', { payment })).payment.id;
  }

  /** What the access log is to tell of: something refused, and a change that was not made. A change is on record at once. */
  async function leaveTraces(): Promise<void> {
    const headers = { 'x-tollgate-reason': 'a look around' };
    const look = 'query Look { organization(id: "1004") { subscription { status } } }';
    await gateway.query(look, {}, { caller: 'sandbox-member', headers });
    const input = '{ organizationId: "1004", atPeriodEnd: false }';
    await gateway.query(
      `mutation End { cancelSubscription(input: ${input}) { __typename } }`,
      {},
      { headers },
    );
  }

  /** A campaign that retries nothing: of a time when nothing failed, and of a scenario that is not there. */
  async function leaveCampaign(): Promise<void> {
    const scope = 'scenarios: ["1004001", "1004999"], errorTypes: ["DataError"]';
    const time = 'from: "2020-01-01T00:00:00Z", to: "2020-01-02T00:00:00Z"';
    await gateway.query(
      `mutation { retryIncompleteExecutions(input: { organizationId: "1004", ${scope}, ${time} }) { __typename } }`,
    );
    const document = '{ organization(id: "1004") { retryCampaigns { edges { node { finishedAt } } } } }';
    for (let isOver = false; !isOver; ) {
      const { data } = await gateway.query<ReturnType<typeof JSON.parse>, object>(document);
      isOver = data.organization.retryCampaigns.edges[0].node.finishedAt !== null;
    }
  }

  beforeAll(async () => {
    gateway = await startTestGateway({
      dialect,
      settings: { maxUpstreamRequests: 10_000, limits: wideLimits },
    });
    dearest = await addPlan(gateway, 1_000_000);
    await askNode('PlatformPayment', customerNodeId('PlatformPayment', customer, await payInvoice()));
    await leaveCampaign();
    await leaveTraces();
    for (const id of dialect === 'documented' ? ['1004', '1002', '1001'] : ['1004']) {
      // one of them has budget enough for everything to be read anew each time
      const anew = id === '1004' ? '@fresh(maxAge: 0)' : '';
      await askAllOf('organization', 'sandbox-operator', `(id: "${id}") ${anew}`);
    }
    await askAllOf('organizations', 'sandbox-owner', '');
    await askAllOf('viewer', 'sandbox-team-admin', '');
    await askAllOf('customer', 'sandbox-operator', `(id: "${customer}")`);
    await askAllOf('plans', 'sandbox-operator', '(first: 10)');
    await askAllOf('upstreams', 'sandbox-operator', '');
  }, 120_000);
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('no field fails', () => {
    expect(failures).toEqual([]);
  });

  test('every query takes what it was priced at', () => {
    const wrong = costs.filter(
      ({ upstreamRequests, estimatedCostMin, estimatedCost }) =>
        upstreamRequests < estimatedCostMin || upstreamRequests > estimatedCost,
    );
    expect(wrong).toEqual([]);
    expect(costs.some(({ upstreamRequests }) => upstreamRequests > 10)).toBe(true);
  });

  test('every field that a query leads to was asked for', () => {
    // tried where they are tested
    const elsewhere = ['Query.nodes', 'Query.plan', 'OrganizationRole.user'];
    expect(
      [...fieldsBelow('Query')].filter((field) => !asked.has(field) && !elsewhere.includes(field)),
    ).toEqual([]);
  });

  test('every field has a value somewhere, but those of which it is known why not', () => {
    const never = [...asked].filter((field) => !withValue.has(field) && !isOfEvents(field));
    const known = unknownFields(dialect);
    expect(never.filter((field) => !known.has(field)).toSorted()).toEqual([]);
    expect([...known].filter((field) => !never.includes(field)).toSorted()).toEqual([]);
  });
});
