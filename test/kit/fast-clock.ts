import { type Clock, systemClock } from '../../src/domain/clock.ts';

/** A minute passes in four seconds: limits begin anew and what is cached grows old while documents are tried. */
export function createFastClock(): Clock {
  const start = Date.now();
  const speed = 15;
  return {
    now: () => start + (Date.now() - start) * speed,
    after: (delayMs, action) => systemClock.after(delayMs / speed, action),
  };
}
