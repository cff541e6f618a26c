import { type Priority, priorities } from './call.ts';
import { type LimitNotice, windowMs } from './limit-notice.ts';

/** Who said what the limit is. A weaker source never overrules a stronger one. */
const limitSources = ['unknown', 'configuration', 'plan', 'header'] as const;
export type LimitSource = (typeof limitSources)[number];

/** Make's smallest documented limit, used until a bucket's own is known. */
const unknownLimit = 30;

/** No upstream allows more in a minute; a figure beyond it is a mistake. */
const largestLimit = 1_000_000;

/** How long a place is held after its answer: the window, and one because clocks read whole milliseconds. */
const holdMs = windowMs + 1;

/** After a refusal the target is halved, at most to an eighth, and gets an eighth back with each quiet window. */
const recoveryStep = 1 / 8;

/** A poller counts as active for this long after its last call. */
const pollerActiveMs = 2 * windowMs;

/** The places of one upstream limit: what may be sent now, what is held and until when. Knows nothing of who waits. */
export interface Bucket {
  readonly limit: () => number;
  /** Nobody has said yet what the limit is. */
  readonly isGuessed: () => boolean;
  readonly targetAt: (time: number) => number;
  readonly held: () => number;
  readonly heldBy: (priority: Priority) => number;
  /** Frees the places whose time has passed. */
  readonly settle: (now: number) => void;
  /** How many more calls of this priority may be sent now. */
  readonly room: (priority: Priority, now: number) => number;
  readonly reserveAt: (now: number) => number;
  readonly pollAsked: (now: number) => void;
  readonly take: (priority: Priority) => void;
  readonly giveBack: (priority: Priority) => void;
  readonly end: (priority: Priority, takenAt: number, now: number, notice: LimitNotice | undefined) => void;
  readonly learnLimit: (limit: number, source: LimitSource) => void;
  /** The earliest time at which a call with `ahead` others before it could be sent, looking as far as `horizon`. */
  readonly earliestTurn: (ahead: number, priority: Priority, now: number, horizon: number) => number;
  /** When the next place frees, or the pause ends. */
  readonly nextFreeAt: (now: number) => number;
  /** When `room` may grow without anything ending: the time to look again. */
  readonly nextChangeAt: (now: number) => number;
}

