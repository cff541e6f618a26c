import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Change, DetectedEvent, EventObject, EventType } from '../../domain/event.ts';

/** What is compared of an object: plain JSON by field. */
export type Fields = Readonly<Record<string, unknown>>;

const itemShape = z.object({
  /** Epoch milliseconds at which the object came into being. */
  at: z.number(),
  /** Epoch milliseconds by which the present fields had been read: a reading that began before does not change them. */
  since: z.number(),
  /** The id of its latest event. */
  last: z.string().nullable(),
  fields: z.record(z.string(), z.unknown()),
  /** The latest whole reading did not show it. */
  isMissing: z.boolean().optional(),
  /** It was told of before the list was ever read: whoever says that it came into being tells something new. */
  isOfUnknownAge: z.boolean().optional(),
});
type Item = z.output<typeof itemShape>;

export const listSnapshotShape = z.object({
  items: z.record(z.string(), itemShape),
  /** Objects that are gone, with their latest event and when that was, so that one that comes back is news. */
  gone: z.record(z.string(), z.object({ last: z.string().nullable(), since: z.number() })),
  /** Objects from then or before that are not among the items are old; null where all were known. */
  horizon: z.number().nullable(),
  /** Set once the list itself has been read, and not only one of its objects. */
  isSeeded: z.boolean(),
});

/** What is remembered of a list: enough to tell new from old. */
export type ListSnapshot = z.output<typeof listSnapshotShape>;

/** A list as it was read, or as much of it as was needed. */
export interface Listing<Row> {
  readonly rows: readonly Row[];
  /** Every object of the list was read. */
  readonly isWhole: boolean;
  /** It was read at one moment: what is missing is gone. Otherwise it has to be missing twice. */
  readonly isOneGlance: boolean;
  /** Epoch milliseconds before the reading began. */
  readonly startedAt: number;
}

