import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { Loader } from '../../src/loaders/each.ts';
import { type ListedById, loadFewest } from '../../src/loaders/fewest.ts';

interface World {
  /** What lists show, in their order. */
  readonly listed: readonly string[];
  /** What is there, but in no list. */
  readonly unlisted?: readonly string[];
  /** Ids whose single answer costs nothing. */
  readonly kept?: readonly string[];
  readonly keptPages?: readonly number[];
  readonly pageSize?: number;
  readonly tellsTotal?: boolean;
}

function start({
  listed,
  unlisted = [],
  kept = [],
  keptPages = [],
  pageSize = 100,
  tellsTotal = true,
}: World) {
  const spent: string[] = [];
  const list: ListedById<string> = {
    async one(id) {
      if (!kept.includes(id)) spent.push(id);
      const isThere = listed.includes(id) || unlisted.includes(id);
      return isThere ? { value: id, fetchedAt: 1, isStale: false } : null;
    },
    isOneAtHand: async (id) => kept.includes(id),
    async page(index) {
      if (!keptPages.includes(index)) spent.push(`page ${index}`);
      const rows = listed.slice(index * pageSize, (index + 1) * pageSize);
      return { rows, total: tellsTotal ? listed.length : null, fetchedAt: 2, isStale: false };
    },
    isPageAtHand: async (index) => keptPages.includes(index),
    pageSize,
    idOf: (row) => row,
  };
  const loader = loadFewest('things', list);
  const read = async (ids: readonly string[]) =>
    (await loadAll(loader, ids)).map((answer) =>
      answer instanceof Error ? answer : (answer?.value ?? null),
    );
  return { spent, read, list };
}

const loadAll = <Value>(loader: Loader<string, Value>, ids: readonly string[]): Promise<(Value | Error)[]> =>
  Promise.all(ids.map((id) => loader.load(id).catch((error: Error) => error)));

const names = (length: number): string[] => Array.from({ length }, (_, place) => `thing-${place}`);

test('one id is one request, and several are one page of the list', async () => {
  const alone = start({ listed: names(8) });
  expect(await alone.read(['thing-3'])).toEqual(['thing-3']);
  expect(alone.spent).toEqual(['thing-3']);
  const several = start({ listed: names(8) });
  expect(await several.read(['thing-3', 'thing-5', 'thing-1'])).toEqual(['thing-3', 'thing-5', 'thing-1']);
  expect(several.spent).toEqual(['page 0']);
});

test('what is at hand is not asked for again, be it a page or a thing', async () => {
  const withPage = start({ listed: names(8), keptPages: [0] });
  expect(await withPage.read(['thing-3'])).toEqual(['thing-3']);
  expect(withPage.spent).toEqual([]);
  const withThings = start({ listed: names(8), kept: ['thing-1', 'thing-2'] });
  await withThings.read(['thing-1', 'thing-2', 'thing-3']);
  expect(withThings.spent).toEqual(['thing-3']);
});

test('a long list is read on while that is cheaper than what is missing', async () => {
  const wanted = ['thing-0', 'thing-1', 'thing-12', 'thing-13', 'thing-22', 'thing-23'];
  const long = start({ listed: names(30), pageSize: 10 });
  expect(await long.read(wanted)).toEqual(wanted);
  expect(long.spent).toEqual(['page 0', 'page 1', 'page 2']);
  const tail = start({ listed: names(90), pageSize: 10 });
  expect(await tail.read(['thing-0', 'thing-85', 'thing-86'])).toEqual(['thing-0', 'thing-85', 'thing-86']);
  expect(tail.spent).toEqual(['page 0', 'thing-85', 'thing-86']);
});

test('a page that fails fails those alone that were to come from it', async () => {
  const { list } = start({ listed: names(8), kept: ['thing-1'] });
  const down = new Failure('UPSTREAM_UNAVAILABLE', 'Down.');
  const loader = loadFewest('things', { ...list, page: () => Promise.reject(down) });
  const answers = await loadAll(loader, ['thing-1', 'thing-2', 'thing-3']);
  expect(answers).toEqual([{ value: 'thing-1', fetchedAt: 1, isStale: false }, down, down]);
});

test('whatever the world, every id is answered rightly for one request at most beyond one each', async () => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map((place) => `thing-${place}`));
  const worlds = fc.record({
    listed: ids,
    unlisted: ids,
    kept: ids,
    keptPages: fc.uniqueArray(fc.integer({ min: 0, max: 9 })),
    pageSize: fc.integer({ min: 1, max: 12 }),
    tellsTotal: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(worlds, ids, async (world, wanted) => {
      const { spent, read } = start(world);
      const isThere = (id: string): boolean => world.listed.includes(id) || world.unlisted.includes(id);
      expect(await read(wanted)).toEqual(wanted.map((id) => (isThere(id) ? id : null)));
      const missing = wanted.filter((id) => !world.kept.includes(id));
      expect(spent.length).toBeLessThanOrEqual(missing.length === 0 ? 0 : missing.length + 1);
      expect(new Set(spent).size).toBe(spent.length);
    }),
  );
});
