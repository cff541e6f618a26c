import { Failure } from '../domain/failure.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { allOf } from './each.ts';
import {
  badInput,
  createPages,
  isWanted,
  lengthOf,
  locate,
  type PagedList,
  type Pages,
  pagesAtMost,
  pagesToSearch,
  pagesToWalk,
  readArguments,
  type Window,
  type WindowArguments,
} from './walk.ts';

/** Which of two rows comes first: below zero for the one. Each list stands in this order by itself. */
type Order<Row> = (one: Row, other: Row) => number;

/** How far into one list: so many of its rows lie before, the last of them with this key. */
interface Place {
  readonly offset: number;
  readonly key: string;
}

const start: Place = { offset: 0, key: '' };

/** A row of the merged list: the list that it comes from, and the places in all of them right behind it. */
interface Step<Row> {
  readonly row: Row | Failure;
  readonly source: number;
  readonly places: readonly Place[];
}

interface Reached<Row> {
  readonly found: readonly Step<Row>[];
  readonly hasMore: boolean;
  /** The last row that was looked at, where the search ended before it had found enough. */
  readonly lookedAt?: Step<Row> | undefined;
}

interface Source<Row> {
  readonly list: PagedList<Row>;
  readonly pages: Pages<Row>;
}

/** One list on the way through it. */
interface Track<Row> extends Source<Row> {
  readonly seen: Set<string>;
  /** No page further from the one that it began with is read. */
  readonly mostPages: number;
  readonly from: Place;
  /** Where it ends for this window; null where only the list itself ends. */
  readonly until: Place | null;
  at: Place;
}

/** Reads a window of several lists as if they were one, touching no more pages of each than it needs. */
export async function merge<Row>(
  lists: readonly PagedList<Row>[],
  order: Order<Row>,
  window: WindowArguments,
): Promise<Window<Row>> {
  const atMost = lists.reduce((sum, list) => sum + pagesAtMost(list, window), 0);
  // the first page of each is asked for at once, and so known to be needed
  return askingAtMost(atMost - lists.length + 1, () => readWindow(lists, order, window));
}

async function readWindow<Row>(
  lists: readonly PagedList<Row>[],
  order: Order<Row>,
  window: WindowArguments,
): Promise<Window<Row>> {
  const { size, isBackward } = readArguments(window);
  const sources = lists.map((list) => ({ list, pages: createPages(list) }));
  const find = (cursor: string) => locateStep(sources, order, readCursor(lists, cursor));
  const after = window.after == null ? null : await find(window.after);
  const before = window.before == null ? null : await find(window.before);

  const { found, hasMore, lookedAt } = isBackward
    ? await mergeBackward(
        tracksOf(sources, size, before?.before ?? (await endsOf(sources)), after?.after ?? null),
        order,
        size,
      )
    : await mergeForward(
        tracksOf(sources, size, after?.after ?? null, before?.before ?? null),
        order,
        size,
        before !== null,
      );
  const edges = found.map((step) => ({ cursor: cursorOf(lists, step), node: step.row }));
  const reached = lookedAt && cursorOf(lists, lookedAt);
  return {
    edges,
    pageInfo: {
      hasNextPage: isBackward ? before !== null : hasMore,
      hasPreviousPage: isBackward ? hasMore : after !== null,
      startCursor: (isBackward ? reached : undefined) ?? edges[0]?.cursor ?? null,
      endCursor: (isBackward ? undefined : reached) ?? edges.at(-1)?.cursor ?? null,
    },
    totalCount: await lengthOfAll(sources),
    fetchedAt: new Date(Math.min(...sources.map(({ pages }) => pages.fetchedAt()))),
    isStale: sources.some(({ pages }) => pages.isStale()),
  };
}

function tracksOf<Row>(
  sources: readonly Source<Row>[],
  size: number,
  from: readonly Place[] | null,
  until: readonly Place[] | null,
): Track<Row>[] {
  return sources.map((source, index) => {
    const place = from?.[index] ?? start;
    return {
      ...source,
      seen: new Set(),
      mostPages: pagesToWalk(source.list, size),
      from: place,
      until: until?.[index] ?? null,
      at: place,
    };
  });
}

