import { iso } from '../kernel/time.ts';
import type { World } from '../world.ts';
import { isInstant } from './scenarios.ts';
import type { IncompleteExecution, Run } from './state.ts';

/** As lists show it: with its reason, without its scenario and execution. */
export function executionRow(execution: IncompleteExecution) {
  return {
    id: execution.id,
    reason: execution.errorMessage,
    created: iso(execution.createdAt),
    size: execution.size,
    ...progress(execution),
  };
}

/** Without its reason. Its `company` is the team. */
export function executionDetail({ organizations, makeAdmin }: World, execution: IncompleteExecution) {
  const { id, scenarioId, organizationId, teamId, index, createdAt, runs, size } = execution;
  return {
    id,
    scenarioId,
    scenarioName: makeAdmin.scenarios.get(scenarioId)?.name ?? '',
    companyId: teamId,
    companyName: organizations.get(organizationId)?.teams.find((team) => team.id === teamId)?.name ?? '',
    ...progress(execution),
    deleted: false,
    index,
    created: iso(createdAt),
    executionId: runs[0].executionId,
    size,
  };
}

/** What was cancelled needs nothing more either. */
function progress({ status, runs }: IncompleteExecution) {
  return {
    resolved: status === 'resolved' || status === 'cancelled',
    retry: status === 'retrying',
    attempts: runs.length - 1,
  };
}

export function runRow(
  { makeAdmin }: World,
  { scenarioId, teamId, organizationId }: IncompleteExecution,
  run: Run,
) {
  const { executionId, startedAt, durationMs, operations, outcome, authorId } = run;
  const scenario = makeAdmin.scenarios.get(scenarioId);
  const hasEnded = outcome !== 'running';
  const counted = hasEnded ? operations : 0;
  return {
    imtId: `${startedAt}_${executionId}`,
    id: executionId,
    type: authorId === null ? 'auto' : 'manual',
    authorId,
    duration: hasEnded ? durationMs : 0,
    operations: counted,
    centicredits: counted * (scenario?.centicreditsPerOperation ?? 100),
    transfer: counted * (scenario?.bytesPerOperation ?? 0),
    teamId,
    organizationId,
    timestamp: iso(startedAt),
    status: outcome === 'success' ? 1 : outcome === 'error' ? 3 : 0,
    instant: scenario !== undefined && isInstant(scenario),
  };
}
