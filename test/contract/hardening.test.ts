import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { createFakeClock } from '../unit/fake-clock.ts';

const standard = readConfig({}).limits;
const withLimits = (limits: Partial<Config['limits']>): Partial<Config> => ({
  limits: { ...standard, ...limits },
});

const owner = { authorization: 'Bearer sandbox-owner' };
const viewer = '{ viewer { name } }';
const subscription = '{ organization(id: "1001") { subscription { status } } }';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** A connection of its own, and what came over it until it was closed. */
async function dial(url: string): Promise<{ socket: Socket; received: Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.on('error', () => {});
  const received = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await once(socket, 'connect');
  return { socket, received };
}

describe('other origins', () => {
  const page = 'https://app.example';
  let open: TestGateway;
  beforeAll(async () => {
    open = await startTestGateway({ settings: { allowedOrigins: [page], strictTransport: true } });
  });
  afterAll(() => open[Symbol.asyncDispose]());

  const preflight = (url: string, origin: string): Promise<Response> =>
    fetch(`${url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      },
    });

  test('a page of an allowed origin may ask, and read the answer', async () => {
    const asked = await preflight(open.url, page);
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(page);
    expect(asked.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization, content-type');
    const { headers, data } = await open.query(viewer, undefined, { headers: { origin: page } });
    expect(data).toEqual({ viewer: { name: 'sandbox-owner' } });
    expect(headers.get('access-control-allow-origin')).toBe(page);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toContain('origin');
  });

  test.each(['https://evil.example', 'http://app.example', 'https://app.example.evil', 'null'])(
    'a page of %s may not',
    async (origin) => {
      const asked = await preflight(open.url, origin);
      expect(asked.ok).toBe(false);
      const { headers } = await open.query(viewer, undefined, { headers: { origin } });
      for (const answered of [asked.headers, headers]) {
        expect(answered.get('access-control-allow-origin')).toBeNull();
      }
      // a cache between must not give it to the allowed page
      expect(headers.get('vary')).toContain('origin');
    },
  );

  test('a refusal can be read by an allowed page as well', async () => {
    const { status, headers } = await open.query(viewer, undefined, {
      caller: 'nobody',
      headers: { origin: page },
    });
    expect(status).toBe(401);
    expect(headers.get('access-control-allow-origin')).toBe(page);
  });

  test('without allowed origins nothing is said of any', async () => {
    const asked = await preflight(gateway.url, page);
    expect(asked.ok).toBe(false);
    const { headers } = await gateway.query(viewer, undefined, { headers: { origin: page } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('what a browser sends across sites without asking is not run', async () => {
    const before = await gateway.requests('GET /organizations/{organizationId}/subscription');
    const get = `${gateway.url}/graphql?query=${encodeURIComponent(subscription)}`;
    const simple = [
      await fetch(get, { headers: { origin: page } }),
      await fetch(get, { headers: { accept: 'image/png' } }),
      ...(await Promise.all(
        ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'].map((type) =>
          fetch(`${gateway.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': type },
            body: JSON.stringify({ query: subscription }),
          }),
        ),
      )),
    ];
    expect(simple.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(await gateway.requests('GET /organizations/{organizationId}/subscription')).toBe(before);
  });

  test('https alone is asked for where the settings say that it is there', async () => {
    const strict = (await open.query(viewer)).headers.get('strict-transport-security');
    expect(strict).toBe('max-age=31536000');
    expect((await gateway.query(viewer)).headers.get('strict-transport-security')).toBeNull();
  });
});

