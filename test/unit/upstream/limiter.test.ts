import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import type { Priority } from '../../../src/upstream/call.ts';
import { createLimiter, type Limiter, type Place, type Ticket } from '../../../src/upstream/limiter.ts';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';

const bucket = 'make:1001';

interface Visitor {
  readonly ticket: Ticket;
  readonly abort: () => void;
  place?: Place;
  failure?: Failure;
}

function setUp(limit = 10, maxQueued?: number) {
  const clock = createFakeClock();
  const limiter = createLimiter({ clock, ...(maxQueued !== undefined && { maxQueued }) });
  limiter.learnLimit(bucket, limit, 'configuration');
  const served: string[] = [];
  const visit = (caller: string, wish: Partial<Omit<Ticket, 'caller' | 'signal'>> = {}): Visitor =>
    arrive(limiter, clock, served, caller, wish);
  const fill = async (priority: Priority = 'query'): Promise<Visitor[]> => {
    const { remaining } = limiter.status(bucket);
    const visitors = Array.from({ length: remaining }, () => visit('filler', { priority }));
    await clock.pass(0);
    served.length = 0;
    return visitors;
  };
  return { clock, limiter, served, visit, fill };
}

function arrive(
  limiter: Limiter,
  clock: FakeClock,
  served: string[],
  caller: string,
  wish: Partial<Omit<Ticket, 'caller' | 'signal'>>,
): Visitor {
  const controller = new AbortController();
  const ticket: Ticket = {
    priority: 'query',
    deadline: clock.now() + 600_000,
    organization: '',
    changed: undefined,
    ...wish,
    caller,
    signal: controller.signal,
  };
  const visitor: Visitor = { ticket, abort: () => controller.abort() };
  limiter.acquire(bucket, ticket).then(
    (place) => {
      served.push(caller);
      visitor.place = place;
    },
    (failure: unknown) => {
      if (failure instanceof Failure) visitor.failure = failure;
    },
  );
  return visitor;
}

test('a burst may use the whole target at once, and not one call more', async () => {
  const { clock, served, visit, limiter } = setUp(60);
  for (let count = 0; count < 60; count += 1) visit('someone');
  await clock.pass(0);
  expect(served).toHaveLength(48);
  expect(limiter.status(bucket)).toMatchObject({ limit: 60, target: 48, used: 48, remaining: 0, queued: 12 });
});

test('a place is free again a window after its answer, not after its sending', async () => {
  const { clock, served, visit, fill } = setUp(10);
  const visitors = await fill();
  visit('next');
  await clock.pass(50_000);
  for (const { place } of visitors) place?.end();
  await clock.pass(60_000);
  expect(served).toEqual([]);
  await clock.pass(1);
  expect(served).toEqual(['next']);
});

test('a place given back unused is free at once', async () => {
  const { clock, served, visit, fill } = setUp(10);
  const [first] = await fill();
  visit('next');
  first?.place?.cancel();
  first?.place?.cancel();
  await clock.pass(0);
  expect(served).toEqual(['next']);
});

test('a bucket of unknown limit is taken for the smallest, and one place is always there', () => {
  const { limiter } = setUp(1);
  expect(limiter.status('make:9999')).toMatchObject({ limit: 30, target: 24 });
  expect(limiter.status(bucket)).toMatchObject({ limit: 1, target: 1 });
});

test('what the upstream says of its limit overrules what the plan and the configuration say', () => {
  const { limiter } = setUp(60);
  limiter.learnLimit(bucket, 240, 'plan');
  limiter.learnLimit(bucket, 120, 'configuration');
  expect(limiter.status(bucket).limit).toBe(240);
  limiter.learnLimit(bucket, 30, 'header');
  limiter.learnLimit(bucket, 240, 'plan');
  limiter.learnLimit(bucket, 0, 'header');
  expect(limiter.status(bucket)).toMatchObject({ limit: 30, target: 24 });
});

test('changes go before queries, queries before polls, polls before exports', async () => {
  const { clock, served, visit, fill } = setUp(10);
  const visitors = await fill();
  for (const priority of ['export', 'poll', 'query', 'mutation'] as const) visit(priority, { priority });
  for (const { place } of visitors.slice(0, 4)) place?.cancel();
  await clock.pass(0);
  expect(served).toEqual(['mutation', 'query', 'poll', 'export']);
});

test('a caller with a thousand calls waiting delays the single call of another by one turn', async () => {
  const { clock, served, visit, fill } = setUp(10, 2000);
  const visitors = await fill();
  for (let count = 0; count < 1000; count += 1) visit('busy', { deadline: clock.now() + 1e9 });
  visit('modest');
  for (const { place } of visitors.slice(0, 3)) place?.cancel();
  await clock.pass(0);
  expect(served).toEqual(['busy', 'modest', 'busy']);
});

test('organizations take turns, however many callers each has', async () => {
  const { clock, served, visit, fill } = setUp(10);
  const visitors = await fill();
  for (const caller of ['a1', 'a2', 'a3']) visit(caller, { organization: 'a' });
  visit('b1', { organization: 'b' });
  for (const { place } of visitors.slice(0, 4)) place?.cancel();
  await clock.pass(0);
  expect(served).toEqual(['a1', 'b1', 'a2', 'a3']);
});

