import { createHash } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { ask, makeToken, platformKey, presentDay, startOnWall } from './requests.ts';

const sandbox = await createSandbox({ limits: 'off' });
afterAll(() => sandbox.close());

const uuid = '00000000-0000-4000-8000-000000001001';

test('both Make listeners take a token by either scheme', async () => {
  const { makeDocumented, makeLive } = sandbox.origins;
  for (const origin of [makeDocumented, makeLive]) {
    for (const scheme of ['Token', 'Bearer', 'token']) {
      const answer = await ask(`${origin}/api/v2/organizations/1001`, { authorization: `${scheme} ${uuid}` });
      expect(answer.status, `${origin} ${scheme}`).toBe(200);
    }
  }
});

test('a missing, malformed, unknown or expired Make token is refused', async () => {
  const { makeDocumented, makeLive } = sandbox.origins;
  const wrong = [undefined, uuid, `Basic ${uuid}`, 'Token nothing', makeToken(9999), makeToken(0, 1)];
  for (const authorization of wrong) {
    const asked = authorization === undefined ? {} : { authorization };
    const documented = await ask(`${makeDocumented}/api/v2/organizations/1001`, asked);
    expect(documented.status, authorization).toBe(401);
    expect(documented.json).toEqual({ error: 401, message: expect.any(String), code: 'invalid_token' });
    const live = await ask(`${makeLive}/api/v2/organizations/1001`, asked);
    expect(live.status).toBe(401);
    expect(live.json).toEqual({ detail: expect.any(String), message: expect.any(String), code: 'IM015' });
  }
  const expired = await ask(`${makeDocumented}/api/v2/organizations/1001`, {
    authorization: makeToken(1001, 4),
  });
  expect(expired.json).toMatchObject({ error: 401, code: 'token_expired' });
});

test('the platform tells a wrong key, an expired one and one without permission apart', async () => {
  const url = `${sandbox.origins.platform}/billing/plans`;
  const code = async (asked: Parameters<typeof ask>[1]) => {
    const { status, json } = await ask(url, asked);
    return [status, json.error?.code];
  };
  expect(await code({})).toEqual([401, 'invalid_api_key']);
  expect(await code({ authorization: 'Bearer nothing' })).toEqual([401, 'invalid_api_key']);
  expect(await code({ authorization: 'Token sandbox-platform-key' })).toEqual([401, 'invalid_api_key']);
  expect(await code({ authorization: `${platformKey}-expired` })).toEqual([401, 'expired_api_key']);
  expect(await code({ authorization: `${platformKey}-readonly` })).toEqual([200, undefined]);
  expect(await code({ authorization: `${platformKey}-readonly`, body: {} })).toEqual([
    401,
    'insufficient_permissions',
  ]);
});

test.each([
  '/organizations/0x3e9',
  '/organizations/1001.0',
  '/organizations/%201001',
  '/organizations/01001',
  '/audit-logs/team/10011.0',
  '/analytics/user/0x187cd',
])('a number in another form than its plain digits names nothing: %s', async (path) => {
  const authorization = makeToken(1001);
  const url = `${sandbox.origins.makeDocumented}/api/v2${path}`;
  expect((await ask(url, { authorization })).status).toBe(404);
});

