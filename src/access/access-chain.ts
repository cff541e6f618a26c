import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LogRow, Store } from '../store/store.ts';
import type { AccessEntry } from './access-entry.ts';

/** Entries are written together; each group carries the hash of the one before, so that a change is found. */
export interface AccessGroup {
  readonly entries: readonly AccessEntry[];
  readonly previous: string;
  readonly hash: string;
}

export const accessLogName = 'access';
/** The newest group's hash stands here too: a log whose end was cut off does not reach it. */
export const accessHeadKey = 'access-log:head';
/** The newest group that was forgotten for its age: the chain begins after it. */
export const accessAnchorKey = 'access-log:anchor';

const anchorShape = z.object({ position: z.number(), hash: z.string() });
export type Anchor = z.output<typeof anchorShape>;

const genesis = '0'.repeat(64);
const rowsAtOnce = 500;

export function hashAfter(previous: string, entries: readonly AccessEntry[]): string {
  return createHash('sha256').update(previous).update(JSON.stringify(entries)).digest('hex');
}

/** Null for a row that is no group. */
export function groupIn(row: string): AccessGroup | null {
  try {
    const value: unknown = JSON.parse(row);
    return isGroup(value) ? value : null;
  } catch {
    return null;
  }
}

function isGroup(value: unknown): value is AccessGroup {
  return (
    typeof value === 'object' &&
    value !== null &&
    'entries' in value &&
    Array.isArray(value.entries) &&
    'previous' in value &&
    typeof value.previous === 'string' &&
    'hash' in value &&
    typeof value.hash === 'string'
  );
}

/** What the next group follows. Where the end was cut off it follows what is missing, so that the gap shows for ever. */
export async function newestHash(store: Store): Promise<string> {
  const head = await store.get(accessHeadKey);
  const last = head === undefined ? await store.last(accessLogName) : undefined;
  return head ?? (last && groupIn(last.row)?.hash) ?? genesis;
}

export interface Verification {
  readonly groups: number;
  readonly entries: number;
  readonly newest: string;
  /** The first place at which the chain does not hold; null where it holds to the end. */
  readonly broken: { readonly position: number; readonly what: string } | null;
}

/** Walks the chain from its first group to its end. */
export async function verifyAccessLog(store: Store): Promise<Verification> {
  const anchor = await store.get(accessAnchorKey);
  let { position, hash: previous } =
    anchor === undefined ? { position: 0, hash: genesis } : anchorShape.parse(JSON.parse(anchor));
  let groups = 0;
  let entries = 0;
  for (;;) {
    const rows = await store.read(accessLogName, { after: position, limit: rowsAtOnce });
    for (const row of rows) {
      const what = faultOf(row, { position, hash: previous });
      if (what !== null)
        return { groups, entries, newest: previous, broken: { position: row.position, what } };
      const group = groupIn(row.row);
      groups += 1;
      entries += group?.entries.length ?? 0;
      previous = group?.hash ?? previous;
      position = row.position;
    }
    if (rows.length < rowsAtOnce) break;
  }
  // written together with the last group: read after it, so that a log that is written meanwhile is no fault
  const isAtEnd = await reachesHead(store, { position, hash: previous });
  const what = 'it is missing: the end of the log was cut off, or the record of its newest group is';
  return {
    groups,
    entries,
    newest: previous,
    broken: isAtEnd ? null : { position: position + 1, what },
  };
}

function faultOf({ position, row }: LogRow, before: Anchor): string | null {
  const group = groupIn(row);
  if (position !== before.position + 1) return `${position - before.position - 1} before it are missing`;
  if (group === null) return 'it is no group of entries';
  if (group.previous !== before.hash) return 'it does not follow the one before it';
  return group.hash === hashAfter(group.previous, group.entries)
    ? null
    : 'its entries are not those that were written';
}

/** A log that nothing was ever written to has no head. Groups that came in meanwhile lie between its end and the head. */
async function reachesHead(store: Store, { position, hash }: Anchor): Promise<boolean> {
  const head = await store.get(accessHeadKey);
  if (head === undefined) return hash === genesis;
  if (head === hash) return true;
  const newer = await store.read(accessLogName, { after: position, limit: rowsAtOnce });
  return newer.some(({ row }) => groupIn(row)?.hash === head);
}
