import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TokenSettings, tokenSettings } from '../../src/access/token-settings.ts';
import { createTokenReader } from '../../src/access/tokens.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

const secret = 'a secret of thirty-two characters';
const claims = {
  scope: 'openid billing:read usage:read',
  tollgate: { organizations: [{ id: 1001, role: 'MEMBER', teams: [10011], user: 100105 }] },
};
let keys: Keys;
let otherKeys: Keys;
beforeAll(async () => {
  [keys, otherKeys] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
});

/** An identity provider that shows the keys it is given, and counts who asks. */
async function startProvider() {
  let body = '{"keys":[]}';
  let status = 200;
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/keys`,
    asked: () => asked,
    async show(named: Readonly<Record<string, Keys>>) {
      const shown = Object.entries(named).map(async ([kid, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid,
      }));
      body = JSON.stringify({ keys: await Promise.all(shown) });
    },
    answer(newStatus: number, newBody = body) {
      status = newStatus;
      body = newBody;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let provider: Awaited<ReturnType<typeof startProvider>>;
beforeAll(async () => {
  provider = await startProvider();
  await provider.show({ one: keys });
});
afterAll(() => provider[Symbol.asyncDispose]());

function settingsWith(wish: object): TokenSettings {
  return tokenSettings.parse({ issuer: 'https://id.example', audience: 'tollgate', ...wish });
}

function readerOf(wish: object, clock: FakeClock) {
  const failures: unknown[] = [];
  const read = createTokenReader(settingsWith(wish), clock, (error) => failures.push(error));
  return { read, failures };
}

interface TokenWish {
  readonly kid?: string;
  readonly with?: Keys;
  /** Signed with the key of nobody that is known. */
  readonly isForged?: boolean;
  readonly payload?: object;
  readonly issuer?: string;
  readonly audience?: string;
  readonly subject?: string | null;
  /** Seconds from now. */
  readonly endsIn?: number | null;
  readonly beginsIn?: number;
}

function tokenAt(clock: FakeClock, wish: TokenWish = {}): Promise<string> {
  const seconds = Math.floor(clock.now() / 1000);
  const { subject = 'anna', endsIn = 300, beginsIn } = wish;
  const token = new SignJWT({ ...claims, ...wish.payload })
    .setProtectedHeader({ alg: 'ES256', kid: wish.kid ?? 'one' })
    .setIssuer(wish.issuer ?? 'https://id.example')
    .setAudience(wish.audience ?? 'tollgate');
  if (subject !== null) token.setSubject(subject);
  if (endsIn !== null) token.setExpirationTime(seconds + endsIn);
  if (beginsIn !== undefined) token.setNotBefore(seconds + beginsIn);
  return token.sign((wish.isForged === true ? otherKeys : (wish.with ?? keys)).privateKey);
}

test('a token stands for who its claims name, with the scopes that this gateway knows', async () => {
  const clock = createFakeClock();
  const { read } = readerOf({ jwksUrl: provider.url, algorithms: ['ES256'] }, clock);
  expect(await read(await tokenAt(clock))).toEqual({
    name: 'anna',
    isOperator: false,
    scopes: new Set(['billing:read', 'usage:read']),
    grants: new Map([[1001, { role: 'MEMBER', teams: new Set([10011]), user: 100105 }]]),
    expiresAt: clock.now() + 330_000,
  });
  const bare = await read(await tokenAt(clock, { payload: { scope: undefined, tollgate: undefined } }));
  expect(bare).toMatchObject({ isOperator: false, scopes: new Set(), grants: new Map() });
});

test('claims can have other names', async () => {
  const clock = createFakeClock();
  const names = { name: 'email', scopes: ['permissions'], access: 'https://id.example/access' };
  const { read } = readerOf({ jwksUrl: provider.url, algorithms: ['ES256'], claims: names }, clock);
  const payload = {
    email: 'anna@example.com',
    permissions: ['plans:write'],
    'https://id.example/access': { operator: true },
  };
  expect(await read(await tokenAt(clock, { payload }))).toMatchObject({
    name: 'anna@example.com',
    isOperator: true,
    scopes: new Set(['plans:write']),
  });
});

test.each<[string, TokenWish]>([
  ['of another issuer', { issuer: 'https://evil.example' }],
  ['for another audience', { audience: 'someone-else' }],
  ['that has ended', { endsIn: -31 }],
  ['that has not begun', { beginsIn: 31 }],
  ['without an end', { endsIn: null }],
  ['without a subject', { subject: null }],
  ['of a key that is not shown', { kid: 'two' }],
  ['signed with another key under a known id', { isForged: true }],
  [
    'with a role that there is not',
    { payload: { tollgate: { organizations: [{ id: 1001, role: 'ROOT' }] } } },
  ],
  [
    'with an organization that is no number',
    { payload: { tollgate: { organizations: [{ id: '1001', role: 'OWNER' }] } } },
  ],
  ['with an access claim of another form', { payload: { tollgate: 'everything' } }],
  ['with scopes of another form', { payload: { scope: { all: true } } }],
])('a token %s is not believed', async (_, wish) => {
  const clock = createFakeClock();
  const { read } = readerOf({ jwksUrl: provider.url, algorithms: ['ES256'] }, clock);
  const spoilt = await tokenAt(clock, wish);
  expect(await read(spoilt)).toBeUndefined();
  expect(await read(await tokenAt(clock))).toBeDefined();
});

test('algorithms are pinned: none, a public key taken for a secret, and one that was not named are refused', async () => {
  const clock = createFakeClock();
  const { read } = readerOf({ jwksUrl: provider.url, algorithms: ['ES256'] }, clock);
  const end = Math.floor(clock.now() / 1000) + 300;
  const unsigned = new UnsecuredJWT(claims)
    .setIssuer('https://id.example')
    .setAudience('tollgate')
    .setSubject('anna')
    .setExpirationTime(end)
    .encode();
  expect(await read(unsigned)).toBeUndefined();
  expect(await read(`${unsigned}x`)).toBeUndefined();
  const publicKey = new TextEncoder().encode(JSON.stringify(await exportJWK(keys.publicKey)));
  const confused = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .setIssuer('https://id.example')
    .setAudience('tollgate')
    .setSubject('anna')
    .setExpirationTime(end)
    .sign(publicKey);
  expect(await read(confused)).toBeUndefined();
  const other = readerOf({ jwksUrl: provider.url, algorithms: ['RS256'] }, clock);
  expect(await other.read(await tokenAt(clock))).toBeUndefined();
});

test('with a shared secret only tokens that it signed count', async () => {
  const clock = createFakeClock();
  const { read } = readerOf({ secret, algorithms: ['HS256'] }, clock);
  const sign = (text: string, alg = 'HS256') =>
    new SignJWT(claims)
      .setProtectedHeader({ alg })
      .setIssuer('https://id.example')
      .setAudience('tollgate')
      .setSubject('anna')
      .setExpirationTime(Math.floor(clock.now() / 1000) + 300)
      .sign(new TextEncoder().encode(text));
  expect(await read(await sign(secret))).toMatchObject({ name: 'anna' });
  expect(await read(await sign(`${secret}!`))).toBeUndefined();
  expect(await read(await sign(secret.padEnd(64, ' '), 'HS512'))).toBeUndefined();
  expect(await read(await tokenAt(clock))).toBeUndefined();
});

test('a new key is found when it is first met, and unknown ids ask no more than once in 30 seconds', async () => {
  await using own = await startProvider();
  await own.show({ one: keys });
  const clock = createFakeClock();
  const { read } = readerOf({ jwksUrl: own.url, algorithms: ['ES256'] }, clock);
  const fresh = await tokenAt(clock, { kid: 'two', with: otherKeys });
  expect(await read(await tokenAt(clock))).toBeDefined();
  await own.show({ one: keys, two: otherKeys });
  for (let time = 0; time < 5; time += 1) expect(await read(fresh)).toBeUndefined();
  expect(own.asked()).toBe(1);
  await clock.pass(30_000);
  const readings = await Promise.all(Array.from({ length: 5 }, () => read(fresh)));
  expect(readings.every((caller) => caller?.name === 'anna')).toBe(true);
  expect(own.asked()).toBe(2);
});

test('a withdrawn key is let go of, and a provider that is down is believed for a day', async () => {
  await using own = await startProvider();
  await own.show({ one: keys });
  const clock = createFakeClock();
  const { read, failures } = readerOf({ jwksUrl: own.url, algorithms: ['ES256'] }, clock);
  const token = await tokenAt(clock, { endsIn: 100 * 3600 });
  expect(await read(token)).toBeDefined();
  own.answer(503);
  await clock.pass(23 * 3_600_000);
  expect(await read(token)).toBeDefined();
  expect(failures).toHaveLength(1);
  await clock.pass(2 * 3_600_000);
  expect(await read(token)).toBeUndefined();
  own.answer(200);
  await own.show({ two: otherKeys });
  await clock.pass(30_000);
  expect(await read(token)).toBeUndefined();
  expect(await read(await tokenAt(clock, { kid: 'two', with: otherKeys }))).toBeDefined();
});

test.each([
  ['no JSON', '<html>'],
  ['no key set', '{"keys":"none"}'],
  ['more than a key set needs', `{"keys":[],"x":"${'y'.repeat(300_000)}"}`],
])('%s from the provider opens nothing, and is told', async (_, body) => {
  await using own = await startProvider();
  own.answer(200, body);
  const clock = createFakeClock();
  const { read, failures } = readerOf({ jwksUrl: own.url, algorithms: ['ES256'] }, clock);
  expect(await read(await tokenAt(clock))).toBeUndefined();
  expect(failures).toHaveLength(1);
});
