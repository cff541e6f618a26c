import type { Changes, LogRow, Store } from './store.ts';

/** A log in memory keeps this many of its newest rows. */
const keptRows = 100_000;

interface Log {
  rows: LogRow[];
  position: number;
}

export function createMemoryStore(): Store {
  const values = new Map<string, string>();
  const logs = new Map<string, Log>();

  function append(name: string, rows: readonly string[]): number {
    const log = logs.get(name) ?? { rows: [], position: 0 };
    logs.set(name, log);
    for (const row of rows) {
      log.position += 1;
      log.rows.push({ position: log.position, row });
    }
    if (log.rows.length > 2 * keptRows) log.rows = log.rows.slice(-keptRows);
    return log.position;
  }

  function commit({ isAnew = false, set, append: rowsByLog }: Changes): Map<string, number> {
    if (isAnew) {
      values.clear();
      logs.clear();
    }
    for (const [key, value] of set ?? []) values.set(key, value);
    return new Map(Array.from(rowsByLog ?? [], ([name, rows]) => [name, append(name, rows)]));
  }

  return {
    async get(key) {
      return values.get(key);
    },
    async list(prefix) {
      const found = Array.from(values).filter(([key]) => key.startsWith(prefix));
      return new Map(found.toSorted(([one], [other]) => (one < other ? -1 : 1)));
    },
    async set(key, value) {
      values.set(key, value);
    },
    async setIfAbsent(key, value) {
      if (values.has(key)) return false;
      values.set(key, value);
      return true;
    },
    async delete(key) {
      values.delete(key);
    },
    async append(name, rows) {
      return append(name, rows);
    },
    async commit(changes) {
      return commit(changes);
    },
    async commitIf(found, changes) {
      const isAsFound =
        Array.from(found.values).every(([key, value]) => (values.get(key) ?? null) === value) &&
        Array.from(found.reached).every(([name, position]) => (logs.get(name)?.position ?? 0) === position);
      return isAsFound ? commit(changes) : null;
    },
    async read(name, { after, limit }) {
      const rows = logs.get(name)?.rows ?? [];
      const start = Math.max(0, after + 1 - (rows[0]?.position ?? 1));
      return rows.slice(start, start + limit);
    },
    async first(name) {
      return logs.get(name)?.rows[0];
    },
    async last(name) {
      return logs.get(name)?.rows.at(-1);
    },
    async trim(name, through) {
      const log = logs.get(name);
      if (log === undefined) return;
      const kept = log.rows.findIndex(({ position }) => position > through || position === log.position);
      log.rows = log.rows.slice(Math.max(0, kept));
    },
    async writesOfOthers() {
      return null;
    },
    async close() {},
  };
}
