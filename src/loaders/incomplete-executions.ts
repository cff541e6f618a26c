import { createHash } from 'node:crypto';
import type { Teams } from '../access/visit.ts';
import { registrationOf } from '../datasources/directory.ts';
import type { ListedByOrganization } from '../datasources/make-admin/make-admin.ts';
import { readAll } from '../datasources/make-admin/read-all.ts';
import { type Rows, readable } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import type {
  Blueprint,
  ExecutionError,
  IncompleteExecution,
  IncompleteExecutionSelection,
} from '../domain/incomplete-execution.ts';
import type { Scenario } from '../domain/scenario.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { loadEach, orNull } from './each.ts';
import { isWithin, noSuchScenario, pageSize, windowByScenario } from './executions-by-scenario.ts';
import type { Sources } from './loaders.ts';
import { renewing } from './pages.ts';
import { scenarioIn } from './scenarios.ts';
import { type Window, type WindowArguments, walk } from './walk.ts';

export interface IncompleteExecutionsReader {
  /** A window of what is selected of an organization's, of the teams told, newest first. */
  window(
    organization: number,
    selection: IncompleteExecutionSelection,
    teams: Teams,
    window: WindowArguments,
  ): Promise<
    Window<IncompleteExecution> & {
      /** Nothing was left out because there is too much of it to read. */
      readonly isComplete: boolean;
    }
  >;
  /** Null where the organization has none of this id. */
  one(organization: number, id: string): Promise<Answer<IncompleteExecution> | null>;
  /** What the upstream tells beyond the execution as it was read; null where that has everything. */
  errorOf(
    organization: number,
    execution: IncompleteExecution,
  ): Promise<Answer<ExecutionError | null> | null>;
  /**
   * How many a scenario has that are older than an instant, or at all, read anew; null where there are too many to count.
   * Fails with `NOT_FOUND` where the organization has no such scenario.
   */
  countOf(organization: number, scenarioId: string, olderThan: Date | null): Promise<number | null>;
  blueprintOf(organization: number, execution: IncompleteExecution): Promise<Answer<Blueprint | null> | null>;
  /** Executions of the same scenario, of the same kind of error where the upstream can tell; a page of them at most. */
  siblingsOf(
    organization: number,
    execution: IncompleteExecution,
  ): Promise<Answer<{ readonly executions: readonly IncompleteExecution[]; readonly isComplete: boolean }>>;
}

/** What the live dialect takes to count those of a scenario. */
export const pagesToCount = 10;

/** At most: the pages that a window may take, where the teams of its rows are looked up first. */
const pagesOfOwnTeams = 12;

interface ScenarioLists {
  load(organization: number): Promise<Answer<Rows<Scenario>>>;
}

