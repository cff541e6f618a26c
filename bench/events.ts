import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createSandbox } from '../sandbox/sandbox.ts';
import { median, type Row, report, rounded } from './report.ts';

const socketCounts = [100, 1000, 5000];
const documentCounts = [1, 50];
const kinds = ['tollgate', 'broadcast', 'graphql-ws'] as const;
type Kind = (typeof kinds)[number];
const rounds = 30;
const warmUpRounds = 10;
/** For so long the requests of the pollers are counted. */
const countingMs = 6000;

interface Figures {
  readonly ms: number;
  readonly cpuMs: number;
  readonly bytesEach: number;
  readonly requestsPerMinute: number | null;
  readonly texts: readonly string[];
}

/** One event to many sockets: how long until the last has it, what it costs, and what a socket holds. */
export async function runEvents(): Promise<void> {
  await using sandbox = await createSandbox({ port: 0, limits: 'off' });
  const control = sandbox.origins.makeDocumented;
  const rows: Row[] = [];
  for (const sockets of socketCounts) {
    for (const documents of documentCounts) {
      const all = new Map<Kind, Figures>();
      for (const kind of kinds) {
        const texts = all.get('tollgate')?.texts ?? [];
        all.set(kind, await measure(kind, { sockets, documents, control, texts }));
      }
      const bare = all.get('broadcast');
      for (const [kind, { ms, cpuMs, bytesEach, requestsPerMinute }] of all) {
        rows.push({
          sockets,
          subscriptions: documents === 1 ? 'the same' : documents,
          server: kind,
          'to the last socket, ms': rounded(ms),
          'CPU of an event, ms': rounded(cpuMs),
          'time, of the broadcast': rounded(ms / (bare?.ms ?? ms)),
          'CPU, of the broadcast': rounded(cpuMs / (bare?.cpuMs ?? cpuMs)),
          'KiB a socket': rounded(bytesEach / 1024),
          'upstream requests a minute': requestsPerMinute === null ? '' : rounded(requestsPerMinute),
        });
      }
    }
  }
  report('events', { 'one event to many sockets': rows });
}

interface Load {
  readonly sockets: number;
  readonly documents: number;
  readonly control: string;
  readonly texts: readonly string[];
}

async function measure(kind: Kind, { sockets, documents, control, texts }: Load): Promise<Figures> {
  const server = fork(pathOf('./events-server.ts'), [kind], {
    env: { ...process.env, TOLLGATE_SANDBOX_URL: control, TEXTS: JSON.stringify(texts) },
    execArgv: ['--expose-gc'],
  });
  const url = String(await answer(server));
  await pause(500);
  const bytesBefore = Number(await ask(server, 'bytes'));
  const clients = fork(pathOf('./events-clients.ts'), [url, String(sockets), String(documents)]);
  await answer(clients);
  // a subscription is begun when its first event comes
  await pause(1000);

  const times: number[] = [];
  let cpuBefore = 0;
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    if (round === warmUpRounds) cpuBefore = Number(await ask(server, 'cpu'));
    await ask(clients, 'arm');
    const last = answer(clients);
    const publishedAt = BigInt(String(await ask(server, 'publish')));
    const lastAt = BigInt(String(await last));
    if (round >= warmUpRounds) times.push(Number(lastAt - publishedAt) / 1e6);
  }
  const cpuMs = (Number(await ask(server, 'cpu')) - cpuBefore) / rounds / 1000;
  const bytes = Number(await ask(server, 'bytes'));
  const requestsPerMinute = kind === 'broadcast' ? null : await countRequests(control);
  const sent: unknown = await ask(clients, 'texts');
  for (const child of [clients, server]) {
    const over = once(child, 'exit');
    child.disconnect();
    await over;
  }
  return {
    ms: median(times),
    cpuMs,
    bytesEach: (bytes - bytesBefore) / sockets,
    requestsPerMinute,
    texts: Array.isArray(sent) ? sent.map(String) : [],
  };
}

async function countRequests(control: string): Promise<number> {
  const count = async (): Promise<number> => {
    const response = await fetch(`${control}/__sandbox/stats`);
    const { requests }: { requests: Readonly<Record<string, number>> } = await response.json();
    return Object.values(requests).reduce((sum, each) => sum + each, 0);
  };
  const before = await count();
  await pause(countingMs);
  return ((await count()) - before) * (60_000 / countingMs);
}

async function ask(child: ChildProcess, question: string): Promise<unknown> {
  const answered = answer(child);
  child.send(question);
  return answered;
}

async function answer(child: ChildProcess): Promise<unknown> {
  const [message]: unknown[] = await once(child, 'message');
  return message;
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
