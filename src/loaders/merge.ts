import { Failure } from '../domain/failure.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { type CursorScope, notOfThisList, readCursor, writeCursor } from './cursor.ts';
import { allOf } from './each.ts';
import {
  createPages,
  createReader,
  offsetOf,
  type Page,
  type PagedList,
  type Pages,
  type Step as Read,
  type Reader,
  type Spot,
  shownBeside,
} from './pages.ts';
import {
  endOf,
  isWanted,
  locate,
  pagesOfList,
  pagesToSearch,
  pagesToWalk,
  readArguments,
  type Window,
  type WindowArguments,
} from './walk.ts';

/** Which of two rows comes first: below zero for the one. */
type Order<Row> = (one: Row, other: Row) => number;

/** Several lists as one. */
export interface MergedList<Row> extends CursorScope {
  /** Each stands in the order by itself. */
  readonly lists: readonly PagedList<Row>[];
  readonly order: Order<Row>;
}

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

/** A place, between the rows of its list as they were read. */
interface Gap extends Place {
  /** So many rows of the page lie before it. */
  readonly spot: Spot;
}

const startGap: Gap = { ...start, spot: { index: 0, place: 0 } };

/** One list on the way through it. */
interface Track<Row> extends Source<Row> {
  readonly seen: Set<string>;
  readonly reader: Reader<Row>;
  /** Where it ends for this window; null where only the list itself ends. */
  readonly until: Place | null;
  at: Place;
  /** The row that comes next, once it was read. */
  ahead: Read<Row> | undefined;
  /** The page that was read last. */
  page: Page<Row> | undefined;
}

/** Reads a window of several lists as if they were one, touching no more pages of each than it needs. */
export async function merge<Row>(merged: MergedList<Row>, window: WindowArguments): Promise<Window<Row>> {
  const { lists } = merged;
  const atMost = lists.reduce((sum, list) => sum + pagesOfList(list, window), 0);
  // the first page of each is asked for at once, and so known to be needed
  return askingAtMost(atMost - lists.length + 1, () => readWindow(merged, window));
}

async function readWindow<Row>(merged: MergedList<Row>, window: WindowArguments): Promise<Window<Row>> {
  const { lists, order } = merged;
  const { size, isBackward } = readArguments(window);
  const behind = window.after == null ? null : stepOf(merged, window.after);
  const ahead = window.before == null ? null : stepOf(merged, window.before);
  const sources = lists.map((list) => ({ list, pages: createPages(list) }));
  const after = behind && (await locateStep(sources, order, behind));
  const before = ahead && (await locateStep(sources, order, ahead));

  const { found, hasMore, lookedAt } = isBackward
    ? await mergeBackward(
        await tracksOf(sources, size, -1, before?.before ?? (await endsOf(sources)), after?.after ?? null),
        order,
        size,
      )
    : await mergeForward(
        await tracksOf(sources, size, 1, after?.after ?? null, before?.before ?? null),
        order,
        size,
        before !== null,
      );
  const edges = found.map((step) => ({ cursor: cursorOf(merged, step), node: step.row }));
  const reached = lookedAt && cursorOf(merged, lookedAt);
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
  by: 1 | -1,
  from: readonly Gap[] | null,
  until: readonly Place[] | null,
): Promise<Track<Row>[]> {
  const tracks = sources.map(async (source, index): Promise<Track<Row>> => {
    const { list, pages } = source;
    const gap = from?.[index] ?? startGap;
    return {
      ...source,
      seen: await shownBeside(list, pages, gap.spot, by),
      reader: createReader(list, pages, gap.spot, pagesToWalk(list, size)),
      until: until?.[index] ?? null,
      at: gap,
      ahead: undefined,
      page: undefined,
    };
  });
  return allOf(tracks);
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
      if (isBounded) return { found, hasMore: true };
      // totals that are known save the request which would only tell whether there is more
      const left = await leftOf(tracks);
      if (left !== null) return { found, hasMore: left > 0 };
    }
    const heads = await allOf(tracks.map(headOf));
    if (heads.includes('too far')) return { found, hasMore: true, lookedAt };
    const head = heads.reduce((best, next) => (comesBefore(next, best, order) ? next : best), 'end');
    if (typeof head === 'string') return { found, hasMore: isBounded };
    const { track, row } = head;
    track.at = behind(track);
    track.ahead = undefined;
    lookedAt = { row, source: tracks.indexOf(track), places: tracks.map(({ at }) => at) };
    if (!isWanted(track.list, row, track.seen)) continue;
    if (found.length === size) return { found, hasMore: true };
    found.push(lookedAt);
  }
}

type Head<Row> = { readonly track: Track<Row>; readonly row: Row | Failure } | 'end' | 'too far';

/** The next row of a list. */
async function headOf<Row>(track: Track<Row>): Promise<Head<Row>> {
  const { reader, until, at } = track;
  if (track.ahead === undefined) {
    if (until !== null && at.offset >= until.offset) return 'end';
    const read = await reader.next();
    if (typeof read === 'string') return read;
    if (until !== null && offsetOf(track.list, read.spot) >= until.offset) return 'end';
    track.ahead = read;
    track.page = read.page;
  }
  return { track, row: track.ahead.row };
}

/** How many rows come after, by what the pages themselves tell; null where one does not, or rows are left out. */
async function leftOf<Row>(tracks: readonly Track<Row>[]): Promise<number | null> {
  if (tracks.some(({ list }) => list.matches !== undefined)) return null;
  const left = await allOf(
    tracks.map(async ({ pages, at, page }) => {
      const { total } = page ?? (await pages.first());
      return total === null ? null : Math.max(0, total - at.offset);
    }),
  );
  return left.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}

