import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createMakeAdmin, type MakeAdmin } from '../../../src/datasources/make-admin/make-admin.ts';
import { readable } from '../../../src/datasources/read.ts';
import { failureOf, startTestSource } from '../../kit/datasource.ts';
import { anyExecution, everyEntry, type Wire } from './make-admin-wishes.ts';

const firstPage = { offset: 0, limit: 50 };
const blueprint = { name: 'Mended', flow: [{ id: 1, module: 'http:ActionSendData' }] };

/** A source with some new incomplete executions, all open, and the scenario that has most of them. */
async function startWithOpen(dialect: 'documented' | 'live') {
  const source = await startTestSource('make-admin', dialect);
  const admin = createMakeAdmin(source.upstream, dialect);
  const organization = source.organization(1004);
  const { added } = await source.control('world', { organization: 1004, add: { incompleteExecutions: 30 } });
  const made: Wire[] = added.incompleteExecutions;
  const scenarioId = String(made[0].scenarioId);
  const own = made.filter((each) => String(each.scenarioId) === scenarioId).map(({ dlqId }) => String(dlqId));
  return { ...source, admin, organization, organizationOf: source.organization, scenarioId, own, made };
}

async function listOf(
  admin: MakeAdmin,
  { organization, scenarioId, errand }: Awaited<ReturnType<typeof startWithOpen>>,
) {
  const { incompleteExecutions: lists } = admin;
  const slice = { offset: 0, limit: 500 };
  const { value } =
    lists.listedBy === 'scenario'
      ? await lists.page(organization, scenarioId, slice, errand())
      : await lists.page(organization, { ...anyExecution, scenarioId }, slice, errand());
  return readable(value.rows);
}

test.each(['documented', 'live'] as const)(
  '%s: a retry is accepted and shows in every later read',
  async (dialect) => {
    await using source = await startWithOpen(dialect);
    const { admin, organization, own, errand } = source;
    const [id = ''] = own;
    const countEntries = async () =>
      (await admin.auditLog(organization, everyEntry, firstPage, errand())).value.total;
    const before = await countEntries();
    await listOf(admin, source);
    expect((await admin.incompleteExecution(organization, id, errand())).value.status).toBe('PENDING');

    const { value } = await admin.retryIncompleteExecution(organization, id, null, errand());
    expect(value.id).toBe(id);
    if (dialect === 'documented')
      expect(value.execution).toMatchObject({ status: 'RETRYING', retryCount: 1 });
    else expect(value.execution).toBeNull();
    expect((await admin.incompleteExecution(organization, id, errand())).value).toMatchObject({
      status: 'RETRYING',
      retryCount: 1,
    });
    expect((await listOf(admin, source)).find((row) => row.id === id)?.status).toBe('RETRYING');
    expect(await countEntries()).toBe(before! + 1);
    expect((await failureOf(admin.retryIncompleteExecution(organization, id, null, errand()))).code).toBe(
      'CONFLICT',
    );
  },
);

test.each(['documented', 'live'] as const)(
  '%s: a blueprint is updated, as a whole or in parts with a retry',
  async (dialect) => {
    await using source = await startWithOpen(dialect);
    const { admin, organization, own, errand } = source;
    const [first = '', second = ''] = own;
    await admin.incompleteExecutionBlueprint(organization, first, errand());
    const { value } = await admin.updateBlueprint(organization, first, blueprint, errand());
    expect(value.id).toBe(first);
    const read = await admin.incompleteExecutionBlueprint(organization, first, errand());
    expect(read.value).toEqual(blueprint);

    const present = await admin.incompleteExecutionBlueprint(organization, second, errand());
    await admin.retryIncompleteExecution(organization, second, { name: 'Renamed' }, errand());
    const renamed = await admin.incompleteExecutionBlueprint(organization, second, errand());
    expect(renamed.value).toEqual({ ...present.value, name: 'Renamed' });
    const wrong = await failureOf(admin.updateBlueprint(organization, first, { flow: [] }, errand()));
    expect(wrong.code).toBe('BAD_USER_INPUT');
  },
);

test.each(['documented', 'live'] as const)(
  '%s: many are retried by time and kind of error',
  async (dialect) => {
    await using source = await startWithOpen(dialect);
    const { admin, organization, scenarioId, own, made, errand, sandbox } = source;
    const { errorType } = made.find(({ dlqId }) => dlqId === own[0]);
    const from = new Date('2026-11-15T10:00:00Z');
    const expected = own.filter(
      (id) => sandbox.world.makeAdmin.incompleteExecutions.get(id)?.errorType === errorType,
    );
    const selection = { scenarioId, errorTypes: [errorType], from, to: null };
    const { value } = await admin.retryIncompleteExecutions(organization, selection, errand());
    expect(new Set(value)).toEqual(new Set(expected));
    const rows = await listOf(admin, source);
    for (const id of expected) expect(rows.find((row) => row.id === id)?.status).toBe('RETRYING');

    const none = { scenarioId, errorTypes: [], from: null, to: new Date('2020-01-01T00:00:00Z') };
    expect((await admin.retryIncompleteExecutions(organization, none, errand())).value).toEqual([]);
    const rest = { scenarioId, errorTypes: [], from: null, to: null };
    const all = await admin.retryIncompleteExecutions(organization, rest, errand());
    expect(own.filter((id) => !expected.includes(id)).every((id) => all.value.includes(id))).toBe(true);
  },
);

