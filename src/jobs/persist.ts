import type { Clock } from '../domain/clock.ts';
import { type ErrorCode, Failure } from '../domain/failure.ts';

/** So often something is tried while the upstream fails; waits for the budget do not count. */
const mostTries = 5;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/** Nothing was done, and it may be done later. */
const passing: readonly ErrorCode[] = [
  'RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_BAD_RESPONSE',
];

interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Tries again what may come right by itself. Null once it is aborted. */
export async function persist<Value>(
  { clock, signal, until }: Patience,
  attempt: () => Promise<Value>,
): Promise<Value | null> {
  let waitMs = firstWaitMs;
  for (let tries = 1; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (signal.aborted) return null;
      if (error.code !== 'RATE_LIMITED') tries += 1;
      if (!passing.includes(error.code) || tries > mostTries || clock.now() >= until) throw error;
      await pause(clock, Math.max(waitMs, 1000 * (error.details.retryAfter ?? 0)), signal);
      if (signal.aborted) return null;
    }
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancelTimer = clock.after(ms, end);
    function end(): void {
      cancelTimer();
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end, { once: true });
  });
}
