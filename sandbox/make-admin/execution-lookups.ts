import { type Call, Refusal } from '../kernel/endpoint.ts';
import { requireAccess } from '../organizations/access.ts';
import type { User } from '../organizations/organizations.ts';
import { userOf } from './audit-log.ts';
import { isOpen } from './incomplete-executions.ts';
import type { IncompleteExecution } from './state.ts';

interface ExecutionCall {
  readonly execution: IncompleteExecution;
  /** Who calls. */
  readonly user: User;
}

/** The incomplete execution that a call names, of an organization that its token may see. */
export function executionAt(call: Call): ExecutionCall {
  const execution = find(call);
  if (execution === undefined) {
    throw new Refusal(404, 'execution_not_found', 'Incomplete execution not found', {
      field: 'dlqId',
      reason: 'does not exist or was deleted',
    });
  }
  return { execution, user: userOf(call, requireAccess(call, execution.organizationId)) };
}

export function organizationOfExecution(call: Call): number | undefined {
  return find(call)?.organizationId;
}

/** Only what is neither done with nor being retried can be changed. */
export function requireOpen(execution: IncompleteExecution): void {
  if (isOpen(execution)) return;
  const { status } = execution;
  const isRetrying = status === 'retrying';
  throw new Refusal(
    409,
    isRetrying ? 'execution_retrying' : 'execution_closed',
    isRetrying
      ? 'The incomplete execution is being retried'
      : `The incomplete execution is ${status} already`,
    { field: 'dlqId', reason: `its status is ${status}` },
  );
}

function find({ world, path }: Call): IncompleteExecution | undefined {
  return world.makeAdmin.incompleteExecutions.get(path['dlqId'] ?? '');
}
