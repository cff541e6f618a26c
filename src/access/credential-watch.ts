import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';
import type { Caller } from './caller.ts';
import { stateOfKey } from './keys.ts';

type CredentialEnd = 'expired' | 'revoked';

/** Watches the credentials of those who stay connected: a request looks at its own, a stream would go on for ever. */
export interface CredentialWatch {
  /** Calls `onEnd` once the credential is good for nothing any more. The answer stops watching. */
  watch(caller: Caller, onEnd: (how: CredentialEnd) => void): () => void;
}

interface Parts {
  readonly store: Pick<Store, 'get'>;
  readonly clock: Clock;
  /** Hears of a store that could not be asked; it is asked again. */
  readonly onFailure: (error: unknown) => void;
}

/** How often the keys in use are looked up, however many streams each of them has. */
const checkMs = 2000;

export function createCredentialWatch({ store, clock, onFailure }: Parts): CredentialWatch {
  const watched = new Map<string, Set<(how: CredentialEnd) => void>>();
  let isScheduled = false;

  async function check(id: string, ends: Iterable<(how: CredentialEnd) => void>): Promise<void> {
    const state = await stateOfKey(store, id, clock.now());
    if (state !== 'active') for (const end of ends) end(state);
  }

  /** A key that cannot be read does not keep the others from being looked at. */
  async function checkAll(): Promise<void> {
    for (const [id, ends] of watched) await check(id, ends).catch(onFailure);
  }

  function schedule(): void {
    if (isScheduled || watched.size === 0) return;
    isScheduled = true;
    clock.after(checkMs, () => {
      void checkAll().finally(() => {
        isScheduled = false;
        schedule();
      });
    });
  }

  function watchKey(id: string, end: (how: CredentialEnd) => void): () => void {
    const ends = watched.get(id) ?? new Set();
    watched.set(id, ends.add(end));
    schedule();
    return () => {
      ends.delete(end);
      if (ends.size === 0 && watched.get(id) === ends) watched.delete(id);
    };
  }

  return {
    watch({ keyId, expiresAt }, onEnd) {
      const stops: (() => void)[] = [];
      const stop = (): void => {
        for (const each of stops.splice(0)) each();
      };
      const end = (how: CredentialEnd): void => {
        stop();
        onEnd(how);
      };
      if (keyId !== undefined) stops.push(watchKey(keyId, end));
      if (expiresAt !== undefined) stops.push(clock.after(expiresAt - clock.now(), () => end('expired')));
      return stop;
    },
  };
}
