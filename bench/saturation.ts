import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

/** Something that sends calls, each when it thinks it may. */
export type Pacer = (send: () => Promise<void>) => Promise<void>;

export interface Outcome {
  /** Of the calls that the target allows in the time, those that arrived. */
  readonly shareOfTarget: number;
  /** The most that arrived in any 60 s. */
  readonly peak60s: number;
  /** What an upstream that counts over the last 60 s refused. */
  readonly refused: number;
  /** How long the first calls, half the target, take together when nothing went before. */
  readonly burstSeconds: number;
}

const windowMs = 60_000;
const stepMs = 10;

/** Lets a crowd that never ends press through a pacer for some simulated minutes, and counts at the upstream. */
export async function saturate(
  createPacer: () => Pacer,
  {
    limit,
    target,
    roundTripMs,
    minutes,
  }: { limit: number; target: number; roundTripMs: number; minutes: number },
): Promise<Outcome> {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: Date.UTC(2026, 10, 15) });
  try {
    const arrivals: number[] = [];
    const answers: number[] = [];
    const start = Date.now();
    const send = async (): Promise<void> => {
      await after(roundTripMs / 2);
      arrivals.push(Date.now() - start);
      await after(roundTripMs / 2);
      answers.push(Date.now() - start);
    };
    const pace = createPacer();
    let waiting = 0;
    for (let passed = 0; passed < minutes * windowMs; passed += stepMs) {
      while (waiting < target) {
        waiting += 1;
        void pace(send).finally(() => {
          waiting -= 1;
        });
      }
      await turn();
      mock.timers.tick(stepMs);
    }
    await turn();
    return {
      shareOfTarget: arrivals.length / (target * minutes),
      ...count(arrivals, limit),
      burstSeconds: (answers[Math.floor(target / 2) - 1] ?? Number.POSITIVE_INFINITY) / 1000,
    };
  } finally {
    mock.timers.reset();
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function count(arrivals: readonly number[], limit: number): { peak60s: number; refused: number } {
  const accepted: number[] = [];
  let peak60s = 0;
  let refused = 0;
  for (const [index, at] of arrivals.entries()) {
    const since = arrivals.findIndex((other) => other > at - windowMs);
    peak60s = Math.max(peak60s, index - since + 1);
    if (accepted.filter((other) => other > at - windowMs).length >= limit) refused += 1;
    else accepted.push(at);
  }
  return { peak60s, refused };
}
