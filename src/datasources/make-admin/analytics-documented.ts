import { z } from 'zod';
import {
  type AnalyticsSelection,
  type OrganizationAnalytics,
  shareOf,
  type TeamAnalytics,
  type UserAnalytics,
} from '../../domain/analytics.ts';
import type { Endpoint, QueryValue, Upstream } from '../../upstream/call.ts';
import { decimal, instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import {
  activityShape,
  errorPatternsShape,
  executionCountsShape,
  performanceShape,
  periodShape,
  scenarioCountsShape,
  scenarioPerformanceShape,
  teamSummariesShape,
  trendsShape,
  userActivityShape,
} from './analytics-parts-documented.ts';
import { statusWords } from './execution-statuses.ts';
import type { MakeAdmin } from './make-admin.ts';
import { own } from './own.ts';
import { periodQuery } from './range.ts';
import { adminTag } from './tags.ts';
import { refuseUntaken } from './untaken-filters.ts';

const totalShape = orNull(z.object({ total: decimal }));

const organizationReport: Endpoint<OrganizationAnalytics> = {
  method: 'GET',
  path: '/analytics/organization/{organizationId}',
  answer: z
    .object({
      organizationId: wholeNumber,
      period: orNull(periodShape),
      usage: z.object({
        operations: z.object({
          total: orNull(decimal),
          used: decimal,
          remaining: orNull(decimal),
          resetDate: orNull(instant),
        }),
        scenarios: orNull(scenarioCountsShape),
        executions: orNull(executionCountsShape),
        apiCalls: totalShape,
        dataTransfer: totalShape,
      }),
      teams: orNull(teamSummariesShape),
      userActivity: orNull(userActivityShape),
      trends: orNull(trendsShape.and(z.object({ errorPatterns: orNull(errorPatternsShape) }))),
      performanceMetrics: orNull(performanceShape),
    })
    .transform(({ usage, trends, performanceMetrics, ...wire }) => ({
      ...wire,
      operationsUsed: usage.operations.used,
      operations: {
        included: usage.operations.total,
        used: usage.operations.used,
        remaining: usage.operations.remaining,
        overage: null,
      },
      resetAt: usage.operations.resetDate,
      executions: usage.executions,
      successRate: usage.executions && shareOf(usage.executions.successful, usage.executions.total),
      dataTransfer: usage.dataTransfer?.total ?? null,
      apiCalls: usage.apiCalls?.total ?? null,
      credits: performanceMetrics?.resourceUsage?.credits ?? null,
      scenarios: usage.scenarios,
      scenarioPerformance: performanceMetrics?.scenarioPerformance ?? null,
      trends: trends && { operations: trends.operations, executionSuccessRate: trends.executionSuccessRate },
      errorPatterns: trends?.errorPatterns ?? null,
      changes: null,
      modules: performanceMetrics?.moduleEfficiency ?? null,
      resources: performanceMetrics?.resourceUsage ?? null,
      costs: performanceMetrics?.costAnalysis ?? null,
    })),
  cache: 'analytics',
};

const teamReport: Endpoint<TeamAnalytics> = {
  method: 'GET',
  path: '/analytics/team/{teamId}',
  answer: z
    .object({
      teamId: wholeNumber,
      teamName: orNull(z.string()),
      organizationId: orNull(wholeNumber),
      period: orNull(periodShape),
      teamOperations: z.object({ used: decimal, dataTransfer: orNull(decimal) }),
      scenarios: orNull(scenarioCountsShape),
      executions: orNull(executionCountsShape),
      executionSuccessRate: orNull(decimal),
      scenarioPerformance: orNull(scenarioPerformanceShape),
      errorPatterns: orNull(errorPatternsShape),
      trends: orNull(trendsShape),
    })
    .transform(({ teamOperations, executionSuccessRate, ...wire }) => ({
      ...wire,
      operationsUsed: teamOperations.used,
      successRate: executionSuccessRate,
      dataTransfer: teamOperations.dataTransfer,
      credits: null,
      changes: null,
    })),
  cache: 'analytics',
};

const userReport: Endpoint<UserAnalytics> = {
  method: 'GET',
  path: '/analytics/user/{userId}',
  answer: z
    .object({
      userId: textOrNumber,
      userName: orNull(z.string()),
      organizationId: orNull(wholeNumber),
      period: orNull(periodShape),
      individualUsage: z.object({
        operations: decimal,
        executions: orNull(executionCountsShape),
        dataTransfer: orNull(decimal),
        successRate: orNull(decimal),
      }),
      activityPatterns: orNull(activityShape),
      scenarioOwnership: orNull(scenarioPerformanceShape),
    })
    .transform(({ individualUsage, activityPatterns, scenarioOwnership, ...wire }) => ({
      ...wire,
      operationsUsed: individualUsage.operations,
      executions: individualUsage.executions,
      successRate: individualUsage.successRate,
      dataTransfer: individualUsage.dataTransfer,
      credits: null,
      activity: activityPatterns,
      scenarioPerformance: scenarioOwnership,
    })),
  cache: 'analytics',
};

export function analyticsDocumented(upstream: Upstream) {
  return {
    async organizationAnalytics(organization, selection, errand) {
      const { id, account } = organization;
      const call = {
        endpoint: organizationReport,
        account,
        params: { organizationId: id },
        query: queryOf(selection),
        tags: [adminTag(id, 'analytics')],
      };
      return own(organization, await upstream.request(call, errand));
    },
    async teamAnalytics(organization, teamId, selection, errand) {
      const { id, account } = organization;
      const call = {
        endpoint: teamReport,
        account,
        params: { teamId },
        query: queryOf(selection),
        tags: [adminTag(id, 'analytics')],
      };
      return own(organization, await upstream.request(call, errand));
    },
    async userAnalytics(organization, userId, selection, errand) {
      const { id, account } = organization;
      const call = {
        endpoint: userReport,
        account,
        params: { userId },
        query: queryOf(selection),
        tags: [adminTag(id, 'analytics')],
      };
      return own(organization, await upstream.request(call, errand));
    },
  } satisfies Pick<MakeAdmin, 'organizationAnalytics' | 'teamAnalytics' | 'userAnalytics'>;
}

function queryOf(selection: AnalyticsSelection): Record<string, QueryValue> {
  refuseUntaken(selection, ['scenarioStatuses', 'folders']);
  return {
    ...periodQuery(selection.period, 'from', 'to'),
    'teams[]': selection.teams,
    'scenarios[]': selection.scenarios,
    'status[]': statusWords(selection.statuses),
    'errorTypes[]': selection.errorTypes,
  };
}
