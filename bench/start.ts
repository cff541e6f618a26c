import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSandbox } from '../sandbox/sandbox.ts';
import { report, rounded } from './report.ts';

const rounds = 5;

/** From the command to its line, on an installed clone, beside what npm itself takes for a command of nothing. */
export async function runStart(): Promise<void> {
  const ready: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    nothing.push(
      await millisecondsOf(['exec', '--no', '--', 'node', '-e', 'console.log("here")'], 'here', {}),
    );
    ready.push(await millisecondsOf(['start'], 'Tollgate ready', await freePorts()));
  }
  report('start', {
    'from the command to its line (ms)': [
      { command: 'npm start, until Tollgate ready', ...spread(ready) },
      { command: 'npm exec node, until it prints', ...spread(nothing) },
    ],
  });
}

async function millisecondsOf(
  command: readonly string[],
  line: string,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn('npm', command, { env: { ...process.env, ...environment }, detached: true });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes(line)) break;
  }
  const took = performance.now() - startedAt;
  if (!text.includes(line)) throw new Error(`npm ${command.join(' ')} ended without "${line}"`);
  const closed = once(child, 'exit');
  // npm and what it started are a group of their own
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
  await closed;
  return took;
}

async function freePorts(): Promise<Record<string, string>> {
  await using probe = await createSandbox();
  const first = Number(new URL(probe.origins.makeDocumented).port);
  return { SANDBOX_PORT: String(first), PORT: String(first + 3) };
}

function spread(values: readonly number[]): { median: number; fastest: number; slowest: number } {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (place: number): number => rounded(sorted[place] ?? 0);
  return { median: at(Math.floor(sorted.length / 2)), fastest: at(0), slowest: at(sorted.length - 1) };
}
