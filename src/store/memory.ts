import type { LogRow, Store } from './store.ts';

/** A log in memory keeps this many of its newest rows. */
const keptRows = 100_000;

interface Log {
  rows: LogRow[];
  position: number;
}

export function createMemoryStore(): Store {
  const values = new Map<string, string>();
  const logs = new Map<string, Log>();

  return {
    async get(key) {
      return values.get(key);
    },
    async set(key, value) {
      values.set(key, value);
    },
    async append(name, rows) {
      const log = logs.get(name) ?? { rows: [], position: 0 };
      logs.set(name, log);
      for (const row of rows) {
        log.position += 1;
        log.rows.push({ position: log.position, row });
      }
      if (log.rows.length > 2 * keptRows) log.rows = log.rows.slice(-keptRows);
    },
    async read(name, { after, limit }) {
      const rows = logs.get(name)?.rows ?? [];
      const start = Math.max(0, after + 1 - (rows[0]?.position ?? 1));
      return rows.slice(start, start + limit);
    },
    async last(name) {
      return logs.get(name)?.rows.at(-1);
    },
    async clear() {
      values.clear();
      logs.clear();
    },
    async close() {},
  };
}
