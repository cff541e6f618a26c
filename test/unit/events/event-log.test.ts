import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { DetectedEvent, FollowOptions, PlacedEvent } from '../../../src/domain/event.ts';
import { openEventLog } from '../../../src/events/event-log.ts';
import { followEvents } from '../../../src/events/follow.ts';
import { createHub } from '../../../src/events/hub.ts';
import { openStore } from '../../../src/store/store.ts';
import { createFakeClock } from '../fake-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dayMs = 24 * 60 * 60_000;
const event = (id: string): DetectedEvent => ({
  id,
  type: 'PAYMENT_RECORDED',
  occurredAt: new Date(0),
  changes: [],
  team: null,
  object: { kind: 'snapshot' },
});
const events = (from: number, to: number): DetectedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(`e${from + index}`));
const append = { source: 'POLL', set: new Map<string, string>() } as const;

async function setUp({ maxEvents = 1000, queueSize = 4, url = 'memory:' } = {}) {
  const clock = createFakeClock();
  const store = openStore(url);
  const log = await openEventLog(store, clock, { maxEvents, retentionMs: 30 * dayMs });
  const hub = createHub();
  const publish = async (from: number, to: number): Promise<void> =>
    hub.publish(1, await log.append(1, events(from, to), append));
  let released = 0;
  const isListening = () => vi.waitUntil(() => hub.listeners() > 0, { interval: 1 });
  const follow = (begin: number, options: Partial<Pick<FollowOptions, 'isShown'>> = {}) =>
    followEvents({
      log,
      hub,
      clock,
      organization: 1,
      begin,
      isShown: () => true,
      snapshotAfter: null,
      keepsPlace: true,
      queueSize,
      release: () => {
        released += 1;
      },
      ...options,
    });
  return { clock, store, log, hub, publish, follow, isListening, released: () => released };
}

async function take(follower: AsyncIterator<PlacedEvent>, count: number): Promise<PlacedEvent[]> {
  const taken: PlacedEvent[] = [];
  while (taken.length < count) {
    const { value, done } = await follower.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}
const ids = (placed: readonly PlacedEvent[]): string[] => placed.map(({ event }) => event.id);

test('an event that comes again is dropped, also after a restart', async () => {
  const url = `sqlite:${join(folder, 'again.db')}`;
  const { log, store, clock } = await setUp({ url });
  expect(await log.append(1, [...events(1, 3), event('e2')], append)).toHaveLength(3);
  await store.close();
  const reopened = openStore(url);
  const again = await openEventLog(reopened, clock, { maxEvents: 1000, retentionMs: dayMs });
  expect((await again.append(1, events(2, 4), append)).map(({ event: { id } }) => id)).toEqual(['e4']);
  expect(ids(await again.read(1, 0, 10))).toEqual(['e1', 'e2', 'e3', 'e4']);
  await reopened.close();
});

test('two gateways over one store write each event once, and hear of what the other has written', async () => {
  const { store, clock, log } = await setUp();
  const other = await openEventLog(store, clock, { maxEvents: 1000, retentionMs: dayMs });
  await Promise.all([log.range(1), other.range(1)]);
  expect(ids(await other.append(1, events(1, 1), append))).toEqual(['e1']);
  expect(ids(await log.append(1, events(1, 2), append))).toEqual(['e1', 'e2']);
  expect(ids(await other.append(1, [], append))).toEqual(['e2']);
  expect(ids(await other.append(1, events(1, 3), append))).toEqual(['e3']);
  expect(ids(await log.read(1, 0, 10))).toEqual(['e1', 'e2', 'e3']);
});

test('what is too old, or too much, is forgotten', async () => {
  const { log, clock } = await setUp({ maxEvents: 20 });
  await log.append(1, events(1, 50), append);
  expect(await log.range(1)).toEqual({ first: 30, last: 50 });
  await clock.pass(31 * dayMs);
  await log.append(1, events(51, 52), append);
  expect(await log.range(1)).toEqual({ first: 50, last: 52 });
});

test('a cursor of another organization or of another store is refused', async () => {
  const { log } = await setUp();
  const { log: other } = await setUp();
  expect(() => log.positionOf(2, log.cursorOf(1, 5))).toThrow('another organization');
  expect(() => log.positionOf(1, other.cursorOf(1, 5))).toThrow('forgotten');
  expect(() => log.positionOf(1, 'nonsense')).toThrow('not one');
  expect(log.positionOf(1, log.cursorOf(1, 5))).toBe(5);
});

test('a follower goes from the log to what happens without a gap or a repeat', async () => {
  const { follow, publish } = await setUp({ queueSize: 1000 });
  await publish(1, 250);
  const follower = follow(100);
  const first = await take(follower, 120);
  await publish(251, 260);
  const rest = take(follower, 50);
  await publish(261, 270);
  expect(ids([...first, ...(await rest)])).toEqual(
    ids(events(101, 270).map((each) => ({ event: each }) as never)),
  );
});

test('a slow follower loses the oldest, and is told how many and from where', async () => {
  const { follow, publish, log, isListening } = await setUp({ queueSize: 4 });
  const follower = follow(0);
  await publish(1, 1);
  const [one] = await take(follower, 1);
  const waiting = take(follower, 1);
  await isListening();
  await publish(2, 2);
  await waiting;
  await publish(3, 12);
  const [lagged, ...rest] = await take(follower, 5);
  expect(one?.event.id).toBe('e1');
  expect(lagged?.event.object).toEqual({ kind: 'lagged', missed: 6, resumeFrom: log.cursorOf(1, 2) });
  expect(lagged?.cursor).toBe(log.cursorOf(1, 2));
  expect(ids(rest)).toEqual(['e9', 'e10', 'e11', 'e12']);
});

test('one that stays slow is let go of, and publishing never fails', async () => {
  const { follow, publish, hub, released, isListening } = await setUp({ queueSize: 4 });
  const follower = follow(0);
  const waiting = take(follower, 1);
  await isListening();
  await publish(1, 1);
  await waiting;
  await publish(2, 60);
  expect((await take(follower, 1))[0]?.event.type).toBe('LAGGED');
  await expect(follower.next()).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect([hub.listeners(), released()]).toEqual([0, 1]);
});

test('a place that is no longer kept is told of, with what is missed', async () => {
  const { follow, publish, log } = await setUp({ maxEvents: 20 });
  await publish(1, 50);
  const [lagged, next] = await take(follow(10), 2);
  expect(lagged?.event.object).toEqual({ kind: 'lagged', missed: 20, resumeFrom: log.cursorOf(1, 30) });
  expect(next?.event.id).toBe('e31');
});

test('leaving ends a wait, and lets go of everything at once', async () => {
  const { follow, hub, released } = await setUp();
  const follower = follow(0);
  const waiting = follower.next();
  await follower.return?.();
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(await follower.next()).toEqual({ value: undefined, done: true });
  expect([hub.listeners(), released()]).toEqual([0, 1]);
});
