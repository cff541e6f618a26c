import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';
import type { Seal } from './seal.ts';

/** The tokens at Make that the store keeps, sealed, by Make's number of the organization. */
export interface Credentials {
  set(organization: number, token: string, now: Date): Promise<void>;
  /** Which organizations have one, and since when. */
  list(): Promise<ReadonlyMap<number, Date>>;
  /** Whether there was one. */
  remove(organization: number): Promise<boolean>;
  /** Null where there is none. Throws where it cannot be opened: another key, or a record that was tampered with. */
  get(organization: number): Promise<string | null>;
}

/** Credentials outlive whatever else the store forgets: they are under this prefix. */
export const credentialPrefix = 'credential:';

const credentialShape = z.object({ sealed: z.string(), setAt: z.coerce.date() });

export function createCredentials(store: Store, seal: Seal): Credentials {
  return {
    async set(organization, token, now) {
      const sealed = await seal.close(keyOf(organization), token);
      await store.set(keyOf(organization), JSON.stringify({ sealed, setAt: now.toISOString() }));
    },
    async list() {
      const records = await store.list(credentialPrefix);
      return new Map(
        Array.from(records, ([key, record]) => [
          Number(key.slice(credentialPrefix.length)),
          credentialShape.parse(JSON.parse(record)).setAt,
        ]),
      );
    },
    async remove(organization) {
      const isThere = (await store.get(keyOf(organization))) !== undefined;
      await store.delete(keyOf(organization));
      return isThere;
    },
    async get(organization) {
      const record = await store.get(keyOf(organization));
      if (record === undefined) return null;
      const { sealed } = credentialShape.parse(JSON.parse(record));
      return seal.open(keyOf(organization), sealed);
    },
  };
}

/** A token that was replaced is used no longer than this, and not at all once the upstream refuses it. */
const rememberedMs = 2000;

/** Reads an organization's token for a call; null where the store has none. `again` after a 401: what is remembered is wrong. */
export function createTokenLookup(
  credentials: Pick<Credentials, 'get'>,
  clock: Clock,
): (organization: number, again: boolean) => Promise<string | null> {
  const remembered = new Map<number, { readonly token: string | null; readonly readAt: number }>();
  return async (organization, again) => {
    const known = remembered.get(organization);
    if (!again && known !== undefined && clock.now() - known.readAt < rememberedMs) return known.token;
    const readAt = clock.now();
    const token = await credentials.get(organization);
    remembered.set(organization, { token, readAt });
    return token;
  };
}

const keyOf = (organization: number): string => `${credentialPrefix}${organization}`;