test('a token of one organization sees no other, and the token of all sees each', async () => {
  const get = (id: number, authorization: string) =>
    ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/${id}`, { authorization });
  expect((await get(1002, makeToken(1001))).json).toMatchObject({ error: 403, code: 'forbidden' });
  expect((await get(9999, makeToken(1001))).json).toMatchObject({ error: 404 });
  expect((await get(1002, makeToken(0))).status).toBe(200);
  const inBody = await ask(`${sandbox.origins.makeDocumented}/api/v2/cashier/subscription/cancel`, {
    authorization: makeToken(1001),
    body: { organizationId: 1002 },
  });
  expect(inBody.status).toBe(403);
  const live = await ask(`${sandbox.origins.makeLive}/api/v2/organizations/1002`, {
    authorization: makeToken(1001),
  });
  expect(live.json).toMatchObject({ message: 'Permission denied', code: 'SC403' });
});

test('a token with reading scopes reads and changes nothing', async () => {
  const url = `${sandbox.origins.makeDocumented}/api/v2/organizations/1001/subscription`;
  const authorization = makeToken(1001, 3);
  expect((await ask(url, { authorization })).status).toBe(200);
  expect((await ask(url, { authorization, method: 'DELETE' })).json).toMatchObject({
    error: 403,
    code: 'insufficient_scope',
  });
});

test('an unknown path is 404 and a known one with another method 405, each in its dialect', async () => {
  const { makeDocumented, makeLive, platform } = sandbox.origins;
  const paths = ['/api/v2/nothing', '/organizations/1001', '/api/v2/organizations/1001/', '/'];
  for (const path of paths) {
    expect((await ask(`${makeDocumented}${path}`)).json, path).toMatchObject({
      error: 404,
      code: 'not_found',
    });
  }
  expect((await ask(`${makeLive}/api/v2/nothing`)).json).toMatchObject({
    message: 'Not Found',
    code: 'SC404',
  });
  expect((await ask(`${platform}/billing/nothing`)).json).toMatchObject({
    status: 'error',
    error: { code: 'not_found' },
  });
  const wrong = await ask(`${makeDocumented}/api/v2/organizations/1001/payments`, { method: 'PUT' });
  expect(wrong.status).toBe(405);
  expect(wrong.headers.get('allow')).toBe('GET');
});

test('digits after /cashier/invoices are an organization, anything else an invoice', async () => {
  await using sandbox = await createSandbox();
  const get = (last: string) =>
    ask(`${sandbox.origins.makeDocumented}/api/v2/cashier/invoices/${last}`, { authorization: makeToken(0) });
  await get('1001');
  await get('nothing');
  const { json } = await ask(`${sandbox.origins.makeDocumented}/__sandbox/stats`);
  expect(json.requests).toEqual({
    'GET /cashier/invoices/{organizationId}': 1,
    'GET /cashier/invoices/{invoiceId}': 1,
  });
});

test('a path that is not properly percent-encoded is refused', async () => {
  const answer = await ask(`${sandbox.origins.makeDocumented}/api/v2/dlqs/%E0%A4%A`, {
    authorization: makeToken(0),
  });
  expect(answer.json).toMatchObject({ error: 400, details: { field: 'dlqId' } });
});

test('a body must be JSON, well formed and of bounded size', async () => {
  const post = async (body: string, type: string) => {
    const response = await fetch(
      `${sandbox.origins.makeDocumented}/api/v2/organizations/1001/subscription/coupon-apply`,
      { method: 'POST', body, headers: { authorization: makeToken(1001), 'content-type': type } },
    );
    return [response.status, JSON.parse(await response.text()).code];
  };
  expect(await post('{"couponCode":', 'application/json')).toEqual([400, 'invalid_json']);
  expect(await post('{}', 'text/plain')).toEqual([415, 'unsupported_media_type']);
  expect(await post(`{"a":"${'x'.repeat(3_000_000)}"}`, 'application/json')).toEqual([
    413,
    'request_too_large',
  ]);
  expect(await post('', 'application/json')).toEqual([400, 'missing_required_fields']);
  const live = await ask(`${sandbox.origins.makeLive}/api/v2/organizations/1001/subscription`, {
    authorization: makeToken(1001),
    method: 'PATCH',
    body: 'x'.repeat(3_000_000),
  });
  expect(live.json).toEqual({ detail: 'request entity too large' });
});

test('every answer carries its type, an id of its own and the date of the wall', async () => {
  await using sandbox = await startOnWall({ now: '2027-01-01T00:00:00Z' });
  const { makeDocumented, makeLive } = sandbox.origins;
  const ids = new Set<string | null>();
  for (const path of ['/api/v2/organizations/1001', '/api/v2/nothing', '/__sandbox/stats']) {
    const { headers } = await ask(`${makeDocumented}${path}`, { authorization: makeToken(1001) });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('date')).toBe(new Date(presentDay).toUTCString());
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get('authtype')).toBeNull();
    ids.add(headers.get('x-request-id'));
  }
  expect(ids.size).toBe(3);
  const live = await ask(`${makeLive}/api/v2/organizations/1001`, { authorization: makeToken(1001) });
  expect(live.headers.get('authtype')).toBe('token');
});

test('the same seed and day give the same world, and each start a world id of its own', async () => {
  const digest = async (seed: string, wallStart: number) => {
    await using sandbox = await createSandbox({ seed, now: presentDay, wallNow: () => wallStart });
    const { makeDocumented, makeLive, platform } = sandbox.origins;
    const hash = createHash('sha256');
    for (const id of [1001, 1004, 1006]) {
      const authorization = makeToken(id);
      const paths = ['', '/payments?limit=100', '/subscription'];
      for (const path of paths) {
        const { text } = await ask(`${makeDocumented}/api/v2/organizations/${id}${path}`, { authorization });
        hash.update(text.replaceAll(makeDocumented, ''));
      }
      hash.update(
        (await ask(`${makeDocumented}/api/v2/audit-logs/organization/${id}`, { authorization })).text,
      );
      hash.update((await ask(`${makeDocumented}/api/v2/dlqs?limit=100`, { authorization })).text);
      hash.update((await ask(`${makeLive}/api/v2/scenarios?organizationId=${id}`, { authorization })).text);
    }
    for (const path of ['invoices?limit=100', 'customers/cus_0000000000001001']) {
      const { text } = await ask(`${platform}/billing/${path}`, { authorization: platformKey });
      hash.update(text.replaceAll(platform, ''));
    }
    return [hash.digest('hex'), sandbox.world.id];
  };
  const [one, firstId] = await digest('seed', 1_790_000_000_000);
  const [same, secondId] = await digest('seed', 1_790_000_600_000);
  const [other] = await digest('another seed', 1_790_000_000_000);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
  expect(secondId).not.toBe(firstId);
});

test('three ports in a row are taken, and one that is taken is named', async () => {
  const port = Number(new URL(sandbox.origins.makeDocumented).port);
  await expect(createSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
});
