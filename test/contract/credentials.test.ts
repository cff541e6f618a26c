import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createCredentials } from '../../src/access/credentials.ts';
import { createKey, revokeKey, rotateKey } from '../../src/access/keys.ts';
import { createSeal } from '../../src/access/seal.ts';
import { tokenSettings } from '../../src/access/token-settings.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { openStore } from '../../src/store/store.ts';
import { startTestGateway } from '../kit/gateway.ts';
import { openGreetedSocket } from '../kit/raw-socket.ts';
import { readEvents } from '../kit/read-events.ts';
import { createFakeClock } from '../unit/fake-clock.ts';

/** A gateway on a store in a file, and that store as a command beside the gateway opens it. */
async function setUp(settings: Partial<Config> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-credentials-'));
  const url = `sqlite:${join(folder, 'tollgate.db')}`;
  const store = openStore(url);
  const clock = createFakeClock();
  return {
    folder,
    store,
    clock,
    now: () => new Date(clock.now()),
    start: (more: Partial<Config> = {}) =>
      startTestGateway({ clock, settings: { store: { url }, ...settings, ...more } }),
    async [Symbol.asyncDispose]() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const who = '{ viewer { name isOperator } organization(id: "1002") { makeId subscription { status } } }';

test('an API key made while the gateway runs opens what it is for; revoked, it is no credential within seconds', async () => {
  await using t = await setUp();
  await using gateway = await t.start();
  const wish = {
    name: 'export',
    scopes: [],
    operator: false,
    organizations: [{ id: 1002, role: 'OWNER' as const, teams: [] }],
    expiresAt: null,
  };
  const { key, text } = await createKey(t.store, wish, t.now());
  const { data, errors } = await gateway.query(who, {}, { caller: text });
  expect(data).toEqual({
    viewer: { name: 'export', isOperator: false },
    organization: { makeId: '1002', subscription: null },
  });
  expect(errors[0]?.extensions?.['code']).toBe('FORBIDDEN');
  await revokeKey(t.store, key.id, t.now());
  await t.clock.pass(2000);
  const after = await gateway.query(who, {}, { caller: text });
  expect([after.status, after.errors[0]?.extensions?.['code']]).toEqual([401, 'UNAUTHENTICATED']);
});

test('sockets and event streams that are open under an API key end when it is revoked, and others go on', async () => {
  await using t = await setUp();
  await using gateway = await t.start();
  const wish = {
    name: 'follower',
    scopes: ['billing:read' as const],
    operator: false,
    organizations: [{ id: 1002, role: 'OWNER' as const, teams: [] }],
    expiresAt: null,
  };
  const [ended, kept] = [await createKey(t.store, wish, t.now()), await createKey(t.store, wish, t.now())];
  const query = 'subscription { organizationEvents(organizationId: "1002") { id } }';
  const open = async ({ text }: { readonly text: string }) => {
    const authorization = `Bearer ${text}`;
    const body = JSON.stringify({ query });
    const socket = await openGreetedSocket(gateway.url, { authorization });
    socket.send({ type: 'subscribe', id: 'a', payload: { query } });
    const stream = await readEvents(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization },
      body,
    });
    return { socket, stream };
  };
  const [one, other] = [await open(ended), await open(kept)];
  await revokeKey(t.store, ended.key.id, t.now());
  await t.clock.pass(2000);
  expect(await one.socket.closed).toEqual({ code: 4403, reason: 'Token revoked' });
  expect((await one.stream.next())?.data).toMatchObject({
    errors: [{ message: 'The credential was revoked.', extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect((await one.stream.next())?.event).toBe('complete');
  expect(await one.stream.next()).toBeUndefined();

  await t.clock.pass(10_000);
  other.socket.send({ type: 'ping' });
  expect(await other.socket.next()).toEqual({ type: 'pong' });
  // a rotated key ends at another moment than it was made for
  await rotateKey(t.store, kept.key.id, { now: t.now(), oldEndsAt: new Date(t.clock.now() + 5000) });
  await t.clock.pass(6000);
  expect(await other.socket.closed).toEqual({ code: 4403, reason: 'Token expired' });
  expect((await other.stream.next())?.data).toMatchObject({
    errors: [{ message: 'The credential has expired.' }],
  });
});

test('an API key outlives the sandbox that its store remembers', async () => {
  await using t = await setUp();
  const { text } = await createKey(
    t.store,
    { name: 'kept', scopes: [], operator: true, organizations: [], expiresAt: null },
    t.now(),
  );
  for (let world = 0; world < 2; world += 1) {
    await using gateway = await t.start();
    expect((await gateway.query('{ viewer { name } }', {}, { caller: text })).data).toEqual({
      viewer: { name: 'kept' },
    });
  }
});

test('tokens of the identity provider open what they say; every other is answered alike, with 401', async () => {
  const secret = 'a secret of thirty-two characters';
  const jwt = tokenSettings.parse({ issuer: 'id', audience: 'tollgate', secret, algorithms: ['HS256'] });
  await using t = await setUp({ jwt });
  await using gateway = await t.start();
  const sign = (subject: string, issuer = 'id') =>
    new SignJWT({ scope: 'billing:read', tollgate: { organizations: [{ id: 1002, role: 'ACCOUNTANT' }] } })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setAudience('tollgate')
      .setSubject(subject)
      .setExpirationTime(Math.floor(t.clock.now() / 1000) + 60)
      .sign(new TextEncoder().encode(secret));
  const known = await gateway.query<Record<string, object>, object>(who, {}, { caller: await sign('anna') });
  expect(known.errors).toEqual([]);
  expect(known.data).toMatchObject({
    viewer: { name: 'anna', isOperator: false },
    organization: { subscription: {} },
  });

  const valid = await sign('anna');
  const wrong = [
    await sign('anna', 'other'),
    await sign('sandbox-operator'),
    `${valid}x`,
    'a.b.c',
    `tg_${'0'.repeat(12)}_${'x'.repeat(43)}`,
  ];
  const answers = await Promise.all(wrong.map((caller) => gateway.query(who, {}, { caller })));
  for (const { status, errors, headers } of answers) {
    expect(status).toBe(401);
    expect(errors).toEqual([
      {
        message: 'A valid credential is needed: authorization: Bearer <key>.',
        extensions: { code: 'UNAUTHENTICATED', requestId: headers.get('x-request-id') },
      },
    ]);
  }
  await t.clock.pass(91_000);
  expect((await gateway.query(who, {}, { caller: valid })).status).toBe(401);
});

test('a token that the store keeps goes before the configured one, and is replaced without a restart', async () => {
  const secretKey = 'a passphrase of some length';
  const defaults = readConfig({});
  const organizations = defaults.organizations.map((one) =>
    one.id === 1001 ? { ...one, token: 'wrong-token' } : one,
  );
  await using t = await setUp({ secretKey, organizations });
  await using gateway = await t.start();
  const ask = () => gateway.query('{ organization(id: "1001") { subscription { status } } }');
  expect((await ask()).errors[0]?.extensions?.['code']).toBe('UPSTREAM_AUTH');

  const credentials = createCredentials(t.store, createSeal(secretKey));
  await credentials.set(1001, '00000000-0000-4000-8000-000000001001', t.now());
  await t.clock.pass(2000);
  expect((await ask()).errors).toEqual([]);
  const kept =
    readFileSync(join(t.folder, 'tollgate.db'), 'latin1') +
    readFileSync(join(t.folder, 'tollgate.db-wal'), 'latin1');
  expect(kept).toContain('credential:1001');
  expect(kept).not.toContain('000000001001');
});

test('a gateway whose key does not open what is kept does not start, and names neither token nor key', async () => {
  await using t = await setUp();
  const credentials = createCredentials(t.store, createSeal('a passphrase of some length'));
  await credentials.set(1001, 'token-of-1001', t.now());
  await expect(t.start({ secretKey: 'another passphrase of some length' })).rejects.toThrow(
    /^TOLLGATE_SECRET_KEY does not open the token of organization 1001\.$/,
  );
});
