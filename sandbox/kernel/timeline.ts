import { dayMs, dayStart } from './time.ts';

/**
 * The world's time and what is due in it. History is made by the same rules as the future: the parts of the
 * world put their first events on the timeline, and it is run up to the present.
 */
export interface Timeline {
  /** World time, milliseconds since the epoch. While an event runs, the time at which it was due. */
  now(): number;
  /** Runs `event` once world time reaches `at`. Events of one instant run in the order they were put. */
  at(at: number, event: () => void): void;
  /** Runs `event` at the end of each day (its argument: that day's midnight), from the day that holds `from` on. */
  daily(from: number, event: (day: number) => void): void;
  /** Runs everything that is due up to an instant of world time, and sets the time to it. */
  runTo(at: number): void;
  /** True while history is being made: nothing is to be announced to the outside. */
  readonly isHistory: boolean;
  /** History ends here: from now on world time is `presentAt` plus what passes on the wall plus what is advanced. */
  startPresent(presentAt: number): void;
  /** Moves world time ahead and runs what became due. */
  advance(byMs: number): void;
  /** Runs what became due while wall time passed. */
  catchUp(): void;
}

interface Due {
  readonly at: number;
  readonly sequence: number;
  readonly event: () => void;
}

export function createTimeline(wallNow: () => number): Timeline {
  const heap: Due[] = [];
  let sequence = 0;
  let reached = Number.NEGATIVE_INFINITY;
  let offset: number | null = null;
  let isRunning = false;

  const presentTime = (): number => (offset === null ? reached : wallNow() + offset);

  const timeline: Timeline = {
    now: () => (isRunning || offset === null ? reached : Math.max(reached, presentTime())),
    at(at, event) {
      push(heap, { at, sequence: sequence++, event });
    },
    daily(from, event) {
      const runDay = (day: number): void => {
        event(day);
        timeline.at(day + 2 * dayMs, () => runDay(day + dayMs));
      };
      const first = dayStart(from);
      timeline.at(first + dayMs, () => runDay(first));
    },
    runTo(at) {
      isRunning = true;
      try {
        for (let next = heap[0]; next !== undefined && next.at <= at; next = heap[0]) {
          pop(heap);
          reached = Math.max(reached, next.at);
          next.event();
        }
        reached = Math.max(reached, at);
      } finally {
        isRunning = false;
      }
    },
    get isHistory() {
      return offset === null;
    },
    startPresent(presentAt) {
      timeline.runTo(presentAt);
      offset = presentAt - wallNow();
    },
    advance(byMs) {
      offset = (offset ?? 0) + byMs;
      timeline.catchUp();
    },
    catchUp() {
      if (offset !== null && !isRunning) timeline.runTo(presentTime());
    },
  };
  return timeline;
}

const isBefore = (one: Due, other: Due): boolean =>
  one.at < other.at || (one.at === other.at && one.sequence < other.sequence);

function push(heap: Due[], due: Due): void {
  heap.push(due);
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!swapIfBefore(heap, child, parent)) return;
    child = parent;
  }
}

function pop(heap: Due[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let parent = 0;
  while (true) {
    const left = 2 * parent + 1;
    const right = left + 1;
    const smaller = isSmaller(heap, right, left) ? right : left;
    if (!swapIfBefore(heap, smaller, parent)) return;
    parent = smaller;
  }
}

function isSmaller(heap: readonly Due[], one: number, other: number): boolean {
  const [a, b] = [heap[one], heap[other]];
  return a !== undefined && b !== undefined && isBefore(a, b);
}

function swapIfBefore(heap: Due[], low: number, high: number): boolean {
  const [lower, upper] = [heap[low], heap[high]];
  if (lower === undefined || upper === undefined || !isBefore(lower, upper)) return false;
  heap[low] = upper;
  heap[high] = lower;
  return true;
}
