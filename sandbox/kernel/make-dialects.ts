import { requireAccess } from '../organizations/access.ts';
import type { PlanName } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import type { Dialect } from './dialect.ts';
import { type Call, type Caller, type Endpoint, Refusal, type Reply } from './endpoint.ts';
import { idOf, isFields } from './fields.ts';

const accountBucket = 'make:account';
const accountCallsPerMinute = 10_000;
const limitMessage = 'Requests limit for organization exceeded, please try again later.';

const callsPerMinute: Readonly<Record<PlanName, number>> = {
  free: 30,
  core: 60,
  pro: 120,
  teams: 240,
  enterprise: 1000,
};

/** Make's API as its two documents print it. */
export const documentedDialect: Dialect = {
  basePath: '/api/v2',
  window: 'sliding',
  headers: {},
  authenticate,
  bucketOf,
  admit,
  badCredential,
  refuse({ status, code, message, field, reason }) {
    const details = field === undefined && reason === undefined ? undefined : { field, reason };
    return { status, json: { error: status, message, code, details } };
  },
  tooManyRequests: () => ({ status: 429, json: { error: 429, message: limitMessage } }),
  limitHeaders: () => ({}),
};

/** Make's API as it answers in public. */
export const liveDialect: Dialect = {
  ...documentedDialect,
  window: 'fixed',
  headers: { authtype: 'token' },
  refuse: ({ status, code, message, field, reason }): Reply => {
    if (status === 413) return { status, json: { detail: message } };
    const suberrors = reason === undefined ? undefined : [{ message: reason, field }];
    return {
      status,
      json: {
        detail: message,
        message: titles[status] ?? 'Internal server error',
        code: liveCode(status, code),
        suberrors,
      },
    };
  },
  tooManyRequests: () => ({
    status: 429,
    content: { type: 'text/plain; charset=utf-8', data: limitMessage },
  }),
  limitHeaders: ({ limit, remaining, resetAt }) => ({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
  }),
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'User is not logged in',
  402: 'Payment Required',
  403: 'Permission denied',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Confirmation required',
  409: 'Conflict',
  410: 'Gone',
  415: 'Unsupported Media Type',
  424: 'Failed dependency',
  503: 'Service unavailable',
};

function liveCode(status: number, code: string): string {
  if (/^(SC|IM)\d+$/.test(code)) return code;
  return status === 401 ? 'IM015' : `SC${status}`;
}

/** The limit of every bucket of Make: one for each organization, by its plan, and one for calls tied to none. */
export function makeBuckets(world: World): (readonly [string, () => number])[] {
  const ofOrganizations = [...world.organizations.values()].map(
    (organization) => [`make:${organization.id}`, () => callsPerMinute[organization.plan]] as const,
  );
  return [...ofOrganizations, [accountBucket, () => accountCallsPerMinute]];
}

const tokenPattern = /^(?:token|bearer) +00000000-0000-4000-800([0-5])-0{8}(\d{4})$/i;
const expiredKind = 4;

/** What tokens of each kind, the digit after `-800`, may do. */
const callerKinds: readonly Omit<Caller, 'organizationId'>[] = [
  { role: 'owner', canWrite: true },
  { role: 'member', canWrite: true },
  { role: 'team-admin', canWrite: true },
  { role: 'owner', canWrite: false },
  { role: 'owner', canWrite: true },
  { role: 'admin', canWrite: true },
];

function badCredential(): Refusal {
  return new Refusal(401, 'invalid_token', 'The token is missing or not valid');
}

function authenticate(authorization: string | undefined, method: string, world: World): Caller {
  const [, digit = '', digits = ''] = tokenPattern.exec(authorization ?? '') ?? [];
  const kind = callerKinds[Number.parseInt(digit, 10)];
  const organizationId = Number(digits);
  const isOfAll = organizationId === 0 && digit === '0';
  if (kind === undefined || !(isOfAll || world.organizations.has(organizationId))) {
    throw badCredential();
  }
  if (Number(digit) === expiredKind) throw new Refusal(401, 'token_expired', 'The token has expired');
  if (!kind.canWrite && method !== 'GET') {
    throw new Refusal(403, 'insufficient_scope', 'The token has no scope for changes', {
      reason: 'the token has reading scopes only',
    });
  }
  return { organizationId: isOfAll ? null : organizationId, ...kind };
}

/** The organization that the path or the body names. */
function namedOrganization({ path, body }: Call): number | undefined {
  if (path['organizationId'] !== undefined) return idOf(path['organizationId']);
  const id = isFields(body) ? idOf(body['organizationId']) : Number.NaN;
  return Number.isInteger(id) ? id : undefined;
}

/** A call draws on a budget that its caller may draw on, whatever organization it names. */
function bucketOf(call: Call, endpoint: Endpoint): string {
  if (endpoint.isOfAccount === true) return accountBucket;
  const own = call.caller.organizationId;
  const organizationId = own ?? namedOrganization(call) ?? endpoint.organizationOf?.(call);
  const exists = organizationId !== undefined && call.world.organizations.has(organizationId);
  return exists ? `make:${organizationId}` : accountBucket;
}

function admit(call: Call): void {
  const named = namedOrganization(call);
  if (named !== undefined) requireAccess(call, named);
}
