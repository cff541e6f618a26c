import { expect, test } from 'vitest';
import type { Registration } from '../../../src/datasources/directory.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { createPollers } from '../../../src/events/pollers.ts';
import type { PolledSources, Section } from '../../../src/events/sections.ts';
import type { Errand } from '../../../src/upstream/call.ts';
import { createFakeClock } from '../fake-clock.ts';

const registration = { id: 1, account: { key: 'make:1' } } as Registration;

function setUp({
  target = 800,
  breaker = 'closed',
  minimumMs = 1000,
}: {
  target?: number;
  breaker?: 'closed' | 'open';
  minimumMs?: number;
} = {}) {
  const clock = createFakeClock();
  const began = clock.now();
  const polls: { at: number; errand: Errand }[] = [];
  const state = { news: 0, failure: null as Error | null, breaker, remaining: target };
  const section: Section = {
    name: 'payments',
    upstream: 'make-billing',
    types: ['PAYMENT_RECORDED'],
    bucketOf: () => 'make:1',
    isOf: () => true,
    look: async ({ errand }) => {
      polls.push({ at: clock.now() - began, errand });
      if (state.failure) throw state.failure;
      return () => ({ events: [], snapshot: '' });
    },
  };
  const errors: unknown[] = [];
  const pollers = createPollers({
    sections: [section, { ...section, name: 'usage', types: ['USAGE_THRESHOLD_REACHED'] }],
    sources: {
      upstreams: () => [{ name: 'make-billing', breaker: state.breaker, retryAfter: 60 }],
    } as unknown as PolledSources,
    recorder: {
      record: async () => state.news,
      snapshot: async () => null,
    },
    limiter: {
      status: () => ({ limit: 1000, target, used: 0, remaining: state.remaining, resetAt: 0, queued: 0 }),
    },
    clock,
    random: () => 0.5,
    minimumMs,
    onError: (error) => errors.push(error),
  });
  return { clock, polls, state, pollers, errors, times: () => polls.map(({ at }) => at) };
}

const payments = ['PAYMENT_RECORDED'] as const;

test('the first listener starts a poller, others join it, and it stops with the last', async () => {
  const { clock, pollers, polls } = setUp();
  const one = pollers.acquire(registration, payments);
  const other = pollers.acquire(registration, payments);
  await clock.pass(0);
  await Promise.all([one.ready(), other.ready()]);
  expect(polls).toHaveLength(1);
  expect(polls[0]?.errand).toMatchObject({ priority: 'poll', maxAge: 0, organization: '1' });
  expect(pollers.reports()).toMatchObject([{ section: 'payments', listeners: 2 }]);
  one.release();
  one.release();
  await clock.pass(1500);
  expect(polls).toHaveLength(2);
  other.release();
  expect(pollers.reports()).toEqual([]);
  expect(polls[1]?.errand.signal.aborted).toBe(true);
  await clock.pass(60_000);
  expect(polls).toHaveLength(2);
});

test('polls are rarer while nothing happens, and frequent again once something does', async () => {
  const { clock, pollers, state, times } = setUp();
  pollers.acquire(registration, payments);
  await clock.pass(11_000);
  expect(times()).toEqual([0, 1500, 3750, 6750, 9750]);
  state.news = 1;
  await clock.pass(4_000);
  expect(times().slice(5)).toEqual([12_750, 13_750, 14_750]);
});

test('polls of one budget plan on half of it together, and on less when it is nearly spent', async () => {
  const { clock, pollers, state, times } = setUp({ target: 24 });
  pollers.acquire(registration, payments);
  await clock.pass(11_000);
  expect(times()).toEqual([0, 5000, 10_000]);
  state.remaining = 2;
  await clock.pass(20_000);
  expect(times().slice(3)).toEqual([15_000, 25_000]);
});

test('where the shortest interval is short, polls are as frequent until much of the budget is spent', async () => {
  const { clock, pollers, state, times } = setUp({ target: 24, minimumMs: 100 });
  pollers.acquire(registration, payments);
  await clock.pass(2500);
  expect(times()).toEqual([0, 1000, 2000]);
  state.remaining = 10;
  await clock.pass(11_000);
  expect(times().slice(3)).toEqual([3000, 8000, 13_000]);
  state.failure = new Failure('UPSTREAM_UNAVAILABLE', 'It is down.');
  await clock.pass(10_000);
  expect(times().slice(6)).toEqual([18_000, 23_000]);
});

test('a failing poll is repeated ever more rarely, up to ten times the shortest interval', async () => {
  const { clock, pollers, state, times, errors } = setUp();
  state.failure = new Failure('UPSTREAM_UNAVAILABLE', 'It is down.');
  const held = pollers.acquire(registration, payments);
  await clock.pass(40_000);
  await held.ready();
  expect(times()).toEqual([0, 2000, 6000, 14_000, 24_000, 34_000]);
  expect(pollers.reports()[0]?.isFailing).toBe(true);
  expect(errors).toEqual([]);
});

test('nothing is asked while the breaker is open', async () => {
  const { clock, pollers, state, polls } = setUp({ breaker: 'open' });
  pollers.acquire(registration, payments);
  await clock.pass(59_000);
  expect(polls).toEqual([]);
  state.breaker = 'closed';
  await clock.pass(2_000);
  expect(polls).toHaveLength(1);
});

test('something that is known to have changed is looked at at once', async () => {
  const { clock, pollers, times } = setUp();
  pollers.acquire(registration, payments);
  await clock.pass(500);
  pollers.hasten(1, ['payments', 'usage']);
  await clock.pass(500);
  expect(times()).toEqual([0, 500]);
});
