import { getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { schema } from '../../src/schema/index.ts';
import { change } from '../kit/change.ts';
import { follow } from '../kit/follow.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import type { Json } from '../kit/raw.ts';

/** Two organizations on the plan that includes everything. */
const mine = 1004;
const another = 1009;

/** Ids of what belongs to an organization. */
interface Owner {
  readonly organization: number;
  readonly team: string;
  readonly customer: string;
  readonly scenario: string;
  readonly execution: string;
}

const ofOrganization = (field: string) => (owner: Owner, range: string) =>
  `organization(id: "${owner.organization}") { ${field}${range} }`;
const ofNode =
  (type: string, idOf: (owner: Owner) => string, field: string) => (owner: Owner, range: string) =>
    `node(id: "${idOf(owner)}") { ... on ${type} { ${field}${range} } }`;

/** How each connection of the graph is come to. */
const connections: Readonly<Record<string, (owner: Owner, range: string) => string>> = {
  'Query.organizations': (_, range) => `organizations${range}`,
  'Viewer.organizations': (_, range) => `viewer { organizations${range} }`,
  'Query.plans': (_, range) => `plans${range}`,
  'Organization.accessLog': ofOrganization('accessLog'),
  'Organization.auditLogs': ofOrganization('auditLogs'),
  'Organization.events': ofOrganization('events'),
  'Organization.incompleteExecutions': ofOrganization('incompleteExecutions'),
  'Organization.invoices': ofOrganization('invoices'),
  'Organization.payments': ofOrganization('payments'),
  'Organization.retryCampaigns': ofOrganization('retryCampaigns'),
  'Organization.scenarios': ofOrganization('scenarios'),
  'Scenario.incompleteExecutions': ofNode('Scenario', ({ scenario }) => scenario, 'incompleteExecutions'),
  'Team.auditLogs': ofNode('Team', ({ team }) => team, 'auditLogs'),
  'Customer.invoices': ofNode('Customer', ({ customer }) => customer, 'invoices'),
  'IncompleteExecution.logs': ofNode('IncompleteExecution', ({ execution }) => execution, 'logs'),
};

/** The same list, to be come to in two ways. */
const twins = new Set(['Query.organizations', 'Viewer.organizations']);

test('every connection of the graph is tried', () => {
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
          .map(({ name }) => `${type.name}.${name}`)
      : [],
  );
  expect(Object.keys(connections).toSorted()).toEqual(fields.toSorted());
});

describe.each(['documented', 'live'] as const)('in the %s dialect', (dialect) => {
  let gateway: TestGateway;
  /** A cursor of each connection, of each organization. */
  const cursors = new Map<string, readonly [mine: string, another: string]>();
  let me: Owner;

  async function ask(body: string): Promise<{ readonly data: Json; readonly codes: string[] }> {
    const { data, errors } = await gateway.query<Json, object>(
      `{ ${body} }`,
      {},
      { caller: 'sandbox-operator' },
    );
    return { data, codes: errors.map(({ extensions }) => String(extensions?.['code'])) };
  }

  const documentOf = (connection: string, owner: Owner, range: string): string =>
    connections[connection]?.(owner, `${range} { edges { cursor } }`) ?? '';
  const read = (connection: string, owner: Owner, range: string) => ask(documentOf(connection, owner, range));

  async function ownerOf(organization: number): Promise<Owner> {
    const { data } = await ask(
      `organization(id: "${organization}") { teams { id } customer { id } incompleteExecutions { edges { node { id scenario { id } } } } }`,
    );
    const { teams, customer, incompleteExecutions } = data.organization;
    for (const { node } of incompleteExecutions.edges) {
      const owner = {
        organization,
        team: teams[0].id,
        customer: customer.id,
        scenario: node.scenario.id,
        execution: node.id,
      };
      const logs = await read('IncompleteExecution.logs', owner, '(first: 1)');
      if (cursorIn(logs.data) !== undefined) return owner;
    }
    throw new Error(`Nothing was tried again in ${organization}.`);
  }

  beforeAll(async () => {
    const events = { ...readConfig({}).events, pollIntervalMs: 40 };
    gateway = await startTestGateway({ dialect, settings: { events } });
    const owners: Owner[] = [];
    for (const organization of [mine, another]) {
      await using seen = await follow(gateway, { organization, caller: 'sandbox-operator' });
      await seen.next();
      await gateway.control('world', { organization, add: { payments: 1 } });
      await seen.next();
      const owner = await ownerOf(organization);
      owners.push(owner);
      const input = { organizationId: organization, scenarios: [owner.scenario] };
      await change(gateway, 'retryIncompleteExecutions', input, { caller: 'sandbox-operator' });
    }
    const [first, second] = owners;
    if (first === undefined || second === undefined) throw new Error('no owners');
    me = first;
    for (const connection of Object.keys(connections)) {
      const [own, theirs] = [
        await read(connection, first, '(first: 1)'),
        await read(connection, second, '(first: 1)'),
      ];
      expect({ connection, codes: [...own.codes, ...theirs.codes] }).toEqual({ connection, codes: [] });
      cursors.set(connection, [cursorIn(own.data) ?? '-', cursorIn(theirs.data) ?? '-']);
    }
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test.each(Object.keys(connections))('%s takes its own cursors alone', async (connection) => {
    const [own = '', ofAnother = ''] = cursors.get(connection) ?? [];
    const others = [...cursors].filter(
      ([other]) => other !== connection && !(twins.has(connection) && twins.has(other)),
    );
    const isOfOrganization = own !== ofAnother;
    const wrong = [
      '',
      'garbage',
      '%%%',
      ...others.map(([, [cursor]]) => cursor),
      ...(isOfOrganization ? [ofAnother] : []),
    ];
    const ranges = [
      (cursor: string) => `(first: 1, after: "${cursor}")`,
      (cursor: string) => `(last: 1, before: "${cursor}")`,
    ];
    for (const rangeOf of ranges) {
      expect(await read(connection, me, rangeOf(own))).toMatchObject({ codes: [] });
      const asked = wrong.map((cursor, place) => `w${place}: ${documentOf(connection, me, rangeOf(cursor))}`);
      const { codes } = await ask(asked.join(' '));
      expect(codes).toEqual(wrong.map(() => 'BAD_USER_INPUT'));
    }
  });
});

/** The first cursor that an answer holds. */
function cursorIn(answer: Json): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  if (typeof answer.cursor === 'string') return answer.cursor;
  return Object.values(answer)
    .map(cursorIn)
    .find((cursor) => cursor !== undefined);
}
