import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { priorities } from '../../../src/upstream/call.ts';
import { createLimiter, type Limiter, type Ticket } from '../../../src/upstream/limiter.ts';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';

const windowMs = 60_000;
const bucket = 'make:1001';

/** A call: when it comes, how patient it is, how long it takes there and back, and whether it is refused there. */
const plannedCall = fc.record({
  at: fc.nat(200_000),
  priority: fc.constantFrom(...priorities),
  organization: fc.constantFrom('a', 'b'),
  caller: fc.constantFrom<string>('x', 'y', 'z'),
  patienceMs: fc.nat(180_000),
  outMs: fc.nat(2_000),
  backMs: fc.nat(5_000),
  cancelAfterMs: fc.option(fc.nat(90_000), { nil: null, freq: 3 }),
  throttledForMs: fc.option(fc.integer({ min: 1_000, max: 30_000 }), { nil: null, freq: 12 }),
});
type PlannedCall = Parameters<Parameters<typeof plannedCall.map>[0]>[0];

const limitChange = fc.record({ at: fc.nat(200_000), limit: fc.integer({ min: 1, max: 40 }) });

interface Visit {
  readonly plan: PlannedCall;
  readonly cameAt: number;
  sentAt: number | null;
  arrivedAt: number | null;
  endedAt: number | null;
  settledAt: number | null;
  failure: Failure | null;
}

interface Run {
  readonly visits: readonly Visit[];
  /** What the limiter called its target at the moment of each sending, and how many places were held then. */
  readonly sendings: readonly {
    readonly visit: Visit;
    readonly target: number;
    readonly heldBefore: number;
  }[];
}

async function run(
  limit: number,
  plans: readonly PlannedCall[],
  changes: readonly { at: number; limit: number }[] = [],
): Promise<Run> {
  const clock = createFakeClock(1_000_000);
  const limiter = createLimiter({ clock });
  limiter.learnLimit(bucket, limit, 'header');
  const visits: Visit[] = [];
  const sendings: { visit: Visit; target: number; heldBefore: number }[] = [];
  for (const change of changes)
    clock.after(change.at, () => limiter.learnLimit(bucket, change.limit, 'header'));
  for (const plan of plans)
    clock.after(plan.at, () => visits.push(come(plan, clock, limiter, visits, sendings)));
  await clock.pass(400_000);
  return { visits, sendings };
}

function come(
  plan: PlannedCall,
  clock: FakeClock,
  limiter: Limiter,
  visits: readonly Visit[],
  sendings: { visit: Visit; target: number; heldBefore: number }[],
): Visit {
  const cameAt = clock.now();
  const visit: Visit = {
    plan,
    cameAt,
    sentAt: null,
    arrivedAt: null,
    endedAt: null,
    settledAt: null,
    failure: null,
  };
  const { priority, organization, caller } = plan;
  const controller = new AbortController();
  const ticket: Ticket = {
    priority,
    deadline: cameAt + plan.patienceMs,
    organization,
    caller,
    signal: controller.signal,
    changed: undefined,
  };
  if (plan.cancelAfterMs !== null) clock.after(plan.cancelAfterMs, () => controller.abort());
  limiter.acquire(bucket, ticket).then(
    (place) => {
      const now = clock.now();
      const heldBefore = visits.filter((each) => isHeld(each, now)).length;
      sendings.push({ visit, target: limiter.status(bucket).target, heldBefore });
      visit.sentAt = now;
      visit.settledAt = now;
      clock.after(plan.outMs, () => {
        visit.arrivedAt = clock.now();
      });
      clock.after(plan.outMs + plan.backMs, () => {
        visit.endedAt = clock.now();
        place.end(
          plan.throttledForMs === null ? undefined : { isThrottled: true, pauseMs: plan.throttledForMs },
        );
      });
    },
    (failure: unknown) => {
      visit.settledAt = clock.now();
      visit.failure = failure instanceof Failure ? failure : null;
    },
  );
  return visit;
}

/** The places as the rule says, counted without the limiter: from the sending until a window after the answer. */
function isHeld({ sentAt, endedAt }: Visit, now: number): boolean {
  return sentAt !== null && (endedAt === null || now < endedAt + windowMs);
}

const plans = fc.array(plannedCall, { minLength: 1, maxLength: 120 });
const limits = fc.integer({ min: 1, max: 40 });

