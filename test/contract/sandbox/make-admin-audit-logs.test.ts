import { afterAll, expect, test } from 'vitest';
import { startAdmin } from './make-admin-calls.ts';

const admin = await startAdmin();
const { documented, live } = admin;
afterAll(() => admin.sandbox.close());

const members = 1;
const teamAdmins = 2;
const admins = 5;

/** ISO 8601 sorts as text. */
const newestFirst = (times: readonly string[]) => times.toSorted((one, other) => (one < other ? 1 : -1));

test('an organization lists its audit log newest first, page by page', async () => {
  const first = await documented('/audit-logs/organization/1004?limit=3');
  expect(first.json.pagination).toEqual({ total: expect.any(Number), offset: 0, limit: 3 });
  expect(first.json.pagination.total).toBeGreaterThanOrEqual(5000);
  const next = await documented('/audit-logs/organization/1004?limit=3&offset=2');
  expect(next.json.auditLogs[0]).toEqual(first.json.auditLogs[2]);
  const times = [...first.json.auditLogs, ...next.json.auditLogs.slice(1)].map(
    ({ triggeredAt }) => triggeredAt,
  );
  expect(times).toEqual(newestFirst(times));
  expect((await documented('/audit-logs/organization/1004')).json.auditLogs).toHaveLength(50);
});

test('a row has actor, target, organization and team; only the entry itself has its metadata', async () => {
  const { json } = await documented('/audit-logs/organization/1004?eventType[]=webhook_updated&limit=1');
  const [row] = json.auditLogs;
  expect(row).toEqual({
    uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    eventName: 'webhook_updated',
    triggeredAt: expect.stringMatching(/^\d{4}-.*Z$/),
    actor: { id: expect.any(Number), name: expect.any(String), email: expect.stringContaining('@') },
    target: { type: 'webhook', id: expect.any(String), name: expect.any(String) },
    organization: { id: 1004, name: 'Meridian Group' },
    team: { id: expect.any(Number), name: expect.any(String) },
  });
  const detail = await documented(`/audit-logs/${row.uuid}`);
  expect(detail.json).toEqual({ ...row, metadata: { changed: ['dataStructure'] } });
});

test('filters of events, authors, teams and dates work together', async () => {
  const query = 'eventType[]=login_success&eventType[]=login_failed&author[]=100402';
  const range = 'dateRange[from]=2025-12-01&dateRange[to]=2026-02-28';
  const { json } = await documented(`/audit-logs/organization/1004?${query}&${range}&limit=500`);
  expect(json.pagination.total).toBeGreaterThan(0);
  for (const { eventName, actor, triggeredAt } of json.auditLogs) {
    expect(eventName).toMatch(/^login_/);
    expect(actor.id).toBe(100402);
    expect(triggeredAt >= '2025-12-01' && triggeredAt < '2026-03-01').toBe(true);
  }
  const ofTeam = await documented('/audit-logs/organization/1004?team[]=10042&limit=500');
  const sameByPath = await documented('/audit-logs/team/10042?limit=500');
  expect(ofTeam.json).toEqual(sameByPath.json);
  expect(new Set(ofTeam.json.auditLogs.map(({ team }: { team: { id: number } }) => team.id))).toEqual(
    new Set([10042]),
  );
});

test('a date or a page that is wrong is refused with what is accepted', async () => {
  const date = await documented('/audit-logs/organization/1004?dateRange[from]=yesterday');
  expect(date.status).toBe(400);
  expect(date.json).toEqual({
    error: 400,
    code: 'invalid_request',
    message: expect.any(String),
    details: { field: 'dateRange[from]', reason: 'must be an ISO 8601 date' },
  });
  expect((await documented('/audit-logs/organization/1004?limit=501')).json.details.field).toBe('limit');
  const reversed = 'dateRange[from]=2026-02-01&dateRange[to]=2026-01-01';
  expect((await documented(`/audit-logs/organization/1004?${reversed}`)).status).toBe(400);
});

