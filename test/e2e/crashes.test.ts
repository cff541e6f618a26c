import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { callPlatform } from '../contract/platform-graph.ts';
import { addCard, addCustomer, addInvoice, addPlan, subscribe } from '../contract/platform-subscriber.ts';

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

let sandbox: Sandbox;
let folder: string;
let running: Running;
beforeEach(async () => {
  sandbox = await createSandbox({ port: 0 });
  folder = mkdtempSync(join(tmpdir(), 'tollgate-crash-'));
  running = await start();
});
afterEach(async () => {
  await kill();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** A gateway in a process of its own, whose store outlives it. */
async function start(): Promise<Running> {
  const environment = {
    PORT: '0',
    TOLLGATE_SANDBOX_URL: sandbox.origins.makeDocumented,
    STORE_URL: `sqlite:${join(folder, 'store.db')}`,
  };
  const child = spawn('node', ['src/main.ts'], { env: { ...process.env, ...environment } });
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const [, found] = /Tollgate ready at (\S+)/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`It ended before it was ready: ${output}`)));
  });
  return { child, url };
}

async function kill(): Promise<void> {
  const closed = once(running.child, 'exit');
  if (running.child.exitCode !== null || running.child.signalCode !== null) return;
  running.child.kill('SIGKILL');
  await closed;
}

async function restart(): Promise<void> {
  await kill();
  running = await start();
}

async function mutate(document: string, input: object): Promise<ReturnType<typeof JSON.parse>> {
  const response = await fetch(running.url, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox-operator', 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables: { input } }),
  });
  const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
  expect(errors).toBeUndefined();
  return Object.values(data)[0];
}

async function control(path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> {
  const response = await fetch(`${sandbox.origins.makeDocumented}/__sandbox/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.json();
}

const requests = async (endpoint: string): Promise<number> =>
  (await control('stats')).requests[endpoint] ?? 0;

const payments = 'POST /billing/payments';

const pay = (input: object) =>
  mutate(
    `mutation ($input: ProcessPaymentInput!) {
      processPayment(input: $input) {
        __typename
        ... on ProcessPaymentPayload { payment { id status } invoice { status paymentAttempts } }
      }
    }`,
    input,
  );

/** An input that pays an open invoice under a key. */
async function addBill() {
  const customer = await addCustomer({ sandbox });
  const paymentMethodId = await addCard({ sandbox }, customer);
  const { nodeId, total } = await addInvoice({ sandbox }, customer);
  const amount = { minorUnits: total, currency: 'USD' };
  return { invoiceId: nodeId, paymentMethodId, amount, idempotencyKey: 'pay' };
}

test('killed before a payment is sent, the gateway makes it when it is asked again', async () => {
  const bill = await addBill();
  const reading = 'GET /billing/invoices/{invoice_id}';
  await control('faults', { endpoint: reading, fault: 'hang', times: 1 });
  const cut = pay(bill).catch(() => 'cut');
  await expect.poll(() => requests(reading)).toBe(1);
  await restart();
  expect(await cut).toBe('cut');
  expect(await pay(bill)).toMatchObject({
    payment: { status: 'PAID' },
    invoice: { status: 'PAID', paymentAttempts: 1 },
  });
  expect(await requests(payments)).toBe(1);
});

test('killed while a payment that goes through is sent, it finds the payment when it is asked again', async () => {
  const bill = await addBill();
  await control('faults', { endpoint: payments, fault: 'hang', times: 1, afterEffect: true });
  const cut = pay(bill).catch(() => 'cut');
  await expect.poll(() => requests(payments)).toBe(1);
  await restart();
  expect(await cut).toBe('cut');
  for (const _ of [1, 2]) {
    expect(await pay(bill)).toEqual({
      __typename: 'ProcessPaymentPayload',
      payment: null,
      invoice: { status: 'PAID', paymentAttempts: 1 },
    });
  }
  expect(await requests(payments)).toBe(1);
});

test('killed while a payment is sent that does not go through, it says that it does not know, and charges nothing', async () => {
  const bill = await addBill();
  await control('faults', { endpoint: payments, fault: 'hang', times: 1, afterEffect: false });
  const cut = pay(bill).catch(() => 'cut');
  await expect.poll(() => requests(payments)).toBe(1);
  await restart();
  expect(await cut).toBe('cut');
  for (const _ of [1, 2]) expect(await pay(bill)).toEqual({ __typename: 'OutcomeUnknown' });
  expect(await requests(payments)).toBe(1);
});

test('killed after a payment was answered, it answers the same again', async () => {
  const bill = await addBill();
  const paid = await pay(bill);
  expect(paid).toMatchObject({ payment: { status: 'PAID' } });
  await restart();
  expect(await pay(bill)).toEqual(paid);
  expect(await requests(payments)).toBe(1);
});

test('killed in the middle of a list of usage, it sends the rest when it is asked again, and nothing twice', async () => {
  const endpoint = 'POST /billing/usage';
  const customer = await addCustomer({ sandbox });
  await addCard({ sandbox }, customer);
  await subscribe({ sandbox }, customer, await addPlan({ sandbox }, 1000));
  const records = Array.from({ length: 60 }, () => ({ metric: 'api_calls', quantity: '1' }));
  const record = () =>
    mutate(
      `mutation ($input: RecordUsageInput!) {
        recordUsage(input: $input) {
          ... on RecordUsagePayload { recordedCount outcomes { error { __typename } } }
        }
      }`,
      { customerId: customer, records, idempotencyKey: 'day' },
    );
  await control('faults', { endpoint, fault: 'latency', ms: 50, share: 1 });
  const cut = record().catch(() => 'cut');
  await expect.poll(() => requests(endpoint)).toBeGreaterThan(20);
  await restart();
  expect(await cut).toBe('cut');
  const { recordedCount, outcomes } = await record();
  const unknown = outcomes.filter(
    ({ error }: { error: { __typename: string } | null }) => error?.__typename === 'OutcomeUnknown',
  );
  expect(recordedCount + unknown.length).toBe(60);
  expect(unknown.length).toBeLessThanOrEqual(10);
  const sent = await requests(endpoint);
  expect(sent).toBeLessThanOrEqual(60);
  expect(sent).toBeGreaterThanOrEqual(recordedCount);
  const { usage } = await callPlatform({ sandbox }, `/usage/${customer}`);
  expect(usage.metrics.api_calls.total_quantity).toBe(sent);
});
