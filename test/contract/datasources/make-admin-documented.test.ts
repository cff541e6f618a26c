import { afterAll, beforeEach, expect, test } from 'vitest';
import { createMakeAdmin } from '../../../src/datasources/make-admin/make-admin.ts';
import { readable } from '../../../src/datasources/read.ts';
import { failureOf, startTestSource } from '../../kit/datasource.ts';
import { anyExecution, everyEntry, everything, hostileIds, type Wire } from './make-admin-wishes.ts';

const source = await startTestSource('make-admin');
const { errand, raw, spoil, upstream } = source;
const admin = createMakeAdmin(upstream, 'documented');
const enterprise = source.organization(1004);
const firstPage = { offset: 0, limit: 50 };
const { incompleteExecutions } = admin;
if (incompleteExecutions.listedBy !== 'organization') throw new Error('listed by scenario');
const { page } = incompleteExecutions;

afterAll(() => source[Symbol.asyncDispose]());
beforeEach(() => {
  const sections = ['audit-log', 'incomplete-executions', 'analytics', 'usage'];
  upstream.invalidate(sections.map((section) => `organization:1004:${section}`));
});

const dateOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));

function entryOf(row: Wire) {
  return {
    uuid: row.uuid,
    eventType: row.eventName,
    triggeredAt: new Date(row.triggeredAt),
    createdAt: null,
    actor: {
      id: row.actor.id === undefined ? null : String(row.actor.id),
      name: row.actor.name,
      email: row.actor.email,
    },
    target: row.target ?? null,
    organizationId: row.organization.id,
    team: row.team ?? null,
    change: null,
    details: row.metadata ?? null,
  };
}

function executionOf(row: Wire) {
  return {
    id: row.dlqId,
    scenarioId: row.scenarioId,
    scenarioName: null,
    team: null,
    executionId: row.executionId,
    status: row.status.toUpperCase(),
    rawStatus: row.status,
    error: {
      message: row.error.message,
      code: row.error.code,
      module: row.error.module,
      occurredAt: new Date(row.error.timestamp),
    },
    blueprint: row.blueprint,
    retryCount: row.retryCount,
    lastRetryAt: dateOf(row.lastRetryAt),
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    size: null,
  };
}

test('audit entries of organization and team say what the upstream says, and only a single one its details', async () => {
  const wire = await raw(1004, '/audit-logs/organization/1004?offset=50&limit=50');
  const { value } = await admin.auditLog(enterprise, everyEntry, { offset: 50, limit: 50 }, errand());
  expect(value).toEqual({ rows: wire.auditLogs.map(entryOf), total: wire.pagination.total });

  const team = await raw(1004, '/audit-logs/team/10042?limit=50');
  const ofTeam = await admin.teamAuditLog(enterprise, 10042, everyEntry, firstPage, errand());
  expect(ofTeam.value).toEqual({ rows: team.auditLogs.map(entryOf), total: team.pagination.total });

  const { uuid } = wire.auditLogs[0];
  const entry = await admin.auditLogEntry(enterprise, uuid, errand());
  expect(entry.value).toEqual(entryOf(await raw(1004, `/audit-logs/${uuid}`)));
  expect(entry.value.details).not.toBeNull();
});

test('the audit log is filtered by everything the document names; the end of a range is not part of it', async () => {
  const [newest, , , fourth] = readable(
    (await admin.auditLog(enterprise, everyEntry, firstPage, errand())).value.rows,
  );
  const range = { from: fourth!.triggeredAt, to: newest!.triggeredAt };
  const ranged = await admin.auditLog(enterprise, { ...everyEntry, ...range }, firstPage, errand());
  const rows = readable(ranged.value.rows);
  expect(rows.length).toBeGreaterThan(0);
  for (const { triggeredAt } of rows) {
    expect(triggeredAt >= range.from && triggeredAt < range.to).toBe(true);
  }
  const selection = {
    ...everyEntry,
    eventTypes: ['login_success', 'key_created'],
    authors: ['100401', '100402'],
  };
  const filtered = await admin.auditLog(enterprise, selection, firstPage, errand());
  expect(filtered.value.total).toBeGreaterThan(0);
  for (const { eventType, actor } of readable(filtered.value.rows)) {
    expect(selection.eventTypes).toContain(eventType);
    expect(selection.authors).toContain(actor?.id);
  }
  const ofTeams = await admin.auditLog(enterprise, { ...everyEntry, teams: ['10041'] }, firstPage, errand());
  expect(new Set(readable(ofTeams.value.rows).map(({ team }) => team?.id))).toEqual(new Set([10041]));
});

