import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { buildSchema, graphql } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { startTestGateway } from '../kit/gateway.ts';

/** A gateway that serves the page, and what its first visitor finds there. */
type Served = {
  origin: string;
  query: { tab: string; shows: string };
  subscription: { tab: string; shows: string };
  /** A field of the query type, and a type the documentation lists. */
  field: string;
  type: string;
  close(): Promise<void>;
};

const executablePath = '/usr/bin/chromium';
const skipped = !existsSync(executablePath) && process.env.TOLLGATE_TEST_ALL !== '1';

if (skipped) console.warn(`GraphiQL in a browser: skipped, ${executablePath} is missing`);

describe.skipIf(skipped)('GraphiQL', () => {
  behavesIn(startFakeGateway);

  test('comes from the gateway with its examples, and asks no other host for anything', async () => {
    await using gateway = await startTestGateway();
    const browser = await chromium.launch({ executablePath, args: browserArguments });
    try {
      await using visit = await visitOf(browser, gateway.url);
      for (const name of ['Dashboard', 'OneOrganization', 'ManyOrganizations', 'Payments', 'WhoAmI'])
        await visit.page.getByRole('tab', { name: new RegExp(`^${name}`) }).waitFor();
      await run(visit.page);
      await responseWith(visit.page, '"plan": "PRO"');
      await responseWith(visit.page, '"planName": "Pro"');
      await openDocumentation(visit.page);
      await documentedType(visit.page, 'Organization').first().waitFor();
      expect(visit.problems).toEqual([]);
      await visit.page.screenshot({ path: screenshotOf('graphiql') });
    } finally {
      await browser.close();
    }
  });
});

/** Pictures for people to look at. */
function screenshotOf(name: string): string {
  return fileURLToPath(new URL(`../../.tollgate/screenshots/${name}.png`, import.meta.url));
}

function behavesIn(start: () => Promise<Served>): void {
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    served = await start();
    browser = await chromium.launch({ executablePath, args: browserArguments });
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  test('loads from the gateway alone, without an error under a policy that allows no inline script', async () => {
    await using visit = await visitOf(browser, served.origin);
    const policy = visit.headers['content-security-policy'];
    await visit.page.getByRole('tab', { name: served.subscription.tab }).waitFor();

    expect(await visit.page.title()).toBe('Tollgate');
    expect(policy).toMatch(/default-src 'none'.*script-src 'self'(;|$)/);
    expect(visit.problems).toEqual([]);
  });

  test('runs the first example and shows its answer', async () => {
    await using visit = await visitOf(browser, served.origin);
    await run(visit.page);
    await responseWith(visit.page, served.query.shows);
    expect(visit.problems).toEqual([]);
  });

  test('lists the types of the schema, which it asks for with the default headers', async () => {
    await using visit = await visitOf(browser, served.origin);
    await openDocumentation(visit.page);
    await documentedType(visit.page, served.type).waitFor();
    expect(visit.problems).toEqual([]);
  });

  test('asks for the schema again once a credential is put in', async () => {
    await using visit = await visitOf(browser, served.origin, (html) =>
      html.replace('authorization', 'nobody'),
    );
    await openDocumentation(visit.page);
    await visit.page.getByText('Error fetching schema').waitFor();

    const headers = visit.page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden)');
    await replaceText(visit.page, headers, (await headersOf(visit.page)).replace('nobody', 'authorization'));
    await documentedType(visit.page, served.type).waitFor();
  });

  test('runs a subscription over WebSocket with the credential of the headers editor', async () => {
    await using visit = await visitOf(browser, served.origin);
    const initialized = visit.page
      .waitForEvent('websocket')
      .then((socket) => socket.waitForEvent('framesent'));
    await visit.page.getByRole('tab', { name: served.subscription.tab }).click();
    await expect.poll(() => remembered(visit.page, 'query')).toContain('subscription');
    await run(visit.page);
    await responseWith(visit.page, served.subscription.shows);

    expect(JSON.parse(String((await initialized).payload))).toEqual({
      type: 'connection_init',
      payload: { authorization: JSON.parse(await headersOf(visit.page)).authorization },
    });
    expect(visit.problems).toEqual([]);
  });

  test('leaves no credential in the storage of the browser', async () => {
    await using visit = await visitOf(browser, served.origin);
    await visit.page.getByRole('tab', { name: served.subscription.tab }).click();
    await run(visit.page);
    await expect.poll(() => remembered(visit.page, 'tabState')).toContain('"activeTabIndex":1');
    const { authorization } = JSON.parse(await headersOf(visit.page));
    expect(await visit.page.evaluate('JSON.stringify(localStorage)')).not.toContain(authorization);
  });

  test('marks an unknown field, and completes it from the keyboard', async () => {
    await using visit = await visitOf(browser, served.origin);
    const editor = visit.page.locator('.graphiql-query-editor');
    await replaceText(visit.page, editor, `{ ${served.field.slice(0, -2)} }`);
    await editor.locator('.squiggly-error').first().waitFor();

    for (const key of ['ArrowLeft', 'ArrowLeft', 'Control+Space']) await visit.page.keyboard.press(key);
    await editor.locator('.suggest-widget .monaco-list-row', { hasText: served.field }).first().waitFor();
    await visit.page.keyboard.press('Enter');
    await editor.locator('.view-line', { hasText: served.field }).waitFor();
    expect(visit.problems).toEqual([]);
  });

  test('keeps an edited example over a reload, beside the others', async () => {
    await using visit = await visitOf(browser, served.origin);
    await replaceText(visit.page, visit.page.locator('.graphiql-query-editor'), 'query Mine { __typename }');
    await visit.page.getByRole('tab', { name: 'Mine' }).waitFor();
    await expect.poll(() => remembered(visit.page, 'tabState')).toContain('query Mine { __typename }');

    await visit.page.reload();
    await visit.page.locator('.graphiql-query-editor .view-line', { hasText: 'query Mine' }).waitFor();
    await visit.page.getByRole('tab', { name: served.subscription.tab }).waitFor();
    expect(await visit.page.getByRole('tab', { name: served.query.tab, exact: true }).count()).toBe(0);
  });
}

