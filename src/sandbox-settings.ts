import { type Role, type Scope, scopes } from './access/rights.ts';

/**
 * What the gateway runs with when it runs on the sandbox: the sandbox's organizations with their tokens, and
 * callers of every role. None of it opens anything elsewhere.
 */
const firstOrganization = 1001;
const organizationIds = Array.from({ length: 20 }, (_, index) => firstOrganization + index);
const callersOrganizations = organizationIds.slice(0, 5);
const linkedOrganizations = 15;
/** Requests a minute, by the plans that the sandbox gives its organizations in turn. */
const requestsPerMinute = [60, 120, 240, 1000, 30];

const ownerScopes = scopes.filter((scope) => scope !== 'plans:write');
const readingScopes = scopes.filter((scope) => scope.endsWith(':read'));

const firstTeamOf = (organization: number): number => organization * 10 + 1;
const userOf = (organization: number, place: number): number => organization * 100 + place;

/** `place` is which of an organization's users the caller is. */
function callerIn(
  name: string,
  role: Role,
  place: number,
  callerScopes: readonly Scope[] = ownerScopes,
): object {
  const teams = (id: number): number[] =>
    role === 'TEAM_ADMIN' || role === 'MEMBER' ? [firstTeamOf(id)] : [];
  return {
    name,
    key: name,
    scopes: callerScopes,
    organizations: callersOrganizations.map((id) => ({
      id,
      role,
      teams: teams(id),
      user: userOf(id, place),
    })),
  };
}

export const sandboxPlatformKey = 'sandbox-platform-key';
export const sandboxWebhookSecret = 'sandbox-webhook-secret';

const currencies = ['USD', 'EUR', 'GBP', 'JPY'] as const;

/** Minor units of a month, by currency; a year costs ten months. */
const plans = [
  { planName: 'Core', operations: 10_000, amounts: [1059, 989, 859, 1590] },
  { planName: 'Pro', operations: 40_000, amounts: [1882, 1759, 1529, 2820] },
  { planName: 'Teams', operations: 80_000, amounts: [3412, 3189, 2779, 5110] },
  { planName: 'Enterprise', operations: 500_000, amounts: [150_000, 140_000, 121_000, 225_000] },
] as const;

const extra = { planName: 'Extra 10,000 operations', operations: 10_000, product: '9' };
const extraAmounts = [900, 840, 730, 1350] as const;

/** What the sandbox sells. An id is 2, product, currency, interval: `2111` is Core in dollars by the month. */
export const sandboxPrices: readonly object[] = [
  ...plans.flatMap(({ amounts, ...plan }, index) =>
    amounts.flatMap((amount, place) => {
      const product = String(index + 1);
      const price = { ...plan, product, currency: currencies[place] };
      const id = `2${product}${place + 1}`;
      return [
        { ...price, id: `${id}1`, amount, interval: 'month' },
        { ...price, id: `${id}2`, amount: amount * 10, interval: 'year' },
      ];
    }),
  ),
  ...extraAmounts.map((amount, place) => ({
    ...extra,
    id: `29${place + 1}0`,
    amount,
    currency: currencies[place],
  })),
];

export const sandboxSettings: Readonly<Record<string, unknown>> = {
  organizations: organizationIds.map((id, index) => ({
    id,
    token: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    requestsPerMinute: requestsPerMinute[index % requestsPerMinute.length],
    ...(index < linkedOrganizations && { customer: `cus_${String(id).padStart(16, '0')}` }),
  })),
  callers: [
    callerIn('sandbox-owner', 'OWNER', 1),
    callerIn('sandbox-admin', 'ADMIN', 2),
    callerIn('sandbox-accountant', 'ACCOUNTANT', 3),
    callerIn('sandbox-team-admin', 'TEAM_ADMIN', 4),
    callerIn('sandbox-member', 'MEMBER', 5),
    callerIn('sandbox-readonly', 'OWNER', 1, readingScopes),
    { name: 'sandbox-outsider', key: 'sandbox-outsider', scopes: ownerScopes },
    { name: 'sandbox-operator', key: 'sandbox-operator', operator: true },
  ],
};
