import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { openStore, type Store } from '../store/store.ts';

/** One of `tollgate`'s commands: what it takes, and what it does. Answers with the exit code. */
export interface Command {
  readonly usage: string;
  readonly run: (args: readonly string[], config: Config) => Promise<number>;
}

/** A command that was given what it does not take: its usage is printed, and the exit code is 2. */
export class UsageFault extends Error {}

/** A command that cannot be done as things are: the sentence is printed, and the exit code is 1. */
export class CommandFault extends Error {}

/** Opens the store that the gateway keeps its things in. `mayBeNew`: where there is none yet, it is made. */
export async function withStore<Result>(
  { store: { url } }: Config,
  mayBeNew: boolean,
  action: (store: Store) => Promise<Result>,
): Promise<Result> {
  if (url === 'memory:') {
    throw new CommandFault(
      'Nothing is kept: the store is memory:, which ends with the gateway. Name one: STORE_URL=sqlite:PATH',
    );
  }
  const path = url.replace(/^sqlite:/, '');
  if (!mayBeNew && path !== url && !existsSync(path)) {
    throw new CommandFault(`There is no store at ${path} (STORE_URL).`);
  }
  const store = openStore(url);
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

/** A date (its first instant in UTC) or an instant. */
export function readInstant(name: string, text: string): Date {
  const isInstant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const instant = new Date(text);
  if (isInstant && !Number.isNaN(instant.getTime())) return instant;
  throw new UsageFault(
    `--${name}: found ${text}, accepted: a date or an instant (2027-01-31, 2027-01-31T12:00:00Z)`,
  );
}

export function readOrganization(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageFault(`--organization: found ${text}, accepted: Make's number of an organization (1001)`);
}

/** Columns under each other. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, place) => Math.max(...rows.map((row) => row[place]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, place) => cell.padEnd(widths[place] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
