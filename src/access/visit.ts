import type { ErrorCode } from '../domain/failure.ts';
import type { AccessEntry } from './access-entry.ts';
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
  /** The same for a change, as the access log names it: a refusal is recorded. */
  allowsOperator(section: string): boolean;
  /** Notes what a change is made to, by the upstream's ids. */
  acted(action: Action): void;
  /** Notes why a change was refused, was not made, or may not have been. */
  failed(section: string, code: ErrorCode): void;
  /** What was seen and refused, an entry for each organization. `failed`: the sections that ended in an error. */
  entries(
    operation: Pick<AccessEntry, 'at' | 'requestId' | 'kind' | 'operation' | 'reason'>,
    failed?: ReadonlySet<string>,
  ): AccessEntry[];
}

export interface Action {
  /** Make's number; null for what belongs to no organization. */
  readonly organization: number | null;
  /** What was done, as the access log names it: `cancelSubscription`. */
  readonly section: string;
  readonly objects: readonly string[];
}

interface Seen {
  readonly fields: Set<string>;
  readonly refused: Set<string>;
  readonly objects: Set<string>;
  /** By section. */
  readonly codes: Map<string, ErrorCode>;
}

/** `isKnown`: is there such an organization at all? */
export function createVisit(caller: Caller, isKnown: (organization: number) => boolean): Visit {
  const seen = new Map<number | null, Seen>();

  function seenAt(organization: number | null): Seen {
    const entry = seen.get(organization) ?? {
      fields: new Set(),
      refused: new Set(),
      objects: new Set(),
      codes: new Map(),
    };
    seen.set(organization, entry);
    return entry;
  }

  function record({ organization, section }: Need, isAllowed: boolean): void {
    const { fields, refused } = seenAt(organization);
    (isAllowed ? fields : refused).add(section);
  }

  const isOperator = (): boolean => caller.isOperator && caller.scopes.has('plans:write');

  return {
    caller,
    sees(organization) {
      const isVisible = isKnown(organization) && grantOf(caller, organization) !== undefined;
      if (!isVisible) seenAt(organization).refused.add('organization');
      return isVisible;
    },
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
    isOperator,
    allowsOperator(section) {
      const isAllowed = isOperator();
      if (!isAllowed) seenAt(null).refused.add(section);
      return isAllowed;
    },
    acted({ organization, section, objects }) {
      const about = seenAt(organization);
      about.fields.add(section);
      for (const object of objects) about.objects.add(object);
    },
    failed(section, code) {
      for (const { fields, refused, codes } of seen.values()) {
        if (fields.has(section) || refused.has(section)) codes.set(section, code);
      }
    },
    entries: (operation, failed = new Set()) =>
      Array.from(seen, ([organization, about]) => ({
        ...operation,
        caller: caller.name,
        organization,
        fields: [...about.fields],
        refused: [...about.refused],
        // whose error it is cannot be told where several organizations were looked at
        outcome: outcomeOf(about, seen.size === 1 ? failed : new Set()),
        ...(about.objects.size > 0 && { objects: [...about.objects] }),
        ...codeOf(about),
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

function outcomeOf({ fields, refused, codes }: Seen, failed: ReadonlySet<string>): AccessEntry['outcome'] {
  const done = Array.from(fields).filter((section) => !failed.has(section) && !codes.has(section));
  if (done.length === 0) return fields.size > 0 ? 'failed' : 'refused';
  return refused.size > 0 || done.length < fields.size ? 'partial' : 'ok';
}

/** The newest of them: an operation that makes several changes is rare. */
function codeOf({ codes }: Seen): Pick<AccessEntry, 'code'> {
  const code = Array.from(codes.values()).at(-1);
  return code === undefined ? {} : { code };
}
