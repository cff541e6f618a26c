import type { Bucket } from './bucket.ts';
import { type Priority, priorities } from './call.ts';
import { createFairLine, type FairLine, type Seat } from './fair-line.ts';

interface Prioritized<Waiter> extends Seat<Waiter> {
  readonly priority: Priority;
}

/** Who of those that wait for a bucket is served next: by priority, and fairly within each. */
export interface Turns<Waiter> {
  readonly waiting: (priority: Priority) => number;
  readonly join: (waiter: Waiter, organization: string, caller: string) => void;
  readonly leave: (waiter: Waiter) => void;
  /** Takes out whoever the next free place is for; nobody while there is none. */
  readonly take: (now: number) => Waiter | undefined;
  /** How many are served before a call with so many others before it in its own line, at the least. */
  readonly before: (priority: Priority, inLine: number, now: number) => number;
  /** How many are before a newcomer in its own line, at the least. */
  readonly ahead: (priority: Priority, organization: string, caller: string) => number;
}

/** So many others may be served before a waiting poll, or export, gets the next place. */
const patience = { poll: 9, export: 19 };

export function createTurns<Waiter extends Prioritized<Waiter>>(bucket: Bucket): Turns<Waiter> {
  const lines: Readonly<Record<Priority, FairLine<Waiter>>> = {
    mutation: createFairLine(),
    query: createFairLine(),
    poll: createFairLine(),
    export: createFairLine(),
  };
  /** How many others were served while polls, and exports, waited. */
  const passedOver = { poll: 0, export: 0 };

  function next(now: number): Priority | undefined {
    const canGo = (priority: Priority): boolean =>
      lines[priority].size() > 0 && bucket.room(priority, now) > 0;
    const pollsLackTheirShare = bucket.heldBy('poll') < Math.max(1, bucket.reserveAt(now));
    if (passedOver.poll >= patience.poll && pollsLackTheirShare && canGo('poll')) return 'poll';
    if (passedOver.export >= patience.export && canGo('export')) return 'export';
    return priorities.find(canGo);
  }

  function countPassedOver(served: Priority): void {
    for (const priority of ['poll', 'export'] as const) {
      if (priority === served || lines[priority].size() === 0) passedOver[priority] = 0;
      else passedOver[priority] += 1;
    }
  }

  return {
    waiting: (priority) => lines[priority].size(),
    join: (waiter, organization, caller) => lines[waiter.priority].join(waiter, organization, caller),
    leave: (waiter) => lines[waiter.priority].leave(waiter),
    take(now) {
      const priority = next(now);
      if (!priority) return undefined;
      const waiter = lines[priority].take();
      countPassedOver(priority);
      return waiter;
    },
    before(priority, inLine, now) {
      const sooner = priorities.slice(0, priorities.indexOf(priority));
      const waiting = sooner.reduce((sum, each) => sum + lines[each].size(), 0);
      if (priority === 'poll' && inLine < bucket.reserveAt(now) - bucket.heldBy('poll')) return inLine;
      const isPassedOver = priority === 'poll' || priority === 'export';
      return inLine + (isPassedOver ? Math.min(waiting, inLine * patience[priority]) : waiting);
    },
    ahead: (priority, organization, caller) => lines[priority].ahead(organization, caller),
  };
}
