export const executionLogStatuses = ['SUCCESS', 'INFO', 'WARNING', 'ERROR', 'RUNNING', 'UNKNOWN'] as const;
export type ExecutionLogStatus = (typeof executionLogStatuses)[number];

export function executionLogStatusFrom(word: string): ExecutionLogStatus {
  const name = word.toUpperCase();
  return executionLogStatuses.find((status) => status === name) ?? 'UNKNOWN';
}

/** One line of what happened to an incomplete execution: a step in words, or a whole run in figures. */
export interface ExecutionLog {
  readonly id: string;
  readonly incompleteExecutionId: string;
  readonly at: Date;
  readonly status: ExecutionLogStatus;
  /** As the upstream writes it. */
  readonly rawStatus: string;
  readonly message: string | null;
  readonly moduleId: string | null;
  /** Of any shape. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly run: ExecutionRun | null;
}

export interface ExecutionRun {
  /** `auto`, `manual`: in Make's own words. */
  readonly trigger: string | null;
  /** The user who started it. */
  readonly authorId: string | null;
  readonly durationMs: number | null;
  /** Decimal. */
  readonly operations: string | null;
  /** Decimal. */
  readonly credits: string | null;
  /** Bytes, as a decimal. */
  readonly dataTransfer: string | null;
}
