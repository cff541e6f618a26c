import type { Team } from './organization.ts';

export const incompleteExecutionStatuses = [
  'PENDING',
  'FAILED',
  'RETRYING',
  'RESOLVED',
  'CANCELLED',
  'DELETED',
  'UNKNOWN',
] as const;
export type IncompleteExecutionStatus = (typeof incompleteExecutionStatuses)[number];

export function incompleteExecutionStatusFrom(word: string): IncompleteExecutionStatus {
  const name = word.toUpperCase();
  return incompleteExecutionStatuses.find((status) => status === name) ?? 'UNKNOWN';
}

/** A scenario's whole configuration, of Make's own shape. */
export type Blueprint = Readonly<Record<string, unknown>>;

export interface ExecutionError {
  readonly message: string | null;
  /** `RateLimitError`: Make's own word for the kind of error. */
  readonly code: string | null;
  readonly module: FailedModule | null;
  readonly occurredAt: Date | null;
}

export interface FailedModule {
  readonly id: string;
  readonly name: string | null;
  /** Its place in the scenario, from 0. */
  readonly position: number | null;
}

/** A run of a scenario that failed and was kept. What a dialect, or a row of its list, does not tell is null. */
export interface IncompleteExecution {
  readonly id: string;
  readonly scenarioId: string;
  readonly scenarioName: string | null;
  readonly team: Team | null;
  /** The run that failed. */
  readonly executionId: string | null;
  readonly status: IncompleteExecutionStatus;
  /** The status in the upstream's own word, where it has one. */
  readonly rawStatus: string | null;
  readonly error: ExecutionError | null;
  /** What the next retry runs. */
  readonly blueprint: Blueprint | null;
  readonly retryCount: number;
  readonly lastRetryAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date | null;
  /** Bytes. */
  readonly size: number | null;
}

/** Of each list an empty one selects everything. */
export interface IncompleteExecutionSelection {
  readonly scenarioId: string | null;
  readonly statuses: readonly IncompleteExecutionStatus[];
  readonly errorTypes: readonly string[];
  /** At or after. */
  readonly from: Date | null;
  /** Before. */
  readonly to: Date | null;
}

/** Of one scenario, which are to be retried: all that are open, within a time and of some kinds of error if told. */
export interface RetrySelection {
  readonly scenarioId: string;
  readonly errorTypes: readonly string[];
  readonly from: Date | null;
  readonly to: Date | null;
  /** Those that were chosen so already: the live dialect retries them alone, the documented one chooses anew. */
  readonly ids?: readonly string[];
}

/** Of one scenario, which are to be deleted: all, or those from before an instant. */
export interface DeletionSelection {
  readonly scenarioId: string;
  readonly isConfirmed: boolean;
  readonly olderThan: Date | null;
}

/** What became of a change to one: a retry is accepted, not done. */
export interface ChangedExecution {
  readonly id: string;
  /** As it is after the change, where the answer shows it. */
  readonly execution: IncompleteExecution | null;
}

export interface DeletedExecutions {
  readonly ids: readonly string[];
  /** Some were left because they are being retried. */
  readonly isPartial: boolean;
}
