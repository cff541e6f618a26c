import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSeal, isLongEnough } from '../../src/access/seal.ts';

const key = randomBytes(32).toString('base64');

test.each([
  ['a key', key],
  ['a passphrase', 'a passphrase of some length'],
])('what %s closes it opens, under its name alone', async (_, secretKey) => {
  const seal = createSeal(secretKey);
  const sealed = await seal.close('credential:1001', 'token-of-1001');
  expect(Buffer.from(sealed, 'base64url').includes('token')).toBe(false);
  expect(await createSeal(secretKey).open('credential:1001', sealed)).toBe('token-of-1001');
  await expect(seal.open('credential:1002', sealed)).rejects.toThrow();
  expect(await seal.close('credential:1001', 'token-of-1001')).not.toBe(sealed);
});

test('another key opens nothing, nor does anything open whose bits were changed', async () => {
  const sealed = await createSeal(key).close('name', 'text');
  await expect(createSeal(randomBytes(32).toString('base64')).open('name', sealed)).rejects.toThrow();
  const bytes = Buffer.from(sealed, 'base64url');
  // the salt, which a key does not need, stands in the first 16 bytes
  for (let place = 16; place < bytes.length; place += 1) {
    const spoilt = Buffer.from(bytes);
    spoilt[place] = (spoilt[place] ?? 0) ^ 1;
    await expect(createSeal(key).open('name', spoilt.toString('base64url'))).rejects.toThrow();
  }
  await expect(createSeal(key).open('name', sealed.slice(0, 40))).rejects.toThrow();
});

test.each([
  [key, true],
  [randomBytes(32).toString('base64url'), true],
  [randomBytes(16).toString('base64'), true],
  ['x'.repeat(20), true],
  ['x'.repeat(19), false],
  ['', false],
])('%j is long enough: %s', (secretKey, isEnough) => {
  expect(isLongEnough(secretKey)).toBe(isEnough);
});
