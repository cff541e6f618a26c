import { expect, test } from 'vitest';
import { loadTogether } from '../../src/loaders/each.ts';

test('a loader is made with its first key, and reads the keys of one turn together', async () => {
  let made = 0;
  const batches: (readonly number[])[] = [];
  const options = {
    get name() {
      made += 1;
      return 'doubles';
    },
  };
  const loader = loadTogether(async (keys: readonly number[]) => {
    batches.push(keys);
    return keys.map((key) => 2 * key);
  }, options);
  expect(made).toBe(0);
  expect(await Promise.all([loader.load(1), loader.load(2), loader.load(1)])).toEqual([2, 4, 2]);
  expect(batches).toEqual([[1, 2]]);
  expect(made).toBeGreaterThan(0);
});
