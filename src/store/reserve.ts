import type { Clock } from '../domain/clock.ts';
import type { Store } from './store.ts';

/** Lets go of what was reserved. */
type Release = () => Promise<void>;

const prefix = 'reserved:';

/**
 * Keeps a name for one of all who share the store, for at least `holdMs` unless it is let go before, and for less than
 * twice that, whatever becomes of the process. Null where another has it.
 */
export async function reserve(
  store: Store,
  clock: Clock,
  name: string,
  holdMs: number,
): Promise<Release | null> {
  // time is cut into spans, and the present and the next are taken: another is free only where it shares neither
  const span = Math.floor(clock.now() / holdMs);
  const taken: string[] = [];
  const release: Release = async () => {
    for (const key of taken) await store.delete(key);
  };
  for (const key of [span, span + 1].map((each) => `${prefix}${name}:${each}`)) {
    if (await store.setIfAbsent(key, String((span + 2) * holdMs))) {
      taken.push(key);
      continue;
    }
    await release();
    return null;
  }
  return release;
}

/** Forgets what processes that died had reserved and never let go. */
export async function forgetReservations(store: Store, clock: Clock): Promise<void> {
  for (const [key, until] of await store.list(prefix)) {
    if (Number(until) <= clock.now()) await store.delete(key);
  }
}
