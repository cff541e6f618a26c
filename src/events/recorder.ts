import type { EventSource } from '../domain/event.ts';
import type { Store } from '../store/store.ts';
import type { EventLog } from './event-log.ts';
import type { Hub } from './hub.ts';
import type { Finding } from './sections.ts';

/** Turns what was found into events: compared with the snapshot, written down with the next one, then published. */
export interface Recorder {
  /** Answers with how many events were new. */
  record(organization: number, section: string, finding: Finding, source: EventSource): Promise<number>;
  /**
   * What polls and webhooks find while the gateway changes something is recorded after the change: it is known by then
   * whose doing it was.
   */
  whileChanging<Done>(organization: number, change: () => Promise<Done>): Promise<Done>;
  snapshot(organization: number, section: string): Promise<string | null>;
  /** Resolves once what is under way has been written. */
  settle(): Promise<void>;
}

export function createRecorder(store: Store, log: EventLog, hub: Hub): Recorder {
  // findings of one organization come one after the other: each is compared with what the one before left
  const lines = new Map<number, Promise<unknown>>();
  const changes = new Map<number, Set<Promise<unknown>>>();

  async function write(
    organization: number,
    section: string,
    finding: Finding,
    source: EventSource,
  ): Promise<number> {
    const key = keyOf(organization, section);
    const previous = (await store.get(key)) ?? null;
    const { events, snapshot } = finding(previous);
    const set = new Map(snapshot === previous ? [] : [[key, snapshot]]);
    const placed = await log.append(organization, events, { source, set });
    hub.publish(organization, placed);
    return events.length;
  }

  return {
    async record(organization, section, finding, source) {
      if (source !== 'GATEWAY') await Promise.allSettled(Array.from(changes.get(organization) ?? []));
      const before = lines.get(organization) ?? Promise.resolve();
      const written = before.then(() => write(organization, section, finding, source));
      const settled = written.catch(() => {});
      lines.set(organization, settled);
      void settled.then(() => lines.get(organization) === settled && lines.delete(organization));
      return written;
    },
    async whileChanging(organization, change) {
      const underWay = changes.get(organization) ?? new Set();
      changes.set(organization, underWay);
      const changing = change();
      underWay.add(changing);
      try {
        return await changing;
      } finally {
        underWay.delete(changing);
        if (underWay.size === 0) changes.delete(organization);
      }
    },
    snapshot: async (organization, section) => (await store.get(keyOf(organization, section))) ?? null,
    async settle() {
      await Promise.all(lines.values());
    },
  };
}

const keyOf = (organization: number, section: string): string => `event-snapshot:${organization}:${section}`;
