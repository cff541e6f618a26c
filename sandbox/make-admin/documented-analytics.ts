import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import { idOf } from '../kernel/fields.ts';
import { dayMs, iso } from '../kernel/time.ts';
import { organizationAt, requireAccess, requireRole } from '../organizations/access.ts';
import type { Organization, Team, User } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import {
  byScenario,
  errorPatterns,
  executionCounts,
  type Scope,
  scenarioCounts,
  scenarioRow,
  successRate,
  trends,
  workOf,
} from './analytics.ts';
import { auditLogOf, userOf } from './audit-log.ts';
import { performanceMetrics } from './enterprise-analytics.ts';
import { noise } from './noise.ts';
import { enumsOf, isWithin, listOf } from './query.ts';
import { reportingPeriod } from './reporting-period.ts';
import { scenariosOf } from './scenarios.ts';
import type { AuditEntry, Scenario } from './state.ts';
import { organizationOfTeam, requireTeamRole, teamAt } from './teams.ts';
import { type Period, usageOf, usagePeriodAt } from './usage.ts';

const statuses = ['pending', 'failed', 'retrying', 'resolved', 'cancelled'] as const;

export const documentedAnalytics: readonly Endpoint[] = [
  {
    method: 'GET',
    template: '/analytics/organization/{organizationId}',
    handle: (call) => {
      requireRole(call, 'owner', 'admin');
      return ofOrganization(call, organizationAt(call));
    },
  },
  {
    method: 'GET',
    template: '/analytics/team/{teamId}',
    organizationOf: organizationOfTeam,
    handle: (call) => {
      const { organization, team } = teamAt(call);
      requireTeamRole(call, organization, team);
      return ofTeam(call, organization, team);
    },
  },
  {
    method: 'GET',
    template: '/analytics/user/{userId}',
    organizationOf: ({ world, path }) => world.users.get(idOf(path['userId']))?.organizationId,
    handle: ofUser,
  },
];

function ofOrganization(call: Call, organization: Organization): Reply {
  const { world } = call;
  const scope = scopeOf(call, organization, scenariosOf(world, organization.id));
  const work = workOf(world, scope);
  const { operations } = usageOf(world, organization);
  return ok({
    organizationId: organization.id,
    period: shown(scope.period),
    usage: {
      operations: {
        total: operations.included,
        used: work.usage.operations,
        remaining: Math.max(0, operations.included - operations.used),
        resetDate: iso(operations.resetDate),
      },
      scenarios: scenarioCounts(world, scope.scenarios),
      executions: executionCounts(work),
      apiCalls: { total: apiCalls(world, organization, scope.period) },
      dataTransfer: { total: work.usage.dataTransfer },
    },
    teams: organization.teams.map((team) => teamSummary(world, team, scope)),
    userActivity: userActivity(world, organization, scope.period),
    trends: { ...trends(world, scope), errorPatterns: errorPatterns(work.incomplete) },
    ...(organization.plan === 'enterprise' && {
      performanceMetrics: performanceMetrics(world, organization, scope),
    }),
  });
}

function ofTeam(call: Call, organization: Organization, team: Team): Reply {
  const { world } = call;
  const own = scenariosOf(world, organization.id).filter(({ teamId }) => teamId === team.id);
  const scope = scopeOf(call, organization, own);
  const work = workOf(world, scope);
  return ok({
    teamId: team.id,
    teamName: team.name,
    organizationId: organization.id,
    period: shown(scope.period),
    teamOperations: { used: work.usage.operations, dataTransfer: work.usage.dataTransfer },
    scenarios: scenarioCounts(world, scope.scenarios),
    executions: executionCounts(work),
    executionSuccessRate: successRate(work),
    scenarioPerformance: byScenario(world, scope).map((row) => scenarioRow(world, row)),
    errorPatterns: errorPatterns(work.incomplete),
    trends: trends(world, scope),
  });
}

