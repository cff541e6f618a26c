import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

const number = '3782 822463 10005';
const cvc = '7391';
const declined = [
  '4000000000000002',
  '4000000000009995',
  '4000000000000069',
  '4000000000000127',
  '4100000000000019',
];
const declinedCvc = '739';
const secrets = [number, ...declined, '378282246310004'].flatMap((each) => [each, each.replaceAll(' ', '')]);

/** Codes are short: they count where they stand alone, not as a part of a time, an id or a digest. */
const alone = (code: string): RegExp => new RegExp(`(?<![\\w.:+/=-])${code}(?![\\w.:+/=-])`);

function expectNoCard(text: string): void {
  for (const secret of secrets) expect(text).not.toContain(secret);
  for (const code of [cvc, declinedCvc]) expect(text).not.toMatch(alone(code));
}

const folder = mkdtempSync(join(tmpdir(), 'tollgate-cards-'));
const storePath = join(folder, 'tollgate.db');
const responses: string[] = [];
let sandbox: Sandbox;
let child: ChildProcess;
let url = '';
let log = '';

async function ask(body: object, { caller = 'sandbox-owner', explain = '1' } = {}): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${caller}`,
      'content-type': 'application/json',
      'x-tollgate-explain': explain,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  responses.push(text);
  return text;
}

const query = `mutation Add($input: AddPaymentMethodInput!) { addPaymentMethod(input: $input) {
  __typename
  ... on AddPaymentMethodPayload { paymentMethod { id last4 type } }
  ... on Error { code message upstreamCode }
  ... on InvalidInput { faults { path message } }
  ... on PaymentDeclined { reason }
} }`;
const atMake = { organizationId: '1001' };
const atPlatform = { customerId: 'cus_0000000000001001' };
const card = { number, expiryMonth: 12, expiryYear: 2031, cvc };

const add = (input: object, options = {}) =>
  ask({ query, variables: { input: { owner: atMake, ...input } } }, options);

async function fault(endpoint: string, name: string, more = {}): Promise<void> {
  const response = await fetch(`${sandbox.origins.makeDocumented}/__sandbox/faults`, {
    method: 'POST',
    body: JSON.stringify({ endpoint, fault: name, times: 1, ...more }),
  });
  expect(response.status).toBeLessThan(300);
}

beforeAll(async () => {
  sandbox = await createSandbox();
  child = spawn('node', ['src/main.ts'], {
    env: {
      ...process.env,
      PORT: '0',
      LOG_LEVEL: 'debug',
      STORE_URL: `sqlite:${storePath}`,
      TOLLGATE_SANDBOX_URL: sandbox.origins.makeDocumented,
    },
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const [, found] = /Tollgate ready at (\S+)/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`ended: ${log}`)));
  });
}, 60_000);

afterAll(async () => {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

test('after successes and failures of every kind a card stands in no response, log or store', async () => {
  for (const owner of [atMake, atPlatform]) {
    expect(await add({ owner, source: { card }, idempotencyKey: 'kept' })).toContain(
      'AddPaymentMethodPayload',
    );
    for (const each of declined) {
      const source = { card: { ...card, number: each, cvc: declinedCvc } };
      expect(await add({ owner, source, idempotencyKey: each.slice(-4) })).toContain('PaymentDeclined');
    }
    for (const name of ['truncate', 'html', 'error-inside-200', '500', 'reset']) {
      const path =
        owner === atMake
          ? 'POST /cashier/payment-methods'
          : 'POST /billing/customers/{customer_id}/payment-methods';
      await fault(path, name, name === '500' ? { afterEffect: true } : {});
      await add({ owner, source: { card }, idempotencyKey: name });
    }
  }
  // something that the log tells of
  await fault('GET /organizations/{organizationId}/subscription', 'html');
  await ask({ query: '{ organization(id: 1002) { subscription { status } } }' });
  // what is wrong with the card, with the caller, with the variables, with the document
  const wrong = { ...card, number: '378282246310004', expiryYear: 2020 };
  expect(await add({ source: { card: wrong } })).toContain('InvalidInput');
  expect(await add({ source: { card } }, { caller: 'sandbox-member' })).toContain('FORBIDDEN');
  expect(await add({ source: { card } }, { caller: 'nobody' })).toContain('UNAUTHENTICATED');
  expect(await add({ source: { card } }, { explain: 'plan' })).toContain('estimatedCost');
  for (const source of [
    { card: { number, cvc } },
    { card: { ...card, extra: 1 } },
    { card, token: 'tok_visa' },
    { card: number },
    { token: { number, cvc } },
    { card: { ...card, expiryYear: number } },
    { card: [card] },
  ]) {
    expect(await add({ source })).toContain('BAD_USER_INPUT');
  }
  const literal = `{ owner: { organizationId: "1001" }, source: { card: { number: "${number}", cvc: "${cvc}", expiryMonth: 1, expiryYear: 2031 } } }`;
  for (const document of [
    `mutation { addPaymentMethod(input: ${literal}) { __typename } }`,
    `mutation($n: CardNumber! = "${number}", $c: CardCvc! = "${cvc}") { addPaymentMethod(input: { owner: { organizationId: 1 }, source: { card: { number: $n, cvc: $c, expiryMonth: 1, expiryYear: 1 } } }) { __typename } }`,
    `mutation { addPaymentMethod(input: { owner: 1, source: ${literal} }) { __typename } }`,
    `mutation { addPaymentMethod("${number}" "${cvc}") }`,
    `mutation { addPaymentMethod(${cvc}) }`,
  ]) {
    // the second time as well, when it might be remembered
    expect(await ask({ query: document })).toContain('DOCUMENT_INVALID');
    expect(await ask({ query: document })).toContain('DOCUMENT_INVALID');
  }
  const inUrl = await fetch(
    `${url}?${new URLSearchParams({ query: `mutation { addPaymentMethod(input: ${literal}) { __typename } }` })}`,
    {
      headers: { authorization: 'Bearer sandbox-owner' },
    },
  );
  responses.push(await inUrl.text());

  child.kill('SIGTERM');
  await once(child, 'close');

  expect(responses.length).toBeGreaterThan(40);
  for (const response of responses) expectNoCard(response);
  expect(log).toContain('UPSTREAM_BAD_RESPONSE');
  expectNoCard(log);
  const database = new DatabaseSync(storePath, { readOnly: true });
  const entries = database.prepare("SELECT key, value FROM entries WHERE key LIKE 'idempotency:%'").all();
  const rows = database.prepare('SELECT row FROM logs').all();
  database.close();
  // the outcomes under the keys are encoded
  const outcomes = entries.flatMap(({ value }) => {
    const { outcome } = JSON.parse(String(value)) as { outcome?: string | null };
    return outcome == null ? [] : [Buffer.from(outcome, 'base64').toString('latin1')];
  });
  expect(outcomes.length).toBeGreaterThan(11);
  expect(JSON.stringify(rows)).toContain('addPaymentMethod');
  for (const text of [...outcomes, JSON.stringify(entries), JSON.stringify(rows)]) expectNoCard(text);
  for (const name of readdirSync(folder)) {
    const file = readFileSync(join(folder, name), 'latin1');
    for (const secret of secrets) expect(file).not.toContain(secret);
  }
}, 120_000);

test('the search finds a card where there is one', () => {
  for (const text of [
    `{"cvc":"${cvc}"}`,
    `code ${declinedCvc},`,
    JSON.stringify(card),
    'x378282246310005x',
  ]) {
    expect(() => expectNoCard(text)).toThrow();
  }
  expectNoCard('{"time":"2026-11-15T10:00:00.739Z","last4":"0005","id":"pm_7391ab"}');
});