test.each(['documented', 'live'] as const)(
  '%s: deleting asks for a confirmation, and leaves what is newer',
  async (dialect) => {
    await using source = await startWithOpen(dialect);
    const { admin, organization, scenarioId, own, errand } = source;
    const before = await listOf(admin, source);
    for (const olderThan of [null, new Date('2026-11-15T10:00:00Z')]) {
      const order = { scenarioId, isConfirmed: false, olderThan };
      const failure = await failureOf(admin.deleteIncompleteExecutions(organization, order, errand()));
      expect(failure.code).toBe('CONFIRMATION_REQUIRED');
      const count = before.length - (olderThan === null ? 0 : own.length);
      expect(JSON.stringify(failure.details.faults)).toContain(` ${count} incomplete executions`);
    }
    expect(await listOf(admin, source)).toHaveLength(before.length);

    const older = { scenarioId, isConfirmed: true, olderThan: new Date('2026-11-15T10:00:00Z') };
    const { value } = await admin.deleteIncompleteExecutions(organization, older, errand());
    expect(value).toMatchObject({ isPartial: false });
    expect(value.ids).toHaveLength(before.length - own.length);
    expect(new Set((await listOf(admin, source)).map(({ id }) => id))).toEqual(new Set(own));
    expect((await failureOf(admin.incompleteExecution(organization, value.ids[0]!, errand()))).code).toBe(
      'NOT_FOUND',
    );

    const all = { scenarioId, isConfirmed: true, olderThan: null };
    const rest = await admin.deleteIncompleteExecutions(organization, all, errand());
    expect(new Set(rest.value.ids)).toEqual(new Set(own));
    expect(await listOf(admin, source)).toEqual([]);
  },
);

test('what is being retried is not deleted: documented nothing is, live the others are', async () => {
  await using documented = await startWithOpen('documented');
  const order = { isConfirmed: true, olderThan: null };
  const { admin, organization, own, errand } = documented;
  await admin.retryIncompleteExecution(organization, own[0]!, null, errand());
  const refused = admin.deleteIncompleteExecutions(
    organization,
    { ...order, scenarioId: documented.scenarioId },
    errand(),
  );
  expect((await failureOf(refused)).code).toBe('CONFLICT');

  await using live = await startWithOpen('live');
  await live.admin.retryIncompleteExecution(live.organization, live.own[0]!, null, live.errand());
  const { value } = await live.admin.deleteIncompleteExecutions(
    live.organization,
    { ...order, scenarioId: live.scenarioId },
    live.errand(),
  );
  expect(value.isPartial).toBe(true);
  expect(value.ids).not.toContain(live.own[0]);
  expect((await listOf(live.admin, live)).map(({ id }) => id)).toEqual([live.own[0]]);
});

