import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { verifyAccessLog } from '../access/access-chain.ts';
import type { AccessEntry } from '../access/access-entry.ts';
import { searchAccessLog } from '../access/access-log-search.ts';
import type { Store } from '../store/store.ts';
import { type Command, readInstant, readOrganization, UsageFault, withStore } from './command.ts';

const usage = `tollgate audit verify
tollgate audit export [--organization ID] [--from DATE] [--to DATE] [--format json|csv]

verify walks the access log and ends with 1 where entries were changed, removed or moved. Keep the hash that it prints
elsewhere: who can write the whole store can also write a log that holds together.
export writes the entries to standard output, the oldest first.`;

export const audit: Command = {
  usage,
  async run(args, config) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        organization: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        format: { type: 'string' },
      },
      allowPositionals: true,
    });
    const [action, ...rest] = positionals;
    if (rest.length > 0) throw new UsageFault(`${rest.join(' ')}: not accepted here`);
    if (action === 'verify' && Object.keys(values).length === 0) return withStore(config, false, verify);
    if (action !== 'export') throw new UsageFault('audit takes verify without options, or export');
    const { organization, from, to, format = 'json' } = values;
    if (format !== 'json' && format !== 'csv') {
      throw new UsageFault(`--format: found ${format}, accepted: json, csv`);
    }
    const wish: Wish = {
      organization: organization === undefined ? null : readOrganization(organization),
      since: from === undefined ? null : readInstant('from', from),
      before: to === undefined ? null : readInstant('to', to),
    };
    return withStore(config, false, (store) => write(store, wish, format));
  },
};

async function verify(store: Store): Promise<number> {
  const { groups, entries, newest, broken } = await verifyAccessLog(store);
  if (broken !== null) {
    console.error(`The access log is broken at group ${broken.position}: ${broken.what}.`);
    console.error(`${groups} groups before it hold together.`);
    return 1;
  }
  console.log(
    `The access log holds together: ${entries} entries in ${groups} groups, the newest hash ${newest}.`,
  );
  return 0;
}

interface Wish {
  /** Null for all of them. */
  readonly organization: number | null;
  readonly since: Date | null;
  readonly before: Date | null;
}

async function write(store: Store, { organization, ...span }: Wish, format: 'json' | 'csv'): Promise<number> {
  const matches = (entry: AccessEntry): boolean =>
    organization === null || entry.organization === organization;
  const found = searchAccessLog(store, { towards: 'newer', ...span, matches });
  await print(format === 'csv' ? `${columns.join(',')}\r\n` : '[');
  let isFirst = true;
  for await (const { entry } of found) {
    if (entry === null) continue;
    await print(format === 'csv' ? csvOf(entry) : `${isFirst ? '\n' : ',\n'}${JSON.stringify(entry)}`);
    isFirst = false;
  }
  if (format === 'json') await print('\n]\n');
  return 0;
}

const columns = [
  'at',
  'requestId',
  'caller',
  'organization',
  'kind',
  'operation',
  'fields',
  'refused',
  'reason',
  'outcome',
  'objects',
  'code',
] as const satisfies (keyof AccessEntry)[];

function csvOf(entry: AccessEntry): string {
  return `${columns.map((name) => cellOf(entry[name])).join(',')}\r\n`;
}

/** A text that a spreadsheet would take for a formula is kept from being one. */
function cellOf(value: AccessEntry[keyof AccessEntry]): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
