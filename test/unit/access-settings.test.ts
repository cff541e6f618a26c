import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigFaults, printConfig, readConfig } from '../../src/config.ts';
import { warningsAbout } from '../../src/startup-warnings.ts';
import { openStore } from '../../src/store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-access-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function fileWith(settings: object): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, JSON.stringify(settings), { mode: 0o600 });
  return path;
}

function faultsOf(settings: object, environment: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    readConfig({ TOLLGATE_CONFIG: fileWith(settings), ...environment });
    return [];
  } catch (error) {
    if (error instanceof ConfigFaults) return error.message.split('\n');
    throw error;
  }
}

const secret = 'a secret of thirty-two characters';
const jwt = { issuer: 'https://id.example', audience: 'tollgate' };

test.each([
  [{ ...jwt, secret, algorithms: ['HS256'] }, []],
  [{ ...jwt, jwksUrl: 'https://id.example/keys', algorithms: ['RS256', 'EdDSA'] }, []],
  [{ ...jwt, jwksUrl: 'http://127.0.0.1:8080/keys', algorithms: ['ES256'] }, []],
  [
    { ...jwt, algorithms: ['HS256'] },
    ['jwt: found neither jwksUrl nor secret, accepted: one of jwksUrl and secret'],
  ],
  [
    { ...jwt, secret, jwksUrl: 'https://id.example/keys', algorithms: ['HS256'] },
    ['jwt: found jwksUrl and secret, accepted: one of jwksUrl and secret'],
  ],
  [
    { ...jwt, secret, algorithms: ['HS256', 'RS256'] },
    ['jwt.algorithms: found RS256, accepted: HS256, HS384, HS512'],
  ],
  [
    { ...jwt, jwksUrl: 'https://id.example/keys', algorithms: ['HS256'] },
    [expect.stringMatching(/^jwt.algorithms: found HS256, accepted: RS256, /)],
  ],
  [
    { ...jwt, jwksUrl: 'http://id.example/keys', algorithms: ['RS256'] },
    ['jwt.jwksUrl: found http, accepted: https, or http on this machine'],
  ],
  [
    { ...jwt, secret, algorithms: ['none'] },
    [expect.stringMatching(/^jwt.algorithms.0: found "none", accepted: RS256/)],
  ],
  [{ ...jwt, secret, algorithms: [] }, ['jwt.algorithms: found [], accepted: a list that is not empty']],
  [
    { ...jwt, secret: 'too short', algorithms: ['HS256'] },
    ['jwt.secret: found a text that is hidden, accepted: a text of at least 32 characters'],
  ],
])('tokens with the settings %j: %j', (settings, faults) => {
  expect(faultsOf({ jwt: settings })).toEqual(faults);
});

test('a passphrase that is guessed is refused without being shown', () => {
  expect(faultsOf({}, { TOLLGATE_SECRET_KEY: 'short-passphrase' })).toEqual([
    'secretKey (TOLLGATE_SECRET_KEY): found a text that is hidden, accepted: 32 bytes in base64 (openssl rand -base64 32), or a passphrase of at least 20 characters',
  ]);
});

test('an organization has a token, or there is a key that opens a kept one', () => {
  const settings = { organizations: [{ id: 7, zone: 'eu1.make.com' }] };
  expect(faultsOf(settings)).toEqual([
    'organizations.0.token: found nothing, and no TOLLGATE_SECRET_KEY to open one that the store keeps, accepted: a token, or TOLLGATE_SECRET_KEY',
  ]);
  expect(faultsOf(settings, { TOLLGATE_SECRET_KEY: 'a passphrase of some length' })).toEqual([]);
});

test('the settings in effect show none of the secrets', () => {
  const printed = printConfig(
    readConfig({
      TOLLGATE_CONFIG: fileWith({ jwt: { ...jwt, secret, algorithms: ['HS256'] } }),
      TOLLGATE_SECRET_KEY: 'a passphrase of some length',
    }),
  );
  expect(printed).not.toContain(secret);
  expect(printed).not.toContain('passphrase');
});

test('secrets that are written out are told by their paths alone', () => {
  const path = fileWith({
    platform: { url: 'https://billing.example', key: 'sk-written-out' },
    organizations: [
      { id: 1, token: '${MAKE_TOKEN}' },
      { id: 2, token: 'written-out' },
    ],
    callers: [{ name: 'dashboard', key: '${DASHBOARD_KEY}' }],
  });
  expect(warningsAbout({ store: { url: 'memory:' } }, path)).toEqual([
    `${path}: platform.key is written out. Better: \${NAME}, taken from the environment.`,
    `${path}: organizations.1.token is written out. Better: \${NAME}, taken from the environment.`,
  ]);
});

test('files that others can read are told, and the store is closed to them', async () => {
  const path = fileWith({});
  const storePath = join(folder, 'store.db');
  const store = { url: `sqlite:${storePath}` };
  expect(warningsAbout({ store }, path)).toEqual([]);
  await openStore(store.url).close();
  chmodSync(path, 0o640);
  chmodSync(storePath, 0o644);
  expect(warningsAbout({ store }, path)).toEqual([
    `${path} can be read by others than its owner. Better: chmod 600 ${path}`,
    `${storePath} could be read by others than its owner. Its mode is set to 600.`,
  ]);
  await openStore(store.url).close();
  expect(statSync(storePath).mode & 0o777).toBe(0o600);
});
