import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createSandbox } from '../../sandbox/sandbox.ts';

/** What sandbox and gateway answer, as it came. */
type Wire = ReturnType<typeof JSON.parse>;

const manyEndpoint = 'POST /dlqs/retry';

async function start(environment: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: { ...process.env, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Tollgate ready at (\S+)/.exec(line)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error('The gateway ended before it was ready.');
}

async function ask(url: string, query: string): Promise<Wire> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox-owner', 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors }: Wire = await response.json();
  expect(errors).toBeUndefined();
  return data;
}

const states = [
  { dialect: 'documented', isMade: true },
  { dialect: 'documented', isMade: false },
  { dialect: 'live', isMade: true },
  { dialect: 'live', isMade: false },
] as const;

test.each(states)(
  '$dialect: a campaign goes on after its process was killed in the middle of a request, and retries nothing twice (the request was made: $isMade)',
  async ({ dialect, isMade }) => {
    await using sandbox = await createSandbox({ port: 0 });
    const directory = await mkdtemp(join(tmpdir(), 'tollgate-'));
    const environment = {
      TOLLGATE_SANDBOX_URL: sandbox.origins.makeDocumented,
      STORE_URL: `sqlite:${join(directory, 'store.db')}`,
      MAKE_DIALECT: dialect,
    };
    const control = async (path: string, body?: object): Promise<Wire> => {
      const init = body && { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${sandbox.origins.makeDocumented}/__sandbox/${path}`, init)).json();
    };
    const sent = async (): Promise<number> => (await control('stats')).requests[manyEndpoint] ?? 0;
    const open = sandbox.world.makeAdmin.incompleteExecutions
      .values()
      .filter(
        ({ organizationId, status }) => organizationId === 1004 && ['pending', 'failed'].includes(status),
      )
      .toArray();
    const runs = new Map(open.map((execution) => [execution.id, execution.runs.length]));
    const scenarios = new Set(open.map(({ scenarioId }) => scenarioId)).size;
    // two go through, the answer of the third never comes
    await control('faults', { endpoint: manyEndpoint, fault: 'latency', ms: 20, times: 2 });
    await control('faults', { endpoint: manyEndpoint, fault: 'hang', afterEffect: isMade, times: 1 });

    const first = await start(environment);
    const { retryIncompleteExecutions: begun } = await ask(
      first.url,
      'mutation { retryIncompleteExecutions(input: { organizationId: "1004" }) { ... on RetryIncompleteExecutionsPayload { campaign { id } } } }',
    );
    while ((await sent()) < 3);
    const killed = once(first.child, 'close');
    first.child.kill('SIGKILL');
    await killed;

    const second = await start(environment);
    const document = `{ node(id: "${begun.campaign.id}") { ... on RetryCampaign { status finishedAt progress { scenarios scenariosDone retried unknown failed remaining } } } }`;
    let campaign: Wire;
    do campaign = (await ask(second.url, document)).node;
    while (campaign.finishedAt === null);
    const again = open.filter(({ id, runs: now }) => now.length === runs.get(id)! + 1);
    expect(open.filter(({ id, runs: now }) => now.length > runs.get(id)! + 1)).toEqual([]);
    expect(await sent()).toBe(scenarios);
    expect(campaign).toMatchObject({
      status: 'DONE',
      progress: {
        scenarios,
        scenariosDone: scenarios,
        retried: again.length,
        unknown: open.length - again.length,
        failed: 0,
        remaining: 0,
      },
    });
    expect(campaign.progress.unknown > 0).toBe(!isMade);

    const closed = once(second.child, 'close');
    second.child.kill('SIGTERM');
    await closed;
    await rm(directory, { recursive: true });
  },
);
