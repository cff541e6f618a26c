import type { IncompleteExecution } from '../../domain/incomplete-execution.ts';
import type { ListKind } from './list.ts';

/** What lists show of it is all there is. */
export const incompleteExecutions: ListKind<IncompleteExecution> = incompleteExecutionsOf(new Map());

/** `teams`: those of executions that do not tell it themselves. What is known of a team is kept. */
export function incompleteExecutionsOf(teams: ReadonlyMap<string, number>): ListKind<IncompleteExecution> {
  return {
    name: 'incomplete-execution',
    keyOf: ({ id }) => id,
    atOf: ({ createdAt }) => createdAt.getTime(),
    fieldsOf: ({ id, status, retryCount, scenarioId, team: own }) => {
      const team = own?.id ?? teams.get(id);
      return { status, retryCount, scenarioId, ...(team !== undefined && { team }) };
    },
    isOpen: ({ status }) => status === 'PENDING' || status === 'RETRYING' || status === 'FAILED',
    added: 'INCOMPLETE_EXECUTION_CREATED',
    addedAt: ({ createdAt }) => createdAt,
    changed: [
      {
        type: 'INCOMPLETE_EXECUTION_STATUS_CHANGED',
        fields: ['status', 'retryCount'],
        at: ({ status, lastRetryAt }) => (status === 'RETRYING' ? lastRetryAt : null),
      },
    ],
    removed: 'INCOMPLETE_EXECUTION_DELETED',
    // a blueprint may be megabytes: it is read when somebody asks
    objectOf: (value) => ({
      kind: 'incomplete-execution',
      id: value.id,
      scenarioId: value.scenarioId,
      value: { ...value, blueprint: null },
    }),
    goneObjectOf: (id, { scenarioId }) => ({
      kind: 'incomplete-execution',
      id,
      scenarioId: String(scenarioId),
      value: null,
    }),
    teamOf: ({ team }) => (typeof team === 'number' ? team : null),
  };
}
