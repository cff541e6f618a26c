import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { operationsPerExtra, planLimits, prices } from '../../sandbox/make-billing/catalogue.ts';
import { ConfigFaults, helpText, printConfig, readConfig } from '../../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, `${Math.abs(content.length)}-${content.slice(0, 3).codePointAt(1)}.json`);
  writeFileSync(path, content);
  return path;
}

function faultsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigFaults) return error.message.split('\n');
    throw error;
  }
  return [];
}

const upstreams = {
  make: { url: 'https://make.example/api/v2' },
  organizations: [{ id: 7, token: '${MAKE_TOKEN}' }],
};

test('without settings the gateway runs on its own sandbox and keeps its store in memory', () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    usesSandbox: true,
    introspection: 'on',
    store: { url: 'memory:' },
    make: { dialect: 'documented', url: 'http://127.0.0.1:4010/api/v2' },
    platform: { url: 'http://127.0.0.1:4012' },
  });
  expect(config.organizations.map(({ id }) => id)).toEqual(
    Array.from({ length: 20 }, (_, place) => 1001 + place),
  );
});

test('numbers of cards are taken in development, and in production where a setting says so', () => {
  const file = fileWith(JSON.stringify({ ...upstreams, organizations: [{ id: 7, token: 'secret' }] }));
  const cardsWith = (environment: NodeJS.ProcessEnv) =>
    readConfig({ TOLLGATE_CONFIG: file, ...environment }).cards;
  expect(cardsWith({})).toBe('on');
  expect(cardsWith({ NODE_ENV: 'production' })).toBe('off');
  expect(cardsWith({ NODE_ENV: 'production', CARD_INPUT: 'on' })).toBe('on');
  expect(cardsWith({ CARD_INPUT: 'off' })).toBe('off');
  expect(faultsOf({ CARD_INPUT: 'maybe' })).toEqual(['cards (CARD_INPUT): found "maybe", accepted: on, off']);
});

test('the live dialect is at the second port of the sandbox', () => {
  const { make } = readConfig({ MAKE_DIALECT: 'live', TOLLGATE_SANDBOX_URL: 'http://127.0.0.1:5010/' });
  expect(make).toMatchObject({ dialect: 'live', url: 'http://127.0.0.1:5011/api/v2' });
});

test('every fault is told at once, with its path, what was found and what is accepted', () => {
  const faults = faultsOf({
    PORT: 'abc',
    MAKE_DIALECT: 'klingon',
    STORE_URL: 'mysql://x',
    OPERATION_DEADLINE_MS: '3.5',
    TOLLGATE_INTROSPECTION: 'maybe',
    NODE_ENV: 'production',
  });
  expect(faults).toHaveLength(6);
  expect(faults).toContain('port (PORT): found "abc", accepted: a number');
  expect(faults).toContain('make.dialect (MAKE_DIALECT): found "klingon", accepted: documented, live');
  expect(faults).toContain(
    'introspection (TOLLGATE_INTROSPECTION): found "maybe", accepted: on, off, operators',
  );
  expect(faults.join()).toContain('organizations: found no upstream with NODE_ENV=production');
});

test('names in the file are filled in from the environment', () => {
  const path = fileWith(JSON.stringify(upstreams));
  expect(readConfig({ TOLLGATE_CONFIG: path, MAKE_TOKEN: 'secret-7' }).organizations).toEqual([
    { id: 7, token: 'secret-7' },
  ]);
  expect(faultsOf({ TOLLGATE_CONFIG: path })).toContain(
    'organizations.0.token: found ${MAKE_TOKEN}, which is not set, accepted: MAKE_TOKEN in the environment',
  );
});

test('a variable goes before the file', () => {
  const path = fileWith(JSON.stringify({ ...upstreams, port: 1234 }));
  expect(readConfig({ TOLLGATE_CONFIG: path, MAKE_TOKEN: 'x' }).port).toBe(1234);
  expect(readConfig({ TOLLGATE_CONFIG: path, MAKE_TOKEN: 'x', PORT: '4321' }).port).toBe(4321);
});

