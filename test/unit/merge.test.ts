import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { writeCursor } from '../../src/loaders/cursor.ts';
import { type MergedList, merge } from '../../src/loaders/merge.ts';
import type { Page, PagedList } from '../../src/loaders/pages.ts';
import type { Window } from '../../src/loaders/walk.ts';
import { Unforeseen } from '../../src/upstream/foresight.ts';

interface Row {
  readonly at: number;
  readonly id: string;
}

interface List extends PagedList<Row> {
  /** Pages that were asked for. */
  readonly asked: number[];
}

/** The latest first, ties by id. */
const order = (one: Row, other: Row): number => other.at - one.at || (one.id < other.id ? -1 : 1);

/** Rows of a list called `name`, one for each instant, served in pages. */
function rowsOf(name: string, instants: readonly number[]): Row[] {
  return instants
    .toSorted((one, other) => other - one)
    .map((at, place) => ({ at, id: `${name}${String(place).padStart(3, '0')}` }));
}

function listOf(
  rows: readonly (Row | Failure)[],
  { pageSize = 10, tellsTotal = true, ...more }: Partial<List> & { tellsTotal?: boolean } = {},
): List {
  const asked: number[] = [];
  return {
    asked,
    upstream: 'make-billing',
    pageSize,
    keyOf: ({ id }) => id,
    async page(offset): Promise<Page<Row>> {
      const index = offset / (pageSize - 1);
      asked.push(index);
      return {
        rows: rows.slice(offset, offset + pageSize),
        total: tellsTotal ? rows.length : null,
        fetchedAt: 1000 + index,
        isStale: false,
      };
    },
    ...more,
  };
}

const asOne = (lists: readonly PagedList<Row>[], filterKey = ''): MergedList<Row> => ({
  list: 'rows',
  filterKey,
  lists,
  order,
});

const nodes = <Row>({ edges }: Window<Row>): (Row | Failure)[] => edges.map(({ node }) => node);
const countdown = (from: number, length: number, step = 1): number[] =>
  Array.from({ length }, (_, place) => from - place * step);

async function readForwards(lists: () => PagedList<Row>[], sizeOf: () => number) {
  const rows: (Row | Failure)[] = [];
  for (let after: string | null = null; ; ) {
    const window: Window<Row> = await merge(asOne(lists()), { first: sizeOf(), after });
    rows.push(...nodes(window));
    if (!window.pageInfo.hasNextPage) return rows;
    after = window.pageInfo.endCursor;
  }
}

async function readBackwards(lists: () => PagedList<Row>[], sizeOf: () => number) {
  const rows: (Row | Failure)[] = [];
  for (let before: string | null = null; ; ) {
    const window: Window<Row> = await merge(asOne(lists()), { last: sizeOf(), before });
    rows.unshift(...nodes(window));
    if (!window.pageInfo.hasPreviousPage) return rows;
    before = window.pageInfo.startCursor;
  }
}

test('windows one after another are the sorted union, forwards and backwards, whatever sizes and filter', async () => {
  const instants = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 45 });
  const cases = fc.record({
    sources: fc.array(instants, { minLength: 1, maxLength: 3 }),
    pageSize: fc.integer({ min: 2, max: 12 }),
    sizes: fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 5 }),
    divisor: fc.integer({ min: 1, max: 4 }),
    tellsTotal: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ sources, pageSize, sizes, divisor, tellsTotal }) => {
      const all = sources.map((source, index) => rowsOf('abc'.charAt(index), source));
      const matches = (row: Row): boolean => row.at % divisor === 0;
      const filter = divisor > 1 ? { matches } : {};
      const lists = () => all.map((rows) => listOf(rows, { pageSize, tellsTotal, ...filter }));
      let turn = 0;
      const sizeOf = (): number => sizes[turn++ % sizes.length] ?? 1;
      const wanted = all.flat().filter(matches).toSorted(order);

      expect(await readForwards(lists, sizeOf)).toEqual(wanted);
      if (tellsTotal) expect(await readBackwards(lists, sizeOf)).toEqual(wanted);
    }),
    { numRuns: 150 },
  );
});

