import { afterAll, beforeEach, expect, test } from 'vitest';
import { createMakeAdmin } from '../../../src/datasources/make-admin/make-admin.ts';
import { readable } from '../../../src/datasources/read.ts';
import { failureOf, startTestSource } from '../../kit/datasource.ts';
import { everyEntry, everything, hostileIds, type Wire } from './make-admin-wishes.ts';

const source = await startTestSource('make-admin', 'live');
const { errand, raw, requests, spoil, upstream } = source;
const admin = createMakeAdmin(upstream, 'live');
const enterprise = source.organization(1004);
const firstPage = { offset: 0, limit: 50 };
const { incompleteExecutions } = admin;
if (incompleteExecutions.listedBy !== 'scenario') throw new Error('listed by organization');
const { page, scenariosWithIncompleteExecutions } = incompleteExecutions;

afterAll(() => source[Symbol.asyncDispose]());
beforeEach(() => {
  const sections = ['audit-log', 'incomplete-executions', 'scenarios', 'analytics', 'usage'];
  upstream.invalidate(sections.map((section) => `organization:1004:${section}`));
});

function entryOf(row: Wire) {
  const { from, to } = row.version;
  return {
    uuid: row.uuid,
    eventType: row.eventName,
    triggeredAt: new Date(row.triggeredAt),
    createdAt: new Date(row.createdAt),
    actor: { ...row.actor, id: row.actor.id === null ? null : String(row.actor.id) },
    target: row.targetId === null ? null : { type: null, id: row.targetId, name: null },
    organizationId: row.organizationId,
    team: row.team,
    change: from === null && to === null ? null : { from, to },
    details: row.details ?? null,
  };
}

test('audit entries of organization and team say what the upstream says, and only a single one its details', async () => {
  const wire = await raw(1004, '/audit-logs/organization/1004?pg[limit]=50&pg[returnTotalCount]=true');
  const { value } = await admin.auditLog(enterprise, everyEntry, firstPage, errand());
  expect(value).toEqual({ rows: wire.auditLogs.map(entryOf), total: wire.pg.totalCount });
  const ofTeam = await admin.teamAuditLog(enterprise, 10041, everyEntry, firstPage, errand());
  expect(new Set(readable(ofTeam.value.rows).map(({ team }) => team?.id))).toEqual(new Set([10041]));

  const { uuid } = wire.auditLogs[0];
  const entry = await admin.auditLogEntry(enterprise, uuid, errand());
  expect(entry.value).toEqual(entryOf(await raw(1004, `/audit-logs/1004/${uuid}`)));
  expect(entry.value.details).not.toBeNull();
  expect((await admin.auditLogFilters(enterprise, errand())).value.users.length).toBeGreaterThan(1);
  expect(
    (await failureOf(admin.auditLog(source.organization(1001), everyEntry, firstPage, errand()))).code,
  ).toBe('PLAN_UPGRADE_REQUIRED');
});

