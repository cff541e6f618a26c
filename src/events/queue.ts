import type { PlacedEvent } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';

/** What waits for one who is not taking: so much, and then the oldest is let go of. */
export interface Queue {
  put(placed: PlacedEvent): void;
  /** Null while nothing waits. Throws OVERLOADED once so much was lost that nothing is kept any more. */
  take(): PlacedEvent | Gap | null;
}

/** So many events after a position were let go of. */
export interface Gap {
  readonly missed: number;
  readonly after: number;
}

/** So many events wait. One poll may find a thousand. */
const size = 2000;
/** For one that has lost as many times what the queue holds, nothing is kept. */
const patience = 2;

/** `begin` is the position of what was taken last. */
export function createQueue(begin: number): Queue {
  const waiting: PlacedEvent[] = [];
  let lost: Gap | null = null;
  /** The position of what was let go of last. */
  let lostUpTo = begin;
  let taken = begin;
  let isTooSlow = false;

  function lose(count: number): void {
    lostUpTo = waiting[count - 1]?.position ?? lostUpTo;
    waiting.splice(0, count);
    lost = { after: lost?.after ?? taken, missed: (lost?.missed ?? 0) + count };
  }

  return {
    put(placed) {
      if (isTooSlow) return;
      waiting.push(placed);
      if (waiting.length <= size) return;
      lose(1);
      isTooSlow = lost !== null && lost.missed > size * patience;
      if (isTooSlow) lose(waiting.length);
    },
    take() {
      if (lost !== null) {
        const gap = lost;
        lost = null;
        taken = lostUpTo;
        return gap;
      }
      if (isTooSlow) {
        throw new Failure(
          'OVERLOADED',
          'Events came faster than they were taken. Go on from the last cursor.',
        );
      }
      const next = waiting.shift() ?? null;
      taken = next?.position ?? taken;
      return next;
    },
  };
}
