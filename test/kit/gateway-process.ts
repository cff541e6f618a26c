import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface GatewayProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Where its graph is, once it is ready. Fails where it ends before. */
  readonly url: Promise<string>;
  /** At once and without a farewell. */
  kill(): Promise<void>;
}

/** A gateway in a process of its own, on a free port. */
export function startGatewayProcess(
  environment: Readonly<Record<string, string>>,
  ...options: readonly string[]
): GatewayProcess {
  const child = spawn('node', [...options, 'src/main.ts'], {
    env: { ...process.env, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const over = once(child, 'exit');
  const url = new Promise<string>((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-10_000);
        const [, found] = /Tollgate ready at (\S+)/.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      });
    }
    void over.then(() => reject(new Error(`It ended before it was ready: ${output}`)));
  });
  // whoever waits for it hears of it
  url.catch(() => {});
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await over;
  };
  return { child, url, kill, [Symbol.asyncDispose]: kill };
}
