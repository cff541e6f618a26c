import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { ask, makeToken, presentDay, startOnWall } from './requests.ts';

/** For orders that are refused and what only reads. */
const sandbox = await createSandbox();
afterAll(() => sandbox.close());

const control = ({ origins }: Sandbox, path: string, body?: unknown) =>
  ask(`${origins.platform}/__sandbox${path}`, body === undefined ? {} : { body });

test('every port lists the controls', async () => {
  for (const origin of Object.values(sandbox.origins)) {
    const { json } = await ask(`${origin}/__sandbox`);
    expect(json.controls).toContain('POST /__sandbox/clock');
  }
});

test('an unknown control is 404, a known one with another method 405', async () => {
  expect((await control(sandbox, '/nothing')).status).toBe(404);
  const wrong = await ask(`${sandbox.origins.platform}/__sandbox/stats`, { method: 'DELETE' });
  expect(wrong.status).toBe(405);
  expect(wrong.headers.get('allow')).toBe('GET');
});

test('advancing the clock moves world time and lets things happen', async () => {
  await using sandbox = await startOnWall();
  const invoices = async () => {
    const { json } = await ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/1001/payments`, {
      authorization: makeToken(1001),
    });
    return json.pagination.total;
  };
  const before = await invoices();
  const { json } = await control(sandbox, '/clock', { advance: 'P2M' });
  expect(json).toEqual({ now: '2026-05-05T09:00:00.000Z', before: presentDay, advanced: 'P2M' });
  expect(await invoices()).toBe(before + 2);
  sandbox.wall.now += 5000;
  expect((await control(sandbox, '/clock')).json).toEqual({ now: '2026-05-05T09:00:05.000Z' });
});

test('a clock order that is not a duration is refused with what is accepted', async () => {
  for (const advance of ['1 day', 'P', 'P0D', 'P9Y', 5, undefined]) {
    const { status, json } = await control(sandbox, '/clock', { advance });
    expect(status).toBe(400);
    expect(json.faults).toEqual([
      { path: 'advance', found: expect.any(String), accepted: expect.stringContaining('P1D') },
    ]);
  }
});

test('a reset puts the world, the clock, the limits, the faults and the webhooks back', async () => {
  await using sandbox = await startOnWall({ webhookUrls: ['http://127.0.0.1:9/start'] });
  const organization = () =>
    ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/1005`, { authorization: makeToken(1005) });
  const { worldId } = (await control(sandbox, '/stats')).json;
  for (let call = 0; call < 31; call += 1) await organization();
  await control(sandbox, '/clock', { advance: 'P1M' });
  await control(sandbox, '/faults', { endpoint: '*', fault: '500', times: 5 });
  await control(sandbox, '/webhooks', { urls: [] });

  const reset = await ask(`${sandbox.origins.makeLive}/__sandbox/reset`, { method: 'POST' });
  expect(reset.status).toBe(200);
  const stats = (await control(sandbox, '/stats')).json;
  expect(stats.worldId).toBe(reset.json.worldId);
  expect(stats.worldId).not.toBe(worldId);
  expect(stats.requests).toEqual({});
  expect(stats.buckets['make:1005']).toEqual({ limit: 30, total: 0, peak60s: 0, rejected: 0 });
  expect((await control(sandbox, '/clock')).json.now).toBe(presentDay);
  expect((await control(sandbox, '/faults')).json).toEqual({ faults: [] });
  expect((await control(sandbox, '/webhooks')).json).toMatchObject({ urls: ['http://127.0.0.1:9/start'] });
  expect((await organization()).status).toBe(200);
});

test('what is added to the world is told with ids and shows in every dialect', async () => {
  await using sandbox = await startOnWall();
  const payments = async () => {
    const { json } = await ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/1001/payments`, {
      authorization: makeToken(1001),
    });
    return json.pagination.total;
  };
  const before = await payments();
  const { status, json } = await control(sandbox, '/world', {
    organization: 1001,
    add: {
      payments: 3,
      invoices: 1,
      auditEntries: 5,
      incompleteExecutions: 2,
      failedLogins: 4,
      operations: 5000,
    },
    set: { subscriptionStatus: 'past_due' },
  });
  expect(status).toBe(200);
  expect(json.organization).toBe(1001);
  expect(Object.keys(json.added)).toEqual([
    'payments',
    'invoices',
    'auditEntries',
    'incompleteExecutions',
    'failedLogins',
    'operations',
  ]);
  expect(await payments()).toBeGreaterThanOrEqual(before + 3);
  const subscription = await ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/1001/subscription`, {
    authorization: makeToken(1001),
  });
  expect(subscription.json.status).toBe('past_due');
});

