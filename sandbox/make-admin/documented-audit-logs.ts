import { type Call, type Endpoint, ok, Refusal } from '../kernel/endpoint.ts';
import { pageOf } from '../kernel/fields.ts';
import { iso } from '../kernel/time.ts';
import { organizationAt, requireAccess, requireRole } from '../organizations/access.ts';
import type { Organization, Team } from '../organizations/organizations.ts';
import { auditFilters, findAuditLog, selectAuditLog } from './audit-queries.ts';
import { listOf, rangeOf } from './query.ts';
import type { AuditEntry } from './state.ts';
import { organizationOfTeam, requireTeamRole, teamAt } from './teams.ts';

export const documentedAuditLogs: readonly Endpoint[] = [
  {
    method: 'GET',
    template: '/audit-logs/organization/{organizationId}',
    handle: (call) => {
      requireRole(call, 'owner', 'admin');
      return listed(call, organizationAt(call));
    },
  },
  {
    method: 'GET',
    template: '/audit-logs/organization/{organizationId}/filters',
    handle: (call) => {
      requireRole(call, 'owner', 'admin');
      return ok(auditFilters(organizationAt(call)));
    },
  },
  {
    method: 'GET',
    template: '/audit-logs/team/{teamId}',
    organizationOf: organizationOfTeam,
    handle: (call) => {
      const { organization, team } = teamAt(call);
      requireTeamRole(call, organization, team);
      return listed(call, organization, team);
    },
  },
  {
    method: 'GET',
    template: '/audit-logs/team/{teamId}/filters',
    organizationOf: organizationOfTeam,
    handle: (call) => {
      const { organization, team } = teamAt(call);
      requireTeamRole(call, organization, team);
      return ok(auditFilters(organization, team));
    },
  },
  {
    method: 'GET',
    template: '/audit-logs/{uuid}',
    organizationOf: (call) => findAuditLog(call)?.organizationId,
    handle: (call) => {
      const entry = findAuditLog(call);
      if (entry === undefined) throw new Refusal(404, 'audit_log_not_found', 'Audit log entry not found');
      const organization = requireAccess(call, entry.organizationId);
      const team = organization.teams.find(({ id }) => id === entry.teamId);
      if (team === undefined) requireRole(call, 'owner', 'admin');
      else requireTeamRole(call, organization, team);
      return ok({ ...row(entry, organization), metadata: entry.metadata });
    },
  },
];

function listed(call: Call, organization: Organization, team?: Team) {
  const { query, world } = call;
  const { limit, offset } = pageOf(query, { limit: 50, max: 500 });
  const entries = selectAuditLog(world, organization, {
    range: rangeOf(query, 'dateRange[from]', 'dateRange[to]'),
    events: listOf(query, 'eventType'),
    authors: listOf(query, 'author'),
    teams: team === undefined ? listOf(query, 'team') : [String(team.id)],
  });
  return ok({
    auditLogs: entries.slice(offset, offset + limit).map((entry) => row(entry, organization)),
    pagination: { total: entries.length, offset, limit },
  });
}

function row(entry: AuditEntry, organization: Organization) {
  const { uuid, eventName, triggeredAt, actor, target, teamId } = entry;
  const team = organization.teams.find(({ id }) => id === teamId);
  return {
    uuid,
    eventName,
    triggeredAt: iso(triggeredAt),
    actor: { name: actor.name, email: actor.email, ...(actor.id === null ? {} : { id: actor.id }) },
    ...(target === null ? {} : { target }),
    organization: { id: organization.id, name: organization.name },
    ...(team === undefined ? {} : { team: { id: team.id, name: team.name } }),
  };
}
