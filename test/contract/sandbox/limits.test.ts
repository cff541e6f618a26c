import { expect, test } from 'vitest';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { ask, makeToken, platformKey, startOnWall } from './requests.ts';

const allTokens = makeToken(0);

async function bucket(sandbox: Sandbox, name: string): Promise<unknown> {
  const { json } = await ask(`${sandbox.origins.makeLive}/__sandbox/stats`);
  return json.buckets[name];
}

const documented = (sandbox: Sandbox, organizationId: number) =>
  ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/${organizationId}`, {
    authorization: makeToken(organizationId),
  });

const live = (sandbox: Sandbox, organizationId: number) =>
  ask(`${sandbox.origins.makeLive}/api/v2/organizations/${organizationId}`, {
    authorization: makeToken(organizationId),
  });

test('the documented dialect accepts no more calls in any sliding minute than the plan allows', async () => {
  await using sandbox = await startOnWall();
  for (let call = 0; call < 30; call += 1) {
    expect((await documented(sandbox, 1005)).status).toBe(200);
    sandbox.wall.now += 1000;
  }
  const refused = await documented(sandbox, 1005);
  expect(refused.status).toBe(429);
  expect(refused.json).toEqual({
    error: 429,
    message: 'Requests limit for organization exceeded, please try again later.',
  });
  expect(refused.headers.get('retry-after')).toBeNull();
  expect(refused.headers.get('x-ratelimit-limit')).toBeNull();

  sandbox.wall.now += 30_000 - 1;
  expect((await documented(sandbox, 1005)).status).toBe(429);
  sandbox.wall.now += 1;
  expect((await documented(sandbox, 1005)).status).toBe(200);
  expect((await documented(sandbox, 1005)).status).toBe(429);
  sandbox.wall.now += 1000;
  expect((await documented(sandbox, 1005)).status).toBe(200);
});

test('the live dialect counts in a fixed window that the first call begins, and tells it in headers', async () => {
  await using sandbox = await startOnWall();
  sandbox.wall.now += 400;
  const first = await live(sandbox, 1005);
  expect(first.headers.get('x-ratelimit-limit')).toBe('30');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('29');
  const reset = Number(first.headers.get('x-ratelimit-reset'));
  expect(reset).toBe(Math.ceil((sandbox.wall.now + 60_000) / 1000));

  sandbox.wall.now += 59_000;
  for (let call = 1; call < 30; call += 1) expect((await live(sandbox, 1005)).status).toBe(200);
  const refused = await live(sandbox, 1005);
  expect(refused.status).toBe(429);
  expect(refused.text).toBe('Requests limit for organization exceeded, please try again later.');
  expect(refused.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(refused.headers.get('x-ratelimit-reset')).toBe(String(reset));

  sandbox.wall.now += 1000;
  const next = await live(sandbox, 1005);
  expect(next.status).toBe(200);
  expect(next.headers.get('x-ratelimit-remaining')).toBe('29');
});

test('both Make listeners draw on one bucket', async () => {
  await using sandbox = await startOnWall();
  for (let call = 0; call < 15; call += 1) {
    await documented(sandbox, 1005);
    await live(sandbox, 1005);
  }
  expect((await documented(sandbox, 1005)).status).toBe(429);
  expect((await live(sandbox, 1005)).status).toBe(429);
  expect(await bucket(sandbox, 'make:1005')).toEqual({ limit: 30, total: 32, peak60s: 32, rejected: 2 });
});

test('one organization does not use up the budget of another', async () => {
  await using sandbox = await startOnWall();
  for (let call = 0; call < 31; call += 1) await documented(sandbox, 1005);
  expect((await documented(sandbox, 1010)).status).toBe(200);
});

test('the peak is that of any sliding minute, however the calls lie', async () => {
  await using sandbox = await startOnWall();
  for (let call = 0; call < 10; call += 1) await documented(sandbox, 1001);
  sandbox.wall.now += 59_999;
  for (let call = 0; call < 10; call += 1) await documented(sandbox, 1001);
  expect(await bucket(sandbox, 'make:1001')).toMatchObject({ peak60s: 20, total: 20 });
  sandbox.wall.now += 1;
  for (let call = 0; call < 15; call += 1) await documented(sandbox, 1001);
  expect(await bucket(sandbox, 'make:1001')).toMatchObject({ peak60s: 25, total: 35 });
});

test('a call draws on the organization of its path, its body or its token, else on the account', async () => {
  await using sandbox = await startOnWall();
  const { makeDocumented, makeLive } = sandbox.origins;
  await ask(`${makeDocumented}/api/v2/organizations/1002`, { authorization: allTokens });
  await ask(`${makeDocumented}/api/v2/cashier/subscription/cancel`, {
    authorization: allTokens,
    body: { organizationId: 1003 },
  });
  await ask(`${makeLive}/api/v2/users/me`, { authorization: makeToken(1004) });
  await ask(`${makeLive}/api/v2/users/me`, { authorization: allTokens });
  for (const name of ['make:1002', 'make:1003', 'make:1004', 'make:account']) {
    expect(await bucket(sandbox, name), name).toMatchObject({ total: 1 });
  }
});

test('the list of organizations draws on the account, whose limit the live dialect tells', async () => {
  await using sandbox = await startOnWall();
  const { headers } = await ask(`${sandbox.origins.makeLive}/api/v2/organizations`, {
    authorization: makeToken(1001),
  });
  expect(headers.get('x-ratelimit-limit')).toBe('10000');
  expect(await bucket(sandbox, 'make:1001')).toMatchObject({ total: 0 });
});

test('a call that names a hidden or unknown organization draws on the budget of its caller', async () => {
  await using sandbox = await startOnWall();
  const { makeDocumented } = sandbox.origins;
  await ask(`${makeDocumented}/api/v2/organizations/1002`, { authorization: makeToken(1001) });
  await ask(`${makeDocumented}/api/v2/organizations/9999`, { authorization: makeToken(1001) });
  await ask(`${makeDocumented}/api/v2/organizations/9999`, { authorization: allTokens });
  expect(await bucket(sandbox, 'make:1001')).toMatchObject({ total: 2 });
  expect(await bucket(sandbox, 'make:1002')).toMatchObject({ total: 0 });
  expect(await bucket(sandbox, 'make:account')).toMatchObject({ total: 1 });
});

test('a call without a valid credential is counted as a request and draws on no bucket', async () => {
  await using sandbox = await startOnWall();
  await ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/1001`);
  const { json } = await ask(`${sandbox.origins.platform}/__sandbox/stats`);
  expect(json.requests).toEqual({ 'GET /organizations/{organizationId}': 1 });
  expect(json.buckets['make:1001']).toMatchObject({ total: 0 });
});

