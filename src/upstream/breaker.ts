import type { Clock } from '../domain/clock.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What became of a request that the breaker let through. `neutral`: cancelled, nobody knows. */
export type Outcome = 'good' | 'bad' | 'neutral';

export interface Breaker {
  readonly state: () => BreakerState;
  /** Milliseconds until it lets something through; 0 while it does. */
  readonly waitMs: () => number;
  /** Lets a request through, whose outcome is then told; `undefined` when it does not. */
  readonly admit: () => ((outcome: Outcome) => void) | undefined;
}

export interface BreakerOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** So many failures without a success between them open it. */
  readonly failuresInARow: number;
  readonly onChange?: (state: BreakerState) => void;
}

/** Half of at least so many requests failing within ten seconds opens it as well. */
const share = { of: 20, failing: 0.5, withinMs: 10_000 };
/** So many good probes in a row close it; no more than so many are under way at once. */
const goodProbesToClose = 3;
/** The first open time; it doubles each time the probes fail, and is jittered by up to a half of it. */
const shortestOpenMs = 2_000;
const longestOpenMs = 30_000;
/** Closed so long, it starts again with the shortest open time. */
const calmMs = 60_000;

export function createBreaker({ clock, random, failuresInARow, onChange }: BreakerOptions): Breaker {
  let state: BreakerState = 'closed';
  let inARow = 0;
  let counted = { from: clock.now(), all: 0, bad: 0 };
  let openUntil = 0;
  let timesOpened = 0;
  let closedAt = Number.NEGATIVE_INFINITY;
  let probes = { underWay: 0, good: 0 };

  function change(next: BreakerState): void {
    state = next;
    onChange?.(next);
  }

  function open(): void {
    if (clock.now() - closedAt > calmMs && state === 'closed') timesOpened = 0;
    const openMs = Math.min(longestOpenMs, shortestOpenMs * 2 ** timesOpened);
    timesOpened += 1;
    openUntil = clock.now() + openMs * (1 + random() / 2);
    change('open');
  }

  function close(): void {
    inARow = 0;
    counted = { from: clock.now(), all: 0, bad: 0 };
    closedAt = clock.now();
    change('closed');
  }

  function tellOfClosed(outcome: Outcome): void {
    if (state !== 'closed' || outcome === 'neutral') return;
    const now = clock.now();
    if (now - counted.from > share.withinMs) counted = { from: now, all: 0, bad: 0 };
    counted.all += 1;
    if (outcome === 'good') {
      inARow = 0;
      return;
    }
    counted.bad += 1;
    inARow += 1;
    const isMostlyBad = counted.all >= share.of && counted.bad >= counted.all * share.failing;
    if (inARow >= failuresInARow || isMostlyBad) open();
  }

  function tellOfProbe(round: typeof probes, outcome: Outcome): void {
    round.underWay -= 1;
    if (round !== probes || state !== 'half-open') return;
    if (outcome === 'bad') return open();
    if (outcome === 'good') round.good += 1;
    if (round.good >= goodProbesToClose) close();
  }

  return {
    state: () => (state === 'open' && clock.now() >= openUntil ? 'half-open' : state),
    waitMs() {
      if (state === 'closed') return 0;
      const leftMs = openUntil - clock.now();
      return leftMs > 0 ? leftMs : probes.underWay < goodProbesToClose ? 0 : 1_000;
    },
    admit() {
      if (state === 'closed') return tellOfClosed;
      if (clock.now() < openUntil) return undefined;
      if (state === 'open') {
        probes = { underWay: 0, good: 0 };
        change('half-open');
      }
      if (probes.underWay >= goodProbesToClose) return undefined;
      const round = probes;
      round.underWay += 1;
      return (outcome) => tellOfProbe(round, outcome);
    },
  };
}
