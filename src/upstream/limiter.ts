import type { Clock } from '../domain/clock.ts';
import { Failure } from '../domain/failure.ts';
import { type Bucket, createBucket, type LimitSource } from './bucket.ts';
import { type Priority, priorities } from './call.ts';
import { createDeadlines, type Deadlines, type Timed } from './deadlines.ts';
import type { Seat } from './fair-line.ts';
import type { LimitNotice } from './limit-notice.ts';
import { createTurns, type Turns } from './turns.ts';

/** What a call brings to the limiter. Others may join it while it waits: then it is told of the new priority and deadline. */
export interface Ticket {
  priority: Priority;
  /** Epoch milliseconds after which its turn is of no use. */
  deadline: number;
  readonly organization: string;
  readonly caller: string;
  readonly signal: AbortSignal;
  /** Set by the limiter while the ticket waits; called by whoever changes priority or deadline. */
  changed: (() => void) | undefined;
}

/** The right to send one call. It is held until `end` and a window longer, or given back unused by `cancel`. */
export interface Place {
  readonly cancel: () => void;
  readonly end: (notice?: LimitNotice) => void;
}

export interface BucketStatus {
  readonly limit: number;
  /** What Tollgate allows itself now: 80 % of the limit, less after a refusal. */
  readonly target: number;
  readonly used: number;
  readonly remaining: number;
  /** Epoch milliseconds at which the next place frees. */
  readonly resetAt: number;
  readonly queued: number;
}

/** Shared by all upstreams. Asynchronous, so that one that many processes share can stand in its place. */
export interface Limiter {
  /** Waits for a place; fails with `RATE_LIMITED` as soon as none can come before the ticket's deadline. */
  acquire(bucket: string, ticket: Ticket): Promise<Place>;
  learnLimit(bucket: string, limit: number, source: LimitSource): void;
  status(bucket: string): BucketStatus;
  /** Every bucket that was asked for so far. */
  buckets(): readonly string[];
  /** Epoch milliseconds by which `count` more calls could have been sent, at the earliest. */
  earliest(bucket: string, priority: Priority, count: number): number;
}

export interface LimiterOptions {
  readonly clock: Clock;
  /** How many calls of one priority may wait in one bucket. */
  readonly maxQueued?: number;
  /** Worth finding out what a bucket's limit is: it is guessed and half spent, or the upstream refused a call. */
  readonly onLimitInDoubt?: (bucket: string) => void;
}

interface Waiter extends Seat<Waiter>, Timed {
  readonly ticket: Ticket;
  priority: Priority;
  readonly grant: (place: Place) => void;
  readonly refuse: (failure: Failure) => void;
  readonly onAbort: () => void;
}

interface Queue {
  readonly name: string;
  readonly bucket: Bucket;
  readonly turns: Turns<Waiter>;
  readonly deadlines: Deadlines<Waiter>;
  wakesAt: number;
  cancelWake: (() => void) | undefined;
  doubtedAt: number;
}

/** A limit in doubt is asked after once in this time. */
const doubtEveryMs = 60_000;

