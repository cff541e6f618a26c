import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** One line of a table: what was measured, then its figures by name, units in the name. */
export type Row = Readonly<Record<string, string | number>>;

/** Prints the tables of a bench and keeps them, with the machine they come from, in `bench/results`. */
export function report(name: string, tables: Readonly<Record<string, readonly Row[]>>): void {
  for (const [title, rows] of Object.entries(tables)) {
    console.log(`\n${name}: ${title}`);
    console.table(rows);
  }
  const folder = new URL('./results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify({ machine, tables }, null, 2)}\n`);
}

/** Nanoseconds of one call: the median of several rounds, each long enough to be warm. */
export async function nanoseconds(times: number, action: () => unknown): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const startedAt = process.hrtime.bigint();
    for (let time = 0; time < times; time += 1) await action();
    rounds.push(Number(process.hrtime.bigint() - startedAt) / times);
  }
  return rounded(median(rounds));
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Three significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Bytes that are in use after everything that is no longer needed has gone. Needs `--expose-gc`. */
export function bytesInUse(): number {
  for (let time = 0; time < 3; time += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}
