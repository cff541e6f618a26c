import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Follower, PlacedEvent } from '../../../src/domain/event.ts';
import { createAudience, type Sink } from '../../../src/events/audience.ts';
import { createEventWorld, idsOf } from './event-world.ts';

/** One who takes what it is given, unless it is busy. */
function createTaker() {
  const told: string[] = [];
  let isBusy = false;
  let makeRoom = (): void => {};
  let stop = (): void => {};
  let ended: { error: unknown } | null = null;
  const sink: Sink<string> = {
    begin(stopSource) {
      stop = stopSource;
    },
    give(shown) {
      told.push(shown);
      return !isBusy;
    },
    room: () => (isBusy ? new Promise((resolve) => void (makeRoom = resolve)) : Promise.resolve()),
    end(error) {
      ended = { error };
    },
  };
  return {
    sink,
    told,
    stop: () => stop(),
    ended: () => ended,
    setBusy(busy: boolean) {
      isBusy = busy;
      if (!busy) makeRoom();
    },
  };
}
type Taker = ReturnType<typeof createTaker>;

/** Who attends is shown the ids of events. */
async function setUp() {
  const world = await createEventWorld();
  const audience = createAudience<string, string>();
  const shownFor: string[] = [];
  const noted: string[] = [];
  let hold: Promise<void> = Promise.resolve();

  async function show({ event }: PlacedEvent, asker: string) {
    shownFor.push(asker);
    await hold;
    return {
      shown: event.object.kind === 'lagged' ? `missed ${event.object.missed}` : event.id,
      note: (who: string) => void noted.push(`${who} ${event.id}`),
    };
  }

  const attendAs = (taker: Taker, follower: Follower, { key = 'all', who = 'somebody' } = {}): void =>
    audience.attend({ key, follower, who, show, sink: taker.sink });

  return {
    ...world,
    shownFor,
    noted,
    attendAs,
    attend: (taker: Taker, begin = 0, as: { key?: string; who?: string } = {}): void =>
      attendAs(taker, world.follow(begin), as),
    holdUntil: (promise: Promise<void>): void => {
      hold = promise;
    },
    isLive: (count = 1) => vi.waitUntil(() => world.listeners() >= count, { interval: 1 }),
  };
}

const isTold = (taker: Taker, count: number) =>
  vi.waitUntil(() => taker.told.length >= count, { interval: 1, timeout: 10_000 });

test('what happens is made ready once for all who are shown the same', async () => {
  const { attend, publish, shownFor, isLive } = await setUp();
  const takers = Array.from({ length: 50 }, createTaker);
  for (const taker of takers) attend(taker);
  const other = createTaker();
  attend(other, 0, { key: 'other' });
  await isLive(2);
  await publish(1, 3);
  for (const taker of [...takers, other]) {
    await isTold(taker, 3);
    expect(taker.told).toEqual(idsOf(1, 3));
  }
  expect(shownFor).toHaveLength(6);
});

test('it is made ready on behalf of somebody who is still there', async () => {
  const { attend, publish, shownFor, isLive, listeners, released } = await setUp();
  const [first, second] = [createTaker(), createTaker()];
  attend(first, 0, { who: 'first' });
  attend(second, 0, { who: 'second' });
  await isLive();
  await publish(1, 1);
  await isTold(second, 1);
  first.stop();
  await publish(2, 2);
  await isTold(second, 2);
  expect(shownFor).toEqual(['first', 'second']);
  expect(first.told).toEqual(['e1']);
  second.stop();
  expect([listeners(), released()]).toEqual([0, 2]);
});

test('however much happens at once, nobody misses any of it', async () => {
  const { attend, publish, holdUntil, isLive } = await setUp();
  const taker = createTaker();
  attend(taker);
  await isLive();
  const held = Promise.withResolvers<void>();
  holdUntil(held.promise);
  await publish(1, 1500);
  await publish(1501, 4000);
  held.resolve();
  await isTold(taker, 1);
  await publish(4001, 4010);
  await isTold(taker, 4010);
  expect(taker.told).toEqual(idsOf(1, 4010));
});

test('one that is busy holds up nobody, and is told what it missed', async () => {
  const { attend, publish, isLive } = await setUp();
  const [busy, free] = [createTaker(), createTaker()];
  attend(busy);
  attend(free);
  await isLive();
  busy.setBusy(true);
  await publish(1, 2500);
  await isTold(free, 2500);
  expect(busy.told).toEqual(['e1']);
  busy.setBusy(false);
  await isTold(busy, 10);
  await publish(2501, 2501);
  await isTold(busy, 2003);
  expect(busy.told).toEqual(['e1', 'missed 499', ...idsOf(501, 2501)]);
});

test('one that stays busy is told what it missed, and ends', async () => {
  const { attend, publish, isLive } = await setUp();
  const [busy, free] = [createTaker(), createTaker()];
  attend(busy);
  attend(free);
  await isLive();
  busy.setBusy(true);
  await publish(1, 8000);
  await isTold(free, 8000);
  busy.setBusy(false);
  await vi.waitUntil(() => busy.ended(), { interval: 1 });
  expect(busy.ended()).toMatchObject({ error: { code: 'OVERLOADED' } });
  expect(busy.told.slice(0, 1)).toEqual(['e1']);
  expect(busy.told.at(-1)).toMatch(/^missed \d+$/);
  expect(busy.told).toHaveLength(2);
  expect(free.ended()).toBeNull();
});

