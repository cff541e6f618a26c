import type { Clock } from '../domain/clock.ts';
import type { Follower, PlacedEvent, RecordedEvent } from '../domain/event.ts';
import { createAudience } from './audience.ts';
import type { EventLog } from './event-log.ts';
import type { Hub } from './hub.ts';
import { laggedAt, snapshotAt } from './signs.ts';
import { createTap } from './tap.ts';

interface FollowParts {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly organization: number;
  /** The position to go on from. */
  readonly begin: number;
  readonly isShown: (event: RecordedEvent) => boolean;
  readonly snapshot: Snapshot | null;
  /** Lets go of whatever the follower held. Called once. */
  readonly release: () => void;
}

/** An event that stands for the present state and comes first. */
interface Snapshot {
  /** Once everything has been looked at. */
  readonly ready: Promise<void>;
  /** Stands at the beginning, or else at the end of what has happened by then. */
  readonly keepsPlace: boolean;
}

const batch = 100;

/** What the log has after a place, and what happens. */
export function followEvents(parts: FollowParts): Follower {
  const { log, hub, clock, organization, isShown, release } = parts;
  let { snapshot, begin: at } = parts;
  let replayed: PlacedEvent[] = [];
  let isOver = false;
  let stopWaiting = (): void => {};

  async function takeSnapshot({ ready, keepsPlace }: Snapshot): Promise<PlacedEvent> {
    await Promise.race([ready, new Promise<void>((resolve) => void (stopWaiting = resolve))]);
    if (!keepsPlace) at = (await log.range(organization)).last;
    // the last events are in no order of when they were seen
    const before = await log.read(organization, at - batch, batch);
    const newest = Math.max(...before.map(({ event }) => event.asOf?.getTime() ?? -Infinity));
    const asOf = newest === -Infinity ? null : new Date(newest);
    return snapshotAt(log, { organization, position: at, now: clock.now() }, asOf);
  }

  function lagged(missed: number, after: number): PlacedEvent {
    return laggedAt(log, { organization, position: after, now: clock.now() }, missed);
  }

  const follower: Follower = {
    organization,
    async past() {
      if (snapshot !== null) {
        const wished = snapshot;
        snapshot = null;
        return takeSnapshot(wished);
      }
      for (;;) {
        if (isOver) return null;
        const next = replayed.shift();
        if (next !== undefined) return next;
        const { first, last } = await log.range(organization);
        if (at < first) {
          const missed = first - at;
          at = first;
          return lagged(missed, at);
        }
        const events = await log.read(organization, at, batch);
        if (events.length === 0 && at >= last) return null;
        // rows that cannot be read are passed over
        at = events.at(-1)?.position ?? Math.min(at + batch, last);
        replayed = events.filter(({ event }) => isShown(event));
      }
    },
    isAtEnd: () => (hub.headOf(organization) ?? 0) <= at,
    position: () => at,
    from: (position) => followEvents({ ...parts, begin: position, snapshot: null, release: () => {} }),
    listen: (hear) =>
      hub.listen(organization, (placed) => {
        if (isShown(placed.event)) hear(placed);
      }),
    lagged,
    end() {
      if (isOver) return;
      isOver = true;
      stopWaiting();
      release();
    },
    [Symbol.asyncIterator]() {
      const { sink, values } = createTap<PlacedEvent>();
      const show = async (placed: PlacedEvent) => ({ shown: placed, note: () => {} });
      createAudience<PlacedEvent, null>().attend({ key: '', follower, who: null, show, sink });
      return values;
    },
  };
  return follower;
}
