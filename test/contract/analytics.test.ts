import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { createFakeClock } from '../unit/fake-clock.ts';

/** Whatever the sandbox or the gateway answers. */
// oxlint-disable-next-line typescript/no-explicit-any -- the tests look into bodies of many shapes
type Body = any;

const counts = 'executions { successful failed incomplete total }';
const common = `period { start end } operationsUsed ${counts} successRate dataTransfer credits fetchedAt
  scenarioPerformance { scenarioId scenarioName teamId isActive operations ${counts} successRate dataTransfer credits }`;
const shared = `scenarios { active inactive total }
  trends { operations { date value } executionSuccessRate { date value } }
  errorPatterns { errorType count open scenarioIds lastOccurredAt }
  changes { executions operations credits errors errorRate }`;
const ofOrganization = `${common} ${shared}
  operations { included used remaining overage } resetAt apiCalls
  teams { teamId teamName operationsUsed scenarioCount successRate topErrors }
  userActivity { userId userName events lastActiveAt }
  modules { scenarioId moduleId name runs failures averageDurationMs }
  resources { operations dataTransfer credits storage { included used remaining overage } incompleteExecutionsBytes }
  costs { costPerThousandOperations { decimal currency } total { minorUnits currency } lost { minorUnits }
    scenarios { scenarioId scenarioName teamId operations cost { minorUnits } lost { minorUnits } }
    teams { teamId teamName cost { minorUnits } } }`;
const ofTeam = `${common} ${shared} teamId teamName`;
const ofUser = `${common} userId userName activity { events lastActiveAt byHour byWeekday byEventType { eventType count } }`;

const range = '{ range: { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" } }';
const period = { start: '2026-10-01T00:00:00.000Z', end: '2026-11-01T00:00:00.000Z' };

const text = (value: number | string | null | undefined) => (value == null ? null : String(value));
const instant = (value: string | null | undefined) => (value == null ? null : new Date(value).toISOString());

async function rawOf(origin: string, path: string): Promise<Body> {
  const response = await fetch(`${origin}/api/v2${path}`, {
    headers: { authorization: 'Token 00000000-0000-4000-8000-000000000000' },
  });
  return response.json();
}

