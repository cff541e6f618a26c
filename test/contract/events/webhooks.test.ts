import { createHmac } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { registerWebhook } from '../../../src/sandbox-webhooks.ts';
import { follow } from '../../kit/follow.ts';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';

const started: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway[Symbol.asyncDispose]()));
});

async function start(pollIntervalMs: number): Promise<TestGateway> {
  const gateway = await startTestGateway({
    settings: {
      events: { ...readConfig({}).events, pollIntervalMs },
    },
  });
  started.push(gateway);
  return gateway;
}

const signed = (body: string): string =>
  `sha256=${createHmac('sha256', 'sandbox-webhook-secret').update(body).digest('hex')}`;

async function post(gateway: TestGateway, body: BodyInit, headers: Record<string, string> = {}) {
  const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
  const response = await fetch(`${gateway.url}/webhooks/billing`, init);
  const isClosed = response.headers.get('connection') === 'close';
  return { status: response.status, body: await response.json(), isClosed };
}

test('the gateway registers beside others, and is told once of what polls would find', async () => {
  const gateway = await start(100);
  const other = 'http://127.0.0.1:1/elsewhere';
  await gateway.control('webhooks', { urls: [other] });
  await registerWebhook(gateway.sandbox.origins.makeDocumented, gateway.url);
  await registerWebhook(gateway.sandbox.origins.makeDocumented, gateway.url);
  const urls = [other, `${gateway.url}/webhooks/billing`];
  expect(await gateway.control('webhooks')).toMatchObject({ urls });

  await using events = await follow(gateway, {
    organization: 1001,
    field: 'invoiceChanged',
    selection: '... on InvoiceEvent { changes { field after } invoice { source total { minorUnits } } }',
  });
  await events.next();
  const platform = gateway.sandbox.origins.platform;
  const created = await fetch(`${platform}/billing/invoices`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox-platform-key', 'content-type': 'application/json' },
    body: JSON.stringify({
      invoice: {
        customer_id: 'cus_0000000000001001',
        line_items: [{ description: 'Help', quantity: 1, unit_price: 5000, currency: 'USD' }],
      },
    }),
  });
  expect(created.status).toBe(201);
  const first = await events.next();
  expect(first).toMatchObject({ type: 'INVOICE_CREATED', invoice: { source: 'PLATFORM' } });
  // another one ends the wait: whatever came in between would have come before it
  await gateway.control('world', { organization: 1001, add: { invoices: 1 } });
  const next = await events.next();
  expect([next.type, next.id === first.id]).toEqual(['INVOICE_CREATED', false]);
});

test('unsigned, malformed and oversized webhooks are refused with a status and why', async () => {
  const gateway = await start(5000);
  expect(await post(gateway, '{}')).toMatchObject({ status: 401, body: { status: 'refused' } });
  expect(await post(gateway, '{}', { 'x-signature': signed('{}') })).toMatchObject({ status: 400 });
  expect(await post(gateway, 'x'.repeat(300_000))).toMatchObject({ status: 413 });
  const unmeasured = new Response('x'.repeat(300_000)).body;
  // a connection that is ended while the client sends may be lost before it has read why
  expect(unmeasured && (await post(gateway, unmeasured))).toMatchObject({ status: 413, isClosed: false });
  const response = await fetch(`${gateway.url}/webhooks/billing`);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

test('a signed webhook is one event, however often it is sent', async () => {
  const gateway = await start(5000);
  const at = new Date().toISOString();
  const body = JSON.stringify({
    id: 'evt_1',
    type: 'customer.subscription.created',
    created_at: at,
    sent_at: at,
    data: {
      object: {
        id: 'sub_new',
        customer_id: 'cus_0000000000001001',
        plan_id: 'plan_x',
        status: 'active',
        created_at: at,
      },
    },
  });
  expect(await post(gateway, body, { 'x-signature': signed(body) })).toMatchObject({
    status: 200,
    body: { status: 'accepted' },
  });
  expect(await post(gateway, body, { 'x-signature': signed(body) })).toMatchObject({
    status: 200,
    body: { status: 'known' },
  });
  const history = () =>
    gateway.query<{ organization: { events: { edges: { node: object }[] } } }, object>(
      '{ organization(id: "1001") { events { edges { node { type source } } } } }',
    );
  await expect
    .poll(async () => (await history()).data?.organization.events.edges)
    .toEqual([{ node: { type: 'SUBSCRIPTION_CREATED', source: 'WEBHOOK' } }]);
});
