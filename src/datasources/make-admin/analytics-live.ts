import { z } from 'zod';
import {
  type AnalyticsSelection,
  type Changes,
  type ExecutionCounts,
  type OrganizationAnalytics,
  shareOf,
  type TeamSummary,
} from '../../domain/analytics.ts';
import { Failure } from '../../domain/failure.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { type Rows, readable } from '../read.ts';
import { decimal, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import { creditsFromHundredths } from './credits.ts';
import type { MakeAdmin } from './make-admin.ts';
import { periodQuery } from './range.ts';
import { readAll } from './read-all.ts';
import { adminTag } from './tags.ts';
import { refuseUntaken } from './untaken-filters.ts';

interface Figures {
  readonly executions: number;
  readonly operations: number;
  readonly errors: number;
}

/** The total has what each row has. */
const metricsShape = z
  .object({
    executions: wholeNumber,
    operations: wholeNumber,
    errors: wholeNumber,
    centicredits: orNull(creditsFromHundredths),
    executionsChange: orNull(decimal),
    operationsChange: orNull(decimal),
    centicreditsChange: orNull(decimal),
    errorsChange: orNull(decimal),
    errorRateChange: orNull(decimal),
  })
  .transform(({ executions, operations, errors, centicredits, ...change }) => {
    const changes: Changes = {
      executions: change.executionsChange,
      operations: change.operationsChange,
      credits: change.centicreditsChange,
      errors: change.errorsChange,
      errorRate: change.errorRateChange,
    };
    return { executions, operations, errors, credits: centicredits, changes };
  });

type Total = Omit<z.output<typeof metricsShape>, 'changes'> & { readonly changes: Changes | null };

const rowShape = z
  .object({
    id: textOrNumber,
    name: orNull(z.string()),
    status: orNull(z.string()),
    teamId: orNull(wholeNumber),
    teamName: orNull(z.string()),
  })
  .and(metricsShape);

type Row = z.output<typeof rowShape>;

const report: Endpoint<{ readonly total: Total; readonly rows: readonly (Row | Failure)[] }> = {
  method: 'GET',
  path: '/analytics/{organizationId}',
  answer: z
    .object({ total: metricsShape, analytics: rowsOf('make-admin', rowShape) })
    .transform(({ total, analytics }) => ({ total, rows: analytics })),
  cache: 'analytics',
};

/** A page is what Make itself gives when it is not told how many. */
const paging = { pageSize: 100, mostPages: 10 };

/** One report serves organizations and teams: it has a row for each scenario, grouped here. Users have none. */
export function analyticsLive(
  upstream: Upstream,
): Pick<MakeAdmin, 'organizationAnalytics' | 'teamAnalytics' | 'userAnalytics'> {
  async function read(
    { id, account }: Registration,
    selection: AnalyticsSelection,
    errand: Errand,
  ): Promise<Answer<{ readonly total: Total; readonly scenarios: Rows<Row> }>> {
    refuseUntaken(selection, ['statuses', 'errorTypes']);
    let total: Total | undefined;
    const { value, ...answer } = await readAll(paging, async ({ offset, limit }) => {
      const page = await upstream.request(
        {
          endpoint: report,
          account,
          params: { organizationId: id },
          query: {
            'teamId[]': selection.teams,
            'folderId[]': selection.folders,
            'status[]': selection.scenarioStatuses.map((status) => status.toLowerCase()),
            ...periodQuery(selection.period, 'timeframe[dateFrom]', 'timeframe[dateTo]'),
            'pg[offset]': offset,
            'pg[limit]': limit,
          },
          tags: [adminTag(id, 'analytics')],
        },
        errand,
      );
      total ??= page.value.total;
      return { ...page, value: { rows: page.value.rows, total: null } };
    });
    const unread = value.rows.find((row) => row instanceof Failure);
    const whole = unread === undefined ? value : { ...value, total: null };
    const { scenarios } = selection;
    if (total !== undefined && scenarios.length === 0)
      return { ...answer, value: { total, scenarios: whole } };
    if (unread !== undefined) throw unread;
    const rows = readable(value.rows).filter(({ id }) => scenarios.includes(id));
    const sums = { ...sumOf(rows), credits: null, changes: null };
    return { ...answer, value: { total: sums, scenarios: { ...whole, rows } } };
  }

  return {
    async organizationAnalytics(organization, selection, errand) {
      const { value, ...answer } = await read(organization, selection, errand);
      return {
        ...answer,
        value: {
          ...analyticsOf(organization, selection, value.total, value.scenarios),
          ...notTold,
          teams: teamsOf(value.scenarios),
          changes: value.total.changes,
        },
      };
    },
    async teamAnalytics(organization, teamId, selection, errand) {
      const ofTeam = { ...selection, teams: [String(teamId)] };
      const { value, ...answer } = await read(organization, ofTeam, errand);
      const [teamName = null] = value.scenarios.rows.map((row) =>
        row instanceof Failure ? null : row.teamName,
      );
      return {
        ...answer,
        value: {
          ...analyticsOf(organization, ofTeam, value.total, value.scenarios),
          teamId,
          teamName,
          trends: null,
          errorPatterns: null,
          changes: value.total.changes,
        },
      };
    },
    userAnalytics: async () => null,
  };
}

const notTold = {
  operations: null,
  resetAt: null,
  apiCalls: null,
  userActivity: null,
  trends: null,
  errorPatterns: null,
  modules: null,
  resources: null,
  costs: null,
} as const satisfies Partial<OrganizationAnalytics>;

const activeByStatus: Readonly<Record<string, boolean>> = { active: true, inactive: false, invalid: false };

function analyticsOf(
  { id }: Registration,
  { period }: AnalyticsSelection,
  total: Total,
  { rows, total: count }: Rows<Row>,
) {
  const read = readable(rows);
  const active = read.filter(({ status }) => status === 'active').length;
  return {
    organizationId: id,
    period,
    operationsUsed: String(total.operations),
    executions: countsOf(total),
    successRate: successRateOf(total),
    dataTransfer: null,
    credits: total.credits,
    scenarios: count === null ? null : { active, inactive: read.length - active, total: read.length },
    scenarioPerformance: rows.map((row) =>
      row instanceof Failure
        ? row
        : {
            scenarioId: row.id,
            scenarioName: row.name,
            teamId: row.teamId,
            isActive: activeByStatus[row.status ?? ''] ?? null,
            rawStatus: row.status,
            operations: String(row.operations),
            executions: countsOf(row),
            successRate: successRateOf(row),
            dataTransfer: null,
            credits: row.credits,
            changes: row.changes,
          },
    ),
  };
}

/** Null where the rows are not all there. */
function teamsOf({ rows, total }: Rows<Row>): readonly TeamSummary[] | null {
  if (total === null) return null;
  const byTeam = Map.groupBy(readable(rows), ({ teamId }) => teamId);
  return Array.from(byTeam).flatMap(([teamId, members]) => {
    if (teamId === null) return [];
    const sum = sumOf(members);
    return [
      {
        teamId,
        teamName: members[0]?.teamName ?? null,
        operationsUsed: String(sum.operations),
        scenarioCount: members.length,
        successRate: successRateOf(sum),
        topErrors: null,
      },
    ];
  });
}

function sumOf(rows: readonly Figures[]): Figures {
  return {
    executions: rows.reduce((sum, { executions }) => sum + executions, 0),
    operations: rows.reduce((sum, { operations }) => sum + operations, 0),
    errors: rows.reduce((sum, { errors }) => sum + errors, 0),
  };
}

function countsOf({ executions, errors }: Figures): ExecutionCounts {
  return { successful: executions - errors, failed: errors, incomplete: null, total: executions };
}

function successRateOf({ executions, errors }: Figures): string | null {
  return shareOf(executions - errors, executions);
}