describe('in the documented dialect', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ clock: createFakeClock() });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const query = '?from=2026-10-01T00:00:00.000Z&to=2026-10-31T23:59:59.999Z';
  const raw = (path: string) => rawOf(gateway.sandbox.origins.makeDocumented, path);

  async function ask(selection: string, organization = 1004, caller = 'sandbox-owner') {
    const answer = await gateway.query<Body, object>(
      `{ organization(id: "${organization}") { ${selection} } }`,
      {},
      { caller },
    );
    return { ...answer, organization: answer.data?.organization };
  }

  const scenarioRows = (rows: Body[]) =>
    rows.map((row) => ({
      scenarioId: String(row.scenarioId),
      scenarioName: row.scenarioName,
      teamId: text(row.teamId),
      isActive: row.isActive,
      operations: String(row.operations),
      executions: row.executions,
      successRate: text(row.successRate),
      dataTransfer: text(row.dataTransfer),
      credits: null,
    }));
  const points = (rows: Body[]) => rows.map(({ date, value }) => ({ date, value: text(value) }));
  const patterns = (rows: Body[]) =>
    rows.map((row) => ({
      ...row,
      scenarioIds: row.scenarioIds.map(String),
      lastOccurredAt: instant(row.lastOccurredAt),
    }));

  test("an organization's report has all that Make tells of it", async () => {
    const wire = await raw(`/analytics/organization/1004${query}`);
    const { organization, errors } = await ask(`analytics(period: ${range}) { ${ofOrganization} }`);
    expect(errors).toEqual([]);
    const { usage, trends, performanceMetrics: metrics } = wire;
    expect(wire.teams).toHaveLength(5);
    expect(trends.errorPatterns.length).toBeGreaterThan(1);
    expect(organization.analytics).toMatchObject({
      period: { start: period.start },
      operationsUsed: String(usage.operations.used),
      operations: {
        included: String(usage.operations.total),
        used: String(usage.operations.used),
        remaining: String(usage.operations.remaining),
        overage: null,
      },
      resetAt: instant(usage.operations.resetDate),
      apiCalls: String(usage.apiCalls.total),
      executions: usage.executions,
      dataTransfer: String(usage.dataTransfer.total),
      scenarios: usage.scenarios,
      changes: null,
      teams: wire.teams.map((row: Body) => ({
        ...row,
        teamId: String(row.teamId),
        operationsUsed: String(row.operationsUsed),
        successRate: text(row.successRate),
      })),
      userActivity: wire.userActivity.map((row: Body) => ({
        ...row,
        userId: String(row.userId),
        lastActiveAt: instant(row.lastActiveAt),
      })),
      trends: {
        operations: points(trends.operationsTrend),
        executionSuccessRate: points(trends.executionSuccessRate),
      },
      errorPatterns: patterns(trends.errorPatterns),
      scenarioPerformance: scenarioRows(metrics.scenarioPerformance),
      modules: metrics.moduleEfficiency,
      resources: {
        operations: String(metrics.resourceUsage.operations),
        dataTransfer: String(metrics.resourceUsage.dataTransfer),
        incompleteExecutionsBytes: String(metrics.resourceUsage.incompleteExecutionsBytes),
      },
      costs: {
        // 300.0000 minor units
        costPerThousandOperations: { decimal: '3', currency: metrics.costAnalysis.currency },
        total: { minorUnits: metrics.costAnalysis.total, currency: metrics.costAnalysis.currency },
        lost: { minorUnits: metrics.costAnalysis.lost },
        scenarios: metrics.costAnalysis.scenarios.map((row: Body) => ({
          scenarioId: row.scenarioId,
          scenarioName: row.scenarioName,
          teamId: String(row.teamId),
          operations: String(row.operations),
          cost: { minorUnits: row.cost },
          lost: { minorUnits: row.lostCost },
        })),
        teams: metrics.costAnalysis.teams.map((row: Body) => ({
          teamId: String(row.teamId),
          teamName: row.teamName,
          cost: { minorUnits: row.cost },
        })),
      },
    });
    const { successful, total } = usage.executions;
    expect(Number(organization.analytics.successRate)).toBeCloseTo(successful / total, 3);
  });

  test("a team's and a user's report have all that Make tells of them", async () => {
    const team = await raw(`/analytics/team/10041${query}`);
    const user = await raw(`/analytics/user/100406${query}`);
    const { organization, errors } = await ask(
      `teams { analytics(period: ${range}) { ${ofTeam} } } users { makeId analytics(period: ${range}) { ${ofUser} } }`,
    );
    expect(errors).toEqual([]);
    expect(team.scenarioPerformance.length).toBeGreaterThan(0);
    expect(organization.teams[0].analytics).toMatchObject({
      teamId: '10041',
      teamName: team.teamName,
      operationsUsed: String(team.teamOperations.used),
      dataTransfer: String(team.teamOperations.dataTransfer),
      scenarios: team.scenarios,
      executions: team.executions,
      successRate: text(team.executionSuccessRate),
      scenarioPerformance: scenarioRows(team.scenarioPerformance),
      errorPatterns: patterns(team.errorPatterns),
      trends: {
        operations: points(team.trends.operationsTrend),
        executionSuccessRate: points(team.trends.executionSuccessRate),
      },
    });
    const found = organization.users.find(({ makeId }: Body) => makeId === '100406');
    const { individualUsage: used, activityPatterns: activity } = user;
    expect(activity.events).toBeGreaterThan(0);
    expect(found.analytics).toMatchObject({
      userId: '100406',
      userName: user.userName,
      operationsUsed: String(used.operations),
      executions: used.executions,
      dataTransfer: String(used.dataTransfer),
      successRate: text(used.successRate),
      scenarioPerformance: scenarioRows(user.scenarioOwnership),
      activity: {
        events: activity.events,
        lastActiveAt: instant(activity.lastActiveAt),
        byHour: activity.byHour,
        byWeekday: activity.byWeekday,
        byEventType: Object.entries(activity.byEvent).map(([eventType, count]) => ({ eventType, count })),
      },
    });
  });

  test('a filter reaches Make, by global ids and by numbers', async () => {
    const teamId = Buffer.from('Team:1004/10042').toString('base64url');
    const wire = await raw(`/analytics/organization/1004${query}&teams[]=10042&status[]=failed`);
    const whole = await raw(`/analytics/organization/1004${query}`);
    const { organization, errors } = await ask(
      `byId: analytics(period: ${range}, filter: { teams: ["${teamId}"], statuses: [FAILED] }) { operationsUsed ${counts} }
       byNumber: analytics(period: ${range}, filter: { teams: ["10042", "10042"], statuses: [FAILED] }) { operationsUsed ${counts} }`,
    );
    expect(errors).toEqual([]);
    const filtered = {
      operationsUsed: String(wire.usage.operations.used),
      executions: wire.usage.executions,
    };
    expect(organization).toEqual({ byId: filtered, byNumber: filtered });
    expect(wire.usage.operations.used).not.toBe(whole.usage.operations.used);

    const scenario = whole.performanceMetrics.scenarioPerformance[0].scenarioId;
    const errorType = whole.trends.errorPatterns[0].errorType;
    const narrow = await ask(
      `analytics(period: ${range}, filter: { scenarios: ["${scenario}"], errorTypes: ["${errorType}"] }) { scenarioPerformance { scenarioId } errorPatterns { errorType } }`,
    );
    expect(narrow.organization.analytics.scenarioPerformance).toEqual([{ scenarioId: scenario }]);
    for (const row of narrow.organization.analytics.errorPatterns) expect(row).toEqual({ errorType });
    const foreign = await ask('analytics(filter: { teams: ["VGVhbToxMDAxLzEwMDEx"] }) { operationsUsed }');
    expect(foreign.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });

  test('periods of the same days share one request', async () => {
    const endpoint = 'GET /analytics/organization/{organizationId}';
    const before = await gateway.requests(endpoint);
    const within = (from: string, to: string) =>
      `analytics(period: { range: { from: "${from}", to: "${to}" } }) { operationsUsed period { start end } }`;
    const { organization, errors } = await ask(
      `a: ${within('2026-09-03T00:00:00Z', '2026-09-06T00:00:00Z')}
       b: ${within('2026-09-03T11:12:13Z', '2026-09-05T00:00:00.001Z')}
       c: ${within('2026-09-03T23:00:00Z', '2026-09-05T23:59:59Z')}`,
      1003,
    );
    expect(errors).toEqual([]);
    expect(organization.a.period.start).toBe('2026-09-03T00:00:00.000Z');
    expect(organization.b).toEqual(organization.a);
    expect(organization.c).toEqual(organization.a);
    expect((await gateway.requests(endpoint)) - before).toBe(1);
    await ask(
      'a: analytics(period: { preset: LAST_7_DAYS }) { operationsUsed } b: analytics(period: { range: { from: "2026-11-09T08:00:00Z", to: "2026-11-15T09:00:00Z" } }) { operationsUsed }',
      1003,
    );
    expect((await gateway.requests(endpoint)) - before).toBe(2);
  });

  test.each(['scenarioStatuses: [ACTIVE]', 'folders: ["7"]'])(
    'a filter by %s is refused, as Make does not take it',
    async (filter) => {
      const { errors } = await ask(`analytics(filter: { ${filter} }) { operationsUsed }`);
      expect(errors[0]?.extensions).toMatchObject({
        code: 'NOT_SUPPORTED_BY_UPSTREAM',
        faults: [{ path: [filter.split(':')[0]] }],
      });
    },
  );

  test('a row that cannot be read is an error at its own path, and takes its list alone with it', async () => {
    await using own = await startTestGateway();
    const endpoint = 'GET /analytics/organization/{organizationId}';
    await own.control('faults', { endpoint, fault: 'missing-field', field: 'teamId', times: 1 });
    const { data, errors } = await own.query<Body, object>(
      '{ organization(id: "1002") { analytics { operationsUsed teams { teamId } } } }',
    );
    const { teams, operationsUsed } = data.organization.analytics;
    expect(operationsUsed).toMatch(/^\d+$/);
    expect(teams).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.path?.slice(0, 3)).toEqual(['organization', 'analytics', 'teams']);
    expect(errors[0]?.extensions?.['code']).toBe('UPSTREAM_BAD_RESPONSE');
  });

  test.each([
    ['sandbox-owner', true, [true, true], ['100404', '100405']],
    ['sandbox-admin', true, [true, true], ['100404', '100405']],
    ['sandbox-readonly', true, [true, true], ['100404', '100405']],
    ['sandbox-operator', true, [true, true], ['100404', '100405']],
    ['sandbox-accountant', false, [false, false], []],
    ['sandbox-team-admin', false, [true, false], []],
    ['sandbox-member', false, [false, false], ['100405']],
  ])(
    "%s sees the organization's report: %s, the first two teams': %j, users': %j",
    async (caller, whole, teams, users) => {
      const { organization, errors } = await ask(
        'analytics { operationsUsed } teams { analytics { operationsUsed } }',
        1004,
        caller,
      );
      expect(organization.analytics !== null).toBe(whole);
      expect(organization.teams.slice(0, 2).map(({ analytics }: Body) => analytics !== null)).toEqual(teams);
      const ids = ['100404', '100405'].map((id) => Buffer.from(`User:1004/${id}`).toString('base64url'));
      const seen = await gateway.query<Body, object>(
        'query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { makeId analytics { userId } } } }',
        { ids },
        { caller },
      );
      const shown = seen.data.nodes.flatMap((node: Body) => node?.analytics?.userId ?? []);
      expect(shown).toEqual(users);
      for (const { extensions } of [...errors, ...seen.errors])
        expect(extensions?.['code']).toBe('FORBIDDEN');
    },
  );

  test("an administrator of a team sees the reports of its people, by the team's own list of them", async () => {
    const { organization, errors } = await ask(
      'teams { makeId auditLogFilters { users { makeId analytics { userId } } } }',
      1004,
      'sandbox-team-admin',
    );
    const [own, ...others] = organization.teams;
    expect(own.auditLogFilters.users.length).toBeGreaterThan(2);
    for (const { makeId, analytics } of own.auditLogFilters.users) expect(analytics.userId).toBe(makeId);
    for (const { auditLogFilters } of others) expect(auditLogFilters).toBeNull();
    expect(errors.map(({ path }) => path?.at(-1))).toEqual(others.map(() => 'auditLogFilters'));
  });
});

