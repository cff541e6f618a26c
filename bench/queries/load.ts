import type { Answer, Client } from './client.ts';
import type { Workload } from './workloads.ts';

export interface Load {
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** So many clients at a time, each asking again as soon as it is answered. */
const clients = 16;

interface LoadOptions {
  readonly isCold: boolean;
  readonly ms: number;
  /** What one client alone was answered. */
  readonly expected: readonly Answer[];
}

/** Lets the clients ask for a while; what is under way then is waited for and counted. */
export async function load(
  client: Client,
  workload: Workload,
  { isCold, ms, expected }: LoadOptions,
): Promise<Load> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const ask = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      const askedAt = performance.now();
      const answers = await client.run(workload, isCold);
      latencies.push(performance.now() - askedAt);
      if (failuresOf(answers) !== failuresOf(expected))
        throw new Error(`${workload.name}: not what was asked for`);
    }
  };
  await Promise.all(Array.from({ length: clients }, ask));
  const seconds = (performance.now() - startedAt) / 1000;
  latencies.sort((one, other) => one - other);
  const at = (share: number): number => latencies[Math.ceil(share * latencies.length) - 1] ?? 0;
  return {
    operations: latencies.length,
    perSecond: latencies.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

const failuresOf = (answers: readonly Answer[]): string =>
  answers.flatMap(({ failedAt }) => failedAt).join(' ');
