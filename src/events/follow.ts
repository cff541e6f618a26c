import type { Clock } from '../domain/clock.ts';
import type { EventObject, PlacedEvent, RecordedEvent } from '../domain/event.ts';
import type { EventLog, Placed } from './event-log.ts';
import { createQueue, type Hub, type Queue, type Waiting } from './hub.ts';

interface FollowParts {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly organization: number;
  /** The position to go on from. */
  readonly begin: number;
  readonly isShown: (event: RecordedEvent) => boolean;
  /** An event that stands for the present state comes first, once this has resolved; null for none. */
  readonly snapshotAfter: Promise<void> | null;
  /** Where the snapshot stands: at the beginning, or at the end of what has happened by then. */
  readonly keepsPlace: boolean;
  readonly queueSize: number;
  /** Lets go of whatever the follower held. Called once. */
  readonly release: () => void;
}

const batch = 100;

/**
 * One follower of an organization's events: first what the log has after its place, then what happens. No generator:
 * `return` has to end a `next` that waits.
 */
export function followEvents(parts: FollowParts): AsyncIterableIterator<PlacedEvent> {
  const { log, hub, clock, organization, isShown, queueSize, release } = parts;
  let { snapshotAfter, begin: at } = parts;
  let replayed: Placed[] = [];
  let live: Queue | null = null;
  let stopListening = (): void => {};
  let isOver = false;
  const over = Promise.withResolvers<null>();

  async function take(): Promise<PlacedEvent | null> {
    if (snapshotAfter !== null) {
      const looked = snapshotAfter;
      snapshotAfter = null;
      await looked;
      if (!parts.keepsPlace) at = (await log.range(organization)).last;
      return synthetic('SNAPSHOT', { kind: 'snapshot' }, at);
    }
    while (live === null) {
      const next = replayed.shift();
      if (next !== undefined) return next;
      const gap = await readOn();
      if (gap !== null) return gap;
      if (isOver) return null;
    }
    return takeLive(live);
  }

  async function takeLive(queue: Queue): Promise<PlacedEvent | null> {
    const next = await queue.take();
    return next && shown(next);
  }

  /** Reads more of the log, or goes live at its end. What is no longer kept is told of. */
  async function readOn(): Promise<PlacedEvent | null> {
    const { first } = await log.range(organization);
    if (at < first) {
      const missed = first - at;
      at = first;
      return lagged(missed, at);
    }
    const events = await log.read(organization, at, batch);
    at = events.at(-1)?.position ?? at;
    replayed = events.filter(({ event }) => isShown(event));
    // nothing is awaited between here and listening: what is published meanwhile would be lost
    if (events.length > 0 || (hub.headOf(organization) ?? 0) > at || isOver) return null;
    const queue = createQueue(queueSize, at);
    live = queue;
    stopListening = hub.listen(organization, {
      hear: (placed) => {
        if (placed.position > at && isShown(placed.event)) queue.put(placed);
      },
    });
    return null;
  }

  function shown(waiting: Waiting): PlacedEvent {
    return 'event' in waiting ? waiting : lagged(waiting.missed, waiting.after);
  }

  /** Whoever goes on from its cursor gets what was missed, as far as it is kept. */
  function lagged(missed: number, after: number): PlacedEvent {
    const resumeFrom = log.cursorOf(organization, after);
    return synthetic('LAGGED', { kind: 'lagged', missed, resumeFrom }, after);
  }

  function synthetic(type: 'SNAPSHOT' | 'LAGGED', object: EventObject, position: number): PlacedEvent {
    const cursor = log.cursorOf(organization, position);
    const detectedAt = new Date(clock.now());
    return {
      cursor,
      event: {
        id: `${type.toLowerCase()}-${cursor}`,
        type,
        organization,
        occurredAt: null,
        detectedAt,
        source: 'GATEWAY',
        changes: [],
        team: null,
        object,
      },
    };
  }

  function end(): void {
    if (isOver) return;
    isOver = true;
    stopListening();
    live?.close();
    over.resolve(null);
    release();
  }

  const done = { value: undefined, done: true } as const;
  return {
    async next() {
      if (isOver) return done;
      try {
        // a queue ends its own waits; a race over each event would be remembered for as long as the follower is
        const value = await (live === null ? Promise.race([take(), over.promise]) : takeLive(live));
        return value === null || isOver ? done : { value, done: false };
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      end();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
