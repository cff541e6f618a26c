import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { verifyAccessLog } from '../../src/access/access-chain.ts';
import type { AccessEntry } from '../../src/access/access-entry.ts';
import { openAccessLog } from '../../src/access/access-log.ts';
import { openStore } from '../../src/store/store.ts';
import { createFakeClock } from './fake-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-chain-'));
afterAll(() => rmSync(folder, { recursive: true }));

function entryOf(number: number, at: number): AccessEntry {
  return {
    at: new Date(at).toISOString(),
    requestId: `request-${number}`,
    caller: 'anna',
    organization: 1001,
    kind: 'query',
    operation: null,
    fields: ['payments'],
    refused: [],
    reason: null,
    outcome: 'ok',
  };
}

let files = 0;

/** A store in a file whose log has so many groups of one entry each, an hour between them. */
async function logOf(groups: number, keepDays?: number) {
  files += 1;
  const path = join(folder, `${files}.db`);
  const clock = createFakeClock();
  const failures: unknown[] = [];
  const store = openStore(`sqlite:${path}`);
  const open = () => openAccessLog(store, { clock, onFailure: (error) => failures.push(error), keepDays });
  const log = await open();
  async function write(count: number, to = log): Promise<void> {
    for (let number = 1; number <= count; number += 1) {
      to.add([entryOf(number, clock.now())]);
      await to.flush();
      await clock.pass(3_600_000);
    }
  }
  await write(groups);
  return {
    store,
    open,
    write,
    failures,
    /** What somebody does who has the file. */
    tamper: (...statements: string[]): void => {
      const database = new DatabaseSync(path);
      for (const statement of statements) database.exec(statement);
      database.close();
    },
  };
}

test('an untouched log holds together, also when it is empty and over a restart', async () => {
  const { store, open, write } = await logOf(0);
  expect(await verifyAccessLog(store)).toMatchObject({ groups: 0, broken: null });
  await write(2);
  await write(1, await open());
  expect(await verifyAccessLog(store)).toMatchObject({ groups: 3, entries: 3, broken: null });
  await store.close();
});

const otherPosition = 'UPDATE logs SET position = position + 100 WHERE position = 2';

test.each([
  ['an entry that was altered', 3, ["UPDATE logs SET row = replace(row, 'anna', 'otto') WHERE position = 3"]],
  ['a group that was removed', 4, ['DELETE FROM logs WHERE position = 3']],
  [
    'a group that was removed and its gap closed',
    3,
    ['DELETE FROM logs WHERE position = 3', 'UPDATE logs SET position = position - 1 WHERE position > 3'],
  ],
  ['a beginning that was removed', 3, ['DELETE FROM logs WHERE position < 3']],
  [
    'groups that changed places',
    2,
    [
      otherPosition,
      'UPDATE logs SET position = 2 WHERE position = 3',
      'UPDATE logs SET position = 3 WHERE position = 102',
    ],
  ],
  ['an end that was cut off', 4, ['DELETE FROM logs WHERE position > 3']],
  [
    'an end that was cut off with the newest hash',
    4,
    ['DELETE FROM logs WHERE position > 3', "DELETE FROM entries WHERE key = 'access-log:head'"],
  ],
  ['all of it removed', 1, ['DELETE FROM logs']],
  ['a row that is no group', 2, ["UPDATE logs SET row = '{' WHERE position = 2"]],
])('%s is found', async (_, position, statements) => {
  const { store, tamper } = await logOf(5);
  tamper(...statements);
  expect((await verifyAccessLog(store)).broken?.position).toBe(position);
  await store.close();
});

test('a gateway that goes on after the end was cut off does not hide it', async () => {
  const { store, open, write, tamper } = await logOf(5);
  tamper('DELETE FROM logs WHERE position > 3');
  await write(3, await open());
  expect((await verifyAccessLog(store)).broken).toMatchObject({ position: 4 });
  await store.close();
});

test('what is older than it is kept for is forgotten, and what is left holds together', async () => {
  const { store, tamper, failures } = await logOf(72, 1);
  const { groups, broken } = await verifyAccessLog(store);
  expect({ broken, failures }).toEqual({ broken: null, failures: [] });
  // one for each hour of the last day, its first instant included
  expect(groups).toBe(25);
  tamper('DELETE FROM logs WHERE position = (SELECT min(position) FROM logs)');
  expect((await verifyAccessLog(store)).broken).not.toBeNull();
  await store.close();
});