test('an order to the world that is wrong in several places names each, and does nothing', async () => {
  const { status, json } = await control(sandbox, '/world', {
    organization: 7,
    add: { payments: 0, invoices: 1, cats: 2 },
    set: { plan: 'gold' },
    now: true,
  });
  expect(status).toBe(400);
  expect(json.faults.map((fault: { path: string }) => fault.path)).toEqual([
    'now',
    'organization',
    'add.cats',
    'add.payments',
    'set.plan',
  ]);
  expect(json.faults[3]).toEqual({
    path: 'add.payments',
    found: '0',
    accepted: 'a whole number from 1 to 1000',
  });
});

test('a control whose body is not JSON is refused', async () => {
  const response = await fetch(`${sandbox.origins.platform}/__sandbox/world`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"organization":',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: expect.stringContaining('JSON') });
});

test('a control takes JSON whatever its content type says', async () => {
  const response = await fetch(`${sandbox.origins.platform}/__sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '{"advance":"PT1S"}',
  });
  expect(response.status).toBe(200);
});

interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers the first deliveries with the given statuses, and all further ones with 200. */
async function startReceiver(...statuses: number[]) {
  const delivered: Delivered[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      delivered.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 200).end();
      server.emit('delivered');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/webhooks`,
    delivered,
    async until(count: number) {
      while (delivered.length < count) await once(server, 'delivered');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('an event is sent signed over its raw body, and again until it is accepted', async () => {
  await using receiver = await startReceiver(500, 302);
  await using sandbox = await startOnWall({ webhookSecret: 'secret', webhookRetryMs: 5 });
  await control(sandbox, '/webhooks', { urls: [receiver.url] });
  sandbox.wall.now += 1000;
  sandbox.world.announce({ type: 'invoice.created', data: { object: { id: 'inv_1' } } });
  await receiver.until(3);

  for (const { headers, body } of receiver.delivered) {
    const signature = createHmac('sha256', 'secret').update(body).digest('hex');
    expect(headers['x-signature']).toBe(`sha256=${signature}`);
    expect(headers['content-type']).toBe('application/json');
  }
  const events = receiver.delivered.map(({ body }) => JSON.parse(body));
  expect(events[0]).toEqual({
    id: expect.stringMatching(/^evt_[0-9a-f]+$/),
    type: 'invoice.created',
    created_at: '2026-03-05T09:00:01Z',
    sent_at: '2026-03-05T09:00:01Z',
    data: { object: { id: 'inv_1' } },
  });
  expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  await expect
    .poll(async () => (await control(sandbox, '/webhooks')).json.deliveries[0])
    .toMatchObject({ id: events[0].id, url: receiver.url, status: 'delivered' });
  const { deliveries } = (await control(sandbox, '/webhooks')).json;
  expect(deliveries[0].attempts.map(({ outcome }: { outcome: number }) => outcome)).toEqual([500, 302, 200]);
});

test('an event that nobody accepts is given up after six attempts', async () => {
  await using receiver = await startReceiver(500, 500, 500, 500, 500, 500);
  await using sandbox = await startOnWall({ webhookUrls: [receiver.url], webhookRetryMs: 1 });
  sandbox.world.announce({ type: 'invoice.created', data: {} });
  await receiver.until(6);
  await expect
    .poll(async () => (await control(sandbox, '/webhooks')).json.deliveries[0])
    .toMatchObject({ status: 'given up', attempts: { length: 6 } });
});

test('history is silent, and what an advanced clock brings is announced', async () => {
  await using receiver = await startReceiver();
  await using sandbox = await startOnWall({ webhookUrls: [receiver.url] });
  expect((await control(sandbox, '/webhooks')).json.deliveries).toEqual([]);
  await control(sandbox, '/clock', { advance: 'P1M' });
  await expect
    .poll(() => receiver.delivered.map(({ body }) => JSON.parse(body).type))
    .toContain('invoice.created');
});

test('webhook URLs must be web addresses', async () => {
  for (const urls of [['ftp://example.test'], ['nothing'], 'http://example.test', undefined]) {
    expect((await control(sandbox, '/webhooks', { urls })).json.faults[0]).toMatchObject({ path: 'urls' });
  }
});
