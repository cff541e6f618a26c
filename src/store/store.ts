import { createMemoryStore } from './memory.ts';
import { createSqliteStore } from './sqlite.ts';

/** What must outlive the process: values by key, and logs that only grow. */
export interface Store {
  get(key: string): Promise<string | undefined>;
  /** Every value whose key begins so, by key. */
  list(prefix: string): Promise<ReadonlyMap<string, string>>;
  set(key: string, value: string): Promise<void>;
  /** Writes only where there is no value yet; whether it did. */
  setIfAbsent(key: string, value: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Adds rows to a log, all or none. Answers with the position of the last of them. */
  append(log: string, rows: readonly string[]): Promise<number>;
  /** Writes values and adds rows to logs, all or none. Answers with the position that each log has reached. */
  commit(changes: Changes): Promise<ReadonlyMap<string, number>>;
  /** The same, unless something is no longer as it was found: then nothing is written, and the answer is null. */
  commitIf(found: Found, changes: Changes): Promise<ReadonlyMap<string, number> | null>;
  /** Rows of a log in their order, from after a position on. */
  read(log: string, options: { readonly after: number; readonly limit: number }): Promise<readonly LogRow[]>;
  /** The oldest row of a log that is kept. */
  first(log: string): Promise<LogRow | undefined>;
  /** The newest row of a log. */
  last(log: string): Promise<LogRow | undefined>;
  /** Forgets the rows of a log up to a position, but never the newest. */
  trim(log: string, through: number): Promise<void>;
  /** Another number than before once others have written to the same store; null where nobody else can. */
  writesOfOthers(): Promise<number | null>;
  close(): Promise<void>;
}

export interface Changes {
  /** Everything that was there is forgotten first. */
  readonly isAnew?: boolean;
  readonly set?: ReadonlyMap<string, string>;
  readonly append?: ReadonlyMap<string, readonly string[]>;
}

/** What changes were concluded from. */
export interface Found {
  /** Null for a key without a value. */
  readonly values: ReadonlyMap<string, string | null>;
  /** The position that each log had reached. */
  readonly reached: ReadonlyMap<string, number>;
}

export interface LogRow {
  /** Grows by one with each row of the log, from 1. */
  readonly position: number;
  readonly row: string;
}

/** `memory:` or `sqlite:PATH` */
export function openStore(url: string): Store {
  const path = url.replace(/^sqlite:/, '');
  return path === url ? createMemoryStore() : createSqliteStore(path);
}
