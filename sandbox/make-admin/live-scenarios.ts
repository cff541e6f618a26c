import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import { queryInteger } from '../kernel/fields.ts';
import { hourMs, iso } from '../kernel/time.ts';
import { requireAccess } from '../organizations/access.ts';
import type { World } from '../world.ts';
import { hookIdOf, schedulingOf } from './blueprints.ts';
import { executionRow, findExecution, scenarioLog } from './executions.ts';
import { appName } from './failures.ts';
import { isOpen } from './incomplete-executions.ts';
import { liveScenarioUsage } from './live-organizations.ts';
import { columnsOf, echo, pagingOf, rowsOfPage, sorted } from './live-paging.ts';
import { missingParameter } from './live-refusals.ts';
import { listOf, millisecondRangeOf } from './query.ts';
import { organizationOfScenario, scenarioAt } from './scenario-lookups.ts';
import { isActiveAt, isInstant, scenariosOf } from './scenarios.ts';
import type { Scenario } from './state.ts';
import { requireTeam } from './teams.ts';
import { usageBetween, usagePeriodAt } from './usage.ts';

export const liveScenarios: readonly Endpoint[] = [
  { method: 'GET', template: '/scenarios', organizationOf: organizationOfQuery, handle: listScenarios },
  {
    method: 'GET',
    template: '/scenarios/consumptions',
    organizationOf: organizationOfQuery,
    handle: listConsumptions,
  },
  {
    method: 'GET',
    template: '/scenarios/{scenarioId}',
    organizationOf: organizationOfScenario,
    handle: (call) => {
      const row = scenarioRow(call.world, scenarioAt(call).scenario);
      return ok({ scenario: columnsOf(row, call.query, Object.keys(row)) });
    },
  },
  liveScenarioUsage,
  {
    method: 'GET',
    template: '/scenarios/{scenarioId}/logs',
    organizationOf: organizationOfScenario,
    handle: listLogs,
  },
  {
    method: 'GET',
    template: '/scenarios/{scenarioId}/logs/{executionId}',
    organizationOf: organizationOfScenario,
    handle: getLog,
  },
  {
    method: 'GET',
    template: '/scenarios/{scenarioId}/executions/{executionId}',
    organizationOf: organizationOfScenario,
    handle: getExecution,
  },
];

function listScenarios(call: Call): Reply {
  const { query, world } = call;
  const [ids, isActive] = [listOf(query, 'id'), query.get('isActive')];
  const paging = pagingOf(query, {
    limit: 500,
    sortable: ['proprietal', 'id', 'name', 'dlqCount', 'operations', 'created', 'lastEdit'],
    sortDir: 'desc',
  });
  const rows = scenariosOfQuery(call)
    .map((scenario) => scenarioRow(world, scenario))
    .filter((row) => ids.length === 0 || ids.includes(String(row.id)))
    .filter((row) => isActive === null || String(row.isActive) === isActive);
  const ordered = paging.sortBy === 'proprietal' ? rows : sorted(rows, paging);
  return ok({
    scenarios: rowsOfPage(ordered, paging).map((row) => columnsOf(row, query, Object.keys(row))),
    pg: echo(paging, rows.length),
  });
}

function listConsumptions(call: Call): Reply {
  const scenarios = scenariosOfQuery(call);
  const { world } = call;
  const now = world.timeline.now();
  const organization = world.organizations.get(organizationOfQuery(call) ?? 0);
  if (organization === undefined) return ok({ scenarioConsumptions: [], lastReset: null });
  const { start } = usagePeriodAt(world, organization, now);
  return ok({
    scenarioConsumptions: scenarios.map((scenario) => {
      const { operations, dataTransfer, centicredits } = usageBetween(world, [scenario], start, now);
      return { scenarioId: scenario.id, operations, transfer: dataTransfer, centicredits };
    }),
    lastReset: iso(start),
  });
}

/** Exactly one of `teamId` and `organizationId` says whose. */
function scenariosOfQuery(call: Call): readonly Scenario[] {
  const teamId = queryInteger(call.query, 'teamId');
  const organizationId = queryInteger(call.query, 'organizationId');
  if (teamId !== undefined && organizationId !== undefined) {
    throw new Refusal(400, 'SC400', "Parameters 'teamId' and 'organizationId' cannot be used together");
  }
  if (teamId !== undefined) {
    const { organization } = requireTeam(call, teamId);
    return scenariosOf(call.world, organization.id).filter((scenario) => scenario.teamId === teamId);
  }
  if (organizationId === undefined) throw missingParameter('teamId');
  return scenariosOf(call.world, requireAccess(call, organizationId).id);
}

