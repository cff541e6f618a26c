import type { Team } from './organization.ts';
import type { User } from './user.ts';

/** Who did it. Make itself, and people who have left, have no number. */
export interface AuditLogActor {
  readonly id: string | null;
  readonly name: string | null;
  readonly email: string | null;
}

export interface AuditLogTarget {
  /** `webhook`, `scenario`: in Make's own words. */
  readonly type: string | null;
  readonly id: string;
  readonly name: string | null;
}

/** One thing that happened in an organization, and who did it. */
export interface AuditLogEntry {
  readonly uuid: string;
  /** `webhook_created`: Make's own word; `AuditLogFilters` lists those that there are. */
  readonly eventType: string;
  readonly triggeredAt: Date;
  /** When it was written down, where that is told. */
  readonly createdAt: Date | null;
  readonly actor: AuditLogActor | null;
  readonly target: AuditLogTarget | null;
  readonly organizationId: number;
  readonly team: Team | null;
  /** What was changed into what, where it is told; of any shape. */
  readonly change: { readonly from: unknown; readonly to: unknown } | null;
  /** What else is known of it, by kind of event. Null in lists: only the entry itself shows it. */
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** Of each list an empty one selects everything. */
export interface AuditLogSelection {
  /** At or after. */
  readonly from: Date | null;
  /** Before. */
  readonly to: Date | null;
  readonly eventTypes: readonly string[];
  /** Numbers of users. */
  readonly authors: readonly string[];
  /** Numbers of teams. */
  readonly teams: readonly string[];
}

/** What an audit log can be filtered by. */
export interface AuditLogFilters {
  readonly users: readonly User[];
  /** Null in the log of one team. */
  readonly teams: readonly Team[] | null;
  readonly eventGroups: readonly AuditLogEventGroup[];
}

export interface AuditLogEventGroup {
  readonly header: string;
  readonly eventTypes: readonly { readonly label: string; readonly value: string }[];
}

/** Does the text stand in what is known of the entry: kind, actor, target, team, change, details? In any case of letters. */
export function mentions(entry: AuditLogEntry, text: string): boolean {
  const { eventType, actor, target, team, change, details } = entry;
  const known = [eventType, actor, target, team, change, details].flatMap(textsOf);
  return known.some((each) => each.toLowerCase().includes(text.toLowerCase()));
}

/** Every value in a structure of any shape, without the names that it stands under. */
function textsOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object') return Object.values(value).flatMap(textsOf);
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}
