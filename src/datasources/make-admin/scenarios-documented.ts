import type { AnalyticsSelection, ScenarioPerformance } from '../../domain/analytics.ts';
import { Failure } from '../../domain/failure.ts';
import type { IncompleteExecutionSelection } from '../../domain/incomplete-execution.ts';
import type { Scenario } from '../../domain/scenario.ts';
import type { Answer, Errand } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { type Read, type Rows, readable } from '../read.ts';
import type { ListedByOrganization, MakeAdmin } from './make-admin.ts';

const everything: AnalyticsSelection = {
  period: null,
  teams: [],
  scenarios: [],
  statuses: [],
  errorTypes: [],
  scenarioStatuses: [],
  folders: [],
};

const anyExecution: IncompleteExecutionSelection = {
  scenarioId: null,
  statuses: [],
  errorTypes: [],
  from: null,
  to: null,
};

type Analytics = Pick<MakeAdmin, 'organizationAnalytics' | 'teamAnalytics'>;
type ExecutionPage = ListedByOrganization['page'];

/** This dialect has no list of scenarios: what reports speak of is taken for one. */
export function scenariosDocumented(analytics: Analytics, page: ExecutionPage): Read<Rows<Scenario>> {
  return async (organization, errand) => {
    try {
      return await fromAnalytics(analytics, organization, errand);
    } catch (error) {
      const hasNoAnalytics = error instanceof Failure && error.code === 'PLAN_UPGRADE_REQUIRED';
      // a token that serves several organizations lists the executions of them all
      if (!hasNoAnalytics || !organization.hasOwnToken) throw error;
      return fromIncompleteExecutions(page, organization, errand);
    }
  };
}

/** Enterprise tells them all in one report; elsewhere each team's tells its own. */
async function fromAnalytics(
  { organizationAnalytics, teamAnalytics }: Analytics,
  organization: Registration,
  errand: Errand,
): Promise<Answer<Rows<Scenario>>> {
  const report = await organizationAnalytics(organization, everything, errand);
  const { scenarioPerformance, teams } = report.value;
  if (scenarioPerformance !== null) return { ...report, value: listed(scenarioPerformance) };
  const reports = await Promise.all(
    readable(teams ?? []).map(({ teamId }) => teamAnalytics(organization, teamId, everything, errand)),
  );
  return {
    value: listed(reports.flatMap(({ value }) => value.scenarioPerformance ?? [])),
    fetchedAt: Math.min(report.fetchedAt, ...reports.map(({ fetchedAt }) => fetchedAt)),
    isStale: [report, ...reports].some(({ isStale }) => isStale),
  };
}

function listed(rows: readonly (ScenarioPerformance | Failure)[]): Rows<Scenario> {
  const scenarios = rows.map((row) =>
    row instanceof Failure
      ? row
      : {
          ...unknownScenario,
          id: row.scenarioId,
          name: row.scenarioName,
          teamId: row.teamId,
          isActive: row.isActive,
          operations: row.operations,
          credits: row.credits,
          dataTransfer: row.dataTransfer,
        },
  );
  return { rows: scenarios, total: scenarios.length };
}

/** The newest page of them; a blueprint has its scenario's name. */
async function fromIncompleteExecutions(
  page: ExecutionPage,
  organization: Registration,
  errand: Errand,
): Promise<Answer<Rows<Scenario>>> {
  const answer = await page(organization, anyExecution, { offset: 0, limit: 500 }, errand);
  const names = new Map<string, string | null>();
  for (const execution of readable(answer.value.rows)) {
    if (names.has(execution.scenarioId)) continue;
    const name = execution.blueprint?.['name'];
    names.set(execution.scenarioId, typeof name === 'string' ? name : null);
  }
  const rows = Array.from(names, ([id, name]) => ({ ...unknownScenario, id, name }));
  return { ...answer, value: { rows, total: null } };
}

const unknownScenario = {
  description: null,
  teamId: null,
  isActive: null,
  createdAt: null,
  lastEditedAt: null,
  nextRunAt: null,
  operations: null,
  credits: null,
  dataTransfer: null,
  incompleteExecutions: null,
} as const;
