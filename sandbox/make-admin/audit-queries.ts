import type { Call } from '../kernel/endpoint.ts';
import type { Organization, Team } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { eventKinds } from './audit-events.ts';
import { auditLogOf } from './audit-log.ts';
import type { Range } from './query.ts';
import type { Actor, AuditEntry } from './state.ts';

interface AuditSelection {
  readonly range: Range;
  /** Of each list an empty one selects everything. */
  readonly events: readonly string[];
  /** Ids, names or addresses. */
  readonly authors: readonly string[];
  /** Ids or names. */
  readonly teams: readonly string[];
}

/** Newest first. */
export function selectAuditLog(
  world: World,
  organization: Organization,
  { range, events, authors, teams }: AuditSelection,
): readonly AuditEntry[] {
  const teamIds = organization.teams
    .filter(({ id, name }) => teams.includes(String(id)) || teams.includes(name))
    .map(({ id }) => id);
  const log = auditLogOf(world, organization.id);
  const selected: AuditEntry[] = [];
  for (let index = log.length - 1; index >= 0; index -= 1) {
    const entry = log[index];
    if (entry === undefined || entry.triggeredAt < range.from) break;
    const { actor, eventName, teamId, triggeredAt } = entry;
    const isSelected =
      triggeredAt <= range.to &&
      (events.length === 0 || events.includes(eventName)) &&
      (teams.length === 0 || (teamId !== null && teamIds.includes(teamId))) &&
      (authors.length === 0 || authors.some((author) => isActor(actor, author)));
    if (isSelected) selected.push(entry);
  }
  return selected;
}

function isActor({ id, name, email }: Actor, author: string): boolean {
  return author === String(id) || author === name || author === email;
}

export function findAuditLog({ world, path }: Call): AuditEntry | undefined {
  return world.makeAdmin.auditEntries.get(path['uuid'] ?? '');
}

/** What can be filtered by: people, teams, and the kinds of events there are. */
export function auditFilters(organization: Organization, team?: Team) {
  const users = organization.users
    .filter(({ teamIds }) => team === undefined || teamIds.includes(team.id))
    .map(({ id, name, email }) => ({ id, name, email }));
  const events = eventKinds.map(({ header, names }) => ({
    header,
    items: names.map((value) => ({ label: labelOf(value), value })),
  }));
  return team === undefined
    ? { users, teams: organization.teams.map(({ id, name }) => ({ id, name })), events }
    : { users, events };
}

/** `webhook_created` reads Webhook created. */
function labelOf(eventName: string): string {
  const words = eventName.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
