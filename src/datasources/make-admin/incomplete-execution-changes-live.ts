import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type {
  Blueprint,
  ChangedExecution,
  DeletedExecutions,
  IncompleteExecution,
  RetrySelection,
} from '../../domain/incomplete-execution.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Registration } from '../directory.ts';
import { readable } from '../read.ts';
import { anyObject } from '../wire.ts';
import { readPage } from './incomplete-execution-live.ts';
import type { MakeAdmin } from './make-admin.ts';
import { readAll } from './read-all.ts';
import { executionTags } from './tags.ts';

const upstreamName = { upstream: 'make-admin' } as const;

const idsShape = z.object({ dlqs: z.array(z.string()) });

const update: Endpoint<Blueprint> = {
  method: 'PATCH',
  path: '/dlqs/{dlqId}',
  answer: z.object({ dlq: z.object({ blueprint: anyObject }) }).transform(({ dlq }) => dlq.blueprint),
};

const retry: Endpoint<ChangedExecution> = {
  method: 'POST',
  path: '/dlqs/{dlqId}/retry',
  answer: z.object({ dlq: z.string() }).transform(({ dlq }) => ({ id: dlq, execution: null })),
};

const retryMany: Endpoint<readonly string[]> = {
  method: 'POST',
  path: '/dlqs/retry',
  answer: idsShape.transform(({ dlqs }) => dlqs),
};

const deleteMany: Endpoint<DeletedExecutions> = {
  method: 'DELETE',
  path: '/dlqs',
  answer: idsShape
    .extend({ error: z.unknown().optional() })
    .transform(({ dlqs, error }) => ({ ids: dlqs, isPartial: error != null })),
  mayCarryError: true,
  // what is being processed is left; Make's documents tell that once under 200 and once under 400
  alsoAnswersWith: 400,
};

/** How many executions are looked into for the kind of their error, a request each. */
const mostLookedInto = 50;
const paging = { pageSize: 100, mostPages: 10 };

type Part = Pick<
  MakeAdmin,
  | 'retryIncompleteExecution'
  | 'retryIncompleteExecutions'
  | 'updateBlueprint'
  | 'cancelIncompleteExecution'
  | 'deleteIncompleteExecutions'
>;

