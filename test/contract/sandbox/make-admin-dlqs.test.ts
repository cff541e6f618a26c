import { afterAll, expect, test } from 'vitest';
import { busiestScenario, openExecution, startAdmin } from './make-admin-calls.ts';

/** For calls that change nothing. */
const admin = await startAdmin();
const { documented } = admin;
afterAll(() => admin.sandbox.close());

interface Row {
  readonly dlqId: string;
  readonly scenarioId: string;
  readonly status: string;
  readonly createdAt: string;
  readonly error: { readonly code: string };
}

test('the list has every incomplete execution of the organization, newest first', async () => {
  const { json } = await documented('/dlqs?limit=500');
  expect(json.pagination.total).toBeGreaterThanOrEqual(300);
  const rows: Row[] = json.dlqs;
  expect(rows).toHaveLength(json.pagination.total);
  expect(rows.map(({ createdAt }) => createdAt)).toEqual(
    rows
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .reverse(),
  );
  expect(new Set(rows.map(({ scenarioId }) => scenarioId)).size).toBeGreaterThan(5);
  expect(new Set(rows.map(({ error }) => error.code)).size).toBeGreaterThan(5);
  expect(new Set(rows.map(({ status }) => status))).toEqual(
    new Set(['pending', 'failed', 'resolved', 'cancelled']),
  );
});