test('what can be filtered by is told for organizations and for teams', async () => {
  const { json } = await documented('/audit-logs/organization/1004/filters');
  expect(json.users).toHaveLength(24);
  expect(json.teams).toHaveLength(5);
  expect(json.events).toContainEqual({
    header: 'Webhooks',
    items: [
      { label: 'Webhook created', value: 'webhook_created' },
      { label: 'Webhook updated', value: 'webhook_updated' },
      { label: 'Webhook disabled', value: 'webhook_disabled' },
    ],
  });
  const team = await documented('/audit-logs/team/10041/filters');
  expect(Object.keys(team.json)).toEqual(['users', 'events']);
  expect(team.json.users.length).toBeLessThan(24);
});

test('roles decide: owners and administrators all of it, the team administrator the team, members none', async () => {
  const statusOf = async (path: string, kind: number) =>
    (await documented(path, { token: [1004, kind] })).status;
  expect(await statusOf('/audit-logs/organization/1004', admins)).toBe(200);
  expect(await statusOf('/audit-logs/organization/1004', teamAdmins)).toBe(403);
  expect(await statusOf('/audit-logs/organization/1004/filters', members)).toBe(403);
  expect(await statusOf('/audit-logs/team/10041', teamAdmins)).toBe(200);
  expect(await statusOf('/audit-logs/team/10041/filters', teamAdmins)).toBe(200);
  expect(await statusOf('/audit-logs/team/10042', teamAdmins)).toBe(403);
  expect(await statusOf('/audit-logs/team/10041', members)).toBe(403);
  const entry = (await documented('/audit-logs/organization/1004?eventType=login_success&limit=1')).json
    .auditLogs[0];
  expect(await statusOf(`/audit-logs/${entry.uuid}`, teamAdmins)).toBe(403);
});

test('an entry or a team of another organization is refused, an unknown one not found', async () => {
  const token = [1001] as const;
  const entry = (await documented('/audit-logs/organization/1004?limit=1')).json.auditLogs[0];
  expect((await documented(`/audit-logs/${entry.uuid}`, { token })).status).toBe(403);
  expect((await documented('/audit-logs/team/10041', { token })).status).toBe(403);
  expect((await documented('/audit-logs/team/99999')).status).toBe(404);
  const unknown = await documented('/audit-logs/00000000-0000-4000-8000-00000000000f');
  expect(unknown.json).toMatchObject({ error: 404, code: 'audit_log_not_found' });
});

test('stories are consistent: nothing is activated before it was created, nobody gets a role before an invitation', async () => {
  const log = admin.sandbox.world.makeAdmin.auditLogs.get(1004) ?? [];
  const firstOf = (eventName: string, id: string) =>
    log.findIndex((entry) => entry.eventName === eventName && entry.target?.id === id);
  for (const { eventName, target } of log) {
    const earlier = { scenario_activated: 'scenario_created', user_role_changed: 'user_invited' }[eventName];
    if (earlier === undefined || target === null) continue;
    const began = firstOf(earlier, target.id);
    expect(began).toBeGreaterThanOrEqual(0);
    expect(began).toBeLessThan(firstOf(eventName, target.id));
  }
});

test('entries go on as days pass, and none of the old ones change', async () => {
  await using own = await startAdmin();
  const list = async () => (await own.documented('/audit-logs/organization/1004?limit=500')).json;
  const before = await list();
  await own.advance('P3D');
  const after = await list();
  const added = after.pagination.total - before.pagination.total;
  expect(added).toBeGreaterThan(5);
  expect(after.auditLogs.slice(added)).toEqual(before.auditLogs.slice(0, 500 - added));
});

