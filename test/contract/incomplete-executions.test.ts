import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId, ownedId } from '../../src/schema/global-id.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

/** What sandbox and gateway answer, as it came. */
type Wire = ReturnType<typeof JSON.parse>;

const idsOf = (rows: readonly Wire[]): string[] => rows.map(({ makeId, dlqId }): string => makeId ?? dlqId);

const listEndpoint = 'GET /dlqs';
const bundleEndpoint = 'GET /dlqs/{dlqId}/bundle';

for (const dialect of ['documented', 'live'] as const) {
  describe(`in the ${dialect} dialect`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startTestGateway({ dialect });
    });
    afterAll(() => gateway[Symbol.asyncDispose]());

    /** What the sandbox itself answers. */
    async function raw(path: string, of: 'documented' | 'live' = dialect): Promise<Wire> {
      const { makeDocumented, makeLive } = gateway.sandbox.origins;
      const response = await fetch(`${of === 'live' ? makeLive : makeDocumented}/api/v2${path}`, {
        headers: { authorization: 'Token 00000000-0000-4000-8000-000000001004' },
      });
      return response.json();
    }

    async function ask(
      fields: string,
      { organization = 1004, caller = 'sandbox-owner', variables = {} } = {},
    ) {
      const types: Record<string, string> = {
        filter: 'IncompleteExecutionFilter',
        after: 'String',
        before: 'String',
      };
      const names = Object.keys(variables).map((name) => `$${name}: ${types[name]}`);
      const declared = names.length === 0 ? '' : `(${names.join(', ')})`;
      const { data, errors } = await gateway.query<{ organization: Wire }, object>(
        `query ${declared} { organization(id: "${organization}") { ${fields} } }`,
        variables,
        { caller },
      );
      return { ...data?.organization, errors };
    }

    /** Every row, page by page. */
    async function walk(
      filter: object,
      size: number,
      options: { organization?: number; caller?: string } = {},
    ) {
      const rows: Wire[] = [];
      const pages: Wire[] = [];
      let after: string | null = null;
      do {
        const { incompleteExecutions, errors } = await ask(
          `incompleteExecutions(first: ${size}, after: $after, filter: $filter) { totalCount isComplete pageInfo { hasNextPage endCursor } edges { cursor node { id makeId scenarioId status createdAt } } }`,
          { ...options, variables: { filter, after } },
        );
        expect(errors).toEqual([]);
        pages.push(incompleteExecutions);
        rows.push(...incompleteExecutions.edges.map(({ node }: Wire) => node));
        const { hasNextPage, endCursor } = incompleteExecutions.pageInfo;
        after = hasNextPage ? endCursor : null;
      } while (after !== null);
      return { rows, pages };
    }

    /** The documented list is the whole truth in both dialects: they speak of one world. */
    const everything = async (query = ''): Promise<Wire[]> =>
      (await raw(`/dlqs?limit=500${query}`, 'documented')).dlqs;

    test('all of them come newest first, each once, page by page', async () => {
      const { rows, pages } = await walk({}, 40);
      const expected = await everything();
      expect(expected.length).toBeGreaterThan(200);
      expect(idsOf(rows).toSorted()).toEqual(idsOf(expected).toSorted());
      const dates = rows.map(({ createdAt }): string => createdAt);
      expect(dates).toEqual(dates.toSorted().toReversed());
      for (const page of pages) expect(page).toMatchObject({ isComplete: true, totalCount: expected.length });
    });

    test('they are read backwards just as well', async () => {
      const { incompleteExecutions: end } = await ask(
        'incompleteExecutions(last: 3) { pageInfo { hasPreviousPage startCursor } edges { node { makeId } } }',
      );
      const expected = idsOf((await walk({}, 100)).rows);
      expect(end.edges.map(({ node }: Wire) => node.makeId)).toEqual(expected.slice(-3));
      const { incompleteExecutions: before } = await ask(
        'incompleteExecutions(last: 2, before: $before) { edges { node { makeId } } }',
        { variables: { before: end.pageInfo.startCursor } },
      );
      expect(before.edges.map(({ node }: Wire) => node.makeId)).toEqual(expected.slice(-5, -3));
    });

    test('scenario, state and time filter', async () => {
      const range = { from: '2026-03-01T00:00:00Z', to: '2026-10-01T00:00:00Z' };
      const { rows } = await walk({ scenario: '1004001', statuses: ['PENDING'], ...range }, 100);
      const statuses = dialect === 'live' ? '&status[]=pending&status[]=failed' : '&status[]=pending';
      const expected = (await everything(`&scenarioId=1004001${statuses}`)).filter(
        ({ createdAt }) => createdAt >= '2026-03-01' && createdAt < '2026-10-01',
      );
      expect(expected.length).toBeGreaterThan(0);
      expect(idsOf(rows)).toEqual(idsOf(expected));
    });

    test('kinds of error filter, without loss over the pages', async () => {
      const { rows } = await walk({ scenario: '1004001', errorTypes: ['RateLimitError'] }, 10);
      const expected = await everything('&scenarioId=1004001&errorTypes[]=RateLimitError');
      expect(expected.length).toBeGreaterThan(10);
      expect(idsOf(rows)).toEqual(idsOf(expected));
    });

    test.each([
      [{ scenario: 'nonsense' }, 'BAD_USER_INPUT'],
      [{ scenario: encodeGlobalId('Scenario', ownedId(1003, '1003001')) }, 'BAD_USER_INPUT'],
      [{ from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'BAD_USER_INPUT'],
      [{ scenario: '99' }, 'NOT_FOUND'],
    ])('the filter %j is refused: %s', async (filter, code) => {
      const { incompleteExecutions, errors } = await ask(
        'incompleteExecutions(filter: $filter) { totalCount }',
        {
          variables: { filter },
        },
      );
      expect(incompleteExecutions).toBeNull();
      expect(errors[0]?.extensions?.['code']).toBe(code);
    });

    test('scenario and team stand behind each, and the scenario shows its own', async () => {
      const { incompleteExecutions } = await ask(
        `incompleteExecutions(first: 5) { edges { node { makeId scenarioId scenario { id makeId name team { makeId } incompleteExecutions(first: 100) { totalCount edges { node { makeId scenarioId } } } } team { makeId name } } } }`,
      );
      const { scenarios } = await raw('/scenarios?organizationId=1004', 'live');
      for (const { node } of incompleteExecutions.edges) {
        const wire = scenarios.find(({ id }: Wire) => String(id) === node.scenarioId);
        expect(node.scenario).toMatchObject({ makeId: node.scenarioId, name: wire.name });
        expect(node.team.makeId).toBe(String(wire.teamId));
        expect(node.scenario.team.makeId).toBe(node.team.makeId);
        const own = node.scenario.incompleteExecutions.edges.map(({ node: one }: Wire) => one);
        expect(idsOf(own)).toContain(node.makeId);
        expect(new Set(own.map(({ scenarioId }: Wire) => scenarioId))).toEqual(new Set([node.scenarioId]));
      }
      const [{ node }] = incompleteExecutions.edges;
      const again = await gateway.query<{ node: Wire }, object>(
        `{ node(id: "${node.scenario.id}") { ... on Scenario { incompleteExecutions(filter: { scenario: "1" }) { totalCount } } } }`,
      );
      expect(again.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    });

    test('node gives back an execution and a line of its log', async () => {
      const fields = 'id makeId status createdAt retryCount error { code message module { id } } blueprint';
      const { incompleteExecutions } = await ask(
        `incompleteExecutions(first: 2, filter: { scenario: "1004001" }) { edges { node { ${fields} logs(first: 2) { edges { node { id makeId logStatus: status at } } } } } }`,
      );
      const [{ node }] = incompleteExecutions.edges;
      const [line] = node.logs.edges;
      const { data, errors } = await gateway.query<{ nodes: Wire[] }, object>(
        `query($ids: [ID!]!) { nodes(ids: $ids) { ... on IncompleteExecution { ${fields} } ... on ExecutionLog { id makeId logStatus: status at } } }`,
        { ids: [node.id, line.node.id] },
      );
      const { logs: _, ...execution } = node;
      expect(errors).toEqual([]);
      expect(data?.nodes).toEqual([execution, line.node]);
      expect(node.blueprint.flow.length).toBeGreaterThan(3);
    });

    test('what is not there, or belongs to another organization, is null without an error', async () => {
      const [{ dlqId }] = await everything('&limit=1');
      const ids = [
        encodeGlobalId('IncompleteExecution', ownedId(1004, '0'.repeat(32))),
        encodeGlobalId('IncompleteExecution', ownedId(1003, dlqId)),
        encodeGlobalId('ExecutionLog', ownedId(1003, `${dlqId}/${dlqId}`)),
        encodeGlobalId('ExecutionLog', ownedId(1004, dlqId)),
        encodeGlobalId('ExecutionLog', ownedId(1004, `${dlqId}/${'0'.repeat(32)}`)),
        encodeGlobalId('Scenario', ownedId(1004, '1003001')),
      ];
      const { data, errors } = await gateway.query<{ nodes: Wire[] }, object>(
        'query($ids: [ID!]!) { nodes(ids: $ids) { id } }',
        { ids },
      );
      expect({ data, errors }).toEqual({ data: { nodes: ids.map(() => null) }, errors: [] });
    });

    test.each(['sandbox-member', 'sandbox-team-admin'])('%s sees its own team alone', async (caller) => {
      const { scenarios } = await raw('/scenarios?organizationId=1004', 'live');
      const own = scenarios.filter(({ teamId }: Wire) => teamId === 10041).map(({ id }: Wire) => String(id));
      const all = await everything();
      const expected = all.filter(({ scenarioId }) => own.includes(scenarioId));
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(all.length);
      const { rows } = await walk({}, 30, { caller });
      expect(idsOf(rows).toSorted()).toEqual(idsOf(expected).toSorted());

      const other = all.find(({ scenarioId }) => !own.includes(scenarioId));
      const logs = await raw(`/dlqs/${other.dlqId}/logs`, dialect);
      const ids = [
        encodeGlobalId('IncompleteExecution', ownedId(1004, other.dlqId)),
        encodeGlobalId('ExecutionLog', ownedId(1004, `${other.dlqId}/${(logs.logs ?? logs.dlqLogs)[0].id}`)),
        encodeGlobalId('Scenario', ownedId(1004, other.scenarioId)),
        encodeGlobalId('Scenario', ownedId(1004, own[0])),
        encodeGlobalId('IncompleteExecution', ownedId(1004, expected[0].dlqId)),
      ];
      const { data, errors } = await gateway.query<{ nodes: Wire[] }, object>(
        'query($ids: [ID!]!) { nodes(ids: $ids) { id } }',
        { ids },
        { caller },
      );
      expect(errors).toEqual([]);
      expect(data?.nodes.map((node) => node?.id ?? null)).toEqual([null, null, null, ids[3], ids[4]]);
      const filtered = await ask('incompleteExecutions(filter: $filter) { totalCount }', {
        caller,
        variables: { filter: { scenario: other.scenarioId } },
      });
      expect(filtered.errors[0]?.extensions?.['code']).toBe('NOT_FOUND');
    });

    test('whose role has no right to them is refused, and nothing is asked for it', async () => {
      await gateway.control('reset', {});
      const { incompleteExecutions, scenarios, errors } = await ask(
        'incompleteExecutions { totalCount } scenarios { totalCount }',
        { organization: 1002, caller: 'sandbox-accountant' },
      );
      expect([incompleteExecutions, scenarios]).toEqual([null, null]);
      expect(errors.map(({ extensions }: Wire) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
      expect(await gateway.requests(listEndpoint)).toBe(0);
    });

    test('in an organization of one team, a member of that team sees everything', async () => {
      const { incompleteExecutions } = await ask(
        'incompleteExecutions { isComplete edges { node { team { makeId } } } }',
        {
          organization: 1005,
          caller: 'sandbox-member',
        },
      );
      expect(incompleteExecutions.isComplete).toBe(true);
      expect(incompleteExecutions.edges.map(({ node }: Wire) => node.team.makeId)).toEqual(
        Array.from({ length: 3 }, () => '10051'),
      );
    });

    test('an analysis tells module, pattern, fixes and whether to retry', async () => {
      const { incompleteExecutions } = await ask(
        `incompleteExecutions(first: 3, filter: { scenario: "1004001", statuses: [PENDING], errorTypes: ["RateLimitError"] }) { edges { node { makeId retryCount error { code module { id } } analysis { errorType cause failingModule { id } failedRetries pattern { basis openExecutions since isComplete } suggestedFixes retry { verdict reason } fetchedAt } } } }`,
      );
      expect(incompleteExecutions.edges.length).toBeGreaterThan(0);
      const open = await everything(
        '&scenarioId=1004001&status[]=pending&status[]=failed&status[]=retrying&errorTypes[]=RateLimitError',
      );
      for (const { node } of incompleteExecutions.edges) {
        const { analysis } = node;
        expect(analysis).toMatchObject({
          errorType: 'RateLimitError',
          cause: 'RATE_LIMIT',
          failingModule: { id: node.error.module.id },
          failedRetries: node.retryCount,
          retry: { verdict: node.retryCount >= 3 ? 'RETRY_AFTER_FIX' : 'RETRY' },
          pattern: { basis: dialect === 'live' ? 'MESSAGE' : 'KIND', isComplete: true },
        });
        expect(analysis.suggestedFixes.length).toBeGreaterThan(0);
        const alike =
          dialect === 'live'
            ? open.filter(
                ({ error }) =>
                  error.message === open.find(({ dlqId }) => dlqId === node.makeId).error.message,
              )
            : open;
        expect(analysis.pattern.openExecutions).toBe(alike.length);
        expect(analysis.pattern.since).toBe(
          alike.map(({ createdAt }) => new Date(createdAt).toISOString()).toSorted()[0],
        );
      }
    });

    test('a cursor holds when newer ones come, and not for another filter', async () => {
      const page = 'pageInfo { endCursor } edges { node { makeId } }';
      const { incompleteExecutions: first } = await ask(`incompleteExecutions(first: 5) { ${page} }`);
      const next = await ask(`incompleteExecutions(first: 5, after: $after) { ${page} }`, {
        variables: { after: first.pageInfo.endCursor },
      });
      await gateway.control('world', { organization: 1004, add: { incompleteExecutions: 3 } });
      const anew = await ask(`incompleteExecutions(first: 5, after: $after) @fresh(maxAge: 0) { ${page} }`, {
        variables: { after: first.pageInfo.endCursor },
      });
      expect(anew.incompleteExecutions).toMatchObject({ edges: next.incompleteExecutions.edges });
      const other = await ask(`incompleteExecutions(after: $after, filter: $filter) { ${page} }`, {
        variables: { after: first.pageInfo.endCursor, filter: { statuses: ['PENDING'] } },
      });
      expect(other.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    });
  });
}

const allFields =
  'makeId scenarioId scenarioName executionId status rawStatus error { message code module { id name position } occurredAt } blueprint retryCount lastRetryAt createdAt updatedAt size fetchedAt logs(first: 100) { totalCount edges { node { makeId at status rawStatus message moduleId data run { trigger authorId durationMs operations credits dataTransfer } } } }';

const iso = (text: string | null | undefined) => (text == null ? null : new Date(text).toISOString());

describe('every field', () => {
  async function firstOf(gateway: TestGateway, origin: string) {
    const { data, errors } = await gateway.query<{ organization: Wire }, object>(
      `{ organization(id: "1004") { incompleteExecutions(first: 1, filter: { scenario: "1004001" }) { edges { node { ${allFields} } } } } }`,
    );
    expect(errors).toEqual([]);
    const [{ node }] = data?.organization.incompleteExecutions.edges ?? [];
    const raw = async (path: string): Promise<Wire> => {
      const response = await fetch(`${origin}/api/v2${path}`, {
        headers: { authorization: 'Token 00000000-0000-4000-8000-000000001004' },
      });
      return response.json();
    };
    return { node, raw };
  }

  test('is what the documented dialect answers', async () => {
    await using gateway = await startTestGateway();
    const { node, raw } = await firstOf(gateway, gateway.sandbox.origins.makeDocumented);
    const wire = await raw(`/dlqs/${node.makeId}`);
    const { logs } = await raw(`/dlqs/${node.makeId}/logs`);
    expect(node).toEqual({
      makeId: wire.dlqId,
      scenarioId: wire.scenarioId,
      scenarioName: null,
      executionId: wire.executionId,
      status: wire.status.toUpperCase(),
      rawStatus: wire.status,
      error: {
        message: wire.error.message,
        code: wire.error.code,
        module: wire.error.module,
        occurredAt: iso(wire.error.timestamp),
      },
      blueprint: wire.blueprint,
      retryCount: wire.retryCount,
      lastRetryAt: iso(wire.lastRetryAt),
      createdAt: iso(wire.createdAt),
      updatedAt: iso(wire.updatedAt),
      size: null,
      fetchedAt: expect.any(String),
      logs: {
        totalCount: logs.length,
        edges: logs.map((log: Wire) => ({
          node: {
            makeId: log.id,
            at: iso(log.timestamp),
            status: log.status.toUpperCase(),
            rawStatus: log.status,
            message: log.message,
            moduleId: log.moduleId ?? null,
            data: log.data ?? null,
            run: null,
          },
        })),
      },
    });
  });

  test('is what the live dialect answers by its several calls', async () => {
    await using gateway = await startTestGateway({ dialect: 'live' });
    const { node, raw } = await firstOf(gateway, gateway.sandbox.origins.makeLive);
    const { dlqs } = await raw('/dlqs?scenarioId=1004001&pg[limit]=500');
    const row = dlqs.find(({ id }: Wire) => id === node.makeId);
    const { dlq } = await raw(`/dlqs/${node.makeId}`);
    const { dlqLogs } = await raw(`/dlqs/${node.makeId}/logs`);
    const { response } = await raw(`/dlqs/${node.makeId}/blueprint`);
    const [[moduleId, { error }]] = Object.entries<Wire>(
      (await raw(`/dlqs/${node.makeId}/bundle`)).response,
    ) as [[string, Wire]];
    expect(node).toEqual({
      makeId: row.id,
      scenarioId: '1004001',
      scenarioName: dlq.scenarioName,
      executionId: null,
      status: row.resolved ? 'RESOLVED' : row.retry ? 'RETRYING' : 'PENDING',
      rawStatus: null,
      error: {
        message: error.message,
        code: error.type,
        module: { id: moduleId, name: null, position: null },
        occurredAt: null,
      },
      blueprint: response.blueprint,
      retryCount: row.attempts,
      lastRetryAt: null,
      createdAt: iso(row.created),
      updatedAt: null,
      size: row.size,
      fetchedAt: expect.any(String),
      logs: {
        totalCount: null,
        edges: dlqLogs.toReversed().map((run: Wire) => ({
          node: {
            makeId: run.id,
            at: iso(run.timestamp),
            status: { 0: 'RUNNING', 1: 'SUCCESS', 3: 'ERROR' }[String(run.status)],
            rawStatus: String(run.status),
            message: null,
            moduleId: null,
            data: null,
            run: {
              trigger: run.type,
              authorId: run.authorId === null ? null : String(run.authorId),
              durationMs: run.duration,
              operations: String(run.operations),
              credits: String(run.centicredits / 100),
              dataTransfer: String(run.transfer),
            },
          },
        })),
      },
    });
    const single = await gateway.query<{ node: Wire }, object>(
      `{ node(id: "${encodeGlobalId('IncompleteExecution', ownedId(1004, node.makeId))}") { ... on IncompleteExecution { executionId scenarioName error { code } team { makeId name } } } }`,
    );
    expect(single.data?.node).toEqual({
      executionId: dlq.executionId,
      scenarioName: dlq.scenarioName,
      error: { code: error.type },
      team: { makeId: String(dlq.companyId), name: dlq.companyName },
    });
  });
});

describe('how often the live dialect is asked', () => {
  test('only scenarios that have any are asked for theirs, and the list is complete', async () => {
    await using gateway = await startTestGateway({ dialect: 'live' });
    const origin = gateway.sandbox.origins.makeLive;
    const response = await fetch(`${origin}/api/v2/scenarios?organizationId=1004`, {
      headers: { authorization: 'Token 00000000-0000-4000-8000-000000001004' },
    });
    const { scenarios }: Wire = await response.json();
    const pages = scenarios.reduce(
      (sum: number, { allDlqCount: all }: Wire) => sum + (all > 0 ? Math.floor(all / 100) + 1 : 0),
      0,
    );
    const before = await gateway.requests(listEndpoint);
    const ask = (filter: string, fields: string) =>
      gateway.query<{ organization: Wire }, object>(
        `{ organization(id: "1004") { incompleteExecutions(first: 5${filter}) { isComplete edges { node { ${fields} } } } } }`,
      );
    const { data } = await ask('', 'makeId scenarioName error { message }');
    expect(data?.organization.incompleteExecutions.isComplete).toBe(true);
    expect((await gateway.requests(listEndpoint)) - before).toBe(pages);
    // the message is in the row: nothing more is read for it
    expect(await gateway.requests(bundleEndpoint)).toBe(0);
    await ask('', '... on IncompleteExecution { error { code } }');
    expect(await gateway.requests(bundleEndpoint)).toBe(5);
  });

  test('one scenario is one page of that scenario', async () => {
    await using gateway = await startTestGateway({ dialect: 'live' });
    const { errors } = await gateway.query(
      '{ organization(id: "1004") { incompleteExecutions(filter: { scenario: "1004002", statuses: [PENDING] }) { totalCount } } }',
    );
    expect(errors).toEqual([]);
    expect(await gateway.requests(listEndpoint)).toBe(1);
    expect(await gateway.requests('GET /scenarios')).toBe(1);
  });

  test('scenarios that have nothing open are left alone where only open ones are wanted', async () => {
    await using gateway = await startTestGateway({ dialect: 'live' });
    const ask = (caller: string) =>
      gateway.query<{ organization: Wire }, object>(
        '{ organization(id: "1003") { incompleteExecutions(filter: { statuses: [PENDING, RETRYING] }) { isComplete } } }',
        {},
        { caller },
      );
    expect((await ask('sandbox-member')).data?.organization.incompleteExecutions.isComplete).toBe(true);
    const own = await gateway.requests(listEndpoint);
    expect((await ask('sandbox-owner')).data?.organization.incompleteExecutions.isComplete).toBe(true);
    expect(await gateway.requests(listEndpoint)).toBeGreaterThan(own);
  });

  test('a scenario with more than is read says that there is more', async () => {
    await using gateway = await startTestGateway({ dialect: 'live' });
    // they are spread over the active scenarios of the organization, of which the free one has few
    await gateway.control('world', { organization: 1005, add: { incompleteExecutions: 1000 } });
    await gateway.control('world', { organization: 1005, add: { incompleteExecutions: 300 } });
    const { data, errors } = await gateway.query<{ organization: Wire }, object>(
      '{ organization(id: "1005") { incompleteExecutions { isComplete totalCount edges { node { createdAt } } } } }',
    );
    expect(errors).toEqual([]);
    const { isComplete, totalCount, edges } = data?.organization.incompleteExecutions ?? {};
    expect([isComplete, totalCount, edges.length]).toEqual([false, null, 25]);
    // the newest are among those that were read
    for (const { node } of edges) expect(node.createdAt).toMatch(/^2026-11-15/);
    expect(await gateway.requests(listEndpoint)).toBeLessThanOrEqual(20);
  });
});

test('a row that cannot be read fails at its own place, and the others arrive', async () => {
  for (const dialect of ['documented', 'live'] as const) {
    await using gateway = await startTestGateway({ dialect });
    await gateway.control('faults', { endpoint: listEndpoint, fault: 'missing-field', times: 1 });
    const { data, errors } = await gateway.query<{ organization: Wire }, object>(
      '{ organization(id: "1004") { incompleteExecutions(first: 100, filter: { scenario: "1004001" }) { edges { node { makeId } } } } }',
    );
    const nodes = data?.organization.incompleteExecutions.edges.map(({ node }: Wire) => node);
    expect(nodes.filter((node: Wire) => node === null)).toHaveLength(1);
    expect(nodes.length).toBeGreaterThan(50);
    expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(['UPSTREAM_BAD_RESPONSE']);
  }
});

test.each(['documented', 'live'] as const)(
  'in the %s dialect the names of scenarios and teams are priced once, however many rows there are',
  async (dialect) => {
    await using gateway = await startTestGateway({ dialect });
    const document =
      '{ organization(id: "1003") { incompleteExecutions(first: 50) { edges { node { scenario { name } team { name } } } } } }';
    const explain = async (wish: string): Promise<Wire> =>
      (await gateway.query(document, {}, { headers: { 'x-tollgate-explain': wish } })).extensions?.[
        'tollgate'
      ];
    const plan = await explain('plan');
    const { upstreamRequests } = await explain('1');
    expect(plan.upstreamRequests).toBe(0);
    expect(upstreamRequests).toBeGreaterThan(1);
    expect(upstreamRequests).toBeLessThanOrEqual(plan.estimatedCost);
    expect(plan.estimatedCost).toBeLessThan(50);
  },
);
