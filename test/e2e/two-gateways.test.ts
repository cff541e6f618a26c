import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../../sandbox/kernel/random.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { customerOf } from '../contract/platform-graph.ts';
import { addCard, addInvoice } from '../contract/platform-subscriber.ts';
import { startGatewayProcess } from '../kit/gateway-process.ts';
import { type EventReader, readEvents } from '../kit/read-events.ts';

const organization = 1004;

interface Told {
  readonly id: string;
  readonly cursor: string;
  readonly type: string;
  readonly source: string;
  readonly payment?: { readonly id: string };
  readonly invoice?: { readonly id: string; readonly source: string };
  readonly changes?: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
}

const document = `subscription ($after: String, $includeSnapshot: Boolean) {
  event: organizationEvents(organizationId: "${organization}", after: $after, includeSnapshot: $includeSnapshot) {
    id cursor type source
    ... on PaymentEvent { payment { id } }
    ... on InvoiceEvent { invoice { id source } changes { field before after } }
    ... on SubscriptionEvent { changes { field before after } }
  }
}`;

/** Two gateways over one file, told by webhooks both. */
async function startTwo(pollIntervalMs: number) {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-two-'));
  const sandbox = await createSandbox({ port: 0, limits: 'off' });
  const start = () =>
    startGatewayProcess({
      TOLLGATE_SANDBOX_URL: sandbox.origins.makeDocumented,
      STORE_URL: `sqlite:${join(folder, 'store.db')}`,
      POLL_INTERVAL_MS: String(pollIntervalMs),
    });
  const gateways = [start(), start()] as const;
  onTestFinished(async () => {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });
  const [one, other] = await Promise.all([gateways[0].url, gateways[1].url]);
  return { sandbox, urls: [one, other] as const };
}

function listen(url: string, after: string | null): Promise<EventReader> {
  const variables = { after, includeSnapshot: after === null };
  return readEvents(url, { method: 'POST', body: JSON.stringify({ query: document, variables }) });
}

async function nextOf(reader: EventReader): Promise<Told> {
  for (;;) {
    const read = await reader.next();
    if (read === undefined) throw new Error('The stream has ended.');
    const { data, errors } = (read.data ?? {}) as { data?: { event: Told }; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    if (data) return data.event;
  }
}

/** A client that moves to the next gateway after every few events, and goes on from its last cursor there. */
async function follow(urls: readonly string[], eventsInARow: number) {
  const told: Told[] = [];
  let reader = await listen(urls[0] ?? '', null);
  let { cursor } = await nextOf(reader);
  const ending = new AbortController();

  async function readOn(): Promise<void> {
    for (let count = 1; ; count += 1) {
      const event = await nextOf(reader);
      told.push(event);
      cursor = event.cursor;
      if (count % eventsInARow !== 0) continue;
      reader.leave();
      reader = await listen(urls[(count / eventsInARow) % urls.length] ?? '', cursor);
    }
  }

  const over = readOn().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  return {
    told,
    async end() {
      ending.abort();
      reader.leave();
      await over;
    },
  };
}

async function control(sandbox: Sandbox, path: string, order: object): Promise<void> {
  const response = await fetch(`${sandbox.origins.makeDocumented}/__sandbox/${path}`, {
    method: 'POST',
    body: JSON.stringify(order),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function requests(sandbox: Sandbox, endpoint: string): Promise<number> {
  const response = await fetch(`${sandbox.origins.makeDocumented}/__sandbox/stats`);
  const stats = (await response.json()) as { readonly requests: Readonly<Record<string, number>> };
  return stats.requests[endpoint] ?? 0;
}

async function mutate(url: string, name: string, input: object): Promise<unknown> {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox-owner', 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename } }`,
      variables: { input },
    }),
  });
  const { data } = (await response.json()) as { data?: Readonly<Record<string, { __typename: string }>> };
  return data?.[name]?.__typename;
}

const ofPlatform = { customerId: customerOf(organization) };
const line = { description: 'Help', quantity: '1', unitPrice: { minorUnits: 5000, currency: 'USD' } };

