import { Failure, type UpstreamName } from '../domain/failure.ts';
import type { Errand } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';

/** Part of a list that an upstream serves by offset. */
export interface Page<Row> {
  /** A row that could not be read is a failure in its place. */
  readonly rows: readonly (Row | Failure)[];
  readonly total: number | null;
  readonly fetchedAt: number;
  readonly isStale: boolean;
}

export interface PagedList<Row> {
  /** Whose list it is. */
  readonly upstream: UpstreamName;
  readonly pageSize: number;
  /**
   * The page that begins at `index * pageSize`. Asked for once in a walk, and once more, anew, where it is older than the
   * page before it: rows may have moved from one to the other in between.
   */
  readonly page: (index: number, anew: boolean) => Promise<Page<Row>>;
  /** Tells a row from every other of the list. */
  readonly keyOf: (row: Row) => string;
  /** Rows that are left out where the upstream cannot filter itself. */
  readonly matches?: (row: Row) => boolean;
  /** Cursors of one filter do not serve another. */
  readonly filterKey?: string;
}

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
/** Nothing is looked for by its key further than this. */
const pagesToFind = 20;

/** The errand of a page that is to be read anew. */
export function renewing(errand: Errand, anew: boolean): Errand {
  return anew ? { ...errand, maxAge: 0 } : errand;
}

/** Reads a window of a list, touching no more pages than it needs. */
export async function walk<Row>(list: PagedList<Row>, window: WindowArguments): Promise<Window<Row>> {
  return askingAtMost(pagesAtMost(list, window), () => readWindow(list, window));
}

/** How many pages of a list a window can take. */
export function pagesAtMost<Row>(list: PagedList<Row>, window: WindowArguments): number {
  const { size, isBackward } = readArguments(window);
  const hasCursor = window.after != null || window.before != null;
  const pagesOfWindow = list.matches === undefined ? 1 + Math.ceil(size / list.pageSize) : pagesToFilter;
  if (hasCursor) return pagesOfWindow + pagesToSearch - 1;
  // from its end, the first page is read as well, which tells where that is
  if (isBackward) return pagesOfWindow + 1;
  // from the start of the list, rows and pages begin together
  return list.matches === undefined && size < list.pageSize ? 1 : pagesOfWindow;
}