test('added entries and failed logins are in the log at once', async () => {
  await using own = await startAdmin();
  const { added } = await own.change({ organization: 1002, add: { auditEntries: 3, failedLogins: 4 } });
  const { json } = await own.documented('/audit-logs/organization/1002?limit=7', { token: [1002] });
  const uuids = json.auditLogs.map(({ uuid }: { uuid: string }) => uuid).reverse();
  expect(uuids).toEqual([...added.auditEntries, ...added.failedLogins].map(({ uuid }) => uuid));
  expect(json.auditLogs.slice(0, 4).map(({ eventName }: { eventName: string }) => eventName)).toEqual(
    Array.from({ length: 4 }, () => 'login_failed'),
  );
  const detail = await own.documented(`/audit-logs/${added.failedLogins[0].uuid}`, { token: [1002] });
  expect(detail.json.metadata).toMatchObject({ ip: added.failedLogins[0].ip, reason: 'wrong_password' });
});

test('live pages by pg, filters by event, date, author and team, and keeps a year', async () => {
  const paged = await live(
    '/audit-logs/organization/1004?pg[limit]=2&pg[offset]=1&pg[returnTotalCount]=true',
  );
  expect(paged.json.pg).toEqual({
    sortBy: 'triggeredAt',
    sortDir: 'desc',
    limit: 2,
    offset: 1,
    returnTotalCount: true,
    totalCount: expect.any(Number),
  });
  const documentedTotal = (await documented('/audit-logs/organization/1004')).json.pagination.total;
  expect(paged.json.pg.totalCount).toBeLessThan(documentedTotal);
  expect((await live('/audit-logs/organization/1004')).json.auditLogs).toHaveLength(100);

  const query = 'event[0]=scenario_activated&dateFrom=2026-01-01&dateTo=2026-02-28';
  const { json } = await live(`/audit-logs/organization/1004?${query}`);
  expect(json.auditLogs[0]).toEqual({
    uuid: expect.any(String),
    createdAt: expect.stringMatching(/^2026-0[12]-\d\dT[\d:]{8}Z$/),
    triggeredAt: json.auditLogs[0].createdAt,
    organizationId: 1004,
    organization: { id: 1004, name: 'Meridian Group' },
    eventName: 'scenario_activated',
    team: { id: expect.any(Number), name: expect.any(String) },
    actor: { id: expect.any(Number), name: expect.any(String), email: expect.any(String) },
    targetId: expect.stringMatching(/^1004\d{3}$/),
    version: { from: false, to: true },
  });
  const name = json.auditLogs[0].actor.name;
  const byName = await live(`/audit-logs/organization/1004?author=${encodeURIComponent(name)}&team=Platform`);
  for (const { actor, team } of byName.json.auditLogs) {
    expect([actor.name, team.name]).toEqual([name, 'Platform']);
  }
  const sorted = await live('/audit-logs/organization/1004?pg[sortBy]=eventName&pg[sortDir]=asc&pg[limit]=1');
  expect(sorted.json.auditLogs[0].eventName).toBe('connection_created');
});

test('live gives the bare entry with its details under the organization, and nothing under another', async () => {
  const { json } = await live('/audit-logs/team/10041?event=webhook_updated&pg[limit]=1');
  const [row] = json.auditLogs;
  const detail = await live(`/audit-logs/1004/${row.uuid}`);
  expect(detail.json).toEqual({
    ...row,
    details: { changed: ['dataStructure'], target: expect.any(Object) },
  });
  expect((await live(`/audit-logs/1009/${row.uuid}`, { token: [1009] })).status).toBe(404);
  expect((await live('/audit-logs/team/10041/filters')).json.events).not.toHaveLength(0);
  expect((await live('/audit-logs/organization/1004/filters')).json.teams).toHaveLength(5);
});

test('live has audit logs on Enterprise alone, and then by role', async () => {
  const { status, json } = await live('/audit-logs/organization/1001', { token: [1001] });
  expect(status).toBe(402);
  expect(json).toMatchObject({
    code: 'SC402',
    detail: expect.stringMatching(/^There was an error while gener/),
  });
  expect((await live('/audit-logs/team/10011', { token: [1001] })).status).toBe(402);
  expect((await live('/audit-logs/organization/1004', { token: [1004, members] })).json.code).toBe('SC403');
});
