import { afterAll, expect, test } from 'vitest';
import { startAdmin } from './make-admin-calls.ts';

const admin = await startAdmin();
const { documented, live } = admin;
afterAll(() => admin.sandbox.close());

const members = 1;
const teamAdmins = 2;
const admins = 5;
const february = 'from=2026-02-01&to=2026-02-28';

test('an organization’s report has everything that the document gives it', async () => {
  const { json } = await documented(`/analytics/organization/1003?${february}`, { token: [1003] });
  expect(json).toMatchObject({
    organizationId: 1003,
    period: { start: '2026-02-01T00:00:00.000Z', end: '2026-02-28T23:59:59.999Z' },
    usage: {
      operations: {
        total: 80_000,
        used: expect.any(Number),
        remaining: expect.any(Number),
        resetDate: expect.any(String),
      },
      scenarios: { total: 9 },
      executions: {
        successful: expect.any(Number),
        failed: expect.any(Number),
        incomplete: expect.any(Number),
      },
      apiCalls: { total: expect.any(Number) },
      dataTransfer: { total: expect.any(Number) },
    },
  });
  const { executions } = json.usage;
  expect(executions.successful + executions.failed + executions.incomplete).toBe(executions.total);
  expect(json.teams).toHaveLength(4);
  expect(json.teams[0]).toEqual({
    teamId: 10031,
    teamName: 'Operations',
    operationsUsed: expect.any(Number),
    scenarioCount: expect.any(Number),
    successRate: expect.any(Number),
    topErrors: expect.any(Array),
  });
  const ofTeams = json.teams.reduce(
    (sum: number, team: { operationsUsed: number }) => sum + team.operationsUsed,
    0,
  );
  expect(ofTeams).toBe(json.usage.operations.used);
  expect(json.trends.operationsTrend).toHaveLength(28);
  expect(json.trends.executionSuccessRate[0]).toEqual({ date: '2026-02-01', value: expect.any(Number) });
  expect(json.trends.errorPatterns[0]).toMatchObject({
    errorType: expect.any(String),
    count: expect.any(Number),
  });
  expect(json.userActivity).toHaveLength(12);
});

test('only Enterprise has the parts per scenario and module, resources and cost', async () => {
  const teams = await documented('/analytics/organization/1003', { token: [1003] });
  expect(teams.json).not.toHaveProperty('performanceMetrics');
  const { json } = await documented(`/analytics/organization/1004?${february}`);
  const { scenarioPerformance, moduleEfficiency, resourceUsage, costAnalysis } = json.performanceMetrics;
  expect(scenarioPerformance).toHaveLength(14);
  expect(moduleEfficiency.length).toBeGreaterThan(100);
  expect(resourceUsage.operations).toBe(json.usage.operations.used);
  expect(costAnalysis).toMatchObject({ currency: 'USD', costPerThousandOperations: '300.0000' });
  const parts = costAnalysis.scenarios.map(({ cost }: { cost: number }) => cost);
  expect(parts.every(Number.isInteger)).toBe(true);
  expect(parts.reduce((sum: number, cost: number) => sum + cost, 0)).toBe(costAnalysis.total);
});

test('a report is narrowed to teams, scenarios, statuses and kinds of errors', async () => {
  const narrow = async (query: string) =>
    (await documented(`/analytics/organization/1004?${february}&${query}`)).json;
  const one = await narrow('scenarios[]=1004001');
  expect(one.usage.scenarios.total).toBe(1);
  const team = await narrow('teams[]=10041');
  expect(team.usage.operations.used).toBeGreaterThan(one.usage.operations.used);
  const errors = await narrow('errorTypes[]=RateLimitError&status[]=resolved');
  expect(errors.trends.errorPatterns).toEqual([
    expect.objectContaining({
      errorType: 'RateLimitError',
      count: errors.usage.executions.incomplete,
      open: 0,
    }),
  ]);
});

