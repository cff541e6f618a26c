import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openGreetedSocket } from '../kit/raw-socket.ts';
import { readEvents } from '../kit/read-events.ts';

async function read(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/metrics`, { headers });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** The value of a sample, as it is written: its name with its labels. */
function valueIn(text: string, sample: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

const ask = '{ organization(id: "1001") { subscription { status } } }';

describe('what is measured', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('the page is in the text format, each metric with its meaning and type', async () => {
    await gateway.query(ask);
    const { status, type, text } = await read(gateway.url);
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const names = new Set<string>();
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(
        /^(# HELP \w+ .+|# TYPE \w+ (counter|gauge|histogram)|\w+(\{(\w+="[^"\n]*",?)+\})? -?[\d.e+-]+)$/,
      );
      if (line.startsWith('# TYPE ')) names.add(line.split(' ')[2]!);
      else if (!line.startsWith('#')) {
        const [name = ''] = /^\w+/.exec(line) ?? [];
        expect([name, names.has(name) || names.has(name.replace(/_(bucket|sum|count)$/, ''))]).toEqual([
          name,
          true,
        ]);
      }
    }
    expect([...names]).toContain('process_cpu_seconds_total');
  });

  test('requests to upstreams are counted and timed by endpoint, and reads by where their answer came from', async () => {
    const request =
      'tollgate_upstream_requests_total{upstream="make-billing",endpoint="GET /organizations/{organizationId}/subscription",status="200",code="none"}';
    const cached = 'tollgate_upstream_reads_total{upstream="make-billing",from="cache"}';
    await gateway.query(ask);
    const before = (await read(gateway.url)).text;
    expect(valueIn(before, request)).toBe(
      await gateway.requests('GET /organizations/{organizationId}/subscription'),
    );
    await gateway.query(ask);
    const after = (await read(gateway.url)).text;
    expect(valueIn(after, request)).toBe(valueIn(before, request));
    expect(valueIn(after, cached)).toBe((valueIn(before, cached) ?? 0) + 1);
    const timed =
      'tollgate_upstream_request_duration_seconds_count{upstream="make-billing",endpoint="GET /organizations/{organizationId}/subscription"}';
    expect(valueIn(after, timed)).toBe(valueIn(after, request));
    expect(valueIn(after, 'tollgate_budget_used{bucket="make:1001"}')).toBeGreaterThan(0);
    expect(valueIn(after, 'tollgate_upstream_up{upstream="make-billing"}')).toBe(1);
  });

  test('operations are counted by kind, way in and outcome, with the codes of their errors', async () => {
    const before = (await read(gateway.url)).text;
    await gateway.query('{ viewer { name } }');
    await gateway.query(ask, {}, { caller: 'sandbox-member' });
    await gateway.query('{ nothing }');
    await gateway.query(
      'mutation { cancelSubscription(input: { organizationId: "1001" }) { __typename } }',
      {},
      { caller: 'sandbox-member' },
    );
    await gateway.query(ask, {}, { caller: 'nobody' });
    const after = (await read(gateway.url)).text;
    const more = (sample: string): number => (valueIn(after, sample) ?? 0) - (valueIn(before, sample) ?? 0);
    const operations = (kind: string, outcome: string): number =>
      more(`tollgate_operations_total{kind="${kind}",transport="http",outcome="${outcome}"}`);
    expect(operations('query', 'ok')).toBe(1);
    expect(operations('query', 'partial')).toBe(1);
    expect(operations('query', 'refused')).toBe(1);
    expect(operations('mutation', 'failed')).toBe(1);
    expect(more('tollgate_operation_errors_total{code="FORBIDDEN"}')).toBe(2);
    expect(more('tollgate_operation_errors_total{code="DOCUMENT_INVALID"}')).toBe(1);
    expect(more('tollgate_http_responses_total{path="/graphql",status="401"}')).toBe(1);
    expect(more('tollgate_operation_duration_seconds_count{kind="mutation"}')).toBe(1);
  });

  test('open sockets, streams, listeners and pollers are counted, and events by their type', async () => {
    const socket = await openGreetedSocket(gateway.url);
    const stream = await readEvents(`${gateway.url}/graphql`, {
      method: 'POST',
      body: JSON.stringify({
        query:
          'subscription { organizationEvents(organizationId: "1001", types: [PAYMENT_RECORDED], includeSnapshot: true) { type } }',
      }),
    });
    // the snapshot comes once everything has been looked at
    await stream.next();
    await gateway.control('world', { organization: 1001, add: { payments: 1 } });
    await stream.next();
    const { text } = await read(gateway.url);
    expect(valueIn(text, 'tollgate_sockets_open')).toBe(1);
    expect(valueIn(text, 'tollgate_event_streams_open')).toBe(1);
    expect(valueIn(text, 'tollgate_event_listeners')).toBe(1);
    expect(valueIn(text, 'tollgate_pollers_active{upstream="make-billing"}')).toBeGreaterThan(0);
    expect(valueIn(text, 'tollgate_pollers_failing{upstream="make-billing"}')).toBe(0);
    expect(valueIn(text, 'tollgate_events_published_total{type="PAYMENT_RECORDED"}')).toBe(1);
    expect(
      valueIn(text, 'tollgate_operations_total{kind="subscription",transport="http",outcome="ok"}'),
    ).toBe(1);
    stream.leave();
    socket.socket.close();
  });

  test('the page on metrics tells every metric there is, and no other', async () => {
    const { text } = await read(gateway.url);
    const types = Array.from(text.matchAll(/^# TYPE (\w+) (\w+)$/gm), ([, name, type]) => `${name} ${type}`);
    const told = Array.from(
      readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` +\| (\w+)/gm),
      ([, name, type]) => `${name} ${type}`,
    );
    expect(told.toSorted()).toEqual(types.toSorted());
  });

  test('no label holds what a caller or a credential brings', async () => {
    await gateway.query('query Secretive { viewer { name } }', {}, { caller: 'made-up-credential' });
    await fetch(`${gateway.url}/made-up-path`);
    const { text } = await read(gateway.url);
    for (const word of ['Secretive', 'made-up', 'sandbox-', '00000000-0000'])
      expect(text).not.toContain(word);
  });
});

describe('who may read it', () => {
  test('without a token it is shown to the machine itself, and not to what a proxy or another name leads to it', async () => {
    await using gateway = await startTestGateway();
    expect((await read(gateway.url)).status).toBe(200);
    for (const headers of [
      { 'x-forwarded-for': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1' },
      { via: '1.1 x' },
    ]) {
      expect((await read(gateway.url, { ...headers })).status).toBe(403);
    }
    expect((await fetch(`${gateway.url}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  test('with a token it is shown to who brings it, and to no caller of the graph', async () => {
    const token = 'a-token-for-the-scraper';
    await using gateway = await startTestGateway({ settings: { metrics: { token } } });
    const shown = { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7' };
    expect((await read(gateway.url, shown)).status).toBe(200);
    for (const authorization of ['', 'Bearer sandbox-operator', `Bearer ${token}x`, token]) {
      const { status, text } = await read(gateway.url, { authorization });
      expect([status, text.includes('tollgate_')]).toEqual([401, false]);
    }
  });
});
