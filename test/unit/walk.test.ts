import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { find, type Page, type PagedList, sliceOf, type Window, walk } from '../../src/loaders/walk.ts';

interface List extends PagedList<number> {
  /** Pages that were asked for. */
  readonly asked: number[];
}

/** A list whose rows are their own keys, served in pages. */
function listOf(
  rows: readonly (number | Failure)[],
  { pageSize = 10, tellsTotal = true }: { pageSize?: number; tellsTotal?: boolean } = {},
): List {
  const asked: number[] = [];
  return {
    asked,
    upstream: 'make-billing',
    pageSize,
    keyOf: String,
    async page(index): Promise<Page<number>> {
      asked.push(index);
      const total = tellsTotal ? rows.length : null;
      return {
        rows: rows.slice(index * pageSize, (index + 1) * pageSize),
        total,
        fetchedAt: 1000 + index,
        isStale: index === 1,
      };
    },
  };
}

const numbers = (length: number): number[] => Array.from({ length }, (_, place) => place);
const nodes = ({ edges }: { edges: readonly { node: unknown }[] }): unknown[] =>
  edges.map(({ node }) => node);

test('windows one after another are the list, forwards and backwards, whatever the sizes and the filter', async () => {
  const cases = fc.record({
    length: fc.integer({ min: 0, max: 60 }),
    pageSize: fc.integer({ min: 1, max: 20 }),
    size: fc.integer({ min: 1, max: 25 }),
    divisor: fc.integer({ min: 1, max: 4 }),
    tellsTotal: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ length, pageSize, size, divisor, tellsTotal }) => {
      const matches = (row: number): boolean => row % divisor === 0;
      const list = (): PagedList<number> => ({
        ...listOf(numbers(length), { pageSize, tellsTotal }),
        ...(divisor > 1 && { matches, filterKey: String(divisor) }),
      });
      const wanted = numbers(length).filter(matches);

      const forwards: unknown[] = [];
      let after: string | null = null;
      do {
        const window: Window<number> = await walk(list(), { first: size, after });
        forwards.push(...nodes(window));
        after = window.pageInfo.hasNextPage ? window.pageInfo.endCursor : null;
      } while (after !== null);
      expect(forwards).toEqual(wanted);

      if (!tellsTotal) return;
      const backwards: unknown[] = [];
      let before: string | null = null;
      do {
        const window: Window<number> = await walk(list(), { last: size, before });
        backwards.unshift(...nodes(window));
        before = window.pageInfo.hasPreviousPage ? window.pageInfo.startCursor : null;
      } while (before !== null);
      expect(backwards).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});

/** Pages that were read at two times: the first before a row was put in front of the list, or after. */
function readAtTwoTimes(firstPage: 'before' | 'after'): { list: PagedList<number>; anew: number[] } {
  const anew: number[] = [];
  const before = numbers(30);
  const after = [-1, ...before];
  const list = {
    ...listOf([]),
    page: async (index: number, isAnew: boolean): Promise<Page<number>> => {
      if (isAnew) anew.push(index);
      const isLater = isAnew || (index === 0) === (firstPage === 'after');
      const rows = (isLater ? after : before).slice(index * 10, (index + 1) * 10);
      return { rows, total: null, fetchedAt: isLater ? 2000 : 1000, isStale: false };
    },
  };
  return { list, anew };
}

test('a page that is older than the one before it is read anew: no row is lost between them', async () => {
  const { list, anew } = readAtTwoTimes('after');
  const first = await walk(list, { first: 8 });
  const next = await walk(list, { first: 8, after: first.pageInfo.endCursor });
  expect([...nodes(first), ...nodes(next)]).toEqual([-1, ...numbers(15)]);
  expect(anew).toEqual([1]);
});

test('what moved on to a page that is read later is not shown twice', async () => {
  const { list, anew } = readAtTwoTimes('before');
  const first = await walk(list, { first: 10 });
  const next = await walk(list, { first: 5, after: first.pageInfo.endCursor });
  expect([...nodes(first), ...nodes(next)]).toEqual(numbers(15));
  expect(anew).toEqual([]);
});

test('a cursor is found again after rows before it have gone', async () => {
  const { pageInfo } = await walk(listOf(numbers(40)), { first: 12 });
  const window = await walk(listOf(numbers(40).slice(5)), { first: 3, after: pageInfo.endCursor });
  expect(nodes(window)).toEqual([12, 13, 14]);
});

test('a filtered window ends after ten pages, and its cursor goes on from there', async () => {
  const rare = (row: number): boolean => row % 150 === 149;
  const sparse = () => ({ ...listOf(numbers(400)), matches: rare, filterKey: 'rare' });
  const list = sparse();
  const first = await walk(list, { first: 2 });
  expect(list.asked).toHaveLength(10);
  expect(nodes(first)).toEqual([]);
  expect(first.pageInfo.hasNextPage).toBe(true);
  const next = await walk(sparse(), { first: 2, after: first.pageInfo.endCursor });
  expect(nodes(next)).toEqual([149]);

  const last = await walk(sparse(), { last: 2 });
  expect(nodes(last)).toEqual([]);
  expect(last.pageInfo.hasPreviousPage).toBe(true);
  const previous = await walk(sparse(), { last: 2, before: last.pageInfo.startCursor });
  expect(nodes(previous)).toEqual([299]);
});

test('a list that repeats its rows without end is given up', async () => {
  const endless: PagedList<number> = {
    ...listOf([]),
    page: async () => ({ rows: numbers(10), total: null, fetchedAt: 0, isStale: false }),
  };
  const window = await walk(endless, { first: 12 });
  expect(nodes(window)).toEqual(numbers(10));
  expect(window.pageInfo.hasNextPage).toBe(true);
});

test('a window reads no page that it does not need', async () => {
  const list = listOf(numbers(100));
  const first = await walk(list, { first: 10 });
  expect(list.asked).toEqual([0]);
  expect(first.pageInfo.hasNextPage).toBe(true);

  const next = listOf(numbers(100));
  await walk(next, { first: 5, after: first.pageInfo.endCursor });
  expect(next.asked).toEqual([0, 1]);
});

test('where the total is known no empty page is asked for to find the end', async () => {
  const list = listOf(numbers(10));
  expect((await walk(list, { first: 10 })).pageInfo.hasNextPage).toBe(false);
  expect(list.asked).toEqual([0]);
});

test('a cursor is found again after new rows have pushed its row on', async () => {
  const { pageInfo } = await walk(listOf(numbers(40)), { first: 12 });
  const grown = listOf([-3, -2, -1, ...numbers(40)]);
  const window = await walk(grown, { first: 3, after: pageInfo.endCursor });
  expect(nodes(window)).toEqual([12, 13, 14]);
});

test('a cursor whose row is gone is stale', async () => {
  const { pageInfo } = await walk(listOf(numbers(40)), { first: 12 });
  const shrunk = listOf(numbers(40).filter((row) => row !== 11));
  await expect(walk(shrunk, { first: 3, after: pageInfo.endCursor })).rejects.toMatchObject({
    code: 'STALE_CURSOR',
  });
});

test('rows that stand twice in the upstream come once', async () => {
  const window = await walk(listOf([0, 1, 1, 2, 2, 3]), { first: 3 });
  expect(nodes(window)).toEqual([0, 1, 2]);
});

test('a row that could not be read stands in its place, and its cursor serves', async () => {
  const unreadable = new Failure('UPSTREAM_BAD_RESPONSE', 'unreadable');
  const window = await walk(listOf([0, unreadable, 2]), { first: 2 });
  expect(nodes(window)).toEqual([0, unreadable]);
  const rest = await walk(listOf([0, unreadable, 2]), { first: 2, after: window.pageInfo.endCursor });
  expect(nodes(rest)).toEqual([2]);
});

test('an upstream that says there is more and gives nothing is not believed', async () => {
  const list: PagedList<number> = {
    upstream: 'make-billing',
    pageSize: 10,
    keyOf: String,
    page: async () => ({ rows: [], total: 50, fetchedAt: 0, isStale: false }),
  };
  await expect(walk(list, { first: 5 })).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
});

test.each([
  [{ first: 101 }, 'first is a number from 0 to 100; found 101.'],
  [{ first: -1 }, 'first is a number from 0 to 100; found -1.'],
  [{ last: 1000 }, 'last is a number from 0 to 100; found 1000.'],
  [{ first: 1, last: 1 }, 'Give first or last, not both.'],
  [{ first: 1, before: 'x' }, 'first goes with after, last with before.'],
  [{ first: 1, after: '%%%' }, 'The cursor is not one that this list gave.'],
])('%o is refused', async (range, message) => {
  const refusal = { code: 'BAD_USER_INPUT', message };
  await expect(walk(listOf(numbers(5)), range)).rejects.toMatchObject(refusal);
});

test('a cursor of another filter is refused', async () => {
  const { pageInfo } = await walk(listOf(numbers(40)), { first: 2 });
  const filtered = { ...listOf(numbers(40)), matches: () => true, filterKey: 'even' };
  await expect(walk(filtered, { first: 2, after: pageInfo.endCursor })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  });
});

