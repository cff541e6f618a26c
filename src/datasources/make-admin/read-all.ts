import { Failure } from '../../domain/failure.ts';
import type { Answer } from '../../upstream/call.ts';
import { askingAtMost } from '../../upstream/foresight.ts';
import type { Rows, Slice } from '../read.ts';

interface Paging {
  readonly pageSize: number;
  /** What is longer comes cut, without a total. */
  readonly mostPages: number;
}

/** A whole list, page by page until one is short. Its `total` is null where it was cut. As old as its oldest page. */
export async function readAll<Row extends { readonly id: string }>(
  { pageSize, mostPages }: Paging,
  page: (slice: Slice) => Promise<Answer<Rows<Row>>>,
): Promise<Answer<Rows<Row>>> {
  const rows: (Row | Failure)[] = [];
  const seen = new Set<string>();
  let [fetchedAt, isStale, isWhole] = [Number.POSITIVE_INFINITY, false, false];
  for (let index = 0; index < mostPages && !isWhole; index += 1) {
    const slice = { offset: index * pageSize, limit: pageSize };
    const answer = await askingAtMost(mostPages - index, () => page(slice));
    fetchedAt = Math.min(fetchedAt, answer.fetchedAt);
    isStale ||= answer.isStale;
    isWhole = answer.value.rows.length < pageSize;
    for (const row of answer.value.rows) {
      // rows move on to the next page while the list is read
      if (!(row instanceof Failure) && seen.has(row.id)) continue;
      if (!(row instanceof Failure)) seen.add(row.id);
      rows.push(row);
    }
  }
  return { value: { rows, total: isWhole ? rows.length : null }, fetchedAt, isStale };
}
