import { createMemoryStore } from './memory.ts';
import { createSqliteStore } from './sqlite.ts';

/** What must outlive the process: values by key, and logs that only grow. */
export interface Store {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  /** Adds rows to a log, all or none. */
  append(log: string, rows: readonly string[]): Promise<void>;
  /** Rows of a log in their order, from after a position on. */
  read(log: string, options: { readonly after: number; readonly limit: number }): Promise<readonly LogRow[]>;
  /** The newest row of a log. */
  last(log: string): Promise<LogRow | undefined>;
  /** Forgets everything. */
  clear(): Promise<void>;
  close(): Promise<void>;
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
