import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../../sandbox/kernel/random.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { type GatewayProcess, startGatewayProcess } from '../kit/gateway-process.ts';
import { readEvents } from '../kit/read-events.ts';

/** `TOLLGATE_KILLS=50 vitest run test/e2e/events-crash.test.ts` for the long run; another seed kills at other moments. */
const kills = Number(process.env['TOLLGATE_KILLS'] ?? 5);
const seed = process.env['TOLLGATE_SEED'] ?? 'crash';

const organization = 1004;

interface Told {
  readonly id: string;
  readonly cursor: string;
  readonly type: string;
  readonly payment?: { readonly id: string };
  readonly changes?: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
}

const document = `subscription ($after: String, $includeSnapshot: Boolean) {
  event: organizationEvents(
    organizationId: "${organization}", after: $after, includeSnapshot: $includeSnapshot,
    types: [PAYMENT_RECORDED SUBSCRIPTION_STATUS_CHANGED SUBSCRIPTION_PLAN_CHANGED INCOMPLETE_EXECUTION_CREATED]
  ) {
    id cursor type
    ... on PaymentEvent { payment { id } }
    ... on SubscriptionEvent { changes { field before after } }
  }
}`;

/** A client that goes on from its last cursor whenever its connection breaks. */
function followThroughCrashes(url: () => Promise<string>) {
  const told: Told[] = [];
  const begun = Promise.withResolvers<void>();
  let cursor: string | null = null;
  let leave = (): void => {};
  const ending = new AbortController();

  async function readOn(): Promise<void> {
    const reader = await readEvents(await url(), {
      method: 'POST',
      body: JSON.stringify({
        query: document,
        variables: { after: cursor, includeSnapshot: cursor === null },
      }),
    });
    leave = () => reader.leave();
    for (let read = await reader.next(); read !== undefined; read = await reader.next()) {
      const { data, errors } = (read.data ?? {}) as { data?: { event: Told }; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      if (!data) continue;
      cursor = data.event.cursor;
      begun.resolve();
      if (data.event.type !== 'SNAPSHOT') told.push(data.event);
    }
  }

  const over = (async () => {
    // a connection that breaks is what this is about; what is told shows whether anything was lost by it
    while (!ending.signal.aborted) await readOn().catch(() => pause(20));
  })();
  return {
    told,
    begun: begun.promise,
    async end() {
      ending.abort();
      leave();
      await over;
    },
  };
}

test(`clients that resume see each change once, over ${kills} kills at any moment`, {
  timeout: 60_000 + kills * 8000,
}, async () => {
  const random = createRandom(`${seed}/world`);
  const moments = createRandom(`${seed}/kills`);
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-kills-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await using sandbox = await createSandbox({ port: 0, limits: 'off' });
  const world = async (order: object): Promise<void> => {
    const response = await fetch(`${sandbox.origins.makeDocumented}/__sandbox/world`, {
      method: 'POST',
      body: JSON.stringify({ organization, ...order }),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  const start = (): GatewayProcess =>
    startGatewayProcess({
      TOLLGATE_SANDBOX_URL: sandbox.origins.makeDocumented,
      STORE_URL: `sqlite:${join(folder, 'store.db')}`,
      POLL_INTERVAL_MS: '20',
    });
  let gateway = start();
  onTestFinished(() => gateway.kill());
  const clients = [1, 2, 3].map(() => followThroughCrashes(() => gateway.url));
  await Promise.all(clients.map(({ begun }) => begun));

  let payments = 0;
  let executions = 0;
  const changesOver = new AbortController();
  const changing = (async () => {
    while (!changesOver.signal.aborted) {
      const kind = random.int(0, 9);
      if (kind < 5) {
        const count = random.int(1, 3);
        await world({ add: { payments: count } });
        payments += count;
      } else if (kind < 7) {
        await world({ add: { incompleteExecutions: 1 } });
        executions += 1;
      } else if (kind < 9) {
        await world({ set: { subscriptionStatus: random.pick(['active', 'past_due', 'suspended']) } });
      } else await world({ set: { plan: random.pick(['core', 'pro', 'teams']) } });
      await pause(random.int(5, 60));
    }
  })();

  for (let killed = 0; killed < kills; killed += 1) {
    // now and then while it is still starting
    if (moments.chance(0.8)) await gateway.url;
    await pause(moments.int(0, 900));
    await gateway.kill();
    gateway = start();
  }
  changesOver.abort();
  await changing;

  const count = (told: readonly Told[], type: string): number =>
    told.filter((event) => event.type === type).length;
  for (const { told } of clients) {
    await expect
      .poll(() => [count(told, 'PAYMENT_RECORDED'), count(told, 'INCOMPLETE_EXECUTION_CREATED')], {
        timeout: 30_000,
        interval: 100,
      })
      .toEqual([payments, executions]);
  }
  // what is told twice comes before what happens after it
  await world({ add: { payments: 1 } });
  for (const { told } of clients) {
    await expect.poll(() => count(told, 'PAYMENT_RECORDED'), { timeout: 30_000 }).toBe(payments + 1);
  }
  await Promise.all(clients.map((client) => client.end()));

  for (const { told } of clients) {
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    const paid = told.flatMap(({ payment }) => (payment ? [payment.id] : []));
    expect(new Set(paid).size).toBe(payments + 1);
    expectOneStory(told);
    expect(told.map(({ id }) => id)).toEqual(clients[0]?.told.map(({ id }) => id));
  }
  console.log(
    `${kills} kills, ${clients.length} clients, ${clients[0]?.told.length} events each: none lost, none twice`,
  );
});

/** What each change of the subscription says there was before is what the one before it said there is. */
function expectOneStory(told: readonly Told[]): void {
  const known = new Map<string, unknown>();
  for (const { changes = [] } of told) {
    for (const { field, before, after } of changes) {
      if (known.has(field)) expect([field, before]).toEqual([field, known.get(field)]);
      known.set(field, after);
    }
  }
}