test('polls find a tenth of the target free while a poller is active', async () => {
  const { clock, served, visit } = setUp(100);
  visit('poller', { priority: 'poll' });
  for (let count = 0; count < 100; count += 1) visit('people');
  await clock.pass(0);
  expect(served.filter((caller) => caller === 'people')).toHaveLength(72);
  for (let count = 0; count < 10; count += 1) visit('poller', { priority: 'poll' });
  await clock.pass(0);
  expect(served.filter((caller) => caller === 'poller')).toHaveLength(8);
});

test('polls and exports together leave half of the target to people', async () => {
  const { clock, served, visit } = setUp(100);
  for (let count = 0; count < 60; count += 1) visit('poller', { priority: 'poll' });
  for (let count = 0; count < 60; count += 1) visit('exporter', { priority: 'export' });
  await clock.pass(0);
  expect(served).toHaveLength(40);
  for (let count = 0; count < 50; count += 1) visit('people');
  await clock.pass(0);
  expect(served.filter((caller) => caller === 'people')).toHaveLength(40);
});

test('an export gets its twentieth of the turns while queries never stop', async () => {
  const { clock, served, visit, fill } = setUp(10);
  let visitors = await fill();
  visit('exporter', { priority: 'export', deadline: clock.now() + 1e9 });
  for (let turn = 0; turn < 21; turn += 1) {
    visitors.push(visit('people'));
    const leaving = visitors.find(({ place }) => place);
    visitors = visitors.filter((each) => each !== leaving);
    leaving?.place?.cancel();
    await clock.pass(0);
  }
  expect(served.indexOf('exporter')).toBe(19);
});

test('a poll gets its turn even where a tenth of the target is less than one', async () => {
  const { clock, served, visit, fill } = setUp(5);
  let visitors = await fill();
  visit('poller', { priority: 'poll', deadline: clock.now() + 1e9 });
  for (let turn = 0; turn < 12; turn += 1) {
    visitors.push(visit('people'));
    const leaving = visitors.find(({ place }) => place);
    visitors = visitors.filter((each) => each !== leaving);
    leaving?.place?.cancel();
    await clock.pass(0);
  }
  expect(served.indexOf('poller')).toBe(9);
});

test.each([
  { limit: 5, target: 4 },
  { limit: 60, target: 48 },
  { limit: 240, target: 192 },
])(
  'when everybody presses for ten minutes, each kind has its share of $target places',
  async ({ limit, target }) => {
    const { clock, served, visit } = setUp(limit);
    const kinds = ['query', 'poll', 'export'] as const;
    const waiting = new Map(kinds.map((kind) => [kind, new Set<Visitor>()]));
    for (let passed = 0; passed < 600_000; passed += 200) {
      for (const [priority, visitors] of waiting) {
        for (const visitor of visitors) {
          if (!visitor.place) continue;
          visitor.place.end();
          visitors.delete(visitor);
        }
        while (visitors.size < target)
          visitors.add(visit(priority, { priority, deadline: clock.now() + 1e9 }));
      }
      await clock.pass(200);
    }
    const share = (kind: string): number => served.filter((caller) => caller === kind).length / served.length;
    expect(served.length).toBeGreaterThan(0.99 * 10 * target);
    expect(share('query')).toBeGreaterThanOrEqual(0.5);
    expect(share('poll')).toBeGreaterThan(0.07);
    expect(share('poll')).toBeLessThanOrEqual(0.5);
    expect(share('export')).toBeGreaterThan(0.02);
  },
);

test('a call that cannot be sent before its deadline fails at once and says when to come back', async () => {
  const { clock, visit, fill } = setUp(10);
  const visitors = await fill();
  for (const { place } of visitors) place?.end();
  await clock.pass(20_000);
  const late = visit('late', { deadline: clock.now() + 40_001 });
  const inTime = visit('in time', { deadline: clock.now() + 40_002 });
  await clock.pass(0);
  expect(late.failure).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfter: 41, bucket } });
  expect(inTime.failure).toBeUndefined();
  await clock.pass(40_001);
  expect(inTime.place).toBeDefined();
});

test('a call counts those before it when it asks whether it can be sent in time', async () => {
  const { clock, visit, fill } = setUp(10);
  for (const { place } of await fill()) place?.end();
  const deadline = clock.now() + 70_000;
  const waiting = Array.from({ length: 8 }, () => visit('crowd', { deadline }));
  const ninth = visit('crowd', { deadline });
  const other = visit('newcomer', { deadline });
  await clock.pass(0);
  expect(ninth.failure).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfter: 121 } });
  expect(waiting.every(({ failure }) => failure === undefined)).toBe(true);
  expect(other.failure).toBeUndefined();
});

test('a poll is not refused for the queries that it will be served before', async () => {
  const { clock, served, visit, fill } = setUp(50);
  for (const { place } of await fill()) place?.end();
  for (let count = 0; count < 200; count += 1) visit('people');
  visit('poller', { priority: 'poll', deadline: clock.now() + 61_000 });
  visit('exporter', { priority: 'export', deadline: clock.now() + 61_000 });
  await clock.pass(61_000);
  expect(served).toContain('poller');
  expect(served).toContain('exporter');
});

