import { invalidField, queryInteger } from '../kernel/fields.ts';
import { listOf } from './query.ts';

type Row = Readonly<Record<string, unknown>>;

export interface Paging {
  readonly sortBy: string;
  readonly sortDir: 'asc' | 'desc';
  readonly limit: number;
  readonly offset: number;
  readonly returnTotalCount: boolean;
}

interface PagingRule {
  readonly limit: number;
  /** The first is the default. */
  readonly sortable?: readonly string[];
  readonly sortDir?: Paging['sortDir'];
}

const largestPage = 10_000;

/** The `pg[…]` parameters of a list. */
export function pagingOf(
  query: URLSearchParams,
  { limit, sortable = [''], sortDir = 'asc' }: PagingRule,
): Paging {
  const sortBy = query.get('pg[sortBy]') ?? sortable[0] ?? '';
  if (!sortable.includes(sortBy)) throw invalidField('pg[sortBy]', `must be one of ${sortable.join(', ')}`);
  const direction = query.get('pg[sortDir]') ?? sortDir;
  if (direction !== 'asc' && direction !== 'desc')
    throw invalidField('pg[sortDir]', 'must be one of asc, desc');
  return {
    sortBy,
    sortDir: direction,
    limit: queryInteger(query, 'pg[limit]', { min: 1, max: largestPage }) ?? limit,
    offset: queryInteger(query, 'pg[offset]', { min: 0 }) ?? 0,
    returnTotalCount: query.get('pg[returnTotalCount]') === 'true',
  };
}

/** What `pg` echoes. */
export function echo(paging: Paging, total: number): Paging & { readonly totalCount?: number } {
  return paging.returnTotalCount ? { ...paging, totalCount: total } : paging;
}

export function rowsOfPage<T>(rows: readonly T[], { offset, limit }: Paging): readonly T[] {
  return rows.slice(offset, offset + limit);
}

export function sorted<T extends object>(rows: readonly T[], { sortBy, sortDir }: Paging): readonly T[] {
  if (sortBy === '') return rows;
  const sign = sortDir === 'asc' ? 1 : -1;
  return rows.toSorted((one, other) => sign * compare(Reflect.get(one, sortBy), Reflect.get(other, sortBy)));
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one) < String(other) ? -1 : Number(String(one) > String(other));
}

/** The columns that `cols[]` asks for (`*`: all of them), or the usual ones. */
export function columnsOf(row: Row, query: URLSearchParams, usual: readonly string[]): Row {
  const asked = listOf(query, 'cols');
  if (asked.includes('*')) return row;
  const columns = asked.length === 0 ? usual : asked;
  const unknown = columns.find((column) => !Object.hasOwn(row, column));
  if (unknown !== undefined)
    throw invalidField('cols', `${unknown} is not one of ${Object.keys(row).join(', ')}`);
  return Object.fromEntries(columns.map((column) => [column, row[column]]));
}
