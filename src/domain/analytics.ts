import type { Failure } from './failure.ts';
import type { IncompleteExecutionStatus } from './incomplete-execution.ts';
import type { Money, UnitPrice } from './money.ts';
import type { Period } from './period.ts';
import type { Quota } from './usage.ts';

/** What a report is about. Of each list an empty one selects everything. */
export interface AnalyticsSelection {
  /** The present usage period where it is null, or what else the upstream takes. */
  readonly period: Period | null;
  readonly teams: readonly string[];
  readonly scenarios: readonly string[];
  readonly statuses: readonly IncompleteExecutionStatus[];
  readonly errorTypes: readonly string[];
  readonly scenarioStatuses: readonly ScenarioStatus[];
  /** Make's numbers of the folders that scenarios lie in. */
  readonly folders: readonly string[];
}

/** Whether a scenario runs, and if not, whether it could. */
export const scenarioStatuses = ['ACTIVE', 'INACTIVE', 'INVALID'] as const;
type ScenarioStatus = (typeof scenarioStatuses)[number];

/** A row that could not be read is a failure in its place. */
type RowsOf<Row> = readonly (Row | Failure)[];

/** What every report has. Decimals; data in bytes; what a dialect or plan does not tell is null. */
export interface Analytics {
  readonly organizationId: number | null;
  readonly period: Period | null;
  readonly operationsUsed: string;
  readonly executions: ExecutionCounts | null;
  /** The share of executions that succeeded, from 0 to 1; null where there were none. */
  readonly successRate: string | null;
  readonly dataTransfer: string | null;
  readonly credits: string | null;
  readonly scenarios: ScenarioCounts | null;
  readonly scenarioPerformance: RowsOf<ScenarioPerformance> | null;
}

export interface OrganizationAnalytics extends Analytics {
  readonly operations: Quota | null;
  readonly resetAt: Date | null;
  readonly apiCalls: string | null;
  readonly teams: RowsOf<TeamSummary> | null;
  readonly userActivity: RowsOf<UserActivity> | null;
  readonly trends: Trends | null;
  readonly errorPatterns: RowsOf<ErrorPattern> | null;
  readonly changes: Changes | null;
  readonly modules: RowsOf<ModuleEfficiency> | null;
  readonly resources: ResourceUsage | null;
  readonly costs: CostAnalysis | null;
}

export interface TeamAnalytics extends Analytics {
  readonly teamId: number;
  readonly teamName: string | null;
  readonly trends: Trends | null;
  readonly errorPatterns: RowsOf<ErrorPattern> | null;
  readonly changes: Changes | null;
}

export interface UserAnalytics extends Omit<Analytics, 'scenarios'> {
  readonly userId: string;
  readonly userName: string | null;
  readonly activity: ActivityPattern | null;
}

export interface ExecutionCounts {
  readonly successful: number;
  readonly failed: number;
  /** Kept for a retry. */
  readonly incomplete: number | null;
  readonly total: number;
}

export interface ScenarioCounts {
  readonly active: number;
  readonly inactive: number;
  readonly total: number;
}

export interface TeamSummary {
  readonly teamId: number;
  readonly teamName: string | null;
  readonly operationsUsed: string;
  readonly scenarioCount: number;
  readonly successRate: string | null;
  /** Kinds of error, the commonest first. */
  readonly topErrors: readonly string[] | null;
}

export interface UserActivity {
  readonly userId: string;
  readonly userName: string | null;
  readonly events: number;
  readonly lastActiveAt: Date | null;
}

/** When a user was at work: events by hour of the day and day of the week (from Sunday), UTC. */
export interface ActivityPattern {
  readonly events: number | null;
  readonly lastActiveAt: Date | null;
  readonly byHour: readonly number[] | null;
  readonly byWeekday: readonly number[] | null;
  readonly byEventType: readonly { readonly eventType: string; readonly count: number }[] | null;
}

export interface TrendPoint {
  /** `2026-03-05` */
  readonly date: string;
  readonly value: string | null;
}

export interface Trends {
  readonly operations: readonly TrendPoint[] | null;
  readonly executionSuccessRate: readonly TrendPoint[] | null;
}

export interface ErrorPattern {
  readonly errorType: string;
  readonly count: number;
  /** Neither resolved nor cancelled. */
  readonly open: number | null;
  readonly scenarioIds: readonly string[] | null;
  readonly lastOccurredAt: Date | null;
}

/** Against the span of equal length before, in per cent. */
export interface Changes {
  readonly executions: string | null;
  readonly operations: string | null;
  readonly credits: string | null;
  readonly errors: string | null;
  readonly errorRate: string | null;
}

export interface ScenarioPerformance {
  readonly scenarioId: string;
  readonly scenarioName: string | null;
  readonly teamId: number | null;
  readonly isActive: boolean | null;
  /** The state in Make's own word: `invalid`. */
  readonly rawStatus: string | null;
  readonly operations: string;
  readonly executions: ExecutionCounts | null;
  readonly successRate: string | null;
  readonly dataTransfer: string | null;
  readonly credits: string | null;
  readonly changes: Changes | null;
}

export interface ModuleEfficiency {
  readonly scenarioId: string;
  readonly moduleId: string;
  readonly name: string | null;
  readonly runs: number;
  readonly failures: number;
  readonly averageDurationMs: number | null;
}

export interface ResourceUsage {
  readonly operations: string | null;
  readonly dataTransfer: string | null;
  readonly credits: string | null;
  /** Gigabytes. */
  readonly storage: Quota | null;
  readonly incompleteExecutionsBytes: string | null;
}

/** What operations cost at the price of the plan. */
export interface CostAnalysis {
  readonly costPerThousandOperations: UnitPrice | null;
  readonly total: Money;
  /** What went into executions that failed. */
  readonly lost: Money | null;
  readonly scenarios: readonly ScenarioCost[];
  readonly teams: readonly TeamCost[];
}

export interface ScenarioCost {
  readonly scenarioId: string;
  readonly scenarioName: string | null;
  readonly teamId: number | null;
  readonly operations: string | null;
  readonly cost: Money;
  readonly lost: Money | null;
}

export interface TeamCost {
  readonly teamId: number;
  readonly teamName: string | null;
  readonly cost: Money;
}

/** A share from 0 to 1 as a decimal of four places, from whole numbers; null of nothing. */
export function shareOf(part: number, whole: number): string | null {
  if (whole === 0) return null;
  const tenThousandths = (BigInt(part) * 20_000n + BigInt(whole)) / (BigInt(whole) * 2n);
  const digits = String(tenThousandths).padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
}