/** The place behind the row that comes next. */
function behind<Row>({ list, at, ahead }: Track<Row>): Place {
  if (ahead === undefined) return at;
  return { offset: offsetOf(list, ahead.spot) + 1, key: keyOf(list, ahead.row) };
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
    track.ahead = undefined;
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
  const { list, reader, until } = track;
  const end = until?.offset ?? 0;
  if (track.ahead === undefined) {
    const read = track.at.offset <= end ? 'end' : await reader.previous();
    if (read === 'too far') return read;
    if (read === 'end' || offsetOf(list, read.spot) < end) {
      track.at = until ?? start;
      return 'end';
    }
    track.ahead = read;
    track.at = behind(track);
  }
  const { row, page, spot } = track.ahead;
  return { track, row, anchor: page.rows.slice(0, spot.place + 1).findLast(isReadable) };
}

function comesAfter<Row>(one: Tail<Row>, other: Tail<Row>, order: Order<Row>): boolean {
  if (typeof one === 'string') return false;
  if (typeof other === 'string') return true;
  if (other.anchor === undefined) return false;
  return one.anchor === undefined || order(one.anchor, other.anchor) >= 0;
}

const isReadable = <Row>(row: Row | Failure): row is Row => !(row instanceof Failure);

const keyOf = <Row>(list: PagedList<Row>, row: Row | Failure): string =>
  row instanceof Failure ? '' : list.keyOf(row);

/** How many rows there are in all; null where a list does not tell, or rows of it are left out. */
async function lengthOfAll<Row>(sources: readonly Source<Row>[]): Promise<number | null> {
  if (sources.some(({ list }) => list.matches !== undefined)) return null;
  const firsts = await allOf(sources.map(({ pages }) => pages.first()));
  return firsts.reduce<number | null>(
    (sum, { total }) => (sum === null || total === null ? null : sum + total),
    0,
  );
}

async function endsOf<Row>(sources: readonly Source<Row>[]): Promise<readonly Gap[]> {
  const ends = await allOf(sources.map(({ list, pages }) => endOf(list, pages)));
  return ends.map((spot, index) => {
    const list = sources[index]?.list;
    return { offset: list === undefined ? 0 : offsetOf(list, spot), key: '', spot };
  });
}

interface Located {
  /** The places before and behind the cursor's row. */
  readonly before: readonly Gap[];
  readonly after: readonly Gap[];
}

/** Where the cursor's row stands now in its own list, and where the other lists stood when it was met. */
async function locateStep<Row>(
  sources: readonly Source<Row>[],
  order: Order<Row>,
  { source: own, places }: Omit<Step<Row>, 'row'>,
): Promise<Located> {
  const moved = await allOf(
    sources.map(async ({ list, pages }, index): Promise<Gap> => {
      const { offset, key } = places[index] ?? start;
      if (offset === 0) return startGap;
      const spot = await locate(list, pages, { offset: offset - 1, key });
      return gapBehind(list, spot, key);
    }),
  );
  const source = sources[own];
  const place = moved[own];
  if (source === undefined || place === undefined) throw notOfThisList();
  const { index, place: behindIt } = place.spot;
  const row = place.key === '' ? undefined : (await source.pages.rows(index))[behindIt - 1];
  const after = await allOf(
    sources.map(async (each, index) => {
      const at = moved[index] ?? startGap;
      // nothing of it had been passed: what stands before the cursor's row now is new
      if (at.offset > 0 || row === undefined || row instanceof Failure) return at;
      return passNewer(each, (candidate) => order(candidate, row) < 0);
    }),
  );
  const before = { offset: place.offset - 1, key: '', spot: { index, place: behindIt - 1 } };
  return { after, before: after.with(own, before) };
}

function gapBehind<Row>(list: PagedList<Row>, spot: Spot, key: string): Gap {
  return { offset: offsetOf(list, spot) + 1, key, spot: { index: spot.index, place: spot.place + 1 } };
}

async function passNewer<Row>({ list, pages }: Source<Row>, isNewer: (row: Row) => boolean): Promise<Gap> {
  const reader = createReader(list, pages, startGap.spot, pagesToSearch);
  for (let gap = startGap; ; ) {
    const read = await reader.next();
    if (read === 'end') return gap;
    if (read === 'too far') break;
    if (!(read.row instanceof Failure) && !isNewer(read.row)) return gap;
    gap = gapBehind(list, read.spot, keyOf(list, read.row));
  }
  throw new Failure('STALE_CURSOR', 'The list has moved too far since the cursor was given. Begin anew.');
}

function cursorOf(scope: CursorScope, { source, places }: Omit<Step<unknown>, 'row'>): string {
  const parts = places.map(({ offset, key }) => `${offset}:${Buffer.from(key).toString('base64url')}`);
  return writeCursor(scope, [source, ...parts].join(','));
}

function stepOf<Row>({ lists, ...scope }: MergedList<Row>, cursor: string): Omit<Step<Row>, 'row'> {
  const [source = '', ...parts] = readCursor(scope, cursor).split(',');
  const places = parts.map((part): Place => {
    const [, offset, key = ''] = /^(\d{1,9}):([\w-]*)$/.exec(part) ?? [];
    if (offset === undefined) throw notOfThisList();
    return { offset: Number(offset), key: Buffer.from(key, 'base64url').toString() };
  });
  if (!/^\d$/.test(source) || (places[Number(source)]?.offset ?? 0) === 0) throw notOfThisList();
  if (places.length === lists.length) return { source: Number(source), places };
  throw new Failure('STALE_CURSOR', 'The list is put together from others by now. Begin anew.');
}
