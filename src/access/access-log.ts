import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';
import {
  type AccessGroup,
  type Anchor,
  accessAnchorKey,
  accessHeadKey,
  accessLogName,
  groupIn,
  hashAfter,
  newestHash,
} from './access-chain.ts';
import type { AccessEntry } from './access-entry.ts';

export interface AccessLog {
  /** Entries of reads: written with the next group, within a second. */
  add(entries: readonly AccessEntry[]): void;
  /** Writes what is waiting now. To be awaited before the answer to a change goes out. */
  flush(): Promise<void>;
}

interface Options {
  readonly clock: Clock;
  /** Hears of a group that could not be written; it is kept and tried again. */
  readonly onFailure: (error: unknown) => void;
  /** Entries older than so many days are forgotten. */
  readonly keepDays?: number | undefined;
}

const groupMs = 500;
const dayMs = 86_400_000;
/** How often what is too old is looked for. */
const trimMs = 3_600_000;
const rowsAtOnce = 200;

/** Opens the log at its end. One process writes it: its groups are a chain. */
export async function openAccessLog(
  store: Store,
  { clock, onFailure, keepDays }: Options,
): Promise<AccessLog> {
  let previous = await newestHash(store);
  let waiting: AccessEntry[] = [];
  let writing: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | undefined;
  let trimmedAt = Number.NEGATIVE_INFINITY;

  async function write(): Promise<void> {
    if (waiting.length === 0) return;
    const entries = waiting;
    waiting = [];
    const hash = hashAfter(previous, entries);
    const group: AccessGroup = { entries, previous, hash };
    try {
      await store.commit({
        append: new Map([[accessLogName, [JSON.stringify(group)]]]),
        set: new Map([[accessHeadKey, hash]]),
      });
      previous = hash;
    } catch (error) {
      waiting = [...entries, ...waiting];
      schedule();
      throw error;
    }
    if (keepDays !== undefined && clock.now() - trimmedAt >= trimMs) {
      trimmedAt = clock.now();
      await forgetBefore(store, new Date(clock.now() - keepDays * dayMs)).catch(onFailure);
    }
  }

  function schedule(): void {
    cancelTimer ??= clock.after(groupMs, () => {
      cancelTimer = undefined;
      flush().catch(onFailure);
    });
  }

  function flush(): Promise<void> {
    const turn = writing.then(write);
    writing = turn.catch(() => {});
    return turn;
  }

  return {
    add(entries) {
      waiting.push(...entries);
      if (entries.length > 0) schedule();
    },
    flush,
  };
}

/** Forgets the groups whose every entry is older. The hash of the last of them stays: the chain begins with it. */
async function forgetBefore(store: Store, instant: Date): Promise<void> {
  for (;;) {
    const first = await store.first(accessLogName);
    if (first === undefined) return;
    const rows = await store.read(accessLogName, { after: first.position - 1, limit: rowsAtOnce });
    const kept = rows.findIndex(({ row }) => isSince(row, instant));
    const old = rows.slice(0, kept === -1 ? -1 : kept);
    const last = old.at(-1);
    if (last === undefined) return;
    const anchor: Anchor = { position: last.position, hash: groupIn(last.row)?.hash ?? '' };
    await store.set(accessAnchorKey, JSON.stringify(anchor));
    await store.trim(accessLogName, last.position);
    if (kept !== -1) return;
  }
}

function isSince(row: string, instant: Date): boolean {
  const entries = groupIn(row)?.entries;
  return entries === undefined || entries.some(({ at }) => new Date(at) >= instant);
}
