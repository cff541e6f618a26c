import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['memory', () => 'memory:'],
  ['sqlite', (name: string) => `sqlite:${join(folder, name)}.db`],
])('the %s store', (_name, urlOf) => {
  test('keeps values by key, lists them by the beginning of it, and writes what is new once', async () => {
    const store = openStore(urlOf('values'));
    await store.set('a:2', 'two');
    await store.set('a:1', 'one');
    await store.set('a%', 'no wildcard');
    await store.set('b:1', 'other');
    expect(Array.from(await store.list('a:'))).toEqual([
      ['a:1', 'one'],
      ['a:2', 'two'],
    ]);
    expect(await store.setIfAbsent('a:1', 'again')).toBe(false);
    expect(await store.setIfAbsent('a:3', 'three')).toBe(true);
    await store.delete('a:2');
    expect([await store.get('a:1'), await store.get('a:2'), await store.get('a:3')]).toEqual([
      'one',
      undefined,
      'three',
    ]);
    await store.close();
  });

  test('a log counts on when its beginning is forgotten, and keeps its newest row', async () => {
    const store = openStore(urlOf('log'));
    expect(await store.append('log', ['a', 'b', 'c'])).toBe(3);
    await store.trim('log', 2);
    expect(await store.first('log')).toEqual({ position: 3, row: 'c' });
    await store.trim('log', 9);
    expect(await store.append('log', ['d'])).toBe(4);
    expect(await store.read('log', { after: 0, limit: 9 })).toEqual([
      { position: 3, row: 'c' },
      { position: 4, row: 'd' },
    ]);
    await store.close();
  });

  test('values and rows are written together', async () => {
    const store = openStore(urlOf('commit'));
    const reached = await store.commit({
      set: new Map([['snapshot', '1']]),
      append: new Map([
        ['one', ['x', 'y']],
        ['other', ['z']],
      ]),
    });
    expect(Object.fromEntries(reached)).toEqual({ one: 2, other: 1 });
    expect(await store.get('snapshot')).toBe('1');
    expect((await store.last('one'))?.row).toBe('y');
    await store.close();
  });

  test('what was concluded from what is no longer so is not written', async () => {
    const store = openStore(urlOf('found'));
    const commit = (value: string | null, reached: number) =>
      store.commitIf(
        { values: new Map([['snapshot', value]]), reached: new Map([['log', reached]]) },
        { set: new Map([['snapshot', `${value}+`]]), append: new Map([['log', ['x']]]) },
      );
    expect(await commit('other', 0)).toBeNull();
    expect(await commit(null, 1)).toBeNull();
    expect([await store.get('snapshot'), await store.last('log')]).toEqual([undefined, undefined]);
    expect(Object.fromEntries((await commit(null, 0)) ?? [])).toEqual({ log: 1 });
    expect(await commit(null, 1)).toBeNull();
    expect(Object.fromEntries((await commit('null+', 1)) ?? [])).toEqual({ log: 2 });
    await store.close();
  });
});

test.each(['memory:', `sqlite:${join(folder, 'anew')}.db`])('%s begins anew in one go', async (url) => {
  const store = openStore(url);
  await store.commit({ set: new Map([['old', '1']]), append: new Map([['log', ['a', 'b']]]) });
  await store.commit({ isAnew: true, set: new Map([['new', '2']]), append: new Map([['log', ['c']]]) });
  expect([await store.get('old'), await store.get('new')]).toEqual([undefined, '2']);
  expect(await store.read('log', { after: 0, limit: 9 })).toEqual([{ position: 1, row: 'c' }]);
  await store.close();
});

test('whoever shares a file sees that others have written to it, and not what it wrote itself', async () => {
  const url = `sqlite:${join(folder, 'shared')}.db`;
  const [one, other] = [openStore(url), openStore(url)];
  const before = await one.writesOfOthers();
  await one.set('own', 'write');
  expect(await one.writesOfOthers()).toBe(before);
  await other.append('log', ['x']);
  expect(await one.writesOfOthers()).not.toBe(before);
  await Promise.all([one.close(), other.close()]);
});
