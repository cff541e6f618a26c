import { Failure } from '../domain/failure.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { type CursorScope, notOfThisList, readCursor, writeCursor } from './cursor.ts';
import {
  createPages,
  createReader,
  offsetOf,
  type Page,
  type PagedList,
  type Pages,
  type Spot,
  shownBeside,
  spotAt,
  startOfPage,
} from './pages.ts';

/** A list whose windows begin and end at cursors of its own. */
export interface WalkedList<Row> extends PagedList<Row>, CursorScope {}

export interface WindowArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface Window<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row | Failure }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number | null;
  /** When the oldest part of it was read. */
  readonly fetchedAt: Date;
  /** Part of it is older than it should be. */
  readonly isStale: boolean;
}

interface Place {
  readonly offset: number;
  readonly key: string;
}

export const defaultSize = 25;
const largestSize = 100;
/** How far rows may have moved since a cursor was given, before it counts as stale. */
export const pagesToSearch = 3;
/** Where the gateway filters, a window ends after so many pages, full or not: its cursor goes on from there. */
const pagesToFilter = 10;
/** A list that repeats its rows without end is not followed further than this beyond what a window needs. */
const pagesOfRepeats = 5;
/** A list that grows and shrinks by pages while it is read is taken to end where it was looked at last. */
const triesToEnd = 4;
/** Nothing is looked for by its key further than this. */
const pagesToFind = 20;

/** Reads a window of a list, touching no more pages than it needs. */
export async function walk<Row>(list: WalkedList<Row>, window: WindowArguments): Promise<Window<Row>> {
  return askingAtMost(pagesOfList(list, window), () => readWindow(list, window));
}

/** How many pages of a list a window can take, each read once. `isFiltered`: rows are left out here. */
export function pagesAtMost(
  { pageSize, isFiltered }: { readonly pageSize: number; readonly isFiltered: boolean },
  { first, after, last, before }: WindowArguments,
): number {
  const cursors = [after, before].filter((cursor) => cursor != null).length;
  const isBackward = last != null || (first == null && before != null);
  // a wrong size is refused before anything is read
  const size = Math.min(Math.max(first ?? last ?? defaultSize, 0), largestSize);
  // each page has so many rows that the one beside it does not have
  const ownRows = pageSize - 1;
  if (cursors > 0) {
    const pagesBeyond = isFiltered ? pagesToFilter - 1 : Math.ceil((size + 1) / ownRows);
    // a row that has moved is looked for on later pages and on the one before; forwards, that one is part of the window
    return pagesBeyond + cursors * (pagesToSearch + 1) - (isBackward ? 0 : 1);
  }
  // from its end, the first page is read as well, which tells where that is
  if (isBackward) return 1 + (isFiltered ? pagesToFilter : 1 + Math.ceil(Math.max(size - 1, 0) / ownRows));
  // from the start of the list, rows and pages begin together
  return isFiltered ? pagesToFilter : Math.max(1, Math.ceil(size / ownRows));
}

/** How many pages of this list a window can take. */
export function pagesOfList<Row>({ pageSize, matches }: PagedList<Row>, window: WindowArguments): number {
  return pagesAtMost({ pageSize, isFiltered: matches !== undefined }, window);
}

async function readWindow<Row>(list: WalkedList<Row>, window: WindowArguments): Promise<Window<Row>> {
  const { size, isBackward } = readArguments(window);
  const behind = window.after == null ? null : placeOf(list, window.after);
  const ahead = window.before == null ? null : placeOf(list, window.before);
  const pages = createPages(list);
  const after = behind && (await locate(list, pages, behind));
  const before = ahead && (await locate(list, pages, ahead));

  const { found, hasMore, lookedAt } = isBackward
    ? await walkBackward(list, pages, before ?? (await endOf(list, pages)), size, after)
    : await walkForward(list, pages, after, size, before);
  const edges = found.map((step) => ({ cursor: cursorOf(list, step), node: step.row }));
  const total = (await pages.first()).total;
  // a search that ended early goes on from the row that it came to
  const reached = lookedAt && cursorOf(list, lookedAt);
  return {
    edges,
    pageInfo: {
      hasNextPage: isBackward ? before !== null : hasMore,
      hasPreviousPage: isBackward ? hasMore : after !== null,
      startCursor: (isBackward ? reached : undefined) ?? edges[0]?.cursor ?? null,
      endCursor: (isBackward ? undefined : reached) ?? edges.at(-1)?.cursor ?? null,
    },
    totalCount: list.matches === undefined ? total : null,
    fetchedAt: new Date(pages.fetchedAt()),
    isStale: pages.isStale(),
  };
}