/** Stands before Make, and tells a delete that was done in part with a 400: all of it, or what was left over alone. */
async function startTeller(
  origin: string,
  tells: 'which' | 'that',
): Promise<AsyncDisposable & { url: string }> {
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
    const answer = await fetch(`${origin}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization, 'content-type': type },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const body: Wire = await answer.json();
    const said =
      tells === 'which' ? body : { message: 'Bad Request', code: 'SC400', detail: body.error?.message };
    response.writeHead(body.error ? 400 : answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body.error ? said : body));
  };
  const server = createServer((request, response) => void pass(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  return { url: `http://127.0.0.1:${port}/api/v2`, [Symbol.asyncDispose]: close };
}

test.each([
  ['which', null],
  ['which', new Date('2030-01-01T00:00:00Z')],
  ['that', new Date('2030-01-01T00:00:00Z')],
] as const)(
  'live: a delete in part that is told with a 400, saying %s, tells what is gone',
  async (tells, olderThan) => {
    await using live = await startWithOpen('live');
    const { admin, scenarioId, own, errand, sandbox } = live;
    await using teller = await startTeller(sandbox.origins.makeLive, tells);
    const organization = {
      ...live.organization,
      account: { ...live.organization.account, baseUrl: teller.url },
    };
    const before = (await listOf(admin, live)).map(({ id }) => id);
    await admin.retryIncompleteExecution(live.organization, own[0]!, null, errand());
    const order = { scenarioId, isConfirmed: true, olderThan };
    const { value } = await admin.deleteIncompleteExecutions(organization, order, errand());
    expect(value.isPartial).toBe(true);
    expect(new Set(value.ids)).toEqual(new Set(before.filter((id) => id !== own[0])));
  },
);

test('live: where nobody can tell what is gone, that is what is told, and what was wrong stays wrong', async () => {
  await using live = await startWithOpen('live');
  const { admin, scenarioId, own, errand, sandbox } = live;
  await using teller = await startTeller(sandbox.origins.makeLive, 'that');
  const organization = {
    ...live.organization,
    account: { ...live.organization.account, baseUrl: teller.url },
  };
  await admin.retryIncompleteExecution(live.organization, own[0]!, null, errand());
  const all = { scenarioId, isConfirmed: true, olderThan: null };
  const unknown = await failureOf(admin.deleteIncompleteExecutions(organization, all, errand()));
  expect(unknown.code).toBe('OUTCOME_UNKNOWN');
  // now one is left, which is still being processed
  const older = { ...all, olderThan: new Date('2030-01-01T00:00:00Z') };
  const none = await admin.deleteIncompleteExecutions(organization, older, errand());
  expect(none.value).toEqual({ ids: [], isPartial: true });
  const nowhere = { ...all, scenarioId: 'x' };
  expect((await failureOf(admin.deleteIncompleteExecutions(organization, nowhere, errand()))).code).not.toBe(
    'OUTCOME_UNKNOWN',
  );
});

test('cancelling says why; the live dialect has no such thing', async () => {
  await using source = await startWithOpen('documented');
  const { admin, organization, own, errand } = source;
  const [id = '', other = ''] = own;
  const { value } = await admin.cancelIncompleteExecution(organization, id, 'Handled by hand', errand());
  expect(value.execution?.status).toBe('CANCELLED');
  const logs = await admin.executionLogs(organization, id, firstPage, errand());
  expect(readable(logs.value.rows).at(-1)?.message).toBe('Cancelled: Handled by hand');
  expect(
    (await admin.cancelIncompleteExecution(organization, other, null, errand())).value.execution?.status,
  ).toBe('CANCELLED');

  await using live = await startWithOpen('live');
  const before = await live.requests();
  const failure = await failureOf(
    live.admin.cancelIncompleteExecution(live.organization, live.own[0]!, 'x', live.errand()),
  );
  expect(failure.code).toBe('NOT_SUPPORTED_BY_UPSTREAM');
  expect(await live.requests()).toEqual(before);
});

test('a change whose answer is lost has an unknown outcome, and is not sent again', async () => {
  await using source = await startWithOpen('documented');
  const { admin, organization, own, errand, control, requests } = source;
  await control('faults', { endpoint: 'POST /dlqs/{dlqId}/retry', fault: 'reset', times: 1 });
  const failure = await failureOf(admin.retryIncompleteExecution(organization, own[0]!, null, errand()));
  expect(failure.code).toBe('OUTCOME_UNKNOWN');
  expect((await requests())['POST /dlqs/{dlqId}/retry']).toBe(1);
  expect((await admin.incompleteExecution(organization, own[0]!, errand())).value.status).toBe('RETRYING');
});

test.each(['documented', 'live'] as const)(
  '%s: a token that serves several organizations reaches none but the one that is asked of',
  async (dialect) => {
    await using source = await startWithOpen(dialect);
    const { admin, own, errand } = source;
    const account = {
      ...source.organizationOf(1003).account,
      authorization: () => 'Token 00000000-0000-4000-8000-000000000000',
    };
    const other = { ...source.organizationOf(1003), hasOwnToken: false, account };
    const [id = ''] = own;
    const calls = [
      admin.incompleteExecution(other, id, errand()),
      admin.incompleteExecutionBlueprint(other, id, errand()),
      admin.incompleteExecutionError(other, id, errand()),
      admin.executionLogs(other, id, firstPage, errand()),
      admin.executionLog(other, id, 'x', errand()),
      admin.retryIncompleteExecution(other, id, null, errand()),
      admin.retryIncompleteExecutions(
        other,
        { scenarioId: source.scenarioId, errorTypes: [], from: null, to: null },
        errand(),
      ),
      admin.updateBlueprint(other, id, blueprint, errand()),
      admin.cancelIncompleteExecution(other, id, null, errand()),
      admin.deleteIncompleteExecutions(
        other,
        { scenarioId: source.scenarioId, isConfirmed: true, olderThan: null },
        errand(),
      ),
    ];
    for (const { code } of await Promise.all(calls.map(failureOf))) expect(code).toBe('NOT_FOUND');
    const { incompleteExecutions: lists } = admin;
    const list =
      lists.listedBy === 'scenario'
        ? lists.page(other, source.scenarioId, firstPage, errand())
        : lists.page(other, anyExecution, firstPage, errand());
    expect((await failureOf(list)).code).toBe(dialect === 'live' ? 'NOT_FOUND' : 'NOT_SUPPORTED_BY_UPSTREAM');
    expect(source.sandbox.world.makeAdmin.incompleteExecutions.get(id)?.status).toBe('pending');
  },
);