test('paging on while rows are put in front of every list neither loses nor repeats a row', async () => {
  const cases = fc.record({
    sources: fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }), {
      minLength: 2,
      maxLength: 2,
    }),
    pageSize: fc.integer({ min: 2, max: 12 }),
    size: fc.integer({ min: 1, max: 9 }),
    newer: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ sources, pageSize, size, newer }) => {
      const all = sources.map((source, index) => rowsOf('ab'.charAt(index), source));
      let clock = 100;
      const grow = (): PagedList<Row>[] => {
        const lists = all.map((rows) => listOf([...rows], { pageSize }));
        newer.forEach((count, index) => {
          for (let each = 0; each < count; each += 1) {
            clock += 1;
            all[index]?.unshift({ at: clock, id: `new${clock}` });
          }
        });
        return lists;
      };
      const wanted = all.flat().toSorted(order);
      // what is new by the first window is shown by none: it stands before it
      expect(await readForwards(grow, () => size)).toEqual(wanted);
    }),
    { numRuns: 100 },
  );
});

test('each list is read no further than the window reaches into it', async () => {
  const recent = listOf(rowsOf('a', countdown(1000, 35)));
  const old = listOf(rowsOf('b', countdown(100, 35)));
  const first = await merge(asOne([recent, old]), { first: 12 });
  expect(first.pageInfo.hasNextPage).toBe(true);
  expect([recent.asked, old.asked]).toEqual([[0, 1], [0]]);

  const [later, other] = [listOf(rowsOf('a', countdown(1000, 35))), listOf(rowsOf('b', countdown(100, 35)))];
  await merge(asOne([later, other]), { first: 5, after: first.pageInfo.endCursor });
  expect([later.asked, other.asked]).toEqual([[1], [0]]);
});

test('where totals are known no page is asked for to find out whether there is more', async () => {
  const lists = [listOf(rowsOf('a', countdown(100, 10))), listOf(rowsOf('b', countdown(95, 10)))];
  const { pageInfo, totalCount } = await merge(asOne(lists), { first: 20 });
  expect([pageInfo.hasNextPage, totalCount]).toEqual([false, 20]);
  expect(lists.map(({ asked }) => asked)).toEqual([[0], [0]]);
});

test('the end of the merged list is read from the ends of the lists', async () => {
  const lists = [listOf(rowsOf('a', countdown(1000, 35))), listOf(rowsOf('b', countdown(100, 35)))];
  const { edges, pageInfo } = await merge(asOne(lists), { last: 3 });
  expect(edges.map(({ node }) => (node as Row).at)).toEqual([68, 67, 66]);
  expect(pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
  expect(lists.map(({ asked }) => asked)).toEqual([
    [0, 3],
    [0, 3],
  ]);
});

test('the first pages are asked for at the same time', async () => {
  const waiting: (() => void)[] = [];
  const slow = (name: string): List => {
    const list = listOf(rowsOf(name, countdown(10, 3)));
    return {
      ...list,
      page: async (offset) => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) for (const go of waiting) go();
        });
        return list.page(offset);
      },
    };
  };
  expect(nodes(await merge(asOne([slow('a'), slow('b')]), { first: 6 }))).toHaveLength(6);
});

test('a filtered window ends after ten pages of a list, and its cursor goes on from there', async () => {
  const matches = ({ at }: Row): boolean => at <= 3;
  const lists = () => ['a', 'b'].map((name) => listOf(rowsOf(name, countdown(250, 250)), { matches }));
  const read = lists();
  const first = await merge(asOne(read), { first: 5 });
  expect(first.edges).toEqual([]);
  expect(first.totalCount).toBeNull();
  expect(first.pageInfo).toMatchObject({
    hasNextPage: true,
    startCursor: null,
    endCursor: expect.any(String),
  });
  expect(read.map(({ asked }) => asked.length)).toEqual([10, 10]);
  expect((await readForwards(lists, () => 5)).map((row) => (row as Row).at)).toEqual([3, 3, 2, 2, 1, 1]);
  expect((await readBackwards(lists, () => 4)).map((row) => (row as Row).at)).toEqual([3, 3, 2, 2, 1, 1]);
});

