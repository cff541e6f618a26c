import { iso } from '../kernel/time.ts';
import type { World } from '../world.ts';
import type { logsOf } from './execution-logs.ts';
import { currentBlueprint } from './incomplete-executions.ts';
import type { IncompleteExecution } from './state.ts';

export function logView(
  { id: dlqId }: IncompleteExecution,
  { at, ...log }: ReturnType<typeof logsOf>[number],
) {
  return { ...log, dlqId, timestamp: iso(at) };
}

/** Everything there is of an incomplete execution, in lists as well. */
export function executionView(world: World, execution: IncompleteExecution) {
  const { id, scenarioId, status, errorMessage, errorType, failedModule, runs, createdAt, updatedAt } =
    execution;
  const [first, ...retries] = runs;
  const lastRetry = retries.at(-1);
  return {
    dlqId: id,
    scenarioId: String(scenarioId),
    executionId: first.executionId,
    status,
    error: {
      message: errorMessage,
      code: errorType,
      module: {
        id: String(failedModule.id),
        name: `${failedModule.app}:${failedModule.name}`,
        position: failedModule.id - 1,
      },
      timestamp: iso(createdAt),
    },
    blueprint: currentBlueprint(world, execution),
    retryCount: retries.length,
    ...(lastRetry !== undefined && { lastRetryAt: iso(lastRetry.startedAt) }),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}
