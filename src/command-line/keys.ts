import { parseArgs } from 'node:util';
import {
  type ApiKey,
  type ApiKeyWish,
  createKey,
  listKeys,
  revokeKey,
  rotateKey,
  stateOf,
} from '../access/keys.ts';
import { roles, type Scope, scopes } from '../access/rights.ts';
import type { Config } from '../config.ts';
import type { Store } from '../store/store.ts';
import {
  type Command,
  CommandFault,
  readInstant,
  readOrganization,
  tableOf,
  UsageFault,
  withStore,
} from './command.ts';

const usage = `tollgate keys create --name NAME [--scopes SCOPE,…] [--organization ID:ROLE …] [--operator] [--expires DATE]
tollgate keys list
tollgate keys revoke ID
tollgate keys rotate ID [--overlap-minutes N] [--expires DATE]

  --name             names the caller in the access log
  --scopes           ${scopes.join(',')} (all of them)
  --organization     Make's number and a role: ${roles.join(', ')}; may be given several times.
                     With own teams and the own user: 1001:TEAM_ADMIN:teams=10011,10012:user=100104
  --operator         has every organization, and the plan catalogue
  --expires          a date or an instant from which the key is good for nothing (2027-01-31)
  --overlap-minutes  how long the old key works beside the new one (0)

A key is shown once, on standard output. A gateway that runs takes a change within seconds.`;

const options = {
  name: { type: 'string' },
  scopes: { type: 'string' },
  organization: { type: 'string', multiple: true },
  operator: { type: 'boolean' },
  expires: { type: 'string' },
  'overlap-minutes': { type: 'string' },
} as const;

type Values = ReturnType<typeof readArguments>['values'];

const taken: Readonly<Record<string, readonly (keyof typeof options)[]>> = {
  create: ['name', 'scopes', 'organization', 'operator', 'expires'],
  list: [],
  revoke: [],
  rotate: ['overlap-minutes', 'expires'],
};

export const keys: Command = {
  usage,
  async run(args, config) {
    const { values, positionals } = readArguments(args);
    const [action = '', id, ...rest] = positionals;
    const accepted = Object.hasOwn(taken, action) ? taken[action] : undefined;
    if (accepted === undefined) throw new UsageFault(`${action || 'nothing'}: not an action of keys`);
    const stray = Object.keys(values).find((name) => !accepted.some((each) => each === name));
    if (stray !== undefined) throw new UsageFault(`--${stray}: not an option of keys ${action}`);
    const needsId = action === 'revoke' || action === 'rotate';
    if (needsId ? id === undefined || rest.length > 0 : id !== undefined) {
      throw new UsageFault(`keys ${action} takes ${needsId ? 'the id of one key' : 'no id'}`);
    }
    return withStore(config, action === 'create', (store) => {
      switch (action) {
        case 'create':
          return create(store, config, values);
        case 'list':
          return list(store);
        case 'revoke':
          return revoke(store, id ?? '');
        default:
          return rotate(store, id ?? '', values);
      }
    });
  },
};

function readArguments(args: readonly string[]) {
  return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
}

async function create(store: Store, config: Config, values: Values): Promise<number> {
  const wish = readWish(values);
  const isTaken =
    config.callers.some(({ name }) => name === wish.name) ||
    (await listKeys(store)).some((key) => key.name === wish.name && stateOf(key, Date.now()) === 'active');
  if (isTaken)
    throw new CommandFault(
      `There is a caller named ${wish.name} already. Rotate its key, or choose another name.`,
    );
  const unknown = wish.organizations.find(({ id }) => config.organizations.every((other) => other.id !== id));
  if (unknown !== undefined)
    throw new CommandFault(`Organization ${unknown.id} is not in the configuration.`);
  show(await createKey(store, wish, new Date()));
  return 0;
}

async function list(store: Store): Promise<number> {
  const now = Date.now();
  const rows = (await listKeys(store)).map((key) => [
    key.id,
    key.name,
    stateOf(key, now),
    key.createdAt,
    key.expiresAt ?? '-',
    reachOf(key),
    key.scopes.length === scopes.length ? 'all scopes' : key.scopes.join(','),
  ]);
  console.log(tableOf([['ID', 'NAME', 'STATE', 'CREATED', 'EXPIRES', 'WHERE', 'SCOPES'], ...rows]));
  return 0;
}

