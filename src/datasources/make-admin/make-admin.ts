import type {
  AnalyticsSelection,
  OrganizationAnalytics,
  TeamAnalytics,
  UserAnalytics,
} from '../../domain/analytics.ts';
import type { AuditLogEntry, AuditLogFilters, AuditLogSelection } from '../../domain/audit-log.ts';
import type { ExecutionLog } from '../../domain/execution-log.ts';
import type {
  Blueprint,
  ChangedExecution,
  DeletedExecutions,
  DeletionSelection,
  ExecutionError,
  IncompleteExecution,
  IncompleteExecutionSelection,
  RetrySelection,
} from '../../domain/incomplete-execution.ts';
import type { Period } from '../../domain/period.ts';
import type { Scenario } from '../../domain/scenario.ts';
import type { Usage, UsageHistory, UsagePrediction } from '../../domain/usage.ts';
import type { Upstream } from '../../upstream/call.ts';
import type { Read, ReadWhereOffered, Rows, Slice } from '../read.ts';
import { analyticsDocumented } from './analytics-documented.ts';
import { analyticsLive } from './analytics-live.ts';
import { auditLogDocumented } from './audit-log-documented.ts';
import { auditLogFilters } from './audit-log-filters.ts';
import { auditLogLive } from './audit-log-live.ts';
import { executionLogsDocumented } from './execution-logs-documented.ts';
import { executionLogsLive } from './execution-logs-live.ts';
import { incompleteExecutionChangesDocumented } from './incomplete-execution-changes-documented.ts';
import { incompleteExecutionChangesLive } from './incomplete-execution-changes-live.ts';
import { incompleteExecutionsDocumented } from './incomplete-execution-documented.ts';
import { incompleteExecutionsLive } from './incomplete-execution-live.ts';
import { ownExecutions } from './own-executions.ts';
import { scenariosDocumented } from './scenarios-documented.ts';
import { scenariosLive } from './scenarios-live.ts';
import { usageDocumented } from './usage-documented.ts';
import { usageLive } from './usage-live.ts';

/** What Make tells of an organization's work, and what can be done about it. */
export interface MakeAdmin {
  /**
   * Newest first. The live dialect takes whole days (UTC): rows from the rest of the days in which the range begins and
   * ends come with it, and no total then.
   */
  readonly auditLog: Read<Rows<AuditLogEntry>, [AuditLogSelection, Slice]>;
  readonly teamAuditLog: Read<Rows<AuditLogEntry>, [teamId: number, AuditLogSelection, Slice]>;
  /** With its details. */
  readonly auditLogEntry: Read<AuditLogEntry, [uuid: string]>;
  readonly auditLogFilters: Read<AuditLogFilters>;
  readonly teamAuditLogFilters: Read<AuditLogFilters, [teamId: number]>;

  readonly incompleteExecutions: IncompleteExecutionLists;
  readonly incompleteExecution: Read<IncompleteExecution, [id: string]>;
  /** For where the execution as it was read has none. */
  readonly incompleteExecutionBlueprint: Read<Blueprint | null, [id: string]>;
  /** The same for the error; it tells the kind and the module, where a list of the live dialect has but a message. */
  readonly incompleteExecutionError: Read<ExecutionError | null, [id: string]>;
  /** Oldest first. */
  readonly executionLogs: Read<Rows<ExecutionLog>, [incompleteExecutionId: string, Slice]>;
  readonly executionLog: Read<ExecutionLog, [incompleteExecutionId: string, id: string]>;

  /** Modifications are parts of the blueprint to put in place of those it has. A retry is accepted, and runs later. */
  readonly retryIncompleteExecution: Read<ChangedExecution, [id: string, modifications: Blueprint | null]>;
  /** Answers with the ids of those that are retried. */
  readonly retryIncompleteExecutions: Read<readonly string[], [RetrySelection]>;
  readonly updateBlueprint: Read<ChangedExecution, [id: string, Blueprint]>;
  readonly cancelIncompleteExecution: Read<ChangedExecution, [id: string, reason: string | null]>;
  /** Fails with CONFIRMATION_REQUIRED, and deletes nothing, unless confirmed. */
  readonly deleteIncompleteExecutions: Read<DeletedExecutions, [DeletionSelection]>;

  /**
   * All of them; no total where there are too many to read. The documented dialect has no list of scenarios: those are
   * told that its analytics report on, or, where the plan has none, that have incomplete executions.
   */
  readonly scenarios: Read<Rows<Scenario>>;

  readonly organizationAnalytics: Read<OrganizationAnalytics, [AnalyticsSelection]>;
  readonly teamAnalytics: Read<TeamAnalytics, [teamId: number, AnalyticsSelection]>;
  /** Documented dialect. */
  readonly userAnalytics: ReadWhereOffered<UserAnalytics, [userId: string, AnalyticsSelection]>;

  readonly usage: Read<Usage>;
  /** The same from the second of the documented dialect's two endpoints. */
  readonly usageOfPeriod: Read<Usage>;
  /** Without a period the last thirty days, which are all that the live dialect has. */
  readonly usageHistory: Read<UsageHistory, [Period | null]>;
  /** Documented dialect. */
  readonly usagePrediction: ReadWhereOffered<UsagePrediction>;
}

/** How incomplete executions are listed: for the organization as a whole, or scenario by scenario. */
type IncompleteExecutionLists = ListedByOrganization | ListedByScenario;

export interface ListedByOrganization {
  readonly listedBy: 'organization';
  /** Filtered by the upstream, newest first. */
  readonly page: Read<Rows<IncompleteExecution>, [IncompleteExecutionSelection, Slice]>;
}

export interface ListedByScenario {
  readonly listedBy: 'scenario';
  readonly scenariosWithIncompleteExecutions: ScenariosWithIncompleteExecutions;
  /** Whatever the scenario has, in no order that is promised. */
  readonly page: Read<Rows<IncompleteExecution>, [scenarioId: string, Slice]>;
}

/** Which scenarios are worth a request for their incomplete executions, those with the most of them first. */
export type ScenariosWithIncompleteExecutions = Read<
  {
    readonly scenarios: readonly Scenario[];
    /** There are no others. */
    readonly isComplete: boolean;
  },
  [wish: { readonly includeResolved: boolean; readonly atMost: number }]
>;

export function createMakeAdmin(upstream: Upstream, dialect: 'documented' | 'live'): MakeAdmin {
  return ownExecutions(dialect === 'live' ? speakLive(upstream) : speakDocumented(upstream));
}

function speakLive(upstream: Upstream): MakeAdmin {
  const executions = incompleteExecutionsLive(upstream);
  return {
    ...auditLogFilters(upstream),
    ...auditLogLive(upstream),
    ...executions,
    ...executionLogsLive(upstream),
    ...incompleteExecutionChangesLive(upstream, executions),
    scenarios: scenariosLive(upstream),
    ...analyticsLive(upstream),
    ...usageLive(upstream),
  };
}

function speakDocumented(upstream: Upstream): MakeAdmin {
  const executions = incompleteExecutionsDocumented(upstream);
  const analytics = analyticsDocumented(upstream);
  return {
    ...auditLogFilters(upstream),
    ...auditLogDocumented(upstream),
    ...executions,
    ...executionLogsDocumented(upstream),
    ...incompleteExecutionChangesDocumented(upstream),
    scenarios: scenariosDocumented(analytics, executions.incompleteExecutions.page),
    ...analytics,
    ...usageDocumented(upstream),
  };
}
