import { expect, test } from 'vitest';
import { createKey, createKeyLookup, listKeys, revokeKey, rotateKey } from '../../src/access/keys.ts';
import { openStore } from '../../src/store/store.ts';
import { createFakeClock } from './fake-clock.ts';

const wish = {
  name: 'dashboard',
  scopes: ['billing:read'],
  operator: false,
  organizations: [{ id: 1001, role: 'TEAM_ADMIN', teams: [10011], user: 100104 }],
  expiresAt: null,
} as const;

/** A store with a key, and the lookup of a gateway on it. */
async function setUp(expiresAt: string | null = null) {
  const store = openStore('memory:');
  const clock = createFakeClock();
  const now = (): Date => new Date(clock.now());
  const made = await createKey(
    store,
    {
      ...wish,
      scopes: [...wish.scopes],
      organizations: [{ ...wish.organizations[0], teams: [10011] }],
      expiresAt,
    },
    now(),
  );
  return { store, clock, now, ...made, find: createKeyLookup(store, clock) };
}

test('a key opens what it was made for, and no part of its secret is kept', async () => {
  const { store, text, key, find } = await setUp();
  expect(text).toMatch(/^tg_[\da-f]{12}_[\w-]{43}$/);
  expect(await find(text)).toEqual({
    name: 'dashboard',
    isOperator: false,
    keyId: key.id,
    scopes: new Set(['billing:read']),
    grants: new Map([[1001, { role: 'TEAM_ADMIN', teams: new Set([10011]), user: 100104 }]]),
  });
  const secret = text.slice('tg_'.length + key.id.length + 1);
  expect(JSON.stringify(Array.from(await store.list('')))).not.toContain(secret);
});

test.each([
  ['another secret', (text: string) => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`],
  ['another id', (text: string) => text.replace(/^tg_./, (start) => `tg_${start.endsWith('0') ? '1' : '0'}`)],
  ['a shorter secret', (text: string) => text.slice(0, -1)],
  ['something behind it', (text: string) => `${text}x`],
  ['another prefix', (text: string) => text.replace('tg_', 'tx_')],
])('%s opens nothing', async (_, spoil) => {
  const { text, find } = await setUp();
  expect(await find(spoil(text))).toBeUndefined();
  expect(await find(text)).toBeDefined();
});

test('a revoked key works for seconds at most, also where it was just used', async () => {
  const { store, clock, now, text, key, find } = await setUp();
  expect(await find(text)).toBeDefined();
  await revokeKey(store, key.id, now());
  await clock.pass(2000);
  expect(await find(text)).toBeUndefined();
  expect(await listKeys(store)).toMatchObject([
    { id: key.id, revokedAt: now().toISOString().replace(':02.', ':00.') },
  ]);
});

test('a key ends at its expiry to the millisecond, and tells it to who holds a session open', async () => {
  const { clock, text, find } = await setUp('2026-11-15T10:00:01.000Z');
  expect((await find(text))?.expiresAt).toBe(clock.now() + 1000);
  await clock.pass(999);
  expect(await find(text)).toBeDefined();
  await clock.pass(1);
  expect(await find(text)).toBeUndefined();
});

test('rotation makes a key that opens the same; the old one works on for as long as it is told', async () => {
  const { store, clock, now, text, key, find } = await setUp();
  const before = await find(text);
  const made = await rotateKey(store, key.id, { now: now(), oldEndsAt: new Date(clock.now() + 60_000) });
  expect(await find(made?.text ?? '')).toEqual({ ...before, keyId: made?.key.id });
  await clock.pass(59_999);
  expect(await find(text)).toBeDefined();
  await clock.pass(1);
  expect(await find(text)).toBeUndefined();
  expect(await find(made?.text ?? '')).toEqual({ ...before, keyId: made?.key.id });
});

test('the new key can live longer than the old one', async () => {
  const { store, clock, now, key, find } = await setUp('2026-11-15T10:00:05.000Z');
  const rotation = { now: now(), oldEndsAt: now(), expiresAt: '2026-11-16T10:00:00.000Z' };
  const made = await rotateKey(store, key.id, rotation);
  await clock.pass(5000);
  expect((await find(made?.text ?? ''))?.expiresAt).toBe(Date.parse(rotation.expiresAt));
});

test('a key that is spent is not rotated into one that works, nor does rotation lengthen a life', async () => {
  const { store, clock, now, text, key, find } = await setUp('2026-11-15T10:00:05.000Z');
  const later = { now: now(), oldEndsAt: new Date(clock.now() + 60_000) };
  await rotateKey(store, key.id, later);
  await clock.pass(5000);
  expect(await find(text)).toBeUndefined();
  expect(await rotateKey(store, key.id, { ...later, now: now() })).toBeNull();
  expect(await rotateKey(store, 'none', later)).toBeNull();
});
