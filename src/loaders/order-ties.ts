import { Failure } from '../domain/failure.ts';

/**
 * Puts rows in order that the upstream leaves as they come, being of one instant. A row that another page has as well stays
 * where it is: by it the pages are seen to fit together.
 */
export function orderTies<Row>(
  rows: readonly (Row | Failure)[],
  ties: {
    readonly areTied: (one: Row, other: Row) => boolean;
    readonly order: (one: Row, other: Row) => number;
  },
  isShared: { readonly first: boolean; readonly last: boolean },
): readonly (Row | Failure)[] {
  const begin = isShared.first ? 1 : 0;
  const end = isShared.last ? rows.length - 1 : rows.length;
  const ordered: (Row | Failure)[] = [];
  for (const row of rows.slice(begin, Math.max(begin, end))) {
    let place = ordered.length;
    for (; place > 0; place -= 1) {
      const earlier = ordered[place - 1];
      if (earlier === undefined || earlier instanceof Failure || row instanceof Failure) break;
      if (!ties.areTied(earlier, row) || ties.order(earlier, row) <= 0) break;
    }
    ordered.splice(place, 0, row);
  }
  return [...rows.slice(0, begin), ...ordered, ...rows.slice(Math.max(begin, end))];
}