async function mergeForward<Row>(
  tracks: readonly Track<Row>[],
  order: Order<Row>,
  size: number,
  isBounded: boolean,
): Promise<Reached<Row>> {
  const found: Step<Row>[] = [];
  let lookedAt: Step<Row> | undefined;
  for (;;) {
    if (found.length === size) {
      // totals that are known save the request which would only tell whether there is more
      const length = await lengthOfAll(tracks);
      const passed = tracks.reduce((sum, { at }) => sum + at.offset, 0);
      if (isBounded || length !== null) return { found, hasMore: isBounded || passed < (length ?? 0) };
    }
    const heads = await allOf(tracks.map(headOf));
    if (heads.includes('too far')) return { found, hasMore: true, lookedAt };
    const head = heads.reduce((best, next) => (comesBefore(next, best, order) ? next : best), 'end');
    if (typeof head === 'string') return { found, hasMore: isBounded };
    const { track, row } = head;
    track.at = { offset: track.at.offset + 1, key: keyIn(track, row) };
    lookedAt = { row, source: tracks.indexOf(track), places: tracks.map(({ at }) => at) };
    if (!isWanted(track.list, row, track.seen)) continue;
    if (found.length === size) return { found, hasMore: true };
    found.push(lookedAt);
  }
}

type Head<Row> = { readonly track: Track<Row>; readonly row: Row | Failure } | 'end' | 'too far';

/** The next row of a list. */
async function headOf<Row>(track: Track<Row>): Promise<Head<Row>> {
  const { list, pages, from, until, at, mostPages } = track;
  if (until !== null && at.offset >= until.offset) return 'end';
  if (at.offset > 0 && at.offset % list.pageSize === 0) {
    const { total } = await pages.first();
    if (total !== null && at.offset >= total) return 'end';
  }
  if (pageOf(list, at.offset) - pageOf(list, from.offset) >= mostPages) return 'too far';
  const row = await rowAt(track, at.offset);
  return row === undefined ? 'end' : { track, row };
}

/** A row that could not be read follows at once on the one before it. */
function comesBefore<Row>(one: Head<Row>, other: Head<Row>, order: Order<Row>): boolean {
  if (typeof one === 'string') return false;
  if (typeof other === 'string') return true;
  if (other.row instanceof Failure) return false;
  return one.row instanceof Failure || order(one.row, other.row) < 0;
}

async function mergeBackward<Row>(
  tracks: readonly Track<Row>[],
  order: Order<Row>,
  size: number,
): Promise<Reached<Row>> {
  const found: Step<Row>[] = [];
  let lookedAt: Step<Row> | undefined;
  for (;;) {
    const tails = await allOf(tracks.map(tailOf));
    if (tails.includes('too far')) return { found: found.toReversed(), hasMore: true, lookedAt };
    const tail = tails.reduce((best, next) => (comesAfter(next, best, order) ? next : best), 'end');
    if (typeof tail === 'string') {
      return { found: found.toReversed(), hasMore: tracks.some(({ until }) => until !== null) };
    }
    const { track, row } = tail;
    lookedAt = { row, source: tracks.indexOf(track), places: tracks.map(({ at }) => at) };
    track.at = { offset: track.at.offset - 1, key: '' };
    if (!isWanted(track.list, row, track.seen)) continue;
    if (found.length === size) return { found: found.toReversed(), hasMore: true };
    found.push(lookedAt);
  }
}

type Tail<Row> =
  | {
      readonly track: Track<Row>;
      readonly row: Row | Failure;
      /** By which it is placed: the row itself, or the readable one before it. */
      readonly anchor: Row | undefined;
    }
  | 'end'
  | 'too far';

/** The row before the place that a list was followed back to, with its key noted there. */
async function tailOf<Row>(track: Track<Row>): Promise<Tail<Row>> {
  const { list, pages, from, until, mostPages } = track;
  for (;;) {
    const offset = track.at.offset - 1;
    if (offset < (until?.offset ?? 0)) {
      track.at = until ?? start;
      return 'end';
    }
    if (pageOf(list, from.offset - 1) - pageOf(list, offset) >= mostPages) return 'too far';
    const rows = await pages.rows(pageOf(list, offset));
    const place = offset % list.pageSize;
    const row = rows[place];
    track.at = { offset: offset + 1, key: row === undefined ? '' : keyIn(track, row) };
    if (row !== undefined) return { track, row, anchor: rows.slice(0, place + 1).findLast(isReadable) };
    // the list has become shorter than it was said to be
    track.at = { offset, key: '' };
  }
}

function comesAfter<Row>(one: Tail<Row>, other: Tail<Row>, order: Order<Row>): boolean {
  if (typeof one === 'string') return false;
  if (typeof other === 'string') return true;
  if (other.anchor === undefined) return false;
  return one.anchor === undefined || order(one.anchor, other.anchor) >= 0;
}