async function readWindow<Row>(list: PagedList<Row>, window: WindowArguments): Promise<Window<Row>> {
  const { size, isBackward } = readArguments(window);
  const pages = createPages(list);
  const after = window.after == null ? null : await locate(list, pages, readCursor(list, window.after));
  const before = window.before == null ? null : await locate(list, pages, readCursor(list, window.before));

  const { found, hasMore, lookedAt } = isBackward
    ? await walkBackward(list, pages, before ?? (await lengthOf(list, pages)), size, after)
    : await walkForward(list, pages, after === null ? 0 : after + 1, size, before);
  const edges = found.map(({ offset, row }) => ({ cursor: cursorOf(list, offset, row), node: row }));
  const total = (await pages.first()).total;
  // a search that ended early goes on from the row that it came to
  const reached = lookedAt && cursorOf(list, lookedAt.offset, lookedAt.row);
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
  list: PagedList<Row>,
  isIt: (row: Row) => boolean,
): Promise<{ readonly row: Row; readonly fetchedAt: number; readonly isStale: boolean } | null> {
  for (let index = 0; index < pagesToFind; index += 1) {
    const { rows, total, fetchedAt, isStale } = await askingAtMost(pagesToFind - index, () =>
      list.page(index, false),
    );
    const row = rows.find((candidate) => !(candidate instanceof Failure) && isIt(candidate));
    if (row !== undefined && !(row instanceof Failure)) return { row, fetchedAt, isStale };
    const end = (index + 1) * list.pageSize;
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
  options: { readonly keyOf: (row: Row) => string; readonly at: Date },
): Window<Row> {
  const { size, isBackward } = readArguments(window);
  const { at } = options;
  // a row that could not be read has no key: where it stands is all that is known of it
  const keyOf = (row: Row | Failure): string =>
    row instanceof Failure ? `#${rows.indexOf(row)}` : options.keyOf(row);
  const placeOf = (cursor: string): number => {
    const key = Buffer.from(cursor, 'base64url').toString();
    const place = rows.findIndex((row) => keyOf(row) === key);
    if (place >= 0) return place;
    throw new Failure('STALE_CURSOR', 'The row that the cursor names is no longer there. Begin anew.');
  };
  const low = window.after == null ? 0 : placeOf(window.after) + 1;
  const high = window.before == null ? rows.length : placeOf(window.before);
  const start = isBackward ? Math.max(low, high - size) : low;
  const end = isBackward ? high : Math.min(high, low + size);
  const edges = rows
    .slice(start, Math.max(start, end))
    .map((node) => ({ cursor: Buffer.from(keyOf(node)).toString('base64url'), node }));
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

export const badInput = (message: string): Failure => new Failure('BAD_USER_INPUT', message);

interface Found<Row> {
  readonly offset: number;
  readonly row: Row | Failure;
}

interface Reached<Row> {
  readonly found: readonly Found<Row>[];
  /** Is there another row of the list in the direction of the walk? */
  readonly hasMore: boolean;
  /** The last row that was looked at, where the walk ended before it had found enough. */
  readonly lookedAt?: Found<Row> | undefined;
}

export interface Pages<Row> {
  /** Of the rows before an offset, as far as they were read. */
  keysBefore(offset: number): readonly string[];
  page(index: number): Promise<Page<Row>>;
  rows(index: number): Promise<readonly (Row | Failure)[]>;
  first(): Promise<Page<Row>>;
  fetchedAt(): number;
  isStale(): boolean;
}

export function createPages<Row>({ upstream, page, pageSize, keyOf }: PagedList<Row>): Pages<Row> {
  const asked = new Map<number, Promise<Page<Row>>>();
  const read = new Map<number, Page<Row>>();
  const again = new Set<number>();
  let oldest = Number.POSITIVE_INFINITY;
  let isStale = false;
  let known: Page<Row> | undefined;

  async function ask(index: number): Promise<Page<Row>> {
    const flight = asked.get(index) ?? page(index, false);
    asked.set(index, flight);
    const answer = await flight;
    const before = read.get(index - 1);
    if (before !== undefined && before.fetchedAt > answer.fetchedAt && !again.has(index)) {
      again.add(index);
      asked.set(index, page(index, true));
      return ask(index);
    }
    read.set(index, answer);
    if (answer.rows.length === 0 && (answer.total ?? 0) > index * pageSize) {
      throw new Failure('UPSTREAM_BAD_RESPONSE', 'The upstream says that there is more, and gives nothing.', {
        upstream,
      });
    }
    oldest = Math.min(oldest, answer.fetchedAt);
    isStale ||= answer.isStale;
    known ??= answer;
    return answer;
  }

  return {
    page: ask,
    rows: async (index) => (await ask(index)).rows,
    keysBefore: (offset) =>
      Array.from(read).flatMap(([index, { rows }]) =>
        rows
          .slice(0, Math.max(0, offset - index * pageSize))
          .flatMap((row) => (row instanceof Failure ? [] : [keyOf(row)])),
      ),
    // any page tells the total: one that was read already is as good as the first
    first: async () => known ?? ask(0),
    fetchedAt: () => oldest,
    isStale: () => isStale,
  };
}

async function walkForward<Row>(
  list: PagedList<Row>,
  pages: Pages<Row>,
  from: number,
  size: number,
  until: number | null,
): Promise<Reached<Row>> {
  const found: Found<Row>[] = [];
  // what moved on from a page that is kept to one that is read now has been shown before
  const seen = new Set<string>(pages.keysBefore(from));
  const end = until ?? Number.POSITIVE_INFINITY;
  let offset = from;
  let lookedAt: Found<Row> | undefined;
  const mostPages = pagesToWalk(list, size);
  for (let walked = 0; walked < mostPages; walked += 1) {
    const index = Math.floor(offset / list.pageSize);
    const rows = await pages.rows(index);
    for (let place = offset % list.pageSize; place < rows.length && offset < end; place += 1, offset += 1) {
      const row = rows[place];
      if (row === undefined) continue;
      lookedAt = { offset, row };
      if (!isWanted(list, row, seen)) continue;
      if (found.length === size) return { found, hasMore: true };
      found.push({ offset, row });
    }
    if (offset >= end) return { found, hasMore: true };
    if (rows.length < list.pageSize) return { found, hasMore: false };
    // a total that is known saves the request which would only tell whether there is more
    const total = list.matches === undefined ? (await pages.first()).total : null;
    if (found.length === size && total !== null) return { found, hasMore: offset < total };
  }
  return { found, hasMore: true, lookedAt };
}

async function walkBackward<Row>(
  list: PagedList<Row>,
  pages: Pages<Row>,
  from: number,
  size: number,
  until: number | null,
): Promise<Reached<Row>> {
  const found: Found<Row>[] = [];
  const seen = new Set<string>();
  const end = until ?? -1;
  const lastIndex = Math.floor((from - 1) / list.pageSize);
  const mostPages = pagesToWalk(list, size);
  let lookedAt: Found<Row> | undefined;
  for (let offset = from - 1; offset > end; offset -= 1) {
    const index = Math.floor(offset / list.pageSize);
    if (lastIndex - index >= mostPages) return { found: found.toReversed(), hasMore: true, lookedAt };
    const row = (await pages.rows(index))[offset % list.pageSize];
    if (row === undefined) continue;
    lookedAt = { offset, row };
    if (!isWanted(list, row, seen)) continue;
    if (found.length === size) return { found: found.toReversed(), hasMore: true };
    found.push({ offset, row });
  }
  return { found: found.toReversed(), hasMore: until !== null };
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

export async function lengthOf<Row>(
  { upstream, pageSize }: PagedList<Row>,
  pages: Pages<Row>,
): Promise<number> {
  const { total } = await pages.first();
  if (total === 0) return 0;
  // the first page may be older than the last, which is read anyway: that one tells where the list ends now
  if (total !== null) return (await pages.page(Math.floor((total - 1) / pageSize))).total ?? total;
  throw new Failure(
    'NOT_SUPPORTED_BY_UPSTREAM',
    'The upstream does not tell where this list ends: page backwards from a cursor, with before.',
    { upstream },
  );
}

/** Where the cursor's row stands now: where it was, or, as newer rows push older ones on, a little further. */
export async function locate<Row>(list: PagedList<Row>, pages: Pages<Row>, place: Place): Promise<number> {
  // a row that could not be read has no key: where it stood is all that is known of it
  if (place.key === '') return place.offset;
  const start = Math.floor(place.offset / list.pageSize);
  for (let index = start; index < start + pagesToSearch; index += 1) {
    const rows = await pages.rows(index);
    const at = rows.findIndex((row) => !(row instanceof Failure) && list.keyOf(row) === place.key);
    if (at >= 0) return index * list.pageSize + at;
    if (rows.length < list.pageSize) break;
  }
  // rows before it may be gone
  const rows = start === 0 ? [] : await pages.rows(start - 1);
  const at = rows.findIndex((row) => !(row instanceof Failure) && list.keyOf(row) === place.key);
  if (at >= 0) return (start - 1) * list.pageSize + at;
  throw new Failure('STALE_CURSOR', 'The row that the cursor names is no longer where it was. Begin anew.');
}

function cursorOf<Row>(list: PagedList<Row>, offset: number, row: Row | Failure): string {
  const key = row instanceof Failure ? '' : list.keyOf(row);
  return Buffer.from(`${offset},${list.filterKey ?? ''},${key}`).toString('base64url');
}

function readCursor<Row>(list: PagedList<Row>, cursor: string): Place {
  const parts = /^(\d{1,9}),([^,]*),(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString());
  const [, offset, filterKey = '', key = ''] = parts ?? [];
  if (parts === null) throw badInput('The cursor is not one that this list gave.');
  if (filterKey !== (list.filterKey ?? '')) {
    throw badInput('The cursor was given for another filter. Begin anew with this one.');
  }
  return { offset: Number(offset), key };
}
