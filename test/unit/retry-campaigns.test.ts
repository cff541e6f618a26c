import { expect, test } from 'vitest';
import type { Registration } from '../../src/datasources/directory.ts';
import type { MakeAdmin } from '../../src/datasources/make-admin/make-admin.ts';
import { Failure } from '../../src/domain/failure.ts';
import { progressOf, type RetryOrder } from '../../src/domain/retry-campaign.ts';
import { openRetryCampaigns } from '../../src/jobs/retry-campaigns.ts';
import { openStore } from '../../src/store/store.ts';
import type { Errand } from '../../src/upstream/call.ts';
import { createFakeClock } from './fake-clock.ts';

const order: RetryOrder = {
  id: 'one',
  organization: 1001,
  scenarioIds: ['1', '2'],
  errorTypes: [],
  from: null,
  to: null,
  requestedBy: 'somebody',
  teams: 'all',
};

/** A Make with one open execution in each scenario, whose retries go as they are told to. */
function startWith(retry: (scenarioId: string, errand: Errand) => Promise<void>) {
  const clock = createFakeClock();
  const store = openStore('memory:');
  const directory = new Map([[1001, { id: 1001, hasOwnToken: true } as Registration]]);
  const sent: string[] = [];
  const errors: unknown[] = [];
  const answer = <Value>(value: Value) => ({ value, fetchedAt: clock.now(), isStale: false });
  const makeAdmin = {
    incompleteExecutions: {
      listedBy: 'organization',
      page: async (_organization: unknown, { scenarioId }: { scenarioId: string }) =>
        answer({
          rows: [{ id: `of ${scenarioId}`, scenarioId, status: 'PENDING', retryCount: 0 }],
          total: 1,
        }),
    },
    async retryIncompleteExecutions(
      _organization: unknown,
      selection: RetryOrder & { scenarioId: string },
      errand: Errand,
    ) {
      await errand.beforeSending?.();
      sent.push(selection.scenarioId);
      await retry(selection.scenarioId, errand);
      return answer([`of ${selection.scenarioId}`]);
    },
  } as unknown as MakeAdmin;
  const events = {
    isWatched: async () => false,
    noteChange: async () => {},
    whileChanging: <Done>(_organization: number, change: (startedAt: number) => Promise<Done>) =>
      change(clock.now()),
  };
  const onError = (error: unknown) => errors.push(error);
  const open = () => openRetryCampaigns({ store, clock, directory, makeAdmin, events, onError });
  return { clock, open, sent, errors };
}

test('a campaign waits for the budget for as long as it takes, behind everybody else', async () => {
  let refusals = 20;
  const { clock, open, sent } = startWith(async (_scenario, { priority }) => {
    expect(priority).toBe('export');
    if (refusals-- > 0) throw new Failure('RATE_LIMITED', 'Spent.', { retryAfter: 120 });
  });
  const campaigns = await open();
  await campaigns.start(order);
  await clock.pass(19 * 120_000);
  const waiting = await campaigns.one(1001, 'one');
  expect(waiting?.status).toBe('RUNNING');
  expect(progressOf(waiting!)).toMatchObject({ scenarios: 2, scenariosDone: 0, remaining: null });
  await clock.pass(2 * 120_000);
  const done = await campaigns.one(1001, 'one');
  expect(done?.status).toBe('DONE');
  expect(progressOf(done!)).toMatchObject({ scenariosDone: 2, retried: 2, failed: 0, remaining: 0 });
  expect(sent).toHaveLength(22);
});

test('a budget that never has room ends a campaign after a day', async () => {
  const { clock, open } = startWith(async () => {
    throw new Failure('RATE_LIMITED', 'Spent.', { retryAfter: 3600 });
  });
  const campaigns = await open();
  await campaigns.start(order);
  await clock.pass(26 * 3_600_000);
  const failed = await campaigns.one(1001, 'one');
  expect(failed).toMatchObject({ status: 'FAILED', failure: { code: 'RATE_LIMITED' } });
});

test('an upstream that stays down is given up in one scenario after five tries; the next is tried none the less', async () => {
  const { clock, open, sent } = startWith(async (scenarioId) => {
    if (scenarioId === '1') throw new Failure('UPSTREAM_UNAVAILABLE', 'Down.');
  });
  const campaigns = await open();
  await campaigns.start(order);
  await clock.pass(60_000);
  const done = await campaigns.one(1001, 'one');
  expect(sent).toEqual(['1', '1', '1', '1', '1', '2']);
  expect(done?.parts).toMatchObject([
    { state: 'FAILED', failed: 1, failure: { code: 'UPSTREAM_UNAVAILABLE', message: 'Down.' } },
    { state: 'DONE', retried: 1 },
  ]);
});

test('a campaign that a stop interrupts goes on at the next start, and sends nothing twice', async () => {
  let isDown = true;
  const { clock, open, sent } = startWith(async (scenarioId) => {
    if (scenarioId === '2' && isDown) throw new Failure('UPSTREAM_UNAVAILABLE', 'Down.');
  });
  const first = await open();
  await first.start(order);
  await clock.pass(500);
  await first.close();
  expect((await first.one(1001, 'one'))?.status).toBe('RUNNING');
  isDown = false;
  const second = await open();
  await clock.pass(500);
  expect(await second.one(1001, 'one')).toMatchObject({ status: 'DONE', isComplete: true });
  expect(sent).toEqual(['1', '2', '2']);
  await expect(second.cancel(1001, 'one')).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('what nobody foresaw ends a campaign as failed, and is heard of; those after it go on', async () => {
  let isFirst = true;
  const { clock, open, errors } = startWith(async () => {
    if (!isFirst) return;
    isFirst = false;
    throw new TypeError('a bug');
  });
  const campaigns = await open();
  await campaigns.start(order);
  await campaigns.start({ ...order, id: 'two' });
  await clock.pass(500);
  expect(errors).toEqual([new TypeError('a bug')]);
  expect(await campaigns.one(1001, 'one')).toMatchObject({
    status: 'FAILED',
    failure: { code: 'INTERNAL' },
    parts: [{ state: 'UNKNOWN', unknown: 1 }, { state: 'WAITING' }],
  });
  expect((await campaigns.one(1001, 'two'))?.status).toBe('DONE');
});

test('the fifty newest campaigns that are over are kept', async () => {
  const { clock, open } = startWith(async () => {});
  const campaigns = await open();
  for (let count = 0; count < 53; count += 1) {
    await campaigns.start({ ...order, id: `number ${count}`, scenarioIds: [] });
    await clock.pass(1000);
  }
  const kept = await campaigns.of(1001);
  expect(kept.at(0)?.id).toBe('number 52');
  expect(kept.length).toBeLessThanOrEqual(51);
  expect(await campaigns.one(1001, 'number 0')).toBeNull();
});