test('a row that could not be read follows on the one before it, and is paged like any other', async () => {
  const unreadable = new Failure('UPSTREAM_BAD_RESPONSE', 'unreadable');
  const [a0, a1] = rowsOf('a', [9, 5]);
  const [b0, b1] = rowsOf('b', [8, 4]);
  const lists = () => [listOf([a0!, unreadable, a1!]), listOf([b0!, b1!])];
  const wanted = [a0, unreadable, b0, a1, b1];
  expect(await readForwards(lists, () => 1)).toEqual(wanted);
  expect(await readForwards(lists, () => 2)).toEqual(wanted);
  expect(await readBackwards(lists, () => 2)).toEqual(wanted);
});

test('rows that stand twice in a list come once', async () => {
  const [one, two] = rowsOf('a', [5, 4]);
  const lists = [listOf([one!, one!, two!]), listOf(rowsOf('b', [6]))];
  expect(nodes(await merge(asOne(lists), { first: 10 })).map((row) => (row as Row).at)).toEqual([6, 5, 4]);
});

test('a cursor whose row is gone is stale', async () => {
  const rows = rowsOf('a', countdown(20, 20));
  const other = () => listOf(rowsOf('b', countdown(20, 20)));
  const { pageInfo } = await merge(asOne([listOf(rows), other()]), { first: 7 });
  const shrunk = listOf(rows.filter(({ at }) => at !== 17));
  await expect(
    merge(asOne([shrunk, other()]), { first: 3, after: pageInfo.endCursor }),
  ).rejects.toMatchObject({ code: 'STALE_CURSOR' });
});

test('cursors of another filter and of nowhere are refused', async () => {
  const lists = ['a', 'b'].map((name) => listOf(rowsOf(name, countdown(20, 20))));
  const { pageInfo } = await merge(asOne(lists), { first: 2 });
  const refused = async (merged: MergedList<Row>, after: string | null) =>
    expect(merge(merged, { first: 2, after })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await refused(asOne(lists, 'paid'), pageInfo.endCursor);
  for (const text of ['%%%', '', '0,&', '2,1:YQ,1:YQ', '0,0:,0:', '0,x,1:YQ']) {
    await refused(asOne(lists), Buffer.from(text).toString('base64url'));
    await refused(asOne(lists), writeCursor(asOne(lists), text));
  }
  expect(lists.map(({ asked }) => asked)).toEqual([[0], [0]]);
});

test('a cursor of a time when fewer lists were merged is stale', async () => {
  const lists = ['a', 'b'].map((name) => listOf(rowsOf(name, countdown(20, 20))));
  const { pageInfo } = await merge(asOne(lists.slice(1)), { first: 2 });
  await expect(merge(asOne(lists), { first: 2, after: pageInfo.endCursor })).rejects.toMatchObject({
    code: 'STALE_CURSOR',
  });
});

test('where one list does not tell its length the end is out of reach', async () => {
  const lists = [listOf(rowsOf('a', [1, 2])), listOf(rowsOf('b', [3]), { tellsTotal: false })];
  expect((await merge(asOne(lists), { first: 1 })).totalCount).toBeNull();
  await expect(merge(asOne(lists), { last: 1 })).rejects.toMatchObject({ code: 'NOT_SUPPORTED_BY_UPSTREAM' });
});

test('before anything is read, the price is the first page of each list, and what may follow', async () => {
  const unread = (): PagedList<Row> => ({
    ...listOf([], { pageSize: 100 }),
    page: async () => {
      throw new Unforeseen('make:1001', 'page');
    },
  });
  const priceOf = async (range: object): Promise<number | undefined> => {
    const error: unknown = await merge(asOne([unread(), unread()]), range).catch((thrown: unknown) => thrown);
    return error instanceof Unforeseen ? error.more : undefined;
  };
  expect(await priceOf({ first: 25 })).toBe(0);
  expect(await priceOf({ first: 100 })).toBe(2);
});
