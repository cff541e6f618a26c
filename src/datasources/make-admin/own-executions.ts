import type { Errand } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Registration } from '../directory.ts';
import { readable } from '../read.ts';
import type { MakeAdmin } from './make-admin.ts';

/**
 * The paths of incomplete executions name no organization. A token that serves several must not reach another's:
 * what is asked for is first traced to a scenario of the organization.
 */
export function ownExecutions(admin: MakeAdmin): MakeAdmin {
  async function requireScenario(
    organization: Registration,
    scenarioId: string,
    errand: Errand,
  ): Promise<void> {
    if (organization.hasOwnToken) return;
    const { value } = await admin.scenarios(organization, errand);
    if (!readable(value.rows).some(({ id }) => id === scenarioId)) throw notFound();
  }

  async function requireExecution(organization: Registration, id: string, errand: Errand): Promise<void> {
    if (organization.hasOwnToken) return;
    const { value } = await admin.incompleteExecution(organization, id, errand);
    await requireScenario(organization, value.scenarioId, errand);
  }

  return {
    ...admin,
    incompleteExecutions: ownLists(admin.incompleteExecutions, requireScenario),
    async incompleteExecution(organization, id, errand) {
      const answer = await admin.incompleteExecution(organization, id, errand);
      await requireScenario(organization, answer.value.scenarioId, errand);
      return answer;
    },
    async incompleteExecutionBlueprint(organization, id, errand) {
      await requireExecution(organization, id, errand);
      return admin.incompleteExecutionBlueprint(organization, id, errand);
    },
    async incompleteExecutionError(organization, id, errand) {
      await requireExecution(organization, id, errand);
      return admin.incompleteExecutionError(organization, id, errand);
    },
    async executionLogs(organization, id, slice, errand) {
      await requireExecution(organization, id, errand);
      return admin.executionLogs(organization, id, slice, errand);
    },
    async executionLog(organization, id, logId, errand) {
      await requireExecution(organization, id, errand);
      return admin.executionLog(organization, id, logId, errand);
    },
    async retryIncompleteExecution(organization, id, modifications, errand) {
      await requireExecution(organization, id, errand);
      return admin.retryIncompleteExecution(organization, id, modifications, errand);
    },
    async retryIncompleteExecutions(organization, selection, errand) {
      await requireScenario(organization, selection.scenarioId, errand);
      return admin.retryIncompleteExecutions(organization, selection, errand);
    },
    async updateBlueprint(organization, id, blueprint, errand) {
      await requireExecution(organization, id, errand);
      return admin.updateBlueprint(organization, id, blueprint, errand);
    },
    async cancelIncompleteExecution(organization, id, reason, errand) {
      await requireExecution(organization, id, errand);
      return admin.cancelIncompleteExecution(organization, id, reason, errand);
    },
    async deleteIncompleteExecutions(organization, selection, errand) {
      await requireScenario(organization, selection.scenarioId, errand);
      return admin.deleteIncompleteExecutions(organization, selection, errand);
    },
  };
}

function ownLists(
  lists: MakeAdmin['incompleteExecutions'],
  requireScenario: (organization: Registration, scenarioId: string, errand: Errand) => Promise<void>,
): MakeAdmin['incompleteExecutions'] {
  if (lists.listedBy === 'scenario') {
    const page: typeof lists.page = async (organization, scenarioId, slice, errand) => {
      await requireScenario(organization, scenarioId, errand);
      return lists.page(organization, scenarioId, slice, errand);
    };
    return { ...lists, page };
  }
  const page: typeof lists.page = async (organization, selection, slice, errand) => {
    const { scenarioId } = selection;
    if (scenarioId !== null) await requireScenario(organization, scenarioId, errand);
    else if (!organization.hasOwnToken) throw ofOneScenarioOnly();
    return lists.page(organization, selection, slice, errand);
  };
  return { ...lists, page };
}

const notFound = () => failed('NOT_FOUND', { upstream: 'make-admin' });

/** Such a token's list has the executions of all its organizations, and no row tells whose it is. */
const ofOneScenarioOnly = () =>
  failed('NOT_SUPPORTED_BY_UPSTREAM', {
    upstream: 'make-admin',
    faults: [
      {
        path: ['scenario'],
        message: 'Needed, as the organization shares its token with others.',
      },
    ],
  });
