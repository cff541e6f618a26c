import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { LogRow, Store } from './store.ts';

const valueShape = z.object({ value: z.string() });
const rowShape = z.object({ position: z.number(), row: z.string() });

/** One file, readable by its owner alone. The directory is made where it is missing. */
export function createSqliteStore(path: string): Store {
  const previousMask = process.umask(0o077);
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA busy_timeout = 5000;
    CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS logs (
      log TEXT NOT NULL, position INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY (log, position)
    ) WITHOUT ROWID;
  `);
  process.umask(previousMask);

  const getValue = database.prepare('SELECT value FROM entries WHERE key = ?');
  const setValue = database.prepare(
    'INSERT INTO entries VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const addRow = database.prepare(
    'INSERT INTO logs SELECT ?, coalesce(max(position), 0) + 1, ? FROM logs WHERE log = ?',
  );
  const readRows = database.prepare(
    'SELECT position, row FROM logs WHERE log = ? AND position > ? ORDER BY position LIMIT ?',
  );
  const lastRow = database.prepare(
    'SELECT position, row FROM logs WHERE log = ? ORDER BY position DESC LIMIT 1',
  );

  return {
    async get(key) {
      return valueShape.optional().parse(getValue.get(key))?.value;
    },
    async set(key, value) {
      setValue.run(key, value);
    },
    async append(log, rows) {
      database.exec('BEGIN IMMEDIATE');
      try {
        for (const row of rows) addRow.run(log, row, log);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    async read(log, { after, limit }): Promise<readonly LogRow[]> {
      return z.array(rowShape).parse(readRows.all(log, after, limit));
    },
    async last(log) {
      return rowShape.optional().parse(lastRow.get(log));
    },
    async clear() {
      database.exec('DELETE FROM entries; DELETE FROM logs;');
    },
    async close() {
      database.close();
    },
  };
}
