import type {
  ActivityPattern as DomainActivity,
  Changes as DomainChanges,
  ErrorPattern as DomainErrorPattern,
  ExecutionCounts as DomainExecutionCounts,
  ScenarioCounts as DomainScenarioCounts,
  ScenarioPerformance as DomainScenarioPerformance,
  TeamSummary as DomainTeamSummary,
  Trends as DomainTrends,
  UserActivity as DomainUserActivity,
  TrendPoint,
} from '../domain/analytics.ts';
import { builder } from './builder.ts';

export const ExecutionCounts = builder.objectRef<DomainExecutionCounts>('ExecutionCounts').implement({
  description: 'Executions of scenarios, by how they ended.',
  fields: (t) => ({
    successful: t.expose('successful', { type: 'SafeInt', description: 'Those that came to their end.' }),
    failed: t.expose('failed', { type: 'SafeInt', description: 'Those that broke off.' }),
    incomplete: t.expose('incomplete', {
      type: 'SafeInt',
      nullable: true,
      description: 'Those that were kept for a retry; null where the upstream does not tell.',
    }),
    total: t.expose('total', { type: 'SafeInt', description: 'All of them.' }),
  }),
});

export const ScenarioCounts = builder.objectRef<DomainScenarioCounts>('ScenarioCounts').implement({
  description: 'How many scenarios there are.',
  fields: (t) => ({
    active: t.exposeInt('active', { description: 'Those that are switched on.' }),
    inactive: t.exposeInt('inactive', { description: 'Those that are switched off, or cannot run.' }),
    total: t.exposeInt('total', { description: 'All of them.' }),
  }),
});

export const AnalyticsChanges = builder.objectRef<DomainChanges>('AnalyticsChanges').implement({
  description: 'Against the span of equal length before, in per cent. Null where there was nothing before.',
  fields: (t) => ({
    executions: t.expose('executions', { type: 'Decimal', nullable: true, description: 'Of executions.' }),
    operations: t.expose('operations', { type: 'Decimal', nullable: true, description: 'Of operations.' }),
    credits: t.expose('credits', { type: 'Decimal', nullable: true, description: 'Of credits.' }),
    errors: t.expose('errors', { type: 'Decimal', nullable: true, description: 'Of failed executions.' }),
    errorRate: t.expose('errorRate', {
      type: 'Decimal',
      nullable: true,
      description: 'Of the share of executions that failed.',
    }),
  }),
});

export const ScenarioPerformance = builder
  .objectRef<DomainScenarioPerformance>('ScenarioPerformance')
  .implement({
    description: 'What one scenario did in the period.',
    fields: (t) => ({
      scenarioId: t.exposeID('scenarioId', { description: "Make's number of the scenario." }),
      scenarioName: t.exposeString('scenarioName', { nullable: true, description: 'What it is called.' }),
      teamId: t.exposeID('teamId', { nullable: true, description: "Make's number of its team." }),
      isActive: t.exposeBoolean('isActive', {
        nullable: true,
        description: 'Is it switched on? Null where the upstream does not tell.',
      }),
      rawStatus: t.exposeString('rawStatus', {
        nullable: true,
        description: "Its state in Make's own word: `invalid` cannot run as it is built. Live dialect.",
      }),
      operations: t.expose('operations', { type: 'Decimal', description: 'Operations that it used.' }),
      executions: t.expose('executions', {
        type: ExecutionCounts,
        nullable: true,
        description: 'How its executions ended.',
      }),
      successRate: t.expose('successRate', {
        type: 'Decimal',
        nullable: true,
        description: 'The share of its executions that succeeded, from 0 to 1; null where there were none.',
      }),
      dataTransfer: t.expose('dataTransfer', {
        type: 'Decimal',
        nullable: true,
        description: 'Bytes that it moved.',
      }),
      credits: t.expose('credits', { type: 'Decimal', nullable: true, description: 'Credits that it used.' }),
      changes: t.expose('changes', {
        type: AnalyticsChanges,
        nullable: true,
        description: 'How that compares with the time before; the live dialect alone tells it.',
      }),
    }),
  });

