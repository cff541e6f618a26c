import type { Clock } from '../domain/clock.ts';
import type { Sighting } from '../domain/event.ts';
import type { Store } from '../store/store.ts';
import type { EventLog } from './event-log.ts';
import type { Finding } from './finding.ts';
import type { Hub } from './hub.ts';

/** Turns what was found into events: compared with the snapshot, written down with the next one, then published. */
export interface Recorder {
  /** Answers with how many events were new. */
  record(
    organization: number,
    section: string,
    finding: Finding,
    sighting: Sighting,
    task?: Task,
  ): Promise<number>;
  /**
   * What polls and webhooks find while the gateway changes something is recorded after the change: it is known by then
   * whose doing it was. The change hears when it began, in epoch milliseconds.
   */
  whileChanging<Done>(organization: number, change: (startedAt: number) => Promise<Done>): Promise<Done>;
  /** Publishes what others have written to the same store. */
  catchUp(organization: number): Promise<void>;
  snapshot(organization: number, section: string): Promise<string | null>;
  /** Resolves once what is under way has been written. */
  settle(): Promise<void>;
}

/** A value of the store by which a finding is recorded once, whoever works on it and however often. */
export interface Task {
  readonly key: string;
  readonly open: string;
  readonly done: string;
}

export function createRecorder(store: Store, log: EventLog, hub: Hub, clock: Clock): Recorder {
  // findings of one organization come one after the other: each is compared with what the one before left
  const lines = new Map<number, Promise<unknown>>();
  const changes = new Map<number, Set<Promise<unknown>>>();

  function inLine<Done>(organization: number, work: () => Promise<Done>): Promise<Done> {
    const done = (lines.get(organization) ?? Promise.resolve()).then(work);
    const settled = done.catch(() => {});
    lines.set(organization, settled);
    void settled.then(() => lines.get(organization) === settled && lines.delete(organization));
    return done;
  }

  const valueOf = async (key: string): Promise<string | null> => (await store.get(key)) ?? null;

  return {
    async record(organization, section, finding, sighting, task) {
      const endedAt = clock.now();
      const key = keyOf(organization, section);
      let count = 0;
      if (sighting.source !== 'GATEWAY')
        await Promise.allSettled(Array.from(changes.get(organization) ?? []));
      return inLine(organization, async () => {
        const placed = await log.append(organization, sighting, async () => {
          count = 0;
          const found = new Map([[key, await valueOf(key)]]);
          const set = new Map<string, string>();
          if (task !== undefined) {
            if ((await valueOf(task.key)) !== task.open) return { events: [], found, set };
            found.set(task.key, task.open);
            set.set(task.key, task.done);
          }
          const previous = found.get(key) ?? null;
          const { events, snapshot } = finding(previous, endedAt);
          if (snapshot !== previous) set.set(key, snapshot);
          count = events.length;
          return { events, found, set };
        });
        hub.publish(organization, placed);
        return count;
      });
    },
    async whileChanging(organization, change) {
      const underWay = changes.get(organization) ?? new Set();
      changes.set(organization, underWay);
      const changing = change(clock.now());
      underWay.add(changing);
      try {
        return await changing;
      } finally {
        underWay.delete(changing);
        if (underWay.size === 0) changes.delete(organization);
      }
    },
    catchUp: (organization) =>
      inLine(organization, async () => hub.publish(organization, await log.news(organization))),
    snapshot: (organization, section) => valueOf(keyOf(organization, section)),
    async settle() {
      await Promise.all(lines.values());
    },
  };
}

const keyOf = (organization: number, section: string): string => `event-snapshot:${organization}:${section}`;