/** The first row of a list that is the one looked for. */
export async function find<Row>(
  list: Pick<PagedList<Row>, 'upstream' | 'pageSize' | 'page'>,
  isIt: (row: Row) => boolean,
): Promise<{ readonly row: Row; readonly fetchedAt: number; readonly isStale: boolean } | null> {
  for (let index = 0; index < pagesToFind; index += 1) {
    const { rows, total, fetchedAt, isStale } = await askingAtMost(pagesToFind - index, () =>
      list.page(startOfPage(list, index)),
    );
    const row = rows.find((candidate) => !(candidate instanceof Failure) && isIt(candidate));
    if (row !== undefined && !(row instanceof Failure)) return { row, fetchedAt, isStale };
    const end = startOfPage(list, index) + list.pageSize;
    if (rows.length < list.pageSize || (total !== null && end >= total)) return null;
  }
  throw new Failure(
    'OPERATION_TOO_EXPENSIVE',
    `It is not among the newest ${pagesToFind * list.pageSize} rows of a list that can only be searched from its beginning.`,
    { upstream: list.upstream },
  );
}

/** A window of a list that is at hand whole, each row known by its key. */
export function sliceOf<Row>(
  rows: readonly (Row | Failure)[],
  window: WindowArguments,
  options: CursorScope & { readonly keyOf: (row: Row) => string; readonly at: Date },
): Window<Row> {
  const { size, isBackward } = readArguments(window);
  const { at } = options;
  // a row that could not be read has no key: where it stands is all that is known of it
  const keyOf = (row: Row | Failure): string =>
    row instanceof Failure ? `#${rows.indexOf(row)}` : options.keyOf(row);
  const indexOf = (cursor: string): number => {
    const key = readCursor(options, cursor);
    const index = rows.findIndex((row) => keyOf(row) === key);
    if (index >= 0) return index;
    throw new Failure('STALE_CURSOR', 'The row that the cursor names is no longer there. Begin anew.');
  };
  const low = window.after == null ? 0 : indexOf(window.after) + 1;
  const high = window.before == null ? rows.length : indexOf(window.before);
  const start = isBackward ? Math.max(low, high - size) : low;
  const end = isBackward ? high : Math.min(high, low + size);
  const edges = rows
    .slice(start, Math.max(start, end))
    .map((node) => ({ cursor: writeCursor(options, keyOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: end < rows.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: rows.length,
    fetchedAt: at,
    isStale: false,
  };
}

/** Refuses what no list takes. */
export function readArguments({ first, last, after, before }: WindowArguments): {
  readonly size: number;
  readonly isBackward: boolean;
} {
  if (first != null && last != null) throw badInput('Give first or last, not both.');
  for (const [name, value] of Object.entries({ first, last })) {
    if (value != null && (value < 0 || value > largestSize)) {
      throw badInput(`${name} is a number from 0 to ${largestSize}; found ${value}.`);
    }
  }
  if (first != null && before != null && after == null)
    throw badInput('first goes with after, last with before.');
  if (last != null && after != null && before == null)
    throw badInput('last goes with before, first with after.');
  const isBackward = last != null || (first == null && before != null);
  return { size: (isBackward ? last : first) ?? defaultSize, isBackward };
}

const badInput = (message: string): Failure => new Failure('BAD_USER_INPUT', message);

interface Found<Row> {
  readonly spot: Spot;
  readonly row: Row | Failure;
}

interface Reached<Row> {
  readonly found: readonly Found<Row>[];
  /** Is there another row of the list in the direction of the walk? */
  readonly hasMore: boolean;
  /** The last row that was looked at, where the walk ended before it had found enough. */
  readonly lookedAt?: Found<Row> | undefined;
}

/** From behind a spot on, up to another. */
async function walkForward<Row>(
  list: PagedList<Row>,
  pages: Pages<Row>,
  from: Spot | null,
  size: number,
  until: Spot | null,
): Promise<Reached<Row>> {
  const found: Found<Row>[] = [];
  const begin = from === null ? { index: 0, place: 0 } : { index: from.index, place: from.place + 1 };
  const reader = createReader(list, pages, begin, pagesToWalk(list, size));
  const seen = await shownBeside(list, pages, begin, 1);
  const end = until === null ? Number.POSITIVE_INFINITY : offsetOf(list, until);
  let offset = offsetOf(list, begin);
  let total = from === null ? null : (await pages.page(from.index)).total;
  let lookedAt: Found<Row> | undefined;
  for (;;) {
    if (offset >= end) return { found, hasMore: true };
    // a total that is known saves the request which would only tell whether there is more
    const isFull = list.matches === undefined && found.length === size;
    if (isFull && total !== null) return { found, hasMore: offset < total };
    const step = await reader.next();
    if (step === 'end') return { found, hasMore: false };
    if (step === 'too far') return { found, hasMore: true, lookedAt };
    offset = offsetOf(list, step.spot) + 1;
    if (offset > end) return { found, hasMore: true };
    lookedAt = step;
    total = step.page.total;
    if (!isWanted(list, step.row, seen)) continue;
    if (found.length === size) return { found, hasMore: true };
    found.push(step);
  }
}

/** From before a spot back, down to another. */
async function walkBackward<Row>(
  list: PagedList<Row>,
  pages: Pages<Row>,
  from: Spot,
  size: number,
  until: Spot | null,
): Promise<Reached<Row>> {
  const found: Found<Row>[] = [];
  const reader = createReader(list, pages, from, pagesToWalk(list, size));
  const seen = await shownBeside(list, pages, from, -1);
  const end = until === null ? -1 : offsetOf(list, until);
  let offset = offsetOf(list, from);
  let lookedAt: Found<Row> | undefined;
  for (;;) {
    const step = offset - 1 <= end ? 'end' : await reader.previous();
    if (step === 'too far') return { found: found.toReversed(), hasMore: true, lookedAt };
    if (step !== 'end') offset = offsetOf(list, step.spot);
    if (step === 'end' || offset <= end) return { found: found.toReversed(), hasMore: until !== null };
    lookedAt = step;
    if (!isWanted(list, step.row, seen)) continue;
    if (found.length === size) return { found: found.toReversed(), hasMore: true };
    found.push(step);
  }
}

export function pagesToWalk<Row>({ matches, pageSize }: PagedList<Row>, size: number): number {
  return matches === undefined ? Math.ceil(size / pageSize) + pagesOfRepeats : pagesToFilter;
}

export function isWanted<Row>(list: PagedList<Row>, row: Row | Failure, seen: Set<string>): boolean {
  if (row instanceof Failure) return true;
  const key = list.keyOf(row);
  if (seen.has(key)) return false;
  seen.add(key);
  return list.matches?.(row) ?? true;
}

/** Behind the last row. */
export async function endOf<Row>(list: PagedList<Row>, pages: Pages<Row>): Promise<Spot> {
  const { total, fetchedAt } = await pages.first();
  if (total === null) {
    throw new Failure(
      'NOT_SUPPORTED_BY_UPSTREAM',
      'The upstream does not tell where this list ends: page backwards from a cursor, with before.',
      { upstream: list.upstream },
    );
  }
  // pages may be of different times: the last is the one that by its own total the list ends with
  let { index } = spotAt(list, total - 1);
  let since = fetchedAt;
  for (let tries = 1; ; tries += 1) {
    const isLast = ({ rows, total: length }: Page<Row>): boolean =>
      (rows.length > 0 || index === 0) && startOfPage(list, index) + rows.length >= (length ?? 0);
    const kept = await pages.page(index);
    const page = !isLast(kept) && kept.fetchedAt < since ? await pages.again(index) : kept;
    if (isLast(page) || tries === triesToEnd) return { index, place: page.rows.length };
    index = spotAt(list, Math.max(1, page.total ?? total) - 1).index;
    since = page.fetchedAt;
  }
}

/** Where the cursor's row stands now: where it was, or, as newer rows push older ones on, a little further. */
export async function locate<Row>(
  list: PagedList<Row>,
  pages: Pages<Row>,
  { offset, key }: Place,
): Promise<Spot> {
  const there = spotAt(list, offset);
  // a row that could not be read has no key: where it stood is all that is known of it
  if (key === '') return there;
  const { index } = there;
  const searched: number[] = [];
  for (let further = index; further < index + pagesToSearch; further += 1) {
    searched.push(further);
    const spot = await pages.spotOf(key, [further]);
    if (spot !== null) return spot;
    if ((await pages.rows(further)).length < list.pageSize) break;
  }
  // rows before it may be gone
  if (index > 0) searched.push(index - 1);
  const spot = (await pages.spotOf(key, searched)) ?? (await pages.spotNow(key, searched));
  if (spot !== null) return spot;
  throw new Failure('STALE_CURSOR', 'The row that the cursor names is no longer where it was. Begin anew.');
}

function cursorOf<Row>(list: WalkedList<Row>, { spot, row }: Found<Row>): string {
  const key = row instanceof Failure ? '' : list.keyOf(row);
  return writeCursor(list, `${offsetOf(list, spot)},${key}`);
}

function placeOf(list: CursorScope, cursor: string): Place {
  const [, offset, key = ''] = /^(\d{1,9}),(.*)$/s.exec(readCursor(list, cursor)) ?? [];
  if (offset === undefined) throw notOfThisList();
  return { offset: Number(offset), key };
}
