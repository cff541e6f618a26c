import { credentialPrefix } from './access/credentials.ts';
import { apiKeyPrefix } from './access/keys.ts';
import type { Store } from './store/store.ts';

const worldKey = 'sandbox.world';
const patienceMs = 2000;

/**
 * A sandbox that was reset or started anew is another world: what the store remembers of the one before would be
 * taken for history, and is forgotten; keys and credentials, which people made, stay. A sandbox that does not answer
 * leaves the store as it is.
 */
export async function keepToWorld(store: Store, sandboxUrl: string): Promise<void> {
  const world = await worldAt(sandboxUrl);
  const known = (await store.get(worldKey)) ?? null;
  if (world === null || world === known) return;
  const kept = [...(await store.list(apiKeyPrefix)), ...(await store.list(credentialPrefix))];
  // of several gateways that start at once, one forgets it
  const found = { values: new Map([[worldKey, known]]), reached: new Map() };
  await store.commitIf(found, { isAnew: true, set: new Map([...kept, [worldKey, world]]) });
}

async function worldAt(sandboxUrl: string): Promise<string | null> {
  try {
    const url = new URL('/__sandbox/stats', sandboxUrl);
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    const stats: unknown = await response.json();
    if (typeof stats !== 'object' || stats === null || !('worldId' in stats)) return null;
    return typeof stats.worldId === 'string' ? stats.worldId : null;
  } catch {
    return null;
  }
}