export function createLimiter({ clock, maxQueued = 1000, onLimitInDoubt }: LimiterOptions): Limiter {
  const queues = new Map<string, Queue>();

  function queueOf(name: string): Queue {
    let queue = queues.get(name);
    if (!queue) {
      queue = createQueue(name);
      queues.set(name, queue);
    }
    return queue;
  }

  function doubt(queue: Queue, now: number): void {
    if (now - queue.doubtedAt < doubtEveryMs) return;
    queue.doubtedAt = now;
    onLimitInDoubt?.(queue.name);
  }

  function createPlace(queue: Queue, priority: Priority, takenAt: number): Place {
    const { bucket } = queue;
    let isOver = false;
    bucket.take(priority);
    if (bucket.isGuessed() && 2 * bucket.held() >= bucket.targetAt(takenAt)) doubt(queue, takenAt);
    return {
      cancel() {
        if (isOver) return;
        isOver = true;
        queue.bucket.giveBack(priority);
        serve(queue);
      },
      end(notice) {
        if (isOver) return;
        isOver = true;
        queue.bucket.end(priority, takenAt, clock.now(), notice);
        if (notice?.limit) queue.bucket.learnLimit(notice.limit, 'header');
        if (notice?.isThrottled) doubt(queue, clock.now());
        serve(queue);
      },
    };
  }

  /** Sends away whose deadline has come, gives out every place there is, and sets the alarm for the next change. */
  function serve(queue: Queue): void {
    const now = clock.now();
    queue.bucket.settle(now);
    for (let late = queue.deadlines.first(); late && late.deadline <= now; late = queue.deadlines.first()) {
      dismiss(queue, late);
      late.refuse(tooLate(queue, late.ticket, now));
    }
    for (let next = queue.turns.take(now); next; next = queue.turns.take(now)) {
      dismiss(queue, next);
      next.grant(createPlace(queue, next.priority, now));
    }
    setAlarm(queue, now);
  }

  function setAlarm(queue: Queue, now: number): void {
    const first = queue.deadlines.first();
    const wakesAt = first
      ? Math.min(first.deadline, queue.bucket.nextChangeAt(now))
      : Number.POSITIVE_INFINITY;
    if (wakesAt === queue.wakesAt) return;
    queue.cancelWake?.();
    queue.wakesAt = wakesAt;
    queue.cancelWake =
      wakesAt === Number.POSITIVE_INFINITY
        ? undefined
        : clock.after(wakesAt - now, () => {
            queue.wakesAt = Number.POSITIVE_INFINITY;
            serve(queue);
          });
  }

  function tooLate(queue: Queue, ticket: Ticket, now: number): Failure {
    return rateLimited(queue.name, earliestFor(queue, ticket, now) - now);
  }

  /** The earliest time at which a call that joined now would be sent, given those before it. */
  function earliestFor({ bucket, turns }: Queue, ticket: Ticket, now: number): number {
    const { priority, organization, caller, deadline } = ticket;
    const turnAfter = (inLine: number): number =>
      bucket.earliestTurn(turns.before(priority, inLine, now), priority, now, deadline);
    const atMost = turnAfter(turns.waiting(priority));
    return atMost < deadline ? atMost : turnAfter(turns.ahead(priority, organization, caller));
  }

  function enqueue(queue: Queue, ticket: Ticket, now: number): Promise<Place> {
    const earliest = earliestFor(queue, ticket, now);
    if (earliest >= ticket.deadline || queue.turns.waiting(ticket.priority) >= maxQueued) {
      return Promise.reject(rateLimited(queue.name, earliest - now));
    }
    return new Promise((grant, refuse) => {
      const waiter: Waiter = {
        ticket,
        priority: ticket.priority,
        deadline: ticket.deadline,
        heapIndex: -1,
        queue: undefined,
        previous: undefined,
        next: undefined,
        grant,
        refuse,
        onAbort() {
          dismiss(queue, waiter);
          const isLate = clock.now() >= ticket.deadline;
          refuse(isLate ? tooLate(queue, ticket, clock.now()) : cancelled(ticket.signal));
          serve(queue);
        },
      };
      ticket.signal.addEventListener('abort', waiter.onAbort, { once: true });
      ticket.changed = () => {
        renew(queue, waiter);
        serve(queue);
      };
      queue.turns.join(waiter, ticket.organization, ticket.caller);
      queue.deadlines.add(waiter);
      serve(queue);
    });
  }

  return {
    acquire(name, ticket) {
      if (ticket.signal.aborted) return Promise.reject(cancelled(ticket.signal));
      const queue = queueOf(name);
      const now = clock.now();
      const { priority } = ticket;
      if (priority === 'poll') queue.bucket.pollAsked(now);
      queue.bucket.settle(now);
      const isFree =
        !queue.deadlines.first() && ticket.deadline > now && queue.bucket.room(priority, now) > 0;
      return isFree ? Promise.resolve(createPlace(queue, priority, now)) : enqueue(queue, ticket, now);
    },
    learnLimit(name, limit, source) {
      const queue = queueOf(name);
      queue.bucket.learnLimit(limit, source);
      serve(queue);
    },
    status(name) {
      const { bucket, turns } = queueOf(name);
      const now = clock.now();
      bucket.settle(now);
      const target = bucket.targetAt(now);
      const used = bucket.held();
      return {
        limit: bucket.limit(),
        target,
        used,
        remaining: Math.max(0, target - used),
        resetAt: bucket.nextFreeAt(now),
        queued: priorities.reduce((sum, priority) => sum + turns.waiting(priority), 0),
      };
    },
    buckets: () => [...queues.keys()].toSorted(),
    earliest(name, priority, count) {
      const { bucket, turns } = queueOf(name);
      const now = clock.now();
      bucket.settle(now);
      if (count <= 0) return now;
      const before = turns.before(priority, turns.waiting(priority) + count - 1, now);
      return bucket.earliestTurn(before, priority, now, now);
    },
  };
}

function createQueue(name: string): Queue {
  const bucket = createBucket();
  return {
    name,
    bucket,
    turns: createTurns(bucket),
    deadlines: createDeadlines(),
    wakesAt: Number.POSITIVE_INFINITY,
    cancelWake: undefined,
    doubtedAt: Number.NEGATIVE_INFINITY,
  };
}

/** Takes on what the ticket says now. Its place in the line is lost only to a better line. */
function renew(queue: Queue, waiter: Waiter): void {
  const { ticket } = waiter;
  if (ticket.priority !== waiter.priority) {
    queue.turns.leave(waiter);
    waiter.priority = ticket.priority;
    queue.turns.join(waiter, ticket.organization, ticket.caller);
  }
  queue.deadlines.remove(waiter);
  waiter.deadline = ticket.deadline;
  queue.deadlines.add(waiter);
}

function dismiss(queue: Queue, waiter: Waiter): void {
  queue.turns.leave(waiter);
  queue.deadlines.remove(waiter);
  waiter.ticket.changed = undefined;
  waiter.ticket.signal.removeEventListener('abort', waiter.onAbort);
}

export function rateLimited(bucket: string, waitMs: number): Failure {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  return new Failure(
    'RATE_LIMITED',
    `The request budget of ${bucket} is spent for now; try again in ${retryAfter} s.`,
    { retryAfter, bucket },
  );
}

/** Nobody waits for the answer any more, so nobody reads this. */
export function cancelled(signal: AbortSignal): Failure {
  return new Failure(
    'UPSTREAM_TIMEOUT',
    'The operation ended before the upstream answered.',
    {},
    { cause: signal.reason },
  );
}
