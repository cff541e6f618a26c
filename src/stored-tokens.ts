import { createCredentials, createTokenLookup } from './access/credentials.ts';
import { createSeal } from './access/seal.ts';
import type { Config } from './config.ts';
import type { StoredTokens } from './datasources/directory.ts';
import type { Clock } from './domain/clock.ts';
import type { Store } from './store/store.ts';

/** The tokens that the store keeps; undefined where there is no key to open them. Fails where the key is another. */
export async function openTokens(
  { secretKey }: Pick<Config, 'secretKey'>,
  store: Store,
  clock: Clock,
): Promise<StoredTokens | undefined> {
  if (secretKey === undefined) return undefined;
  const credentials = createCredentials(store, createSeal(secretKey));
  const atStart = new Map<number, string>();
  for (const organization of (await credentials.list()).keys()) {
    const token = await credentials.get(organization).catch((cause: unknown) => {
      throw new Error(`TOLLGATE_SECRET_KEY does not open the token of organization ${organization}.`, {
        cause,
      });
    });
    if (token !== null) atStart.set(organization, token);
  }
  return { atStart, tokenOf: createTokenLookup(credentials, clock) };
}
