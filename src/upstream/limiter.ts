import type { Clock } from '../domain/clock.ts';
import { Failure } from '../domain/failure.ts';
import { type Bucket, createBucket, type LimitSource } from './bucket.ts';
import { type Priority, priorities } from './call.ts';
import { createDeadlines, type Timed } from './deadlines.ts';
import { createFairLine, type FairLine, type Seat } from './fair-line.ts';
import type { LimitNotice } from './limit-notice.ts';

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
  /** Epoch milliseconds by which `count` more calls could have been sent, at the earliest. */
  earliest(bucket: string, priority: Priority, count: number): number;
}

export interface LimiterOptions {
  readonly clock: Clock;
  /** How many calls of one priority may wait in one bucket. */
  readonly maxQueued?: number;
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
  readonly lines: Readonly<Record<Priority, FairLine<Waiter>>>;
  readonly deadlines: ReturnType<typeof createDeadlines<Waiter>>;
  /** How many others were served while polls, and exports, waited. */
  readonly passedOver: { poll: number; export: number };
  wakesAt: number;
  cancelWake: (() => void) | undefined;
}

/** So many others may be served before a waiting poll, or export, gets the next place. */
const patience = { poll: 10, export: 20 };

export function createLimiter({ clock, maxQueued = 1000 }: LimiterOptions): Limiter {
  const queues = new Map<string, Queue>();

  function queueOf(name: string): Queue {
    let queue = queues.get(name);
    if (!queue) {
      queue = createQueue(name);
      queues.set(name, queue);
    }
    return queue;
  }

  function createPlace(queue: Queue, priority: Priority, takenAt: number): Place {
    let isOver = false;
    queue.bucket.take(priority);
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
        serve(queue);
      },
    };
  }

  /** Gives out every place there is, sends away whose deadline has come, and sets the alarm for the next change. */
  function serve(queue: Queue): void {
    const now = clock.now();
    queue.bucket.settle(now);
    for (let priority = nextToServe(queue, now); priority; priority = nextToServe(queue, now)) {
      const waiter = queue.lines[priority].take();
      if (!waiter) break;
      countPassedOver(queue, priority);
      dismiss(queue, waiter);
      waiter.grant(createPlace(queue, priority, now));
    }
    for (let late = queue.deadlines.first(); late && late.deadline <= now; late = queue.deadlines.first()) {
      dismiss(queue, late);
      late.refuse(tooLate(queue, late.ticket, now));
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
  function earliestFor(queue: Queue, ticket: Ticket, now: number): number {
    const { priority, organization, caller, deadline } = ticket;
    const sooner = priorities.slice(0, priorities.indexOf(priority));
    const before = sooner.reduce((sum, each) => sum + queue.lines[each].size(), 0);
    const line = queue.lines[priority];
    const atMost = queue.bucket.earliestTurn(before + line.size(), priority, now, deadline);
    if (atMost <= deadline) return atMost;
    return queue.bucket.earliestTurn(before + line.ahead(organization, caller), priority, now, deadline);
  }

  function enqueue(queue: Queue, ticket: Ticket, now: number): Promise<Place> {
    const line = queue.lines[ticket.priority];
    const earliest = earliestFor(queue, ticket, now);
    if (earliest > ticket.deadline || ticket.deadline <= now || line.size() >= maxQueued) {
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
          const now = clock.now();
          refuse(now < ticket.deadline ? cancelled(ticket.signal) : tooLate(queue, ticket, now));
          serve(queue);
        },
      };
      ticket.signal.addEventListener('abort', waiter.onAbort, { once: true });
      ticket.changed = () => {
        stepOut(queue, waiter);
        stepIn(queue, waiter);
        serve(queue);
      };
      stepIn(queue, waiter);
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
      const { bucket, lines } = queueOf(name);
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
        queued: priorities.reduce((sum, priority) => sum + lines[priority].size(), 0),
      };
    },
    earliest(name, priority, count) {
      const queue = queueOf(name);
      const now = clock.now();
      queue.bucket.settle(now);
      if (count <= 0) return now;
      const sooner = priorities.slice(0, priorities.indexOf(priority) + 1);
      const before = sooner.reduce((sum, each) => sum + queue.lines[each].size(), 0);
      return queue.bucket.earliestTurn(before + count - 1, priority, now, now);
    },
  };
}

function createQueue(name: string): Queue {
  return {
    name,
    bucket: createBucket(),
    lines: {
      mutation: createFairLine(),
      query: createFairLine(),
      poll: createFairLine(),
      export: createFairLine(),
    },
    deadlines: createDeadlines(),
    passedOver: { poll: 0, export: 0 },
    wakesAt: Number.POSITIVE_INFINITY,
    cancelWake: undefined,
  };
}

function nextToServe({ bucket, lines, passedOver }: Queue, now: number): Priority | undefined {
  const canGo = (priority: Priority): boolean => lines[priority].size() > 0 && bucket.room(priority, now) > 0;
  const pollsLackTheirShare = bucket.heldBy('poll') < Math.max(1, bucket.reserveOf(now));
  if (passedOver.poll >= patience.poll && pollsLackTheirShare && canGo('poll')) return 'poll';
  if (passedOver.export >= patience.export && canGo('export')) return 'export';
  return priorities.find(canGo);
}

function countPassedOver({ lines, passedOver }: Queue, served: Priority): void {
  for (const priority of ['poll', 'export'] as const) {
    if (priority === served || lines[priority].size() === 0) passedOver[priority] = 0;
    else passedOver[priority] += 1;
  }
}

function stepIn(queue: Queue, waiter: Waiter): void {
  const { ticket } = waiter;
  waiter.priority = ticket.priority;
  waiter.deadline = ticket.deadline;
  queue.lines[waiter.priority].join(waiter, ticket.organization, ticket.caller);
  queue.deadlines.add(waiter);
}

function stepOut(queue: Queue, waiter: Waiter): void {
  queue.lines[waiter.priority].leave(waiter);
  queue.deadlines.remove(waiter);
}

function dismiss(queue: Queue, waiter: Waiter): void {
  stepOut(queue, waiter);
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
