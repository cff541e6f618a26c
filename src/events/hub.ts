import type { EventType, PlacedEvent } from '../domain/event.ts';

/** Hears of each event once, in order; never waits and never throws. */
export type Hear = (placed: PlacedEvent) => void;

export interface Hub {
  publish(organization: number, events: readonly PlacedEvent[]): void;
  /** From now on; the answer stops it. */
  listen(organization: number, hear: Hear): () => void;
  /** The position of the last event that was published; null where there was none yet. */
  headOf(organization: number): number | null;
  /** How many events were published so far, by their type. */
  readonly published: () => ReadonlyMap<EventType, number>;
}

export function createHub(): Hub {
  const listeners = new Map<number, Set<Hear>>();
  const heads = new Map<number, number>();
  const published = new Map<EventType, number>();

  return {
    publish(organization, events) {
      for (const placed of events) {
        heads.set(organization, placed.position);
        const { type } = placed.event;
        published.set(type, (published.get(type) ?? 0) + 1);
        for (const hear of listeners.get(organization) ?? []) hear(placed);
      }
    },
    listen(organization, hear) {
      const listed = listeners.get(organization) ?? new Set();
      listeners.set(organization, listed.add(hear));
      return () => {
        listed.delete(hear);
        if (listed.size === 0 && listeners.get(organization) === listed) listeners.delete(organization);
      };
    },
    headOf: (organization) => heads.get(organization) ?? null,
    published: () => published,
  };
}
