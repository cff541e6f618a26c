import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';
import { type Caller, callerOf } from './caller.ts';
import { createKeyLookup } from './keys.ts';
import { createTokenReader } from './tokens.ts';

/** Finds who sends an `authorization` header; undefined for a missing, malformed, unknown or spent credential. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller | undefined>;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  /** Hears of an identity provider that could not be asked. */
  readonly onFailure: (error: unknown) => void;
}

/** A credential is the key of a configured caller, an API key, or a token of the identity provider. */
export function createAuthenticate(
  { callers, jwt }: Pick<Config, 'callers' | 'jwt'>,
  { store, clock, onFailure }: Parts,
): Authenticate {
  // compared by their hashes, so that the time of an answer tells nothing of a key
  const configured = new Map(
    callers.map(({ name, key, scopes, ...wish }) => [digestOf(key), callerOf(name, scopes, wish)]),
  );
  const names = new Set(callers.map(({ name }) => name));
  const callerOfKey = createKeyLookup(store, clock);
  const callerOfToken = jwt === undefined ? undefined : createTokenReader(jwt, clock, onFailure);

  return async (authorization) => {
    const credential = /^Bearer +([\x21-\x7e]{1,8192}) *$/i.exec(authorization ?? '')?.[1];
    if (credential === undefined) return undefined;
    const known = configured.get(digestOf(credential)) ?? (await callerOfKey(credential));
    if (known !== undefined) return known;
    const caller = await callerOfToken?.(credential);
    // a token's subject does not pass for a caller of the configuration
    return caller === undefined || names.has(caller.name) ? undefined : caller;
  };
}

const digestOf = (key: string): string => createHash('sha256').update(key).digest('base64');
