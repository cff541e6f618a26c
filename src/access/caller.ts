import type { AccessWish } from './access-wish.ts';
import { type Reach, type Right, type Role, rights, roles, type Scope } from './rights.ts';

/** What a caller is in one organization. */
export interface Grant {
  readonly role: Role;
  /** The teams that "own teams" means, by Make's number. */
  readonly teams: ReadonlySet<number>;
  /** Which of the organization's users the caller is, by Make's number. */
  readonly user?: number;
}

export interface Caller {
  /** Names the caller in the access log, and in the fair sharing of budgets. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** By Make's number of the organization. */
  readonly grants: ReadonlyMap<number, Grant>;
  /** Has every organization, and the plan catalogue. */
  readonly isOperator: boolean;
  /** Epoch milliseconds from which the credential is good for nothing; absent where it does not end by itself. */
  readonly expiresAt?: number;
  /** The API key that stands for it, which may be revoked; absent for every other credential. */
  readonly keyId?: string;
}

/** The caller that a credential stands for. */
export function callerOf(
  name: string,
  scopes: Iterable<Scope>,
  { operator, organizations }: AccessWish,
  expiresAt?: number,
): Caller {
  return {
    name,
    isOperator: operator,
    scopes: new Set(scopes),
    grants: new Map(
      organizations.map(({ id, role, teams, user }) => [
        id,
        { role, teams: new Set(teams), ...(user !== undefined && { user }) },
      ]),
    ),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

const operatorGrant: Grant = { role: 'OWNER', teams: new Set() };

/** The caller's place in an organization; undefined where it may not even know that it exists. */
export function grantOf(caller: Caller, organization: number): Grant | undefined {
  return caller.grants.get(organization) ?? (caller.isOperator ? operatorGrant : undefined);
}

/** How far a right of the caller reaches in an organization: by role, and only with the scope. */
export function reachOf(caller: Caller, organization: number, right: Right): Reach {
  const grant = grantOf(caller, organization);
  const rule = rights[right];
  if (grant === undefined || (rule.scope !== null && !caller.scopes.has(rule.scope))) return 'none';
  return rule.reach[grant.role];
}

/** What a right takes, whoever asks. */
export function demandsOf(right: Right): {
  readonly scope: Scope | null;
  /** Those that it reaches some way for. */
  readonly roles: readonly Role[];
} {
  const { scope, reach } = rights[right];
  return { scope, roles: roles.filter((role) => reach[role] !== 'none') };
}

/** Why a right of the caller reaches nowhere in an organization; null where it does. A role comes before a scope. */
export function hindranceOf(caller: Caller, organization: number, right: Right): 'ROLE' | 'SCOPE' | null {
  if (reachOf(caller, organization, right) !== 'none') return null;
  const role = grantOf(caller, organization)?.role;
  return role !== undefined && demandsOf(right).roles.includes(role) ? 'SCOPE' : 'ROLE';
}
