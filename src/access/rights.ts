export const roles = ['OWNER', 'ADMIN', 'ACCOUNTANT', 'TEAM_ADMIN', 'MEMBER'] as const;
export type Role = (typeof roles)[number];

export const scopes = [
  'usage:read',
  'billing:read',
  'billing:write',
  'audit-logs:read',
  'analytics:read',
  'dlqs:read',
  'dlqs:write',
  'access-log:read',
  'plans:write',
] as const;
export type Scope = (typeof scopes)[number];

/** How far a role's right reaches: everything, only what belongs to the caller's teams, only the caller itself. */
export type Reach = 'all' | 'own-teams' | 'self' | 'none';

interface Rule {
  /** Needed beside the role; null where the role alone decides. */
  readonly scope: Scope | null;
  readonly reach: Readonly<Record<Role, Reach>>;
}

const everyone = { OWNER: 'all', ADMIN: 'all', ACCOUNTANT: 'all', TEAM_ADMIN: 'all', MEMBER: 'all' } as const;
const finance = {
  OWNER: 'all',
  ADMIN: 'all',
  ACCOUNTANT: 'all',
  TEAM_ADMIN: 'none',
  MEMBER: 'none',
} as const;
const administrators = {
  OWNER: 'all',
  ADMIN: 'all',
  ACCOUNTANT: 'none',
  TEAM_ADMIN: 'none',
  MEMBER: 'none',
} as const;

/** What may be seen and done in an organization: the whole table, in one place. */
export const rights = {
  organization: { scope: null, reach: everyone },
  usage: { scope: 'usage:read', reach: everyone },
  billing: { scope: 'billing:read', reach: finance },
  billingActions: { scope: 'billing:write', reach: finance },
  auditLogs: { scope: 'audit-logs:read', reach: administrators },
  teamAuditLogs: { scope: 'audit-logs:read', reach: { ...administrators, TEAM_ADMIN: 'own-teams' } },
  analytics: { scope: 'analytics:read', reach: administrators },
  teamAnalytics: { scope: 'analytics:read', reach: { ...administrators, TEAM_ADMIN: 'own-teams' } },
  userAnalytics: {
    scope: 'analytics:read',
    reach: { ...administrators, TEAM_ADMIN: 'own-teams', MEMBER: 'self' },
  },
  incompleteExecutions: {
    scope: 'dlqs:read',
    reach: { ...administrators, TEAM_ADMIN: 'own-teams', MEMBER: 'own-teams' },
  },
  incompleteExecutionActions: { scope: 'dlqs:write', reach: { ...administrators, TEAM_ADMIN: 'own-teams' } },
  incompleteExecutionDeletion: { scope: 'dlqs:write', reach: administrators },
  accessLog: { scope: 'access-log:read', reach: { ...administrators, ADMIN: 'none' } },
} as const satisfies Readonly<Record<string, Rule>>;

export type Right = keyof typeof rights;
