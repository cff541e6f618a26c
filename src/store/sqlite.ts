import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Changes, Found, LogRow, Store } from './store.ts';

const valueShape = z.object({ value: z.string() });
const entryShape = z.object({ key: z.string(), value: z.string() });
const versionShape = z.object({ data_version: z.number() });
const rowShape = z.object({ position: z.number(), row: z.string() });

/** How long others may hold the file. */
const busyMs = 5000;
const pauseMs = 20;

/** SQLite does not wait where two that open a new file would wait for each other: it is tried again. */
function setUp(database: DatabaseSync): void {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS logs (
          log TEXT NOT NULL, position INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY (log, position)
        ) WITHOUT ROWID;
      `);
      return;
    } catch (error) {
      if (!isBusy(error) || waitedMs >= busyMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

const busy = 5;

/** Extended codes have more in their upper bytes. */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' && (code & 0xff) === busy;
}

/** One file, readable by its owner alone, also where it was not before. The directory is made where it is missing. */
export function createSqliteStore(path: string): Store {
  const previousMask = process.umask(0o077);
  mkdirSync(dirname(path), { recursive: true });
  keepToOwner(path);
  const database = new DatabaseSync(path, { timeout: busyMs });
  setUp(database);
  process.umask(previousMask);

  const getValue = database.prepare('SELECT value FROM entries WHERE key = ?');
  const setValue = database.prepare(
    'INSERT INTO entries VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const listValues = database.prepare(
    'SELECT key, value FROM entries WHERE substr(key, 1, length(?1)) = ?1 AND key >= ?1 ORDER BY key',
  );
  const setNewValue = database.prepare('INSERT INTO entries VALUES (?, ?) ON CONFLICT (key) DO NOTHING');
  const deleteValue = database.prepare('DELETE FROM entries WHERE key = ?');
  const addRow = database.prepare(
    'INSERT INTO logs SELECT ?, coalesce(max(position), 0) + 1, ? FROM logs WHERE log = ?',
  );
  const readRows = database.prepare(
    'SELECT position, row FROM logs WHERE log = ? AND position > ? ORDER BY position LIMIT ?',
  );
  const firstRow = database.prepare('SELECT position, row FROM logs WHERE log = ? ORDER BY position LIMIT 1');
  const lastRow = database.prepare(
    'SELECT position, row FROM logs WHERE log = ? ORDER BY position DESC LIMIT 1',
  );

  const trimRows = database.prepare(
    'DELETE FROM logs WHERE log = ?1 AND position <= ?2 AND position < (SELECT max(position) FROM logs WHERE log = ?1)',
  );

  const version = database.prepare('PRAGMA data_version');

  const valueOf = (key: string): string | undefined => valueShape.optional().parse(getValue.get(key))?.value;
  const lastOf = (log: string): LogRow | undefined => rowShape.optional().parse(lastRow.get(log));

  /** All or nothing, also if the process is killed on the way. Nobody else writes in the meantime. */
  function inOneGo<Done>(write: () => Done): Done {
    database.exec('BEGIN IMMEDIATE');
    try {
      const done = write();
      database.exec('COMMIT');
      return done;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  function write({ isAnew = false, set, append }: Changes): Map<string, number> {
    if (isAnew) database.exec('DELETE FROM entries; DELETE FROM logs;');
    const reached = new Map<string, number>();
    for (const [key, value] of set ?? []) setValue.run(key, value);
    for (const [log, rows] of append ?? []) {
      for (const row of rows) addRow.run(log, row, log);
      reached.set(log, lastOf(log)?.position ?? 0);
    }
    return reached;
  }

  function isAs({ values, reached }: Found): boolean {
    return (
      Array.from(values).every(([key, value]) => (valueOf(key) ?? null) === value) &&
      Array.from(reached).every(([log, position]) => (lastOf(log)?.position ?? 0) === position)
    );
  }

  return {
    async get(key) {
      return valueOf(key);
    },
    async list(prefix) {
      const entries = z.array(entryShape).parse(listValues.all(prefix));
      return new Map(entries.map(({ key, value }) => [key, value]));
    },
    async set(key, value) {
      setValue.run(key, value);
    },
    async setIfAbsent(key, value) {
      return setNewValue.run(key, value).changes === 1;
    },
    async delete(key) {
      deleteValue.run(key);
    },
    async append(log, rows) {
      return inOneGo(() => write({ append: new Map([[log, rows]]) })).get(log) ?? 0;
    },
    async commit(changes) {
      return inOneGo(() => write(changes));
    },
    async commitIf(found, changes) {
      return inOneGo(() => (isAs(found) ? write(changes) : null));
    },
    async read(log, { after, limit }): Promise<readonly LogRow[]> {
      return z.array(rowShape).parse(readRows.all(log, after, limit));
    },
    async first(log) {
      return rowShape.optional().parse(firstRow.get(log));
    },
    async last(log) {
      return lastOf(log);
    },
    async trim(log, through) {
      trimRows.run(log, through);
    },
    async writesOfOthers() {
      return versionShape.parse(version.get()).data_version;
    },
    async close() {
      database.close();
    },
  };
}

/** The file, and those that SQLite keeps beside it. */
function keepToOwner(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}
