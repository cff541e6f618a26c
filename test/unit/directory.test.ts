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