export function createIncompleteExecutionsReader(
  { directory, makeAdmin }: Sources,
  scenarios: ScenarioLists,
  errand: Errand,
): IncompleteExecutionsReader {
  const { incompleteExecutions: lists } = makeAdmin;
  const ofOne = <Value>(name: string, read: (organization: number, id: string) => Promise<Value>) => {
    const loader = loadEach(name, (key: string) => {
      const slash = key.indexOf('/');
      return read(Number(key.slice(0, slash)), key.slice(slash + 1));
    });
    return (organization: number, id: string) => loader.load(`${organization}/${id}`);
  };
  const one = ofOne('incompleteExecution', (organization, id) =>
    orNull(makeAdmin.incompleteExecution(registrationOf(directory, organization), id, errand)).catch(
      (error: unknown) => nullIfOfOthers(organization, error),
    ),
  );
  const error = ofOne('incompleteExecutionError', (organization, id) =>
    makeAdmin.incompleteExecutionError(registrationOf(directory, organization), id, errand),
  );
  const blueprint = ofOne('incompleteExecutionBlueprint', (organization, id) =>
    makeAdmin.incompleteExecutionBlueprint(registrationOf(directory, organization), id, errand),
  );
  // a list of the whole organization tells all of each row; a scenario's list hardly anything
  const hasEverything = lists.listedBy === 'organization';
  const errorOf = async (organization: number, { id, error: known }: IncompleteExecution) =>
    hasEverything || known?.code != null ? null : error(organization, id);

  /** Whose token may not see an execution, has none such; whose token may see nothing, fails as ever. */
  async function nullIfOfOthers(organization: number, error: unknown): Promise<null> {
    if (!(error instanceof Failure) || error.code !== 'UPSTREAM_AUTH') throw error;
    await scenarios.load(organization);
    return null;
  }

  async function countOf(
    organization: number,
    scenarioId: string,
    olderThan: Date | null,
  ): Promise<number | null> {
    const registration = registrationOf(directory, organization);
    const anew = { ...errand, maxAge: 0 };
    if (lists.listedBy === 'organization') {
      const selection = { scenarioId, statuses: [], errorTypes: [], from: null, to: olderThan };
      const { value } = await lists.page(registration, selection, { offset: 0, limit: 1 }, anew);
      return value.total;
    }
    const { value } = await readAll({ pageSize, mostPages: pagesToCount }, (slice) =>
      lists.page(registration, scenarioId, slice, anew),
    );
    const isOlder = (row: IncompleteExecution | Failure): boolean =>
      !(row instanceof Failure) && (olderThan === null || row.createdAt < olderThan);
    return value.total === null ? null : value.rows.filter(isOlder).length;
  }

  async function windowOfOrganization(
    organization: number,
    { page }: ListedByOrganization,
    {
      selection,
      teams,
      filterKey,
    }: { selection: IncompleteExecutionSelection; teams: Teams; filterKey: string },
    range: WindowArguments,
  ) {
    let isComplete = true;
    const registration = registrationOf(directory, organization);
    const matches = teams === 'all' ? null : await ofTeams(teams);
    const list = {
      list: listOf(organization),
      upstream: 'make-admin' as const,
      pageSize,
      page: async (offset: number, after?: number) => {
        const slice = { offset, limit: pageSize };
        const { value, ...answer } = await page(registration, selection, slice, renewing(errand, after));
        return { ...answer, ...value };
      },
      keyOf: ({ id }: IncompleteExecution) => id,
      filterKey,
      ...(matches && { matches }),
    };
    return { ...(await walk(list, range)), isComplete };

    /** Rows do not tell their team: their scenario does. */
    async function ofTeams(own: ReadonlySet<number>) {
      const listed = await askingAtMost(1 + pagesOfOwnTeams, () => scenarios.load(organization));
      if (selection.scenarioId !== null) {
        const scenario = scenarioIn(listed, selection.scenarioId);
        if (scenario === null || !isWithin(own, scenario)) throw noSuchScenario();
        return null;
      }
      const teamByScenario = new Map(readable(listed.value.rows).map(({ id, teamId }) => [id, teamId]));
      return ({ scenarioId }: IncompleteExecution): boolean => {
        const team = teamByScenario.get(scenarioId) ?? null;
        if (team === null) isComplete = false;
        return team !== null && own.has(team);
      };
    }
  }

  return {
    window(organization, selection, teams, range) {
      const wish = { selection, teams, filterKey: filterKeyOf(selection, teams) };
      if (lists.listedBy === 'organization') return windowOfOrganization(organization, lists, wish, range);
      const registration = registrationOf(directory, organization);
      const parts = {
        lists,
        list: listOf(organization),
        registration,
        errand,
        scenarios: () => scenarios.load(organization),
        errorOf: (execution: IncompleteExecution) => errorOf(organization, execution),
      };
      return windowByScenario(parts, wish, range);
    },
    one,
    errorOf,
    async countOf(organization, scenarioId, olderThan) {
      const count = countOf(organization, scenarioId, olderThan);
      const own = await count.catch((error: unknown) =>
        nullIfOfOthers(organization, error).then(() => 'none'),
      );
      if (typeof own === 'string') throw noSuchScenario();
      return own;
    },
    blueprintOf: async (organization, { id, blueprint: known }) =>
      hasEverything || known !== null ? null : blueprint(organization, id),
    async siblingsOf(organization, { scenarioId, error: known }) {
      const registration = registrationOf(directory, organization);
      const slice = { offset: 0, limit: pageSize };
      const { value, ...answer } =
        lists.listedBy === 'scenario'
          ? await lists.page(registration, scenarioId, slice, errand)
          : await lists.page(
              registration,
              {
                scenarioId,
                statuses: ['PENDING', 'FAILED', 'RETRYING'],
                errorTypes: known?.code == null ? [] : [known.code],
                from: null,
                to: null,
              },
              slice,
              errand,
            );
      const { rows, total } = value;
      const isComplete = total === null ? rows.length < pageSize : rows.length >= total;
      return { ...answer, value: { executions: readable(rows), isComplete } };
    },
  };
}

const listOf = (organization: number): string => `incompleteExecutions:${organization}`;

/** Short, whatever was asked for: it stands in every cursor. */
function filterKeyOf(selection: IncompleteExecutionSelection, teams: Teams): string {
  const { scenarioId, statuses, errorTypes, from, to } = selection;
  const parts = [
    scenarioId,
    statuses.toSorted(),
    errorTypes.toSorted(),
    from,
    to,
    teams === 'all' ? teams : [...teams].toSorted((one, other) => one - other),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}