test('two gateways over one file tell each fact once, to clients that stay and to those that move between them', async () => {
  const { sandbox, urls } = await startTwo(20);
  const random = createRandom('two');
  const clients = await Promise.all([
    follow(urls.slice(0, 1), 1000),
    follow(urls.slice(1), 1000),
    follow(urls, 3),
    follow(urls.toReversed(), 2),
  ]);
  const made = { payments: 0, invoices: 0 };
  for (let round = 0; round < 60; round += 1) {
    const kind = random.int(0, 9);
    if (kind < 3) {
      const payments = random.int(1, 3);
      await control(sandbox, 'world', { organization, add: { payments } });
      made.payments += payments;
    } else if (kind < 5) {
      const subscriptionStatus = random.pick(['active', 'past_due']);
      await control(sandbox, 'world', { organization, set: { subscriptionStatus } });
    } else if (kind < 7) {
      await addInvoice({ sandbox }, customerOf(organization));
      made.invoices += 1;
    } else {
      const input = { ...ofPlatform, lineItems: [line] };
      expect(await mutate(random.pick(urls), 'createInvoice', input)).toBe('CreateInvoicePayload');
      made.invoices += 1;
    }
    await pause(random.int(0, 40));
  }
  const count = (told: readonly Told[], type: string): number =>
    told.filter((event) => event.type === type && event.invoice?.source !== 'MAKE').length;
  for (const { told } of clients) {
    await expect
      .poll(() => [count(told, 'PAYMENT_RECORDED'), count(told, 'INVOICE_CREATED')], { timeout: 30_000 })
      .toEqual([made.payments, made.invoices]);
  }
  // both look again; then a card comes after whatever is told twice
  for (const endpoint of ['GET /organizations/{organizationId}/payments', 'GET /billing/invoices']) {
    const before = await requests(sandbox, endpoint);
    await expect.poll(() => requests(sandbox, endpoint), { timeout: 10_000 }).toBeGreaterThan(before + 4);
  }
  await addCard({ sandbox }, customerOf(organization));
  for (const { told } of clients) {
    await expect.poll(() => count(told, 'PAYMENT_METHOD_ADDED'), { timeout: 10_000 }).toBe(1);
  }
  await Promise.all(clients.map((client) => client.end()));

  const [first] = clients;
  for (const { told } of clients) {
    expect(told.map(({ id }) => id)).toEqual(first?.told.map(({ id }) => id));
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    const paid = new Set(told.flatMap(({ payment }) => payment?.id ?? []));
    expect([paid.size, count(told, 'PAYMENT_RECORDED')]).toEqual([made.payments, made.payments]);
    const invoiced = new Set(
      told.flatMap(({ invoice }) => (invoice?.source === 'PLATFORM' ? invoice.id : [])),
    );
    expect([invoiced.size, count(told, 'INVOICE_CREATED')]).toEqual([made.invoices, made.invoices]);
    expectOneStory(told);
  }
});

/** What each change of the subscription says there was before is what the one before it said there is. */
function expectOneStory(told: readonly Told[]): void {
  const known = new Map<string, unknown>();
  for (const { type, changes = [] } of told) {
    if (type !== 'SUBSCRIPTION_STATUS_CHANGED') continue;
    for (const { field, before, after } of changes) {
      if (known.has(field)) expect([field, before]).toEqual([field, known.get(field)]);
      known.set(field, after);
    }
  }
}

test('what one gateway writes, those who follow the other hear of without a poll of its own', async () => {
  const { sandbox, urls } = await startTwo(600_000);
  await control(sandbox, 'webhooks', { urls: [] });
  const readers = await Promise.all(urls.map((url) => listen(url, null)));
  for (const reader of readers) expect((await nextOf(reader)).type).toBe('SNAPSHOT');
  const input = { ...ofPlatform, lineItems: [line] };
  for (const url of urls) {
    expect(await mutate(url, 'createInvoice', input)).toBe('CreateInvoicePayload');
    const [one, other] = await Promise.all(readers.map(nextOf));
    expect(one).toMatchObject({ type: 'INVOICE_CREATED', source: 'GATEWAY' });
    expect(other).toEqual(one);
  }
  for (const reader of readers) reader.leave();
});
