import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from 'graphql-ws';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createRandom } from '../../sandbox/kernel/random.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { openRawSocket } from '../kit/raw-socket.ts';
import { readEvents } from '../kit/read-events.ts';

/** `TOLLGATE_SOAK_SECONDS=3600 vitest run test/e2e/soak.test.ts` for the long run. */
const seconds = Number(process.env['TOLLGATE_SOAK_SECONDS'] ?? 30);
/** The caches are full, and the code is warm, after so long. */
const warmUpMs = 10_000;
const workers = 8;
/** What the heap may have grown by: what is kept of a day's work is bounded, and not full by then. */
const heapMarginBytes = 6_000_000;

interface Holding {
  readonly heapBytes: number;
  readonly handles: readonly string[];
}

const events = 'subscription { organizationEvents(organizationId: "1004") { id type } }';

test(`after ${seconds} s of clients that come and go, the gateway holds what it held before`, {
  timeout: 120_000 + seconds * 1000,
}, async () => {
  // what stays open after this is the gateway's doing, and not that of this client
  const usual = getGlobalDispatcher();
  const client = new Agent({ keepAliveTimeout: 1, keepAliveMaxTimeout: 1 });
  setGlobalDispatcher(client);
  onTestFinished(async () => {
    setGlobalDispatcher(usual);
    await client.close();
  });
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-soak-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await using sandbox = await createSandbox({ port: 0, limits: 'off' });
  const child = fork(fileURLToPath(new URL('../kit/measured-gateway.ts', import.meta.url)), {
    env: {
      ...process.env,
      TOLLGATE_SANDBOX_URL: sandbox.origins.makeDocumented,
      STORE_URL: `sqlite:${join(folder, 'store.db')}`,
      POLL_INTERVAL_MS: '100',
    },
    execArgv: ['--expose-gc'],
  });
  onTestFinished(async () => {
    const over = once(child, 'exit');
    child.disconnect();
    await over;
  });
  const [ready]: unknown[] = await once(child, 'message');
  const url = String(ready);
  const change = (order: object) =>
    fetch(`${sandbox.origins.makeDocumented}/__sandbox/world`, {
      method: 'POST',
      body: JSON.stringify({ organization: 1004, ...order }),
    });

  await load(url, change, 'warm-up', warmUpMs);
  const before = await whenQuiet(child, url, null);
  const done = await load(url, change, 'soak', seconds * 1000);
  const after = await whenQuiet(child, url, before);
  const grownBytes = after.heapBytes - before.heapBytes;
  console.log(
    `${done} conversations; heap ${megabytes(before.heapBytes)} then ${megabytes(after.heapBytes)} MB; ` +
      `handles: ${tally(before.handles)}, then ${tally(after.handles)}`,
  );
  expect(grownBytes).toBeLessThan(heapMarginBytes);
  expect(after.handles.length).toBeLessThanOrEqual(before.handles.length);
});

/** Everything that clients do, politely and otherwise, by several at a time. Answers with how often. */
async function load(
  url: string,
  change: (order: object) => Promise<unknown>,
  name: string,
  forMs: number,
): Promise<number> {
  const end = performance.now() + forMs;
  let done = 0;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const random = createRandom(`${name}/${worker}`);
      while (performance.now() < end) {
        await random.pick([subscribe, breakOff, followByStream, query, misbehave])(url);
        if (worker === 0) {
          await change({ add: { payments: 1 } });
          // budgets are what a load like this meets first
          if (random.chance(0.2)) await mutate(url);
        }
        done += 1;
      }
    }),
  );
  return done;
}

/** The official client: it waits for an event, and says goodbye. */
async function subscribe(url: string): Promise<void> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: 'Bearer sandbox-owner' },
  });
  const results = client.iterate({ query: events });
  await Promise.race([results.next(), pause(1000)]);
  await results.return?.();
  await client.dispose();
}

async function breakOff(url: string): Promise<void> {
  const client = await openRawSocket(url);
  client.send({ type: 'connection_init', payload: { authorization: 'Bearer sandbox-owner' } });
  await client.next();
  for (const id of ['a', 'b', 'c']) client.send({ type: 'subscribe', id, payload: { query: events } });
  await pause(50);
  client.socket.terminate();
}

async function misbehave(url: string): Promise<void> {
  const client = await openRawSocket(url);
  client.send('{"type":"nonsense"}');
  expect((await client.closed).code).toBe(4400);
}

async function followByStream(url: string): Promise<void> {
  const reader = await readEvents(`${url}/graphql`, {
    method: 'POST',
    body: JSON.stringify({ query: events }),
  });
  await Promise.race([reader.next().catch(() => {}), pause(200)]);
  reader.leave();
}

const query = (url: string): Promise<void> =>
  ask(url, '{ organization(id: "1001") { subscription { planName } payments(first: 5) { totalCount } } }');

const mutate = (url: string): Promise<void> =>
  ask(
    url,
    `mutation { createInvoice(input: { customerId: "cus_0000000000001001",
      lineItems: [{ description: "Help", quantity: "1", unitPrice: { minorUnits: 100, currency: "USD" } }] }) { __typename } }`,
  );

async function ask(url: string, document: string): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox-operator', 'content-type': 'application/json' },
    body: JSON.stringify({ query: document }),
  });
  expect(response.status).toBe(200);
  await response.text();
}

/** What the gateway holds once nobody is there: no pollers, and no more handles than it had. */
async function whenQuiet(child: ChildProcess, url: string, before: Holding | null): Promise<Holding> {
  await expect.poll(() => pollersOf(url), { timeout: 20_000 }).toEqual([]);
  // connections to the upstreams are kept for a while
  const most = before?.handles.length ?? 0;
  for (let waited = 0; waited < 16; waited += 1) {
    const held = await holdingOf(child);
    if (before === null ? waited > 10 : held.handles.length <= most) return held;
    await pause(500);
  }
  return holdingOf(child);
}

async function pollersOf(url: string): Promise<unknown[]> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer sandbox-operator',
      'content-type': 'application/json',
      connection: 'close',
    },
    body: JSON.stringify({ query: '{ upstreams { pollers { section } } }' }),
  });
  const { data } = (await response.json()) as { data: { upstreams: { pollers: unknown[] }[] } };
  return data.upstreams.flatMap(({ pollers }) => pollers);
}

async function holdingOf(child: ChildProcess): Promise<Holding> {
  child.send('figures');
  const [holding] = (await once(child, 'message')) as [Holding];
  return holding;
}

/** `3 TCPSocketWrap, 2 Timeout` */
function tally(handles: readonly string[]): string {
  const counts = Map.groupBy(handles, (name) => name);
  return Array.from(counts, ([name, { length }]) => `${length} ${name}`)
    .toSorted()
    .join(', ');
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