function ofUser(call: Call): Reply {
  const { world, path } = call;
  const user = world.users.get(idOf(path['userId']));
  if (user === undefined) throw new Refusal(404, 'user_not_found', 'User not found', { field: 'userId' });
  const organization = requireAccess(call, user.organizationId);
  if (userOf(call, organization).id !== user.id) requireRole(call, 'owner', 'admin');
  const own = scenariosOf(world, organization.id).filter(({ ownerId }) => ownerId === user.id);
  const scope = scopeOf(call, organization, own);
  const work = workOf(world, scope);
  return ok({
    userId: user.id,
    userName: user.name,
    organizationId: organization.id,
    period: shown(scope.period),
    individualUsage: {
      operations: work.usage.operations,
      executions: executionCounts(work),
      dataTransfer: work.usage.dataTransfer,
      successRate: successRate(work),
    },
    activityPatterns: activityPatterns(world, user, scope.period),
    scenarioOwnership: byScenario(world, scope).map((row) => scenarioRow(world, row)),
  });
}

/** The period and filters of a call, over scenarios that it may see. */
function scopeOf({ world, query }: Call, organization: Organization, all: readonly Scenario[]): Scope {
  if (organization.plan === 'free') {
    throw new Refusal(403, 'plan_upgrade_required', 'Analytics need a paid plan', {
      field: 'organizationId',
      reason: 'the organization is on the Free plan',
    });
  }
  const now = world.timeline.now();
  const [teams, scenarios] = [listOf(query, 'teams'), listOf(query, 'scenarios')];
  return {
    period: reportingPeriod(query, { start: usagePeriodAt(world, organization, now).start, end: now }),
    scenarios: all.filter(
      ({ id, teamId }) =>
        (teams.length === 0 || teams.includes(String(teamId))) &&
        (scenarios.length === 0 || scenarios.includes(String(id))),
    ),
    statuses: enumsOf(query, 'status', statuses),
    errorTypes: listOf(query, 'errorTypes'),
  };
}

function teamSummary(world: World, team: Team, scope: Scope) {
  const scenarios = scope.scenarios.filter(({ teamId }) => teamId === team.id);
  const work = workOf(world, { ...scope, scenarios });
  return {
    teamId: team.id,
    teamName: team.name,
    operationsUsed: work.usage.operations,
    scenarioCount: scenarios.length,
    successRate: successRate(work),
    topErrors: errorPatterns(work.incomplete)
      .slice(0, 3)
      .map(({ errorType }) => errorType),
  };
}

function userActivity(world: World, { id, users }: Organization, period: Period) {
  const entries = Map.groupBy(entriesIn(world, id, period), ({ actor }) => actor.id);
  return users.map((user) => ({
    userId: user.id,
    userName: user.name,
    ...activity(entries.get(user.id) ?? []),
  }));
}

function activity(entries: readonly AuditEntry[]) {
  const last = entries.at(-1);
  return { events: entries.length, lastActiveAt: last === undefined ? null : iso(last.triggeredAt) };
}

/** When a user was at work: events by hour of the day and day of the week (from Sunday), UTC. */
function activityPatterns(world: World, user: User, period: Period) {
  const byHour = Array.from({ length: 24 }, () => 0);
  const byWeekday = Array.from({ length: 7 }, () => 0);
  const byEvent: Record<string, number> = {};
  const own = entriesIn(world, user.organizationId, period).filter(({ actor }) => actor.id === user.id);
  for (const { triggeredAt, eventName } of own) {
    const at = new Date(triggeredAt);
    byHour[at.getUTCHours()] = (byHour[at.getUTCHours()] ?? 0) + 1;
    byWeekday[at.getUTCDay()] = (byWeekday[at.getUTCDay()] ?? 0) + 1;
    byEvent[eventName] = (byEvent[eventName] ?? 0) + 1;
  }
  return { ...activity(own), byHour, byWeekday, byEvent };
}

function entriesIn(world: World, organizationId: number, { start, end }: Period): readonly AuditEntry[] {
  return auditLogOf(world, organizationId).filter(({ triggeredAt }) =>
    isWithin({ from: start, to: end }, triggeredAt),
  );
}

/** Calls of the organization's other programs. */
function apiCalls({ makeAdmin }: World, { id, users }: Organization, { start, end }: Period): number {
  let calls = 0;
  for (let day = Math.floor(start / dayMs); day * dayMs < end; day += 1) {
    calls += Math.round(users.length * 12 * noise(makeAdmin.usageSalt, id, day));
  }
  return calls;
}

function shown({ start, end }: Period) {
  return { start: iso(start), end: iso(end) };
}
