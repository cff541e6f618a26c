import { setImmediate as turn } from 'node:timers/promises';
import type { LogRow, Store } from '../store/store.ts';
import { accessLogName, groupIn } from './access-chain.ts';
import type { AccessEntry } from './access-entry.ts';

/** Where an entry stands: its group in the log, and its place in the group. */
export interface AccessPlace {
  readonly group: number;
  readonly index: number;
}

export interface PlacedEntry {
  readonly place: AccessPlace;
  readonly entry: AccessEntry;
}

export interface AccessSearch {
  /** `older` goes from the newest entry back, `newer` from the oldest on. */
  readonly towards: 'older' | 'newer';
  /** Only entries beyond it in that direction. */
  readonly from?: AccessPlace | undefined;
  /** At or after. */
  readonly since?: Date | null | undefined;
  /** Before. */
  readonly before?: Date | null | undefined;
  readonly matches: (entry: AccessEntry) => boolean;
}

const groupsAtOnce = 100;
/** An entry is written when its operation ends: so much later than it began, at most. */
const longestOperationMs = 11 * 60_000;

/** Each entry on the way; null for one that is not looked for, so that who asks can stop there. */
export type SearchAccessLog = (
  search: AccessSearch,
) => AsyncGenerator<PlacedEntry | { readonly place: AccessPlace; readonly entry: null }>;

export async function* searchAccessLog(store: Store, search: AccessSearch): ReturnType<SearchAccessLog> {
  const { towards, from, since, before, matches } = search;
  const isOlder = towards === 'older';
  const [first, last] = [await store.first(accessLogName), await store.last(accessLogName)];
  if (first === undefined || last === undefined) return;
  const lowest =
    since == null
      ? first.position
      : await groupAt(store, first, last, new Date(since.getTime() - longestOperationMs));
  const highest =
    before == null
      ? last.position
      : await groupAt(store, first, last, new Date(before.getTime() + longestOperationMs));
  const isWanted = (entry: AccessEntry): boolean =>
    (since == null || entry.at >= since.toISOString()) &&
    (before == null || entry.at < before.toISOString()) &&
    matches(entry);

  let low = isOlder ? lowest : Math.max(lowest, from?.group ?? lowest);
  let high = isOlder ? Math.min(highest, from?.group ?? highest) : highest;
  while (low <= high) {
    const after = isOlder ? Math.max(low - 1, high - groupsAtOnce) : low - 1;
    const limit = Math.min(groupsAtOnce, high - after);
    const rows = await store.read(accessLogName, { after, limit });
    if (isOlder) high = after;
    else low = after + limit + 1;
    const entries = rows
      .flatMap(entriesOf)
      .filter(({ place }) => from === undefined || isBeyond(place, from));
    for (const { place, entry } of isOlder ? entries.reverse() : entries) {
      yield { place, entry: isWanted(entry) ? entry : null };
    }
    // a long search lets others have their turn
    await turn();
  }

  function isBeyond(place: AccessPlace, from: AccessPlace): boolean {
    const difference = place.group - from.group || place.index - from.index;
    return isOlder ? difference < 0 : difference > 0;
  }
}

function entriesOf({ position, row }: LogRow): PlacedEntry[] {
  const entries = groupIn(row)?.entries ?? [];
  return entries.map((entry, index) => ({ place: { group: position, index }, entry }));
}

/** About where the log was at an instant, found by halving: entries stand in it as their operations ended. */
async function groupAt(store: Store, first: LogRow, last: LogRow, instant: Date): Promise<number> {
  let low = first.position;
  let high = last.position;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [row] = await store.read(accessLogName, { after: middle - 1, limit: 1 });
    const newest = row && groupIn(row.row)?.entries.at(-1)?.at;
    if (newest !== undefined && newest < instant.toISOString()) low = middle + 1;
    else high = middle;
  }
  return low;
}
