import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import type { Json } from '../kit/raw.ts';

const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64url');

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function firstInvoice(of: TestGateway) {
  const { data } = await of.query<Json, object>(
    '{ organization(id: "1001") { invoices(first: 1, filter: { source: MAKE }) { edges { node { id number downloadUrl } } } } }',
  );
  return data.organization.invoices.edges[0].node;
}

const get = (url: string, caller: string | null = 'sandbox-owner', init: RequestInit = {}) =>
  fetch(url, {
    ...init,
    headers: { 'x-request-id': 'asked', ...(caller !== null && { authorization: `Bearer ${caller}` }) },
  });

test('the link of an invoice gives its PDF to whoever may see the invoice', async () => {
  const { downloadUrl, number } = await firstInvoice(gateway);
  expect(downloadUrl).toMatch(new RegExp(`^${gateway.url}/exports/invoices/[\\w-]+\\.pdf$`));
  for (const caller of ['sandbox-owner', 'sandbox-accountant', 'sandbox-readonly']) {
    const response = await get(downloadUrl, caller);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.includes(number)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(bytes.byteLength),
      'content-disposition': `attachment; filename="${number}.pdf"`,
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'asked',
    });
  }
  const head = await get(downloadUrl, 'sandbox-owner', { method: 'HEAD' });
  expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0]);
});

test('without a valid credential it is 401, and for whoever may not see the invoice it is not there', async () => {
  const { downloadUrl } = await firstInvoice(gateway);
  for (const caller of [null, 'nobody']) {
    const response = await get(downloadUrl, caller);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED', requestId: 'asked' } }],
    });
  }
  const before = await gateway.requests('GET /cashier/invoices/{invoiceId}/download');
  for (const caller of ['sandbox-member', 'sandbox-team-admin', 'sandbox-outsider']) {
    const response = await get(downloadUrl, caller);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND', requestId: 'asked' } }],
    });
  }
  expect(await gateway.requests('GET /cashier/invoices/{invoiceId}/download')).toBe(before);
});

test('what is no invoice of the organization is not there', async () => {
  const { id } = await firstInvoice(gateway);
  const upstreamId = Buffer.from(id, 'base64url').toString().split('/')[1];
  for (const path of [
    `/exports/invoices/${globalId('MakeInvoice', `1002/${upstreamId}`)}.pdf`,
    `/exports/invoices/${globalId('MakeInvoice', '1001/in_nothing')}.pdf`,
    `/exports/invoices/${globalId('MakeInvoice', '9999/in_nothing')}.pdf`,
    `/exports/invoices/${globalId('Organization', '1001')}.pdf`,
    `/exports/invoices/nonsense.pdf`,
    `/exports/invoices/${id}`,
    '/exports/elsewhere',
  ]) {
    expect([path, (await get(`${gateway.url}${path}`)).status]).toEqual([path, 404]);
  }
  const post = await get(`${gateway.url}/exports/invoices/${id}.pdf`, 'sandbox-owner', { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('an upstream that is down is 503', async () => {
  await using broken = await startTestGateway();
  const { downloadUrl } = await firstInvoice(broken);
  const endpoint = 'GET /cashier/invoices/{invoiceId}/download';
  await broken.control('faults', { endpoint, fault: '503', times: 100 });
  const response = await get(downloadUrl);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: 'make-billing' } }],
  });
});

test('links begin with the address that callers know the gateway by', async () => {
  await using behind = await startTestGateway({
    settings: { publicUrl: 'https://graph.example.com/tollgate' },
  });
  const { downloadUrl, id } = await firstInvoice(behind);
  expect(downloadUrl).toBe(`https://graph.example.com/tollgate/exports/invoices/${id}.pdf`);
});

test('in the live dialect, whose links are its own, there is no file here', async () => {
  await using live = await startTestGateway({ dialect: 'live' });
  const { id } = await firstInvoice(live);
  expect((await get(`${live.url}/exports/invoices/${id}.pdf`)).status).toBe(404);
});

test('what was downloaded and what was refused is on record', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-exports-'));
  const url = `sqlite:${join(folder, 'tollgate.db')}`;
  try {
    await using logged = await startTestGateway({ settings: { store: { url } } });
    const { downloadUrl } = await firstInvoice(logged);
    await get(downloadUrl, 'sandbox-accountant');
    await get(downloadUrl, 'sandbox-member');
    // a change is on record, with all that came before it, before its answer goes out
    await logged.query('mutation { cancelSubscription(input: { organizationId: "1002" }) { __typename } }');
    const store = openStore(url);
    const rows = await store.read('access', { after: 0, limit: 100 });
    await store.close();
    const entries: Json[] = rows.flatMap(({ row }) => JSON.parse(row).entries);
    const downloads = entries.filter(({ operation }) => operation === 'exports/invoices');
    expect(downloads).toMatchObject([
      {
        caller: 'sandbox-accountant',
        organization: 1001,
        fields: ['invoices'],
        outcome: 'ok',
        requestId: 'asked',
      },
      { caller: 'sandbox-member', organization: 1001, refused: ['invoices'], outcome: 'refused' },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
