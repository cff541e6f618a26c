import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { createFakeClock, type FakeClock } from '../unit/fake-clock.ts';

interface Entry {
  readonly caller: string;
  readonly requestId: string;
  readonly outcome: string;
  readonly fields: readonly string[];
  readonly refused: readonly string[];
}
interface Asked {
  readonly organization: {
    readonly accessLog: {
      readonly edges: readonly { readonly cursor: string; readonly node: Entry }[];
      readonly pageInfo: {
        readonly hasNextPage: boolean;
        readonly hasPreviousPage: boolean;
        readonly startCursor: string | null;
        readonly endCursor: string | null;
      };
    } | null;
  };
}

const asking = `query Log($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: AccessLogFilter) {
  organization(id: $id) {
    accessLog(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      edges { cursor node { at caller kind operation fields refused reason outcome requestId objects code } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

let clock: FakeClock;
let gateway: TestGateway;
beforeAll(async () => {
  clock = createFakeClock();
  gateway = await startTestGateway({ clock });
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function look(
  organization: number,
  caller: string,
  requestId: string,
  field = 'subscription { status }',
) {
  await gateway.query(
    `query Look { organization(id: "${organization}") { ${field} } }`,
    {},
    { caller, headers: { 'x-request-id': requestId } },
  );
  // the group is written
  await clock.pass(1000);
}

async function ask(variables: object, caller = 'sandbox-owner') {
  const answer = await gateway.query<Asked, object>(asking, variables, { caller });
  await clock.pass(1000);
  const log = answer.data?.organization.accessLog;
  return { ...answer, log, ids: log?.edges.map(({ node }) => node.requestId) ?? [] };
}

const byLookers = { callers: ['sandbox-accountant', 'sandbox-member'] };

test('an owner sees who looked at what, newest first, refusals too, and no other organization', async () => {
  await look(1001, 'sandbox-accountant', 'one');
  await look(1002, 'sandbox-accountant', 'of another');
  await look(1001, 'sandbox-member', 'two');
  await look(
    1001,
    'sandbox-accountant',
    'three',
    'subscription { status } auditing: accessLog { totalCount }',
  );
  const { log, errors } = await ask({ id: '1001', filter: byLookers });
  expect(errors).toEqual([]);
  expect(log?.edges.map(({ node }) => node)).toMatchObject([
    {
      requestId: 'three',
      operation: 'Look',
      kind: 'QUERY',
      outcome: 'PARTIAL',
      fields: ['subscription'],
      refused: ['accessLog'],
      objects: [],
      code: null,
    },
    { requestId: 'two', caller: 'sandbox-member', outcome: 'REFUSED', fields: [], refused: ['subscription'] },
    { requestId: 'one', caller: 'sandbox-accountant', outcome: 'OK', fields: ['subscription'], refused: [] },
  ]);
});

test('who asks for an organization without being of it is on record for its owner', async () => {
  await look(1001, 'sandbox-outsider', 'outside', 'name');
  const { log } = await ask({ id: '1001', filter: { outcomes: ['REFUSED'], callers: ['sandbox-outsider'] } });
  expect(log?.edges.map(({ node }) => node)).toMatchObject([
    { requestId: 'outside', refused: ['organization'], fields: [] },
  ]);
});

test('what failed is told from what was refused', async () => {
  await gateway.control('faults', {
    endpoint: 'GET /organizations/{organizationId}/payments',
    fault: 'html',
    times: 9,
  });
  await look(1003, 'sandbox-accountant', 'failed', 'aliased: payments { totalCount }');
  await look(1003, 'sandbox-accountant', 'half', 'subscription { status } payments { totalCount }');
  const { log } = await ask({ id: '1003', filter: byLookers });
  expect(log?.edges.map(({ node: { requestId, outcome } }) => [requestId, outcome])).toEqual([
    ['half', 'PARTIAL'],
    ['failed', 'FAILED'],
  ]);
});

test('a query that is refused for its price is on record with why, and so is who only asks what one would take', async () => {
  const frugalClock = createFakeClock();
  await using frugal = await startTestGateway({
    clock: frugalClock,
    settings: { maxUpstreamRequests: 1 },
  });
  const dear = '{ organization(id: "1001") { subscription { status } payments { totalCount } } }';
  const asked = async (caller: string, requestId: string, explain: Record<string, string> = {}) => {
    const headers = { 'x-request-id': requestId, ...explain };
    const { errors } = await frugal.query(dear, {}, { caller, headers });
    await frugalClock.pass(1000);
    return errors.map(({ extensions }) => extensions?.['code']);
  };
  expect(await asked('sandbox-accountant', 'dear')).toEqual(['OPERATION_TOO_EXPENSIVE']);
  const plan = { 'x-tollgate-explain': 'plan' };
  for (const caller of ['sandbox-accountant', 'sandbox-member', 'sandbox-outsider']) {
    expect(await asked(caller, `plan of ${caller}`.replaceAll(' ', '_'), plan)).toEqual([]);
  }
  const { data } = await frugal.query<Asked, object>(asking, { id: '1001' });
  expect(data?.organization.accessLog?.edges.map(({ node }) => node)).toMatchObject([
    { requestId: 'plan_of_sandbox-outsider', outcome: 'REFUSED', refused: ['organization'], code: null },
    {
      requestId: 'plan_of_sandbox-member',
      outcome: 'REFUSED',
      refused: ['subscription', 'payments'],
      code: null,
    },
    {
      requestId: 'dear',
      outcome: 'REFUSED',
      fields: [],
      refused: ['subscription', 'payments'],
      code: 'OPERATION_TOO_EXPENSIVE',
    },
  ]);
});

test('a change that was not made is on record with why', async () => {
  await gateway.query(
    'mutation End { cancelSubscription(input: { organizationId: "1003", atPeriodEnd: false }) { __typename } }',
    {},
    { headers: { 'x-request-id': 'unconfirmed' } },
  );
  const { log } = await ask({ id: '1003', filter: { kinds: ['MUTATION'] } });
  expect(log?.edges.map(({ node }) => node)).toMatchObject([
    {
      requestId: 'unconfirmed',
      operation: 'End',
      kind: 'MUTATION',
      fields: ['cancelSubscription'],
      outcome: 'FAILED',
      code: 'CONFIRMATION_REQUIRED',
    },
  ]);
});

test('windows meet without gap or repeat in both directions, while the log grows', async () => {
  for (const id of ['a', 'b', 'c', 'd', 'e']) await look(1004, 'sandbox-accountant', id);
  const about = { id: '1004', filter: byLookers };
  const first = await ask({ ...about, first: 2 });
  expect([first.ids, first.log?.pageInfo.hasNextPage]).toEqual([['e', 'd'], true]);
  await look(1004, 'sandbox-accountant', 'f');
  const second = await ask({ ...about, first: 2, after: first.log?.pageInfo.endCursor });
  expect([second.ids, second.log?.pageInfo.hasPreviousPage]).toEqual([['c', 'b'], true]);
  const third = await ask({ ...about, first: 2, after: second.log?.pageInfo.endCursor });
  expect([third.ids, third.log?.pageInfo.hasNextPage]).toEqual([['a'], false]);
  const back = await ask({ ...about, last: 2, before: third.log?.pageInfo.startCursor });
  expect([back.ids, back.log?.pageInfo]).toMatchObject([
    ['c', 'b'],
    { hasPreviousPage: true, hasNextPage: true },
  ]);
  expect((await ask({ ...about, last: 2 })).ids).toEqual(['b', 'a']);
  expect((await ask({ ...about, last: 9, before: second.log?.pageInfo.startCursor })).ids).toEqual([
    'f',
    'e',
    'd',
  ]);
});

test('instants and kinds narrow it down', async () => {
  const times: string[] = [];
  for (const id of ['early', 'between', 'late']) {
    times.push(new Date(clock.now()).toISOString());
    await look(1005, 'sandbox-accountant', id);
    await clock.pass(3_600_000);
  }
  const filter = { ...byLookers, from: times[1], to: times[2] };
  expect((await ask({ id: '1005', filter })).ids).toEqual(['between']);
  expect((await ask({ id: '1005', filter: { ...filter, to: null } })).ids).toEqual(['late', 'between']);
  expect((await ask({ id: '1005', filter: { ...byLookers, to: times[1] } })).ids).toEqual(['early']);
  expect((await ask({ id: '1005', filter: { ...byLookers, kinds: ['MUTATION'] } })).ids).toEqual([]);
});

test.each(['sandbox-admin', 'sandbox-accountant', 'sandbox-team-admin', 'sandbox-member'])(
  '%s may not read it',
  async (caller) => {
    const { data, errors } = await ask({ id: '1001' }, caller);
    expect(data?.organization.accessLog).toBeNull();
    expect(errors).toMatchObject([
      { path: ['organization', 'accessLog'], extensions: { code: 'FORBIDDEN' } },
    ]);
  },
);

test.each([
  [{ first: 101 }, 'first is a number from 0 to 100; found 101.'],
  [{ first: 1, last: 1 }, 'Give first or last, not both.'],
  [
    { after: 'x' },
    'The cursor is not one that this list gave. Takes a cursor of its edges or its pageInfo, as it was.',
  ],
])('%j is refused', async (range, message) => {
  const { errors } = await ask({ id: '1001', ...range });
  expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('it asks no upstream', async () => {
  await gateway.control('reset', {});
  await ask({ id: '1001', first: 100 });
  const stats = (await gateway.control('stats')) as { requests: object };
  expect(Object.keys(stats.requests).filter((name) => !name.includes('__sandbox'))).toEqual([]);
});
