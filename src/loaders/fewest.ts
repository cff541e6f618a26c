import { Failure } from '../domain/failure.ts';
import type { Answer } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { asError, type Loader, loadTogether } from './each.ts';
import type { Page } from './pages.ts';

/** Things that can be read by their ids one at a time, or as rows of a list. */
export interface ListedById<Row> {
  /** Null where there is no such thing. */
  readonly one: (id: string) => Promise<Answer<Row> | null>;
  /** Whether reading it costs no request. */
  readonly isOneAtHand: (id: string) => Promise<boolean>;
  readonly page: (index: number) => Promise<Page<Row>>;
  readonly isPageAtHand: (index: number) => Promise<boolean>;
  readonly pageSize: number;
  readonly idOf: (row: Row) => string;
}

/** A loader that reads whichever way takes fewer requests, and never more than one beyond reading each by its id. */
export function loadFewest<Row>(name: string, list: ListedById<Row>): Loader<string, Answer<Row> | null> {
  return loadTogether(
    async (ids) => {
      const atHand = await Promise.all(ids.map((id) => list.isOneAtHand(id)));
      const missing = ids.filter((_, place) => atHand[place] !== true);
      const listed = askingAtMost(1 + missing.length, () => findInList(list, missing));
      const read = async (id: string): Promise<Answer<Row> | null> => {
        // what the list turns out not to hold is read by its id
        const row = missing.includes(id) ? (await listed).get(id) : undefined;
        return row ?? list.one(id);
      };
      return Promise.all(ids.map((id) => read(id).catch(asError)));
    },
    { name },
  );
}

/** The rows that pages of the list hold, as far as reading on costs less than reading what is missing by its id. */
async function findInList<Row>(
  list: ListedById<Row>,
  ids: readonly string[],
): Promise<Map<string, Answer<Row>>> {
  const found = new Map<string, Answer<Row>>();
  let missing = ids;
  let spent = 0;
  let pagesLeft = 1;
  for (let index = 0; missing.length > 0 && pagesLeft > 0; index += 1) {
    const isFree = await list.isPageAtHand(index);
    const isCheaper = pagesLeft < missing.length && spent + pagesLeft + missing.length <= ids.length + 1;
    if (!isFree && !isCheaper) break;
    const { rows, total, fetchedAt, isStale } = await list.page(index);
    if (!isFree) spent += 1;
    for (const row of rows) {
      if (!(row instanceof Failure)) found.set(list.idOf(row), { value: row, fetchedAt, isStale });
    }
    missing = missing.filter((id) => !found.has(id));
    const end = total ?? (index + (rows.length < list.pageSize ? 1 : 2)) * list.pageSize;
    pagesLeft = Math.ceil(end / list.pageSize) - index - 1;
  }
  return found;
}
