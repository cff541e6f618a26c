import type {
  Analytics as DomainAnalytics,
  OrganizationAnalytics as OrganizationReport,
  TeamAnalytics as TeamReport,
  UserAnalytics as UserReport,
} from '../domain/analytics.ts';
import { CostAnalysis, ModuleEfficiency, ResourceUsage } from './analytics-costs.ts';
import { analyticsArguments, readAnalyticsSelection } from './analytics-filter.ts';
import {
  ActivityPattern,
  AnalyticsChanges,
  ErrorPattern,
  ExecutionCounts,
  ScenarioCounts,
  ScenarioPerformance,
  TeamSummary,
  Trends,
  UserActivity,
} from './analytics-parts.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { itemsOf } from './edges.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';
import { Period } from './period.ts';
import { Quota } from './quota.ts';
import { Team } from './team.ts';
import { User } from './user.ts';

const Analytics = builder
  .interfaceRef<Omit<DomainAnalytics, 'scenarios'> & { readonly fetchedAt: Date }>('Analytics')
  .implement({
    description: 'A report on what was automated in a period. What a plan or dialect does not tell is null.',
    fields: (t) => ({
      period: t.expose('period', {
        type: Period,
        nullable: true,
        description: 'What time it is about; null where the upstream does not tell.',
      }),
      operationsUsed: t.expose('operationsUsed', {
        type: 'Decimal',
        description: 'Operations that were used.',
      }),
      executions: t.expose('executions', {
        type: ExecutionCounts,
        nullable: true,
        description: 'How executions ended.',
      }),
      successRate: t.expose('successRate', {
        type: 'Decimal',
        nullable: true,
        description: 'The share of executions that succeeded, from 0 to 1; null where there were none.',
      }),
      dataTransfer: t.expose('dataTransfer', {
        type: 'Decimal',
        nullable: true,
        description: 'Bytes that were moved.',
      }),
      credits: t.expose('credits', {
        type: 'Decimal',
        nullable: true,
        description: 'Credits that were used.',
      }),
      scenarioPerformance: t.field({
        type: [ScenarioPerformance],
        nullable: { list: true, items: false },
        description:
          "Scenario by scenario. Of an organization the Enterprise plan alone has it: see `capabilities`' SCENARIO_ANALYTICS.",
        resolve: ({ scenarioPerformance }) => scenarioPerformance && itemsOf(scenarioPerformance),
      }),
      fetchedAt: t.expose('fetchedAt', {
        type: 'DateTime',
        description: 'When this was read from the upstream.',
      }),
    }),
  });

const OrganizationAnalytics = builder
  .objectRef<OrganizationReport & { readonly fetchedAt: Date }>('OrganizationAnalytics')
  .implement({
    description: 'A report on an organization.',
    interfaces: [Analytics],
    fields: (t) => ({
      operations: t.expose('operations', {
        type: Quota,
        nullable: true,
        description: 'Operations of the present usage period, and how many the plan includes.',
      }),
      resetAt: t.expose('resetAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the operations are counted anew.',
      }),
      apiCalls: t.expose('apiCalls', {
        type: 'Decimal',
        nullable: true,
        description: "Calls of Make's API by the organization's programs.",
      }),
      scenarios: t.expose('scenarios', {
        type: ScenarioCounts,
        nullable: true,
        description: 'How many scenarios it has.',
      }),
      teams: t.field({
        type: [TeamSummary],
        nullable: { list: true, items: false },
        description: 'Team by team.',
        resolve: ({ teams }) => teams && itemsOf(teams),
      }),
      userActivity: t.field({
        type: [UserActivity],
        nullable: { list: true, items: false },
        description: 'Person by person.',
        resolve: ({ userActivity }) => userActivity && itemsOf(userActivity),
      }),
      trends: t.expose('trends', { type: Trends, nullable: true, description: 'Day by day.' }),
      errorPatterns: t.field({
        type: [ErrorPattern],
        nullable: { list: true, items: false },
        description: 'What executions failed of.',
        resolve: ({ errorPatterns }) => errorPatterns && itemsOf(errorPatterns),
      }),
      changes: t.expose('changes', {
        type: AnalyticsChanges,
        nullable: true,
        description: 'Against the span before.',
      }),
      modules: t.field({
        type: [ModuleEfficiency],
        nullable: { list: true, items: false },
        description: 'Module by module. The Enterprise plan alone has it.',
        resolve: ({ modules }) => modules && itemsOf(modules),
      }),
      resources: t.expose('resources', {
        type: ResourceUsage,
        nullable: true,
        description: 'What was used up. The Enterprise plan alone has it.',
      }),
      costs: t.expose('costs', {
        type: CostAnalysis,
        nullable: true,
        description: 'What it cost. The Enterprise plan alone has it.',
      }),
    }),
  });

