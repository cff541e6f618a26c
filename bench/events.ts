import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createSandbox } from '../sandbox/sandbox.ts';
import { median, type Row, report, rounded } from './report.ts';

const socketCounts = [100, 1000, 5000];
const documentCounts = [1, 50];
const rounds = 30;
const warmUpRounds = 10;
/** So many sockets come and go first: what is compiled and read once is not what a socket takes. */
const warmUpSockets = 50;
/** For so long the requests of the pollers are counted. */
const countingMs = 6000;

/** A server with its subscribers, each in a process of their own. */
interface Contender {
  readonly kind: 'tollgate' | 'broadcast' | 'graphql-ws';
  readonly server: ChildProcess;
  readonly clients: ChildProcess;
  readonly bytesEach: number;
}

interface Load {
  readonly sockets: number;
  readonly documents: number;
  readonly control: string;
}

interface Delivery {
  readonly ms: number;
  readonly cpuMs: number;
}

/** One event to many sockets: how long until the last has it, what it costs, and what a socket holds. */
export async function runEvents(): Promise<void> {
  await using sandbox = await createSandbox({ port: 0, limits: 'off' });
  const control = sandbox.origins.makeDocumented;
  const rows: Row[] = [];
  for (const sockets of socketCounts) {
    for (const documents of documentCounts) rows.push(...(await compare({ sockets, documents, control })));
  }
  report('events', { 'one event to many sockets': rows });
}

/** The contenders take turns, so that each has its share of what else the machine does. */
async function compare(load: Load): Promise<Row[]> {
  const tollgate = await begin('tollgate', load, []);
  await deliver(tollgate);
  const texts = await ask(tollgate.clients, 'texts');
  const requestsPerMinute = await countRequests(load.control);
  const broadcast = await begin('broadcast', load, texts);
  const plain = await begin('graphql-ws', load, []);
  const contenders = [tollgate, broadcast, plain];
  const deliveries = new Map<Contender, Delivery[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    for (const [contender, delivered] of deliveries) {
      const delivery = await deliver(contender);
      if (round >= warmUpRounds) delivered.push(delivery);
    }
  }
  for (const { clients, server } of contenders) {
    await end(clients);
    await end(server);
  }
  const medianOf = (contender: Contender, figure: keyof Delivery): number =>
    median((deliveries.get(contender) ?? []).map((delivery) => delivery[figure]));
  return contenders.map((contender) => ({
    sockets: load.sockets,
    subscriptions: load.documents === 1 ? 'the same' : load.documents,
    server: contender.kind,
    'to the last socket, ms': rounded(medianOf(contender, 'ms')),
    'CPU of an event, ms': rounded(medianOf(contender, 'cpuMs')),
    'time, of the broadcast': rounded(medianOf(contender, 'ms') / medianOf(broadcast, 'ms')),
    'CPU, of the broadcast': rounded(medianOf(contender, 'cpuMs') / medianOf(broadcast, 'cpuMs')),
    'KiB a socket': rounded(contender.bytesEach / 1024),
    'upstream requests a minute': contender === tollgate ? rounded(requestsPerMinute) : '',
  }));
}

async function begin(
  kind: Contender['kind'],
  { sockets, documents, control }: Load,
  texts: unknown,
): Promise<Contender> {
  const server = fork(pathOf('./events-server.ts'), [kind], {
    env: { ...process.env, TOLLGATE_SANDBOX_URL: control, TEXTS: JSON.stringify(texts) },
    execArgv: ['--expose-gc'],
  });
  const url = String(await answer(server));
  const subscribe = async (count: number): Promise<Contender> => {
    const clients = fork(pathOf('./events-clients.ts'), [url, String(count), String(documents)]);
    await answer(clients);
    // a subscription is begun when its first event comes
    await pause(1000);
    return { kind, server, clients, bytesEach: 0 };
  };
  const first = await subscribe(warmUpSockets);
  for (let round = 0; round < warmUpRounds; round += 1) await deliver(first);
  await end(first.clients);
  await pause(500);
  const bytesBefore = Number(await ask(server, 'bytes'));
  const contender = await subscribe(sockets);
  const bytes = Number(await ask(server, 'bytes'));
  return { ...contender, bytesEach: (bytes - bytesBefore) / sockets };
}

async function deliver({ server, clients }: Contender): Promise<Delivery> {
  await ask(clients, 'arm');
  const cpuBefore = Number(await ask(server, 'cpu'));
  const last = answer(clients);
  const publishedAt = BigInt(String(await ask(server, 'publish')));
  const lastAt = BigInt(String(await last));
  const cpuAfter = Number(await ask(server, 'cpu'));
  return { ms: Number(lastAt - publishedAt) / 1e6, cpuMs: (cpuAfter - cpuBefore) / 1000 };
}

async function end(child: ChildProcess): Promise<void> {
  const over = once(child, 'exit');
  child.disconnect();
  await over;
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
