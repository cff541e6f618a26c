import { expect, test } from 'vitest';
import { createCredentialWatch } from '../../src/access/credential-watch.ts';
import { createKey, revokeKey } from '../../src/access/keys.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { createFakeClock } from './fake-clock.ts';

const caller = { name: 'one', scopes: new Set<never>(), grants: new Map(), isOperator: false };

async function setUp() {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const failures: unknown[] = [];
  const ends: string[] = [];
  const watch = createCredentialWatch({ store, clock, onFailure: (error) => failures.push(error) });
  const makeKey = async (): Promise<string> => {
    const wish = { name: 'one', scopes: [], operator: false, organizations: [], expiresAt: null };
    return (await createKey(store, wish, new Date(clock.now()))).key.id;
  };
  return { store, clock, failures, ends, watch, makeKey };
}

test('a key is looked up while somebody is connected under it, and each of them hears of its end once', async () => {
  const { store, clock, ends, watch, makeKey } = await setUp();
  const keyId = await makeKey();
  for (const name of ['a', 'b']) watch.watch({ ...caller, keyId }, (how) => ends.push(`${name} ${how}`));
  const stop = watch.watch({ ...caller, keyId }, () => ends.push('gone before'));
  stop();
  await clock.pass(10_000);
  expect(ends).toEqual([]);
  await revokeKey(store, keyId, new Date(clock.now()));
  await clock.pass(2000);
  expect(ends).toEqual(['a revoked', 'b revoked']);
  await clock.pass(10_000);
  expect(ends).toHaveLength(2);
});

test('a key that cannot be read is told of, and keeps no other from being found revoked', async () => {
  const { store, clock, ends, failures, watch, makeKey } = await setUp();
  const [broken, other] = [await makeKey(), await makeKey()];
  for (const keyId of [broken, other]) watch.watch({ ...caller, keyId }, (how) => ends.push(how));
  await store.set(`api-key:${broken}`, 'no record');
  await revokeKey(store, other, new Date(clock.now()));
  await clock.pass(2000);
  expect(ends).toEqual(['revoked']);
  expect(failures).toHaveLength(1);
});

test('a key whose record is gone is revoked, and a credential with an end ends then', async () => {
  const { store, clock, ends, watch, makeKey } = await setUp();
  const keyId = await makeKey();
  watch.watch({ ...caller, keyId }, (how) => ends.push(how));
  watch.watch({ ...caller, expiresAt: clock.now() + 5000 }, (how) => ends.push(how));
  await store.delete(`api-key:${keyId}`);
  await clock.pass(4999);
  expect(ends).toEqual(['revoked']);
  await clock.pass(1);
  expect(ends).toEqual(['revoked', 'expired']);
});