test.each([
  ['[]', 'TOLLGATE_CONFIG: found [], accepted: a file with a JSON object'],
  ['{', 'which is not JSON, accepted: the path of a JSON file'],
  ['{"colour":1}', 'colour: found a setting of this name'],
  ['{"organizations":[{"id":1,"token":"a"}]}', 'organizations.0.zone: found nothing'],
  [
    '{"organizations":[{"id":1,"token":"a","zone":"x.y"},{"id":1,"token":"b","zone":"x.y"}]}',
    '1 a second time',
  ],
  ['{"organizations":[]}', 'organizations: found none'],
])('a file with %s is refused', (content, complaint) => {
  expect(faultsOf({ TOLLGATE_CONFIG: fileWith(content) }).join('\n')).toContain(complaint);
});

test('no secret is told, neither by the settings shown nor by a fault', () => {
  const shown = printConfig(readConfig({}));
  expect(shown).toContain('********');
  expect(shown).not.toContain('00000000-0000-4000-8000');
  expect(shown).not.toContain('sandbox-platform-key');
  const faults = faultsOf({ PLATFORM_URL: 'no-url', PLATFORM_KEY: 'hush-hush' });
  expect(faults.join()).not.toContain('hush-hush');
});

test('the help names every variable', () => {
  for (const name of ['TOLLGATE_CONFIG', 'PORT', 'MAKE_DIALECT', 'STORE_URL', 'TOLLGATE_SANDBOX_URL']) {
    expect(helpText()).toContain(name);
  }
});

test('the catalogue of the configuration is that of the sandbox where it runs on it, whatever else is set', () => {
  const { make } = readConfig({ MAKE_TOKEN_SCHEME: 'Bearer' });
  expect(make.scheme).toBe('Bearer');
  expect(make.prices).toHaveLength(prices.length);
  for (const { id, product, currency, amount, interval } of prices) {
    expect(make.prices).toContainEqual({
      priceId: String(id),
      productId: String(product.id),
      planName: product.name,
      description: null,
      amount: { minorUnits: amount, currency },
      interval: interval === null ? null : interval.toUpperCase(),
      intervalCount: interval === null ? null : 1,
      operations: product.plan === null ? operationsPerExtra : planLimits(product.plan).operations,
    });
  }
});

test('a price that cannot be one is told, and so is one that comes twice', () => {
  const price = { id: 'p1', product: '1', planName: 'Core', amount: 1059, currency: 'USD' };
  const path = (list: readonly object[]) =>
    fileWith(JSON.stringify({ ...upstreams, make: { ...upstreams.make, prices: list } }));
  const wrong = { ...price, amount: 10.59, currency: 'usd', interval: 'fortnight' };
  expect(faultsOf({ TOLLGATE_CONFIG: path([wrong]), MAKE_TOKEN: 'x' })).toEqual([
    'make.prices.0.amount: found 10.59, accepted: a whole number',
    'make.prices.0.currency: found "usd", accepted: three capital letters of ISO 4217 (USD)',
    'make.prices.0.interval: found "fortnight", accepted: day, week, month, year',
  ]);
  expect(faultsOf({ TOLLGATE_CONFIG: path([price, price]), MAKE_TOKEN: 'x' })).toEqual([
    'make.prices.1.id: found p1 a second time, accepted: each id once',
  ]);
});

test('limits, origins and flags can be set from the environment, and are told when they are wrong', () => {
  const config = readConfig({
    MAX_DOCUMENT_DEPTH: '12',
    ALLOWED_ORIGINS: 'https://app.example, http://localhost:5173',
    STRICT_TRANSPORT: 'true',
  });
  expect(config).toMatchObject({
    limits: { documentDepth: 12, documentTokens: 10_000 },
    allowedOrigins: ['https://app.example', 'http://localhost:5173'],
    strictTransport: true,
  });
  expect(readConfig({})).toMatchObject({ allowedOrigins: [], strictTransport: false });
  expect(
    faultsOf({
      MAX_DOCUMENT_DEPTH: '0',
      ALLOWED_ORIGINS: 'https://app.example/,*',
      STRICT_TRANSPORT: 'yes',
    }),
  ).toEqual([
    'strictTransport (STRICT_TRANSPORT): found "yes", accepted: true or false',
    'limits.documentDepth (MAX_DOCUMENT_DEPTH): found 0, accepted: a number from 1',
    'allowedOrigins.0: found "https://app.example/", accepted: an origin without a path (https://app.example)',
    'allowedOrigins.1: found "*", accepted: an origin without a path (https://app.example)',
  ]);
  expect(faultsOf({ HEADERS_TIMEOUT_MS: '40000' })).toEqual([
    'limits.headersTimeoutMs (HEADERS_TIMEOUT_MS): found 40000, accepted: at most limits.requestTimeoutMs (30000)',
  ]);
});