function organizationOfQuery({ query }: Call): number | undefined {
  const teamId = queryInteger(query, 'teamId');
  return teamId === undefined ? queryInteger(query, 'organizationId') : Math.floor(teamId / 10);
}

function scenarioRow(world: World, scenario: Scenario) {
  const now = world.timeline.now();
  const organization = world.organizations.get(scenario.organizationId);
  const owner = world.users.get(scenario.ownerId);
  const author = owner === undefined ? null : { id: owner.id, name: owner.name, email: owner.email };
  const start = organization === undefined ? now : usagePeriodAt(world, organization, now).start;
  const used = usageBetween(world, [scenario], start, now);
  const all = world.makeAdmin.incompleteExecutions
    .values()
    .filter(({ scenarioId }) => scenarioId === scenario.id)
    .toArray();
  const isActive = isActiveAt(scenario, now);
  const lastEdit = scenario.edits.findLast(({ at }) => at <= now)?.at ?? scenario.createdAt;
  const scheduling = schedulingOf(scenario);
  return {
    id: scenario.id,
    name: scenario.name,
    teamId: scenario.teamId,
    hookId: hookIdOf(scenario),
    deviceId: null,
    deviceScope: null,
    concept: false,
    description: scenario.description,
    folderId: null,
    isinvalid: false,
    islinked: isActive,
    islocked: false,
    isPaused: false,
    isActive,
    iswaiting: false,
    isShared: false,
    type: 'scenario',
    chainingRole: 'NONE',
    slots: null,
    devices: [],
    usedPackages: [...new Set(scenario.modules.map(({ app }) => app))],
    usedModules: scenario.modules.map(({ app, name }) => `${app}:${name}`),
    lastEdit: iso(lastEdit),
    scheduling,
    nextExec: isActive && !isInstant(scenario) ? iso(now + hourMs) : null,
    created: iso(scenario.createdAt),
    createdByUser: author,
    updatedByUser: author,
    operations: used.operations,
    centicredits: used.centicredits,
    transfer: used.dataTransfer,
    dlqCount: all.filter((execution) => isOpen(execution) || execution.status === 'retrying').length,
    allDlqCount: all.length,
  };
}

function listLogs(call: Call): Reply {
  const { query, world } = call;
  const { scenario } = scenarioAt(call);
  const paging = pagingOf(query, { limit: 50, sortable: ['imtId'], sortDir: 'desc' });
  const selection = {
    range: millisecondRangeOf(query),
    status: queryInteger(query, 'status', { min: 1, max: 3 }) ?? null,
    rows: paging.sortDir === 'asc' ? Number.POSITIVE_INFINITY : paging.offset + paging.limit,
  };
  const rows = scenarioLog(world, scenario, selection);
  const ordered = paging.sortDir === 'asc' ? rows.toReversed() : rows;
  return ok({ scenarioLogs: rowsOfPage(ordered, paging), pg: echo(paging, rows.length) });
}

function getLog(call: Call): Reply {
  const { scenario } = scenarioAt(call);
  const row = executionRow(scenario, requireExecution(call, scenario));
  return ok({
    scenarioLog: {
      ...row,
      '@kindId': `scenario-${scenario.id}`,
      '@scenarioId': scenario.id,
      isReplayable: true,
    },
  });
}

/** Not wrapped. Refused when what it would show is larger than `maxBytes`. */
function getExecution(call: Call): Reply {
  const { scenario } = scenarioAt(call);
  const { status, error, operations } = requireExecution(call, scenario);
  const maxBytes = queryInteger(call.query, 'maxBytes', { min: 1 });
  const outputs = { operations, bundles: 1 };
  if (maxBytes !== undefined && JSON.stringify(outputs).length > maxBytes) {
    throw new Refusal(413, 'SC413', `The outputs are larger than ${maxBytes} bytes`);
  }
  return ok({
    status: status === 3 ? 'ERROR' : status === 2 ? 'WARNING' : 'SUCCESS',
    ...(status !== 3 && { outputs }),
    ...(error !== null && {
      error: {
        name: error.name,
        message: error.message,
        causeModule: { name: error.module.name, appName: appName(error.module.app) },
      },
    }),
  });
}

function requireExecution({ world, path }: Call, scenario: Scenario) {
  const execution = findExecution(world, scenario, path['executionId'] ?? '');
  if (execution === undefined)
    throw new Refusal(404, 'SC404', 'Execution not found', { field: 'executionId' });
  return execution;
}
