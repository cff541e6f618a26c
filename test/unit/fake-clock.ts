import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock.ts';

export interface FakeClock extends Clock {
  /** Lets so much time pass: every timer on the way runs at its moment, and what it set off is done before the next. */
  pass(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** Time that stands still until it is told to pass. What is due at once happens all the same. */
export function createFakeClock(start = Date.UTC(2026, 10, 15, 10)): FakeClock {
  let now = start;
  let timers: Timer[] = [];

  return {
    now: () => now,
    after(delayMs, action) {
      if (delayMs <= 0) {
        const soon = setImmediate(action);
        return () => clearImmediate(soon);
      }
      const timer = { at: now + delayMs, action };
      const index = timers.findLastIndex(({ at }) => at <= timer.at) + 1;
      timers.splice(index, 0, timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    async pass(ms) {
      const end = now + ms;
      await turn();
      for (let next = timers[0]; next && next.at <= end; next = timers[0]) {
        timers.shift();
        now = next.at;
        next.action();
        await turn();
      }
      now = end;
    },
  };
}