test('who is noted was given it: not who came after it, nor who is still busy, and nobody twice', async () => {
  const { attend, publish, holdUntil, isLive, noted } = await setUp();
  const [free, busy, late] = [createTaker(), createTaker(), createTaker()];
  attend(busy, 0, { who: 'busy' });
  attend(free, 0, { who: 'free' });
  await isLive();
  busy.setBusy(true);
  await publish(1, 1);
  await isTold(free, 1);
  const held = Promise.withResolvers<void>();
  holdUntil(held.promise);
  await publish(2, 2);
  attend(late, 2, { who: 'late' });
  await new Promise((resolve) => setImmediate(resolve));
  held.resolve();
  await isTold(free, 2);
  expect(noted).toEqual(['busy e1', 'free e1', 'free e2']);
  busy.setBusy(false);
  await publish(3, 3);
  for (const taker of [busy, free]) await isTold(taker, 3);
  await isTold(late, 1);
  expect(noted.toSorted()).toEqual(
    ['busy e1', 'busy e2', 'busy e3', 'free e1', 'free e2', 'free e3', 'late e3'].toSorted(),
  );
});

test('what everybody had read before it was published is made ready no more', async () => {
  const { attend, write, publish, isLive, shownFor } = await setUp();
  const tell = await write(1, 2);
  const taker = createTaker();
  attend(taker);
  await isLive();
  expect(taker.told).toEqual(idsOf(1, 2));
  tell();
  await publish(3, 3);
  await isTold(taker, 3);
  expect(taker.told).toEqual(idsOf(1, 3));
  expect(shownFor).toHaveLength(3);
});

test('what is published and not to be found in the log holds up nobody else', async () => {
  const { attendAs, follow } = await setUp();
  let isAtEnd = false;
  let looks = 0;
  setImmediate(() => void (isAtEnd = true));
  const follower = {
    ...follow(0),
    async past() {
      looks += 1;
      if (looks > 1000) throw new Error('Nobody else had a turn.');
      return null;
    },
    isAtEnd: () => isAtEnd,
  };
  const taker = createTaker();
  attendAs(taker, follower);
  await vi.waitUntil(() => isAtEnd, { interval: 1 });
  expect(taker.ended()).toBeNull();
  taker.stop();
});

test('what cannot be made ready ends those who wait for it, and nobody else', async () => {
  const { attend, publish, holdUntil, isLive, listeners } = await setUp();
  const [one, other] = [createTaker(), createTaker()];
  attend(one);
  attend(other);
  await isLive();
  const error = new Error('Broken.');
  holdUntil(Promise.reject(error));
  await publish(1, 1);
  await vi.waitUntil(() => other.ended(), { interval: 1 });
  expect([one.ended(), other.ended()]).toEqual([{ error }, { error }]);
  expect(listeners()).toBe(0);
});

test('thousands are not told in one go: other work has its turn', async () => {
  const { attend, publish, isLive } = await setUp();
  const takers = Array.from({ length: 2000 }, createTaker);
  for (const taker of takers) attend(taker);
  await isLive();
  await publish(1, 1);
  const toldAtEachTurn: number[] = [];
  while (takers.at(-1)?.told.length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    toldAtEachTurn.push(takers.filter(({ told }) => told.length > 0).length);
  }
  expect(toldAtEachTurn.length).toBeGreaterThan(4);
});

test('what is made ready for many different ones leaves other work its turn, too', async () => {
  const { attend, publish, isLive, shownFor } = await setUp();
  const takers = Array.from({ length: 500 }, createTaker);
  for (const [index, taker] of takers.entries()) attend(taker, 0, { key: `${index}` });
  await isLive(500);
  await publish(1, 2);
  const shownAtEachTurn: number[] = [0];
  while (takers.some(({ told }) => told.length < 2)) {
    await new Promise((resolve) => setImmediate(resolve));
    shownAtEachTurn.push(shownFor.length);
  }
  const most = Math.max(...shownAtEachTurn.map((count, turn) => count - (shownAtEachTurn[turn - 1] ?? 0)));
  expect(most).toBeLessThanOrEqual(100);
  for (const { told } of takers) expect(told).toEqual(idsOf(1, 2));
});

test('whoever comes and goes, and however busy they are, each is told every event once and in order', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('attend' as const), back: fc.integer({ min: 0, max: 10 }) }),
    fc.record({ kind: fc.constant('busy' as const), which: fc.nat(), is: fc.boolean() }),
    fc.record({ kind: fc.constant('stop' as const), which: fc.nat() }),
    fc.record({ kind: fc.constant('turn' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { attend, publish, listeners, released } = await setUp();
      const present: { taker: Taker; from: number; stoppedAfter: number | null }[] = [];
      const pick = (which: number) => present[which % Math.max(1, present.length)];
      let last = 0;
      for (const each of steps) {
        switch (each.kind) {
          case 'publish':
            await publish(last + 1, last + each.count);
            last += each.count;
            break;
          case 'attend': {
            const from = Math.max(0, last - each.back);
            const taker = createTaker();
            attend(taker, from);
            present.push({ taker, from, stoppedAfter: null });
            break;
          }
          case 'busy':
            pick(each.which)?.taker.setBusy(each.is);
            break;
          case 'stop': {
            const someone = pick(each.which);
            someone?.taker.stop();
            if (someone) someone.stoppedAfter ??= someone.taker.told.length;
            break;
          }
          case 'turn':
            await new Promise((resolve) => setImmediate(resolve));
        }
      }
      for (const { taker } of present) taker.setBusy(false);
      await publish(last + 1, last + 1);
      last += 1;
      for (const { taker, from, stoppedAfter } of present) {
        if (stoppedAfter === null) await isTold(taker, last - from);
        expect(taker.told).toEqual(idsOf(from + 1, from + taker.told.length));
        if (stoppedAfter !== null) expect(taker.told).toHaveLength(stoppedAfter);
        taker.stop();
      }
      expect([listeners(), released()]).toEqual([0, present.length]);
    }),
    { numRuns: 200 },
  );
});
