import type { EventType } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { Placed } from './event-log.ts';

/** One who listens to the events of an organization. */
export interface Listener {
  /** Hears of each event once, in order; never waits and never throws. */
  readonly hear: (placed: Placed) => void;
}

export interface Hub {
  publish(organization: number, events: readonly Placed[]): void;
  /** From now on; the answer stops it. */
  listen(organization: number, listener: Listener): () => void;
  /** The position of the last event that was published; null where there was none yet. */
  headOf(organization: number): number | null;
  readonly listeners: () => number;
  /** How many events were published so far, by their type. */
  readonly published: () => ReadonlyMap<EventType, number>;
}

export function createHub(): Hub {
  const listeners = new Map<number, Set<Listener>>();
  const heads = new Map<number, number>();
  const published = new Map<EventType, number>();

  return {
    publish(organization, events) {
      for (const placed of events) {
        heads.set(organization, placed.position);
        const { type } = placed.event;
        published.set(type, (published.get(type) ?? 0) + 1);
        for (const listener of listeners.get(organization) ?? []) listener.hear(placed);
      }
    },
    listen(organization, listener) {
      const listed = listeners.get(organization) ?? new Set();
      listeners.set(organization, listed.add(listener));
      return () => {
        listed.delete(listener);
        if (listed.size === 0 && listeners.get(organization) === listed) listeners.delete(organization);
      };
    },
    headOf: (organization) => heads.get(organization) ?? null,
    listeners: () => Array.from(listeners.values()).reduce((sum, { size }) => sum + size, 0),
    published: () => published,
  };
}

/** What waits for a follower that is not asking: so much, and then the oldest is let go of. */
export interface Queue {
  put(placed: Placed): void;
  /** Resolves a `take` that waits, and every later one, with null. */
  close(): void;
  take(): Promise<Waiting | null>;
}

/** An event, or that so many were lost in its place, from after a position on. */
export type Waiting = Placed | { readonly missed: number; readonly after: number };

/** A follower that has lost as many times what its queue holds is let go of. */
const patience = 2;

export function createQueue(size: number, begin: number): Queue {
  const waiting: Placed[] = [];
  let lost: { missed: number; after: number } | null = null;
  let given = begin;
  let isClosed = false;
  let isTooSlow = false;
  let taker: ((next: Waiting | null) => void) | null = null;

  function hand(): Waiting | null | undefined {
    if (isClosed) return null;
    if (lost !== null) {
      const gap = lost;
      lost = null;
      return gap;
    }
    const next = waiting.shift();
    if (next !== undefined) given = next.position;
    return next;
  }

  return {
    put(placed) {
      if (isClosed || isTooSlow) return;
      if (taker !== null) {
        const take = taker;
        taker = null;
        given = placed.position;
        take(placed);
        return;
      }
      waiting.push(placed);
      if (waiting.length <= size) return;
      waiting.shift();
      lost = { after: lost?.after ?? given, missed: (lost?.missed ?? 0) + 1 };
      if (lost.missed <= size * patience) return;
      isTooSlow = true;
      waiting.length = 0;
    },
    close() {
      isClosed = true;
      waiting.length = 0;
      taker?.(null);
      taker = null;
    },
    async take() {
      const next = hand();
      if (next !== undefined) return next;
      if (isTooSlow) throw tooSlow();
      return new Promise((resolve) => {
        taker = resolve;
      });
    },
  };
}

function tooSlow(): Failure {
  return new Failure('OVERLOADED', 'Events came faster than they were taken. Go on from the last cursor.');
}
