import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openGreetedSocket } from '../kit/raw-socket.ts';
import { readEvents } from '../kit/read-events.ts';
import { callers, fields } from './rights-table.ts';

/** Of the callers', on the plan that includes everything; and one that none of them is of. */
const organization = '1004';
const hidden = '1009';
const customerOf = (id: string): string => `cus_${id.padStart(16, '0')}`;

interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
}

/** Everything at once, under other names than its own. */
const everything = Object.entries(fields)
  // who listens to events makes the gateway read it anew
  .map(([name, [ask]]) => `as_${name}: ${name === 'usage' ? 'usage { __typename }' : ask}`)
  .join(' ');

let gateway: TestGateway;
const globalIds = new Map<string, string>();
/** By field, what the operator was shown: it is in the cache from then on. */
let seen: Readonly<Record<string, unknown>>;

async function overHttp(caller: string, query: string): Promise<Result> {
  const { data, errors } = await gateway.query<Record<string, unknown>, object>(query, {}, { caller });
  return { data: data ?? null, errors: errors as Result['errors'] & object };
}

async function overGet(caller: string, query: string): Promise<Result> {
  const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { authorization: `Bearer ${caller}` },
  });
  return response.json() as Promise<Result>;
}

async function overEvents(caller: string, query: string): Promise<Result> {
  const reader = await readEvents(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${caller}` },
    body: JSON.stringify({ query }),
  });
  const event = await reader.next();
  reader.leave();
  return event?.data as Result;
}

async function overSocket(caller: string, query: string): Promise<Result> {
  const socket = await openGreetedSocket(gateway.url, { authorization: `Bearer ${caller}` });
  socket.send({ type: 'subscribe', id: 'a', payload: { query } });
  const { type, payload } = await socket.next();
  socket.socket.close();
  return type === 'error' ? { errors: payload as Result['errors'] & object } : (payload as Result);
}

const ways = { GET: overGet, 'event stream': overEvents, WebSocket: overSocket };

/** By an argument, by its id alone and among others, and by way of something that belongs to it. */
function documentFor(id: string): string {
  const globalId = globalIds.get(id);
  return `{
    plain: organization(id: "${id}") { ${everything} }
    node: node(id: "${globalId}") { ... on Organization { ${everything} } }
    nodes: nodes(ids: ["${globalId}"]) { ... on Organization { ${everything} } }
    nested: customer(id: "${customerOf(id)}") { organization { ${everything} } }
  }`;
}

const codesOf = ({ errors = [] }: Result): string[] =>
  errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`).toSorted();

beforeAll(async () => {
  const { limits, sockets } = readConfig({});
  gateway = await startTestGateway({
    settings: {
      sockets: { ...sockets, operations: 'all' },
      limits: { ...limits, aliases: 1000 },
      maxUpstreamRequests: 1000,
    },
  });
  for (const id of [organization, hidden]) {
    const { data } = await overHttp('sandbox-operator', `{ organization(id: "${id}") { id } }`);
    const { organization: found } = data as { organization: { id: string } };
    globalIds.set(id, found.id);
  }
  const { data, errors } = await overHttp(
    'sandbox-operator',
    `{ organization(id: "${organization}") { ${everything} } customer(id: "${customerOf(organization)}") { organization { id } } }`,
  );
  expect(errors).toEqual([]);
  seen = data?.['organization'] as Readonly<Record<string, unknown>>;
}, 60_000);
afterAll(() => gateway[Symbol.asyncDispose]());

describe.each(Object.entries(callers))('%s', (caller, letter) => {
  const refused = Object.entries(fields)
    .filter(([, [, allowed]]) => letter === null || !allowed.toUpperCase().includes(letter))
    .map(([name]) => `as_${name}`);

  /** What it may see is as the operator sees it, and what it may not is empty. */
  function expectShown(value: object | undefined): void {
    const shown = value as Readonly<Record<string, unknown>>;
    for (const [name, [, allowed]] of Object.entries(fields)) {
      if (refused.includes(`as_${name}`)) expect([name, shown[`as_${name}`]]).toEqual([name, null]);
      // the log has grown since; a list of own teams is a part
      else if (name !== 'accessLog' && letter !== null && allowed.includes(letter)) {
        expect([name, shown[`as_${name}`]]).toEqual([name, seen[`as_${name}`]]);
      }
    }
  }

  test.each(Object.entries(ways))('is shown by %s what it may see, whatever leads there', async (_, ask) => {
    const result = await ask(caller, documentFor(organization));
    if (letter === null) {
      expect(result).toEqual({ data: { plain: null, node: null, nodes: [null], nested: null } });
      return;
    }
    // a customer is for who may see billing
    const isNested = 'OAF'.includes(letter);
    const places = ['plain', 'node', 'nodes.0', ...(isNested ? ['nested.organization'] : [])];
    expect(codesOf(result)).toEqual(
      places.flatMap((place) => refused.map((name) => `${place}.${name} FORBIDDEN`)).toSorted(),
    );
    const { plain, node, nodes, nested } = result.data as {
      plain: object;
      node: object;
      nodes: readonly object[];
      nested: { organization: object } | null;
    };
    expectShown(plain);
    expectShown(node);
    expectShown(nodes[0]);
    if (isNested) expectShown(nested?.organization);
    else expect(nested).toBeNull();
  });

  test.each([
    ['event stream', overEvents],
    ['WebSocket', overSocket],
  ])('is shown by an event over %s what it may see of its organization', async (_, ask) => {
    const result = await ask(
      caller,
      `subscription { organizationEvents(organizationId: "${organization}", includeSnapshot: true) { organization { ${everything} } } }`,
    );
    if (letter === null) {
      expect(result.data ?? null).toBeNull();
      expect(result.errors).toHaveLength(1);
      return;
    }
    expect(codesOf(result)).toEqual(
      refused.map((name) => `organizationEvents.organization.${name} FORBIDDEN`).toSorted(),
    );
    const event = result.data?.['organizationEvents'] as { organization: unknown };
    expect(Object.keys(event.organization as object)).toHaveLength(Object.keys(fields).length);
  });

  if (caller !== 'sandbox-operator') {
    test.each(Object.entries(ways))('learns by %s nothing of an organization of others', async (_, ask) => {
      const result = await ask(caller, documentFor(hidden));
      expect(result).toEqual({ data: { plain: null, node: null, nodes: [null], nested: null } });
    });
  }
});
