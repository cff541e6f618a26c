import { parseArgs } from 'node:util';
import { type Credentials, createCredentials } from '../access/credentials.ts';
import { createSeal } from '../access/seal.ts';
import type { Config } from '../config.ts';
import { type Command, CommandFault, readOrganization, tableOf, UsageFault, withStore } from './command.ts';

const usage = `tollgate credentials set --organization ID < TOKEN
tollgate credentials list
tollgate credentials remove --organization ID

Keeps an organization's token at Make in the store, sealed with TOLLGATE_SECRET_KEY, and uses it in place of the
configured one. The token is read from standard input: what stands on a command line can be seen by others. A gateway
that runs with the same key takes a change within seconds.`;

const longestToken = 4096;

export const credentials: Command = {
  usage,
  async run(args, config) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { organization: { type: 'string' } },
      allowPositionals: true,
    });
    const [action, ...rest] = positionals;
    if (rest.length > 0)
      throw new UsageFault('A token is read from standard input, never from the command line');
    if (action === 'list' && values.organization === undefined) {
      return withCredentials(config, list);
    }
    if ((action !== 'set' && action !== 'remove') || values.organization === undefined) {
      throw new UsageFault('credentials takes set or remove with --organization, or list');
    }
    const organization = readOrganization(values.organization);
    if (action === 'remove') {
      return withCredentials(config, (kept) => remove(kept, organization));
    }
    if (config.organizations.every(({ id }) => id !== organization)) {
      throw new CommandFault(`Organization ${organization} is not in the configuration.`);
    }
    const token = await readToken();
    return withCredentials(config, (kept) => set(kept, config, organization, token));
  },
};

function withCredentials(config: Config, action: (kept: Credentials) => Promise<number>): Promise<number> {
  const { secretKey } = config;
  if (secretKey === undefined) {
    throw new CommandFault(
      'TOLLGATE_SECRET_KEY is not set. It seals what is kept: 32 bytes in base64 (openssl rand -base64 32).',
    );
  }
  return withStore(config, true, (store) => action(createCredentials(store, createSeal(secretKey))));
}

async function set(kept: Credentials, config: Config, organization: number, token: string): Promise<number> {
  const others = (await kept.list()).keys().filter((id) => id !== organization);
  const stored = await Promise.all(Array.from(others, (id) => kept.get(id)));
  const configured = config.organizations.filter(({ id }) => id !== organization).map((other) => other.token);
  // what a token of its own reaches is taken for the organization's: with a shared one that would be wrong
  if ([...stored, ...configured].includes(token)) {
    throw new CommandFault(
      'Another organization has this token. A shared token stands in the configuration.',
    );
  }
  await kept.set(organization, token, new Date());
  console.log(`The token of organization ${organization} is kept.`);
  return 0;
}

async function list(kept: Credentials): Promise<number> {
  const rows = Array.from(await kept.list(), ([id, setAt]) => [String(id), setAt.toISOString()]);
  console.log(tableOf([['ORGANIZATION', 'SET'], ...rows]));
  return 0;
}

async function remove(kept: Credentials, organization: number): Promise<number> {
  const wasThere = await kept.remove(organization);
  if (!wasThere) throw new CommandFault(`No token of organization ${organization} is kept.`);
  console.log(`The token of organization ${organization} is no longer kept.`);
  return 0;
}

async function readToken(): Promise<string> {
  if (process.stdin.isTTY) console.error('The token, then Enter and Ctrl-D:');
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > 2 * longestToken) break;
  }
  const token = text.trim();
  if (token.length <= longestToken && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageFault(
    `Standard input: accepted is one token without spaces, of at most ${longestToken} characters`,
  );
}
