import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

/** An entry as either dialect writes it. */
interface WireEntry {
  readonly uuid: string;
  readonly eventName: string;
  readonly triggeredAt: string;
  readonly actor: { readonly id?: number | null; readonly name: string; readonly email: string };
  readonly target?: { readonly type: string; readonly id: string; readonly name: string | null };
  readonly targetId?: string | null;
  readonly team?: { readonly id: number; readonly name: string } | null;
  readonly version?: { readonly from: unknown; readonly to: unknown };
  readonly metadata?: object;
  readonly details?: object;
}

interface Entry {
  readonly id: string;
  readonly uuid: string;
  readonly triggeredAt: string;
  readonly eventType: string;
  readonly details: unknown;
  readonly team: { readonly id: string; readonly makeId: string } | null;
  readonly actor: { readonly user: { readonly id: string } | null };
}

interface Log {
  readonly totalCount: number | null;
  readonly edges: readonly { readonly cursor: string; readonly node: Entry }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const fields =
  'totalCount fetchedAt edges { cursor node { id uuid eventType triggeredAt fetchedAt actor { name email user { id makeId name email } } target { type makeId name } organization { makeId } team { id makeId name } change { from to } } } pageInfo { hasNextPage endCursor }';

const logDocument = `query($id: ID!, $first: Int, $after: String, $filter: AuditLogFilter) {
  organization(id: $id) { auditLogs(first: $first, after: $after, filter: $filter) { ${fields} } }
}`;

/** Enterprise: it has audit logs in both dialects. */
const organization = 1004;

describe.each(['documented', 'live'] as const)('in the %s dialect', (dialect) => {
  let gateway: TestGateway;
  /** The whole log as the sandbox itself tells it, newest first. */
  let all: readonly WireEntry[];

  const listEndpoint = 'GET /audit-logs/organization/{organizationId}';
  const entryEndpoint =
    dialect === 'live' ? 'GET /audit-logs/{organizationId}/{uuid}' : 'GET /audit-logs/{uuid}';
  const entryPath = (uuid: string) =>
    dialect === 'live' ? `/audit-logs/${organization}/${uuid}` : `/audit-logs/${uuid}`;

  async function raw<Body>(path: string): Promise<Body> {
    const { makeLive, makeDocumented } = gateway.sandbox.origins;
    const response = await fetch(`${dialect === 'live' ? makeLive : makeDocumented}/api/v2${path}`, {
      headers: { authorization: 'Token 00000000-0000-4000-8000-000000000000' },
    });
    return (await response.json()) as Body;
  }

  async function rawLog(path: string): Promise<WireEntry[]> {
    const found: WireEntry[] = [];
    for (let offset = 0; ; offset += 100) {
      const paging = dialect === 'live' ? `pg[offset]=${offset}&pg[limit]=100` : `offset=${offset}&limit=100`;
      const { auditLogs } = await raw<{ auditLogs: WireEntry[] }>(`${path}?${paging}`);
      found.push(...auditLogs);
      if (auditLogs.length < 100) return found;
    }
  }

  async function ask(variables: object, caller?: string) {
    const answer = await gateway.query<{ organization: { auditLogs: Log } }, object>(
      logDocument,
      { id: String(organization), ...variables },
      caller === undefined ? {} : { caller },
    );
    return { ...answer, log: answer.data?.organization.auditLogs };
  }

  const uuidsOf = (log: Log | undefined) => log?.edges.map(({ node }) => node.uuid);

  beforeAll(async () => {
    gateway = await startTestGateway({ dialect });
    all = await rawLog(`/audit-logs/organization/${organization}`);
    expect(all.length).toBeGreaterThan(300);
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('entries are told as Make has them, newest first', async () => {
    const { log, errors } = await ask({ first: 100 });
    expect(errors).toEqual([]);
    expect(log?.totalCount).toBe(all.length);
    expect(log?.edges).toHaveLength(100);
    for (const [place, { node }] of (log?.edges ?? []).entries()) {
      const wire = all[place];
      if (wire === undefined) throw new Error('fewer rows than told');
      const target =
        wire.target === undefined
          ? wire.targetId == null
            ? null
            : { type: null, makeId: wire.targetId, name: null }
          : { type: wire.target.type, makeId: wire.target.id, name: wire.target.name };
      const version = wire.version?.from == null && wire.version?.to == null ? null : wire.version;
      expect(node).toMatchObject({
        uuid: wire.uuid,
        eventType: wire.eventName,
        triggeredAt: new Date(wire.triggeredAt).toISOString(),
        actor: {
          name: wire.actor.name,
          email: wire.actor.email,
          user: wire.actor.id == null ? null : { makeId: String(wire.actor.id), name: wire.actor.name },
        },
        target,
        organization: { makeId: String(organization) },
        team: wire.team == null ? null : { makeId: String(wire.team.id), name: wire.team.name },
        change: version,
      });
    }
  });

  test('pages follow one another to the end, each entry once, and share what was read', async () => {
    const before = await gateway.requests(listEndpoint);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { log } = await ask({ first: 37, after });
      seen.push(...(uuidsOf(log) ?? []));
      after = log?.pageInfo.endCursor ?? null;
      if (log?.pageInfo.hasNextPage !== true) break;
    }
    expect(seen).toEqual(all.map(({ uuid }) => uuid));
    expect((await gateway.requests(listEndpoint)) - before).toBeLessThanOrEqual(Math.ceil(all.length / 100));
  });

  test('details take a request for each entry that is shown, and none where they are known', async () => {
    const before = await gateway.requests(entryEndpoint);
    const document = `query($id: ID!) { organization(id: $id) {
      auditLogs(first: 3) { edges { node { id details } } } again: auditLogs(first: 2) { edges { node { details } } } } }`;
    const { data, errors } = await gateway.query<{ organization: { auditLogs: Log } }, object>(document, {
      id: String(organization),
    });
    expect(errors).toEqual([]);
    expect((await gateway.requests(entryEndpoint)) - before).toBe(3);
    const nodes = data?.organization.auditLogs.edges.map(({ node }) => node) ?? [];
    for (const [place, { details }] of nodes.entries()) {
      const entry = await raw<WireEntry>(entryPath(all[place]?.uuid ?? ''));
      expect(details).toEqual(entry.metadata ?? entry.details);
    }
    const asked = await gateway.requests(entryEndpoint);
    const node = await gateway.query(
      'query($id: ID!) { node(id: $id) { id ... on AuditLogEntry { details } } }',
      {
        id: nodes[0]?.id,
      },
    );
    expect(node.data).toEqual({ node: nodes[0] });
    expect(await gateway.requests(entryEndpoint)).toBe(asked);
  });

  describe('a filter', () => {
    const day = (at: string) => at.slice(0, 10);

    test('by kind of event, author and team is left to Make, which counts what it found', async () => {
      const eventTypes = ['webhook_created', 'login_failed'];
      const kinds = await ask({ first: 20, filter: { eventTypes } });
      const ofKinds = all.filter(({ eventName }) => eventTypes.includes(eventName));
      expect(uuidsOf(kinds.log)).toEqual(ofKinds.slice(0, 20).map(({ uuid }) => uuid));
      expect(kinds.log?.totalCount).toBe(ofKinds.length);

      const { log } = await ask({ first: 100 });
      const author = log?.edges.find(({ node }) => node.actor.user !== null)?.node.actor.user?.id;
      const byId = await ask({ first: 20, filter: { authors: [author] } });
      const number = Number(
        Buffer.from(author ?? '', 'base64url')
          .toString()
          .split('/')[1],
      );
      const ofAuthor = all.filter(({ actor }) => actor.id === number);
      expect(uuidsOf(byId.log)).toEqual(ofAuthor.slice(0, 20).map(({ uuid }) => uuid));
      expect(byId.log?.totalCount).toBe(ofAuthor.length);
      expect((await ask({ first: 20, filter: { authors: [String(number)] } })).log?.edges).toEqual(
        byId.log?.edges,
      );

      const team = log?.edges.find(({ node }) => node.team !== null)?.node.team;
      const ofTeam = all.filter((entry) => String(entry.team?.id) === team?.makeId);
      const byTeam = await ask({ first: 20, filter: { teams: [team?.id] } });
      expect(uuidsOf(byTeam.log)).toEqual(ofTeam.slice(0, 20).map(({ uuid }) => uuid));
      expect(byTeam.log?.totalCount).toBe(ofTeam.length);
    });

    test('by time begins with its first instant and ends before its last, within a day as well', async () => {
      const [from, to] = [all[120]?.triggeredAt ?? '', all[40]?.triggeredAt ?? ''];
      const { log, errors } = await ask({ first: 100, filter: { from, to } });
      expect(errors).toEqual([]);
      const within = all.filter(
        ({ triggeredAt }) =>
          Date.parse(triggeredAt) >= Date.parse(from) && Date.parse(triggeredAt) < Date.parse(to),
      );
      expect(within.length).toBeGreaterThan(60);
      expect(uuidsOf(log)).toEqual(within.slice(0, 100).map(({ uuid }) => uuid));

      const wholeDays = { from: `${day(from)}T00:00:00Z`, to: `${day(to)}T00:00:00Z` };
      const counted = await ask({ first: 1, filter: wholeDays });
      const inDays = all.filter(
        ({ triggeredAt }) => day(triggeredAt) >= day(from) && day(triggeredAt) < day(to),
      );
      expect(counted.log?.totalCount).toBe(inDays.length);
    });

    test('by text looks for it in what a list tells of an entry', async () => {
      const name = all[7]?.actor.name ?? '';
      const { log, errors } = await ask({ first: 15, filter: { text: ` ${name.toUpperCase()} ` } });
      expect(errors).toEqual([]);
      const found = all.filter((entry) =>
        [entry.actor.name, entry.target?.name].some((each) => each?.includes(name)),
      );
      expect(found.length).toBeGreaterThan(15);
      expect(uuidsOf(log)).toEqual(found.slice(0, 15).map(({ uuid }) => uuid));
      expect(log?.totalCount).toBeNull();
      expect((await ask({ filter: { text: 'nothing has this in it' } })).log?.edges).toEqual([]);
    });

    test('has cursors of its own', async () => {
      const { log } = await ask({ first: 2, filter: { text: 'a' } });
      const after = log?.pageInfo.endCursor;
      const same = await ask({ first: 2, after, filter: { text: 'a' } });
      expect(same.errors).toEqual([]);
      const other = await ask({ first: 2, after, filter: { text: 'b' } });
      expect(other.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
      const none = await ask({ first: 2, after });
      expect(none.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    });

    test('that cannot be meant is refused with what is accepted, and costs nothing', async () => {
      const before = await gateway.requests(listEndpoint);
      const foreignTeam = Buffer.from('Team:1001/10011').toString('base64url');
      for (const [filter, message] of [
        [{ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, 'from is to be earlier than to'],
        [{ teams: [foreignTeam] }, 'something else than a Team of organization 1004'],
        [{ authors: [foreignTeam] }, 'something else than a User of organization 1004'],
        [{ authors: ['Ada'] }, 'The id is not one that this graph gave.'],
      ] as const) {
        const { errors } = await ask({ filter });
        expect(errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
        expect(errors[0]?.message).toContain(message);
      }
      expect(await gateway.requests(listEndpoint)).toBe(before);
    });
  });

  test('a team has a log of its own', async () => {
    const wire = await rawLog('/audit-logs/team/10041');
    const { data, errors } = await gateway.query<{ organization: { teams: { auditLogs: Log }[] } }, object>(
      `{ organization(id: "${organization}") { teams { makeId auditLogs(first: 30) { ${fields} } } } }`,
    );
    expect(errors).toEqual([]);
    const [first] = data?.organization.teams ?? [];
    expect(uuidsOf(first?.auditLogs)).toEqual(wire.slice(0, 30).map(({ uuid }) => uuid));
    expect(first?.auditLogs.totalCount).toBe(wire.length);
    const refused = await gateway.query(
      `{ organization(id: "${organization}") { teams { auditLogs(filter: { teams: ["10041"] }) { totalCount } } } }`,
    );
    expect(refused.errors[0]?.message).toBe('The log is that of one team: leave teams out of the filter.');
  });

  test('what a log can be filtered by is told of the organization and of a team', async () => {
    interface Wire {
      readonly users: readonly { readonly id: number; readonly name: string; readonly email: string }[];
      readonly teams: readonly { readonly id: number; readonly name: string }[];
      readonly events: readonly {
        readonly header: string;
        readonly items: readonly { readonly label: string; readonly value: string }[];
      }[];
    }
    const options =
      'auditLogFilters { users { makeId name email } teams { makeId name } eventGroups { header eventTypes { label value } } fetchedAt }';
    const { data, errors } = await gateway.query<{ organization: Record<string, never> }, object>(
      `{ organization(id: "${organization}") { users { makeId name email } ${options} teams { ${options} } } }`,
    );
    expect(errors).toEqual([]);
    const shown = ({ users, teams, events }: Wire) => ({
      users: users.map(({ id, name, email }) => ({ makeId: String(id), name, email })),
      teams: teams?.map(({ id, name }) => ({ makeId: String(id), name })) ?? null,
      eventGroups: events.map(({ header, items }) => ({ header, eventTypes: items })),
      fetchedAt: expect.any(String),
    });
    const whole = shown(await raw<Wire>(`/audit-logs/organization/${organization}/filters`));
    expect(data?.organization).toMatchObject({ users: whole.users, auditLogFilters: whole });
    const ofTeam = shown(await raw<Wire>('/audit-logs/team/10041/filters'));
    expect(data?.organization['teams']?.[0]).toEqual({ auditLogFilters: ofTeam });
    expect(await gateway.requests('GET /audit-logs/organization/{organizationId}/filters')).toBe(2);
  });

  test('users, teams and entries come back by their ids, the same as by the way through the organization', async () => {
    const { data } = await gateway.query<
      { organization: { users: { id: string }[]; auditLogs: Log } },
      object
    >(
      `{ organization(id: "${organization}") { users { id makeId name email } auditLogs(first: 5) { edges { node { id uuid eventType } } } } }`,
    );
    const user = data?.organization.users[3];
    const entry = data?.organization.auditLogs.edges[4]?.node;
    const gone = Buffer.from(`User:${organization}/7`).toString('base64url');
    const foreign = Buffer.from(`AuditLogEntry:1001/${entry?.uuid}`).toString('base64url');
    const nodes = await gateway.query<{ nodes: unknown[] }, object>(
      'query($ids: [ID!]!) { nodes(ids: $ids) { id ... on User { makeId name email } ... on AuditLogEntry { uuid eventType } } }',
      { ids: [user?.id, entry?.id, gone] },
    );
    expect(nodes.errors).toEqual([]);
    expect(nodes.data?.nodes).toEqual([user, entry, null]);
    const elsewhere = await gateway.query('query($id: ID!) { node(id: $id) { id } }', { id: foreign });
    expect(elsewhere.data).toEqual({ node: null });
  });

  test.each([
    ['sandbox-owner', true, [true, true]],
    ['sandbox-admin', true, [true, true]],
    ['sandbox-readonly', true, [true, true]],
    ['sandbox-operator', true, [true, true]],
    ['sandbox-accountant', false, [false, false]],
    ['sandbox-team-admin', false, [true, false]],
    ['sandbox-member', false, [false, false]],
  ])(
    "%s sees the organization's log: %s, the first and the second team's: %j",
    async (caller, whole, teams) => {
      const { data, errors } = await gateway.query<
        { organization: Record<string, unknown> & { teams: Record<string, unknown>[] } },
        object
      >(
        `{ organization(id: "${organization}") { auditLogs(first: 1) { totalCount } auditLogFilters { fetchedAt } users { makeId }
        teams { auditLogs(first: 1) { totalCount } auditLogFilters { fetchedAt } } } }`,
        {},
        { caller },
      );
      for (const name of ['auditLogs', 'auditLogFilters', 'users']) {
        expect([name, data?.organization[name] !== null]).toEqual([name, whole]);
      }
      for (const [place, isSeen] of teams.entries()) {
        const team = data?.organization.teams[place] ?? {};
        expect([team['auditLogs'] !== null, team['auditLogFilters'] !== null]).toEqual([isSeen, isSeen]);
      }
      expect(errors.every(({ extensions }) => extensions?.['code'] === 'FORBIDDEN')).toBe(true);
    },
  );

  test('an entry is for those who see its log, and costs nothing for others', async () => {
    const { log } = await ask({ first: 100 });
    const entryIn = (team: string | undefined) =>
      log?.edges.find(({ node }) => node.team?.makeId === team)?.node.id;
    const nodes = async (caller: string) => {
      const ids = [entryIn('10041'), entryIn('10042'), entryIn(undefined)];
      const { data, errors } = await gateway.query<{ nodes: unknown[] }, object>(
        'query($ids: [ID!]!) { nodes(ids: $ids) { id } }',
        { ids },
        { caller },
      );
      expect(errors).toEqual([]);
      expect(ids.every((id) => id !== undefined)).toBe(true);
      return data?.nodes.map((node) => node !== null);
    };
    const before = await gateway.requests(entryEndpoint);
    expect(await nodes('sandbox-member')).toEqual([false, false, false]);
    expect(await nodes('sandbox-accountant')).toEqual([false, false, false]);
    expect(await nodes('sandbox-outsider')).toEqual([false, false, false]);
    expect(await gateway.requests(entryEndpoint)).toBe(before);
    expect(await nodes('sandbox-team-admin')).toEqual([true, false, false]);
    expect(await nodes('sandbox-admin')).toEqual([true, true, true]);
  });

  test('callers find out which user they are, and the member gets that user alone by its id', async () => {
    const { data, errors } = await gateway.query<
      { viewer: { roles: { organization: { makeId: string }; user: { id: string; makeId: string } }[] } },
      object
    >(
      '{ viewer { roles { organization { makeId } user { id makeId } } } }',
      {},
      { caller: 'sandbox-member' },
    );
    const role = data?.viewer.roles.find((each) => each.organization.makeId === String(organization));
    expect(role?.user.makeId).toBe('100405');
    // audit logs are Enterprise only in the live dialect
    expect(errors).toHaveLength(dialect === 'live' ? 4 : 0);
    const other = Buffer.from(`User:${organization}/100401`).toString('base64url');
    const nodes = await gateway.query<{ nodes: unknown[] }, object>(
      'query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { makeId } } }',
      { ids: [role?.user.id, other] },
      { caller: 'sandbox-member' },
    );
    expect(nodes.data?.nodes).toEqual([{ makeId: '100405' }, null]);
  });

  test('what is taken of the budget is not more than the price that was told before', async () => {
    await using own = await startTestGateway({ dialect });
    const document = `{ organization(id: "${organization}") { users { name } teams { auditLogs(first: 2) { edges { node { details } } } auditLogFilters { fetchedAt } } } }`;
    interface Explained {
      readonly upstreamRequests: number;
      readonly estimatedCost: number;
    }
    const explained = async (explain: string) => {
      const { extensions, errors } = await own.query(
        document,
        {},
        { headers: { 'x-tollgate-explain': explain } },
      );
      expect(errors).toEqual([]);
      return extensions?.['tollgate'] as Explained;
    };
    const told = await explained('plan');
    const taken = await explained('1');
    expect(taken.upstreamRequests).toBeGreaterThan(12);
    expect(taken.upstreamRequests).toBeLessThanOrEqual(told.estimatedCost);
    expect((await explained('1')).upstreamRequests).toBe(0);
  });

  test('a plan without audit logs costs that section alone', async () => {
    const { data, errors } = await gateway.query<{ organization: Record<string, unknown> }, object>(
      '{ organization(id: "1002") { name users { makeId } auditLogs(first: 1) { totalCount } teams { name } } }',
    );
    expect(data?.organization).toMatchObject({ name: 'Birkenhof Handel', teams: [{}, {}, {}] });
    const codes = errors.map(({ path, extensions }) => `${path?.at(-1)} ${String(extensions?.['code'])}`);
    expect(new Set(codes)).toEqual(
      new Set(dialect === 'live' ? ['auditLogs PLAN_UPGRADE_REQUIRED', 'users PLAN_UPGRADE_REQUIRED'] : []),
    );
  });

  test('an entry that cannot be read is an error at its own path', async () => {
    await using own = await startTestGateway({ dialect });
    await own.control('faults', { endpoint: listEndpoint, fault: 'missing-field', field: 'uuid', times: 1 });
    const { data, errors } = await own.query<{ organization: { auditLogs: Log } }, object>(
      `{ organization(id: "${organization}") { auditLogs(first: 5) { edges { node { uuid } } } } }`,
    );
    const nodes = data?.organization.auditLogs.edges.map(({ node }) => node) ?? [];
    expect(nodes).toHaveLength(5);
    expect(nodes.filter((node) => node !== null).length).toBeLessThan(5);
    expect(errors[0]?.path?.slice(0, 3)).toEqual(['organization', 'auditLogs', 'edges']);
    expect(errors[0]?.extensions?.['code']).toBe('UPSTREAM_BAD_RESPONSE');
  });
});
