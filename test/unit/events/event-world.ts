import type { DetectedEvent, Follower, FollowOptions, PlacedEvent } from '../../../src/domain/event.ts';
import { openEventLog } from '../../../src/events/event-log.ts';
import { followEvents } from '../../../src/events/follow.ts';
import { createHub } from '../../../src/events/hub.ts';
import { openStore } from '../../../src/store/store.ts';
import { createFakeClock } from '../fake-clock.ts';

const dayMs = 24 * 60 * 60_000;

const events = (from: number, to: number): DetectedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    id: `e${from + index}`,
    type: 'PAYMENT_RECORDED',
    occurredAt: new Date(0),
    changes: [],
    team: null,
    object: { kind: 'snapshot' },
  }));

export const ids = (placed: readonly PlacedEvent[]): string[] => placed.map(({ event }) => event.id);

export const idsOf = (from: number, to: number): string[] => events(from, to).map(({ id }) => id);

/** The events of one organization, from a log and a hub of their own. */
export async function createEventWorld({ maxEvents = 100_000 } = {}) {
  const clock = createFakeClock();
  const store = openStore('memory:');
  const log = await openEventLog(store, clock, { maxEvents, retentionMs: 30 * dayMs });
  const hub = createHub();
  let listeners = 0;
  let released = 0;
  const counted = {
    ...hub,
    listen(...args: Parameters<typeof hub.listen>) {
      listeners += 1;
      const stop = hub.listen(...args);
      return () => {
        listeners -= 1;
        stop();
      };
    },
  };
  const follow = (begin: number, options: Partial<Pick<FollowOptions, 'isShown'>> = {}): Follower =>
    followEvents({
      log,
      hub: counted,
      clock,
      organization: 1,
      begin,
      isShown: () => true,
      snapshot: null,
      release: () => {
        released += 1;
      },
      ...options,
    });
  /** Writes events down. The answer publishes them. */
  async function write(from: number, to: number): Promise<() => void> {
    const conclusion = { events: events(from, to), found: new Map(), set: new Map() };
    const placed = await log.append(1, { source: 'POLL', asOf: null }, async () => conclusion);
    return () => hub.publish(1, placed);
  }

  return {
    log,
    follow,
    write,
    /** Rows that another version wrote. */
    writeUnreadable: (count: number) => store.append('events:1', Array<string>(count).fill('{}')),
    publish: async (from: number, to: number): Promise<void> => (await write(from, to))(),
    listeners: () => listeners,
    released: () => released,
  };
}