test.each(['/graphql', '/health', '/ready', '/nothing', '//', '/graphiql/nothing.js'])(
  'answers of %s are not to be guessed at, embedded or told on',
  async (path) => {
    const { headers } = await fetch(`${gateway.url}${path}`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  },
);

describe('slow and many connections', () => {
  let strict: TestGateway;
  beforeAll(async () => {
    strict = await startTestGateway({
      settings: withLimits({ headersTimeoutMs: 200, requestTimeoutMs: 400, connectionsPerAddress: 4 }),
    });
  });
  afterAll(() => strict[Symbol.asyncDispose]());

  test.each([
    ['says nothing', ''],
    ['never ends its headers', 'POST /graphql HTTP/1.1\r\nhost: x\r\n'],
    [
      'never ends its body',
      'POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sandbox-owner\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    ],
    [
      'never ends its chunks',
      'POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sandbox-owner\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n',
    ],
  ])('a client that %s is let go of', async (_, text) => {
    const { socket, received } = await dial(strict.url);
    socket.write(text);
    expect(await received).toMatch(/^(HTTP\/1.1 408 |$)/);
  });

  test('connections beyond those of one address are closed, and others serve on', async () => {
    const dialled = await Promise.all(Array.from({ length: 8 }, () => dial(strict.url)));
    const first = await Promise.race(dialled.map(async ({ received }, place) => [place, await received]));
    expect(first).toEqual([expect.any(Number), '']);
    for (const { socket } of dialled) socket.destroy();
    await Promise.all(dialled.map(({ received }) => received));
    expect((await fetch(`${strict.url}/health`)).status).toBe(200);
  });
});

test.each([
  ['a header of 1 MB', `GET /health HTTP/1.1\r\nhost: x\r\nx-secret: ${'s'.repeat(1_000_000)}\r\n\r\n`, 431],
  ['an address of 1 MB', `GET /${'s'.repeat(1_000_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
  ['no HTTP', 'ssssss\r\n\r\n', 400],
  [
    'two lengths',
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\ns',
    400,
  ],
])('%s is refused without an echo', async (_, text, status) => {
  const { socket, received } = await dial(gateway.url);
  socket.write(text);
  const answer = await received;
  expect(answer === '' || answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
  expect(answer).not.toContain('sss');
});

test('a body of the limit is read, in pieces or whole; one byte more is not', async () => {
  await using small = await startTestGateway({ settings: withLimits({ bodyBytes: 2000 }) });
  const bodyOf = (bytes: number): string => {
    const body = JSON.stringify({ query: `${viewer}#ä` });
    return body + ' '.repeat(bytes - Buffer.byteLength(body));
  };
  const send = async (body: BodyInit): Promise<unknown> => {
    const response = await fetch(`${small.url}/graphql`, {
      method: 'POST',
      headers: { ...owner, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit);
    return response.status === 413 ? response.json() : response.status;
  };
  const tooLarge = {
    errors: [
      {
        message: 'The body is larger than the 2000 bytes that are accepted (MAX_BODY_BYTES).',
        extensions: { code: 'BAD_USER_INPUT', limit: 2000, setting: 'MAX_BODY_BYTES' },
      },
    ],
  };
  expect(await send(bodyOf(2000))).toBe(200);
  expect(await send(new Blob([bodyOf(2000)]).stream())).toBe(200);
  expect(await send(bodyOf(2001))).toMatchObject(tooLarge);
  expect(await send(new Blob([bodyOf(2001)]).stream())).toMatchObject(tooLarge);
});

describe('where introspection is off', () => {
  let closed: TestGateway;
  beforeAll(async () => {
    closed = await startTestGateway({ settings: { introspection: 'operators' } });
  });
  afterAll(() => closed[Symbol.asyncDispose]());

  const asking = ['{ __schema { types { name } } }', '{ __type(name: "Viewer") { name } }'];

  test.each(asking)('%s is refused, to all but operators', async (document) => {
    const { status, errors } = await closed.query(document);
    expect(status).toBe(400);
    expect(errors[0]).toMatchObject({ extensions: { code: 'DOCUMENT_INVALID' } });
    expect((await closed.query(document, undefined, { caller: 'sandbox-operator' })).errors).toEqual([]);
    // its answer was not remembered for others
    expect((await closed.query(document)).status).toBe(400);
  });

  test.each([
    ['a field', '{ viewr { name } }', undefined],
    ['an argument', '{ organization(i: "1001") { id } }', undefined],
    ['a type', '{ viewer { ... on Viewr { name } } }', undefined],
    [
      'a value in a variable',
      'query($f: PaymentFilter) { organization(id: "1001") { payments(filter: $f) { totalCount } } }',
      { f: { statuses: ['PAYD'] } },
    ],
  ])('%s that is nearly right is put right for operators alone', async (_, document, variables) => {
    for (const caller of ['sandbox-operator', 'sandbox-owner']) {
      const { status, errors } = await closed.query(document, variables, { caller });
      expect(status).toBe(400);
      const isPutRight = errors.some(({ message }) => message.includes('Did you mean'));
      expect(isPutRight).toBe(caller === 'sandbox-operator');
    }
  });
});

describe('more than can be borne', () => {
  test('beyond the operations in flight all are refused at once, health is not, and it passes', async () => {
    await using busy = await startTestGateway({
      settings: { ...withLimits({ operationsInFlight: 2 }), operationDeadlineMs: 1500 },
    });
    await busy.control('faults', { endpoint: '*', fault: 'hang', times: 2 });
    const hanging = ['1001', '1002'].map((id) => busy.query(subscription.replace('1001', id)));
    const asked = 'GET /organizations/{organizationId}/subscription';
    await expect.poll(() => busy.requests(asked)).toBe(2);

    const refused = await busy.query(viewer);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.errors).toMatchObject([{ extensions: { code: 'OVERLOADED', retryAfter: 1 } }]);
    expect((await fetch(`${busy.url}/health`)).status).toBe(200);
    expect((await fetch(`${busy.url}/ready`)).status).toBe(200);

    expect((await Promise.all(hanging)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await busy.query(viewer)).status).toBe(200);
  });

  test('a caller that asks too often is told when to come back; others are not held up', async () => {
    const clock = createFakeClock();
    await using patient = await startTestGateway({ settings: withLimits({ requestsPerMinute: 2 }), clock });
    for (let time = 0; time < 2; time += 1) expect((await patient.query(viewer)).status).toBe(200);
    const refused = await patient.query(viewer);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 30 } }]);
    expect((await patient.query(viewer, undefined, { caller: 'sandbox-admin' })).status).toBe(200);
    await clock.pass(30_000);
    expect((await patient.query(viewer)).status).toBe(200);
  });
});

test('a caller can see what it has left of its minute, and another caller has its own', async () => {
  await using strict = await startTestGateway({ settings: withLimits({ requestsPerMinute: 3 }) });
  const ask = (caller: string) =>
    strict.query<{ viewer: { rateLimit: { used: number; remaining: number; resetAt: string } } }, object>(
      '{ viewer { rateLimit { limit used remaining resetAt } } }',
      {},
      { caller },
    );
  const first = (await ask('sandbox-owner')).data?.viewer.rateLimit;
  expect(first).toMatchObject({ limit: 3, used: 1, remaining: 2 });
  expect(Date.parse(first!.resetAt)).toBeGreaterThan(Date.now());
  expect((await ask('sandbox-owner')).data?.viewer.rateLimit).toMatchObject({ used: 2, remaining: 1 });
  expect((await ask('sandbox-member')).data?.viewer.rateLimit).toMatchObject({ used: 1, remaining: 2 });
  await ask('sandbox-owner');
  const refused = await ask('sandbox-owner');
  expect([refused.status, refused.errors[0]?.extensions?.['code']]).toEqual([429, 'RATE_LIMITED']);
});