test('no call is sent while the places held reach the current target', async () => {
  await fc.assert(
    fc.asyncProperty(
      limits,
      plans,
      fc.array(limitChange, { maxLength: 4 }),
      async (limit, calls, changes) => {
        for (const { target, heldBefore } of (await run(limit, calls, changes)).sendings) {
          expect(heldBefore).toBeLessThan(target);
        }
      },
    ),
    { numRuns: 120 },
  );
});

test('in any 60 seconds no more calls arrive than the target, however long each is on its way', async () => {
  await fc.assert(
    fc.asyncProperty(limits, plans, async (limit, calls) => {
      const target = Math.max(1, Math.floor((limit * 4) / 5));
      const arrivals = (await run(limit, calls)).visits
        .flatMap(({ arrivedAt }) => arrivedAt ?? [])
        .sort((a, b) => a - b);
      for (const [index, from] of arrivals.entries()) {
        const inWindow = arrivals.slice(index).filter((at) => at <= from + windowMs);
        expect(inWindow.length).toBeLessThanOrEqual(target);
      }
    }),
    { numRuns: 120 },
  );
});

test('no waiter is forgotten, and none is sent after its deadline or after it was cancelled', async () => {
  await fc.assert(
    fc.asyncProperty(
      limits,
      plans,
      fc.array(limitChange, { maxLength: 4 }),
      async (limit, calls, changes) => {
        for (const { plan, cameAt, sentAt, settledAt } of (await run(limit, calls, changes)).visits) {
          const lastMoment =
            cameAt + Math.min(plan.patienceMs, plan.cancelAfterMs ?? Number.POSITIVE_INFINITY);
          expect(settledAt).not.toBeNull();
          expect(settledAt).toBeLessThanOrEqual(lastMoment);
          if (sentAt !== null) expect(sentAt).toBeLessThanOrEqual(lastMoment);
        }
      },
    ),
    { numRuns: 120 },
  );
});

test('nothing is sent while a refusal pauses the bucket', async () => {
  await fc.assert(
    fc.asyncProperty(limits, plans, async (limit, calls) => {
      const { visits, sendings } = await run(limit, calls);
      for (const { plan, endedAt } of visits) {
        if (endedAt === null || plan.throttledForMs === null) continue;
        const pausedUntil = endedAt + plan.throttledForMs;
        const sentMeanwhile = sendings.filter(
          ({ visit }) => Number(visit.sentAt) > endedAt && Number(visit.sentAt) < pausedUntil,
        );
        expect(sentMeanwhile).toEqual([]);
      }
    }),
    { numRuns: 120 },
  );
});

test('no query is sent while a change waits', async () => {
  await fc.assert(
    fc.asyncProperty(limits, plans, async (limit, calls) => {
      const { visits, sendings } = await run(limit, calls);
      const isWaiting = (visit: Visit, at: number): boolean =>
        visit.cameAt < at && Number(visit.settledAt) > at;
      const changes = visits.filter(({ plan }) => plan.priority === 'mutation');
      for (const { visit } of sendings) {
        if (visit.plan.priority !== 'query') continue;
        expect(changes.filter((each) => isWaiting(each, Number(visit.sentAt)))).toEqual([]);
      }
    }),
    { numRuns: 120 },
  );
});

test('of callers who wait, none is ever more than one turn ahead of another', async () => {
  await fc.assert(
    fc.asyncProperty(limits, fc.integer({ min: 2, max: 6 }), async (limit, callers) => {
      const patient = {
        priority: 'query',
        organization: 'a',
        patienceMs: 1e9,
        outMs: 10,
        backMs: 10,
      } as const;
      const call = { ...patient, cancelAfterMs: null, throttledForMs: null };
      const first = Array.from({ length: limit }, () => ({
        ...call,
        at: 0,
        caller: 'whoever took the first places',
      }));
      const crowd = Array.from({ length: callers * 30 }, (_, index) => ({
        ...call,
        at: 1,
        caller: `caller ${Math.floor(index / 30)}`,
      }));
      const { sendings } = await run(limit, [...first, ...crowd]);
      const turns = new Map<string, number>(crowd.map(({ caller }) => [caller, 0]));
      for (const { visit } of sendings) {
        const { caller } = visit.plan;
        const before = turns.get(caller);
        if (before === undefined) continue;
        turns.set(caller, before + 1);
        expect(Math.max(...turns.values()) - Math.min(...turns.values())).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 40 },
  );
});
