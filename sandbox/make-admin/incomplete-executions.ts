import type { User } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { recordAudit } from './audit-log.ts';
import { blueprintOf } from './blueprints.ts';
import { chanceOfRetry, drawFailure } from './failures.ts';
import { noise } from './noise.ts';
import type { Blueprint, IncompleteExecution, Run, Scenario } from './state.ts';
import { addOperationsToday } from './usage.ts';

/** A run that failed now and is kept. */
export function addIncompleteExecution(
  world: World,
  scenario: Scenario,
  { mayRetryItself = false }: { readonly mayRetryItself?: boolean } = {},
): IncompleteExecution {
  const { incompleteExecutions, random } = world.makeAdmin;
  const now = world.timeline.now();
  const failure = drawFailure(scenario, random);
  const operations = failure.module.id;
  const execution: IncompleteExecution = {
    id: random.hex(32),
    organizationId: scenario.organizationId,
    teamId: scenario.teamId,
    scenarioId: scenario.id,
    createdAt: now,
    index: scenario.incompleteCount,
    size: random.int(1, 24) * 512 + operations * scenario.bytesPerOperation,
    retriesItself: mayRetryItself && failure.isPassing && random.chance(0.3),
    errorType: failure.errorType,
    errorMessage: failure.message,
    status: 'pending',
    failedModule: failure.module,
    runs: [
      {
        executionId: random.hex(32),
        startedAt: now - operations * 700,
        authorId: null,
        durationMs: operations * 700,
        operations,
        outcome: 'error',
      },
    ],
    notes: [],
    updatedAt: now,
    blueprint: null,
    isMended: false,
  };
  scenario.incompleteCount += 1;
  addOperationsToday(world, scenario, operations);
  incompleteExecutions.set(execution.id, execution);
  return execution;
}

/** A scenario's, oldest first. */
export function executionsOf({ makeAdmin }: World, scenarioId: number): readonly IncompleteExecution[] {
  return makeAdmin.incompleteExecutions
    .values()
    .filter((execution) => execution.scenarioId === scenarioId)
    .toArray();
}

/** Neither done with nor being worked on. */
export function isOpen({ status }: IncompleteExecution): boolean {
  return status === 'pending' || status === 'failed';
}

/** Begins a retry, which ends two to ten seconds later: `retrying` until then. */
export function startRetry(world: World, execution: IncompleteExecution, authorId: number | null): void {
  const now = world.timeline.now();
  const run: Run = {
    executionId: world.makeAdmin.random.hex(32),
    startedAt: now,
    authorId,
    durationMs: 2000 + Math.floor(8000 * chanceOf(execution, 1)),
    operations: execution.failedModule.id,
    outcome: 'running',
  };
  execution.runs.push(run);
  execution.status = 'retrying';
  execution.updatedAt = now;
  world.timeline.at(now + run.durationMs, () => endRetry(world, execution, run));
}

/** Passing trouble mostly passes; wrong data and lost access do so only once the blueprint was changed. */
function endRetry(world: World, execution: IncompleteExecution, run: Run): void {
  const succeeds = execution.isMended || chanceOf(execution, 2) < chanceOfRetry(execution.errorType);
  run.outcome = succeeds ? 'success' : 'error';
  execution.status = succeeds ? 'resolved' : 'failed';
  execution.isMended = false;
  execution.updatedAt = world.timeline.now();
  const scenario = world.makeAdmin.scenarios.get(execution.scenarioId);
  if (scenario !== undefined) addOperationsToday(world, scenario, run.operations);
}

export function retryExecutions(world: World, executions: readonly IncompleteExecution[], user: User): void {
  for (const execution of executions) startRetry(world, execution, user.id);
  recordWork(world, 'incomplete_execution_retried', executions, user);
}

export function changeExecution(
  world: World,
  execution: IncompleteExecution,
  { blueprint, failedModuleId }: { readonly blueprint?: Blueprint; readonly failedModuleId?: number },
  user: User,
): void {
  if (blueprint !== undefined) {
    execution.blueprint = blueprint;
    execution.isMended = true;
  }
  const scenario = world.makeAdmin.scenarios.get(execution.scenarioId);
  const module = scenario?.modules.find(({ id }) => id === failedModuleId);
  if (module !== undefined) execution.failedModule = module;
  note(world, execution, blueprint === undefined ? 'Failed module changed' : 'Blueprint updated', {
    updatedBy: user.name,
  });
  recordWork(world, 'incomplete_execution_updated', [execution], user);
}

export function cancelExecution(
  world: World,
  execution: IncompleteExecution,
  reason: string | null,
  user: User,
): void {
  execution.status = 'cancelled';
  note(world, execution, reason === null ? 'Cancelled' : `Cancelled: ${reason}`, {
    cancelledBy: user.name,
    reason,
  });
  recordWork(world, 'incomplete_execution_cancelled', [execution], user);
}

export function deleteExecutions(world: World, executions: readonly IncompleteExecution[], user: User): void {
  for (const execution of executions) world.makeAdmin.incompleteExecutions.delete(execution.id);
  recordWork(world, 'incomplete_execution_deleted', executions, user);
}

/** The blueprint that the next retry runs. */
export function currentBlueprint(world: World, execution: IncompleteExecution): Blueprint {
  if (execution.blueprint !== null) return execution.blueprint;
  const scenario = world.makeAdmin.scenarios.get(execution.scenarioId);
  return scenario === undefined ? {} : blueprintOf(scenario);
}

function note(
  world: World,
  execution: IncompleteExecution,
  message: string,
  data: Readonly<Record<string, unknown>>,
): void {
  execution.updatedAt = world.timeline.now();
  execution.notes.push({ at: execution.updatedAt, message, data });
}

function recordWork(
  world: World,
  eventName: string,
  executions: readonly IncompleteExecution[],
  actor: User,
): void {
  const [first] = executions;
  if (first === undefined) return;
  const { organizationId, teamId, scenarioId } = first;
  const name = world.makeAdmin.scenarios.get(scenarioId)?.name ?? '';
  recordAudit(world, {
    organizationId,
    teamId,
    eventName,
    actor,
    target:
      executions.length === 1
        ? { type: 'incomplete_execution', id: first.id, name }
        : { type: 'scenario', id: String(scenarioId), name },
    metadata: { scenarioId, count: executions.length },
  });
}

/** Fixed for an execution and its number of runs, so that a world goes the same way each time. */
function chanceOf({ id, runs }: IncompleteExecution, key: number): number {
  return noise(Number.parseInt(id.slice(0, 7), 16), runs.length, key);
}
