import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type {
  Blueprint,
  ExecutionError,
  IncompleteExecution,
  IncompleteExecutionStatus,
} from '../../domain/incomplete-execution.ts';
import type { Endpoint, Upstream } from '../../upstream/call.ts';
import type { Read, Rows, Slice } from '../read.ts';
import { anyObject, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import type { MakeAdmin } from './make-admin.ts';
import { scenariosWithIncompleteExecutions } from './scenarios-live.ts';
import { adminTag } from './tags.ts';

const progressShape = {
  id: z.string().min(1),
  created: instant,
  size: orNull(wholeNumber),
  resolved: z.boolean(),
  deleted: orNull(z.boolean()),
  retry: z.boolean(),
  attempts: wholeNumber,
};

interface Progress {
  readonly resolved: boolean;
  readonly deleted: boolean | null;
  readonly retry: boolean;
}

/** There is no status in this dialect: what is told of the progress comes to one. */
function statusOf({ resolved, deleted, retry }: Progress): IncompleteExecutionStatus {
  if (deleted === true) return 'DELETED';
  if (resolved) return 'RESOLVED';
  return retry ? 'RETRYING' : 'PENDING';
}

/** A row of a scenario's list: it tells why, but neither of which scenario nor of which run. */
const rowShape = z.object({ ...progressShape, reason: orNull(z.string()) }).transform(
  (wire): Omit<IncompleteExecution, 'scenarioId'> => ({
    id: wire.id,
    scenarioName: null,
    team: null,
    executionId: null,
    status: statusOf(wire),
    rawStatus: null,
    error: wire.reason === null ? null : { message: wire.reason, code: null, module: null, occurredAt: null },
    blueprint: null,
    retryCount: wire.attempts,
    lastRetryAt: null,
    createdAt: wire.created,
    updatedAt: null,
    size: wire.size,
  }),
);

const list: Endpoint<readonly (Omit<IncompleteExecution, 'scenarioId'> | Failure)[]> = {
  method: 'GET',
  path: '/dlqs',
  answer: z.object({ dlqs: rowsOf('make-admin', rowShape) }).transform(({ dlqs }) => dlqs),
  cache: 'incomplete-executions',
};

/** Its `company` is the team. */
const one: Endpoint<IncompleteExecution> = {
  method: 'GET',
  path: '/dlqs/{dlqId}',
  answer: z
    .object({
      dlq: z.object({
        ...progressShape,
        scenarioId: textOrNumber,
        scenarioName: orNull(z.string()),
        companyId: orNull(wholeNumber),
        companyName: orNull(z.string()),
        executionId: orNull(textOrNumber),
      }),
    })
    .transform(
      ({ dlq }): IncompleteExecution => ({
        id: dlq.id,
        scenarioId: dlq.scenarioId,
        scenarioName: dlq.scenarioName,
        team: dlq.companyId === null ? null : { id: dlq.companyId, name: dlq.companyName ?? '' },
        executionId: dlq.executionId,
        status: statusOf(dlq),
        rawStatus: null,
        error: null,
        blueprint: null,
        retryCount: dlq.attempts,
        lastRetryAt: null,
        createdAt: dlq.created,
        updatedAt: null,
        size: dlq.size,
      }),
    ),
  cache: 'incomplete-executions',
};

const blueprint: Endpoint<Blueprint | null> = {
  method: 'GET',
  path: '/dlqs/{dlqId}/blueprint',
  answer: z
    .object({ response: z.object({ blueprint: orNull(anyObject) }) })
    .transform(({ response }) => response.blueprint),
  cache: 'incomplete-executions',
};

const moduleShape = z.object({
  error: orNull(z.object({ type: orNull(z.string()), message: orNull(z.string()) })),
});

/** What each module was left with, by the module's id: the one that failed with its error. */
const bundle: Endpoint<ExecutionError | null> = {
  method: 'GET',
  path: '/dlqs/{dlqId}/bundle',
  answer: z.object({ response: anyObject }).transform(({ response }): ExecutionError | null => {
    for (const [id, left] of Object.entries(response)) {
      const error = moduleShape.safeParse(left).data?.error ?? null;
      if (error === null) continue;
      return {
        message: error.message,
        code: error.type,
        module: { id, name: null, position: null },
        occurredAt: null,
      };
    }
    return null;
  }),
  cache: 'incomplete-executions',
};

/** Lists, single ones, blueprints and errors are each told by a call of their own. */
export function incompleteExecutionsLive(
  upstream: Upstream,
): Pick<
  MakeAdmin,
  'incompleteExecutions' | 'incompleteExecution' | 'incompleteExecutionBlueprint' | 'incompleteExecutionError'
> {
  const reading =
    <Value>(endpoint: Endpoint<Value>): Read<Value, [dlqId: string]> =>
    ({ id, account }, dlqId, errand) =>
      upstream.request(
        { endpoint, account, params: { dlqId }, tags: [adminTag(id, 'incomplete-executions')] },
        errand,
      );
  return {
    incompleteExecutions: {
      listedBy: 'scenario',
      scenariosWithIncompleteExecutions: scenariosWithIncompleteExecutions(upstream),
      page: readPage(upstream),
    },
    incompleteExecution: reading(one),
    incompleteExecutionBlueprint: reading(blueprint),
    incompleteExecutionError: reading(bundle),
  };
}

export function readPage(upstream: Upstream): Read<Rows<IncompleteExecution>, [scenarioId: string, Slice]> {
  return async ({ id, account }, scenarioId, { offset, limit }, errand) => {
    const answer = await upstream.request(
      {
        endpoint: list,
        account,
        query: { scenarioId, 'pg[offset]': offset, 'pg[limit]': limit },
        tags: [adminTag(id, 'incomplete-executions')],
      },
      errand,
    );
    const rows = answer.value.map((row) => (row instanceof Failure ? row : { ...row, scenarioId }));
    return { ...answer, value: { rows, total: null } };
  };
}
