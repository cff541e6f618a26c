import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import type { DeletedExecutions } from '../domain/incomplete-execution.ts';
import { pagesToCount } from '../loaders/incomplete-executions.ts';
import { asks, scenarioList } from './asks.ts';
import { builder } from './builder.ts';
import { encodeGlobalId, ownedId, readIdWithin, readOrganizationId } from './global-id.ts';
import {
  authorize,
  checked,
  confirmDescription,
  confirmed,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  idRule,
  mutation,
  readAt,
  withFaultsAt,
} from './mutation.ts';
import { findOrganization, Organization } from './organization.ts';
import { findScenario, Scenario } from './scenario.ts';

interface Deletion {
  readonly organization: number;
  readonly scenarioId: string;
  readonly deleted: DeletedExecutions;
}

const DeleteIncompleteExecutionsPayload = builder
  .objectRef<Deletion>('DeleteIncompleteExecutionsPayload')
  .implement({
    description: 'What was deleted, and whether anything was left.',
    fields: (t) => ({
      organization: t.field({
        type: Organization,
        nullable: true,
        description: 'Whose they were.',
        resolve: ({ organization }, _args, context) => findOrganization(organization, context),
      }),
      scenario: t.field({
        type: Scenario,
        nullable: true,
        description: "The scenario as it is now; null where Make's list does not have it.",
        extensions: asks(scenarioList),
        resolve: ({ organization, scenarioId }, _args, context, info) =>
          scenarioAfter(organization, scenarioId, context, info),
      }),
      deletedIds: t.idList({
        description: 'Global ids of those that are gone: for a client that keeps them.',
        resolve: ({ organization, deleted }) =>
          deleted.ids.map((id) => encodeGlobalId('IncompleteExecution', ownedId(organization, id))),
      }),
      deletedCount: t.int({
        description: 'How many are gone.',
        resolve: ({ deleted }) => deleted.ids.length,
      }),
      isPartial: t.boolean({
        description:
          'Whether some were left because they are being retried: ask again in a minute. The documented dialect deletes nothing then, which is a `Conflict`.',
        resolve: ({ deleted }) => deleted.isPartial,
      }),
    }),
  });

function scenarioAfter(organization: number, id: string, context: Context, info: GraphQLResolveInfo) {
  const need = { organization, right: 'incompleteExecutions', section: 'scenarios' } as const;
  return context.visit.allows(need) ? findScenario(organization, id, context, info) : null;
}

const DeleteIncompleteExecutionsInput = builder.inputType('DeleteIncompleteExecutionsInput', {
  description: 'Which incomplete executions are to be deleted.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: "The organization's global id, or Make's number." }),
    scenario: t.id({
      required: true,
      description: "The scenario that they are of: its global id, or Make's number.",
    }),
    olderThan: t.field({
      type: 'DateTime',
      description: 'Only those from before this instant; all of them, whatever their status, where left out.',
    }),
    confirm: t.boolean({ description: confirmDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const rulesOf = (organization: number) =>
  z.object({
    scenario: idRule((id) => readIdWithin(organization, 'Scenario', id)),
    olderThan: z.date().nullish(),
    idempotencyKey: idempotencyKeyRule,
  });

mutation('deleteIncompleteExecutions', {
  description: "Deletes a scenario's incomplete executions for good: what they held cannot be run any more.",
  input: DeleteIncompleteExecutionsInput,
  payload: DeleteIncompleteExecutionsPayload,
  // in the live dialect what is to go is read first, and what is left afterwards where Make does not say what went
  asks: { requests: 1 + 2 * pagesToCount },
  async run({ organizationId, confirm, ...asked }, { visit, actions, loaders }) {
    const organization = readAt('organizationId', () => readOrganizationId(organizationId));
    const right = 'incompleteExecutionDeletion';
    authorize(visit, { organization, right, section: 'deleteIncompleteExecutions' });
    const { idempotencyKey, scenario: scenarioId, ...rest } = checked(rulesOf(organization), asked);
    const olderThan = rest.olderThan ?? null;
    if (confirm !== true) {
      const count = await loaders.incompleteExecutions.countOf(organization, scenarioId, olderThan);
      confirmed(confirm, effectOf(count, scenarioId, olderThan), count);
    }
    visit.acted({ organization, section: 'deleteIncompleteExecutions', objects: [scenarioId] });
    const deleted = actions.perform({
      name: 'deleteIncompleteExecutions',
      owner: String(organization),
      idempotencyKey,
      input: { scenarioId, olderThan },
      async make({ sources, errand, organization: registered, note }) {
        const order = { scenarioId, olderThan, isConfirmed: true };
        const { value } = await sources.makeAdmin.deleteIncompleteExecutions(
          registered(organization),
          order,
          errand,
        );
        await note({ section: 'incomplete-executions', removed: value.ids });
        return value;
      },
    });
    const ofOwn = deleted.catch(async (error: unknown) => {
      // a scenario that the organization's token may not see is none of the organization's
      if (error instanceof Failure && error.code === 'UPSTREAM_AUTH') {
        await actions.before.incompleteExecutions.countOf(organization, scenarioId, olderThan);
      }
      throw error;
    });
    const places = { scenarioId: ['scenario'], confirmed: ['confirm'] };
    return { organization, scenarioId, deleted: await withFaultsAt(places, ofOwn) };
  },
});

function effectOf(count: number | null, scenarioId: string, olderThan: Date | null): string {
  const many = count === null ? 'Incomplete executions' : `${count} incomplete executions`;
  const old = olderThan === null ? '' : ` from before ${olderThan.toISOString()}`;
  return `${many} of scenario ${scenarioId}${old} would be deleted.`;
}