test('the limit follows the plan as it is now', async () => {
  await using sandbox = await startOnWall();
  expect(await bucket(sandbox, 'make:1001')).toMatchObject({ limit: 60 });
  await ask(`${sandbox.origins.platform}/__sandbox/world`, {
    body: { organization: 1001, set: { plan: 'teams' } },
  });
  expect(await bucket(sandbox, 'make:1001')).toMatchObject({ limit: 240 });
});

test('the platform keeps a bucket for each group of endpoints', async () => {
  await using sandbox = await startOnWall();
  const customer = [...sandbox.world.organizations.values()][0]?.customerId;
  const paths = ['plans', 'plans/plan_x', `customers/${customer}`, `customers/${customer}/payment-methods`];
  paths.push('subscriptions/sub_x', 'invoices', 'payments/pay_x', `usage/${customer}`);
  for (const path of paths) {
    await ask(`${sandbox.origins.platform}/billing/${path}`, { authorization: platformKey });
  }
  await ask(`${sandbox.origins.platform}/billing/payments/pay_x/refunds`, {
    authorization: platformKey,
    body: {},
  });
  const { json } = await ask(`${sandbox.origins.platform}/__sandbox/stats`);
  const platform = Object.entries<{ limit: number; total: number }>(json.buckets)
    .filter(([name]) => name.startsWith('platform:'))
    .map(([name, { limit, total }]) => [name.replace('platform:', ''), limit, total]);
  expect(platform).toEqual([
    ['plans', 100, 2],
    ['customers', 200, 1],
    ['payment-methods', 100, 1],
    ['subscriptions', 200, 1],
    ['invoices', 300, 1],
    ['payments', 100, 2],
    ['usage', 1000, 1],
  ]);
});

test('the platform refuses a call too many with the code of its group', async () => {
  await using sandbox = await startOnWall();
  const call = (path: string) => ask(`${sandbox.origins.platform}${path}`, { authorization: platformKey });
  for (let count = 0; count < 100; count += 1) await call('/billing/plans');
  for (let count = 0; count < 100; count += 1) await call('/billing/payments/pay_x');
  const plans = await call('/billing/plans');
  expect(plans.status).toBe(429);
  expect(plans.json).toMatchObject({ status: 'error', error: { code: 'too_many_requests' } });
  expect(plans.headers.get('retry-after')).toBeNull();
  expect((await call('/billing/payments/pay_x')).json.error).toMatchObject({
    code: 'payment_rate_limit',
    details: { field: 'platform:payments' },
  });
  expect((await call('/billing/invoices')).status).toBe(200);
});

test('requests are counted by template, those refused for the limit too', async () => {
  await using sandbox = await startOnWall();
  for (let call = 0; call < 35; call += 1) await documented(sandbox, 1005);
  await ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/1001/payments?limit=3`, {
    authorization: makeToken(1001),
  });
  await ask(`${sandbox.origins.platform}/billing/plans/plan_x`, { authorization: platformKey });
  const { json } = await ask(`${sandbox.origins.platform}/__sandbox/stats`);
  expect(json.requests).toEqual({
    'GET /organizations/{organizationId}': 35,
    'GET /organizations/{organizationId}/payments': 1,
    'GET /billing/plans/{plan_id}': 1,
  });
});

test('with limits off, calls are counted and never refused', async () => {
  await using sandbox = await startOnWall({ limits: 'off' });
  for (let call = 0; call < 40; call += 1) expect((await documented(sandbox, 1005)).status).toBe(200);
  expect(await bucket(sandbox, 'make:1005')).toEqual({ limit: 30, total: 40, peak60s: 40, rejected: 0 });
});