describe('in the live dialect', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ dialect: 'live', clock: createFakeClock() });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const query =
    '?timeframe[dateFrom]=2026-10-01T00:00:00.000Z&timeframe[dateTo]=2026-10-31T23:59:59.999Z&pg[limit]=100';
  const raw = (path: string) => rawOf(gateway.sandbox.origins.makeLive, path);
  const ask = async (selection: string, organization = 1004) => {
    const answer = await gateway.query<Body, object>(
      `{ organization(id: "${organization}") { ${selection} } }`,
    );
    return { ...answer, organization: answer.data?.organization };
  };
  const executionsOf = (row: Body) => ({
    successful: row.executions - row.errors,
    failed: row.errors,
    incomplete: null,
    total: row.executions,
  });
  const creditsOf = (row: Body) => String(Number(row.centicredits) / 100);

  test('reports of organizations and teams are made of what Make tells scenario by scenario', async () => {
    const [wire, ofFirst] = [
      await raw(`/analytics/1004${query}`),
      await raw(`/analytics/1004${query}&teamId[]=10041`),
    ];
    const { organization, errors } = await ask(
      `analytics(period: ${range}) { ${ofOrganization} } teams { analytics(period: ${range}) { ${ofTeam} } }`,
    );
    expect(errors).toEqual([]);
    const reportOf = ({ total, analytics }: Body) => ({
      period,
      operationsUsed: String(total.operations),
      executions: executionsOf(total),
      credits: creditsOf(total),
      dataTransfer: null,
      trends: null,
      errorPatterns: null,
      changes: {
        executions: text(total.executionsChange),
        operations: text(total.operationsChange),
        credits: text(total.centicreditsChange),
        errors: text(total.errorsChange),
        errorRate: text(total.errorRateChange),
      },
      scenarios: {
        active: analytics.filter(({ status }: Body) => status === 'active').length,
        total: analytics.length,
      },
      scenarioPerformance: analytics.map((row: Body) => ({
        scenarioId: String(row.id),
        scenarioName: row.name,
        teamId: String(row.teamId),
        isActive: row.status === 'active',
        operations: String(row.operations),
        executions: executionsOf(row),
        credits: creditsOf(row),
        dataTransfer: null,
      })),
    });
    expect(wire.analytics.length).toBeGreaterThan(ofFirst.analytics.length);
    expect(organization.analytics).toMatchObject({
      ...reportOf(wire),
      operations: null,
      resetAt: null,
      apiCalls: null,
      userActivity: null,
      modules: null,
      resources: null,
      costs: null,
    });
    for (const row of organization.analytics.teams) {
      const scenarios = wire.analytics.filter(({ teamId }: Body) => String(teamId) === row.teamId);
      expect(row).toMatchObject({
        teamName: scenarios[0].teamName,
        scenarioCount: scenarios.length,
        topErrors: null,
      });
      const sum = scenarios.reduce((total: number, { operations }: Body) => total + operations, 0);
      expect(row.operationsUsed).toBe(String(sum));
    }
    expect(organization.teams[0].analytics).toMatchObject({ ...reportOf(ofFirst), teamId: '10041' });
  });

  test('nobody is reported on, and what Make cannot filter by is refused', async () => {
    const { organization, errors } = await ask('users { analytics { operationsUsed } }');
    expect(errors).toEqual([]);
    expect(organization.users.every(({ analytics }: Body) => analytics === null)).toBe(true);
    const refused = await ask('analytics(filter: { statuses: [FAILED] }) { operationsUsed }');
    expect(refused.errors[0]?.extensions?.['code']).toBe('NOT_SUPPORTED_BY_UPSTREAM');
  });

  test('a report is about scenarios of one state, or in a folder', async () => {
    const shown = 'scenarioPerformance { scenarioId isActive rawStatus }';
    const { organization, errors } = await ask(`
      all: analytics { ${shown} }
      off: analytics(filter: { scenarioStatuses: [INACTIVE, INVALID] }) { ${shown} }
      filed: analytics(filter: { folders: ["77"] }) { ${shown} }
    `);
    expect(errors).toEqual([]);
    const off = organization.all.scenarioPerformance.filter(({ isActive }: Body) => !isActive);
    expect(off.length).toBeGreaterThan(0);
    expect(organization.off.scenarioPerformance).toEqual(off);
    expect(organization.filed.scenarioPerformance).toEqual([]);
    const malformed = await ask('analytics(filter: { folders: ["seven"] }) { operationsUsed }');
    expect(malformed.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });

  test('a plan without analytics costs that section alone', async () => {
    const { organization, errors } = await ask(
      'plan analytics { operationsUsed } teams { analytics { teamId } }',
      1001,
    );
    expect(organization).toMatchObject({ plan: 'CORE', analytics: null, teams: [{ analytics: null }, {}] });
    expect(errors).toHaveLength(3);
    for (const { path, extensions } of errors) {
      expect([path?.at(-1), extensions?.['code']]).toEqual(['analytics', 'PLAN_UPGRADE_REQUIRED']);
    }
  });
});