/** A first visit, with everything that went wrong during it: errors, and requests to another host. */
async function visitOf(browser: Browser, origin: string, edit?: (html: string) => string) {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== origin)
      problems.push(request.url());
  });
  if (edit) {
    await page.route(`${origin}/graphql`, async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const response = await route.fetch();
      return route.fulfill({ response, body: edit(await response.text()) });
    });
  }
  const response = await page.goto(`${origin}/graphql`);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  return { page, problems, headers: response?.headers() ?? {}, [Symbol.asyncDispose]: () => context.close() };
}

async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Execute query' }).click();
}

async function responseWith(page: Page, shown: string): Promise<void> {
  await page.locator('.graphiql-response .view-line', { hasText: shown }).first().waitFor();
}

async function openDocumentation(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
}

function documentedType(page: Page, type: string) {
  return page.locator('.graphiql-doc-explorer').getByText(type, { exact: true });
}

async function replaceText(page: Page, editor: ReturnType<Page['locator']>, content: string): Promise<void> {
  await editor.locator('.view-lines').click();
  await page.keyboard.press('Control+A');
  // Pasted: typing would meet the editor's own closing brackets.
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(content)})`);
  await page.keyboard.press('Control+V');
}

/** What GraphiQL has written down; it does so a moment after the change. */
async function remembered(page: Page, key: string): Promise<unknown> {
  return page.evaluate(`localStorage.getItem('tollgate:graphiql:${key}')`);
}

async function headersOf(page: Page): Promise<string> {
  return JSON.parse((await page.locator('#graphiql-settings').textContent()) ?? '{}').headers;
}

const browserArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const built = fileURLToPath(new URL('../../dist/web/graphiql/', import.meta.url));

const contentSecurityPolicy = [
  `default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self'`,
  `style-src 'self' 'unsafe-inline'; img-src 'self' data:`,
  `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
].join('; ');

const contentTypes: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const schema = buildSchema(`
  type Query { viewer: Viewer! }
  type Viewer { name: String! }
  type Subscription { countdown(from: Int!): Int! }
`);

const resolvers = {
  viewer: { name: 'Ada' },
  async *countdown({ from }: { from: number }) {
    for (let left = from; left >= 0; left -= 1) yield { countdown: left };
  },
};

const settings = {
  endpoint: '/graphql',
  headers: '{ "authorization": "Bearer sandbox-owner" }',
  tabs: [
    { query: '# </script>\nquery Caller { viewer { name } }' },
    { query: 'subscription Countdown($from: Int!) { countdown(from: $from) }', variables: '{ "from": 3 }' },
  ],
};

async function startFakeGateway(): Promise<Served> {
  const server = createServer((request, response) => void respond(request, response));
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const protocol = useServer(
    {
      schema,
      roots: { subscription: resolvers },
      onConnect: ({ connectionParams }) => isAllowed(connectionParams),
    },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    query: { tab: 'Caller', shows: '"Ada"' },
    subscription: { tab: 'Countdown', shows: '"countdown": 0' },
    field: 'viewer',
    type: 'Viewer',
    async close() {
      await protocol.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status = 200, headers, body } = await answer(request);
  response.writeHead(status, headers).end(body);
}

type Answer = { status?: number; headers: Record<string, string>; body: string | Buffer };

async function answer(request: IncomingMessage): Promise<Answer> {
  const path = request.url ?? '/';
  if (path === '/graphql') return request.method === 'GET' ? page() : execute(request);
  const file = `${built}${path.replace('/graphiql/', '')}`;
  if (!path.startsWith('/graphiql/assets/') || !existsSync(file))
    return { status: 404, headers: {}, body: path };
  return { headers: { 'content-type': contentTypes[extname(path)] ?? '' }, body: await readFile(file) };
}

async function page(): Promise<Answer> {
  const written = JSON.stringify(settings).replaceAll('<', '\\u003c');
  const html = await readFile(`${built}index.html`, 'utf8');
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
    },
    body: html.replace('>{}</script>', () => `>${written}</script>`),
  };
}

async function execute(request: IncomingMessage): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  if (!isAllowed(request.headers)) {
    return { status: 401, headers, body: JSON.stringify({ errors: [{ message: 'No credential.' }] }) };
  }
  const { query, variables, operationName } = JSON.parse(await text(request));
  const result = await graphql({
    schema,
    rootValue: resolvers,
    source: query,
    variableValues: variables,
    operationName,
  });
  return { headers, body: JSON.stringify(result) };
}

function isAllowed(credentials: { authorization?: unknown } | undefined): boolean {
  return credentials?.authorization === 'Bearer sandbox-owner';
}
