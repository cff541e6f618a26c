import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createSandbox } from '../../sandbox/sandbox.ts';

interface Process {
  readonly child: ChildProcess;
  readonly output: () => string;
}

function run(env: Record<string, string>): Process {
  const child = fork('sandbox/main.ts', { env: { ...process.env, ...env }, stdio: 'pipe' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  }
  return { child, output: () => text };
}

test('the process says where it listens, and stops cleanly when it is told to', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { child, output } = run({ SANDBOX_PORT: '0' });
    const [{ ready }] = await once(child, 'message');
    expect((await fetch(`${ready.makeLive}/__sandbox/stats`)).status).toBe(200);
    expect(output()).toMatch(/^Sandbox ready/);
    for (const origin of Object.values(ready)) expect(output()).toContain(origin);
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([0, null]);
  }
});

test('the process stops when its parent is gone', async () => {
  const { child } = run({ SANDBOX_PORT: '0' });
  await once(child, 'message');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a port in use is one line that names it', async () => {
  await using taken = await createSandbox();
  const { port } = new URL(taken.origins.platform);
  const { child, output } = run({ SANDBOX_PORT: port });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(output()).toBe(`Port ${port} is in use: set SANDBOX_PORT to the first of 3 free ports in a row\n`);
});

test('each wrong setting is one line', async () => {
  const { child, output } = run({
    SANDBOX_PORT: '70000',
    SANDBOX_NOW: 'soon',
    SANDBOX_LIMITS: 'some',
    SANDBOX_WEBHOOK_URLS: 'nowhere',
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  const names = output()
    .trim()
    .split('\n')
    .map((line) => line.split(':', 1)[0]);
  expect(names).toEqual(['SANDBOX_PORT', 'SANDBOX_NOW', 'SANDBOX_LIMITS', 'SANDBOX_WEBHOOK_URLS']);
});
