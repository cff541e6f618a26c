import type { Registration } from '../datasources/directory.ts';
import type { ListedByScenario, MakeAdmin } from '../datasources/make-admin/make-admin.ts';
import { readAll } from '../datasources/make-admin/read-all.ts';
import { type Rows, readable } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import type {
  IncompleteExecution,
  IncompleteExecutionSelection,
  IncompleteExecutionStatus,
} from '../domain/incomplete-execution.ts';
import type { ChosenExecution, RetryPart, RetryWish } from '../domain/retry-campaign.ts';
import type { Errand } from '../upstream/call.ts';

/** What one campaign takes. */
const mostScenarios = 100;
const ofScenario = { pageSize: 100, mostPages: 10 };
const ofOrganization = { pageSize: 100, mostPages: 20 };
/** In one scenario, where the kind of error is told by a request for each. */
const mostLookedInto = 200;

const open: readonly IncompleteExecutionStatus[] = ['PENDING', 'FAILED'];

/** Reads for a campaign what is to be retried. */
export interface Chooser {
  readonly organization: Registration;
  readonly wish: RetryWish;
  readonly errand: Errand;
}

interface Found<Value> {
  readonly value: Value;
  /** Nothing was left out. */
  readonly isComplete: boolean;
}

/** The scenarios that have something to retry; where that is told along, with what it is. */
export async function findParts(admin: MakeAdmin, chooser: Chooser): Promise<Found<readonly RetryPart[]>> {
  const { organization, wish, errand } = chooser;
  const lists = admin.incompleteExecutions;
  if (wish.scenarioIds !== null) {
    return firstOf([...new Set(wish.scenarioIds)].map((id) => partOf(id)));
  }
  if (lists.listedBy === 'scenario') {
    const { value } = await lists.scenariosWithIncompleteExecutions(
      organization,
      { includeResolved: false, atMost: mostScenarios },
      errand,
    );
    const parts = value.scenarios.map(({ id, incompleteExecutions }) =>
      partOf(id, { expected: incompleteExecutions?.open ?? null }),
    );
    return { value: parts, isComplete: value.isComplete };
  }
  // the list of a token that serves several organizations has the executions of them all
  if (!organization.hasOwnToken) {
    const { value } = await admin.scenarios(organization, errand);
    const { value: parts, isComplete } = firstOf(readable(value.rows).map(({ id }) => partOf(id)));
    return { value: parts, isComplete: isComplete && value.total === value.rows.length };
  }
  const selection = selectionOf(wish, null);
  const { value } = await readAll(ofOrganization, (slice) =>
    lists.page(organization, selection, slice, errand),
  );
  const byScenario = Map.groupBy(readable(value.rows), ({ scenarioId }) => scenarioId);
  const { value: parts, isComplete } = firstOf(
    Array.from(byScenario, ([id, rows]) => partOf(id, { chosen: rows.map(chosenOf) })),
  );
  return { value: parts, isComplete: isComplete && isWhole(value) };
}

/** The executions of one scenario that are to be retried, as they are now. */
export async function chooseIn(
  admin: MakeAdmin,
  scenarioId: string,
  chooser: Chooser,
): Promise<Found<readonly ChosenExecution[]>> {
  const { organization, wish, errand } = chooser;
  const lists = admin.incompleteExecutions;
  if (lists.listedBy === 'organization') {
    const selection = selectionOf(wish, scenarioId);
    const { value } = await readAll(ofScenario, (slice) =>
      lists.page(organization, selection, slice, errand),
    );
    return { value: readable(value.rows).map(chosenOf), isComplete: isWhole(value) };
  }
  const rows = await rowsOfScenario(lists, scenarioId, chooser);
  const meant = readable(rows.rows).filter((execution) => isMeant(execution, wish));
  if (wish.errorTypes.length === 0) return { value: meant.map(chosenOf), isComplete: isWhole(rows) };
  const chosen: ChosenExecution[] = [];
  for (const execution of meant.slice(0, mostLookedInto)) {
    const kind = await kindOf(admin, execution, chooser);
    if (kind !== null && wish.errorTypes.includes(kind)) chosen.push(chosenOf(execution));
  }
  return { value: chosen, isComplete: isWhole(rows) && meant.length <= mostLookedInto };
}

/** Of those that a lost retry was of, how many show that they were retried. */
export async function countRetried(
  admin: MakeAdmin,
  { scenarioId, chosen }: Pick<RetryPart, 'scenarioId' | 'chosen'>,
  chooser: Chooser,
): Promise<number> {
  const byId = new Map((await readScenario(admin, scenarioId, chooser)).map((row) => [row.id, row]));
  return (chosen ?? []).filter(({ id, retryCount }) => {
    const row = byId.get(id);
    return row !== undefined && (row.status === 'RETRYING' || row.retryCount > retryCount);
  }).length;
}

/** Those of a scenario as they are now, whatever is wished for. */
export async function readScenario(
  { incompleteExecutions: lists }: MakeAdmin,
  scenarioId: string,
  chooser: Pick<Chooser, 'organization' | 'errand'>,
): Promise<readonly IncompleteExecution[]> {
  if (lists.listedBy === 'scenario') return readable((await rowsOfScenario(lists, scenarioId, chooser)).rows);
  const { organization, errand } = chooser;
  const { value } = await readAll(ofScenario, (slice) =>
    lists.page(organization, { ...anyOfAll, scenarioId }, slice, errand),
  );
  return readable(value.rows);
}

async function rowsOfScenario(
  { page }: ListedByScenario,
  scenarioId: string,
  { organization, errand }: Pick<Chooser, 'organization' | 'errand'>,
): Promise<Rows<IncompleteExecution>> {
  const { value } = await readAll(ofScenario, (slice) => page(organization, scenarioId, slice, errand));
  return value;
}

/** Null also for one that has gone in the meantime. */
async function kindOf(
  admin: MakeAdmin,
  { id }: IncompleteExecution,
  { organization, errand }: Chooser,
): Promise<string | null> {
  try {
    return (await admin.incompleteExecutionError(organization, id, errand)).value?.code ?? null;
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

const anyOfAll: Omit<IncompleteExecutionSelection, 'scenarioId'> = {
  statuses: [],
  errorTypes: [],
  from: null,
  to: null,
};

function selectionOf(
  { errorTypes, from, to }: RetryWish,
  scenarioId: string | null,
): IncompleteExecutionSelection {
  return { scenarioId, statuses: open, errorTypes, from, to };
}

function isMeant({ status, createdAt }: IncompleteExecution, { from, to }: RetryWish): boolean {
  return open.includes(status) && (from === null || createdAt >= from) && (to === null || createdAt < to);
}

function isWhole({ rows, total }: Rows<IncompleteExecution>): boolean {
  return total !== null && !rows.some((row) => row instanceof Failure);
}

const chosenOf = ({ id, retryCount }: IncompleteExecution): ChosenExecution => ({ id, retryCount });

function partOf(scenarioId: string, known: Partial<Pick<RetryPart, 'expected' | 'chosen'>> = {}): RetryPart {
  const nothing = { expected: null, chosen: null, retried: 0, failed: 0, unknown: 0, failure: null };
  return { ...nothing, scenarioId, state: 'WAITING', ...known };
}

function firstOf(parts: readonly RetryPart[]): Found<readonly RetryPart[]> {
  return { value: parts.slice(0, mostScenarios), isComplete: parts.length <= mostScenarios };
}
