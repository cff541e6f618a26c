import { randomBytes } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import type { DetectedEvent, EventSource, PlacedEvent, RecordedEvent } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { Store } from '../store/store.ts';
import { eventFromText, textOfEvent } from './keeping.ts';

/** The events of every organization in the order in which they were seen, each organization's in a log of its own. */
export interface EventLog {
  /**
   * Writes events together with what was concluded from them, all or none. Answers with those that are new, after what
   * others have written to the same store since this was last called.
   */
  append(
    organization: number,
    events: readonly DetectedEvent[],
    options: { readonly source: EventSource; readonly set: ReadonlyMap<string, string> },
  ): Promise<readonly PlacedEvent[]>;
  /** Events after a position, oldest first. */
  read(organization: number, after: number, limit: number): Promise<readonly PlacedEvent[]>;
  /** Where the log begins and ends: what stands after `first` and up to `last` is kept. */
  range(organization: number): Promise<{ readonly first: number; readonly last: number }>;
  cursorOf(organization: number, position: number): string;
  positionOf(organization: number, cursor: string): number;
}

interface Retention {
  readonly maxEvents: number;
  readonly retentionMs: number;
}

/** What is known of the rows that are kept: enough to drop what comes again. */
interface Index {
  readonly ids: Set<string>;
  readonly rows: { readonly position: number; readonly id: string; readonly at: number }[];
  last: number;
}

const identityKey = 'events:identity';
const batch = 500;

/** Cursors of one store mean nothing in another. */
export async function openEventLog(
  store: Store,
  clock: Clock,
  { maxEvents, retentionMs }: Retention,
): Promise<EventLog> {
  await store.setIfAbsent(identityKey, randomBytes(6).toString('base64url'));
  const identity = await store.get(identityKey);
  const indexes = new Map<number, Promise<Index>>();

  function indexOf(organization: number): Promise<Index> {
    const known = indexes.get(organization) ?? openIndex(organization);
    indexes.set(organization, known);
    // a store that fails may answer again
    known.catch(() => indexes.delete(organization));
    return known;
  }

  async function openIndex(organization: number): Promise<Index> {
    const first = await store.first(nameOf(organization));
    const index: Index = { ids: new Set(), rows: [], last: (first?.position ?? 1) - 1 };
    for (;;) {
      const rows = await catchUp(organization, index);
      if (rows.length < batch) return index;
    }
  }

  /** Others may write to the same store. */
  async function catchUp(organization: number, index: Index): Promise<(PlacedEvent | null)[]> {
    const rows = await store.read(nameOf(organization), { after: index.last, limit: batch });
    return rows.map(({ position, row }) => {
      const event = eventFromText(row);
      index.last = position;
      if (event !== null) remember(index, event, position);
      return event && { event, position, cursor: cursorOf(organization, position) };
    });
  }

  async function trim(organization: number, index: Index): Promise<void> {
    const oldest = clock.now() - retentionMs;
    const young = index.rows.findIndex(({ at }) => at > oldest);
    const old = young === -1 ? index.rows.length : young;
    const count = Math.max(index.rows.length - maxEvents, old);
    // in one go, rather than one with each event
    if (count < Math.max(1, Math.floor(maxEvents / 20))) return;
    const dropped = index.rows.splice(0, Math.min(count, index.rows.length - 1));
    for (const { id } of dropped) index.ids.delete(id);
    const through = dropped.at(-1)?.position;
    if (through !== undefined) await store.trim(nameOf(organization), through);
  }

  const cursorOf = (organization: number, position: number): string =>
    Buffer.from(`${identity}/${organization}/${position}`).toString('base64url');

  return {
    cursorOf,
    positionOf(organization, cursor) {
      const parts = Buffer.from(cursor, 'base64url').toString().split('/');
      const position = Number(parts[2]);
      if (parts.length !== 3 || !Number.isSafeInteger(position) || position < 0) {
        throw new Failure('BAD_USER_INPUT', 'The cursor is not one that an event of this graph had.');
      }
      if (parts[1] !== String(organization)) {
        throw new Failure('BAD_USER_INPUT', 'The cursor belongs to the events of another organization.');
      }
      if (parts[0] === identity) return position;
      throw new Failure('STALE_CURSOR', 'The events before were forgotten with the store. Begin anew.');
    },
    async append(organization, events, { source, set }) {
      const index = await indexOf(organization);
      const others = (await catchUp(organization, index)).filter((placed) => placed !== null);
      const detectedAt = new Date(clock.now());
      const fresh = new Map<string, RecordedEvent>();
      for (const event of events) {
        if (!index.ids.has(event.id)) fresh.set(event.id, { ...event, organization, detectedAt, source });
      }
      const recorded = [...fresh.values()];
      if (recorded.length === 0 && set.size === 0) return others;
      const name = nameOf(organization);
      const reached = await store.commit({
        set,
        ...(recorded.length > 0 && { append: new Map([[name, recorded.map(textOfEvent)]]) }),
      });
      const last = reached.get(name) ?? index.last;
      const placed = recorded.map((event, place): PlacedEvent => {
        const position = last - recorded.length + 1 + place;
        return { event, position, cursor: cursorOf(organization, position) };
      });
      for (const { event, position } of placed) remember(index, event, position);
      index.last = Math.max(index.last, last);
      await trim(organization, index);
      return [...others, ...placed];
    },
    async read(organization, after, limit) {
      const rows = await store.read(nameOf(organization), { after, limit });
      return rows.flatMap(({ position, row }) => {
        const event = eventFromText(row);
        return event === null ? [] : [{ event, position, cursor: cursorOf(organization, position) }];
      });
    },
    async range(organization) {
      // from here on `append` tells what others write
      await indexOf(organization);
      const [first, last] = await Promise.all([
        store.first(nameOf(organization)),
        store.last(nameOf(organization)),
      ]);
      return { first: (first?.position ?? 1) - 1, last: last?.position ?? 0 };
    },
  };
}

function remember({ ids, rows }: Index, { id, detectedAt }: RecordedEvent, position: number): void {
  ids.add(id);
  rows.push({ position, id, at: detectedAt.getTime() });
}

const nameOf = (organization: number): string => `events:${organization}`;
