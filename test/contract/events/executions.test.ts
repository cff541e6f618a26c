import { afterEach, describe, expect, test } from 'vitest';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { readConfig } from '../../../src/config.ts';
import { encodeGlobalId } from '../../../src/schema/global-id.ts';
import { follow, type SeenEvent } from '../../kit/follow.ts';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';
import { change } from '../platform-graph.ts';

const organization = 1004;
/** That of `sandbox-team-admin`. */
const team = 10041;
const types = [
  'INCOMPLETE_EXECUTION_CREATED',
  'INCOMPLETE_EXECUTION_STATUS_CHANGED',
  'INCOMPLETE_EXECUTION_DELETED',
];
const selection =
  '... on IncompleteExecutionEvent { makeId incompleteExecution { makeId } changes { field before after } }';
const dialects = ['documented', 'live'] as const;

const started: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each[Symbol.asyncDispose]();
});

/** Over a world that stands still, so that no retry ends before it is told to. */
async function start(dialect: 'documented' | 'live'): Promise<TestGateway> {
  const now = Date.now();
  const over = await createSandbox({ port: 0, limits: 'off', wallNow: () => now });
  const events = { ...readConfig({}).events, pollIntervalMs: 40 };
  const gateway = await startTestGateway({ dialect, over, settings: { events } });
  started.push(gateway, over);
  return gateway;
}

/** As the sandbox holds them: those that can be retried. */
function openOnes(gateway: TestGateway) {
  return gateway.sandbox.world.makeAdmin.incompleteExecutions
    .values()
    .filter((execution) => execution.organizationId === organization)
    .filter(({ status }) => status === 'pending' || status === 'failed')
    .toArray();
}

/** Somebody does something at Make itself. */
async function atMake(gateway: TestGateway, method: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${gateway.sandbox.origins.makeDocumented}/api/v2${path}`, {
    method,
    headers: {
      authorization: `Token 00000000-0000-4000-8000-00000000${organization}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

const told = ({ type, source, makeId }: SeenEvent) => ({ type, source, makeId });

describe.each(dialects)('in the %s dialect', (dialect) => {
  test('what a retry campaign retries is told at once, and polls tell none of it again', async () => {
    const gateway = await start(dialect);
    await using events = await follow(gateway, { organization, types, selection });
    await events.next();
    const scenarioId = openOnes(gateway)[0]?.scenarioId;
    const chosen = openOnes(gateway).filter((each) => each.scenarioId === scenarioId);
    // polls find what was done before its answer is there
    const slow = { endpoint: 'POST /dlqs/retry', fault: 'latency', ms: 400, times: 1 };
    await gateway.control('faults', slow);
    const input = { organizationId: String(organization), scenarios: [String(scenarioId)] };
    const { result } = await change(gateway, 'retryIncompleteExecutions', input);
    expect(result.__typename).toBe('RetryIncompleteExecutionsPayload');

    const seen: SeenEvent[] = [];
    while (seen.length < chosen.length) seen.push(await events.next());
    expect(new Set(seen.map(({ makeId }) => makeId))).toEqual(new Set(chosen.map(({ id }) => id)));
    for (const { type, source, changes } of seen) {
      expect([type, source]).toEqual(['INCOMPLETE_EXECUTION_STATUS_CHANGED', 'GATEWAY']);
      expect(changes).toContainEqual(expect.objectContaining({ field: 'status', after: 'RETRYING' }));
    }
    // how the retries end is Make's doing
    await gateway.control('clock', { advance: 'PT1M' });
    const ends: SeenEvent[] = [];
    while (ends.length < chosen.length) ends.push(await events.next());
    expect(new Set(ends.map(({ makeId }) => makeId)).size).toBe(chosen.length);
    for (const { source, changes } of ends) {
      expect(source).toBe('POLL');
      expect(changes).toContainEqual(expect.objectContaining({ field: 'status', before: 'RETRYING' }));
    }
  });

  test('a team hears what becomes of executions that were there at the first look', async () => {
    const gateway = await start(dialect);
    const caller = 'sandbox-team-admin';
    const own = openOnes(gateway).filter(({ teamId }) => teamId === team);
    const [first] = own;
    const second = own.findLast(({ scenarioId }) => scenarioId === first?.scenarioId);
    const other = own.find(({ scenarioId }) => scenarioId !== first?.scenarioId);
    const foreign = openOnes(gateway).find(({ teamId }) => teamId !== team);
    if (!first || !second || !other || !foreign) throw new Error('The sandbox has too few of them.');
    await using events = await follow(gateway, { organization, types, selection, caller });
    await events.next();
    await atMake(gateway, 'POST', `/dlqs/${foreign.id}/retry`, {});
    await atMake(gateway, 'POST', `/dlqs/${first.id}/retry`, {});
    const status = 'INCOMPLETE_EXECUTION_STATUS_CHANGED';
    expect(told(await events.next())).toEqual({ type: status, source: 'POLL', makeId: first.id });

    const retried = { id: encodeGlobalId('IncompleteExecution', `${organization}/${second.id}`) };
    const { result } = await change(gateway, 'retryIncompleteExecution', retried);
    expect(result.__typename).toBe('RetryIncompleteExecutionPayload');
    expect(told(await events.next())).toEqual({ type: status, source: 'GATEWAY', makeId: second.id });

    // nothing else of its scenario has been told
    await atMake(gateway, 'DELETE', '/dlqs', { scenarioId: other.scenarioId, confirmed: true });
    expect(await events.next()).toMatchObject({
      type: 'INCOMPLETE_EXECUTION_DELETED',
      source: 'POLL',
      incompleteExecution: null,
    });
  });
});

test('teams are looked up once there is something to tell, and then they are known', async () => {
  const gateway = await start('documented');
  const lookUps = () => gateway.requests('GET /analytics/organization/{organizationId}');
  await using events = await follow(gateway, { organization, types, selection });
  await events.next();
  const polls = await gateway.requests('GET /dlqs');
  await expect.poll(() => gateway.requests('GET /dlqs')).toBeGreaterThan(polls + 1);
  expect(await lookUps()).toBe(0);
  const [one] = openOnes(gateway);
  const same = openOnes(gateway).filter(({ scenarioId }) => scenarioId === one?.scenarioId);
  for (const { id } of same.slice(0, 4)) {
    await atMake(gateway, 'POST', `/dlqs/${id}/retry`, {});
    expect((await events.next()).makeId).toBe(id);
  }
  expect(await lookUps()).toBe(1);
});
