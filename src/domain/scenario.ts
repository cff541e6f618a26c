/** What an organization automates. What a dialect does not tell is null. */
export interface Scenario {
  /** Make's number. */
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly teamId: number | null;
  readonly isActive: boolean | null;
  readonly createdAt: Date | null;
  readonly lastEditedAt: Date | null;
  readonly nextRunAt: Date | null;
  /** In the present usage period, as decimals; data in bytes. */
  readonly operations: string | null;
  readonly credits: string | null;
  readonly dataTransfer: string | null;
  readonly incompleteExecutions: IncompleteExecutionCount | null;
}

export interface IncompleteExecutionCount {
  /** Neither resolved nor deleted. */
  readonly open: number;
  readonly all: number;
}
