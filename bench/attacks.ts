import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createSandbox } from '../sandbox/sandbox.ts';
import { type Attack, attacksWith } from './attack-list.ts';
import { median, report, rounded } from './report.ts';

const rounds = 5;
const warmUpRounds = 2;
const longestHoldMs = 50;
const distinctDocuments = 492;

/** What single requests meant to do harm do to everybody else: how long each holds the event loop. */
export async function runAttacks(): Promise<void> {
  await using sandbox = await createSandbox({ port: 0 });
  const child = fork(fileURLToPath(new URL('./attacked-gateway.ts', import.meta.url)), {
    env: { ...process.env, TOLLGATE_SANDBOX_URL: sandbox.origins.makeDocumented },
    execArgv: ['--expose-gc'],
  });
  const [ready]: unknown[] = await once(child, 'message');
  const url = String(ready);
  const ask = async (question: string): Promise<number> => {
    child.send(question);
    const [answer]: unknown[] = await once(child, 'message');
    return Number(answer);
  };
  const figures = new Map<string, { attack: Attack; answer: string; holds: number[]; waits: number[] }>();
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    for (const attack of attacksWith(`round${round}`)) {
      const known = figures.get(attack.name) ?? { attack, answer: '', holds: [], waits: [] };
      figures.set(attack.name, known);
      await ask('reset');
      const attacked = send(url, attack.request);
      const startedAt = performance.now();
      await send(url, trivial).then((response) => response.text());
      const waited = performance.now() - startedAt;
      known.answer = await told(await attacked);
      if (round < warmUpRounds) continue;
      known.holds.push(await ask('longest'));
      known.waits.push(waited);
    }
  }
  const before = await ask('memory');
  await remember(url, 'one');
  const once492 = await ask('memory');
  await remember(url, 'other');
  const twice492 = await ask('memory');
  child.disconnect();
  await once(child, 'exit');

  report('attacks', {
    'single requests, and the longest time for which each held the event loop': [...figures.values()].map(
      ({ attack, answer, holds, waits }) => ({
        attack: attack.name,
        answer,
        'hold, median ms': rounded(median(holds)),
        'hold, worst ms': rounded(Math.max(...holds)),
        'another query, median ms': rounded(median(waits)),
        over: median(holds) > longestHoldMs ? `over ${longestHoldMs} ms` : '',
      }),
    ),
    [`memory after ${distinctDocuments} documents of 99 kB`]: [
      {
        'at first, MB': megabytes(before),
        'then, MB': megabytes(once492),
        'after as many others, MB': megabytes(twice492),
      },
    ],
  });
}

const trivial: RequestInit = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"query":"{ __typename }"}',
};

function send(url: string, request: RequestInit): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set('authorization', 'Bearer sandbox-owner');
  return fetch(`${url}/graphql`, { ...request, headers });
}

async function told(response: Response): Promise<string> {
  const code = /"code":"(\w+)"/.exec(await response.text())?.[1];
  return `${response.status} ${code ?? ''}`.trim();
}

/** Sends valid documents, each of which holds nearly as many tokens and characters as the limits let it. */
async function remember(url: string, name: string): Promise<void> {
  // fields below a type that no object of the answer has: nothing is run for them
  const fields = each(110, (place) => `f${place}: __typename`);
  const arguments_ = each(900, (place) => `"${place}"`);
  for (let place = 0; place < distinctDocuments; place += 1) {
    const query = `query ${name}${place} { viewer @skip(if: true) { ${fields} } ${each(9, (field) => `n${field}: nodes(ids: [${arguments_}]) @skip(if: true) { id }`)} }`;
    const padded = `${query}#${'x'.repeat(Math.max(0, 99_000 - query.length))}`;
    const response = await send(url, { ...trivial, body: JSON.stringify({ query: padded }) });
    if (response.status !== 200) throw new Error(await response.text());
    await response.text();
  }
}

const each = (count: number, part: (place: number) => string): string =>
  Array.from({ length: count }, (_, place) => part(place)).join(' ');

const megabytes = (bytes: number): number => rounded(bytes / 1e6);
