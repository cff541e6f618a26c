import type { EventSource } from '../domain/event.ts';
import type { Store } from '../store/store.ts';
import type { EventLog } from './event-log.ts';
import type { Hub } from './hub.ts';
import type { Finding } from './sections.ts';

/** Turns what was found into events: compared with the snapshot, written down with the next one, then published. */
export interface Recorder {
  /** Answers with how many events were new. */
  record(organization: number, section: string, finding: Finding, source: EventSource): Promise<number>;
  snapshot(organization: number, section: string): Promise<string | null>;
  /** Resolves once what is under way has been written. */
  settle(): Promise<void>;
}

export function createRecorder(store: Store, log: EventLog, hub: Hub): Recorder {
  // findings of one organization come one after the other: each is compared with what the one before left
  const lines = new Map<number, Promise<unknown>>();

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
    record(organization, section, finding, source) {
      const before = lines.get(organization) ?? Promise.resolve();
      const written = before.then(() => write(organization, section, finding, source));
      const settled = written.catch(() => {});
      lines.set(organization, settled);
      void settled.then(() => lines.get(organization) === settled && lines.delete(organization));
      return written;
    },
    snapshot: async (organization, section) => (await store.get(keyOf(organization, section))) ?? null,
    async settle() {
      await Promise.all(lines.values());
    },
  };
}

const keyOf = (organization: number, section: string): string => `event-snapshot:${organization}:${section}`;
