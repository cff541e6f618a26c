import type { AccessEntry } from './access-log.ts';
import { type Caller, grantOf, reachOf } from './caller.ts';
import type { Right } from './rights.ts';

/** What a field needs before anything is read for it. */
export interface Need {
  /** Make's number. */
  readonly organization: number;
  readonly right: Right;
  /** The section that is looked at, as the access log names it. */
  readonly section: string;
  /** The team or the user that it belongs to, where the right may reach no further than those. */
  readonly team?: number;
  readonly user?: number;
}

/** Teams by Make's number. */
export type Teams = 'all' | ReadonlySet<number>;

/** One operation of a caller: decides what it may see, and remembers what it saw. */
export interface Visit {
  readonly caller: Caller;
  /** May the caller know that the organization exists? */
  sees(organization: number): boolean;
  /** Allowed or not; recorded either way. */
  allows(need: Need): boolean;
  /** Which teams a right reaches, where it may reach no further than the caller's own; null where it is refused. */
  teamsFor(need: Need): Teams | null;
  /** May the caller manage what belongs to no organization: the plan catalogue, the gateway's own inside? */
  isOperator(): boolean;
  /** What was seen and refused, an entry for each organization. */
  entries(
    operation: Omit<AccessEntry, 'caller' | 'organization' | 'fields' | 'refused' | 'outcome'>,
  ): AccessEntry[];
}

interface Seen {
  readonly fields: Set<string>;
  readonly refused: Set<string>;
}

/** `isKnown`: is there such an organization at all? */
export function createVisit(caller: Caller, isKnown: (organization: number) => boolean): Visit {
  const seen = new Map<number, Seen>();

  function seenAt(organization: number): Seen {
    const entry = seen.get(organization) ?? { fields: new Set(), refused: new Set() };
    seen.set(organization, entry);
    return entry;
  }

  function record({ organization, section }: Need, isAllowed: boolean): void {
    const { fields, refused } = seenAt(organization);
    (isAllowed ? fields : refused).add(section);
  }

  return {
    caller,
    sees: (organization) => isKnown(organization) && grantOf(caller, organization) !== undefined,
    allows(need) {
      const isAllowed = isKnown(need.organization) && reaches(caller, need);
      record(need, isAllowed);
      return isAllowed;
    },
    teamsFor(need) {
      const teams = isKnown(need.organization) ? teamsWithin(caller, need) : null;
      record(need, teams !== null);
      return teams;
    },
    isOperator: () => caller.isOperator && caller.scopes.has('plans:write'),
    entries: (operation) =>
      Array.from(seen, ([organization, { fields, refused }]) => ({
        ...operation,
        caller: caller.name,
        organization,
        fields: [...fields],
        refused: [...refused],
        outcome: outcomeOf(fields.size, refused.size),
      })),
  };
}

function reaches(caller: Caller, { organization, right, team, user }: Need): boolean {
  const grant = grantOf(caller, organization);
  switch (reachOf(caller, organization, right)) {
    case 'all':
      return true;
    case 'own-teams':
      return team !== undefined && grant?.teams.has(team) === true;
    case 'self':
      return user !== undefined && grant?.user === user;
    case 'none':
      return false;
  }
}

function teamsWithin(caller: Caller, { organization, right }: Need): Teams | null {
  switch (reachOf(caller, organization, right)) {
    case 'all':
      return 'all';
    case 'own-teams':
      return grantOf(caller, organization)?.teams ?? new Set();
    case 'self':
    case 'none':
      return null;
  }
}

function outcomeOf(allowed: number, refused: number): AccessEntry['outcome'] {
  if (refused === 0) return 'ok';
  return allowed === 0 ? 'refused' : 'partial';
}
