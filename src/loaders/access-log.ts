import type { AccessEntry, AccessKind, AccessOutcome } from '../access/access-entry.ts';
import {
  type AccessPlace,
  type AccessSearch,
  type PlacedEntry,
  type SearchAccessLog,
} from '../access/access-log-search.ts';
import { type CursorScope, notOfThisList, readCursor, writeCursor } from './cursor.ts';
import { readArguments, type Window, type WindowArguments } from './walk.ts';

interface AccessLogFilter {
  /** At or after. */
  readonly from?: Date | null | undefined;
  /** Before. */
  readonly to?: Date | null | undefined;
  readonly callers?: readonly string[] | null | undefined;
  readonly kinds?: readonly AccessKind[] | null | undefined;
  readonly outcomes?: readonly AccessOutcome[] | null | undefined;
}

/** A window of an organization's entries, newest first. Asks no upstream. */
export type AccessLogReader = (
  organization: number,
  filter: AccessLogFilter,
  window: WindowArguments,
) => Promise<Window<AccessEntry>>;

/** A window ends after so many entries, of whichever organization, full or not: its cursor goes on from there. */
const entriesToSearch = 20_000;

export function createAccessLogReader(find: SearchAccessLog, readAt: Date): AccessLogReader {
  return async (organization, filter, window) => {
    const { size, isBackward } = readArguments(window);
    const scope = { list: `accessLog:${organization}` };
    const after = window.after == null ? undefined : placeOf(scope, window.after);
    const before = window.before == null ? undefined : placeOf(scope, window.before);
    const { found, hasMore, reached } = await take(find, size, isBackward ? after : before, {
      towards: isBackward ? 'newer' : 'older',
      from: isBackward ? before : after,
      since: filter.from,
      before: filter.to,
      matches: (entry) => entry.organization === organization && isWanted(entry, filter),
    });
    const edges = (isBackward ? found.toReversed() : found).map(({ place, entry }) => ({
      cursor: cursorOf(scope, place),
      node: entry,
    }));
    const end = reached === null ? null : cursorOf(scope, reached);
    return {
      edges,
      pageInfo: {
        hasNextPage: isBackward ? before !== undefined : hasMore,
        hasPreviousPage: isBackward ? hasMore : after !== undefined,
        startCursor: (isBackward ? end : null) ?? edges[0]?.cursor ?? null,
        endCursor: (isBackward ? null : end) ?? edges.at(-1)?.cursor ?? null,
      },
      totalCount: null,
      fetchedAt: readAt,
      isStale: false,
    };
  };
}

interface Taken {
  readonly found: readonly PlacedEntry[];
  readonly hasMore: boolean;
  /** Where a search that ended early has come to. */
  readonly reached: AccessPlace | null;
}

async function take(
  find: SearchAccessLog,
  size: number,
  until: AccessPlace | undefined,
  search: AccessSearch,
): Promise<Taken> {
  const found: PlacedEntry[] = [];
  let lookedAt = 0;
  for await (const { place, entry } of find(search)) {
    if (until !== undefined && place.group === until.group && place.index === until.index) break;
    if (entry !== null && found.length === size) return { found, hasMore: true, reached: null };
    if (entry !== null) found.push({ place, entry });
    lookedAt += 1;
    if (lookedAt >= entriesToSearch) return { found, hasMore: true, reached: place };
  }
  return { found, hasMore: false, reached: null };
}

function isWanted(entry: AccessEntry, { callers, kinds, outcomes }: AccessLogFilter): boolean {
  return (
    (callers == null || callers.includes(entry.caller)) &&
    (kinds == null || kinds.includes(entry.kind)) &&
    (outcomes == null || outcomes.includes(entry.outcome))
  );
}

/** Entries never move: a cursor is the place of its entry, whatever the filter. */
function cursorOf(scope: CursorScope, { group, index }: AccessPlace): string {
  return writeCursor(scope, `${group}.${index}`);
}

function placeOf(scope: CursorScope, cursor: string): AccessPlace {
  const [, group, index] = /^(\d{1,15})\.(\d{1,9})$/.exec(readCursor(scope, cursor)) ?? [];
  if (group === undefined || index === undefined) throw notOfThisList();
  return { group: Number(group), index: Number(index) };
}
