import { Failure, type UpstreamName } from '../domain/failure.ts';
import type { Errand } from '../upstream/call.ts';

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
  /** At least 2: a page begins with the last row of the one before it, by which it is seen that they fit together. */
  readonly pageSize: number;
  /**
   * The rows from an offset on. Asked for once in a walk, and again, for one that was asked for after an instant, where it
   * does not fit the page beside it: rows have moved from one to the other in between.
   */
  readonly page: (offset: number, after?: number) => Promise<Page<Row>>;
  /** Tells a row from every other of the list. */
  readonly keyOf: (row: Row) => string;
  /** Rows that are left out where the upstream cannot filter itself. */
  readonly matches?: (row: Row) => boolean;
}

/** The errand of a page that is to have been asked for after an instant. */
export function renewing(errand: Errand, after: number | undefined): Errand {
  if (after === undefined) return errand;
  const isOwn = after >= errand.startedAt;
  return { ...errand, maxAge: 0, ...(isOwn && { startedAt: after, isAgain: true }) };
}

/** Pages of an upstream that keeps no order do not fit together, however often they are read: that is then left at that. */
const mostSeams = 5;

/** Where a row stands: its page, and its place in it. */
export interface Spot {
  readonly index: number;
  readonly place: number;
}

export const startOfPage = ({ pageSize }: Pick<PagedList<unknown>, 'pageSize'>, index: number): number =>
  index * (pageSize - 1);

export const offsetOf = (list: Pick<PagedList<unknown>, 'pageSize'>, { index, place }: Spot): number =>
  startOfPage(list, index) + place;

/** Of the two pages that have the row at an offset, the first: where it stands, nothing behind it is passed over. */
export function spotAt(list: Pick<PagedList<unknown>, 'pageSize'>, offset: number): Spot {
  const index = Math.max(0, Math.ceil(offset / (list.pageSize - 1)) - 1);
  return { index, place: offset - startOfPage(list, index) };
}

/** The pages of a list, as far as one walk has read them. */
export interface Pages<Row> {
  page(index: number): Promise<Page<Row>>;
  /** As it is now: the one that was read is of another time than those beside it. */
  again(index: number): Promise<Page<Row>>;
  rows(index: number): Promise<readonly (Row | Failure)[]>;
  /** Any page: each tells the total. */
  first(): Promise<Page<Row>>;
  /** Where a row stands, searched in pages one after another. */
  spotOf(key: string, indices: readonly number[]): Promise<Spot | null>;
  /** The same as things are now: a page that is older than another may still miss what has left that one for it. */
  spotNow(key: string, indices: readonly number[]): Promise<Spot | null>;
  /**
   * Between which rows the page after a page (`by` 1) or before it (-1) goes on: beyond the row at the other's edge. Where it
   * does not have that row, the list has moved since one of the two was read: they are read again, the older one first.
   */
  meet(index: number, by: 1 | -1, rows: readonly (Row | Failure)[]): Promise<Spot>;
  fetchedAt(): number;
  isStale(): boolean;
}