test('a team’s report agrees with its part of the organization’s', async () => {
  const { json } = await documented(`/analytics/team/10041?${february}`);
  const whole = await documented(`/analytics/organization/1004?${february}`);
  const part = whole.json.teams[0];
  expect(json).toMatchObject({
    teamId: 10041,
    organizationId: 1004,
    teamOperations: { used: part.operationsUsed },
    executionSuccessRate: part.successRate,
  });
  expect(json.scenarioPerformance).toHaveLength(part.scenarioCount);
});

test('a user’s report has usage, patterns of activity and the scenarios owned', async () => {
  const { json } = await documented('/analytics/user/100401?from=2025-03-05');
  expect(json).toMatchObject({
    userId: 100401,
    organizationId: 1004,
    individualUsage: { executions: expect.any(Object) },
  });
  expect(json.activityPatterns.byHour).toHaveLength(24);
  expect(json.activityPatterns.byWeekday.reduce((sum: number, events: number) => sum + events, 0)).toBe(
    json.activityPatterns.events,
  );
  expect(json.scenarioOwnership.length).toBeGreaterThan(0);
});

test('roles and plans decide who gets a report', async () => {
  const statusOf = async (path: string, organizationId: number, kind = 0) =>
    (await documented(path, { token: [organizationId, kind] })).status;
  expect(await statusOf('/analytics/organization/1004', 1004, admins)).toBe(200);
  expect(await statusOf('/analytics/organization/1004', 1004, members)).toBe(403);
  expect(await statusOf('/analytics/team/10041', 1004, teamAdmins)).toBe(200);
  expect(await statusOf('/analytics/team/10042', 1004, teamAdmins)).toBe(403);
  expect(await statusOf('/analytics/user/100401', 1004, members)).toBe(403);
  expect(await statusOf('/analytics/user/100405', 1004, members)).toBe(200);
  expect(await statusOf('/analytics/user/1', 1004)).toBe(404);
  const free = await documented('/analytics/organization/1005', { token: [1005] });
  expect(free.json).toMatchObject({ error: 403, code: 'plan_upgrade_required' });
});

test('live has one row per scenario and a total, by default the last year', async () => {
  const { json } = await live('/analytics/1004?pg[limit]=2&pg[returnTotalCount]=true');
  expect(json.pg).toMatchObject({ sortBy: 'operations', sortDir: 'desc', limit: 2, totalCount: 14 });
  expect(json.analytics).toHaveLength(2);
  expect(json.analytics[0]).toEqual({
    imtId: expect.any(String),
    id: 1004001,
    name: expect.any(String),
    status: 'active',
    teamId: 10041,
    teamName: 'Platform',
    executions: expect.any(Number),
    operations: expect.any(Number),
    centicredits: expect.stringMatching(/^\d+$/),
    errors: expect.any(Number),
    errorRate: expect.any(Number),
    executionsChange: expect.any(Number),
    operationsChange: expect.any(Number),
    centicreditsChange: expect.any(Number),
    errorsChange: expect.any(Number),
    errorRateChange: expect.any(Number),
  });
  const frame = 'timeframe[dateFrom]=2026-02-01T00:00:00Z&timeframe[dateTo]=2026-02-28T23:59:59Z';
  const team = await live(`/analytics/1004?teamId=10041&status[]=active&${frame}`);
  const same = await documented(`/analytics/team/10041?${february}`);
  expect(team.json.total.operations).toBe(same.json.teamOperations.used);
  const early = await live('/analytics/1004?timeframe[dateFrom]=2024-01-01T00:00:00Z');
  expect(early.status).toBe(400);
});

test('live analytics are for owners of Enterprise', async () => {
  expect((await live('/analytics/1001', { token: [1001] })).status).toBe(402);
  expect((await live('/analytics/1004', { token: [1004, admins] })).status).toBe(403);
  expect((await live('/analytics/user/100401')).status).toBe(404);
});
