import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const sections = '{ organization(id: "1001") { name subscription { planName } payments { totalCount } } }';

/** A request as it is, headers and all. */
async function post(
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; json: unknown; headers: Headers }> {
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
  return { status: response.status, json: await response.json(), headers: response.headers };
}

test.each([
  ['no credential', undefined],
  ['an unknown key', 'Bearer nobody'],
  ['another scheme', 'Basic c2FuZGJveC1vd25lcg=='],
  ['a malformed header', 'Bearer'],
  ['a key with something behind it', 'Bearer sandbox-owner x'],
])('%s is answered with 401 and no hint which it was', async (_, authorization) => {
  const { status, json, headers } = await post(
    { 'content-type': 'application/json', ...(authorization && { authorization }) },
    JSON.stringify({ query: '{ __typename }' }),
  );
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe('Bearer');
  expect(json).toEqual({
    errors: [
      {
        message: 'A valid credential is needed: authorization: Bearer <key>.',
        extensions: { code: 'UNAUTHENTICATED', requestId: headers.get('x-request-id') },
      },
    ],
  });
});

test.each([
  ['sandbox-owner', true],
  ['sandbox-admin', true],
  ['sandbox-accountant', true],
  ['sandbox-readonly', true],
  ['sandbox-operator', true],
  ['sandbox-team-admin', false],
  ['sandbox-member', false],
])('%s may see the billing of an organization: %s', async (caller, isAllowed) => {
  const { status, data, errors } = await gateway.query<{ organization: Record<string, unknown> }, object>(
    sections,
    {},
    { caller },
  );
  expect(status).toBe(200);
  expect(data?.organization['name']).toBe('Acorn Logistics');
  if (isAllowed) {
    expect(errors).toEqual([]);
    return;
  }
  expect(data?.organization).toMatchObject({ subscription: null, payments: null });
  expect(errors.map(({ path, extensions }) => [path?.at(-1), extensions?.['code']])).toEqual([
    ['subscription', 'FORBIDDEN'],
    ['payments', 'FORBIDDEN'],
  ]);
});

test('an organization of others and one that is not there look the same, and cost nothing', async () => {
  await gateway.control('reset', {});
  for (const id of ['1001', '1019', '4711']) {
    const { data, errors } = await gateway.query(
      `{ organization(id: "${id}") { name } }`,
      {},
      { caller: 'sandbox-outsider' },
    );
    expect({ data, errors }).toEqual({ data: { organization: null }, errors: [] });
  }
  const owned = await gateway.query('{ organization(id: "1019") { name } }');
  expect({ data: owned.data, errors: owned.errors }).toEqual({ data: { organization: null }, errors: [] });
  const stats = (await gateway.control('stats')) as { requests: object };
  expect(Object.keys(stats.requests).filter((name) => !name.includes('__sandbox'))).toEqual([]);
});

test('a node that the caller may not see is null without an error', async () => {
  const mine = await gateway.query<{ organization: { subscription: { id: string } } }, object>(
    '{ organization(id: "1001") { subscription { id } } }',
  );
  const id = mine.data?.organization.subscription.id;
  for (const caller of ['sandbox-member', 'sandbox-outsider']) {
    const { data, errors } = await gateway.query(`{ node(id: "${id}") { id } }`, {}, { caller });
    expect({ data, errors }).toEqual({ data: { node: null }, errors: [] });
  }
});

