import type { Teams } from '../access/visit.ts';
import type { Registration } from '../datasources/directory.ts';
import type { ListedByScenario } from '../datasources/make-admin/make-admin.ts';
import type { Rows } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import type {
  ExecutionError,
  IncompleteExecution,
  IncompleteExecutionSelection,
  IncompleteExecutionStatus,
} from '../domain/incomplete-execution.ts';
import type { Scenario } from '../domain/scenario.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { allOf } from './each.ts';
import { type Entry, mergedWindow } from './merged-window.ts';
import { scenarioIn } from './scenarios.ts';
import type { Window, WindowArguments } from './walk.ts';

export const pageSize = 100;
const mostScenarios = 20;
const mostPagesOfScenario = 5;
/** Of all scenarios together: with the list of scenarios and the errors of a search within the usual bound of an operation. */
const mostPages = 20;
const mostErrors = 20;

const closed: readonly IncompleteExecutionStatus[] = ['RESOLVED', 'CANCELLED', 'DELETED'];

/** What a window takes beside the list of scenarios, where nothing is known of them. */
export function requestsOfWindow({
  ofOneScenario,
  byKind,
}: {
  readonly ofOneScenario: boolean;
  readonly byKind: boolean;
}): number {
  return (ofOneScenario ? mostPagesOfScenario : mostPages) + (byKind ? mostErrors : 0);
}

interface Wish {
  readonly selection: IncompleteExecutionSelection;
  readonly teams: Teams;
  /** Cursors of one filter do not serve another. */
  readonly filterKey: string;
}

interface Parts {
  readonly lists: ListedByScenario;
  /** What cursors call the merged list. */
  readonly list: string;
  readonly registration: Registration;
  readonly errand: Errand;
  readonly scenarios: () => Promise<Answer<Rows<Scenario>>>;
  /** The kind of error is told by a call for each execution. */
  readonly errorOf: (execution: IncompleteExecution) => Promise<Answer<ExecutionError | null> | null>;
}

interface PlannedPage {
  readonly scenario: Scenario;
  readonly index: number;
  /** Nothing is expected behind it. */
  readonly isLast: boolean;
}

/** Reads the scenarios that have any, in parallel and within bounds; filters and sorts what they gave. */
export async function windowByScenario(
  { lists, list, registration, errand, scenarios, errorOf }: Parts,
  { selection, teams, filterKey }: Wish,
  range: WindowArguments,
): Promise<Window<IncompleteExecution> & { readonly isComplete: boolean }> {
  let isComplete = false;
  const byKind = selection.errorTypes.length > 0;
  const window = await mergedWindow(range, { list, filterKey }, async () => {
    const chosen = await askingAtMost(1 + mostPages + (byKind ? mostErrors : 0), chooseScenarios);
    const plan = planPages(chosen.value.scenarios);
    const pages = await askingAtMost(1 + (byKind ? mostErrors : 0), () => allOf(plan.pages.map(readPage)));
    isComplete = chosen.value.isComplete && plan.isComplete && !pages.some(({ hasMore }) => hasMore);
    return {
      entries: entriesOf(pages).filter(({ row }) => row instanceof Failure || isSelected(row, selection)),
      search: byKind ? { atMost: mostErrors, matches: isOfKind } : null,
      fetchedAt: new Date(Math.min(chosen.fetchedAt, ...pages.map(({ fetchedAt }) => fetchedAt))),
      isStale: chosen.isStale || pages.some(({ isStale }) => isStale),
    };
  });
  return { ...window, isComplete, totalCount: isComplete ? window.totalCount : null };

  async function chooseScenarios() {
    const { scenarioId, statuses } = selection;
    if (scenarioId !== null) {
      const answer = await scenarios();
      const scenario = scenarioIn(answer, scenarioId);
      if (scenario === null || !isWithin(teams, scenario)) throw noSuchScenario();
      return { ...answer, value: { scenarios: [scenario], isComplete: true } };
    }
    const includeResolved = statuses.length === 0 || statuses.some((status) => closed.includes(status));
    const wish = { includeResolved, atMost: Number.MAX_SAFE_INTEGER };
    const answer = await lists.scenariosWithIncompleteExecutions(registration, wish, errand);
    const own = answer.value.scenarios.filter((scenario) => isWithin(teams, scenario));
    // of one whose team is not told, nobody knows whether it should be here
    const areTold = teams === 'all' || answer.value.scenarios.every(({ teamId }) => teamId !== null);
    return {
      ...answer,
      value: {
        scenarios: own.slice(0, mostScenarios),
        isComplete: answer.value.isComplete && areTold && own.length <= mostScenarios,
      },
    };
  }

  async function readPage(page: PlannedPage) {
    const { scenario, index, isLast } = page;
    const slice = { offset: index * pageSize, limit: pageSize };
    const { value, ...answer } = await lists.page(registration, scenario.id, slice, errand);
    return { ...answer, ...page, rows: value.rows, hasMore: isLast && value.rows.length >= pageSize };
  }

  async function isOfKind(execution: IncompleteExecution): Promise<boolean> {
    const error = (await errorOf(execution))?.value ?? execution.error;
    return error?.code != null && selection.errorTypes.includes(error.code);
  }
}