/** Many are chosen here and named by their ids: this dialect takes no time and no kind of error. */
export function incompleteExecutionChangesLive(
  upstream: Upstream,
  {
    incompleteExecutionBlueprint,
    incompleteExecutionError,
  }: Pick<MakeAdmin, 'incompleteExecutionBlueprint' | 'incompleteExecutionError'>,
): Part {
  const page = readPage(upstream);

  async function updateBlueprint(
    { id, account }: Registration,
    dlqId: string,
    blueprint: Blueprint,
    errand: Errand,
  ): Promise<Answer<ChangedExecution>> {
    const answer = await upstream.request(
      {
        endpoint: update,
        account,
        params: { dlqId },
        body: { blueprint: JSON.stringify(blueprint) },
        tags: executionTags(id),
      },
      errand,
    );
    return { ...answer, value: { id: dlqId, execution: null } };
  }

  /** All of a scenario that are as they should be, as they are now. */
  async function choose(
    organization: Registration,
    scenarioId: string,
    isMeant: (execution: IncompleteExecution) => boolean,
    errand: Errand,
  ): Promise<Answer<readonly string[]>> {
    const now = { ...errand, maxAge: 0 };
    const { value, ...answer } = await readAll(paging, (slice) => page(organization, scenarioId, slice, now));
    const unread = value.rows.find((row) => row instanceof Failure);
    if (unread !== undefined) throw unread;
    if (value.total === null) {
      throw new Failure(
        'OPERATION_TOO_EXPENSIVE',
        'The scenario has too many incomplete executions to choose from.',
      );
    }
    const meant = readable(value.rows).filter(isMeant);
    return { ...answer, value: meant.map(({ id }) => id) };
  }

  async function chooseToRetry(
    organization: Registration,
    { scenarioId, errorTypes, from, to }: RetrySelection,
    errand: Errand,
  ): Promise<Answer<readonly string[]>> {
    const isOpenThen = ({ status, createdAt }: IncompleteExecution): boolean =>
      status === 'PENDING' && (from === null || createdAt >= from) && (to === null || createdAt < to);
    const open = await choose(organization, scenarioId, isOpenThen, errand);
    if (errorTypes.length === 0) return open;
    if (open.value.length > mostLookedInto) {
      throw new Failure(
        'OPERATION_TOO_EXPENSIVE',
        `The kind of error is told one by one: choose a time with at most ${mostLookedInto} open ones.`,
        { limit: mostLookedInto },
      );
    }
    const kinds = await Promise.all(
      open.value.map(async (id) => (await incompleteExecutionError(organization, id, errand)).value?.code),
    );
    const isOfKind = (_id: string, place: number): boolean => errorTypes.includes(kinds[place] ?? '');
    return { ...open, value: open.value.filter(isOfKind) };
  }

  return {
    updateBlueprint,
    /** Runs the blueprint as it is stored: modifications are stored first, and stay if the retry is then refused. */
    async retryIncompleteExecution(organization, dlqId, modifications, errand) {
      if (modifications !== null) {
        const present = await incompleteExecutionBlueprint(organization, dlqId, { ...errand, maxAge: 0 });
        await updateBlueprint(organization, dlqId, { ...present.value, ...modifications }, errand);
      }
      const { id, account } = organization;
      return upstream.request(
        { endpoint: retry, account, params: { dlqId }, tags: executionTags(id) },
        errand,
      );
    },
    async retryIncompleteExecutions(organization, selection, errand) {
      const { scenarioId, errorTypes, from, to } = selection;
      const isOfAll = errorTypes.length === 0 && from === null && to === null;
      const chosen =
        isOfAll || selection.ids !== undefined ? null : await chooseToRetry(organization, selection, errand);
      if (chosen?.value.length === 0) return chosen;
      const ids = selection.ids ?? chosen?.value;
      const { id, account } = organization;
      return upstream.request(
        {
          endpoint: retryMany,
          account,
          query: { scenarioId },
          body: ids === undefined ? { all: true } : { ids },
          tags: executionTags(id),
        },
        errand,
      );
    },
    cancelIncompleteExecution: async () => {
      throw new Failure(
        'NOT_SUPPORTED_BY_UPSTREAM',
        'This dialect of Make does not cancel incomplete executions: they are retried, deleted, or left.',
        upstreamName,
      );
    },
    async deleteIncompleteExecutions(organization, { scenarioId, isConfirmed, olderThan }, errand) {
      const { id, account } = organization;
      const call = { endpoint: deleteMany, account, tags: executionTags(id) };
      if (olderThan === null) {
        const query = { scenarioId, confirmed: isConfirmed ? 'true' : undefined };
        return upstream.request({ ...call, query, body: { all: true } }, errand).catch((error: unknown) => {
          // which there were is not known, and so not which are gone
          if (isOfProcessing(error)) outcomeUnknown(error);
          throw error;
        });
      }
      const isOlder = ({ createdAt }: IncompleteExecution): boolean => createdAt < olderThan;
      const chosen = await choose(organization, scenarioId, isOlder, errand);
      // by their ids they would go unasked
      if (!isConfirmed) {
        const message = `This would delete ${chosen.value.length} incomplete executions.`;
        throw failed('CONFIRMATION_REQUIRED', {
          ...upstreamName,
          faults: [{ path: ['confirmed'], message }],
        });
      }
      if (chosen.value.length === 0) return { ...chosen, value: { ids: [], isPartial: false } };
      const order = { ...call, query: { scenarioId }, body: { ids: chosen.value } };
      return upstream.request(order, errand).catch(async (error: unknown) => {
        if (!(error instanceof Failure) || error.code !== 'BAD_USER_INPUT') throw error;
        // a part may be gone, and the refusal does not say which
        const left = await choose(organization, scenarioId, () => true, errand).catch(outcomeUnknown);
        const gone = chosen.value.filter((execution) => !left.value.includes(execution));
        if (gone.length === 0 && !isOfProcessing(error)) throw error;
        return { ...left, value: { ids: gone, isPartial: true } };
      });
    },
  };
}

/** What is being processed is left, which Make may tell without telling what went. */
function isOfProcessing(error: unknown): boolean {
  if (!(error instanceof Failure) || error.code !== 'BAD_USER_INPUT') return false;
  return error.details.faults?.some(({ message }) => /process/i.test(message)) ?? false;
}

function outcomeUnknown(cause: unknown): never {
  throw new Failure(
    'OUTCOME_UNKNOWN',
    'Some are being processed and were left. Which of the others were deleted is not known: look at what is left.',
    upstreamName,
    { cause },
  );
}
