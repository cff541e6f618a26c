import { z } from 'zod';
import type { Doing } from '../actions/actions.ts';
import { noteExecution } from '../actions/note-executions.ts';
import { Failure } from '../domain/failure.ts';
import { builder } from './builder.ts';
import {
  blueprintRule,
  type ExecutionInReach,
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

const ResolveIncompleteExecutionPayload = executionPayload(
  'ResolveIncompleteExecutionPayload',
  'A resolution that was accepted. A retry runs within the next seconds, and may fail again.',
);

const RetryResolutionInput = builder.inputType('RetryResolutionInput', {
  description: 'Run it once more.',
  fields: (t) => ({
    modifications: t.field({
      type: 'JSON',
      description: 'Parts of the blueprint, as an object, to put in place of those it has.',
    }),
  }),
});

const UpdateBlueprintResolutionInput = builder.inputType('UpdateBlueprintResolutionInput', {
  description: 'Give it another blueprint.',
  fields: (t) => ({
    blueprint: t.field({
      type: 'JSON',
      required: true,
      description: "The whole configuration, as an object of Make's own shape.",
    }),
    retry: t.boolean({
      required: true,
      defaultValue: true,
      description: 'Whether it is run with it right away; otherwise that is left to a later retry.',
    }),
  }),
});

const CancelResolutionInput = builder.inputType('CancelResolutionInput', {
  description: 'Give it up: it stays to be seen, and is not retried any more.',
  fields: (t) => ({
    reason: t.string({ description: 'Why, for whoever reads its logs: up to 500 characters.' }),
  }),
});

const IncompleteExecutionResolutionInput = builder.inputType('IncompleteExecutionResolutionInput', {
  description: 'What is to become of an incomplete execution: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    retry: t.field({ type: RetryResolutionInput, description: 'Run it once more.' }),
    updateBlueprint: t.field({
      type: UpdateBlueprintResolutionInput,
      description: 'Give it another blueprint, and run it with that.',
    }),
    cancel: t.field({
      type: CancelResolutionInput,
      description: 'Give it up. The documented dialect alone has this.',
    }),
  }),
});

const ResolveIncompleteExecutionInput = builder.inputType('ResolveIncompleteExecutionInput', {
  description: 'Which incomplete execution is to be dealt with, and how.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Global id of the incomplete execution.' }),
    resolution: t.field({
      type: IncompleteExecutionResolutionInput,
      required: true,
      description: 'What is to become of it; `IncompleteExecution.analysis` advises.',
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const rules = z.object({
  idempotencyKey: idempotencyKeyRule,
  resolution: z.object({
    retry: z.object({ modifications: blueprintRule.nullish() }).nullish(),
    updateBlueprint: z.object({ blueprint: blueprintRule, retry: z.boolean() }).nullish(),
    cancel: z.object({ reason: z.string().max(500, 'Takes up to 500 characters.').nullish() }).nullish(),
  }),
});

type Resolution = z.output<typeof rules>['resolution'];

mutation('resolveIncompleteExecution', {
  description: 'Deals with an incomplete execution: retries it, mends it, or gives it up.',
  input: ResolveIncompleteExecutionInput,
  payload: ResolveIncompleteExecutionPayload,
  asks: { requests: requestsForReach + 5 },
  async run({ id, ...asked }, context) {
    const execution = await executionInReach(id, 'resolveIncompleteExecution', context);
    const { idempotencyKey, resolution } = checked(rules, asked);
    noteAction(execution, 'resolveIncompleteExecution', context);
    const resolved = context.actions.perform({
      name: 'resolveIncompleteExecution',
      owner: String(execution.organization),
      idempotencyKey,
      input: { id: execution.id, resolution },
      async make(doing) {
        await resolve(execution, resolution, doing);
        await noteExecution(doing, execution);
        return execution;
      },
      lookFor: async (doing) => ((await isResolved(execution, resolution, doing)) ? execution : null),
    });
    return withFaultsAt(placesOf(resolution), ofOwn(execution, context, resolved));
  },
});

async function resolve(
  { organization, id }: ExecutionInReach,
  { retry, updateBlueprint, cancel }: Resolution,
  { sources: { makeAdmin }, errand, organization: registered }: Doing,
): Promise<void> {
  const of = registered(organization);
  if (updateBlueprint != null) {
    await makeAdmin.updateBlueprint(of, id, updateBlueprint.blueprint, errand);
    if (updateBlueprint.retry) await afterUpdate(makeAdmin.retryIncompleteExecution(of, id, null, errand));
  } else if (cancel != null) {
    await makeAdmin.cancelIncompleteExecution(of, id, cancel.reason ?? null, errand);
  } else {
    await makeAdmin.retryIncompleteExecution(of, id, retry?.modifications ?? null, errand);
  }
}

/** The first half is done: whoever hears of the second knows it. */
async function afterUpdate(retry: Promise<unknown>): Promise<void> {
  try {
    await retry;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = `The blueprint was updated; the retry after it was not accepted. ${error.message}`;
    throw new Failure(error.code, message, error.details, { cause: error });
  }
}

async function isResolved(
  execution: ExecutionInReach,
  { retry, updateBlueprint, cancel }: Resolution,
  doing: Doing,
): Promise<boolean> {
  if (cancel != null) return isCancelled(execution, doing);
  if (updateBlueprint?.retry !== false && !(await isRetrying(execution, doing))) return false;
  const modifications = retry?.modifications ?? null;
  if (updateBlueprint == null && modifications === null) return true;
  return hasBecome(
    execution,
    (present) => updateBlueprint?.blueprint ?? { ...present, ...modifications },
    doing,
  );
}

async function isCancelled(
  { organization, id }: ExecutionInReach,
  { sources, errand, organization: registered }: Doing,
): Promise<boolean> {
  const anew = { ...errand, maxAge: 0 };
  const { value } = await sources.makeAdmin.incompleteExecution(registered(organization), id, anew);
  return value.status === 'CANCELLED';
}

function placesOf({ updateBlueprint, cancel }: Resolution): Readonly<Record<string, readonly string[]>> {
  const place =
    updateBlueprint == null
      ? ['resolution', 'retry', 'modifications']
      : ['resolution', 'updateBlueprint', 'blueprint'];
  return {
    dlqId: ['id'],
    blueprint: place,
    // the live dialect names no fields
    '': place,
    ...(cancel != null && { reason: ['resolution', 'cancel', 'reason'] }),
  };
}