export function isWithin(teams: Teams, { teamId }: Scenario): boolean {
  return teams === 'all' || (teamId !== null && teams.has(teamId));
}

export const noSuchScenario = (): Failure =>
  new Failure('NOT_FOUND', 'The organization has no such scenario.', { upstream: 'make-admin' });

/** One page of each scenario before a second of any; of each the last pages first, where newer ones usually stand. */
function planPages(scenarios: readonly Scenario[]): {
  readonly pages: readonly PlannedPage[];
  readonly isComplete: boolean;
} {
  const pages: PlannedPage[] = [];
  for (let turn = 0; turn < mostPagesOfScenario; turn += 1) {
    for (const scenario of scenarios) {
      const last = lastPageOf(scenario);
      if (turn > last || pages.length === mostPages) continue;
      pages.push({ scenario, index: last - turn, isLast: turn === 0 });
    }
  }
  const needed = scenarios.reduce((sum, scenario) => sum + lastPageOf(scenario) + 1, 0);
  return { pages, isComplete: pages.length === needed };
}

/** The page that is not full; the first where their number is not told. */
function lastPageOf({ incompleteExecutions }: Scenario): number {
  return Math.floor((incompleteExecutions?.all ?? 0) / pageSize);
}

function isSelected(
  { status, createdAt }: IncompleteExecution,
  { statuses, from, to }: IncompleteExecutionSelection,
): boolean {
  return (
    (statuses.length === 0 || statuses.includes(status)) &&
    (from === null || createdAt >= from) &&
    (to === null || createdAt < to)
  );
}

type ReadPage = PlannedPage & { readonly rows: Rows<IncompleteExecution>['rows'] };

function entriesOf(pages: readonly ReadPage[]): readonly Entry<IncompleteExecution>[] {
  const entries = new Map<string, Entry<IncompleteExecution>>();
  for (const { scenario, index, rows } of pages) {
    const first = rows.find((row) => !(row instanceof Failure));
    // a row that could not be read tells no date: it stays beside its neighbour
    let at = first === undefined || first instanceof Failure ? 0 : first.createdAt.getTime();
    for (const [place, row] of rows.entries()) {
      if (!(row instanceof Failure)) at = row.createdAt.getTime();
      const key = row instanceof Failure ? `#${scenario.id}-${index * pageSize + place}` : row.id;
      entries.set(key, {
        at,
        key,
        row: row instanceof Failure ? row : { ...row, scenarioName: row.scenarioName ?? scenario.name },
      });
    }
  }
  return [...entries.values()];
}
