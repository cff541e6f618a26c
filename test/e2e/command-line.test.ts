import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { startTestGateway } from '../kit/gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-command-line-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function tollgate(
  args: readonly string[],
  environment: Record<string, string> = {},
  input = '',
): Promise<Ran> {
  const child = spawn('node', ['src/main.ts', ...args], { env: { ...process.env, ...environment } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

test('a key made beside a running gateway opens it, is listed without its secret, and is rotated and revoked', async () => {
  const STORE_URL = `sqlite:${join(folder, 'keys.db')}`;
  await using gateway = await startTestGateway({ settings: { store: { url: STORE_URL } } });
  const statusOf = async (caller: string) =>
    (await gateway.query('{ viewer { name } }', {}, { caller })).status;

  const made = await tollgate(
    [
      'keys',
      'create',
      '--name',
      'dashboard',
      '--scopes',
      'billing:read',
      '--organization',
      '1001:TEAM_ADMIN:teams=10011:user=100104',
    ],
    { STORE_URL },
  );
  const key = made.out.trim();
  const id = key.split('_')[1] ?? '';
  expect([made.code, made.out]).toEqual([0, `${key}\n`]);
  const viewer = await gateway.query('{ viewer { name scopes roles { role teams } } }', {}, { caller: key });
  expect(viewer.data).toEqual({
    viewer: {
      name: 'dashboard',
      scopes: ['billing:read'],
      roles: [{ role: 'TEAM_ADMIN', teams: ['10011'] }],
    },
  });

  const listed = await tollgate(['keys', 'list'], { STORE_URL });
  expect(listed.out).toMatch(new RegExp(`^${id}  dashboard  active .*1001:TEAM_ADMIN  billing:read$`, 'm'));
  expect(listed.out).not.toContain(key.slice(-20));
  expect((await tollgate(['keys', 'create', '--name', 'dashboard', '--operator'], { STORE_URL })).code).toBe(
    1,
  );

  const rotated = await tollgate(['keys', 'rotate', id, '--overlap-minutes', '5'], { STORE_URL });
  const newKey = rotated.out.trim();
  expect([await statusOf(key), await statusOf(newKey)]).toEqual([200, 200]);
  expect(await tollgate(['keys', 'revoke', id], { STORE_URL })).toMatchObject({ code: 0 });
  await expect.poll(() => statusOf(key), { timeout: 10_000 }).toBe(401);
  expect(await statusOf(newKey)).toBe(200);
});

test.concurrent.each([
  [['kees'], 'kees: not a command. Accepted: keys, credentials, audit'],
  [['keys'], 'tollgate keys create --name NAME'],
  [['keys', 'crate'], 'crate: not an action of keys'],
  [['keys', 'create', '--operator'], '--name: found nothing'],
  [['keys', 'create', '--name', 'x'], 'give --organization or --operator'],
  [
    ['keys', 'create', '--name', 'x', '--organization', '1001:BOSS'],
    '--organization: found 1001:BOSS, accepted: ID:ROLE',
  ],
  [
    ['keys', 'create', '--name', 'x', '--operator', '--scopes', 'all'],
    '--scopes: found all, accepted: usage:read,',
  ],
  [['keys', 'create', '--name', 'x', '--operator', '--expires', 'soon'], '--expires: found soon'],
  [['keys', 'list', '--name', 'x'], '--name: not an option of keys list'],
  [['keys', 'revoke'], 'keys revoke takes the id of one key'],
  [['keys', 'list', '--verbose'], '--verbose'],
  [['credentials', 'set', '--organization', '1001', 'the-token'], 'never from the command line'],
  [['audit', 'export', '--format', 'xml'], '--format: found xml, accepted: json, csv'],
  [['audit', 'verify', '--from', '2026-01-01'], 'audit takes verify without options'],
])('%j is answered with what is accepted, and 2', async (args, message) => {
  const { code, out, err } = await tollgate(args, { STORE_URL: `sqlite:${join(folder, 'none.db')}` });
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
  expect(err).not.toContain('    at ');
});

test.concurrent.each([
  [['keys', 'list'], {}, 'the store is memory:'],
  [['audit', 'verify'], {}, 'the store is memory:'],
  [['audit', 'verify'], { STORE_URL: `sqlite:${join(folder, 'not-there.db')}` }, 'There is no store at'],
  [
    ['credentials', 'list'],
    { STORE_URL: `sqlite:${join(folder, 'x.db')}` },
    'TOLLGATE_SECRET_KEY is not set',
  ],
  [['keys', 'list'], { PORT: 'abc' }, 'port (PORT): found "abc"'],
])('%j with %j cannot be done: it says why, with 1', async (args, environment, message) => {
  const { code, err } = await tollgate(args, environment);
  expect(code).toBe(1);
  expect(err).toContain(message);
});

test('a credential is read from standard input, listed without itself, and removed', async () => {
  const environment = {
    STORE_URL: `sqlite:${join(folder, 'credentials.db')}`,
    TOLLGATE_SECRET_KEY: 'a passphrase of some length',
  };
  const set = ['credentials', 'set', '--organization', '1001'];
  expect(await tollgate(set, environment, 'token-of-1001\n')).toEqual({
    code: 0,
    out: 'The token of organization 1001 is kept.\n',
    err: '',
  });
  const listed = await tollgate(['credentials', 'list'], environment);
  expect(listed.out).toMatch(/^ORGANIZATION {2}SET\n1001 {10}\d{4}-.*Z\n$/);
  expect(readFileSync(join(folder, 'credentials.db'), 'latin1')).not.toContain('token-of-1001');
  expect(
    await tollgate(['credentials', 'set', '--organization', '1002'], environment, 'token-of-1001'),
  ).toMatchObject({
    code: 1,
    err: 'Another organization has this token. A shared token stands in the configuration.\n',
  });
  expect(await tollgate(set, environment, 'two words')).toMatchObject({ code: 2 });
  expect(await tollgate(['credentials', 'set', '--organization', '99'], environment, 'x')).toMatchObject({
    code: 1,
  });
  const remove = ['credentials', 'remove', '--organization', '1001'];
  expect([(await tollgate(remove, environment)).code, (await tollgate(remove, environment)).code]).toEqual([
    0, 1,
  ]);
});

test('the access log is exported and verified, and an entry that somebody changed is found', async () => {
  const path = join(folder, 'audit.db');
  const STORE_URL = `sqlite:${path}`;
  {
    await using gateway = await startTestGateway({ settings: { store: { url: STORE_URL } } });
    const ask = (id: string, caller: string, reason: string) =>
      gateway.query(
        `{ organization(id: "${id}") { subscription { status } } }`,
        {},
        { caller, headers: { 'x-tollgate-reason': reason } },
      );
    await ask('1001', 'sandbox-owner', '=HYPERLINK("x"), they say');
    await ask('1001', 'sandbox-member', 'curious');
    await ask('1002', 'sandbox-owner', 'other');
  }
  const exported = await tollgate(['audit', 'export', '--organization', '1001', '--from', '2020-01-01'], {
    STORE_URL,
  });
  expect(JSON.parse(exported.out)).toMatchObject([
    { caller: 'sandbox-owner', organization: 1001, outcome: 'ok', reason: '=HYPERLINK("x"), they say' },
    { caller: 'sandbox-member', organization: 1001, outcome: 'refused', refused: ['subscription'] },
  ]);
  const table = await tollgate(['audit', 'export', '--organization', '1001', '--format', 'csv'], {
    STORE_URL,
  });
  expect(table.out.split('\r\n')).toEqual([
    'at,requestId,caller,organization,kind,operation,fields,refused,reason,outcome,objects,code',
    expect.stringMatching(/,sandbox-owner,1001,query,,subscription,,"'=HYPERLINK\(""x""\), they say",ok,,$/),
    expect.stringMatching(/,sandbox-member,1001,query,,,subscription,curious,refused,,$/),
    '',
  ]);
  const none = await tollgate(['audit', 'export', '--to', '2020-01-01'], { STORE_URL });
  expect(JSON.parse(none.out)).toEqual([]);

  expect((await tollgate(['audit', 'verify'], { STORE_URL })).out).toMatch(
    /^The access log holds together: 3 entries/,
  );
  const database = new DatabaseSync(path);
  database.exec(`UPDATE logs SET row = replace(row, 'curious', 'my duty') WHERE log = 'access'`);
  database.close();
  const broken = await tollgate(['audit', 'verify'], { STORE_URL });
  expect(broken.code).toBe(1);
  expect(broken.err).toMatch(
    /^The access log is broken at group \d+: its entries are not those that were written\.\n/,
  );
});