test('what can be filtered by comes for organization and team', async () => {
  const wire = await raw(1004, '/audit-logs/organization/1004/filters');
  const { value } = await admin.auditLogFilters(enterprise, errand());
  expect(value).toEqual({
    users: wire.users.map((user: Wire) => ({ ...user, id: String(user.id) })),
    teams: wire.teams,
    eventGroups: wire.events.map(({ header, items }: Wire) => ({ header, eventTypes: items })),
  });
  const team = await admin.teamAuditLogFilters(enterprise, 10041, errand());
  expect(team.value.teams).toBeNull();
  expect(team.value.users.length).toBeLessThan(value.users.length);
});

test('incomplete executions come with all they have, in lists and singly', async () => {
  const wire = await raw(1004, '/dlqs?limit=50');
  const { value } = await page(enterprise, anyExecution, firstPage, errand());
  expect(value).toEqual({ rows: wire.dlqs.map(executionOf), total: wire.pagination.total });
  const { dlqId } = wire.dlqs[0];
  const one = await admin.incompleteExecution(enterprise, dlqId, errand());
  expect(one.value).toEqual(value.rows[0]);
  const before = await source.requests();
  const blueprint = await admin.incompleteExecutionBlueprint(enterprise, dlqId, errand());
  const error = await admin.incompleteExecutionError(enterprise, dlqId, errand());
  expect([blueprint.value, error.value]).toEqual([one.value.blueprint, one.value.error]);
  expect(await source.requests()).toEqual(before);
});

test('incomplete executions are filtered by scenario, status, kind of error and time', async () => {
  const selection = {
    scenarioId: '1004001',
    statuses: ['PENDING', 'FAILED'] as const,
    errorTypes: ['ModuleTimeoutError', 'RateLimitError'],
    from: new Date('2026-06-01T00:00:00Z'),
    to: new Date('2026-11-01T00:00:00Z'),
  };
  const { value } = await page(enterprise, selection, firstPage, errand());
  const rows = readable(value.rows);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(row.scenarioId).toBe('1004001');
    expect(['PENDING', 'FAILED']).toContain(row.status);
    expect(selection.errorTypes).toContain(row.error?.code);
    expect(row.createdAt >= selection.from && row.createdAt < selection.to).toBe(true);
  }
  const failure = await failureOf(
    page(enterprise, { ...anyExecution, statuses: ['DELETED'] }, firstPage, errand()),
  );
  expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', details: { faults: [{ path: ['statuses'] }] } });
});

test('the log of an incomplete execution comes line by line', async () => {
  const { dlqs } = await raw(1004, '/dlqs?limit=1');
  const { dlqId } = dlqs[0];
  const wire = await raw(1004, `/dlqs/${dlqId}/logs`);
  const { value } = await admin.executionLogs(enterprise, dlqId, firstPage, errand());
  const logOf = (log: Wire) => ({
    id: log.id,
    incompleteExecutionId: dlqId,
    at: new Date(log.timestamp),
    status: log.status.toUpperCase(),
    rawStatus: log.status,
    message: log.message,
    moduleId: log.moduleId ?? null,
    data: log.data ?? null,
    run: null,
  });
  expect(value).toEqual({ rows: wire.logs.map(logOf), total: wire.pagination.total });
  const one = await admin.executionLog(enterprise, dlqId, wire.logs[1].id, errand());
  expect(one.value).toEqual(logOf(wire.logs[1]));
});

test('scenarios are those that the reports speak of, or of Free those that failed', async () => {
  const ofEnterprise = await admin.scenarios(enterprise, errand());
  const wire = await raw(1004, '/analytics/organization/1004');
  expect(readable(ofEnterprise.value.rows).map(({ id, name, teamId }) => ({ id, name, teamId }))).toEqual(
    wire.performanceMetrics.scenarioPerformance.map((row: Wire) => ({
      id: row.scenarioId,
      name: row.scenarioName,
      teamId: row.teamId,
    })),
  );
  const ofTeams = await admin.scenarios(source.organization(1003), errand());
  const teams = (await raw(1003, '/analytics/organization/1003')).usage.scenarios.total;
  expect(ofTeams.value.total).toBe(teams);
  const ofFree = await admin.scenarios(source.organization(1005), errand());
  expect(ofFree.value.total).toBeNull();
  const [scenario] = readable(ofFree.value.rows);
  expect(scenario).toMatchObject({ id: expect.stringMatching(/^1005/), name: expect.any(String) });
});

