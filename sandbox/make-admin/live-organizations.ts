import { type Call, type Endpoint, ok, type Reply } from '../kernel/endpoint.ts';
import { idOf, queryInteger } from '../kernel/fields.ts';
import { dayMs, dayOf, dayStart } from '../kernel/time.ts';
import { organizationAt, requireAccess } from '../organizations/access.ts';
import type { Organization } from '../organizations/organizations.ts';
import { columnsOf, echo, pagingOf, rowsOfPage, sorted } from './live-paging.ts';
import { missingParameter } from './live-refusals.ts';
import { organizationView, teamView } from './organization-views.ts';
import { listOf } from './query.ts';
import { scenarioAt } from './scenario-lookups.ts';
import { scenariosOf } from './scenarios.ts';
import type { Scenario } from './state.ts';
import { organizationOfTeam, teamAt } from './teams.ts';
import { dailyUsage } from './usage.ts';

const usageDays = 30;

export const liveOrganizations: readonly Endpoint[] = [
  { method: 'GET', template: '/organizations', isOfAccount: true, handle: listOrganizations },
  {
    method: 'GET',
    template: '/organizations/{organizationId}/usage',
    handle: (call) => usageReply(call, scenariosOf(call.world, organizationAt(call).id)),
  },
  {
    method: 'GET',
    template: '/teams',
    organizationOf: ({ query }) => queryInteger(query, 'organizationId'),
    handle: listTeams,
  },
  {
    method: 'GET',
    template: '/teams/{teamId}',
    organizationOf: organizationOfTeam,
    handle: (call) => {
      const { organization, team } = teamAt(call);
      return ok({ team: columnsOf(teamView(call.world, organization, team), call.query, teamColumns) });
    },
  },
  {
    method: 'GET',
    template: '/teams/{teamId}/usage',
    organizationOf: organizationOfTeam,
    handle: (call) => {
      const { organization, team } = teamAt(call);
      const scenarios = scenariosOf(call.world, organization.id).filter(({ teamId }) => teamId === team.id);
      return usageReply(call, scenarios);
    },
  },
];

export const liveScenarioUsage: Endpoint = {
  method: 'GET',
  template: '/scenarios/{scenarioId}/usage',
  organizationOf: ({ world, path }) =>
    world.makeAdmin.scenarios.get(idOf(path['scenarioId']))?.organizationId,
  handle: (call) => usageReply(call, [scenarioAt(call).scenario]),
};

const teamColumns = ['id', 'name', 'organizationId', 'globalAgentsEnabled'] as const;

function listOrganizations(call: Call): Reply {
  const { world, caller, query } = call;
  const zone = query.get('zone');
  const paging = pagingOf(query, { limit: 10_000, sortable: ['name', 'id', 'zone'] });
  const visible = [...world.organizations.values()].filter(
    (organization) =>
      (caller.organizationId ?? organization.id) === organization.id &&
      (zone ?? organization.zone) === organization.zone,
  );
  const rows = rowsOfPage(sorted(visible, paging), paging);
  return ok({
    organizations: rows.map((organization) => organizationRow(call, organization)),
    pg: echo(paging, visible.length),
  });
}

/** Counters are worked out only where they are asked for. */
function organizationRow({ world, query }: Call, organization: Organization) {
  const { id, name, zone, timezone } = organization;
  if (listOf(query, 'cols').length === 0) return { id, name, timezoneId: timezone.id, zone };
  return columnsOf(organizationView(world, organization), query, []);
}

function listTeams(call: Call): Reply {
  const { query, world } = call;
  const organizationId = queryInteger(query, 'organizationId');
  if (organizationId === undefined) throw missingParameter('organizationId');
  const organization = requireAccess(call, organizationId);
  const paging = pagingOf(query, { limit: 10_000, sortable: ['name', 'id'] });
  const rows = rowsOfPage(sorted(organization.teams, paging), paging);
  return ok({
    teams: rows.map((team) => columnsOf(teamView(world, organization, team), query, teamColumns)),
    pg: echo(paging, organization.teams.length),
  });
}

/** The last thirty days; those without any use are left out. */
function usageReply({ world }: Call, scenarios: readonly Scenario[]): Reply {
  const now = world.timeline.now();
  const days = dailyUsage(world, scenarios, dayStart(now) - (usageDays - 1) * dayMs, now);
  return ok({
    data: days
      .filter(({ operations }) => operations > 0)
      .map(({ day, operations, dataTransfer, centicredits }) => ({
        date: dayOf(day).split('-').toReversed().join('-'),
        operations,
        dataTransfer,
        centicredits,
      })),
  });
}
