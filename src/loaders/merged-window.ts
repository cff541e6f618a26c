import { Failure } from '../domain/failure.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { type CursorScope, notOfThisList, readCursor, writeCursor } from './cursor.ts';
import { allOf } from './each.ts';
import { readArguments, type Window, type WindowArguments } from './walk.ts';

/** A row of a list that was put together here, with its place in it. */
export interface Entry<Row> {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Tells it from every other of the list. */
  readonly key: string;
  readonly row: Row | Failure;
}

interface Search<Row> {
  /** Costs a request for each row. */
  readonly matches: (row: Row) => Promise<boolean>;
  /** A window ends after so many rows were looked at, full or not: its cursor goes on from there. */
  readonly atMost: number;
}

interface MergedList<Row> {
  readonly entries: readonly Entry<Row>[];
  readonly search: Search<Row> | null;
  readonly fetchedAt: Date;
  readonly isStale: boolean;
}

type Place = Pick<Entry<unknown>, 'at' | 'key'>;

/** How many rows of a search are looked at together. */
const together = 10;

/**
 * A window of a list that is put together from several others, newest first, ties by key. Cursors name an instant and a
 * key and not a place, so they hold whatever is added or goes. A wrong window or cursor is refused before anything is read.
 */
export async function mergedWindow<Row>(
  range: WindowArguments,
  scope: CursorScope,
  read: () => Promise<MergedList<Row>>,
): Promise<Window<Row>> {
  const { size, isBackward } = readArguments(range);
  const after = range.after == null ? null : placeOf(scope, range.after);
  const before = range.before == null ? null : placeOf(scope, range.before);
  const { entries, search, fetchedAt, isStale } = await read();

  const within = entries
    .toSorted(byPlace)
    .filter(
      (entry) =>
        (after === null || byPlace(after, entry) < 0) && (before === null || byPlace(entry, before) < 0),
    );
  const candidates = isBackward ? within.toReversed() : within;
  const { found, reached, hasMore } = await take(candidates, size, search);
  const edges = (isBackward ? found.toReversed() : found).map((entry) => ({
    cursor: cursorOf(scope, entry),
    node: entry.row,
  }));
  const end = reached === null ? null : cursorOf(scope, reached);
  return {
    edges,
    pageInfo: {
      hasNextPage: isBackward ? before !== null : hasMore,
      hasPreviousPage: isBackward ? hasMore : after !== null,
      startCursor: (isBackward ? end : null) ?? edges[0]?.cursor ?? null,
      endCursor: (isBackward ? null : end) ?? edges.at(-1)?.cursor ?? null,
    },
    totalCount: search === null ? entries.length : null,
    fetchedAt,
    isStale,
  };
}

interface Taken<Row> {
  readonly found: readonly Entry<Row>[];
  readonly hasMore: boolean;
  /** The last that was looked at, where the search ended before it had found enough. */
  readonly reached: Entry<Row> | null;
}

async function take<Row>(
  candidates: readonly Entry<Row>[],
  size: number,
  search: Search<Row> | null,
): Promise<Taken<Row>> {
  if (search === null) {
    return { found: candidates.slice(0, size), hasMore: candidates.length > size, reached: null };
  }
  const found: Entry<Row>[] = [];
  let lookedAt = 0;
  while (lookedAt < Math.min(candidates.length, search.atMost)) {
    const chunk = candidates.slice(lookedAt, Math.min(lookedAt + together, search.atMost));
    const left = Math.min(candidates.length, search.atMost) - lookedAt - chunk.length;
    const verdicts = await askingAtMost(1 + left, () =>
      allOf(chunk.map(async ({ row }) => row instanceof Failure || search.matches(row))),
    );
    found.push(...chunk.filter((_, index) => verdicts[index]));
    lookedAt += chunk.length;
    if (found.length > size) return { found: found.slice(0, size), hasMore: true, reached: null };
  }
  const hasMore = lookedAt < candidates.length;
  return { found, hasMore, reached: hasMore ? (candidates[lookedAt - 1] ?? null) : null };
}

function byPlace(one: Place, other: Place): number {
  if (one.at !== other.at) return other.at - one.at;
  return one.key < other.key ? -1 : Number(one.key > other.key);
}

const cursorOf = (scope: CursorScope, { at, key }: Place): string => writeCursor(scope, `${at},${key}`);

function placeOf(scope: CursorScope, cursor: string): Place {
  const [, at, key = ''] = /^(-?\d{1,16}),(.*)$/s.exec(readCursor(scope, cursor)) ?? [];
  if (at === undefined) throw notOfThisList();
  return { at: Number(at), key };
}
