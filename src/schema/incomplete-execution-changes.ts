import { z } from 'zod';
import { noteExecution } from '../actions/note-executions.ts';
import { builder } from './builder.ts';
import {
  blueprintRule,
  executionInReach,
  executionPayload,
  hasBecome,
  isRetrying,
  noteAction,
  ofOwn,
  requestsForReach,
} from './incomplete-execution-action.ts';
import {
  checked,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  mutation,
  withFaultsAt,
} from './mutation.ts';

const RetryIncompleteExecutionPayload = executionPayload(
  'RetryIncompleteExecutionPayload',
  'A retry that was accepted: it runs within the next seconds, and may fail again.',
);

const RetryIncompleteExecutionInput = builder.inputType('RetryIncompleteExecutionInput', {
  description: 'Which incomplete execution to retry, and how.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Global id of the incomplete execution.' }),
    modifications: t.field({
      type: 'JSON',
      description:
        'Parts of the blueprint, as an object, to put in place of those it has, from this retry on: `{ "flow": […] }`. In the live dialect they stay also where the retry is then refused.',
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const retryRules = z.object({
  modifications: blueprintRule.nullish(),
  idempotencyKey: idempotencyKeyRule,
});

mutation('retryIncompleteExecution', {
  description: 'Runs an incomplete execution once more, from where it failed.',
  input: RetryIncompleteExecutionInput,
  payload: RetryIncompleteExecutionPayload,
  asks: { requests: requestsForReach + 5 },
  async run({ id, ...asked }, context) {
    const execution = await executionInReach(id, 'retryIncompleteExecution', context);
    const { idempotencyKey, ...rest } = checked(retryRules, asked);
    const modifications = rest.modifications ?? null;
    noteAction(execution, 'retryIncompleteExecution', context);
    const retried = context.actions.perform({
      name: 'retryIncompleteExecution',
      owner: String(execution.organization),
      idempotencyKey,
      input: { id: execution.id, modifications },
      async make(doing) {
        const { sources, errand, organization } = doing;
        const of = organization(execution.organization);
        await sources.makeAdmin.retryIncompleteExecution(of, execution.id, modifications, errand);
        await noteExecution(doing, execution);
        return execution;
      },
      async lookFor(doing) {
        if (!(await isRetrying(execution, doing))) return null;
        const modified = hasBecome(execution, (present) => ({ ...present, ...modifications }), doing);
        return modifications === null || (await modified) ? execution : null;
      },
    });
    // the live dialect names no fields: what else is there that it could mean?
    const places = { dlqId: ['id'], blueprint: ['modifications'], '': ['modifications'] };
    return withFaultsAt(places, ofOwn(execution, context, retried));
  },
});

const UpdateIncompleteExecutionPayload = executionPayload(
  'UpdateIncompleteExecutionPayload',
  'A blueprint that was stored. Nothing runs until the execution is retried.',
);

const UpdateIncompleteExecutionInput = builder.inputType('UpdateIncompleteExecutionInput', {
  description: 'Which incomplete execution gets which blueprint.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Global id of the incomplete execution.' }),
    blueprint: t.field({
      type: 'JSON',
      required: true,
      description:
        "The whole configuration that the next retry is to run, as an object of Make's own shape: take `IncompleteExecution.blueprint`, and mend it.",
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const updateRules = z.object({ blueprint: blueprintRule, idempotencyKey: idempotencyKeyRule });

mutation('updateIncompleteExecution', {
  description: 'Puts another blueprint in place of the one that an incomplete execution failed with.',
  input: UpdateIncompleteExecutionInput,
  payload: UpdateIncompleteExecutionPayload,
  asks: { requests: requestsForReach + 2 },
  async run({ id, ...asked }, context) {
    const execution = await executionInReach(id, 'updateIncompleteExecution', context);
    const { idempotencyKey, blueprint } = checked(updateRules, asked);
    noteAction(execution, 'updateIncompleteExecution', context);
    const updated = context.actions.perform({
      name: 'updateIncompleteExecution',
      owner: String(execution.organization),
      idempotencyKey,
      input: { id: execution.id, blueprint },
      async make({ sources, errand, organization }) {
        const of = organization(execution.organization);
        await sources.makeAdmin.updateBlueprint(of, execution.id, blueprint, errand);
        return execution;
      },
      lookFor: async (doing) => ((await hasBecome(execution, () => blueprint, doing)) ? execution : null),
    });
    return withFaultsAt({ dlqId: ['id'], '': ['blueprint'] }, ofOwn(execution, context, updated));
  },
});
