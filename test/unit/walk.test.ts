import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { writeCursor } from '../../src/loaders/cursor.ts';
import { orderTies } from '../../src/loaders/order-ties.ts';
import type { Page } from '../../src/loaders/pages.ts';
import {
  find,
  pagesAtMost,
  sliceOf,
  type WalkedList,
  type Window,
  type WindowArguments,
  walk,
} from '../../src/loaders/walk.ts';

interface List extends WalkedList<number> {
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
    list: 'numbers',
    upstream: 'make-billing',
    pageSize,
    keyOf: String,
    async page(offset): Promise<Page<number>> {
      const index = offset / (pageSize - 1);
      asked.push(index);
      const total = tellsTotal ? rows.length : null;
      return {
        rows: rows.slice(offset, offset + pageSize),
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
    pageSize: fc.integer({ min: 2, max: 20 }),
    size: fc.integer({ min: 1, max: 25 }),
    divisor: fc.integer({ min: 1, max: 4 }),
    tellsTotal: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ length, pageSize, size, divisor, tellsTotal }) => {
      const matches = (row: number): boolean => row % divisor === 0;
      const list = (): WalkedList<number> => ({
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
function readAtTwoTimes(firstPage: 'before' | 'after'): { list: WalkedList<number>; again: number[] } {
  const again: number[] = [];
  const before = numbers(30);
  const after = [-1, ...before];
  const list = {
    ...listOf([]),
    page: async (offset: number, since?: number): Promise<Page<number>> => {
      if (since !== undefined) again.push(offset);
      const isLater = since !== undefined || (offset === 0) === (firstPage === 'after');
      const rows = (isLater ? after : before).slice(offset, offset + 10);
      return { rows, total: null, fetchedAt: isLater ? 2000 : 1000, isStale: false };
    },
  };
  return { list, again };
}

test('a page that is older than the one before it is read anew: no row is lost between them', async () => {
  const { list, again } = readAtTwoTimes('after');
  const first = await walk(list, { first: 8 });
  const next = await walk(list, { first: 8, after: first.pageInfo.endCursor });
  expect([...nodes(first), ...nodes(next)]).toEqual([-1, ...numbers(15)]);
  expect(again).toEqual([9]);
});

test('what moved on to a page that is read later is not shown twice', async () => {
  const { list, again } = readAtTwoTimes('before');
  const first = await walk(list, { first: 10 });
  const next = await walk(list, { first: 5, after: first.pageInfo.endCursor });
  expect([...nodes(first), ...nodes(next)]).toEqual(numbers(15));
  expect(again).toEqual([]);
});

/** What happens to a list before one of its pages is read, or read again: new rows in front, and rows that go. */
const moves = fc.record({
  added: fc.integer({ min: 0, max: 2 }),
  gone: fc.array(fc.nat(), { maxLength: 2 }),
});

/** A list that moves whenever it is read, and whose pages are kept as they were once read. */
function moving(
  rows: readonly number[],
  happens: Iterator<{ added: number; gone: number[] }>,
  pageSize: number,
) {
  let now = [...rows];
  let clock = 0;
  let newest = -1;
  let pinned: number | undefined;
  const kept = new Map<number, Page<number>>();
  const list: WalkedList<number> = {
    ...listOf([], { pageSize }),
    async page(offset, after) {
      const { added, gone } = happens.next().value ?? { added: 0, gone: [] };
      const going = gone.map((place: number) => now[place % Math.max(1, now.length)]);
      now = now.filter((row) => !going.includes(row) || row % 3 !== 0 || row === pinned);
      for (let each = 0; each < added; each += 1) now.unshift(newest--);
      clock += 1;
      const known = kept.get(offset);
      if (known !== undefined && (after === undefined || known.fetchedAt > after)) return known;
      const total = now.length;
      const page = { rows: now.slice(offset, offset + pageSize), total, fetchedAt: clock, isStale: false };
      kept.set(offset, page);
      return page;
    },
  };
  const pin = (row: unknown): void => {
    pinned = typeof row === 'number' ? row : undefined;
  };
  return { list, pin, has: (row: unknown): boolean => now.some((each) => each === row) };
}

test.each(['forwards', 'backwards'] as const)(
  'paging %s over pages that were read at different times meets every row that stays, once and in order',
  async (direction) => {
    const cases = fc.record({
      length: fc.integer({ min: 0, max: 120 }),
      // it moves by less than a page while a window is read
      pageSize: fc.integer({ min: 16, max: 30 }),
      size: fc.integer({ min: 1, max: 25 }),
      happens: fc.array(moves, { maxLength: 60 }),
      readBefore: fc.array(fc.nat(8), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ length, pageSize, size, happens, readBefore }) => {
        const { list, pin, has } = moving(numbers(length), happens.values(), pageSize);
        for (const index of readBefore) await list.page(index * (pageSize - 1));
        const met: unknown[] = [];
        let last: unknown;
        const stays = (row: unknown): boolean => typeof row === 'number' && row >= 0 && row % 3 !== 0;
        for (let cursor: string | null = null; ; ) {
          const range: WindowArguments =
            direction === 'forwards' ? { first: size, after: cursor } : { last: size, before: cursor };
          const window: Window<number> | null = await walk(list, range).catch((error: Failure) => {
            // the one row that paging goes on from may go like any other
            expect([error.code, has(last)]).toEqual(['STALE_CURSOR', false]);
            return null;
          });
          if (window === null) return;
          const { edges, pageInfo } = window;
          const rows = edges.map(({ node }) => node);
          if (direction === 'forwards') met.push(...rows);
          else met.unshift(...rows);
          last = direction === 'forwards' ? rows.at(-1) : rows[0];
          pin(last);
          const hasMore = direction === 'forwards' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
          if (!hasMore) break;
          cursor = direction === 'forwards' ? pageInfo.endCursor : pageInfo.startCursor;
        }
        expect(met.filter(stays)).toEqual(numbers(length).filter(stays));
      }),
      { numRuns: 500 },
    );
  },
);

test('pages that never fit together are read again a few times, and no oftener', async () => {
  let reads = 0;
  const list: WalkedList<number> = {
    ...listOf([]),
    async page(offset) {
      reads += 1;
      return {
        rows: numbers(10).map((row) => reads * 10_000 + offset + row),
        total: null,
        fetchedAt: reads,
        isStale: false,
      };
    },
  };
  const { edges } = await walk(list, { first: 100 });
  expect(edges).toHaveLength(100);
  expect(reads).toBeLessThan(50);
});

test('rows that pages put in order for themselves come once each, and cost no page more', async () => {
  const cases = fc.record({
    length: fc.integer({ min: 0, max: 60 }),
    pageSize: fc.integer({ min: 2, max: 12 }),
    size: fc.integer({ min: 1, max: 25 }),
    isForward: fc.boolean(),
  });
  const areTied = (one: number, other: number): boolean => Math.floor(one / 4) === Math.floor(other / 4);
  const order = (one: number, other: number): number => one - other;
  await fc.assert(
    fc.asyncProperty(cases, async ({ length, pageSize, size, isForward }) => {
      // those of one instant come the other way round
      const served = numbers(length).toSorted((one, other) =>
        areTied(one, other) ? other - one : one - other,
      );
      const again: unknown[] = [];
      const list: WalkedList<number> = {
        ...listOf([], { pageSize }),
        async page(offset, since) {
          if (since !== undefined) again.push(offset);
          const raw = served.slice(offset, offset + pageSize);
          const rows = orderTies(
            raw,
            { areTied, order },
            { first: offset > 0, last: raw.length === pageSize },
          );
          return { rows, total: length, fetchedAt: 0, isStale: false };
        },
      };
      const met: unknown[] = [];
      for (let cursor: string | null = null; ; ) {
        const range: WindowArguments = isForward
          ? { first: size, after: cursor }
          : { last: size, before: cursor };
        const { edges, pageInfo }: Window<number> = await walk(list, range);
        met.push(...edges.map(({ node }) => node));
        if (!(isForward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) break;
        cursor = isForward ? pageInfo.endCursor : pageInfo.startCursor;
      }
      expect(met.toSorted((one, other) => Number(one) - Number(other))).toEqual(numbers(length));
      expect(again).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('ties are put in order but for those that pages share, and a row that cannot be read stays', () => {
  const ties = { areTied: () => true, order: (one: number, other: number) => one - other };
  const unreadable = new Failure('UPSTREAM_BAD_RESPONSE', 'unreadable');
  const ordered = (first: boolean, last: boolean) => orderTies([5, 3, 4, 1], ties, { first, last });
  expect(ordered(false, false)).toEqual([1, 3, 4, 5]);
  expect(ordered(true, false)).toEqual([5, 1, 3, 4]);
  expect(ordered(true, true)).toEqual([5, 3, 4, 1]);
  expect(orderTies([2, 1, unreadable, 4, 3], ties, { first: false, last: false })).toEqual([
    1,
    2,
    unreadable,
    3,
    4,
  ]);
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
  const endless: WalkedList<number> = {
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

test('no window takes more pages than was said, wherever its cursors are and however far their rows have moved', async () => {
  const cases = fc.record({
    length: fc.integer({ min: 0, max: 300 }),
    pageSize: fc.integer({ min: 2, max: 12 }),
    size: fc.integer({ min: 0, max: 25 }),
    divisor: fc.constantFrom(1, 1, 3, 400),
    tellsTotal: fc.boolean(),
    moved: fc.integer({ min: -15, max: 40 }),
    isBackward: fc.boolean(),
    begin: fc.option(fc.integer({ min: 1, max: 250 })),
    end: fc.option(fc.integer({ min: 1, max: 250 })),
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ length, pageSize, size, divisor, moved, ...given }) => {
      const { tellsTotal, isBackward, begin, end } = given;
      const filter = divisor > 1 && { matches: (row: number) => row % divisor === 0 };
      const rows = numbers(length);
      const cursorAt = (row: number | null): string | null =>
        row === null || row >= length ? null : writeCursor({ list: 'numbers' }, `${row},${row}`);
      const [after, before] = [cursorAt(begin), cursorAt(end)];
      const since = moved < 0 ? rows.slice(-moved) : [...numbers(moved).map((row) => -1 - row), ...rows];
      const list = listOf(since, { pageSize, tellsTotal });
      const window = isBackward
        ? { last: size, before, ...(before !== null && { after }) }
        : { first: size, after, ...(after !== null && { before }) };
      await walk({ ...list, ...filter }, window).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Failure);
        refused += 1;
      });
      const atMost = pagesAtMost({ pageSize, isFiltered: divisor > 1 }, window);
      expect(new Set(list.asked).size).toBeLessThanOrEqual(atMost);
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeLessThan(400);
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
  const list: WalkedList<number> = {
    list: 'numbers',
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
  [
    { first: 1, after: '%%%' },
    'The cursor is not one that this list gave. Takes a cursor of its edges or its pageInfo, as it was.',
  ],
])('%o is refused', async (range, message) => {
  const refusal = { code: 'BAD_USER_INPUT', message };
  await expect(walk(listOf(numbers(5)), range)).rejects.toMatchObject(refusal);
});

test('a cursor of another filter, or of another list, is refused', async () => {
  const { pageInfo } = await walk(listOf(numbers(40)), { first: 2 });
  const filtered = { ...listOf(numbers(40)), matches: () => true, filterKey: 'even' };
  for (const list of [filtered, { ...listOf(numbers(40)), list: 'others' }]) {
    await expect(walk(list, { first: 2, after: pageInfo.endCursor })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  }
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
  const options = { list: 'numbers', keyOf: String, at: new Date(0) };
  const first = sliceOf(numbers(5), { first: 2 }, options);
  expect(nodes(first)).toEqual([0, 1]);
  expect(nodes(sliceOf(numbers(5), { first: 2, after: first.pageInfo.endCursor }, options))).toEqual([2, 3]);
  expect(nodes(sliceOf(numbers(5), { last: 2 }, options))).toEqual([3, 4]);
  expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
});

test('of a list at hand a cursor is stale where its row is gone, and refused where it never was one', () => {
  const options = { list: 'numbers', keyOf: String, at: new Date(0) };
  const { endCursor: after } = sliceOf(numbers(5), { first: 2 }, options).pageInfo;
  const refusalOf = (rows: number[], range: object, more = {}): unknown => {
    try {
      return nodes(sliceOf(rows, range, { ...options, ...more }));
    } catch (error) {
      return (error as Failure).code;
    }
  };
  expect(refusalOf([0, 2, 3], { after })).toBe('STALE_CURSOR');
  for (const cursor of ['', '%%%', 'garbage', after?.slice(0, -2)]) {
    expect(refusalOf(numbers(5), { after: cursor })).toBe('BAD_USER_INPUT');
    expect(refusalOf(numbers(5), { before: cursor })).toBe('BAD_USER_INPUT');
  }
  expect(refusalOf(numbers(5), { after }, { list: 'others' })).toBe('BAD_USER_INPUT');
  expect(refusalOf(numbers(5), { after }, { filterKey: 'even' })).toBe('BAD_USER_INPUT');
});

test('a list that grew since its first page was read is paged backwards from where it ends now', async () => {
  const list = listOf(numbers(45));
  const grown: WalkedList<number> = {
    ...list,
    page: async (offset) => ({ ...(await list.page(offset)), ...(offset === 0 && { total: 38 }) }),
  };
  expect(nodes(await walk(grown, { last: 3 }))).toEqual([35, 36, 37].map((row) => row + 7));
});