/** When something was read, in epoch milliseconds: it is how things were at some moment in between. */
export interface Span {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** One object that was told by itself: by a webhook, or by a change that the gateway made. */
export interface Told<Row> extends Span {
  readonly row: Row;
  /** The teller says that it came into being just now. */
  readonly isNew: boolean;
  /** Whether what is known of the object is older than what is told, where the teller may be late: time tells nothing then. */
  readonly follows?: (known: Fields) => boolean;
  /** Fields that have just become what they are: told also where nothing was known of the object. */
  readonly become?: readonly string[];
  /** What happened beside what the row shows: told however late. */
  readonly more?: Fields;
}

/** How the objects of one list are told apart, compared and shown. */
export interface ListKind<Row> {
  /** Of the entity, in the ids of events: `payment`. */
  readonly name: string;
  readonly keyOf: (row: Row) => string;
  readonly atOf: (row: Row) => number;
  readonly fieldsOf: (row: Row) => Fields;
  /** Kept beyond the newest: it is still going to change. */
  readonly isOpen?: (fields: Fields) => boolean;
  readonly added: EventType;
  /** When it happened, where the row tells; its coming into being otherwise does. */
  readonly addedAt?: (row: Row) => Date | null;
  readonly changed: readonly {
    readonly type: EventType;
    readonly fields: readonly string[];
    /** Only when it has become so. */
    readonly when?: (after: Fields) => boolean;
    readonly at?: (row: Row) => Date | null;
  }[];
  /** Null where objects of the list never go. */
  readonly removed: EventType | null;
  readonly objectOf: (row: Row) => EventObject;
  /** Of an object that is gone. */
  readonly goneObjectOf?: (key: string, fields: Fields) => EventObject;
  readonly teamOf?: (fields: Fields) => number | null;
}

export interface Detection<Snapshot> {
  /** In the order in which they happened, as far as that is known. */
  readonly events: readonly DetectedEvent[];
  readonly snapshot: Snapshot;
}

/** So many objects are remembered beside the open ones. Of lists whose objects go, so many in all. */
const remembered = 1000;
const rememberedOpen = 200;
const rememberedGone = 200;

export const empty: ListSnapshot = { items: {}, gone: {}, horizon: null, isSeeded: false };

/** What is new, changed and gone in a list since the snapshot. The first sight of a list is no news. */
export function detectInList<Row>(
  kind: ListKind<Row>,
  organization: number,
  previous: ListSnapshot | null,
  { rows, isWhole, isOneGlance, startedAt, endedAt }: Listing<Row> & Span,
): Detection<ListSnapshot> {
  const known = previous ?? empty;
  const book = open(kind, organization, known, { startedAt, endedAt });
  const seen = new Set<string>();
  // lists come newest first: turned round, so that those of one moment stay in order
  const oldestFirst = rows.toReversed().toSorted((one, other) => kind.atOf(one) - kind.atOf(other));
  const horizon = known.isSeeded ? known.horizon : isWhole ? null : (oldestFirst.map(kind.atOf)[0] ?? null);
  for (const row of oldestFirst) {
    const key = kind.keyOf(row);
    if (seen.has(key)) continue;
    seen.add(key);
    const isRecent = known.horizon === null || kind.atOf(row) > known.horizon;
    if (book.items.has(key)) book.compare(row, kind.fieldsOf(row));
    else book.add(row, known.isSeeded && isRecent);
  }
  if (isWhole && kind.removed !== null) {
    for (const [key, item] of book.items) {
      if (seen.has(key) || item.since > startedAt) continue;
      if (isOneGlance || item.isMissing === true) book.remove(key);
      else book.items.set(key, { ...item, isMissing: true });
    }
  }
  return book.close(horizon, true);
}

/** Of a list that cannot be seen nothing is known: what came into it before `horizon` is no news later. */
export function detectHidden(previous: ListSnapshot | null, horizon: number): Detection<ListSnapshot> {
  const known = previous ?? empty;
  return { events: [], snapshot: known.isSeeded ? known : { ...known, horizon, isSeeded: true } };
}

/** As `detectInList`, for a single object. */
export function detectTold<Row>(
  kind: ListKind<Row>,
  organization: number,
  previous: ListSnapshot | null,
  { row, isNew, follows, become = [], more, startedAt, endedAt }: Told<Row>,
): Detection<ListSnapshot> {
  const known = previous ?? empty;
  const span = { startedAt: follows === undefined ? startedAt : Number.POSITIVE_INFINITY, endedAt };
  const book = open(kind, organization, known, span);
  const key = kind.keyOf(row);
  const item = book.items.get(key);
  const isRecent = known.isSeeded && (known.horizon === null || kind.atOf(row) > known.horizon);
  if (item !== undefined) {
    if (isNew && item.isOfUnknownAge === true) book.tellOrigin(row, item);
    if (follows === undefined || follows(item.fields)) book.compare(row, kind.fieldsOf(row));
  } else if (follows === undefined || known.gone[key] === undefined) {
    book.add(row, isNew || isRecent, become);
  }
  if (more !== undefined) book.tellMore(row, more);
  return book.close(known.horizon, known.isSeeded);
}

/** The same for objects that are gone. */
export function detectGone<Row>(
  kind: ListKind<Row>,
  organization: number,
  previous: ListSnapshot | null,
  { keys, ...span }: Span & { readonly keys: readonly string[] },
): Detection<ListSnapshot> {
  const known = previous ?? empty;
  const book = open(kind, organization, known, span);
  for (const key of keys) if (book.items.has(key)) book.remove(key);
  return book.close(known.horizon, known.isSeeded);
}

/** The snapshot while it is being written on, and the events that come of it. */
function open<Row>(
  kind: ListKind<Row>,
  organization: number,
  known: ListSnapshot,
  { startedAt, endedAt }: Span,
) {
  const items = new Map<string, Item>(Object.entries(known.items));
  const gone = new Map(Object.entries(known.gone));
  const events: DetectedEvent[] = [];

  function tell(
    key: string,
    event: Pick<DetectedEvent, 'type' | 'occurredAt' | 'changes' | 'object'>,
    last: string | null,
    fields: Fields,
  ): string {
    const id = eventId([organization, kind.name, key], event.type, event.changes, last);
    events.push({ ...event, id, team: kind.teamOf?.(fields) ?? null });
    return id;
  }

  /** Each group of fields that differs is an event. Answers with the id of the last. */
  function tellChanges(
    row: Row,
    before: Fields,
    after: Fields,
    last: string | null,
    groups = kind.changed,
  ): string | null {
    let latest = last;
    for (const { type, fields, when, at } of groups) {
      const changes = changesBetween(before, after, fields);
      if (changes.length === 0 || when?.(after) === false) continue;
      const event = { type, changes, occurredAt: at?.(row) ?? null, object: kind.objectOf(row) };
      latest = tell(kind.keyOf(row), event, latest, after);
    }
    return latest;
  }

  function tellAdded(row: Row, fields: Fields, last: string | null): string {
    const event = {
      type: kind.added,
      changes: changesBetween({}, fields),
      occurredAt: kind.addedAt?.(row) ?? null,
      object: kind.objectOf(row),
    };
    return tell(kind.keyOf(row), event, last, fields);
  }

  return {
    items,
    /** `become`: what is told of one that is no news itself. */
    add(row: Row, isNews: boolean, become?: readonly string[]): void {
      const key = kind.keyOf(row);
      const earlier = gone.get(key);
      // read before it went
      if (earlier !== undefined && earlier.since > startedAt) return;
      gone.delete(key);
      const fields = kind.fieldsOf(row);
      const item: Item = { at: kind.atOf(row), since: endedAt, last: earlier?.last ?? null, fields };
      if (isNews) {
        // it may have come to its end since
        const ends = kind.changed.filter(({ when }) => when !== undefined);
        item.last = tellChanges(row, {}, fields, tellAdded(row, fields, item.last), ends);
      } else if (become !== undefined) {
        item.last = tellChanges(row, without(fields, become), fields, item.last);
        if (!known.isSeeded) item.isOfUnknownAge = true;
      }
      items.set(key, item);
    },
    /** After other news of it. */
    tellOrigin(row: Row, item: Item): void {
      const last = tellAdded(row, kind.fieldsOf(row), item.last);
      items.set(kind.keyOf(row), { ...item, last, isOfUnknownAge: false });
    },
    compare(row: Row, fields: Fields): void {
      const key = kind.keyOf(row);
      const item = items.get(key);
      if (item === undefined || item.since > startedAt) return;
      const merged = { ...item.fields, ...fields };
      const { isMissing, ...present } = item;
      if (changesBetween(item.fields, merged).length === 0) {
        if (isMissing === true) items.set(key, present);
        return;
      }
      const last = tellChanges(row, item.fields, merged, item.last);
      items.set(key, { ...present, since: Math.max(item.since, endedAt), last, fields: merged });
    },
    tellMore(row: Row, more: Fields): void {
      const key = kind.keyOf(row);
      const item = items.get(key);
      if (item === undefined) return;
      const fields = { ...item.fields, ...more };
      items.set(key, { ...item, last: tellChanges(row, item.fields, fields, item.last), fields });
    },
    remove(key: string): void {
      const item = items.get(key);
      if (item === undefined || kind.removed === null || kind.goneObjectOf === undefined) return;
      items.delete(key);
      const isTold = kind.changed.some(
        ({ type, when }) => type === kind.removed && when?.(item.fields) === true,
      );
      const event = {
        type: kind.removed,
        changes: changesBetween(item.fields, {}),
        occurredAt: null,
        object: kind.goneObjectOf(key, item.fields),
      };
      const last = isTold ? item.last : tell(key, event, item.last, item.fields);
      gone.set(key, { last, since: endedAt });
    },
    close(horizon: number | null, isSeeded: boolean): Detection<ListSnapshot> {
      const kept = keep(kind, items);
      return {
        events,
        snapshot: {
          items: Object.fromEntries(kept.items),
          gone: Object.fromEntries([...gone].slice(-rememberedGone)),
          horizon: kept.dropped === null ? horizon : Math.max(kept.dropped, horizon ?? kept.dropped),
          isSeeded,
        },
      };
    },
  };
}

/** The newest objects and the open ones; and when the newest of those that were let go of came into being. */
function keep<Row>(
  kind: ListKind<Row>,
  items: ReadonlyMap<string, Item>,
): { readonly items: readonly (readonly [string, Item])[]; readonly dropped: number | null } {
  if (items.size <= remembered) return { items: [...items], dropped: null };
  const newestFirst = [...items].toSorted(([, one], [, other]) => other.at - one.at);
  const rest = newestFirst.slice(remembered);
  const isOpen = ([, { fields }]: readonly [string, Item]): boolean => kind.isOpen?.(fields) ?? false;
  return {
    items: [...newestFirst.slice(0, remembered), ...rest.filter(isOpen).slice(0, rememberedOpen)],
    dropped: rest[0]?.[1].at ?? null,
  };
}

/** Of all fields, or of those that are named. An absent one is null. */
function changesBetween(before: Fields, after: Fields, names?: readonly string[]): Change[] {
  const fields = names ?? [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return fields.flatMap((field) => {
    const change = { field, before: before[field] ?? null, after: after[field] ?? null };
    return isDeepStrictEqual(change.before, change.after) ? [] : [change];
  });
}

/** The same for whoever sees the same fact, by whichever way and in whichever process. */
export function eventId(
  entity: readonly (string | number)[],
  type: EventType,
  changes: readonly Change[],
  previous: string | null,
): string {
  const facts = changes.map(({ field, before, after }) => [field, before, after]);
  return createHash('sha256')
    .update(JSON.stringify([entity, type, facts, previous]))
    .digest('base64url')
    .slice(0, 27);
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
