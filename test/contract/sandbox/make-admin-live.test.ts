import { afterAll, expect, test } from 'vitest';
import { busiestScenario, openExecution, startAdmin } from './make-admin-calls.ts';
import { ask } from './requests.ts';

/** For calls that change nothing. */
const admin = await startAdmin();
const { live } = admin;
afterAll(() => admin.sandbox.close());

test('ping answers plain text to anyone', async () => {
  const { status, text, headers } = await ask(`${admin.sandbox.origins.makeLive}/api/v2/ping`);
  expect([status, text]).toEqual([200, 'OK']);
  expect(headers.get('content-type')).toMatch('text/plain');
});

test('a token tells whose it is and what it may do', async () => {
  const { json } = await live('/users/me');
  expect(json.authUser).toMatchObject({
    id: 100401,
    language: 'en',
    timezone: 'America/New_York',
    tfaStatus: null,
  });
  const readOnly = await live('/users/me/current-authorization', { token: [1004, 3] });
  expect(readOnly.json.authorization.authUsed).toBe('token');
  expect(readOnly.json.authorization.scope).toContain('dlqs:read');
  expect(readOnly.json.authorization.scope).not.toContain('dlqs:write');
});

test('organizations are listed with usual or asked columns, and echo their paging', async () => {
  const { json } = await live('/organizations', { token: [0] });
  expect(json.organizations).toHaveLength(20);
  expect(json.organizations[0]).toEqual({
    id: 1001,
    name: 'Acorn Logistics',
    timezoneId: 72,
    zone: 'us1.make.com',
  });
  expect(json.pg).toEqual({
    sortBy: 'name',
    sortDir: 'asc',
    limit: 10_000,
    offset: 0,
    returnTotalCount: false,
  });
  const paged = await live(
    '/organizations?cols[]=id&cols[]=teams&pg[limit]=1&pg[offset]=1&zone=eu1.make.com',
    {
      token: [0],
    },
  );
  expect(paged.json.organizations).toEqual([{ id: 1002, teams: expect.any(Array) }]);
  expect((await live('/organizations?cols[]=secrets')).json.detail).toMatch(
    /^cols: secrets is not one of id, name/,
  );
});

test('teams have their usual columns, and counters when all are asked for', async () => {
  const { json } = await live('/teams?organizationId=1004');
  expect(json.teams[0]).toEqual({
    id: 10045,
    name: 'Data',
    organizationId: 1004,
    globalAgentsEnabled: false,
  });
  const { team } = (await live('/teams/10041?cols[]=*')).json;
  expect(team).toMatchObject({
    operations: expect.stringMatching(/^\d+$/),
    consumedOperations: expect.any(Number),
    transferLimit: expect.stringMatching(/^\d+$/),
  });
  expect((await live('/teams')).json.detail).toBe("Missing required parameter 'organizationId'");
  expect((await live('/teams/10041', { token: [1001] })).status).toBe(403);
  expect((await live('/teams/1')).status).toBe(404);
});

test('usage is a row per day of the last thirty, dated day first, and teams add up to the organization', async () => {
  const days = async (path: string) => (await live(`${path}/usage`)).json.data;
  const organization = await days('/organizations/1004');
  expect(organization).toHaveLength(30);
  expect(organization.at(-1)).toEqual({
    date: '05-03-2026',
    operations: expect.any(Number),
    dataTransfer: expect.any(Number),
    centicredits: expect.any(Number),
  });
  const teams = await Promise.all([1, 2, 3, 4, 5].map((team) => days(`/teams/1004${team}`)));
  const sum = teams.reduce((total, of) => total + of.at(-1).operations, 0);
  expect(sum).toBe(organization.at(-1).operations);
});

test('scenarios are listed by a team or an organization, never both', async () => {
  const { json } = await live('/scenarios?organizationId=1004');
  expect(json.scenarios).toHaveLength(14);
  expect(json.pg).toMatchObject({ sortBy: 'proprietal', sortDir: 'desc', limit: 500 });
  const [first] = json.scenarios;
  const ofTeam = await live(`/scenarios?teamId=${first.teamId}&cols[]=id&cols[]=dlqCount&cols[]=allDlqCount`);
  expect(ofTeam.json.scenarios[0]).toEqual({
    id: first.id,
    dlqCount: first.dlqCount,
    allDlqCount: first.allDlqCount,
  });
  expect((await live('/scenarios?teamId=10041&organizationId=1004')).json.detail).toMatch(
    'cannot be used together',
  );
  expect((await live('/scenarios')).json).toMatchObject({
    code: 'SC400',
    detail: expect.stringMatching(/^Missing/),
  });
  expect((await live(`/scenarios/${first.id}`)).json.scenario).toEqual(first);
});

