import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** A process of this folder's `processes`, ready to serve. It ends with this one. */
export interface Child extends AsyncDisposable {
  /** Where it can be asked. */
  readonly urls: Readonly<Record<string, string>>;
  /** Milliseconds of processor time that it has used since its start. */
  cpuMs(): Promise<number>;
}

const readyMessage = z.object({ urls: z.record(z.string(), z.string()) });
const cpuMessage = z.object({ cpuMs: z.number() });

export async function startChild(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<Child> {
  const file = fileURLToPath(new URL(`./processes/${name}.ts`, import.meta.url));
  const child = fork(file, {
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { urls } = readyMessage.parse(await messageOf(child, name));
  return {
    urls,
    async cpuMs() {
      child.send('cpu');
      return cpuMessage.parse(await messageOf(child, name)).cpuMs;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function messageOf(child: ChildProcess, name: string): Promise<unknown> {
  const ended = new AbortController();
  const onExit = (): void => ended.abort(new Error(`${name} ended by itself`));
  child.once('exit', onExit);
  try {
    const [message] = await once(child, 'message', { signal: ended.signal });
    return message;
  } finally {
    child.off('exit', onExit);
  }
}

/** Called in the child once it serves. */
export function announce(urls: Readonly<Record<string, string>>): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000 });
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.({ urls });
}
