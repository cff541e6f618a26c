import type { Rows, Slice } from '../datasources/read.ts';
import { readable } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import type { Answer } from '../upstream/call.ts';
import type { Listing, ListKind, ListSnapshot } from './detectors/list.ts';

const pageSize = 100;
/** However much happened between two polls, no more is read in one. */
const mostPages = 500;
/** How far down open objects are looked for that are no longer among the newest. */
const pagesForOpen = 3;

/**
 * Reads a list, newest first, as far as it takes to meet what is known, and to see again what may have changed. A list
 * whose objects can go is read whole.
 */
export async function readListing<Row>(
  kind: ListKind<Row>,
  known: ListSnapshot | null,
  startedAt: number,
  page: (slice: Slice) => Promise<Answer<Rows<Row>>>,
): Promise<Listing<Row>> {
  const rows: Row[] = [];
  const seen = new Set<string>();
  let hasFailed = false;
  for (let index = 0; index < mostPages; index += 1) {
    const { value } = await page({ offset: index * pageSize, limit: pageSize });
    const read = readable(value.rows);
    hasFailed ||= read.length < value.rows.length;
    for (const row of read) {
      if (seen.has(kind.keyOf(row))) continue;
      seen.add(kind.keyOf(row));
      rows.push(row);
    }
    const reached = index * pageSize + value.rows.length;
    if (value.rows.length === 0 && (value.total ?? 0) > reached) {
      throw new Failure('UPSTREAM_BAD_RESPONSE', 'The upstream says that there is more, and gives nothing.');
    }
    const isEnd = value.total === null ? value.rows.length < pageSize : reached >= value.total;
    if (isEnd) {
      const isOneGlance = index === 0 && value.total === rows.length;
      return { rows, isWhole: !hasFailed, isOneGlance, startedAt };
    }
    if (kind.removed === null && isFarEnough(kind, known, read.at(-1), seen, index)) break;
  }
  return { rows, isWhole: false, isOneGlance: false, startedAt };
}

function isFarEnough<Row>(
  kind: ListKind<Row>,
  known: ListSnapshot | null,
  last: Row | undefined,
  seen: ReadonlySet<string>,
  index: number,
): boolean {
  if (known === null || !known.isSeeded) return true;
  if (last === undefined) return false;
  const isKnown =
    known.items[kind.keyOf(last)] !== undefined ||
    (known.horizon !== null && kind.atOf(last) <= known.horizon);
  if (!isKnown) return false;
  const isLacking = Object.entries(known.items).some(
    ([key, { fields }]) => kind.isOpen?.(fields) === true && !seen.has(key),
  );
  return !isLacking || index + 1 >= pagesForOpen;
}