test('the report on an organization has every figure of the upstream, with what only Enterprise has', async () => {
  const wire = await raw(1004, '/analytics/organization/1004');
  const { value } = await admin.organizationAnalytics(enterprise, everything, errand());
  const { usage, trends, performanceMetrics: metrics } = wire;
  expect(value).toMatchObject({
    organizationId: 1004,
    period: { start: new Date(wire.period.start), end: new Date(wire.period.end) },
    operations: {
      included: String(usage.operations.total),
      used: String(usage.operations.used),
      remaining: String(usage.operations.remaining),
    },
    resetAt: new Date(usage.operations.resetDate),
    scenarios: usage.scenarios,
    executions: usage.executions,
    apiCalls: String(usage.apiCalls.total),
    dataTransfer: String(usage.dataTransfer.total),
    trends: {
      operations: trends.operationsTrend.map(({ date, value }: Wire) => ({ date, value: String(value) })),
      executionSuccessRate: trends.executionSuccessRate.map(({ date, value }: Wire) => ({
        date,
        value: String(value),
      })),
    },
    credits: String(metrics.resourceUsage.centicredits / 100),
    resources: { storage: { used: String(metrics.resourceUsage.storage.used) } },
    modules: metrics.moduleEfficiency,
    costs: {
      costPerThousandOperations: { decimal: '3', currency: 'USD' },
      total: { minorUnits: metrics.costAnalysis.total, currency: 'USD' },
      lost: { minorUnits: metrics.costAnalysis.lost, currency: 'USD' },
    },
  });
  expect(
    readable(value.teams ?? []).map(({ teamId, operationsUsed, topErrors }) => [
      teamId,
      operationsUsed,
      topErrors,
    ]),
  ).toEqual(wire.teams.map((team: Wire) => [team.teamId, String(team.operationsUsed), team.topErrors]));
  expect(
    readable(value.errorPatterns ?? []).map(({ errorType, count, open }) => ({ errorType, count, open })),
  ).toEqual(trends.errorPatterns.map(({ errorType, count, open }: Wire) => ({ errorType, count, open })));
  expect(value.costs?.scenarios.map(({ cost }) => cost.minorUnits)).toEqual(
    metrics.costAnalysis.scenarios.map(({ cost }: Wire) => cost),
  );
  expect(readable(value.userActivity ?? []).map(({ userId, events }) => [userId, events])).toEqual(
    wire.userActivity.map(({ userId, events }: Wire) => [String(userId), events]),
  );
  const pro = await admin.organizationAnalytics(source.organization(1002), everything, errand());
  expect(pro.value).toMatchObject({ costs: null, modules: null, scenarioPerformance: null });
});

test('reports on teams and users have their figures, and filters and period reach the upstream', async () => {
  const period = { start: new Date('2026-10-01T00:00:00Z'), end: new Date('2026-11-01T00:00:00Z') };
  const query = 'from=2026-10-01T00:00:00.000Z&to=2026-10-31T23:59:59.999Z&errorTypes[]=RateLimitError';
  const wire = await raw(1004, `/analytics/team/10041?${query}`);
  const selection = { ...everything, period, errorTypes: ['RateLimitError'] };
  const team = await admin.teamAnalytics(enterprise, 10041, selection, errand());
  expect(team.value).toMatchObject({
    teamId: 10041,
    teamName: wire.teamName,
    operationsUsed: String(wire.teamOperations.used),
    dataTransfer: String(wire.teamOperations.dataTransfer),
    executions: wire.executions,
    successRate: String(wire.executionSuccessRate),
  });
  expect(team.value.scenarioPerformance).toHaveLength(wire.scenarioPerformance.length);

  const user = await raw(1004, '/analytics/user/100401');
  const ofUser = await admin.userAnalytics(enterprise, '100401', everything, errand());
  expect(ofUser?.value).toMatchObject({
    userId: '100401',
    userName: user.userName,
    operationsUsed: String(user.individualUsage.operations),
    activity: {
      events: user.activityPatterns.events,
      byHour: user.activityPatterns.byHour,
      byEventType: Object.entries(user.activityPatterns.byEvent).map(([eventType, count]) => ({
        eventType,
        count,
      })),
    },
  });
  const failure = await failureOf(
    admin.organizationAnalytics(source.organization(1005), everything, errand()),
  );
  expect(failure.code).toBe('PLAN_UPGRADE_REQUIRED');
});