test.each([
  '',
  'x',
  '../1001',
  '1001/../1002',
  '-1',
  '01001',
  'T3JnYW5pemF0aW9uOg',
  'VXNlcjox',
  '1001\u0000',
])('the id %j is refused', async (id) => {
  const asOrganization = await gateway.query('query($id: ID!) { organization(id: $id) { name } }', { id });
  const asNode = await gateway.query('query($id: ID!) { node(id: $id) { id } }', { id });
  expect(asOrganization.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  expect(asNode.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
});

test('a caller sees who it is, and the organizations that are its own', async () => {
  const query =
    '{ viewer { name isOperator scopes roles { role } organizations { totalCount } } organizations { totalCount edges { node { makeId } } } }';
  const team = await gateway.query<Record<string, Record<string, unknown>>, object>(
    query,
    {},
    { caller: 'sandbox-team-admin' },
  );
  expect(team.data?.['viewer']).toMatchObject({ name: 'sandbox-team-admin', isOperator: false });
  expect(team.data?.['viewer']?.['roles']).toEqual(Array.from({ length: 5 }, () => ({ role: 'TEAM_ADMIN' })));
  expect(team.data?.['organizations']?.['totalCount']).toBe(5);

  const readonly = await gateway.query<Record<string, Record<string, string[]>>, object>(
    query,
    {},
    { caller: 'sandbox-readonly' },
  );
  expect(readonly.data?.['viewer']?.['scopes']?.every((scope) => scope.endsWith(':read'))).toBe(true);
  const operator = await gateway.query<Record<string, Record<string, unknown>>, object>(
    query,
    {},
    { caller: 'sandbox-operator' },
  );
  expect(operator.data?.['organizations']?.['totalCount']).toBe(20);
  const outsider = await gateway.query<Record<string, Record<string, unknown>>, object>(
    query,
    {},
    { caller: 'sandbox-outsider' },
  );
  expect(outsider.data?.['organizations']).toEqual({ totalCount: 0, edges: [] });
});

const owner = { authorization: 'Bearer sandbox-owner' };
const json = { ...owner, 'content-type': 'application/json' };

test.each([
  ['invalid JSON', json, '{"query": "secret-text', 400, 'BAD_USER_INPUT'],
  ['a list of operations', json, '[{"query":"{__typename}"}]', 400, 'BAD_USER_INPUT'],
  ['no query', json, '{"variables":{}}', 400, 'BAD_USER_INPUT'],
  ['a syntax error', json, '{"query":"{ viewer "}', 400, 'DOCUMENT_INVALID'],
  ['an unknown field', json, '{"query":"{ nothing }"}', 400, 'DOCUMENT_INVALID'],
  [
    'a wrong variable',
    json,
    '{"query":"query($f: Int!) { organizations(first: $f) { totalCount } }","variables":{"f":"x"}}',
    400,
    'BAD_USER_INPUT',
  ],
  [
    'an unknown operation name',
    json,
    '{"query":"query A { __typename }","operationName":"B"}',
    400,
    'BAD_USER_INPUT',
  ],
  [
    'plain text',
    { ...owner, 'content-type': 'text/plain' },
    '{"query":"{__typename}"}',
    415,
    'BAD_USER_INPUT',
  ],
  [
    'a form',
    { ...owner, 'content-type': 'application/x-www-form-urlencoded' },
    'query={__typename}',
    415,
    'BAD_USER_INPUT',
  ],
  [
    'a body of two megabytes',
    json,
    JSON.stringify({ query: '{__typename}', x: 'y'.repeat(2_000_000) }),
    413,
    'BAD_USER_INPUT',
  ],
])('%s is refused with a code', async (_, headers, body, status, code) => {
  const answer = await post(headers, body);
  expect(answer.status).toBe(status);
  expect(answer.json).toMatchObject({ errors: [{ extensions: { code, requestId: expect.any(String) } }] });
  expect(JSON.stringify(answer.json)).not.toContain('secret-text');
});

test('queries can be asked by GET, and answers are nobody else’s to keep', async () => {
  const url = `${gateway.url}/graphql?query=${encodeURIComponent('{ viewer { name } }')}`;
  const response = await fetch(url, { headers: { ...owner, accept: 'application/json' } });
  expect(await response.json()).toEqual({ data: { viewer: { name: 'sandbox-owner' } } });
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test.each([
  'query={viewer{name}}&variables={',
  'query={viewer{name}}&extensions=x',
  'query={viewer{name}}&variables="x"',
])('GET with %s is a fault of the request', async (parameters) => {
  const response = await fetch(`${gateway.url}/graphql?${encodeURI(parameters)}`, { headers: owner });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [
      { message: expect.stringContaining('Not a GraphQL request'), extensions: { code: 'BAD_USER_INPUT' } },
    ],
  });
});

test.each([
  { query: 'query A { viewer { name } } query B { viewer { name } }' },
  { query: '{ viewer { name } }', operationName: 'C' },
])('an operation that cannot be told is refused with what to give: %j', async (asked) => {
  const { status, json: answered } = await post(json, JSON.stringify(asked));
  expect(status).toBe(400);
  expect(answered).toMatchObject({
    errors: [{ message: expect.stringContaining('operationName'), extensions: { code: 'BAD_USER_INPUT' } }],
  });
});

test('the client’s own request id is kept, an indecent one is not', async () => {
  const query = JSON.stringify({ query: '{ viewer { name } }' });
  expect((await post({ ...json, 'x-request-id': 'front-7' }, query)).headers.get('x-request-id')).toBe(
    'front-7',
  );
  const other = await post({ ...json, 'x-request-id': 'a b<c>' }, query);
  expect(other.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

test('health and readiness are told without a credential', async () => {
  expect(await (await fetch(`${gateway.url}/health`)).json()).toEqual({ status: 'ok' });
  const ready = await fetch(`${gateway.url}/ready`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ status: 'ok', upstreams: { 'make-billing': 'up' } });
  expect((await fetch(`${gateway.url}/nothing-here`)).status).toBe(404);
  const posted = await fetch(`${gateway.url}/ready`, { method: 'POST' });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test.each(['*', 'http://evil.example/graphql', '//evil.example/graphql'])(
  'the request target %s is refused',
  async (path) => {
    const { port } = new URL(gateway.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ port, path, method: 'GET', headers: owner }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  },
);

test('where introspection is for operators, it is for them alone', async () => {
  await using strict = await startTestGateway({ settings: { introspection: 'operators' } });
  const query = '{ __schema { queryType { name } } }';
  const asOwner = await strict.query(query);
  expect([asOwner.status, asOwner.errors[0]?.extensions?.['code']]).toEqual([400, 'DOCUMENT_INVALID']);
  expect((await strict.query(query, {}, { caller: 'sandbox-operator' })).errors).toEqual([]);
  expect((await strict.query(query)).status).toBe(400);
});

test('an operation whose upstream hangs ends at its deadline', async () => {
  await using hurried = await startTestGateway({ settings: { operationDeadlineMs: 300 } });
  await hurried.control('faults', {
    endpoint: 'GET /organizations/{organizationId}/subscription',
    fault: 'hang',
    times: 5,
  });
  const { errors } = await hurried.query(sections);
  expect(errors).toMatchObject([
    { path: ['organization', 'subscription'], extensions: { code: 'UPSTREAM_TIMEOUT' } },
  ]);
});

test('an upstream that is not there leaves the gateway up, and says so', async () => {
  const port = await freePort();
  await using alone = await startTestGateway({
    settings: {
      make: { dialect: 'documented', scheme: 'Token', url: `http://127.0.0.1:${port}/api/v2`, prices: [] },
    },
  });
  const { data, errors } = await alone.query<{ organization: { makeId: string } }, object>(
    '{ organization(id: "1001") { makeId subscription { planName } } }',
  );
  expect(data?.organization.makeId).toBe('1001');
  expect(errors[0]?.extensions?.['code']).toBe('UPSTREAM_UNAVAILABLE');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
