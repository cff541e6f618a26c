import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

const executablePath = '/usr/bin/chromium';
const skipped = !existsSync(executablePath) && process.env['TOLLGATE_TEST_ALL'] !== '1';

if (skipped) console.warn(`Event streams in a browser: skipped, ${executablePath} is missing`);

/** What a page does, as text: it shares nothing with this process. */
const pageScript = `
  async function read(after, count) {
    const gone = new AbortController();
    const response = await fetch('/graphql', {
      method: 'POST',
      signal: gone.signal,
      headers: {
        authorization: 'Bearer sandbox-owner',
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({
        query: 'subscription ($after: String, $snapshot: Boolean) { event: paymentRecorded(organizationId: "1004", after: $after, includeSnapshot: $snapshot) { id type cursor } }',
        variables: { after, snapshot: after === null },
      }),
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const events = [];
    let text = '';
    while (events.length < count) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
      const parts = text.split('\\n\\n');
      text = parts.pop();
      for (const part of parts) {
        const data = /^data: ?(.*)$/m.exec(part)?.[1];
        if (!data) continue;
        const event = JSON.parse(data).data.event;
        events.push(event);
        window.heard?.(event.type);
      }
    }
    gone.abort();
    return events;
  }
`;

interface Seen {
  readonly id: string;
  readonly type: string;
  readonly cursor: string;
}

describe.skipIf(skipped)('an event stream in a browser', () => {
  let gateway: TestGateway;
  let browser: Browser;
  beforeAll(async () => {
    gateway = await startTestGateway({
      settings: { events: { ...readConfig({}).events, pollIntervalMs: 40 } },
    });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });

  test('is read with fetch, and goes on from its cursor after the connection was closed', async () => {
    const add = (payments: number) => gateway.control('world', { organization: 1004, add: { payments } });
    const page = await browser.newPage();
    await page.goto(`${gateway.url}/graphql`);
    const snapshot = Promise.withResolvers<void>();
    await page.exposeFunction('heard', (type: string) => {
      if (type === 'SNAPSHOT') snapshot.resolve();
    });
    const read = (after: string | null, count: number): Promise<Seen[]> =>
      page.evaluate(`(() => { ${pageScript}; return read(${JSON.stringify(after)}, ${count}); })()`);

    const first = read(null, 3);
    await snapshot.promise;
    await add(2);
    const [, one, two] = await first;
    await add(3);
    const rest = await read(one?.cursor ?? null, 4);
    expect(rest[0]).toEqual(two);
    const all = [one, ...rest];
    expect(all.map((event) => event?.type)).toEqual(Array.from(all, () => 'PAYMENT_RECORDED'));
    expect(new Set(all.map((event) => event?.id)).size).toBe(5);
  });
});
