import { createHash } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';

/** One operation's dealings with one organization: who looked at what, why, and how it ended. No payload. */
export interface AccessEntry {
  readonly at: string;
  readonly requestId: string;
  readonly caller: string;
  /** Make's number; null for what belongs to no organization. */
  readonly organization: number | null;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The operation's name, where it has one. */
  readonly operation: string | null;
  readonly fields: readonly string[];
  readonly refused: readonly string[];
  /** What the caller said the data is looked at for. */
  readonly reason: string | null;
  readonly outcome: 'ok' | 'partial' | 'refused' | 'failed';
}

/** Entries are written together; each group carries the hash of the one before, so that a change is found. */
interface AccessGroup {
  readonly entries: readonly AccessEntry[];
  readonly previous: string;
  readonly hash: string;
}

export interface AccessLog {
  /** Entries of reads: written with the next group, within a second. */
  add(entries: readonly AccessEntry[]): void;
  /** Writes what is waiting now. To be awaited before the answer to a change goes out. */
  flush(): Promise<void>;
}

const accessLogName = 'access';
const groupMs = 500;
const genesis = '0'.repeat(64);

/** Opens the log at its end. `onFailure` hears of a group that could not be written; it is kept and tried again. */
export async function openAccessLog(
  store: Store,
  clock: Clock,
  onFailure: (error: unknown) => void,
): Promise<AccessLog> {
  const newest = await store.last(accessLogName);
  let previous = newest === undefined ? genesis : hashIn(newest.row);
  let waiting: AccessEntry[] = [];
  let writing: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | undefined;

  async function write(): Promise<void> {
    if (waiting.length === 0) return;
    const entries = waiting;
    waiting = [];
    const hash = chainHash(previous, entries);
    const group: AccessGroup = { entries, previous, hash };
    try {
      await store.append(accessLogName, [JSON.stringify(group)]);
      previous = hash;
    } catch (error) {
      waiting = [...entries, ...waiting];
      schedule();
      throw error;
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

function chainHash(previous: string, entries: readonly AccessEntry[]): string {
  return createHash('sha256').update(previous).update(JSON.stringify(entries)).digest('hex');
}

function hashIn(row: string): string {
  const group: unknown = JSON.parse(row);
  const hash = typeof group === 'object' && group !== null && 'hash' in group ? group.hash : undefined;
  return typeof hash === 'string' ? hash : genesis;
}