const TeamAnalytics = builder
  .objectRef<TeamReport & { readonly fetchedAt: Date }>('TeamAnalytics')
  .implement({
    description: 'A report on a team.',
    interfaces: [Analytics],
    fields: (t) => ({
      teamId: t.exposeID('teamId', { description: "Make's number of the team." }),
      teamName: t.exposeString('teamName', { nullable: true, description: 'What it is called.' }),
      scenarios: t.expose('scenarios', {
        type: ScenarioCounts,
        nullable: true,
        description: 'How many scenarios it has.',
      }),
      trends: t.expose('trends', { type: Trends, nullable: true, description: 'Day by day.' }),
      errorPatterns: t.field({
        type: [ErrorPattern],
        nullable: { list: true, items: false },
        description: 'What executions failed of.',
        resolve: ({ errorPatterns }) => errorPatterns && itemsOf(errorPatterns),
      }),
      changes: t.expose('changes', {
        type: AnalyticsChanges,
        nullable: true,
        description: 'Against the span before.',
      }),
    }),
  });

const UserAnalytics = builder
  .objectRef<UserReport & { readonly fetchedAt: Date }>('UserAnalytics')
  .implement({
    description: 'A report on a person: what they did, and the scenarios that are theirs.',
    interfaces: [Analytics],
    fields: (t) => ({
      userId: t.exposeID('userId', { description: "Make's number of the user." }),
      userName: t.exposeString('userName', { nullable: true, description: 'What they are called.' }),
      activity: t.expose('activity', {
        type: ActivityPattern,
        nullable: true,
        description: 'When they were at work.',
      }),
    }),
  });

builder.objectField(Organization, 'analytics', (t) =>
  t.field({
    type: OrganizationAnalytics,
    nullable: true,
    description: 'A report on what it automated.',
    args: analyticsArguments,
    authScopes: ({ id }) => ({ need: { organization: id, right: 'analytics', section: 'analytics' } }),
    // pages of a hundred scenarios
    extensions: asks({ requests: 10 }),
    resolve: async ({ id }, args, context, info) => {
      const { analytics, startedAt } = context.loaders;
      const selection = readAnalyticsSelection(args, id, startedAt);
      const read = markStale(await analytics.ofOrganization(id, selection), context, info);
      return { ...read.value, fetchedAt: new Date(read.fetchedAt) };
    },
  }),
);

builder.objectField(Team, 'analytics', (t) =>
  t.field({
    type: TeamAnalytics,
    nullable: true,
    description: 'A report on what the team automated.',
    args: analyticsArguments,
    authScopes: ({ organization, id }) => ({
      need: { organization, right: 'teamAnalytics', section: 'analytics', team: id },
    }),
    // one page tells of a hundred scenarios
    extensions: asks({ requests: 1 }),
    resolve: async ({ organization, id }, args, context, info) => {
      const { analytics, startedAt } = context.loaders;
      const selection = readAnalyticsSelection(args, organization, startedAt);
      const read = markStale(await analytics.ofTeam(organization, id, selection), context, info);
      return { ...read.value, fetchedAt: new Date(read.fetchedAt) };
    },
  }),
);

builder.objectField(User, 'analytics', (t) =>
  t.field({
    type: UserAnalytics,
    nullable: true,
    description: 'A report on what they did; null where the upstream reports on nobody.',
    args: analyticsArguments,
    authScopes: ({ organization, id, team }) => ({
      need: {
        organization,
        right: 'userAnalytics',
        section: 'analytics',
        user: Number(id),
        ...(team !== null && { team }),
      },
    }),
    extensions: asks({ requests: 1 }),
    resolve: async ({ organization, id }, args, context, info) => {
      const { analytics, startedAt } = context.loaders;
      const selection = readAnalyticsSelection(args, organization, startedAt);
      const read = await analytics.ofUser(organization, id, selection);
      if (read === null) return null;
      markStale(read, context, info);
      return { ...read.value, fetchedAt: new Date(read.fetchedAt) };
    },
  }),
);