export function createBucket(): Bucket {
  let limit = unknownLimit;
  let source: LimitSource = 'unknown';
  let inFlight = 0;
  const heldBy: Record<Priority, number> = { mutation: 0, query: 0, poll: 0, export: 0 };
  const ended = createEndedCalls();
  let pausedUntil = 0;
  let lastPollAt = Number.NEGATIVE_INFINITY;
  let cut: { share: number; from: number; decidedAt: number } | undefined;
  let window: { id: number; remaining: number; resetAt: number; uncounted: number } | undefined;

  const held = (): number => inFlight + ended.size();

  function targetAt(time: number): number {
    const whole = Math.max(1, Math.floor((limit * 4) / 5));
    return cut ? Math.max(1, Math.floor(whole * shareAt(cut, time))) : whole;
  }

  /** A tenth of the target, kept for polling while a poller is active. Where that is less than a place, polls take turns. */
  function reserveAt(now: number): number {
    const target = targetAt(now);
    return target >= 10 && now - lastPollAt < pollerActiveMs ? Math.ceil(target / 10) : 0;
  }

  /** What the upstream's own window leaves, those under way counted as if it had not seen them yet. */
  function windowLeaves(now: number): number {
    if (!window || now >= window.resetAt) return Number.POSITIVE_INFINITY;
    return window.remaining - inFlight - window.uncounted;
  }

  function observeWindow(notice: LimitNotice | undefined): void {
    const seen = notice?.window;
    if (!seen) {
      if (window) window.uncounted += 1;
    } else if (!window || seen.id > window.id + 1) {
      window = { ...seen, uncounted: 0 };
    } else if (seen.id >= window.id - 1 && seen.remaining <= window.remaining) {
      // Answers come out of order: within one window the smallest remainder is the newest.
      window.remaining = seen.remaining;
      window.uncounted = 0;
    }
  }

  function throttle(takenAt: number, now: number): void {
    // Calls sent before the last cut say nothing about the target after it.
    if (cut && takenAt <= cut.decidedAt) return;
    const share = Math.max(recoveryStep, (cut ? shareAt(cut, now) : 1) / 2);
    cut = { share, from: Math.max(now, pausedUntil), decidedAt: now };
  }

  return {
    limit: () => limit,
    targetAt,
    held,
    heldBy: (priority) => heldBy[priority],
    reserveAt,
    settle(now) {
      for (
        let first = ended.timeOf(0);
        first !== undefined && first + holdMs <= now;
        first = ended.timeOf(0)
      ) {
        heldBy[ended.shift()] -= 1;
      }
      if (cut && shareAt(cut, now) >= 1) cut = undefined;
    },
    room(priority, now) {
      if (now < pausedUntil) return 0;
      const target = targetAt(now);
      const reserveLeft = Math.max(0, reserveAt(now) - heldBy.poll);
      let room = Math.min(target - held(), windowLeaves(now));
      if (priority !== 'poll') room -= reserveLeft;
      if (priority === 'poll' || priority === 'export') {
        // Work that nobody waits for takes at most half, so that people always find the other half.
        const halfLeft = Math.max(1, Math.floor(target / 2)) - heldBy.poll - heldBy.export;
        room = Math.min(room, priority === 'poll' ? Math.max(halfLeft, reserveLeft) : halfLeft);
      }
      return Math.max(0, room);
    },
    pollAsked(now) {
      lastPollAt = now;
    },
    take(priority) {
      inFlight += 1;
      heldBy[priority] += 1;
    },
    giveBack(priority) {
      inFlight -= 1;
      heldBy[priority] -= 1;
    },
    end(priority, takenAt, now, notice) {
      inFlight -= 1;
      ended.push(now, priority);
      observeWindow(notice);
      if (notice?.pauseMs) pausedUntil = Math.max(pausedUntil, now + notice.pauseMs);
      if (notice?.isThrottled) throttle(takenAt, now);
    },
    isGuessed: () => source === 'unknown',
    learnLimit(learned, from) {
      if (!Number.isInteger(learned) || learned < 1 || learned > largestLimit) return;
      if (limitSources.indexOf(from) < limitSources.indexOf(source)) return;
      limit = learned;
      source = from;
    },
    earliestTurn(ahead, priority, now, horizon) {
      const target = targetAt(horizon);
      const rounds = Math.floor(ahead / target);
      const reserveLeft = priority === 'poll' ? 0 : Math.max(0, reserveAt(now) - heldBy.poll);
      const place = (ahead % target) - (target - held() - reserveLeft);
      const sentAt = place < 0 ? now : (ended.timeOf(place) ?? now) + holdMs;
      const windowEnds = window && ahead >= windowLeaves(now) ? window.resetAt : now;
      return Math.max(sentAt + rounds * holdMs, pausedUntil, windowEnds);
    },
    nextFreeAt(now) {
      if (now < pausedUntil) return pausedUntil;
      const first = ended.timeOf(0);
      return first !== undefined ? first + holdMs : inFlight > 0 ? now + holdMs : now;
    },
    nextChangeAt(now) {
      if (now < pausedUntil) return pausedUntil;
      const first = ended.timeOf(0);
      const moments = [
        first === undefined ? 0 : first + holdMs,
        window?.resetAt ?? 0,
        cut ? nextStepOf(cut, now) : 0,
        lastPollAt + pollerActiveMs,
      ];
      return Math.min(...moments.filter((moment) => moment > now));
    },
  };
}

function shareAt(cut: { share: number; from: number }, time: number): number {
  const quietWindows = Math.max(0, Math.floor((time - cut.from) / windowMs));
  return Math.min(1, cut.share + quietWindows * recoveryStep);
}

function nextStepOf(cut: { from: number }, now: number): number {
  return cut.from + (Math.max(0, Math.floor((now - cut.from) / windowMs)) + 1) * windowMs;
}

/** Calls that ended, oldest first, in a ring that grows: nine bytes each. */
function createEndedCalls() {
  let times = new Float64Array(64);
  let kinds = new Uint8Array(64);
  let start = 0;
  let size = 0;

  function grow(): void {
    const grownTimes = new Float64Array(times.length * 2);
    const grownKinds = new Uint8Array(times.length * 2);
    const tail = times.length - start;
    grownTimes.set(times.subarray(start));
    grownTimes.set(times.subarray(0, start), tail);
    grownKinds.set(kinds.subarray(start));
    grownKinds.set(kinds.subarray(0, start), tail);
    times = grownTimes;
    kinds = grownKinds;
    start = 0;
  }

  return {
    size: () => size,
    timeOf: (index: number): number | undefined =>
      index < size ? times[(start + index) % times.length] : undefined,
    push(time: number, priority: Priority): void {
      if (size === times.length) grow();
      const end = (start + size) % times.length;
      times[end] = time;
      kinds[end] = priorities.indexOf(priority);
      size += 1;
    },
    shift(): Priority {
      const kind = kinds[start] ?? 0;
      start = (start + 1) % times.length;
      size -= 1;
      return priorities[kind] ?? 'query';
    },
  };
}