const isReadable = <Row>(row: Row | Failure): row is Row => !(row instanceof Failure);

const pageOf = <Row>({ pageSize }: PagedList<Row>, offset: number): number => Math.floor(offset / pageSize);

const keyIn = <Row>({ list }: Source<Row>, row: Row | Failure): string =>
  row instanceof Failure ? '' : list.keyOf(row);

async function rowAt<Row>({ list, pages }: Source<Row>, offset: number): Promise<Row | Failure | undefined> {
  return (await pages.rows(pageOf(list, offset)))[offset % list.pageSize];
}

/** How many rows there are in all; null where a list does not tell, or rows of it are left out. */
async function lengthOfAll<Row>(sources: readonly Source<Row>[]): Promise<number | null> {
  if (sources.some(({ list }) => list.matches !== undefined)) return null;
  const firsts = await allOf(sources.map(({ pages }) => pages.first()));
  return firsts.reduce<number | null>(
    (sum, { total }) => (sum === null || total === null ? null : sum + total),
    0,
  );
}

async function endsOf<Row>(sources: readonly Source<Row>[]): Promise<readonly Place[]> {
  const lengths = await allOf(sources.map(({ list, pages }) => lengthOf(list, pages)));
  return lengths.map((offset) => ({ offset, key: '' }));
}

interface Located {
  /** The places before and behind the cursor's row. */
  readonly before: readonly Place[];
  readonly after: readonly Place[];
}

/** Where the cursor's row stands now in its own list, and where the other lists stood when it was met. */
async function locateStep<Row>(
  sources: readonly Source<Row>[],
  order: Order<Row>,
  { source: own, places }: Omit<Step<Row>, 'row'>,
): Promise<Located> {
  const moved = await allOf(
    sources.map(async ({ list, pages }, index): Promise<Place> => {
      const { offset, key } = places[index] ?? start;
      return offset === 0
        ? start
        : { offset: 1 + (await locate(list, pages, { offset: offset - 1, key })), key };
    }),
  );
  const source = sources[own];
  const place = moved[own];
  if (source === undefined || place === undefined) throw notOurs();
  const row = place.key === '' ? undefined : await rowAt(source, place.offset - 1);
  const after = await allOf(
    sources.map(async (each, index) => {
      const at = moved[index] ?? start;
      // nothing of it had been passed: what stands before the cursor's row now is new
      if (at.offset > 0 || row === undefined || row instanceof Failure) return at;
      return passNewer(each, (candidate) => order(candidate, row) < 0);
    }),
  );
  return { after, before: after.with(own, { offset: place.offset - 1, key: '' }) };
}

async function passNewer<Row>(source: Source<Row>, isNewer: (row: Row) => boolean): Promise<Place> {
  let place = start;
  while (place.offset < pagesToSearch * source.list.pageSize) {
    const row = await rowAt(source, place.offset);
    if (row === undefined || (!(row instanceof Failure) && !isNewer(row))) return place;
    place = { offset: place.offset + 1, key: keyIn(source, row) };
  }
  throw new Failure('STALE_CURSOR', 'The list has moved too far since the cursor was given. Begin anew.');
}

function cursorOf<Row>(lists: readonly PagedList<Row>[], { source, places }: Step<Row>): string {
  const parts = places.map(({ offset, key }) => `${offset}:${Buffer.from(key).toString('base64url')}`);
  return Buffer.from([source, filterKeyOf(lists), ...parts].join(',')).toString('base64url');
}

function readCursor<Row>(lists: readonly PagedList<Row>[], cursor: string): Omit<Step<Row>, 'row'> {
  const [source = '', filterKey = '', ...parts] = Buffer.from(cursor, 'base64url').toString().split(',');
  const places = parts.map((part): Place => {
    const [, offset, key = ''] = /^(\d{1,9}):([\w-]*)$/.exec(part) ?? [];
    if (offset === undefined) throw notOurs();
    return { offset: Number(offset), key: Buffer.from(key, 'base64url').toString() };
  });
  if (!/^\d$/.test(source) || places.length === 0) throw notOurs();
  if (filterKey !== filterKeyOf(lists) || places.length !== lists.length) {
    throw badInput('The cursor was given for another filter. Begin anew with this one.');
  }
  if ((places[Number(source)]?.offset ?? 0) === 0) throw notOurs();
  return { source: Number(source), places };
}

const filterKeyOf = <Row>(lists: readonly PagedList<Row>[]): string =>
  lists.map(({ filterKey }) => filterKey ?? '').join('&');

const notOurs = (): Failure => badInput('The cursor is not one that this list gave.');