test('an incomplete execution has everything that the document gives it', async () => {
  const [row] = (await documented('/dlqs?status[]=failed&limit=1')).json.dlqs;
  const { json } = await documented(`/dlqs/${row.dlqId}`);
  expect(json).toEqual(row);
  expect(json).toEqual({
    dlqId: expect.stringMatching(/^[0-9a-f]{32}$/),
    scenarioId: expect.stringMatching(/^1004\d{3}$/),
    executionId: expect.stringMatching(/^[0-9a-f]{32}$/),
    status: 'failed',
    error: {
      message: expect.any(String),
      code: expect.stringMatching(/Error$/),
      module: { id: expect.any(String), name: expect.stringContaining(':'), position: expect.any(Number) },
      timestamp: json.createdAt,
    },
    blueprint: expect.objectContaining({ name: expect.any(String), flow: expect.any(Array) }),
    retryCount: expect.any(Number),
    lastRetryAt: expect.any(String),
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  expect(json.blueprint.flow.length).toBeGreaterThanOrEqual(10);
  expect(json.retryCount).toBeGreaterThan(0);
});

test('the list is filtered by scenario, status, error type and date', async () => {
  const query = `scenarioId=${busiestScenario}&status[]=pending&status[]=failed&errorTypes[]=ModuleTimeoutError`;
  const range = 'dateRange[from]=2026-01-15T00:00:00Z&dateRange[to]=2026-02-15';
  const { json } = await documented(`/dlqs?${query}&${range}&limit=500`);
  expect(json.dlqs.length).toBeGreaterThan(0);
  for (const row of json.dlqs) {
    expect(row.scenarioId).toBe(String(busiestScenario));
    expect(row.error.code).toBe('ModuleTimeoutError');
    expect(row.status).toMatch(/^(pending|failed)$/);
    expect(row.createdAt >= '2026-01-15' && row.createdAt < '2026-02-16').toBe(true);
  }
  const wrong = await documented('/dlqs?status[]=broken');
  expect(wrong.json.details).toEqual({
    field: 'status',
    reason: 'must be one of pending, failed, retrying, resolved, cancelled',
  });
  expect((await documented('/dlqs?scenarioId=1')).json.code).toBe('scenario_not_found');
});

test('a token sees its own organization alone; the free one has three', async () => {
  expect((await documented('/dlqs', { token: [1005] })).json.pagination.total).toBe(3);
  const [row] = (await documented('/dlqs?limit=1')).json.dlqs;
  expect((await documented(`/dlqs/${row.dlqId}`, { token: [1001] })).status).toBe(403);
  expect((await documented(`/dlqs?scenarioId=${row.scenarioId}`, { token: [1001] })).status).toBe(403);
  expect((await documented(`/dlqs/${'0'.repeat(32)}`)).json.code).toBe('execution_not_found');
});

test('the log tells what ran, what failed and what was done about it', async () => {
  const [row] = (await documented('/dlqs?status[]=cancelled&limit=1')).json.dlqs;
  const { json } = await documented(`/dlqs/${row.dlqId}/logs`);
  expect(json.pagination.total).toBe(json.logs.length);
  expect(json.logs[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    dlqId: row.dlqId,
    timestamp: expect.any(String),
    status: 'info',
    message: 'Execution started',
    data: { executionId: row.executionId },
  });
  const failure = json.logs.find(({ status }: { status: string }) => status === 'error');
  expect(failure).toMatchObject({ message: row.error.message, moduleId: row.error.module.id });
  expect(json.logs.at(-1).message).toMatch(/^Cancelled: /);
  for (const log of json.logs) {
    expect((await documented(`/dlqs/${row.dlqId}/logs/${log.id}`)).json).toEqual(log);
  }
  expect((await documented(`/dlqs/${row.dlqId}/logs/none`)).json.code).toBe('log_not_found');
});

test('a retry runs for seconds and then resolves what was passing trouble', async () => {
  await using own = await startAdmin();
  const outcomes: string[] = [];
  const { added } = await own.change({ organization: 1004, add: { incompleteExecutions: 40 } });
  const ids: string[] = added.incompleteExecutions
    .filter(({ errorType }: { errorType: string }) => errorType === 'RateLimitError')
    .map(({ dlqId }: { dlqId: string }) => dlqId);
  for (const id of ids) {
    const { status, json } = await own.documented(`/dlqs/${id}/retry`, { method: 'POST' });
    expect(status).toBe(202);
    expect(json).toMatchObject({ dlqId: id, status: 'retrying', retryCount: 1 });
  }
  await own.advance('PT1S');
  expect((await own.documented(`/dlqs/${ids[0]}`)).json.status).toBe('retrying');
  await own.advance('PT10S');
  for (const id of ids) outcomes.push((await own.documented(`/dlqs/${id}`)).json.status);
  const resolved = outcomes.filter((status) => status === 'resolved').length;
  expect(resolved).toBeGreaterThan(ids.length / 2);
  const { json } = await own.documented(`/dlqs/${ids[0]}/logs`);
  expect(json.logs.map(({ message }: { message: string }) => message)).toContain('Retry 1 started');
});

test('wrong data fails again until the blueprint is changed', async () => {
  await using own = await startAdmin();
  const id = openExecution(own.sandbox, 'DataError');
  const retry = async () => {
    await own.documented(`/dlqs/${id}/retry`, { method: 'POST' });
    await own.advance('PT11S');
    return (await own.documented(`/dlqs/${id}`)).json;
  };
  expect(await retry()).toMatchObject({ status: 'failed', retryCount: 1 });
  expect(await retry()).toMatchObject({ status: 'failed', retryCount: 2 });
  const blueprint = { name: 'Mended', flow: [{ id: 1, module: 'json:ParseJSON' }] };
  const changed = await own.documented(`/dlqs/${id}`, { method: 'PATCH', body: { blueprint } });
  expect(changed.json).toMatchObject({ status: 'failed', blueprint });
  expect(await retry()).toMatchObject({ status: 'resolved', retryCount: 3, blueprint });
  const log = (await own.documented('/audit-logs/organization/1004?limit=2')).json.auditLogs;
  expect(log.map(({ eventName }: { eventName: string }) => eventName)).toEqual([
    'incomplete_execution_retried',
    'incomplete_execution_updated',
  ]);
});

test('a retry with modifications runs the changed blueprint', async () => {
  await using own = await startAdmin();
  const id = openExecution(own.sandbox, 'InvalidAccessTokenError');
  const body = { modifications: { name: 'With another connection' } };
  const { json } = await own.documented(`/dlqs/${id}/retry`, { body });
  expect(json.blueprint).toMatchObject({ name: 'With another connection', flow: expect.any(Array) });
  await own.advance('PT11S');
  expect((await own.documented(`/dlqs/${id}`)).json.status).toBe('resolved');
});

test('what is being retried or done with cannot be retried, changed or cancelled', async () => {
  await using own = await startAdmin();
  const id = openExecution(own.sandbox, 'DuplicateDataError');
  await own.documented(`/dlqs/${id}/retry`, { method: 'POST' });
  const again = await own.documented(`/dlqs/${id}/retry`, { method: 'POST' });
  expect(again.status).toBe(409);
  expect(again.json.code).toBe('execution_retrying');
  await own.advance('PT11S');
  const cancelled = await own.documented(`/dlqs/${id}`, {
    method: 'PATCH',
    body: { status: 'cancelled', reason: 'Booked by hand' },
  });
  expect(cancelled.json.status).toBe('cancelled');
  const late = await own.documented(`/dlqs/${id}`, { method: 'PATCH', body: { status: 'cancelled' } });
  expect(late.json).toMatchObject({ error: 409, code: 'execution_closed' });
  const { json } = await own.documented(`/dlqs/${id}/logs`);
  expect(json.logs.at(-1).message).toBe('Cancelled: Booked by hand');
});

test('a change that says nothing, or something else, is refused', async () => {
  const id = openExecution(admin.sandbox, 'DataError');
  const change = async (body: unknown) => (await documented(`/dlqs/${id}`, { method: 'PATCH', body })).json;
  expect(await change({})).toMatchObject({ code: 'missing_required_fields' });
  expect(await change({ status: 'resolved' })).toMatchObject({
    details: { field: 'status', reason: 'must be one of cancelled' },
  });
  expect(await change({ blueprint: '{}' })).toMatchObject({ details: { field: 'blueprint' } });
  expect(await change({ blueprint: { flow: [] } })).toMatchObject({ details: { field: 'blueprint' } });
});

test('a bulk retry takes the open ones of a scenario that match', async () => {
  await using own = await startAdmin();
  const list = async (query: string) =>
    (await own.documented(`/dlqs?scenarioId=${busiestScenario}&limit=500&${query}`)).json.dlqs;
  const open = await list('errorTypes[]=RateLimitError&status[]=pending&status[]=failed');
  const body = { scenarioId: String(busiestScenario), errorTypes: ['RateLimitError'] };
  const { status, json } = await own.documented('/dlqs/retry', { body });
  expect(status).toBe(202);
  expect(json).toEqual({
    scenarioId: String(busiestScenario),
    retried: open.map(({ dlqId }: Row) => dlqId).reverse(),
    count: open.length,
  });
  expect(await list('status[]=retrying')).toHaveLength(open.length);
  const dated = {
    ...body,
    errorTypes: ['ModuleTimeoutError'],
    dateRange: { from: '2026-02-20', to: '2026-02-28' },
  };
  const after = await own.documented('/dlqs/retry', { body: dated });
  const all = await list('errorTypes[]=ModuleTimeoutError&status[]=retrying');
  expect(all).toHaveLength(after.json.count);
  for (const { createdAt } of all) expect(createdAt >= '2026-02-20' && createdAt < '2026-03-01').toBe(true);
  expect((await own.documented('/dlqs/retry', { body: {} })).json.details.field).toBe('scenarioId');
});

test('deletion asks for a confirmation that says how many, and deleted ones are gone', async () => {
  await using own = await startAdmin();
  const scenarioId = String(busiestScenario);
  const list = async (): Promise<readonly Row[]> =>
    (await own.documented(`/dlqs?scenarioId=${scenarioId}&limit=500`)).json.dlqs;
  const before = await list();
  const olderThan = '2026-02-15T00:00:00Z';
  const old = before.filter(({ createdAt }) => createdAt < olderThan);
  const remove = (body: unknown) => own.documented('/dlqs', { method: 'DELETE', body });

  const unconfirmed = await remove({ scenarioId, olderThan });
  expect(unconfirmed.status).toBe(400);
  expect(unconfirmed.json.code).toBe('confirmation_required');
  expect(unconfirmed.json.message).toContain(`delete ${old.length} incomplete executions`);
  expect(await list()).toEqual(before);

  const confirmed = await remove({ scenarioId, olderThan, confirmed: true });
  expect(confirmed.json).toEqual({
    scenarioId,
    deleted: old.map(({ dlqId }) => dlqId).reverse(),
    count: old.length,
  });
  expect(await list()).toEqual(before.slice(0, before.length - old.length));
  expect((await own.documented(`/dlqs/${old[0]?.dlqId}`)).status).toBe(404);

  await own.documented('/dlqs/retry', { body: { scenarioId } });
  const busy = await remove({ scenarioId, confirmed: true });
  expect(busy.json).toMatchObject({ error: 409, code: 'execution_retrying' });
  expect(await list()).toHaveLength(before.length - old.length);
});

test('new ones come as days pass', async () => {
  await using own = await startAdmin();
  const total = async () => (await own.documented('/dlqs?limit=1')).json.pagination.total;
  const before = await total();
  await own.advance('P7D');
  expect(await total()).toBeGreaterThan(before + 20);
});
