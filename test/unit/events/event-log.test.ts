import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { DetectedEvent, PlacedEvent } from '../../../src/domain/event.ts';
import { type EventLog, openEventLog } from '../../../src/events/event-log.ts';
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
const write = (log: EventLog, found: readonly DetectedEvent[]) =>
  log.append(1, { source: 'POLL', asOf: null }, async () => ({
    events: found,
    found: new Map(),
    set: new Map(),
  }));

async function setUp({ maxEvents = 1000, url = 'memory:' } = {}) {
  const clock = createFakeClock();
  const store = openStore(url);
  const log = await openEventLog(store, clock, { maxEvents, retentionMs: 30 * dayMs });
  return { clock, store, log };
}

const ids = (placed: readonly PlacedEvent[]): string[] => placed.map(({ event }) => event.id);

test('an event that comes again is dropped, also after a restart', async () => {
  const url = `sqlite:${join(folder, 'again.db')}`;
  const { log, store, clock } = await setUp({ url });
  expect(await write(log, [...events(1, 3), event('e2')])).toHaveLength(3);
  await store.close();
  const reopened = openStore(url);
  const again = await openEventLog(reopened, clock, { maxEvents: 1000, retentionMs: dayMs });
  expect((await write(again, events(2, 4))).map(({ event: { id } }) => id)).toEqual(['e4']);
  expect(ids(await again.read(1, 0, 10))).toEqual(['e1', 'e2', 'e3', 'e4']);
  await reopened.close();
});

test('two gateways over one store write each event once, and hear of what the other has written', async () => {
  const { store, clock, log } = await setUp();
  const other = await openEventLog(store, clock, { maxEvents: 1000, retentionMs: dayMs });
  await Promise.all([log.range(1), other.range(1)]);
  expect(ids(await write(other, events(1, 1)))).toEqual(['e1']);
  expect(ids(await write(log, events(1, 2)))).toEqual(['e1', 'e2']);
  expect(ids(await other.news(1))).toEqual(['e2']);
  expect(ids(await write(other, events(1, 3)))).toEqual(['e3']);
  expect(ids(await log.read(1, 0, 10))).toEqual(['e1', 'e2', 'e3']);
});

test('a store that somebody else has emptied is begun anew', async () => {
  const { log, store } = await setUp();
  await write(log, events(1, 3));
  await store.commit({ isAnew: true });
  expect(ids(await write(log, events(2, 4)))).toEqual(['e2', 'e3', 'e4']);
  expect(ids(await log.read(1, 0, 10))).toEqual(['e2', 'e3', 'e4']);
});

test('what is too old, or too much, is forgotten', async () => {
  const { log, clock } = await setUp({ maxEvents: 20 });
  await write(log, events(1, 50));
  expect(await log.range(1)).toEqual({ first: 30, last: 50 });
  await clock.pass(31 * dayMs);
  await write(log, events(51, 52));
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