test('a call that others overtook fails at its deadline', async () => {
  const { clock, visit, fill } = setUp(1);
  const [only] = await fill();
  only?.place?.end();
  const query = visit('query', { deadline: clock.now() + 61_000 });
  await clock.pass(1_000);
  visit('mutation', { priority: 'mutation' });
  await clock.pass(60_000);
  expect(query.failure).toMatchObject({ code: 'RATE_LIMITED' });
});

test('a cancelled call leaves the queue at once', async () => {
  const { clock, limiter, served, visit, fill } = setUp(10);
  const [first] = await fill();
  const gone = visit('gone');
  visit('next');
  gone.abort();
  await clock.pass(0);
  expect(limiter.status(bucket).queued).toBe(1);
  first?.place?.cancel();
  await clock.pass(0);
  expect(served).toEqual(['next']);
});

test('a waiting call that becomes more urgent moves up, and waits as long as it is now wanted', async () => {
  const { clock, served, visit, fill } = setUp(10);
  const [first] = await fill();
  visit('query');
  const poll = visit('poll', { priority: 'export', deadline: clock.now() + 120_000 });
  poll.ticket.priority = 'mutation';
  poll.ticket.deadline = clock.now() + 240_000;
  poll.ticket.changed?.();
  first?.place?.cancel();
  await clock.pass(0);
  expect(served).toEqual(['poll']);
});

test('a call that may wait longer keeps its place in the line', async () => {
  const { clock, served, visit, fill } = setUp(10);
  const [first] = await fill();
  const patient = visit('someone', { deadline: clock.now() + 120_000 });
  visit('someone else');
  patient.ticket.deadline += 60_000;
  patient.ticket.changed?.();
  first?.place?.cancel();
  await clock.pass(0);
  expect(served).toEqual(['someone']);
});

test('the queue is bounded for each priority', async () => {
  const { clock, visit, fill } = setUp(10, 3);
  await fill();
  for (let count = 0; count < 3; count += 1) visit('patient');
  const oneTooMany = visit('one too many');
  const change = visit('change', { priority: 'mutation' });
  await clock.pass(0);
  expect(oneTooMany.failure).toMatchObject({ code: 'RATE_LIMITED' });
  expect(change.failure).toBeUndefined();
});

test('a refusal stops the whole bucket for as long as it asks, then half of the target goes on', async () => {
  const { clock, limiter, served, visit } = setUp(100);
  const first = visit('first');
  await clock.pass(0);
  first.place?.end({ isThrottled: true, pauseMs: 7_000 });
  served.length = 0;
  for (let count = 0; count < 60; count += 1) visit('people');
  const hurried = visit('hurried', { deadline: clock.now() + 6_000 });
  await clock.pass(6_999);
  expect(served).toEqual([]);
  expect(hurried.failure).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfter: 7 } });
  await clock.pass(1);
  expect(limiter.status(bucket).target).toBe(40);
  expect(served).toHaveLength(39);
});

test('several refusals of one burst halve the target once, and it comes back step by step', async () => {
  const { clock, limiter, fill } = setUp(100);
  const burst = await fill();
  for (const { place } of burst.slice(0, 5)) place?.end({ isThrottled: true, pauseMs: 1_000 });
  expect(limiter.status(bucket).target).toBe(40);
  const targets: number[] = [];
  for (let minute = 0; minute < 5; minute += 1) {
    await clock.pass(61_000);
    targets.push(limiter.status(bucket).target);
  }
  expect(targets).toEqual([50, 60, 70, 80, 80]);
});

test("no more is sent than the upstream's own window leaves, those under way counted", async () => {
  const { clock, served, visit } = setUp(60);
  const visitors = [visit('a'), visit('b'), visit('c')];
  await clock.pass(0);
  const window = { id: 100, remaining: 4, resetAt: clock.now() + 30_000 };
  visitors[0]?.place?.end({ isThrottled: false, window });
  served.length = 0;
  for (let count = 0; count < 10; count += 1) visit('people');
  await clock.pass(0);
  expect(served).toHaveLength(2);
  // An answer that left the upstream earlier is no news, but it tells that its call had been counted.
  visitors[1]?.place?.end({ isThrottled: false, window: { ...window, remaining: 5 } });
  await clock.pass(0);
  expect(served).toHaveLength(3);
  await clock.pass(30_000);
  expect(served).toHaveLength(10);
});

test('it says when so many calls could have been sent, without sending any', async () => {
  const { clock, limiter, fill } = setUp(10);
  expect(limiter.earliest(bucket, 'query', 8)).toBe(clock.now());
  for (const { place } of await fill()) place?.end();
  expect(limiter.earliest(bucket, 'query', 8)).toBe(clock.now() + 60_001);
  expect(limiter.earliest(bucket, 'query', 9)).toBe(clock.now() + 120_002);
  expect(limiter.status(bucket)).toMatchObject({ used: 8, resetAt: clock.now() + 60_001 });
});
