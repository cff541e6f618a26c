import { z } from 'zod';
import {
  type IncompleteExecution,
  type IncompleteExecutionSelection,
  incompleteExecutionStatusFrom,
} from '../../domain/incomplete-execution.ts';
import type { Call, Endpoint, QueryValue, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import type { Rows, Slice } from '../read.ts';
import { anyObject, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import { statusWords } from './execution-statuses.ts';
import type { ListedByOrganization, MakeAdmin } from './make-admin.ts';
import { rangeQuery } from './range.ts';
import { adminTag } from './tags.ts';

const errorShape = z
  .object({
    message: orNull(z.string()),
    code: orNull(z.string()),
    module: orNull(z.object({ id: textOrNumber, name: orNull(z.string()), position: orNull(wholeNumber) })),
    timestamp: orNull(instant),
  })
  .transform(({ timestamp, ...error }) => ({ ...error, occurredAt: timestamp }));

export const executionShape = z
  .object({
    dlqId: z.string().min(1),
    scenarioId: textOrNumber,
    executionId: orNull(textOrNumber),
    status: z.string(),
    error: orNull(errorShape),
    blueprint: orNull(anyObject),
    retryCount: wholeNumber,
    lastRetryAt: orNull(instant),
    createdAt: instant,
    updatedAt: orNull(instant),
  })
  .transform(
    ({ dlqId, status, ...wire }): IncompleteExecution => ({
      ...wire,
      id: dlqId,
      scenarioName: null,
      team: null,
      status: incompleteExecutionStatusFrom(status),
      rawStatus: status,
      size: null,
    }),
  );

const list: Endpoint<Rows<IncompleteExecution>> = {
  method: 'GET',
  path: '/dlqs',
  answer: z
    .object({ dlqs: rowsOf('make-admin', executionShape), pagination: z.object({ total: wholeNumber }) })
    .transform(({ dlqs, pagination }) => ({ rows: dlqs, total: pagination.total })),
  cache: 'incomplete-executions',
};

const one: Endpoint<IncompleteExecution> = {
  method: 'GET',
  path: '/dlqs/{dlqId}',
  answer: executionShape,
  cache: 'incomplete-executions',
  // its error is what the execution failed of
  mayCarryError: true,
};

/** Lists and single ones show everything. */
export function incompleteExecutionsDocumented(upstream: Upstream): Pick<
  MakeAdmin,
  'incompleteExecution' | 'incompleteExecutionBlueprint' | 'incompleteExecutionError'
> & {
  readonly incompleteExecutions: ListedByOrganization;
} {
  const callOf = ({ id, account }: Registration, dlqId: string): Call<IncompleteExecution> => ({
    endpoint: one,
    account,
    params: { dlqId },
    tags: [adminTag(id, 'incomplete-executions')],
  });
  return {
    incompleteExecutions: {
      listedBy: 'organization',
      page: ({ id, account }, selection, slice, errand) =>
        upstream.request(
          {
            endpoint: list,
            account,
            query: queryOf(selection, slice),
            tags: [adminTag(id, 'incomplete-executions')],
          },
          errand,
        ),
    },
    incompleteExecution: (organization, dlqId, errand) =>
      upstream.request(callOf(organization, dlqId), errand),
    async incompleteExecutionBlueprint(organization, dlqId, errand) {
      const answer = await upstream.request(callOf(organization, dlqId), errand);
      return { ...answer, value: answer.value.blueprint };
    },
    async incompleteExecutionError(organization, dlqId, errand) {
      const answer = await upstream.request(callOf(organization, dlqId), errand);
      return { ...answer, value: answer.value.error };
    },
  };
}

function queryOf(
  selection: IncompleteExecutionSelection,
  { offset, limit }: Slice,
): Record<string, QueryValue> {
  return {
    scenarioId: selection.scenarioId ?? undefined,
    'status[]': statusWords(selection.statuses),
    'errorTypes[]': selection.errorTypes,
    ...rangeQuery(selection, 'dateRange[from]', 'dateRange[to]'),
    offset,
    limit,
  };
}