export const TeamSummary = builder.objectRef<DomainTeamSummary>('TeamSummary').implement({
  description: 'What one team did in the period.',
  fields: (t) => ({
    teamId: t.exposeID('teamId', { description: "Make's number of the team." }),
    teamName: t.exposeString('teamName', { nullable: true, description: 'What it is called.' }),
    operationsUsed: t.expose('operationsUsed', { type: 'Decimal', description: 'Operations that it used.' }),
    scenarioCount: t.exposeInt('scenarioCount', { description: 'How many scenarios it has.' }),
    successRate: t.expose('successRate', {
      type: 'Decimal',
      nullable: true,
      description: 'The share of its executions that succeeded, from 0 to 1; null where there were none.',
    }),
    topErrors: t.exposeStringList('topErrors', {
      nullable: true,
      description: 'Kinds of error, the commonest first; null where the upstream does not tell.',
    }),
  }),
});

export const UserActivity = builder.objectRef<DomainUserActivity>('UserActivity').implement({
  description: 'How much one person did in the period.',
  fields: (t) => ({
    userId: t.exposeID('userId', { description: "Make's number of the user." }),
    userName: t.exposeString('userName', { nullable: true, description: 'What they are called.' }),
    events: t.exposeInt('events', { description: 'Entries of the audit log that they caused.' }),
    lastActiveAt: t.expose('lastActiveAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When they caused the last of them; null where they did nothing.',
    }),
  }),
});

const AnalyticsPoint = builder.objectRef<TrendPoint>('AnalyticsPoint').implement({
  description: 'A figure of one day.',
  fields: (t) => ({
    date: t.exposeString('date', { description: 'The day in UTC: `2026-03-05`.' }),
    value: t.expose('value', {
      type: 'Decimal',
      nullable: true,
      description: 'The figure; null for a day that has none.',
    }),
  }),
});

export const Trends = builder.objectRef<DomainTrends>('Trends').implement({
  description: 'How figures went, day by day.',
  fields: (t) => ({
    operations: t.expose('operations', {
      type: [AnalyticsPoint],
      nullable: true,
      description: 'Operations used, the oldest day first.',
    }),
    executionSuccessRate: t.expose('executionSuccessRate', {
      type: [AnalyticsPoint],
      nullable: true,
      description: 'The share of executions that succeeded, from 0 to 1.',
    }),
  }),
});

export const ErrorPattern = builder.objectRef<DomainErrorPattern>('ErrorPattern').implement({
  description: 'A kind of error that executions met in the period.',
  fields: (t) => ({
    errorType: t.exposeString('errorType', { description: "Make's own word for it: `RateLimitError`." }),
    count: t.exposeInt('count', { description: 'How many executions met it.' }),
    open: t.exposeInt('open', {
      nullable: true,
      description: 'How many of them are neither resolved nor cancelled.',
    }),
    scenarioIds: t.idList({
      nullable: true,
      description: "Make's numbers of the scenarios that met it.",
      resolve: ({ scenarioIds }) => scenarioIds,
    }),
    lastOccurredAt: t.expose('lastOccurredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was met last.',
    }),
  }),
});

const EventCount = builder
  .objectRef<NonNullable<DomainActivity['byEventType']>[number]>('EventCount')
  .implement({
    description: 'How often a kind of event was caused.',
    fields: (t) => ({
      eventType: t.exposeString('eventType', { description: 'The kind, as the audit log names it.' }),
      count: t.exposeInt('count', { description: 'How often.' }),
    }),
  });

export const ActivityPattern = builder.objectRef<DomainActivity>('ActivityPattern').implement({
  description: 'When a person was at work in the period, by the events that they caused. In UTC.',
  fields: (t) => ({
    events: t.exposeInt('events', { nullable: true, description: 'How many there were.' }),
    lastActiveAt: t.expose('lastActiveAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last of them was; null where there were none.',
    }),
    byHour: t.exposeIntList('byHour', {
      nullable: true,
      description: 'By hour of the day, from midnight: 24 numbers.',
    }),
    byWeekday: t.exposeIntList('byWeekday', {
      nullable: true,
      description: 'By day of the week, from Sunday: 7 numbers.',
    }),
    byEventType: t.expose('byEventType', {
      type: [EventCount],
      nullable: true,
      description: 'By kind of event.',
    }),
  }),
});
