import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createDirectory } from '../../src/datasources/directory.ts';

test('the directory knows which tokens serve one organization alone', () => {
  const config = readConfig({});
  const organizations = [
    { id: 3, token: 'shared' },
    { id: 1, token: 'shared' },
    { id: 2, token: 'its own' },
  ];
  const directory = createDirectory({ ...config, organizations });
  expect([...directory.values()].map(({ id, hasOwnToken }) => [id, hasOwnToken])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ]);
});

test('kept tokens go before configured ones, and what is shared either way is nobody’s own', async () => {
  const config = readConfig({});
  const organizations = [
    { id: 1, token: 'configured' },
    { id: 2, token: 'of two' },
    { id: 3 },
    { id: 4, token: 'kept by three' },
    { id: 5 },
  ];
  const kept = new Map([
    [1, 'kept by one'],
    [3, 'kept by three'],
  ]);
  const directory = createDirectory(
    { ...config, organizations },
    { atStart: kept, tokenOf: async (id) => kept.get(id) ?? null },
  );
  expect([...directory.values()].map(({ id, hasOwnToken }) => [id, hasOwnToken])).toEqual([
    [1, true],
    [2, true],
    [3, false],
    [4, false],
    [5, true],
  ]);
  const authorizationOf = async (id: number) => directory.get(id)?.account.authorization(false);
  expect(await authorizationOf(1)).toBe('Token kept by one');
  expect(await authorizationOf(2)).toBe('Token of two');
  kept.delete(1);
  expect(await authorizationOf(1)).toBe('Token configured');
  await expect(authorizationOf(5)).rejects.toMatchObject({ code: 'UPSTREAM_AUTH' });
});
