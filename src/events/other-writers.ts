import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';

/** Sees to it that who follows here is told what others write to the same store. */
export interface OtherWriters {
  /** From now on; as often as there are followers. */
  follow(organization: number): void;
  leave(organization: number): void;
  close(): void;
}

interface Parts {
  readonly store: Pick<Store, 'writesOfOthers'>;
  readonly clock: Clock;
  /** Tells what is new. */
  readonly catchUp: (organization: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** How long what another has written may wait. */
const lookEveryMs = 250;

export function watchOtherWriters({ store, clock, catchUp, onError }: Parts): OtherWriters {
  const followers = new Map<number, number>();
  let seen: number | null = null;
  let isScheduled = false;
  let isClosed = false;

  async function look(): Promise<void> {
    if (isClosed) return;
    const writes = await store.writesOfOthers();
    if (writes === seen) return;
    for (const organization of followers.keys()) await catchUp(organization);
    seen = writes;
  }

  function schedule(): void {
    if (isScheduled || isClosed || followers.size === 0) return;
    isScheduled = true;
    clock.after(lookEveryMs, () => {
      void look()
        .catch(onError)
        .finally(() => {
          isScheduled = false;
          schedule();
        });
    });
  }

  return {
    follow(organization) {
      followers.set(organization, (followers.get(organization) ?? 0) + 1);
      schedule();
    },
    leave(organization) {
      const left = (followers.get(organization) ?? 1) - 1;
      if (left > 0) followers.set(organization, left);
      else followers.delete(organization);
    },
    close() {
      isClosed = true;
    },
  };
}
