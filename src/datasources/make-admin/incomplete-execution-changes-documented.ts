import { z } from 'zod';
import type { ChangedExecution, DeletedExecutions } from '../../domain/incomplete-execution.ts';
import type { Endpoint, Upstream } from '../../upstream/call.ts';
import { executionShape } from './incomplete-execution-documented.ts';
import type { MakeAdmin } from './make-admin.ts';
import { rangeQuery } from './range.ts';
import { executionTags } from './tags.ts';

const changedShape = executionShape.transform(
  (execution): ChangedExecution => ({ id: execution.id, execution }),
);

const update: Endpoint<ChangedExecution> = {
  method: 'PATCH',
  path: '/dlqs/{dlqId}',
  answer: changedShape,
  mayCarryError: true,
};

const retry: Endpoint<ChangedExecution> = {
  method: 'POST',
  path: '/dlqs/{dlqId}/retry',
  answer: changedShape,
  mayCarryError: true,
};

const retryMany: Endpoint<readonly string[]> = {
  method: 'POST',
  path: '/dlqs/retry',
  answer: z.object({ retried: z.array(z.string()) }).transform(({ retried }) => retried),
};

const deleteMany: Endpoint<DeletedExecutions> = {
  method: 'DELETE',
  path: '/dlqs',
  answer: z
    .object({ deleted: z.array(z.string()) })
    .transform(({ deleted }) => ({ ids: deleted, isPartial: false })),
};

export function incompleteExecutionChangesDocumented(
  upstream: Upstream,
): Pick<
  MakeAdmin,
  | 'retryIncompleteExecution'
  | 'retryIncompleteExecutions'
  | 'updateBlueprint'
  | 'cancelIncompleteExecution'
  | 'deleteIncompleteExecutions'
> {
  return {
    retryIncompleteExecution: ({ id, account }, dlqId, modifications, errand) =>
      upstream.request(
        {
          endpoint: retry,
          account,
          params: { dlqId },
          ...(modifications !== null && { body: { modifications } }),
          tags: executionTags(id),
        },
        errand,
      ),
    retryIncompleteExecutions: ({ id, account }, { scenarioId, errorTypes, ...range }, errand) =>
      upstream.request(
        {
          endpoint: retryMany,
          account,
          body: { scenarioId, errorTypes, dateRange: rangeQuery(range, 'from', 'to') },
          tags: executionTags(id),
        },
        errand,
      ),
    updateBlueprint: ({ id, account }, dlqId, blueprint, errand) =>
      upstream.request(
        { endpoint: update, account, params: { dlqId }, body: { blueprint }, tags: executionTags(id) },
        errand,
      ),
    cancelIncompleteExecution: ({ id, account }, dlqId, reason, errand) =>
      upstream.request(
        {
          endpoint: update,
          account,
          params: { dlqId },
          body: { status: 'cancelled', ...(reason !== null && { reason }) },
          tags: executionTags(id),
        },
        errand,
      ),
    deleteIncompleteExecutions: ({ id, account }, { scenarioId, isConfirmed, olderThan }, errand) =>
      upstream.request(
        {
          endpoint: deleteMany,
          account,
          body: {
            scenarioId,
            confirmed: isConfirmed,
            ...(olderThan !== null && { olderThan: olderThan.toISOString() }),
          },
          tags: executionTags(id),
        },
        errand,
      ),
  };
}
