import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The sandbox as a process of its own. It ends with this one, however this one ends. */
export interface SandboxProcess {
  stop(): Promise<void>;
}

/** Ready once the sandbox listens. Null when it could not: it has said why by then. */
export async function startSandbox(port: number): Promise<SandboxProcess | null> {
  const file = new URL(`../sandbox/main${extname(import.meta.url)}`, import.meta.url);
  const child = fork(fileURLToPath(file), {
    env: { ...process.env, SANDBOX_PORT: String(port) },
    // its own lines are for when it runs alone; what went wrong is shown
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isReady = await Promise.race([
    new Promise<boolean>((resolve) => child.once('message', () => resolve(true))),
    ended.then(() => false),
  ]);
  if (!isReady) return null;
  return { stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}
