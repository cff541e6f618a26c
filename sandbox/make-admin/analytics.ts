import { dayOf } from '../kernel/time.ts';
import type { World } from '../world.ts';
import { isOpen } from './incomplete-executions.ts';
import { isWithin } from './query.ts';
import { isActiveAt } from './scenarios.ts';
import type { IncompleteExecution, IncompleteExecutionStatus, Scenario } from './state.ts';
import { dailyUsage, type Period, type Usage, usageBetween } from './usage.ts';

/** What a report is about. */
export interface Scope {
  readonly period: Period;
  readonly scenarios: readonly Scenario[];
  /** Of both lists an empty one selects everything. */
  readonly statuses: readonly IncompleteExecutionStatus[];
  readonly errorTypes: readonly string[];
}

export interface Work {
  readonly usage: Usage;
  readonly incomplete: readonly IncompleteExecution[];
}

/** What the scenarios of a scope did in its period. */
export function workOf(world: World, { period, scenarios, statuses, errorTypes }: Scope): Work {
  const ids = new Set(scenarios.map(({ id }) => id));
  const range = { from: period.start, to: period.end };
  return {
    usage: usageBetween(world, scenarios, period.start, period.end),
    incomplete: world.makeAdmin.incompleteExecutions
      .values()
      .filter(
        ({ scenarioId, createdAt, status, errorType }) =>
          ids.has(scenarioId) &&
          isWithin(range, createdAt) &&
          (statuses.length === 0 || statuses.includes(status)) &&
          (errorTypes.length === 0 || errorTypes.includes(errorType)),
      )
      .toArray(),
  };
}

/** Executions by how they ended; those that were kept for a retry are `incomplete`. */
export function executionCounts({ usage, incomplete }: Work) {
  return {
    successful: usage.executions - usage.errors,
    failed: usage.errors,
    incomplete: incomplete.length,
    total: usage.executions + incomplete.length,
  };
}

export function scenarioCounts(world: World, scenarios: readonly Scenario[]) {
  const now = world.timeline.now();
  const active = scenarios.filter((scenario) => isActiveAt(scenario, now)).length;
  return { active, inactive: scenarios.length - active, total: scenarios.length };
}

/** The share of executions that succeeded, from 0 to 1; null where there were none. */
export function successRate(work: Work): number | null {
  const { successful, total } = executionCounts(work);
  return total === 0 ? null : Math.round((successful / total) * 10_000) / 10_000;
}

/** What incomplete executions failed of, the commonest first. */
export function errorPatterns(incomplete: readonly IncompleteExecution[]) {
  const groups = Object.groupBy(incomplete, ({ errorType }) => errorType);
  return Object.entries(groups)
    .map(([errorType, members = []]) => ({
      errorType,
      count: members.length,
      open: members.filter(isOpen).length,
      scenarioIds: [...new Set(members.map(({ scenarioId }) => String(scenarioId)))],
      lastOccurredAt: new Date(Math.max(...members.map(({ createdAt }) => createdAt))).toISOString(),
    }))
    .toSorted((one, other) => other.count - one.count);
}

/** By day. */
export function trends(world: World, { period, scenarios }: Scope) {
  const days = dailyUsage(world, scenarios, period.start, period.end);
  return {
    operationsTrend: days.map(({ day, operations }) => ({ date: dayOf(day), value: operations })),
    executionSuccessRate: days.map(({ day, ...usage }) => ({
      date: dayOf(day),
      value: successRate({ usage, incomplete: [] }),
    })),
  };
}

/** One row for each scenario of a scope, the busiest first. */
export function byScenario(world: World, scope: Scope) {
  return scope.scenarios
    .map((scenario) => ({ scenario, work: workOf(world, { ...scope, scenarios: [scenario] }) }))
    .toSorted((one, other) => other.work.usage.operations - one.work.usage.operations);
}

export function scenarioRow(world: World, { scenario, work }: ReturnType<typeof byScenario>[number]) {
  return {
    scenarioId: String(scenario.id),
    scenarioName: scenario.name,
    teamId: scenario.teamId,
    isActive: isActiveAt(scenario, world.timeline.now()),
    operations: work.usage.operations,
    executions: executionCounts(work),
    successRate: successRate(work),
    dataTransfer: work.usage.dataTransfer,
  };
}