interface LogRow {
  readonly type: string;
  readonly timestamp: string;
  readonly status?: number;
  readonly operations?: number;
}

const logOf = async (scenario: number, query = ''): Promise<readonly LogRow[]> =>
  (await live(`/scenarios/${scenario}/logs?pg[limit]=10000${query}`)).json.scenarioLogs;

test('a scenario’s log mixes executions with what people did to it, newest first', async () => {
  const logs = await Promise.all([1, 2, 3, 4].map((scenario) => logOf(1_004_000 + scenario)));
  const edits = logs.flat().filter(({ type }) => type !== 'auto');
  expect(new Set(edits.map(({ type }) => type))).toEqual(new Set(['start', 'stop', 'modify']));
  for (const edit of edits) expect(edit).not.toHaveProperty('status');
  for (const rows of logs) {
    const times = rows.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted().reverse());
  }
});

test('a scenario’s log is narrowed by status and time, and agrees with its usage', async () => {
  const span = `&from=${Date.parse('2026-03-01')}&to=${Date.parse('2026-03-02') - 1}`;
  const day = await logOf(busiestScenario, span);
  const failed = await logOf(busiestScenario, `${span}&status=3`);
  expect(failed).toEqual(day.filter(({ status }) => status === 3));
  expect(day.length).toBeGreaterThan(10);
  for (const { timestamp } of day) expect(timestamp).toMatch(/^2026-03-01/);
  const operations = day.reduce((sum, row) => sum + (row.operations ?? 0), 0);
  const usage = (await live(`/scenarios/${busiestScenario}/usage`)).json.data;
  const counted = usage.find(({ date }: { date: string }) => date === '01-03-2026').operations;
  const ofRetries = counted - operations;
  expect(ofRetries).toBeGreaterThanOrEqual(0);
  expect(ofRetries).toBeLessThan(100);
});

test('an execution is found by its id, as a row and as a result', async () => {
  const log = `/scenarios/${busiestScenario}/logs`;
  const [failed] = (await live(`${log}?status=3&pg[limit]=1`)).json.scenarioLogs;
  const [passed] = (await live(`${log}?status=1&pg[limit]=1`)).json.scenarioLogs;
  expect((await live(`${log}/${failed.id}`)).json.scenarioLog).toMatchObject({
    ...failed,
    isReplayable: true,
  });
  const result = `/scenarios/${busiestScenario}/executions`;
  expect((await live(`${result}/${failed.id}`)).json).toEqual({
    status: 'ERROR',
    error: { ...failed.error, causeModule: { name: expect.any(String), appName: expect.any(String) } },
  });
  expect((await live(`${result}/${passed.id}`)).json).toEqual({
    status: 'SUCCESS',
    outputs: expect.any(Object),
  });
  expect((await live(`${result}/${passed.id}?maxBytes=3`)).status).toBe(413);
  expect((await live(`${result}/${'0'.repeat(32)}`)).status).toBe(404);
});

test('incomplete executions are listed by scenario; the list and the detail differ', async () => {
  const missing = await live('/dlqs');
  expect(missing.json).toMatchObject({ code: 'SC400', detail: 'Missing required parameter scenarioId' });
  const { json } = await live(`/dlqs?scenarioId=${busiestScenario}&pg[limit]=2&pg[offset]=1`);
  expect(json.pg).toEqual({ sortBy: '', sortDir: 'asc', limit: 2, offset: 1, returnTotalCount: false });
  const [row] = json.dlqs;
  expect(row).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    reason: expect.any(String),
    created: expect.any(String),
    size: expect.any(Number),
    resolved: expect.any(Boolean),
    retry: false,
    attempts: expect.any(Number),
  });
  const { reason, ...shared } = row;
  expect((await live(`/dlqs/${row.id}`)).json.dlq).toEqual({
    ...shared,
    scenarioId: busiestScenario,
    scenarioName: 'Support tickets triage',
    companyId: 10041,
    companyName: 'Platform',
    deleted: false,
    index: 1,
    executionId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  const blueprint = await live(`/dlqs/${row.id}/blueprint`);
  expect(blueprint.json).toMatchObject({ code: 'OK', response: { company: 10041, idSequence: 12, reason } });
  const bundle = await live(`/dlqs/${row.id}/bundle`);
  expect(Object.values(bundle.json.response)).toEqual([
    { error: { type: expect.any(String), message: reason } },
  ]);
});

