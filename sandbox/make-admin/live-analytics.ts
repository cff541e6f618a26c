import { type Call, type Endpoint, ok } from '../kernel/endpoint.ts';
import { invalidField } from '../kernel/fields.ts';
import { dayMs } from '../kernel/time.ts';
import { organizationAt, requireRole } from '../organizations/access.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { echo, pagingOf, rowsOfPage, sorted } from './live-paging.ts';
import { requireEnterprise } from './live-refusals.ts';
import { enumsOf, instantOf, listOf, orderedRange, type Range } from './query.ts';
import { isActiveAt, scenariosOf } from './scenarios.ts';
import type { Scenario } from './state.ts';
import { type Usage, usageBetween } from './usage.ts';

const statuses = ['active', 'inactive', 'invalid'] as const;
const longestDays = 366;
const sortable = [
  'operations',
  'name',
  'teamName',
  'status',
  'executions',
  'errors',
  'errorRate',
  'executionsChange',
  'operationsChange',
  'errorsChange',
  'errorRateChange',
] as const;

export const liveAnalytics: readonly Endpoint[] = [
  {
    method: 'GET',
    template: '/analytics/{organizationId}',
    handle: (call) => {
      const organization = organizationAt(call);
      requireEnterprise(organization, 'analytics');
      requireRole(call, 'owner');
      const { query, world } = call;
      const range = timeframeOf(call);
      const paging = pagingOf(query, { limit: 100, sortable, sortDir: 'desc' });
      const scenarios = selectedScenarios(call, organization);
      const rows = scenarios.map((scenario) => scenarioRow(world, organization, scenario, range));
      return ok({
        total: metrics(world, scenarios, range),
        analytics: rowsOfPage(sorted(rows, paging), paging),
        pg: echo(paging, rows.length),
      });
    },
  },
];

/** At most a year back, and the whole of it when nothing is said. */
function timeframeOf({ query, world }: Call): Range {
  const now = world.timeline.now();
  const to = instantOf(query, 'timeframe[dateTo]', 'to') ?? now;
  const from = instantOf(query, 'timeframe[dateFrom]', 'from') ?? to - (longestDays - 1) * dayMs;
  if (from < now - longestDays * dayMs)
    throw invalidField('timeframe[dateFrom]', 'must lie at most a year back');
  return orderedRange(from, to, 'timeframe[dateFrom]');
}

function selectedScenarios({ query, world }: Call, organization: Organization): readonly Scenario[] {
  const teamIds = listOf(query, 'teamId');
  const selected = enumsOf(query, 'status', statuses);
  // no scenario lies in a folder
  if (listOf(query, 'folderId').length > 0) return [];
  return scenariosOf(world, organization.id).filter(
    (scenario) =>
      (teamIds.length === 0 || teamIds.includes(String(scenario.teamId))) &&
      (selected.length === 0 || selected.includes(statusOf(world, scenario))),
  );
}

function statusOf({ timeline }: World, scenario: Scenario): 'active' | 'inactive' {
  return isActiveAt(scenario, timeline.now()) ? 'active' : 'inactive';
}

function scenarioRow(world: World, organization: Organization, scenario: Scenario, range: Range) {
  const { id, name, teamId } = scenario;
  return {
    imtId: `${organization.id}_${id}`,
    id,
    name,
    status: statusOf(world, scenario),
    teamId,
    teamName: organization.teams.find((team) => team.id === teamId)?.name ?? '',
    ...metrics(world, [scenario], range),
  };
}

/** Changes are percentages against the span of equal length before. */
function metrics(world: World, scenarios: readonly Scenario[], { from, to }: Range) {
  const now = usageBetween(world, scenarios, from, to);
  // nothing is kept from before, however long the span is
  const earliest = world.timeline.now() - 2 * longestDays * dayMs;
  const before = usageBetween(world, scenarios, Math.max(from - (to - from), earliest), from);
  return {
    executions: now.executions,
    operations: now.operations,
    centicredits: String(now.centicredits),
    errors: now.errors,
    errorRate: errorRate(now),
    executionsChange: change(now.executions, before.executions),
    operationsChange: change(now.operations, before.operations),
    centicreditsChange: change(now.centicredits, before.centicredits),
    errorsChange: change(now.errors, before.errors),
    errorRateChange: change(errorRate(now), errorRate(before)),
  };
}

function errorRate({ errors, executions }: Usage): number {
  return executions === 0 ? 0 : Math.round((errors / executions) * 10_000) / 100;
}

function change(now: number, before: number): number | null {
  return before === 0 ? null : Math.round(((now - before) / before) * 10_000) / 100;
}
