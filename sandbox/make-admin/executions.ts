import { createRandom } from '../kernel/random.ts';
import { dayMs, dayStart, iso } from '../kernel/time.ts';
import { planLimits } from '../make-billing/catalogue.ts';
import type { World } from '../world.ts';
import { drawFailure } from './failures.ts';
import { executionsOf } from './incomplete-executions.ts';
import { noise } from './noise.ts';
import { isWithin, type Range } from './query.ts';
import { isInstant } from './scenarios.ts';
import type { Module, Scenario, ScenarioEdit } from './state.ts';
import { runFails, runTimes } from './usage.ts';

/** One execution of a scenario that has ended. */
export interface Execution {
  readonly id: string;
  readonly at: number;
  /** 1 success, 2 success with warnings, 3 failure. */
  readonly status: 1 | 2 | 3;
  readonly durationMs: number;
  readonly operations: number;
  readonly error: { readonly name: string; readonly message: string; readonly module: Module } | null;
}

/** A row of the log, and when it is from. */
interface LogEntry {
  readonly at: number;
  readonly row: Readonly<Record<string, unknown>>;
}

interface LogSelection {
  readonly range: Range;
  /** None: every row, edits of the scenario among them. */
  readonly status: number | null;
  readonly rows: number;
}

/** The newest rows of a scenario's log, as far back as the plan keeps it: executions, and who changed it. */
export function scenarioLog(world: World, scenario: Scenario, { range, status, rows }: LogSelection) {
  const now = world.timeline.now();
  const oldest = Math.max(scenario.createdAt, now - retentionDays(world, scenario) * dayMs, range.from);
  const found: LogEntry[] = [];
  for (
    let day = dayStart(Math.min(now, range.to));
    day + dayMs > oldest && found.length < rows;
    day -= dayMs
  ) {
    const executions = executionsOnDay(world, scenario, day)
      .filter((execution) => status === null || execution.status === status)
      .map((execution) => ({ at: execution.at, row: executionRow(scenario, execution) }));
    const edits = status === null ? editsOn(world, scenario, day) : [];
    const ofDay = [
      ...executions,
      ...edits.map((edit) => ({ at: edit.at, row: editRow(world, scenario, edit) })),
    ].filter(({ at }) => at >= oldest && isWithin(range, at));
    found.push(...ofDay.toSorted((one, other) => other.at - one.at));
  }
  return found.map(({ row }) => row);
}

/** By the id that its row has. */
export function findExecution(world: World, scenario: Scenario, id: string): Execution | undefined {
  const day = Number.parseInt(id.slice(8, 14), 16) * dayMs;
  const isOwn = Number.parseInt(id.slice(0, 8), 16) === scenario.id && !Number.isNaN(day);
  return isOwn
    ? executionsOnDay(world, scenario, day).find((execution) => execution.id === id)
    : incompleteOnes(world, scenario).find((execution) => execution.id === id);
}

export function executionRow(scenario: Scenario, execution: Execution): LogEntry['row'] {
  const { id, at, status, durationMs, operations, error } = execution;
  return {
    imtId: `${at}_${id}`,
    id,
    type: 'auto',
    eventType: 'EXECUTION_END',
    status,
    duration: durationMs,
    operations,
    centicredits: operations * scenario.centicreditsPerOperation,
    transfer: operations * scenario.bytesPerOperation,
    organizationId: scenario.organizationId,
    teamId: scenario.teamId,
    scenarioId: scenario.id,
    scenarioName: scenario.name,
    authorId: null,
    authorName: null,
    instant: isInstant(scenario),
    timestamp: iso(at),
    ...(error !== null && { error: { name: error.name, message: error.message } }),
  };
}

function executionsOnDay(world: World, scenario: Scenario, day: number): readonly Execution[] {
  const scheduled = runTimes(world, scenario, day).map((at, run) =>
    scheduledRun(world, scenario, day, run, at),
  );
  const incomplete = incompleteOnes(world, scenario).filter(({ at }) => dayStart(at) === day);
  return [...scheduled, ...incomplete];
}

function scheduledRun(world: World, scenario: Scenario, day: number, run: number, at: number): Execution {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const dayNumber = day / dayMs;
  const chance = noise(world.makeAdmin.usageSalt, scenario.id, dayNumber, run);
  const id = `${hex(scenario.id, 8)}${hex(dayNumber, 6)}${hex(run, 6)}${hex(Math.floor(chance * 2 ** 48), 12)}`;
  const status = runFails(world, scenario, day, run) ? 3 : chance < 0.03 ? 2 : 1;
  const failure = status === 1 ? null : drawFailure(scenario, createRandom(id));
  return {
    id,
    at,
    status,
    durationMs: Math.round(scenario.operationsPerRun * (150 + 500 * chance)),
    operations: scenario.operationsPerRun,
    error: failure && { name: failure.errorType, message: failure.message, module: failure.module },
  };
}

/** Executions that failed and were kept for a retry. */
function incompleteOnes(world: World, scenario: Scenario): readonly Execution[] {
  return executionsOf(world, scenario.id).map(({ runs: [run], failedModule, errorType, errorMessage }) => ({
    id: run.executionId,
    at: run.startedAt + run.durationMs,
    status: 3,
    durationMs: run.durationMs,
    operations: run.operations,
    error: { name: errorType, message: errorMessage, module: failedModule },
  }));
}

function editsOn({ timeline }: World, { edits }: Scenario, day: number): readonly ScenarioEdit[] {
  return edits.filter(({ at }) => dayStart(at) === day && at <= timeline.now());
}

function editRow(
  { users }: World,
  scenario: Scenario,
  { at, type, authorId }: ScenarioEdit,
): LogEntry['row'] {
  return {
    imtId: `${at}_${type}`,
    type,
    organizationId: scenario.organizationId,
    teamId: scenario.teamId,
    scenarioId: scenario.id,
    scenarioName: scenario.name,
    authorId,
    authorName: users.get(authorId)?.name ?? null,
    timestamp: iso(at),
  };
}

function retentionDays({ organizations }: World, { organizationId }: Scenario): number {
  return planLimits(organizations.get(organizationId)?.plan ?? 'free').retention;
}
