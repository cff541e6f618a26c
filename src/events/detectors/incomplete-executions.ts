import type { IncompleteExecution } from '../../domain/incomplete-execution.ts';
import type { ListKind, ListSnapshot } from './list.ts';

/** `teams`: by scenario, for executions that do not tell it themselves. What is known of a team is kept. */
export function incompleteExecutionsOf(teams: ReadonlyMap<string, number>): ListKind<IncompleteExecution> {
  return {
    name: 'incomplete-execution',
    keyOf: ({ id }) => id,
    atOf: ({ createdAt }) => createdAt.getTime(),
    fieldsOf: ({ status, retryCount, scenarioId, team: own }) => {
      const team = own?.id ?? teams.get(scenarioId);
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
    teamOf: ({ team, scenarioId }) =>
      typeof team === 'number' ? team : (teams.get(String(scenarioId)) ?? null),
  };
}

/** By scenario, as far as what is remembered of executions tells. */
export function knownTeams(known: ListSnapshot | null): ReadonlyMap<string, number> {
  const teams = new Map<string, number>();
  for (const { fields } of Object.values(known?.items ?? {})) {
    if (typeof fields['team'] === 'number') teams.set(String(fields['scenarioId']), fields['team']);
  }
  return teams;
}