export function createPages<Row>(list: PagedList<Row>): Pages<Row> {
  const { upstream, pageSize, keyOf } = list;
  const asked = new Map<number, Promise<Page<Row>>>();
  let oldest = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  let isStale = false;
  let seams = 0;
  let known: Page<Row> | undefined;

  async function ask(index: number): Promise<Page<Row>> {
    const flight = asked.get(index) ?? list.page(startOfPage(list, index));
    asked.set(index, flight);
    const answer = await flight;
    if (answer.rows.length === 0 && (answer.total ?? 0) > startOfPage(list, index)) {
      throw new Failure('UPSTREAM_BAD_RESPONSE', 'The upstream says that there is more, and gives nothing.', {
        upstream,
      });
    }
    oldest = Math.min(oldest, answer.fetchedAt);
    newest = Math.max(newest, answer.fetchedAt);
    isStale ||= answer.isStale;
    known ??= answer;
    return answer;
  }

  async function spotOf(key: string, indices: readonly number[]): Promise<Spot | null> {
    for (const index of indices) {
      if (index < 0) continue;
      const { rows } = await ask(index);
      const place = rows.findIndex((row) => !(row instanceof Failure) && keyOf(row) === key);
      if (place >= 0) return { index, place };
    }
    return null;
  }

  async function spotNow(key: string, indices: readonly number[]): Promise<Spot | null> {
    for (const index of indices) {
      if (index < 0) continue;
      if (!asked.has(index)) asked.set(index, list.page(startOfPage(list, index), newest));
      if ((await ask(index)).fetchedAt < newest) await again(index);
      const spot = await spotOf(key, [index]);
      if (spot !== null) return spot;
    }
    return null;
  }

  async function again(index: number): Promise<Page<Row>> {
    const { fetchedAt } = await ask(index);
    asked.set(index, list.page(startOfPage(list, index), fetchedAt));
    return ask(index);
  }

  return {
    page: ask,
    again,
    rows: async (index) => (await ask(index)).rows,
    first: async () => known ?? ask(0),
    spotOf,
    spotNow,
    async meet(index, by, rows) {
      const next = index + by;
      const beyond = (spot: Spot): Spot => (by === 1 ? { ...spot, place: spot.place + 1 } : spot);
      const [row, ...others] = by === 1 ? rows.toReversed() : rows;
      // a row that could not be read has no key: where it stands is all that is known of it
      if (row === undefined || row instanceof Failure)
        return beyond({ index: next, place: by === 1 ? 0 : pageSize - 1 });
      const key = keyOf(row);
      let spot = await spotOf(key, [next]);
      if (spot !== null) return beyond(spot);
      seams += 1;
      if (seams > mostSeams) return { index: next, place: by === 1 ? 0 : pageSize };
      const ages = await Promise.all([next, index].map(async (each) => ({ each, page: await ask(each) })));
      for (const { each } of ages.toSorted((one, two) => one.page.fetchedAt - two.page.fetchedAt)) {
        await again(each);
        spot = await spotOf(key, [next, index]);
        if (spot !== null) return beyond(spot);
      }
      const [low, high] = [Math.min(index, next), Math.max(index, next)];
      const isLast = (await ask(high)).rows.length < pageSize;
      const far = [...(isLast ? [] : [high + 1, high + 2]), low - 1];
      spot = await spotNow(key, far);
      // it is gone: then the one beside it is as good
      for (const other of others) {
        if (spot !== null) break;
        if (!(other instanceof Failure)) spot = await spotOf(keyOf(other), [next, index, ...far]);
      }
      // all that was there is gone: what is there now has not been met
      return spot === null ? { index, place: by === 1 ? 0 : pageSize } : beyond(spot);
    },
    fetchedAt: () => oldest,
    isStale: () => isStale,
  };
}

/** The keys of what stands on a page before a gap (`by` 1) or behind it (-1): it was shown already, wherever it moves to. */
export async function shownBeside<Row>(
  { keyOf }: PagedList<Row>,
  pages: Pages<Row>,
  { index, place }: Spot,
  by: 1 | -1,
): Promise<Set<string>> {
  // before the first row nothing stands, and nothing was met on the way back to it
  if (place === 0 && (by === 1 || index === 0)) return new Set();
  const rows = await pages.rows(index);
  const shown = by === 1 ? rows.slice(0, place) : rows.slice(place);
  return new Set(shown.flatMap((row) => (row instanceof Failure ? [] : [keyOf(row)])));
}

/** A row that was read, and the page that it stood on. */
export interface Step<Row> {
  readonly row: Row | Failure;
  readonly spot: Spot;
  readonly page: Page<Row>;
}

/** Goes through a list row by row, either way; it may meet a row twice where the list moves, and passes none over. */
export interface Reader<Row> {
  next(): Promise<Step<Row> | 'end' | 'too far'>;
  previous(): Promise<Step<Row> | 'end' | 'too far'>;
}

/** Begins between two rows: `place` rows of its page lie before it. Reads so many pages at most. */
export function createReader<Row>(
  { pageSize }: PagedList<Row>,
  pages: Pages<Row>,
  { index: start, place: gap }: Spot,
  mostPages: number,
): Reader<Row> {
  let index = start;
  let before = gap;
  let current: Page<Row> | undefined;
  let entered = 0;

  async function enter(): Promise<Page<Row>> {
    if (current !== undefined) return current;
    entered += 1;
    current = await pages.page(index);
    before = Math.min(before, current.rows.length);
    return current;
  }

  async function cross(by: 1 | -1, { rows }: Page<Row>): Promise<void> {
    const gap = await pages.meet(index, by, rows);
    current = undefined;
    index = gap.index;
    before = gap.place;
  }

  return {
    async next() {
      for (;;) {
        const page = await enter();
        const place = before;
        const row = page.rows[place];
        if (row !== undefined) {
          before += 1;
          return { row, spot: { index, place }, page };
        }
        const end = startOfPage({ pageSize }, index) + page.rows.length;
        if (page.rows.length < pageSize || (page.total !== null && end >= page.total)) return 'end';
        if (entered >= mostPages) return 'too far';
        await cross(1, page);
      }
    },
    async previous() {
      for (;;) {
        const page = await enter();
        const place = before - 1;
        const row = page.rows[place];
        if (row !== undefined) {
          before = place;
          return { row, spot: { index, place }, page };
        }
        if (index === 0) return 'end';
        if (entered >= mostPages) return 'too far';
        await cross(-1, page);
      }
    },
  };
}