test('a blueprint is sent as a string and makes the retry succeed, which has a row of its own', async () => {
  await using own = await startAdmin();
  const id = openExecution(own.sandbox, 'DataError');
  const blueprint = { name: 'Mended', flow: [{ id: 1, module: 'json:ParseJSON' }] };
  const patch = (body: unknown) => own.live(`/dlqs/${id}`, { method: 'PATCH', body });
  expect((await patch({ blueprint })).json.detail).toBe('blueprint: must be a string');
  expect((await patch({ blueprint: '{' })).json.detail).toBe('blueprint: must be a string of JSON');
  expect((await patch({ failer: 99 })).json.detail).toMatch(/^failer: must be a module from 1 to \d+$/);
  const { json } = await patch({ blueprint: JSON.stringify(blueprint), failer: 2 });
  expect(json).toEqual({ dlq: { failer: 2, blueprint } });

  expect((await own.live(`/dlqs/${id}/retry`, { method: 'POST' })).json).toEqual({ dlq: id });
  expect((await own.live(`/dlqs/${id}`)).json.dlq).toMatchObject({
    retry: true,
    resolved: false,
    attempts: 1,
  });
  const running = (await own.live(`/dlqs/${id}/logs`)).json.dlqLogs;
  expect(running.map(({ status }: { status: number }) => status)).toEqual([0, 3]);
  await own.advance('PT11S');
  expect((await own.live(`/dlqs/${id}`)).json.dlq).toMatchObject({
    retry: false,
    resolved: true,
    attempts: 1,
  });
  const [latest] = (await own.live(`/dlqs/${id}/logs?status=1`)).json.dlqLogs;
  expect(latest).toMatchObject({ type: 'manual', authorId: 100401, status: 1, operations: 2 });
  expect((await own.live(`/dlqs/${id}/logs/${latest.id}`)).json.dlqLog).toEqual(latest);
});

test('a bulk retry takes ids or all of a scenario, and leaves alone what is under way', async () => {
  await using own = await startAdmin();
  const retry = (body: unknown) => own.live(`/dlqs/retry?scenarioId=${busiestScenario}`, { body });
  const list = async (): Promise<readonly { readonly id: string; readonly resolved: boolean }[]> =>
    (await own.live(`/dlqs?scenarioId=${busiestScenario}&pg[limit]=1000`)).json.dlqs;
  const open = (await list()).filter(({ resolved }) => !resolved).map(({ id }) => id);
  const some = open.slice(0, 2);
  expect((await retry({ ids: some })).json).toEqual({ dlqs: some });
  const { json } = await retry({ all: true, exceptIds: [open[2]] });
  expect(json.dlqs).toEqual(open.slice(3));
  expect((await retry({ ids: ['0'.repeat(32)] })).status).toBe(404);
  expect((await retry({})).json.detail).toBe('ids is required');
});

test('deleting all needs a confirmation; what is being processed stays and the answer says so', async () => {
  await using own = await startAdmin();
  const path = `/dlqs?scenarioId=${busiestScenario}`;
  const remove = (body: unknown, confirmed = '') =>
    own.live(`${path}${confirmed}`, { method: 'DELETE', body });
  const list = async (): Promise<readonly string[]> =>
    (await own.live(`${path}&pg[limit]=1000`)).json.dlqs.map(({ id }: { id: string }) => id);
  const before = await list();
  const unconfirmed = await remove({ all: true });
  expect(unconfirmed.status).toBe(406);
  expect(unconfirmed.json.code).toBe('IM004');
  expect(await list()).toEqual(before);

  const [first] = before;
  expect((await remove({ ids: [first] })).json).toEqual({ dlqs: [first] });
  expect((await own.live(`/dlqs/${first}`)).status).toBe(404);

  const retried = (await own.live(`/dlqs/retry?scenarioId=${busiestScenario}`, { body: { all: true } })).json
    .dlqs;
  const { status, json } = await remove({ all: true }, '&confirmed=true');
  expect(status).toBe(200);
  expect(json.dlqs).toHaveLength(before.length - 1 - retried.length);
  expect(json.error).toMatchObject({ name: 'DlqProcessingError', message: expect.any(String) });
  expect(await list()).toEqual(retried);

  await own.advance('PT11S');
  await remove({ all: true }, '&confirmed=true');
  expect((await remove({ all: true }, '&confirmed=true')).json).toEqual({ dlqs: [] });
});
