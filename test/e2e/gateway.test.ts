import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createSandbox } from '../../sandbox/sandbox.ts';

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves once the text stands in what it printed. */
  readonly printed: (text: string) => Promise<void>;
  readonly closed: Promise<unknown[]>;
}

function start(environment: Record<string, string>, ...options: string[]): Started {
  const child = spawn('node', ['src/main.ts', ...options], { env: { ...process.env, ...environment } });
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const look of waiting) look();
    });
  }
  return {
    child,
    output: () => text,
    printed: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (text.includes(wanted)) resolve();
        };
        waiting.add(look);
        child.once('exit', () => reject(new Error(`ended before "${wanted}": ${text}`)));
        look();
      }),
    closed: once(child, 'close'),
  };
}

/** Holds a port while it is in use. */
async function listenAt(port: number): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no port');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')),
  };
}

/** Three ports in a row for a sandbox, and one for a gateway: from below those that the system gives to whoever asks for any. */
async function freePorts(): Promise<{ sandbox: string; gateway: string }> {
  for (let first = 20_000 + (process.pid % 1000) * 4; ; first += 4) {
    try {
      await using row = new AsyncDisposableStack();
      for (const port of [first, first + 1, first + 2, first + 3]) row.use(await listenAt(port));
      return { sandbox: String(first), gateway: String(first + 3) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}

/** Where the graph is of one that took any free port. */
const portOf = ({ output }: Started): string => /ready at http:\/\/[\d.]+:(\d+)/.exec(output())?.[1] ?? '';

async function planAt(port: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox-owner', 'content-type': 'application/json' },
    body: '{"query":"{ organization(id: 1001) { subscription { planName } } }"}',
  });
  return response.json();
}

const core = { data: { organization: { subscription: { planName: 'Core' } } } };

test('it starts its sandbox, says that it is ready and where, answers, and stops both at a signal', async () => {
  const ports = await freePorts();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const started = start({ PORT: ports.gateway, SANDBOX_PORT: ports.sandbox });
    await started.printed('Tollgate ready');
    expect(started.output()).toMatch(
      new RegExp(`^Tollgate ready at http://127.0.0.1:${ports.gateway}/graphql`),
    );
    expect(await planAt(ports.gateway)).toEqual(core);
    // a terminal and npm both pass the signal on
    started.child.kill(signal);
    started.child.kill(signal);
    expect(await started.closed).toEqual([0, null]);
    await expect(fetch(`http://127.0.0.1:${ports.sandbox}/__sandbox/stats`)).rejects.toThrow();
  }
});

test('several gateways share a sandbox that runs already, in either dialect', async () => {
  await using sandbox = await createSandbox();
  const url = sandbox.origins.makeDocumented;
  const environment = { PORT: '0', TOLLGATE_SANDBOX_URL: url, STORE_URL: 'memory:' };
  const one = start(environment);
  const other = start({ ...environment, MAKE_DIALECT: 'live' });
  await Promise.all([one.printed('Tollgate ready'), other.printed('Tollgate ready')]);
  expect(await planAt(portOf(one))).toEqual(core);
  expect(await planAt(portOf(other))).toEqual(core);
  for (const { child } of [one, other]) child.kill('SIGTERM');
  expect(await Promise.all([one.closed, other.closed])).toEqual([
    [0, null],
    [0, null],
  ]);
  expect((await fetch(`${url}/__sandbox/stats`)).status).toBe(200);
});

test('a port in use is one line that says what to do, for the gateway and for its sandbox', async () => {
  await using taken = await listenAt(0);
  await using sandbox = await createSandbox();
  const port = String(taken.port);
  const environments = [
    { PORT: port, TOLLGATE_SANDBOX_URL: sandbox.origins.makeDocumented, STORE_URL: 'memory:' },
    { PORT: '0', SANDBOX_PORT: port },
  ];
  for (const environment of environments) {
    const started = start(environment);
    expect(await started.closed).toEqual([1, null]);
    expect(started.output()).toContain(`Port ${port}`);
    expect(started.output()).not.toContain('    at ');
    expect(started.output().trim().split('\n')).toHaveLength(1);
  }
});

test('wrong settings are told one a line, and nothing starts', async () => {
  const started = start({ PORT: 'abc', MAKE_DIALECT: 'klingon', NODE_ENV: 'production' });
  expect(await started.closed).toEqual([1, null]);
  expect(
    started
      .output()
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0])
      .toSorted((one = '', other = '') => one.localeCompare(other)),
  ).toEqual(['make.dialect (MAKE_DIALECT)', 'organizations', 'port (PORT)']);
});

test('a manifest of trusted documents that cannot be read is told in a line, and stops the start', async () => {
  const { sandbox, gateway } = await freePorts();
  const started = start({
    SANDBOX_PORT: sandbox,
    PORT: gateway,
    TRUSTED_DOCUMENTS: 'only',
    TRUSTED_DOCUMENTS_MANIFEST: 'nowhere.json',
  });
  expect(await started.closed).toEqual([1, null]);
  expect(started.output().trim()).toMatch(
    /^trustedDocuments\.manifest \(TRUSTED_DOCUMENTS_MANIFEST\): found nowhere\.json.*cannot be read.*$/,
  );
});

test('the settings and the help are printed without starting anything', async () => {
  const settings = start({}, '--print-config');
  expect(await settings.closed).toEqual([0, null]);
  const shown: unknown = JSON.parse(settings.output());
  expect(shown).toMatchObject({ port: 4000, make: { dialect: 'documented' }, platform: { key: '********' } });
  const help = start({}, '--help');
  expect(await help.closed).toEqual([0, null]);
  expect(help.output()).toContain('TOLLGATE_CONFIG');
  const unknown = start({}, '--prnt');
  expect(await unknown.closed).toEqual([1, null]);
  expect(unknown.output()).toBe('--prnt: not an option. Accepted: --help, --print-config\n');
});
