import { deepStrictEqual } from 'node:assert/strict';
import type { Answer } from './queries/client.ts';
import { type Load, load } from './queries/load.ts';
import { type Contender, contestants, openStage, type Stage } from './queries/stage.ts';
import { dashboard, type Workload, workloads } from './queries/workloads.ts';
import { median, type Row, report, rounded } from './report.ts';

const rounds = 3;
const roundMs = 1200;

/** Either nothing that was kept may be shown, or it has been asked for before. */
const modes = ['cold', 'warm'] as const;

export async function runQueries(): Promise<void> {
  const tables: Record<string, Row[]> = {};
  {
    await using stage = await openStage('off');
    // two more years, so that there are invoices for ten pages
    await stage.control('clock', { advance: 'P2Y' });
    await using contenders = await startAll(stage);
    for (const workload of workloads) {
      tables[workload.name] = await measure(workload, stage, contenders.list);
    }
  }
  tables['dashboards in a minute of an organization that may send 60 requests'] = await measureLimited();
  report('queries', tables);
}

async function startAll(stage: Stage) {
  const list: Contender[] = [];
  for (const contestant of contestants) list.push(await stage.start(contestant));
  return {
    list,
    async [Symbol.asyncDispose]() {
      for (const contender of list) await contender[Symbol.asyncDispose]();
    },
  };
}

interface Measured extends Load {
  readonly cpuMs: number;
  readonly requests: number;
}

async function measure(workload: Workload, stage: Stage, contenders: readonly Contender[]): Promise<Row[]> {
  const entrants = modes.flatMap((mode) => contenders.map((contender) => ({ mode, contender })));
  const alone: number[] = [];
  let expected: readonly Answer[] = [];
  for (const { mode, contender } of entrants) {
    const before = await stage.requests();
    const answers = await contender.client.run(workload, mode === 'cold');
    alone.push((await stage.requests()) - before);
    if (expected.length === 0) expected = answers;
    deepStrictEqual(withoutCursors(answers), withoutCursors(expected));
  }
  for (const { client } of contenders) {
    await load(client, workload, { isCold: true, ms: roundMs, expected });
  }

  const measured: Measured[][] = entrants.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { mode, contender }] of entrants.entries()) {
      if (mode === 'warm') await contender.client.run(workload, false);
      const requests = await stage.requests();
      const cpuMs = await contender.cpuMs();
      const loaded = await load(contender.client, workload, {
        isCold: mode === 'cold',
        ms: roundMs,
        expected,
      });
      measured[index]?.push({
        ...loaded,
        cpuMs: ((await contender.cpuMs()) - cpuMs) / loaded.operations,
        requests: ((await stage.requests()) - requests) / loaded.operations,
      });
    }
  }
  return entrants.map(({ mode, contender }, index) => {
    const figure = (name: keyof Measured): number =>
      rounded(median(measured[index]?.map((one) => one[name]) ?? []));
    return {
      who: contender.who,
      mode,
      'upstream requests, alone': alone[index] ?? 0,
      'among 16 clients': figure('requests'),
      'operations a second': figure('perSecond'),
      'p50 ms': figure('p50Ms'),
      'p99 ms': figure('p99Ms'),
      'CPU ms an operation': figure('cpuMs'),
    };
  });
}

/** A cursor is everyone's own. */
function withoutCursors(answers: unknown): unknown {
  return JSON.parse(JSON.stringify(answers, (key, value) => (key === 'endCursor' ? undefined : value)));
}

/** How many a client gets, one after the other, before one of them lacks something. */
async function measureLimited(): Promise<Row[]> {
  await using stage = await openStage('enforced');
  const rows: Row[] = [];
  for (const contestant of contestants) {
    const served: string[] = [];
    for (const mode of modes) {
      await stage.control('reset', {});
      await using contender = await stage.start(contestant);
      served.push(await serve(contender, mode === 'cold'));
    }
    const [cold = '', warm = ''] = served;
    rows.push({ who: contestant.who, cold, warm });
  }
  return rows;
}

/** Long enough for whoever has to ask again and again to be refused. */
const patienceMs = 5000;

async function serve({ client }: Contender, isCold: boolean): Promise<string> {
  const startedAt = performance.now();
  for (let served = 0; ; served += 1) {
    const passedMs = performance.now() - startedAt;
    if (passedMs > patienceMs) return `none refused of ${served} in ${patienceMs / 1000} s`;
    const [answer] = await client.run(dashboard, isCold);
    if (answer === undefined || answer.failedAt.length > 0) return String(served);
  }
}