async function revoke(store: Store, id: string): Promise<number> {
  const key = await revokeKey(store, id, new Date());
  if (key === null) throw new CommandFault(`There is no key ${id}. See: tollgate keys list`);
  console.log(`The key ${id} of ${key.name} is revoked.`);
  return 0;
}

async function rotate(store: Store, id: string, values: Values): Promise<number> {
  const overlap = values['overlap-minutes'] ?? '0';
  if (!/^\d{1,6}$/.test(overlap)) {
    throw new UsageFault(`--overlap-minutes: found ${overlap}, accepted: a whole number of minutes`);
  }
  const now = new Date();
  const oldEndsAt = new Date(now.getTime() + Number(overlap) * 60_000);
  const made = await rotateKey(store, id, { now, oldEndsAt, expiresAt: readExpiry(values.expires) });
  if (made === null) throw new CommandFault(`There is no active key ${id}. See: tollgate keys list`);
  show(made);
  return 0;
}

/** The key alone on standard output, so that it can be piped to where it is kept. */
function show({ key, text }: { readonly key: ApiKey; readonly text: string }): void {
  console.error(`The key ${key.id} of ${key.name}; it is shown this once:`);
  console.log(text);
}

function readWish(values: Values): ApiKeyWish {
  const { name, organization = [], operator = false, expires } = values;
  if (name === undefined || !/^\S(.{0,98}\S)?$/.test(name)) {
    throw new UsageFault(`--name: found ${name ?? 'nothing'}, accepted: 1 to 100 characters`);
  }
  const organizations = organization.map(readGrant);
  if (organizations.length === 0 && !operator) {
    throw new UsageFault('A key opens something: give --organization or --operator');
  }
  const twice = organizations.find(
    ({ id }, place) => organizations.findIndex((other) => other.id === id) !== place,
  );
  if (twice !== undefined) throw new UsageFault(`--organization: ${twice.id} is named twice`);
  return {
    name,
    operator,
    organizations,
    scopes: readScopes(values.scopes),
    expiresAt: readExpiry(expires) ?? null,
  };
}

function readExpiry(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const instant = readInstant('expires', text);
  if (instant.getTime() > Date.now()) return instant.toISOString();
  throw new UsageFault(`--expires: found ${text}, accepted: an instant that is to come`);
}

function readScopes(text: string | undefined): Scope[] {
  if (text === undefined) return [...scopes];
  const named = text.split(',').map((name) => name.trim());
  const unknown = named.filter((name) => !scopes.some((scope) => scope === name));
  if (unknown.length === 0) return scopes.filter((scope) => named.includes(scope));
  throw new UsageFault(`--scopes: found ${unknown.join(',')}, accepted: ${scopes.join(',')}`);
}

function readGrant(text: string): ApiKey['organizations'][number] {
  const [id = '', roleName, ...details] = text.split(':');
  const role = roles.find((each) => each === roleName);
  if (role === undefined) {
    throw new UsageFault(
      `--organization: found ${text}, accepted: ID:ROLE, with a role of ${roles.join(', ')}`,
    );
  }
  const teams: number[] = [];
  let user: number | undefined;
  for (const detail of details) {
    const [, kind, numbers = ''] = /^(teams|user)=([1-9]\d{0,14}(?:,[1-9]\d{0,14})*)$/.exec(detail) ?? [];
    if (kind === 'teams') teams.push(...numbers.split(',').map(Number));
    else if (kind === 'user' && !numbers.includes(',')) user = Number(numbers);
    else throw new UsageFault(`--organization: found ${detail}, accepted: teams=10011,10012 and user=100104`);
  }
  return { id: readOrganization(id), role, teams, ...(user !== undefined && { user }) };
}

function reachOf({ operator, organizations }: ApiKey): string {
  const places = organizations.map(({ id, role }) => `${id}:${role}`);
  return [...(operator ? ['operator'] : []), ...places].join(',');
}
