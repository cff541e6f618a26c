import type { ExecutionLog } from '../domain/execution-log.ts';
import type {
  ExecutionError,
  FailedModule,
  IncompleteExecution,
  IncompleteExecutionStatus,
} from '../domain/incomplete-execution.ts';
import { causeOf, type ErrorCause, remedies } from './error-causes.ts';

export const retryVerdicts = ['RETRY', 'RETRY_AFTER_FIX', 'WAIT', 'NOT_NEEDED', 'UNKNOWN'] as const;
export type RetryVerdict = (typeof retryVerdicts)[number];

export const patternBases = ['KIND', 'MESSAGE'] as const;
type PatternBasis = (typeof patternBases)[number];

interface Evidence {
  readonly execution: IncompleteExecution;
  readonly error: ExecutionError | null;
  /** Oldest first. */
  readonly logs: readonly ExecutionLog[];
  /** What was read of the same scenario's executions, this one among them or not. */
  readonly siblings: readonly IncompleteExecution[];
  /** There are no other siblings that matter. */
  readonly areAllSiblings: boolean;
}

export interface FailurePattern {
  /** By what executions were taken for alike. */
  readonly basis: PatternBasis;
  /** This one counted, where it is open. */
  readonly openExecutions: number;
  readonly since: Date | null;
  readonly isComplete: boolean;
}

export interface ExecutionAnalysis {
  readonly failingModule: FailedModule | null;
  /** Make's own word. */
  readonly errorType: string | null;
  readonly cause: ErrorCause;
  readonly failedRetries: number;
  /** Null where nothing is known that executions could share. */
  readonly pattern: FailurePattern | null;
  readonly suggestedFixes: readonly string[];
  readonly retry: { readonly verdict: RetryVerdict; readonly reason: string };
}

/** After so many retries in vain trouble does not look passing any more. */
const retriesInVain = 3;
/** So many alike are worth one repair for all. */
const manyAlike = 5;

const open: readonly IncompleteExecutionStatus[] = ['PENDING', 'FAILED', 'RETRYING'];

/** What an incomplete execution failed of, how common that is, and what to do about it. Guesses nothing. */
export function analyseExecution(evidence: Evidence): ExecutionAnalysis {
  const { execution, error, logs } = evidence;
  const errorType = error?.code ?? null;
  const message = error?.message ?? null;
  const cause = causeOf(errorType, message);
  const failedRetries = failedRetriesOf(execution, logs);
  const pattern = patternOf(evidence);
  return {
    failingModule: error?.module ?? lastFailedModule(logs),
    errorType,
    cause,
    failedRetries,
    pattern,
    suggestedFixes: isClosed(execution) ? [] : fixesOf(cause, failedRetries, pattern),
    retry: adviceOf(execution, cause, failedRetries),
  };
}

const isClosed = ({ status }: IncompleteExecution): boolean =>
  status === 'RESOLVED' || status === 'CANCELLED' || status === 'DELETED';

/** The first failure is the run itself, each after it a retry. The log may have been read in part. */
function failedRetriesOf({ status, retryCount }: IncompleteExecution, logs: readonly ExecutionLog[]): number {
  const failures = logs.filter((log) => log.status === 'ERROR').length;
  const counted = status === 'PENDING' || status === 'FAILED' ? retryCount : 0;
  return Math.max(0, failures - 1, counted);
}

function lastFailedModule(logs: readonly ExecutionLog[]): FailedModule | null {
  const id = logs.findLast((log) => log.status === 'ERROR' && log.moduleId !== null)?.moduleId ?? null;
  return id === null ? null : { id, name: null, position: null };
}

/** Alike: of the same kind where the siblings tell theirs, else with the same message. */
function patternOf({ execution, error, siblings, areAllSiblings }: Evidence): FailurePattern | null {
  const others = siblings.filter(({ id }) => id !== execution.id);
  const kind = error?.code ?? null;
  const basis = kind !== null && others.every((other) => other.error?.code != null) ? 'KIND' : 'MESSAGE';
  const message = messageShape(error?.message ?? execution.error?.message ?? null);
  if (basis === 'MESSAGE' && message === null) return null;
  const alike = others.filter((other) =>
    basis === 'KIND' ? other.error?.code === kind : messageShape(other.error?.message ?? null) === message,
  );
  const openOnes = [execution, ...alike].filter(({ status }) => open.includes(status));
  const first = openOnes.reduce<Date | null>(
    (earliest, { createdAt }) => (earliest === null || createdAt < earliest ? createdAt : earliest),
    null,
  );
  return { basis, openExecutions: openOnes.length, since: first, isComplete: areAllSiblings };
}

/** Numbers and references differ from one failure to the next where the failure is the same; a status in front stays. */
function messageShape(message: string | null): string | null {
  if (message === null) return null;
  const [, status = '', rest = ''] = /^(\[\d{3}\])?(.*)$/s.exec(message) ?? [];
  return status + rest.replace(/\d+/g, '0');
}

function fixesOf(
  cause: ErrorCause,
  failedRetries: number,
  pattern: FailurePattern | null,
): readonly string[] {
  const alike = pattern?.openExecutions ?? 0;
  return [
    ...remedies[cause].fixes,
    ...(cause !== 'UNKNOWN' && remedies[cause].isPassing && failedRetries >= retriesInVain
      ? ['Several retries failed of it: look for a lasting cause before the next one.']
      : []),
    ...(alike >= manyAlike
      ? [
          `${alike} open executions of this scenario failed alike: mend it in the scenario once, then retry them together.`,
        ]
      : []),
  ];
}

function adviceOf(
  execution: IncompleteExecution,
  cause: ErrorCause,
  failedRetries: number,
): ExecutionAnalysis['retry'] {
  if (isClosed(execution)) {
    return {
      verdict: 'NOT_NEEDED',
      reason: 'It is resolved, cancelled or deleted: there is nothing to retry.',
    };
  }
  if (execution.status === 'RETRYING') {
    return { verdict: 'WAIT', reason: 'A retry is under way: wait for what comes of it.' };
  }
  if (cause === 'UNKNOWN') {
    return {
      verdict: 'UNKNOWN',
      reason: 'Nothing is known of this kind of error: its message and log are all there is to go by.',
    };
  }
  if (!remedies[cause].isPassing) {
    return {
      verdict: 'RETRY_AFTER_FIX',
      reason: 'The same run would fail again: what it failed of does not pass.',
    };
  }
  if (failedRetries >= retriesInVain) {
    return {
      verdict: 'RETRY_AFTER_FIX',
      reason: `Trouble of this kind passes as a rule, but ${failedRetries} retries failed already.`,
    };
  }
  return { verdict: 'RETRY', reason: 'Trouble of this kind passes: a retry may get through as it is.' };
}
