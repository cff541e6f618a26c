import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import { dayMs, iso } from '../kernel/time.ts';
import { organizationAt, requireRole } from '../organizations/access.ts';
import type { Organization, Team } from '../organizations/organizations.ts';
import { auditFilters, findAuditLog, selectAuditLog } from './audit-queries.ts';
import { auditLogsDays } from './license.ts';
import { echo, pagingOf, rowsOfPage } from './live-paging.ts';
import { requireEnterprise } from './live-refusals.ts';
import { listOf, rangeOf } from './query.ts';
import type { AuditEntry } from './state.ts';
import { organizationOfTeam, requireTeamRole, teamAt } from './teams.ts';

const what = 'audit logs';

export const liveAuditLogs: readonly Endpoint[] = [
  {
    method: 'GET',
    template: '/audit-logs/organization/{organizationId}',
    handle: (call) => list(call, auditedOrganization(call)),
  },
  {
    method: 'GET',
    template: '/audit-logs/organization/{organizationId}/filters',
    handle: (call) => ok(auditFilters(auditedOrganization(call))),
  },
  {
    method: 'GET',
    template: '/audit-logs/team/{teamId}',
    organizationOf: organizationOfTeam,
    handle: (call) => {
      const { organization, team } = auditedTeam(call);
      return list(call, organization, team);
    },
  },
  {
    method: 'GET',
    template: '/audit-logs/team/{teamId}/filters',
    organizationOf: organizationOfTeam,
    handle: (call) => {
      const { organization, team } = auditedTeam(call);
      return ok(auditFilters(organization, team));
    },
  },
  { method: 'GET', template: '/audit-logs/{organizationId}/{uuid}', handle: get },
];

function auditedOrganization(call: Call): Organization {
  const organization = organizationAt(call);
  requireEnterprise(organization, what);
  requireRole(call, 'owner', 'admin');
  return organization;
}

function auditedTeam(call: Call) {
  const { organization, team } = teamAt(call);
  requireEnterprise(organization, what);
  requireTeamRole(call, organization, team);
  return { organization, team };
}

const sortKeys: Readonly<Record<string, (entry: AuditEntry) => string | number>> = {
  triggeredAt: ({ triggeredAt }) => triggeredAt,
  createdAt: ({ triggeredAt }) => triggeredAt,
  eventName: ({ eventName }) => eventName,
  organization: ({ organizationId }) => organizationId,
  team: ({ teamId }) => teamId ?? 0,
  actor: ({ actor }) => actor.name,
  targetId: ({ target }) => target?.id ?? '',
};

function list(call: Call, organization: Organization, team?: Team): Reply {
  const { query, world } = call;
  const paging = pagingOf(query, { limit: 100, sortable: Object.keys(sortKeys), sortDir: 'desc' });
  const asked = rangeOf(query, 'dateFrom', 'dateTo');
  const entries = selectAuditLog(world, organization, {
    range: { ...asked, from: Math.max(asked.from, world.timeline.now() - auditLogsDays * dayMs) },
    events: listOf(query, 'event'),
    authors: listOf(query, 'author'),
    teams: team === undefined ? listOf(query, 'team') : [String(team.id)],
  });
  const rows = rowsOfPage(ordered(entries, paging.sortBy, paging.sortDir), paging);
  return ok({
    auditLogs: rows.map((entry) => row(entry, organization)),
    pg: echo(paging, entries.length),
  });
}

/** The entries come newest first, which is what is mostly asked for. */
function ordered(
  entries: readonly AuditEntry[],
  sortBy: string,
  sortDir: 'asc' | 'desc',
): readonly AuditEntry[] {
  const keyOf = sortKeys[sortBy];
  if (sortBy === 'triggeredAt' || sortBy === 'createdAt' || keyOf === undefined) {
    return sortDir === 'desc' ? entries : entries.toReversed();
  }
  const sign = sortDir === 'asc' ? 1 : -1;
  return entries.toSorted((one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)];
    return a === b ? 0 : a < b ? -sign : sign;
  });
}

/** The entry itself, not wrapped, with its details. */
function get(call: Call): Reply {
  const organization = auditedOrganization(call);
  const entry = findAuditLog(call);
  if (entry === undefined || entry.organizationId !== organization.id) {
    throw new Refusal(404, 'SC404', 'Audit log not found', { field: 'uuid' });
  }
  return ok({ ...row(entry, organization), details: { ...entry.metadata, target: entry.target } });
}

function row(entry: AuditEntry, organization: Organization) {
  const { uuid, triggeredAt, eventName, actor, target, teamId, metadata } = entry;
  const team = organization.teams.find(({ id }) => id === teamId);
  const at = iso(triggeredAt).replace(/\.\d+Z$/, 'Z');
  return {
    uuid,
    createdAt: at,
    triggeredAt: at,
    organizationId: organization.id,
    organization: { id: organization.id, name: organization.name },
    eventName,
    team: team === undefined ? null : { id: team.id, name: team.name },
    actor: { id: actor.id, name: actor.name, email: actor.email },
    targetId: target?.id ?? null,
    version: { from: metadata['from'] ?? null, to: metadata['to'] ?? null },
  };
}
