import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Failure } from '../../src/domain/failure.ts';
import { writeCursor } from '../../src/loaders/cursor.ts';
import { type Entry, mergedWindow } from '../../src/loaders/merged-window.ts';
import type { WindowArguments } from '../../src/loaders/walk.ts';

const scope = { list: 'executions', filterKey: 'k' };

const entry = (at: number, key: string): Entry<string> => ({ at, key, row: key });

const listOf = (entries: readonly Entry<string>[]) => async () => ({
  entries,
  search: null,
  fetchedAt: new Date(0),
  isStale: false,
});

const nodes = ({ edges }: { edges: readonly { node: string | Failure }[] }) => edges.map(({ node }) => node);

const someEntries = fc.uniqueArray(
  fc.record({ at: fc.integer({ min: 0, max: 5 }), key: fc.stringMatching(/^[a-f]{1,3}$/) }),
  { selector: ({ key }) => key, maxLength: 40 },
);

test('every way through the pages meets every row once, newest first', async () => {
  await fc.assert(
    fc.asyncProperty(someEntries, fc.integer({ min: 1, max: 7 }), async (rows, size) => {
      const entries = rows.map(({ at, key }) => entry(at, key));
      const whole = nodes(await mergedWindow({ first: 100 }, scope, listOf(entries)));
      const forward: (string | Failure)[] = [];
      let range: WindowArguments | null = { first: size };
      while (range !== null) {
        const page: Awaited<ReturnType<typeof mergedWindow<string>>> = await mergedWindow(
          range,
          scope,
          listOf(entries),
        );
        forward.push(...nodes(page));
        range = page.pageInfo.hasNextPage ? { first: size, after: page.pageInfo.endCursor } : null;
      }
      expect(forward).toEqual(whole);
      const backward: (string | Failure)[] = [];
      range = { last: size };
      while (range !== null) {
        const page: Awaited<ReturnType<typeof mergedWindow<string>>> = await mergedWindow(
          range,
          scope,
          listOf(entries),
        );
        backward.unshift(...nodes(page));
        range = page.pageInfo.hasPreviousPage ? { last: size, before: page.pageInfo.startCursor } : null;
      }
      expect(backward).toEqual(whole);
    }),
  );
});

test('a cursor holds when newer rows come and when its own row goes', async () => {
  const first = await mergedWindow(
    { first: 2 },
    scope,
    listOf([entry(9, 'a'), entry(8, 'b'), entry(7, 'c')]),
  );
  const changed = [entry(12, 'new'), entry(9, 'a'), entry(7, 'c')];
  const rest = await mergedWindow({ first: 2, after: first.pageInfo.endCursor }, scope, listOf(changed));
  expect(nodes(rest)).toEqual(['c']);
});

test.each([
  ['of another filter', writeCursor({ ...scope, filterKey: 'other' }, '9,a')],
  ['of another list', writeCursor({ ...scope, list: 'others' }, '9,a')],
  ['of no place', writeCursor(scope, 'a')],
  ['of nowhere', 'nothing'],
])('a cursor %s is refused before anything is read', async (_, after) => {
  const read = () => Promise.reject(new Error('was read'));
  await expect(mergedWindow({ after }, scope, read)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('a search that costs too much ends early, says so, and goes on from there', async () => {
  const entries = Array.from({ length: 50 }, (_, index) => entry(100 - index, `r${index}`));
  const asked: string[] = [];
  const search = {
    atMost: 20,
    matches: async (row: string) => {
      asked.push(row);
      return row.endsWith('9');
    },
  };
  const read = async () => ({ entries, search, fetchedAt: new Date(0), isStale: false });
  const first = await mergedWindow({ first: 5 }, scope, read);
  expect(nodes(first)).toEqual(['r9', 'r19']);
  expect(asked).toHaveLength(20);
  expect(first.pageInfo.hasNextPage).toBe(true);
  const second = await mergedWindow({ first: 5, after: first.pageInfo.endCursor }, scope, read);
  expect(nodes(second)).toEqual(['r29', 'r39']);
  const third = await mergedWindow({ first: 5, after: second.pageInfo.endCursor }, scope, read);
  expect([nodes(third), third.pageInfo.hasNextPage]).toEqual([['r49'], false]);
});

test('a search asks no further than it needs', async () => {
  const entries = Array.from({ length: 50 }, (_, index) => entry(100 - index, `r${index}`));
  let asked = 0;
  const matches = async () => {
    asked += 1;
    return true;
  };
  const window = await mergedWindow({ first: 3 }, scope, async () => ({
    entries,
    search: { atMost: 20, matches },
    fetchedAt: new Date(0),
    isStale: false,
  }));
  expect([nodes(window), window.pageInfo.hasNextPage, asked]).toEqual([['r0', 'r1', 'r2'], true, 10]);
});
