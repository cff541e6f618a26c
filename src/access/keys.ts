import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';
import { accessWishShape } from './access-wish.ts';
import { type Caller, callerOf } from './caller.ts';
import { scopes } from './rights.ts';

const keyShape = z.object({
  id: z.string(),
  name: z.string(),
  salt: z.string(),
  hash: z.string(),
  scopes: z.array(z.enum(scopes)),
  ...accessWishShape,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});

/** An API key as the store keeps it: all but the secret. */
export type ApiKey = z.output<typeof keyShape>;

/** What a new key is to open, and until when. */
export type ApiKeyWish = Pick<ApiKey, 'name' | 'scopes' | 'operator' | 'organizations' | 'expiresAt'>;

/** Keys outlive whatever else the store forgets: they are under this prefix. */
export const apiKeyPrefix = 'api-key:';

/** How long a gateway goes by what it read of a key: a revoked key works no longer than this. */
const rememberedMs = 2000;
const rememberedKeys = 10_000;

/** The text of a new key is in the answer and nowhere else. */
export async function createKey(
  store: Store,
  wish: ApiKeyWish,
  now: Date,
): Promise<{ readonly key: ApiKey; readonly text: string }> {
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const salt = randomBytes(16).toString('base64url');
  const key: ApiKey = {
    ...wish,
    id,
    salt,
    hash: hashOf(salt, secret),
    createdAt: now.toISOString(),
    revokedAt: null,
  };
  await keep(store, key);
  return { key, text: `tg_${id}_${secret}` };
}

/** Every key that there ever was, the oldest first. */
export async function listKeys(store: Store): Promise<readonly ApiKey[]> {
  const records = await store.list(apiKeyPrefix);
  return Array.from(records.values(), (record) => keyShape.parse(JSON.parse(record))).toSorted(
    (one, other) => (one.createdAt < other.createdAt ? -1 : 1),
  );
}

/** Ends a key for good; null where there is no such key. */
export async function revokeKey(store: Store, id: string, now: Date): Promise<ApiKey | null> {
  const key = await findKey(store, id);
  if (key === null) return null;
  const revoked = { ...key, revokedAt: key.revokedAt ?? now.toISOString() };
  await keep(store, revoked);
  return revoked;
}

interface Rotation {
  readonly now: Date;
  readonly oldEndsAt: Date;
  /** When the new key ends; with the old one's end where left out. */
  readonly expiresAt?: string | undefined;
}

/** A new key that opens what an old one did; the old one works until `oldEndsAt`. Null where none is active under the id. */
export async function rotateKey(
  store: Store,
  id: string,
  { now, oldEndsAt, expiresAt }: Rotation,
): Promise<Awaited<ReturnType<typeof createKey>> | null> {
  const old = await findKey(store, id);
  if (old === null || stateOf(old, now.getTime()) !== 'active') return null;
  const made = await createKey(store, { ...old, expiresAt: expiresAt ?? old.expiresAt }, now);
  const endsAt = oldEndsAt.toISOString();
  const isLonger = old.expiresAt !== null && old.expiresAt < endsAt;
  await keep(store, { ...old, expiresAt: isLonger ? old.expiresAt : endsAt });
  return made;
}

export function stateOf({ revokedAt, expiresAt }: ApiKey, now: number): 'active' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

/** What a key is at a moment, as the store has it. One that is gone counts as revoked. */
export async function stateOfKey(
  store: Pick<Store, 'get'>,
  id: string,
  now: number,
): Promise<ReturnType<typeof stateOf>> {
  const key = await findKey(store, id);
  return key === null ? 'revoked' : stateOf(key, now);
}

/** Finds the caller whose key a text is. What it read is remembered for seconds, in bounds. */
export function createKeyLookup(store: Store, clock: Clock): (text: string) => Promise<Caller | undefined> {
  const remembered = new LRUCache<string, { readonly key: ApiKey | null; readonly readAt: number }>({
    max: rememberedKeys,
  });

  async function keyOf(id: string): Promise<ApiKey | null> {
    const known = remembered.get(id);
    if (known !== undefined && clock.now() - known.readAt < rememberedMs) return known.key;
    const readAt = clock.now();
    const key = await findKey(store, id);
    remembered.set(id, { key, readAt });
    return key;
  }

  return async (text) => {
    const [, id, secret] = /^tg_([\da-f]{12})_([\w-]{43})$/.exec(text) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const key = await keyOf(id);
    if (key === null || !isSame(key.hash, hashOf(key.salt, secret))) return undefined;
    if (stateOf(key, clock.now()) !== 'active') return undefined;
    const { name, scopes, expiresAt } = key;
    const endsAt = expiresAt === null ? undefined : Date.parse(expiresAt);
    return { ...callerOf(name, scopes, key, endsAt), keyId: id };
  };
}

async function findKey(store: Pick<Store, 'get'>, id: string): Promise<ApiKey | null> {
  const record = await store.get(apiKeyPrefix + id);
  return record === undefined ? null : keyShape.parse(JSON.parse(record));
}

async function keep(store: Store, key: ApiKey): Promise<void> {
  await store.set(apiKeyPrefix + key.id, JSON.stringify(keyShape.parse(key)));
}

// a slow hash protects secrets that can be guessed: 256 random bits cannot, and one SHA-256 keeps each request fast
function hashOf(salt: string, secret: string): string {
  return createHash('sha256').update(salt).update(secret).digest('base64url');
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
