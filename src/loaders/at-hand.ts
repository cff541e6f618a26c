import { Failure } from '../domain/failure.ts';
import { createMeter, type Errand } from '../upstream/call.ts';
import { Unforeseen } from '../upstream/foresight.ts';

/** Whether a read would cost no request: its answer is fresh in the cache, or under way already. Sends nothing. */
export async function isAtHand(errand: Errand, read: (errand: Errand) => Promise<unknown>): Promise<boolean> {
  let isNeeded = false;
  let isOld = false;
  const foresight = {
    needs: () => {
      isNeeded = true;
    },
    mayNeed: () => {
      isOld = true;
    },
  };
  try {
    await read({ ...errand, meter: createMeter(), foresight });
    // it would be shown stale, and renewed by a request
    return !isOld;
  } catch (error) {
    if (error instanceof Failure || error instanceof Unforeseen) return !isNeeded;
    throw error;
  }
}