test('usage comes from both endpoints, by day and foreseen', async () => {
  const wire = await raw(1004, '/cashier/usage/current/1004');
  const usage = {
    periodStart: new Date(wire.period.start),
    periodEnd: new Date(wire.period.end),
    operations: {
      included: String(wire.operations.included),
      used: String(wire.operations.used),
      overage: String(wire.operations.overage),
      remaining: null,
    },
    resetAt: new Date(wire.operations.resetDate),
    credits: null,
    storage: {
      included: String(wire.storage.included),
      used: String(wire.storage.used),
      overage: String(wire.storage.overage),
      remaining: null,
    },
    dataTransfer: null,
    users: {
      included: String(wire.users.included),
      used: String(wire.users.active),
      overage: String(wire.users.overage),
      remaining: null,
    },
  };
  expect((await admin.usage(enterprise, errand())).value).toEqual({ ...usage, asOf: new Date(wire.asOf) });
  expect((await admin.usageOfPeriod(enterprise, errand())).value).toEqual({ ...usage, asOf: null });

  const history = await raw(1004, '/cashier/usage/history/1004?from=2026-02-01&to=2026-02-28');
  const period = { start: new Date('2026-02-01T00:00:00Z'), end: new Date('2026-03-01T00:00:00Z') };
  const { value } = await admin.usageHistory(enterprise, period, errand());
  expect(value.points).toEqual(
    history.history.map((day: Wire) => ({
      date: day.date,
      operations: String(day.operations),
      executions: String(day.executions),
      errors: String(day.errors),
      credits: String(day.centicredits / 100),
      dataTransfer: String(day.dataTransfer),
    })),
  );
  expect(value.points).toHaveLength(28);
  expect((await admin.usageHistory(enterprise, null, errand())).value.points).toHaveLength(30);

  const foreseen = await raw(1004, '/cashier/usage/predictions/1004');
  expect((await admin.usagePrediction(enterprise, errand()))?.value).toEqual({
    period: { start: new Date(foreseen.period.start), end: new Date(foreseen.period.end) },
    generatedAt: new Date(foreseen.generatedAt),
    method: foreseen.method,
    included: String(foreseen.operations.included),
    used: String(foreseen.operations.used),
    averagePerDay: String(foreseen.operations.averagePerDay),
    predicted: String(foreseen.operations.predicted),
    predictedOverage: String(foreseen.operations.predictedOverage),
    exhaustedAt: foreseen.operations.exhaustedAt === null ? null : new Date(foreseen.operations.exhaustedAt),
  });
});

test('a row that cannot be read fails alone, a status of a later version is unknown, more fields do no harm', async () => {
  await spoil('GET /audit-logs/organization/{organizationId}', 'missing-field', 'uuid');
  const log = await admin.auditLog(enterprise, everyEntry, firstPage, errand());
  expect(log.value.rows[0]).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  expect(readable(log.value.rows)).toHaveLength(49);

  await spoil('GET /dlqs', 'bad-enum');
  const changed = await page(enterprise, anyExecution, firstPage, errand());
  expect(changed.value.rows[0]).toMatchObject({ status: 'UNKNOWN', rawStatus: 'added_in_a_later_version' });

  await spoil('GET /dlqs/{dlqId}', 'extra-field');
  const [, second] = readable(changed.value.rows);
  const one = await admin.incompleteExecution(enterprise, second!.id, errand());
  expect(one.value).toEqual(second);

  await spoil('GET /analytics/organization/{organizationId}', 'missing-field', 'teamName');
  const report = await admin.organizationAnalytics(enterprise, everything, errand());
  expect(readable(report.value.teams ?? []).some(({ teamName }) => teamName === null)).toBe(true);
});

test('an entry or a report of another organization is not found, whatever the token may see', async () => {
  const [entry] = (await raw(1003, '/audit-logs/organization/1003?limit=1')).auditLogs;
  const account = {
    ...enterprise.account,
    authorization: () => 'Token 00000000-0000-4000-8000-000000000000',
  };
  const sharing = { ...enterprise, hasOwnToken: false, account };
  const calls = [
    admin.auditLogEntry(sharing, entry.uuid, errand()),
    admin.teamAnalytics(sharing, 10031, everything, errand()),
    admin.userAnalytics(sharing, '100301', everything, errand()),
  ];
  for (const { code } of await Promise.all(calls.map(failureOf))) expect(code).toBe('NOT_FOUND');
});

test('no id leads to another endpoint', async () => {
  const before = await source.requests();
  for (const id of hostileIds) {
    const calls = [
      admin.auditLogEntry(enterprise, id, errand()),
      admin.incompleteExecution(enterprise, id, errand()),
      admin.executionLogs(enterprise, id, firstPage, errand()),
      admin.executionLog(enterprise, 'x', id, errand()),
      admin.userAnalytics(enterprise, id, everything, errand()),
      admin.retryIncompleteExecution(enterprise, id, null, errand()),
      admin.updateBlueprint(enterprise, id, { flow: [] }, errand()),
    ];
    for (const { code } of await Promise.all(calls.map(failureOf))) {
      expect(['BAD_USER_INPUT', 'NOT_FOUND']).toContain(code);
    }
  }
  const asked = Object.entries(await source.requests()).filter(
    ([name, count]) => count > (before[name] ?? 0),
  );
  const allowed = [
    'GET /audit-logs/{uuid}',
    'GET /dlqs/{dlqId}',
    'GET /dlqs/{dlqId}/logs',
    'GET /dlqs/{dlqId}/logs/{logId}',
    'GET /analytics/user/{userId}',
    'POST /dlqs/{dlqId}/retry',
    'PATCH /dlqs/{dlqId}',
  ];
  for (const [name] of asked) expect(allowed).toContain(name);
});
