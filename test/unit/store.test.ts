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
});
