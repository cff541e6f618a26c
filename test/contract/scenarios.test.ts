import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

/** What sandbox and gateway answer, as it came. */
type Wire = ReturnType<typeof JSON.parse>;

const fields =
  'id makeId name description isActive createdAt lastEditedAt nextRunAt operations credits dataTransfer incompleteExecutionCount { open all } fetchedAt team { makeId name }';

const iso = (text: string | null) => (text === null ? null : new Date(text).toISOString());

async function raw(origin: string, path: string): Promise<Wire> {
  const response = await fetch(`${origin}/api/v2${path}`, {
    headers: { authorization: 'Token 00000000-0000-4000-8000-000000000000' },
  });
  return response.json();
}

for (const dialect of ['documented', 'live'] as const) {
  describe(`in the ${dialect} dialect`, () => {
    let gateway: TestGateway;
    let wire: Wire[];
    beforeAll(async () => {
      gateway = await startTestGateway({ dialect });
      wire = (await raw(gateway.sandbox.origins.makeLive, '/scenarios?organizationId=1004')).scenarios;
    });
    afterAll(() => gateway[Symbol.asyncDispose]());

    async function ask(
      argumentsOf: string,
      selection: string,
      { organization = 1004, caller = 'sandbox-owner' } = {},
    ) {
      const { data, errors } = await gateway.query<{ organization: Wire }, object>(
        `{ organization(id: "${organization}") { scenarios(${argumentsOf}) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${selection} } } } } }`,
        {},
        { caller },
      );
      return { scenarios: data?.organization.scenarios, errors };
    }

    const nodesOf = ({ scenarios }: { scenarios: Wire }): Wire[] =>
      scenarios.edges.map(({ node }: Wire) => node);

    test('each scenario is what Make tells of it', async () => {
      const answer = await ask('first: 100', fields);
      expect(answer.errors).toEqual([]);
      expect(answer.scenarios.totalCount).toBe(wire.length);
      const isLive = dialect === 'live';
      const { organization } = await raw(gateway.sandbox.origins.makeLive, '/organizations/1004');
      const byId = (one: Wire, other: Wire): number => Number(one.makeId) - Number(other.makeId);
      expect(nodesOf(answer).toSorted(byId)).toEqual(
        wire
          .map((row) => ({
            id: expect.any(String),
            makeId: String(row.id),
            name: row.name,
            description: isLive ? row.description : null,
            isActive: row.isActive,
            createdAt: isLive ? iso(row.created) : null,
            lastEditedAt: isLive ? iso(row.lastEdit) : null,
            // an instant from now, to the minute
            nextRunAt:
              isLive && row.nextExec !== null ? expect.stringContaining(row.nextExec.slice(0, 16)) : null,
            operations: String(row.operations),
            credits: isLive ? String(row.centicredits / 100) : null,
            dataTransfer: String(row.transfer),
            incompleteExecutionCount: isLive ? { open: row.dlqCount, all: row.allDlqCount } : null,
            fetchedAt: expect.any(String),
            team: {
              makeId: String(row.teamId),
              name: organization.teams.find(({ id }: Wire) => id === row.teamId).name,
            },
          }))
          .toSorted(byId),
      );
    });

    test('pages follow one another, each scenario once, and cost one list', async () => {
      const seen: string[] = [];
      let after = '';
      for (;;) {
        const { scenarios } = await ask(`first: 4${after}`, 'makeId');
        seen.push(...scenarios.edges.map(({ node }: Wire) => node.makeId));
        if (!scenarios.pageInfo.hasNextPage) break;
        after = `, after: "${scenarios.pageInfo.endCursor}"`;
      }
      expect(seen.toSorted()).toEqual(wire.map(({ id }) => String(id)).toSorted());
      if (dialect === 'live') expect(await gateway.requests('GET /scenarios')).toBe(2);
    });

    test('team, activity and name filter', async () => {
      const namesOf = (rows: readonly Wire[]): string[] =>
        rows.map(({ id, makeId }): string => makeId ?? String(id)).toSorted();
      const ofTeam = await ask('filter: { team: "10042" }', 'makeId');
      expect(namesOf(nodesOf(ofTeam))).toEqual(namesOf(wire.filter(({ teamId }) => teamId === 10042)));
      const idle = await ask('filter: { isActive: false }', 'makeId');
      expect(namesOf(nodesOf(idle))).toEqual(namesOf(wire.filter(({ isActive }) => !isActive)));
      const named = await ask('filter: { text: "LEDGER" }', 'name');
      expect(nodesOf(named).map(({ name }) => name)).toEqual(['Invoices to the ledger']);
      const wrong = await ask('filter: { team: "team" }', 'name');
      expect(wrong.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    });

    test('node gives one back', async () => {
      const [node] = nodesOf(await ask('first: 1', 'id name operations'));
      const { data } = await gateway.query(
        `{ node(id: "${node.id}") { id ... on Scenario { name operations } } }`,
      );
      expect(data).toEqual({ node });
    });

    test('a member sees those of its own team', async () => {
      const answer = await ask('first: 100', 'team { makeId }', { caller: 'sandbox-member' });
      const own = wire.filter(({ teamId }) => teamId === 10041);
      expect(own.length).toBeLessThan(wire.length);
      expect(nodesOf(answer).map(({ team }) => team.makeId)).toEqual(own.map(() => '10041'));
    });

    test('a smaller plan has its scenarios too', async () => {
      for (const organization of [1001, 1003, 1005]) {
        const answer = await ask('first: 100', 'makeId', { organization });
        expect(answer.errors).toEqual([]);
        const { scenarios } = await raw(
          gateway.sandbox.origins.makeLive,
          `/scenarios?organizationId=${organization}`,
        );
        const ids = scenarios.map(({ id }: Wire) => String(id));
        expect(nodesOf(answer).length).toBeGreaterThan(0);
        for (const { makeId } of nodesOf(answer)) expect(ids).toContain(makeId);
      }
    });
  });
}