test('a list that does not tell its length cannot be read from its end', async () => {
  const list = listOf(numbers(40), { tellsTotal: false });
  await expect(walk(list, { last: 5 })).rejects.toMatchObject({ code: 'NOT_SUPPORTED_BY_UPSTREAM' });
});

test('a row is looked for no further than where it is', async () => {
  const list = listOf(numbers(100));
  expect(await find(list, (row) => row === 13)).toEqual({ row: 13, fetchedAt: 1001, isStale: true });
  expect(list.asked).toEqual([0, 1]);
  expect(await find(list, (row) => row === 1000)).toBeNull();
});

test('a window with a stale part is stale, and as old as its oldest part', async () => {
  const first = await walk(listOf(numbers(30)), { first: 5 });
  expect([first.isStale, first.fetchedAt.getTime()]).toEqual([false, 1000]);
  const both = await walk(listOf(numbers(30)), { first: 15 });
  expect([both.isStale, both.fetchedAt.getTime()]).toEqual([true, 1000]);
});

test('a list at hand is cut like any other', () => {
  const options = { keyOf: String, at: new Date(0) };
  const first = sliceOf(numbers(5), { first: 2 }, options);
  expect(nodes(first)).toEqual([0, 1]);
  expect(nodes(sliceOf(numbers(5), { first: 2, after: first.pageInfo.endCursor }, options))).toEqual([2, 3]);
  expect(nodes(sliceOf(numbers(5), { last: 2 }, options))).toEqual([3, 4]);
  expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
});

test('a list that grew since its first page was read is paged backwards from where it ends now', async () => {
  const list = listOf(numbers(45));
  const grown: PagedList<number> = {
    ...list,
    page: async (index, anew) => ({ ...(await list.page(index, anew)), ...(index === 0 && { total: 38 }) }),
  };
  expect(nodes(await walk(grown, { last: 3 }))).toEqual([35, 36, 37].map((row) => row + 7));
});