test('an audit log is narrowed to whole days, with a total only where that is what was asked', async () => {
  const whole = { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-11-01T00:00:00Z') };
  const { value } = await admin.auditLog(
    enterprise,
    { ...everyEntry, ...whole, eventTypes: ['login_success'] },
    { offset: 0, limit: 500 },
    errand(),
  );
  const rows = readable(value.rows);
  expect(value.total).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(0);
  for (const { triggeredAt, eventType } of rows) {
    expect(triggeredAt >= whole.from && triggeredAt < whole.to).toBe(true);
    expect(eventType).toBe('login_success');
  }
  const within = { ...whole, from: new Date('2026-10-01T12:00:00Z') };
  const cut = await admin.auditLog(enterprise, { ...everyEntry, ...within }, firstPage, errand());
  expect(cut.value.total).toBeNull();
});

test('scenarios come with their figures, and those with incomplete executions are told from one list', async () => {
  const wire = await raw(1004, '/scenarios?organizationId=1004');
  const { value } = await admin.scenarios(enterprise, errand());
  expect(value.total).toBe(wire.scenarios.length);
  expect(value.rows).toEqual(
    wire.scenarios.map((row: Wire) => ({
      id: String(row.id),
      name: row.name,
      description: row.description,
      teamId: row.teamId,
      isActive: row.isActive,
      createdAt: new Date(row.created),
      lastEditedAt: new Date(row.lastEdit),
      nextRunAt: row.nextExec === null ? null : new Date(row.nextExec),
      operations: String(row.operations),
      credits: String(row.centicredits / 100),
      dataTransfer: String(row.transfer),
      incompleteExecutions: { open: row.dlqCount, all: row.allDlqCount },
    })),
  );
  const before = (await requests())['GET /scenarios'];
  const open = await scenariosWithIncompleteExecutions(
    enterprise,
    { includeResolved: false, atMost: 100 },
    errand(),
  );
  const expected = wire.scenarios.filter(({ dlqCount }: Wire) => dlqCount > 0);
  expect(open.value.isComplete).toBe(true);
  expect(new Set(open.value.scenarios.map(({ id }) => id))).toEqual(
    new Set(expected.map(({ id }: Wire) => String(id))),
  );
  const two = await scenariosWithIncompleteExecutions(
    enterprise,
    { includeResolved: true, atMost: 2 },
    errand(),
  );
  expect(two.value.isComplete).toBe(false);
  const most = wire.scenarios
    .map(({ allDlqCount }: Wire) => allDlqCount)
    .toSorted((a: number, b: number) => b - a);
  expect(two.value.scenarios.map(({ incompleteExecutions: count }) => count?.all)).toEqual(most.slice(0, 2));
  expect((await requests())['GET /scenarios']).toBe(before);
});

test('what list, detail, blueprint and bundle each tell of an incomplete execution is kept apart', async () => {
  const wire = await raw(1004, '/dlqs?scenarioId=1004001&pg[limit]=50');
  const { value } = await page(enterprise, '1004001', firstPage, errand());
  const statusOf = ({ resolved, retry }: Wire) => (resolved ? 'RESOLVED' : retry ? 'RETRYING' : 'PENDING');
  expect(readable(value.rows)).toEqual(
    wire.dlqs.map((row: Wire) => ({
      id: row.id,
      scenarioId: '1004001',
      scenarioName: null,
      team: null,
      executionId: null,
      status: statusOf(row),
      rawStatus: null,
      error: { message: row.reason, code: null, module: null, occurredAt: null },
      blueprint: null,
      retryCount: row.attempts,
      lastRetryAt: null,
      createdAt: new Date(row.created),
      updatedAt: null,
      size: row.size,
    })),
  );
  const { id } = wire.dlqs[0];
  const { dlq } = await raw(1004, `/dlqs/${id}`);
  expect((await admin.incompleteExecution(enterprise, id, errand())).value).toMatchObject({
    id,
    scenarioId: String(dlq.scenarioId),
    scenarioName: dlq.scenarioName,
    team: { id: dlq.companyId, name: dlq.companyName },
    executionId: dlq.executionId,
    status: statusOf(dlq),
    error: null,
  });
  const blueprint = await raw(1004, `/dlqs/${id}/blueprint`);
  expect((await admin.incompleteExecutionBlueprint(enterprise, id, errand())).value).toEqual(
    blueprint.response.blueprint,
  );
  const [[moduleId, { error }]] = Object.entries<Wire>((await raw(1004, `/dlqs/${id}/bundle`)).response) as [
    [string, Wire],
  ];
  expect((await admin.incompleteExecutionError(enterprise, id, errand())).value).toEqual({
    message: error.message,
    code: error.type,
    module: { id: moduleId, name: null, position: null },
    occurredAt: null,
  });
});

test('the log of an incomplete execution tells its runs, oldest first', async () => {
  const { dlqs } = await raw(1004, '/dlqs?scenarioId=1004001&pg[limit]=500');
  const { id } = dlqs.find(({ attempts }: Wire) => attempts > 1);
  const wire = (await raw(1004, `/dlqs/${id}/logs`)).dlqLogs.toReversed();
  const { value } = await admin.executionLogs(enterprise, id, firstPage, errand());
  const logOf = (run: Wire) => ({
    id: run.id,
    incompleteExecutionId: id,
    at: new Date(run.timestamp),
    status: { 1: 'SUCCESS', 3: 'ERROR' }[String(run.status)],
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
  });
  expect(value).toEqual({ rows: wire.map(logOf), total: null });
  expect((await admin.executionLog(enterprise, id, wire[0].id, errand())).value).toEqual(logOf(wire[0]));
});

test('reports are grouped from the rows of scenarios; users have none', async () => {
  const wire = await raw(1004, '/analytics/1004?pg[limit]=1000');
  const { value } = await admin.organizationAnalytics(enterprise, everything, errand());
  const { total } = wire;
  expect(value).toMatchObject({
    operationsUsed: String(total.operations),
    executions: {
      successful: total.executions - total.errors,
      failed: total.errors,
      incomplete: null,
      total: total.executions,
    },
    credits: String(Number(total.centicredits) / 100),
    changes: { errors: total.errorsChange === null ? null : String(total.errorsChange) },
    costs: null,
    trends: null,
  });
  expect(value.scenarioPerformance).toHaveLength(wire.analytics.length);
  const teams = readable(value.teams ?? []);
  const operationsOf = (id: number) =>
    wire.analytics
      .filter(({ teamId }: Wire) => teamId === id)
      .reduce((sum: number, { operations }: Wire) => sum + operations, 0);
  expect(teams.length).toBeGreaterThan(1);
  for (const { teamId, operationsUsed } of teams) expect(operationsUsed).toBe(String(operationsOf(teamId)));

  const team = await admin.teamAnalytics(enterprise, 10041, everything, errand());
  expect(team.value).toMatchObject({ teamId: 10041, operationsUsed: String(operationsOf(10041)) });
  const [row] = wire.analytics;
  const one = await admin.organizationAnalytics(
    enterprise,
    { ...everything, scenarios: [String(row.id)] },
    errand(),
  );
  expect(one.value).toMatchObject({ operationsUsed: String(row.operations), credits: null, changes: null });
  const refused = admin.organizationAnalytics(
    enterprise,
    { ...everything, errorTypes: ['DataError'] },
    errand(),
  );
  expect((await failureOf(refused)).code).toBe('NOT_SUPPORTED_BY_UPSTREAM');
  expect(await admin.userAnalytics(enterprise, '100401', everything, errand())).toBeNull();
  expect(
    (await failureOf(admin.organizationAnalytics(source.organization(1001), everything, errand()))).code,
  ).toBe('PLAN_UPGRADE_REQUIRED');
});

test('usage comes from the counters of the organization and the last thirty days', async () => {
  const { organization } = await raw(1004, '/organizations/1004');
  const { value } = await admin.usage(enterprise, errand());
  expect(value).toMatchObject({
    periodStart: new Date(organization.lastReset),
    resetAt: new Date(organization.nextReset),
    operations: {
      included: String(organization.license.operations + Number(organization.operationsExt)),
      used: organization.operations,
      remaining: organization.unusedOperations,
      overage: '0',
    },
    credits: { used: String(Number(organization.centicreditsConsumed) / 100) },
    dataTransfer: { used: organization.transfer, remaining: organization.unusedTransfer },
    storage: null,
    users: null,
  });
  const { data } = await raw(1004, '/organizations/1004/usage');
  const history = await admin.usageHistory(enterprise, null, errand());
  expect(history.value.points.map(({ date, operations }) => [date, operations])).toEqual(
    data.map((day: Wire) => [day.date.split('-').toReversed().join('-'), String(day.operations)]),
  );
  const period = { start: new Date('2026-11-01T00:00:00Z'), end: new Date('2026-11-08T00:00:00Z') };
  const week = await admin.usageHistory(enterprise, period, errand());
  expect([week.value.points[0]?.date, week.value.points.at(-1)?.date]).toEqual(['2026-11-01', '2026-11-07']);
  expect(await admin.usagePrediction(enterprise, errand())).toBeNull();
});

test('a row that cannot be read fails alone, and makes no scenario look free of trouble', async () => {
  await spoil('GET /scenarios', 'missing-field', 'id');
  const scenarios = await scenariosWithIncompleteExecutions(
    enterprise,
    { includeResolved: true, atMost: 100 },
    errand(),
  );
  expect(scenarios.value.isComplete).toBe(false);
  await spoil('GET /dlqs', 'null-field', 'created');
  const { value } = await page(enterprise, '1004001', firstPage, errand());
  expect(value.rows[0]).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  expect(readable(value.rows).length).toBe(value.rows.length - 1);
  await spoil('GET /audit-logs/organization/{organizationId}', 'extra-field');
  const log = await admin.auditLog(enterprise, everyEntry, firstPage, errand());
  expect(readable(log.value.rows)).toHaveLength(50);
});

test('a report with a row that cannot be read has its totals, but no sums that would miss the row', async () => {
  await spoil('GET /analytics/{organizationId}', 'missing-field', 'id');
  const { value } = await admin.organizationAnalytics(enterprise, everything, errand());
  expect(value).toMatchObject({
    teams: null,
    scenarios: null,
    operationsUsed: expect.stringMatching(/^[1-9]/),
  });
  expect(value.scenarioPerformance?.[0]).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
});

test('no id leads to another endpoint', async () => {
  const before = await requests();
  for (const id of hostileIds) {
    const calls = [
      admin.auditLogEntry(enterprise, id, errand()),
      admin.incompleteExecution(enterprise, id, errand()),
      admin.incompleteExecutionBlueprint(enterprise, id, errand()),
      admin.incompleteExecutionError(enterprise, id, errand()),
      admin.executionLog(enterprise, 'x', id, errand()),
      admin.retryIncompleteExecution(enterprise, id, null, errand()),
    ];
    for (const { code } of await Promise.all(calls.map(failureOf))) {
      expect(['BAD_USER_INPUT', 'NOT_FOUND']).toContain(code);
    }
  }
  const asked = Object.entries(await requests()).filter(([name, count]) => count > (before[name] ?? 0));
  for (const [name] of asked)
    expect(name).toMatch(/\/audit-logs\/\{organizationId\}\/\{uuid\}$|^(GET|POST) \/dlqs\/\{dlqId\}/);
});
