import type { Clock } from '../domain/clock.ts';
import type { Failure } from '../domain/failure.ts';

/** What became of one try. */
export type Attempt<Value> =
  | { readonly value: Value }
  | {
      readonly failure: Failure /** Worth another try, if nothing is changed by it. */;
      readonly isTransient: boolean;
    };

export interface RetryOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly deadline: () => number;
  readonly signal: AbortSignal;
  readonly budget: RetryBudget;
}

/** Retries are paid from what calls put in: each a fifth of a retry, and a few a minute come by themselves. */
export interface RetryBudget {
  readonly earn: () => void;
  readonly spend: () => boolean;
}

const maxAttempts = 3;
const firstDelayMs = 100;
const longestDelayMs = 2_000;

const budgetSize = 20;
const earnedPerCall = 1 / 5;
const earnedPerMs = 10 / 60_000;

export function createRetryBudget(clock: Clock): RetryBudget {
  let left = budgetSize;
  let countedAt = clock.now();

  function add(amount: number): void {
    const now = clock.now();
    left = Math.min(budgetSize, left + amount + Math.max(0, now - countedAt) * earnedPerMs);
    countedAt = now;
  }

  return {
    earn: () => add(earnedPerCall),
    spend() {
      add(0);
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}

/**
 * Tries a read up to three times, after a random part of a growing delay. Each try pays the limiter itself; when it
 * refuses a further try, what became of the one before is the answer.
 */
export async function withRetries<Value>(
  attempt: () => Promise<Attempt<Value>>,
  { clock, random, deadline, signal, budget }: RetryOptions,
): Promise<Value> {
  budget.earn();
  let before: Failure | undefined;
  for (let tried = 1; ; tried += 1) {
    const result = await attempt().catch((refusal: unknown) => {
      throw before ?? refusal;
    });
    if ('value' in result) return result.value;
    before = result.failure;
    const delayMs = random() * Math.min(longestDelayMs, firstDelayMs * 2 ** tried);
    const isWorthIt = result.isTransient && tried < maxAttempts && clock.now() + delayMs < deadline();
    if (!isWorthIt || signal.aborted || !budget.spend()) throw result.failure;
    await pause(delayMs, clock, signal);
    if (signal.aborted) throw result.failure;
  }
}

function pause(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(delayMs, wake);
    signal.addEventListener('abort', wake, { once: true });
  });
}
