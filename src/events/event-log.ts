import { randomBytes } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import type { DetectedEvent, PlacedEvent, RecordedEvent, Sighting } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { Store } from '../store/store.ts';
import { eventFromText, textOfEvent } from './keeping.ts';

/** The events of every organization in the order in which they were seen, each organization's in a log of its own. */
export interface EventLog {
  /**
   * Writes events together with what was concluded from them, all or none. Answers with those that are new, after what
   * others have written to the same store since this or `news` was last called. `conclude` is called again where others
   * have changed what it found.
   */
  append(
    organization: number,
    sighting: Sighting,
    conclude: () => Promise<Conclusion>,
  ): Promise<readonly PlacedEvent[]>;
  /** What others have written to the same store since this or `append` was last called. */
  news(organization: number): Promise<readonly PlacedEvent[]>;
  /** Events after a position, oldest first. */
  read(organization: number, after: number, limit: number): Promise<readonly PlacedEvent[]>;
  /** Where the log begins and ends: what stands after `first` and up to `last` is kept. */
  range(organization: number): Promise<{ readonly first: number; readonly last: number }>;
  cursorOf(organization: number, position: number): string;
  positionOf(organization: number, cursor: string): number;
}

export interface Conclusion {
  readonly events: readonly DetectedEvent[];
  /** Values that it rests on, as they were found. */
  readonly found: ReadonlyMap<string, string | null>;
  readonly set: ReadonlyMap<string, string>;
}

interface Retention {
  readonly maxEvents: number;
  readonly retentionMs: number;
}

/** What is known of the rows that are kept: enough to drop what comes again. */
interface Index {
  readonly ids: Set<string>;
  readonly rows: { readonly position: number; readonly id: string; readonly at: number }[];
  /** What nobody was told of yet. */
  readonly news: PlacedEvent[];
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
    const index: Index = { ids: new Set(), rows: [], news: [], last: (first?.position ?? 1) - 1 };
    await catchUp(organization, index);
    index.news.length = 0;
    return index;
  }

  /** Others may write to the same store. */
  async function catchUp(organization: number, index: Index): Promise<void> {
    for (;;) {
      const rows = await store.read(nameOf(organization), { after: index.last, limit: batch });
      for (const { position, row } of rows) {
        index.last = position;
        const event = eventFromText(row);
        if (event === null) continue;
        remember(index, event, position);
        index.news.push({ event, position, cursor: cursorOf(organization, position) });
      }
      if (rows.length < batch) return;
    }
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
    async append(organization, sighting, conclude) {
      const name = nameOf(organization);
      for (;;) {
        const index = await indexOf(organization);
        const { events, found, set } = await conclude();
        await catchUp(organization, index);
        const detectedAt = new Date(clock.now());
        const fresh = new Map<string, RecordedEvent>();
        for (const event of events) {
          if (!index.ids.has(event.id))
            fresh.set(event.id, { ...event, ...sighting, organization, detectedAt });
        }
        const recorded = [...fresh.values()];
        if (recorded.length === 0 && set.size === 0) return index.news.splice(0);
        const last = index.last;
        const written = await store.commitIf(
          { values: found, reached: new Map([[name, last]]) },
          { set, append: new Map([[name, recorded.map(textOfEvent)]]) },
        );
        if (written === null) {
          const reached = (await store.last(name))?.position ?? 0;
          // somebody has emptied the store
          if (reached < last) indexes.delete(organization);
          continue;
        }
        const placed = recorded.map((event, place): PlacedEvent => {
          const position = last + 1 + place;
          return { event, position, cursor: cursorOf(organization, position) };
        });
        for (const { event, position } of placed) remember(index, event, position);
        index.last = last + recorded.length;
        // told with what comes next, should the store fail now
        index.news.push(...placed);
        await trim(organization, index);
        return index.news.splice(0);
      }
    },
    async news(organization) {
      const index = await indexOf(organization);
      await catchUp(organization, index);
      return index.news.splice(0);
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
