import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { ask, makeToken, platformKey } from './requests.ts';

const paymentsKey = 'GET /organizations/{organizationId}/payments';
const authorization = makeToken(1001);

const sandbox = await createSandbox({ limits: 'off' });
afterEach(() => ask(`${sandbox.origins.platform}/__sandbox/faults`, { method: 'DELETE' }));
afterAll(() => sandbox.close());

const order = (fault: object) =>
  ask(`${sandbox.origins.platform}/__sandbox/faults`, {
    body: { endpoint: paymentsKey, times: 1, ...fault },
  });

const reset = () => ask(`${sandbox.origins.platform}/__sandbox/reset`, { method: 'POST' });

const payments = (query = '') =>
  ask(`${sandbox.origins.makeDocumented}/api/v2/organizations/1001/payments${query}`, { authorization });

const plans = () => ask(`${sandbox.origins.platform}/billing/plans`, { authorization: platformKey });

/** What comes over the wire, up to its end, a reset, or so many milliseconds. */
async function rawPayments(forMs = 2000): Promise<{ text: string; ending: string }> {
  const { hostname, port } = new URL(sandbox.origins.makeDocumented);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /api/v2/organizations/1001/payments HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`,
  );
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  const cancel = new AbortController();
  const ending = await Promise.race([
    new Promise<string>((resolve) => {
      socket.on('error', (error) => resolve('code' in error ? String(error.code) : 'error'));
      socket.on('end', () => resolve('end'));
    }),
    delay(forMs, 'silence', { signal: cancel.signal }),
  ]);
  cancel.abort();
  socket.destroy();
  return { text, ending };
}

test('a fault is played as often as was ordered, on its endpoint alone', async () => {
  await order({ fault: '500', times: 2 });
  expect((await plans()).status).toBe(200);
  const statuses = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await payments()).status);
  expect(statuses).toEqual([500, 500, 200]);
});

test('a share of the calls is the same share with the same seed', async () => {
  const run = async () => {
    await reset();
    await order({ fault: '503', share: 0.2, times: undefined });
    const statuses = [];
    for (let call = 0; call < 100; call += 1) statuses.push((await payments('?limit=1')).status);
    return statuses;
  };
  const statuses = await run();
  const failed = statuses.filter((status) => status === 503).length;
  expect(failed).toBeGreaterThan(5);
  expect(failed).toBeLessThan(40);
  expect(await run()).toEqual(statuses);
});

test('a fault for one organization leaves the others alone', async () => {
  await order({ fault: '500', endpoint: '*', organization: 1002 });
  expect((await payments()).status).toBe(200);
  const other = await ask(`${sandbox.origins.makeLive}/api/v2/organizations/1002`, {
    authorization: makeToken(1002),
  });
  expect(other.status).toBe(500);
});

test('faults are listed with what is left of them, and can be removed', async () => {
  const url = `${sandbox.origins.makeLive}/__sandbox/faults`;
  const { status, json } = await order({ fault: '500', times: 3 });
  expect(status).toBe(201);
  await order({ fault: 'latency', ms: 5, times: undefined, share: 0.5, endpoint: '*' });
  await payments();
  expect((await ask(url)).json.faults[0]).toMatchObject({ id: json.id, fault: '500', remaining: 2, hits: 1 });
  expect((await ask(`${url}/${json.id}`, { method: 'DELETE' })).status).toBe(200);
  expect((await ask(`${url}/${json.id}`, { method: 'DELETE' })).status).toBe(404);
  expect((await ask(url)).json.faults).toHaveLength(1);
  await ask(url, { method: 'DELETE' });
  expect((await ask(url)).json.faults).toEqual([]);
});

test('parameters may be named differently where one endpoint alone can be meant', async () => {
  const { json } = await order({ fault: '500', endpoint: 'GET /organizations/{id}/payments' });
  expect(json.endpoint).toBe(paymentsKey);
  const ambiguous = await order({ fault: '500', endpoint: 'GET /cashier/invoices/{id}' });
  expect(ambiguous.status).toBe(400);
});

test.for([
  [{ fault: 'explode' }, 'fault'],
  [{ fault: '500', endpoint: 'GET /nothing' }, 'endpoint'],
  [{ fault: '500', share: 0.5 }, 'times'],
  [{ fault: '500', times: undefined }, 'times'],
  [{ fault: '500', times: 0 }, 'times'],
  [{ fault: '500', times: undefined, share: 2 }, 'share'],
  [{ fault: 'latency' }, 'ms'],
  [{ fault: 'latency', ms: -1 }, 'ms'],
  [{ fault: '500', ms: 5 }, 'ms'],
  [{ fault: '429', retryAfter: 'a\r\nb' }, 'retryAfter'],
  [{ fault: '500', organization: 5 }, 'organization'],
  [{ fault: '500', organization: 1001, endpoint: 'GET /billing/plans' }, 'organization'],
] as const)('an order such as %j is refused at %s', async ([fault, path]) => {
  const { status, json } = await order(fault);
  expect(status).toBe(400);
  expect(json.faults).toMatchObject([{ path, accepted: expect.stringMatching(/./) }]);
});

test('latency delays an answer that is right', async () => {
  const right = await payments();
  await order({ fault: 'latency', ms: 60 });
  const begun = performance.now();
  const late = await payments();
  expect(performance.now() - begun).toBeGreaterThan(55);
  expect(late.json).toEqual(right.json);
});

test('a call that hangs gets nothing, or its headers and then nothing', async () => {
  await order({ fault: 'hang' });
  expect(await rawPayments(80)).toEqual({ text: '', ending: 'silence' });
  await order({ fault: 'hang', before: false });
  const { text, ending } = await rawPayments(80);
  expect(text).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\n$/);
  expect(ending).toBe('silence');
});

test('a reset comes in mid-body, or before any answer', async () => {
  await order({ fault: 'reset' });
  const middle = await rawPayments();
  expect(middle.ending).toBe('ECONNRESET');
  await order({ fault: 'reset', before: true });
  expect(await rawPayments()).toEqual({ text: '', ending: 'ECONNRESET' });
});

test('a truncated body has the length it says and is no JSON', async () => {
  await order({ fault: 'truncate' });
  const { status, headers, text, json } = await payments();
  expect(status).toBe(200);
  expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
  expect(text.startsWith('{"payments"')).toBe(true);
  expect(json).toBeNull();
});

test('pages of proxies and portals come as HTML', async () => {
  await order({ fault: 'html' });
  await order({ fault: '502' });
  for (const expected of [200, 502]) {
    const { status, headers, text } = await payments();
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(text).toContain('<html>');
  }
});

test('a wrong content type leaves the body right', async () => {
  const right = await payments();
  await order({ fault: 'content-type' });
  const { headers, json } = await payments();
  expect(headers.get('content-type')).toMatch(/^text\/plain/);
  expect(json).toEqual(right.json);
});

test.for([2, 'soon', 'Thu, 05 Mar 2026 09:00:05 GMT', -1])(
  'a 429 carries retry-after %s as it was ordered, in the form of each dialect, and counts as rejected',
  async (retryAfter) => {
    await reset();
    await order({ fault: '429', retryAfter, endpoint: '*', times: 2 });
    const answer = await payments();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, String(retryAfter)]);
    expect(answer.json.error).toBe(429);
    expect((await plans()).json.error.code).toBe('too_many_requests');
    const { json } = await ask(`${sandbox.origins.platform}/__sandbox/stats`);
    expect(json.buckets['make:1001']).toMatchObject({ total: 1, rejected: 1 });
    expect(json.requests[paymentsKey]).toBe(1);
  },
);

test('a 429 without retry-after has no such header', async () => {
  await order({ fault: '429' });
  expect((await payments()).headers.has('retry-after')).toBe(false);
});

test('statuses come in the form of the dialect', async () => {
  for (const fault of ['500', '503', '401']) {
    await order({ fault, ...(fault === '503' ? { retryAfter: 7 } : {}) });
    const answer = await payments();
    expect(answer.status).toBe(Number(fault));
    expect(answer.json.error).toBe(Number(fault));
    expect(answer.headers.get('retry-after')).toBe(fault === '503' ? '7' : null);
  }
  await order({ fault: '401', endpoint: 'GET /billing/plans' });
  expect((await plans()).json).toMatchObject({ status: 'error', error: { code: 'invalid_api_key' } });
});

test('a redirect points to another host', async () => {
  await order({ fault: 'redirect' });
  const { status, headers } = await payments();
  expect(status).toBe(302);
  expect(new URL(headers.get('location') ?? '').hostname).toBe('elsewhere.example');
});

test('a dripping answer comes byte by byte, and is right when one waits', async () => {
  await order({ fault: 'drip', ms: 20 });
  const { text } = await rawPayments(110);
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  expect(body.length).toBeGreaterThan(0);
  expect(body.length).toBeLessThan(10);
  await order({ fault: 'drip', ms: 0 });
  expect((await payments('?limit=1')).json.payments).toHaveLength(1);
});

test('an oversized body has the bytes that were ordered', async () => {
  await order({ fault: 'oversized', bytes: 3_000_000 });
  const { text, json } = await payments();
  expect(text.length).toBe(3_000_000);
  expect(json.padding).toMatch(/^x+$/);
});

test('an error can hide in a 200', async () => {
  await order({ fault: 'error-inside-200', endpoint: '*', times: 2 });
  const make = await payments();
  expect([make.status, make.json.error]).toEqual([200, 500]);
  const platform = await plans();
  expect([platform.status, platform.json.status]).toEqual([200, 'error']);
});

test('a field of the first row turns bad, null, missing or is added', async () => {
  const right = (await payments()).json.payments;
  const spoilt = async (fault: object) => {
    await order(fault);
    const rows = (await payments()).json.payments;
    expect(rows.slice(1)).toEqual(right.slice(1));
    return rows[0];
  };
  expect(await spoilt({ fault: 'bad-enum' })).toEqual({
    ...right[0],
    paymentStatus: 'added_in_a_later_version',
  });
  const { invoiceNumber, ...rest } = right[0];
  expect(invoiceNumber).toBeTypeOf('string');
  expect(await spoilt({ fault: 'missing-field' })).toEqual(rest);
  expect(await spoilt({ fault: 'null-field' })).toEqual({ ...right[0], invoiceNumber: null });
  expect(await spoilt({ fault: 'null-field', field: 'totalAmount' })).toEqual({
    ...right[0],
    totalAmount: null,
  });
  expect(Object.keys(await spoilt({ fault: 'extra-field' }))).toEqual([
    ...Object.keys(right[0]),
    'addedLater',
    '__proto__',
  ]);
  expect((await payments()).json.payments).toEqual(right);
});

test('a field fault finds the object in an answer about one thing, and a named field within it', async () => {
  const endpoint = 'GET /organizations/{organizationId}/subscription';
  const url = `${sandbox.origins.makeDocumented}/api/v2/organizations/1001/subscription`;
  await order({ fault: 'bad-enum', endpoint });
  expect((await ask(url, { authorization })).json.status).toBe('added_in_a_later_version');
  await order({ fault: 'missing-field', endpoint, field: 'price.amount' });
  const { json } = await ask(url, { authorization });
  expect(json.price).not.toHaveProperty('amount');
  expect(json.price).toHaveProperty('currency');
});

test('an empty page keeps its totals', async () => {
  const right = await payments();
  await order({ fault: 'empty-page' });
  expect((await payments()).json).toEqual({ ...right.json, payments: [] });
});

test('duplicate rows come within a page and across pages', async () => {
  const numbers = async (page: number) => {
    const { json } = await payments(`?page=${page}&limit=3`);
    return json.payments.map((row: { invoiceNumber: string }) => row.invoiceNumber);
  };
  const [one, two] = [await numbers(1), await numbers(2)];
  await order({ fault: 'duplicate-rows', times: 2 });
  expect(await numbers(1)).toEqual([...one, one[2]]);
  expect(await numbers(2)).toEqual([one[2], ...two, two[2]]);
});

test.for([
  ['page', paymentsKey, (page: number) => `?page=${page + 1}&limit=3`],
  ['offset', 'GET /billing/invoices', (page: number) => `?offset=${page * 3}&limit=3`],
  ['pg', 'live', (page: number) => `?pg[offset]=${page * 3}&pg[limit]=3`],
] as const)(
  'with %s paging, each page begins with the last row of the one before it',
  async ([, key, query]) => {
    const { makeDocumented, makeLive, platform } = sandbox.origins;
    const path =
      key === 'GET /billing/invoices'
        ? `${platform}/billing/invoices`
        : `${key === 'live' ? makeLive : makeDocumented}/api/v2/organizations/1001/payments`;
    const rows = async (page: number): Promise<{ [key: string]: unknown }[]> => {
      const { json } = await ask(`${path}${query(page)}`, {
        authorization: key === 'GET /billing/invoices' ? platformKey : authorization,
      });
      return json.payments ?? json.data.invoices;
    };
    const list = [...(await rows(0)), ...(await rows(1)), ...(await rows(2))].map(
      (row) => row['id'] ?? row['invoiceNumber'],
    );
    await order({ fault: 'shift-pages', endpoint: key === 'live' ? paymentsKey : key, times: 3 });
    for (const page of [0, 1, 2]) {
      const shifted = (await rows(page)).map((row) => row['id'] ?? row['invoiceNumber']);
      expect(shifted).toEqual(list.slice(page * 2, page * 2 + 3));
    }
  },
);

test('a change whose answer is lost has been made; one that is refused has not', async () => {
  const endpoint = 'POST /billing/plans';
  const count = async () => (await plans()).json.data.pagination.total;
  const create = () =>
    ask(`${sandbox.origins.platform}/billing/plans`, {
      authorization: platformKey,
      body: { plan: { name: 'Test', pricing: { amount: 1000, currency: 'USD', interval: 'month' } } },
    });
  const before = await count();
  await order({ fault: '500', endpoint });
  expect((await create()).status).toBe(500);
  expect(await count()).toBe(before);
  await order({ fault: '500', endpoint, afterEffect: true });
  expect((await create()).status).toBe(500);
  expect(await count()).toBe(before + 1);
  await order({ fault: 'reset', endpoint });
  await expect(create()).rejects.toThrow();
  expect(await count()).toBe(before + 2);
  await order({ fault: 'reset', endpoint, afterEffect: false });
  await expect(create()).rejects.toThrow();
  expect(await count()).toBe(before + 2);
});
