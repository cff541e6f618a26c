import type { ErrorCode } from './failure.ts';

export const retryCampaignStatuses = ['QUEUED', 'RUNNING', 'DONE', 'CANCELLED', 'FAILED'] as const;
export type RetryCampaignStatus = (typeof retryCampaignStatuses)[number];

export const retryPartStates = ['WAITING', 'SENDING', 'DONE', 'FAILED', 'UNKNOWN'] as const;
export type RetryPartState = (typeof retryPartStates)[number];

/** Teams by Make's number. */
export type CampaignTeams = 'all' | readonly number[];

/** Which open incomplete executions of an organization are to be retried. */
export interface RetryWish {
  readonly organization: number;
  /** Null for every scenario that has any. */
  readonly scenarioIds: readonly string[] | null;
  /** Empty for every kind. */
  readonly errorTypes: readonly string[];
  /** At or after. */
  readonly from: Date | null;
  /** Before. */
  readonly to: Date | null;
}

/** Many retries, made scenario by scenario as the budget has room for them, over restarts. */
export interface RetryCampaign extends RetryWish {
  readonly id: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** How far the right of whoever asked reached. */
  readonly teams: CampaignTeams;
  readonly status: RetryCampaignStatus;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Nothing was left out because there is too much for one campaign. */
  readonly isComplete: boolean;
  /** Why it could not go on. */
  readonly failure: RetryFailure | null;
  /** One for each scenario; null until they are found out. */
  readonly parts: readonly RetryPart[] | null;
}

/** What a campaign does in one scenario. */
export interface RetryPart {
  readonly scenarioId: string;
  readonly state: RetryPartState;
  /** How many there are to retry, as far as that is known. */
  readonly expected: number | null;
  /** Those that are about to be retried; null before they are chosen and after. */
  readonly chosen: readonly ChosenExecution[] | null;
  readonly retried: number;
  readonly failed: number;
  /** Of a retry whose answer was lost, those that do not show that they were retried. */
  readonly unknown: number;
  readonly failure: RetryFailure | null;
}

export interface ChosenExecution {
  readonly id: string;
  /** How often it had been retried before. */
  readonly retryCount: number;
}

export interface RetryFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Campaigns of every organization; what asks for them has checked the right. */
export interface RetryCampaigns {
  /** Newest first. */
  of(organization: number): Promise<readonly RetryCampaign[]>;
  one(organization: number, id: string): Promise<RetryCampaign | null>;
  /**
   * Fails with `CONFLICT` where the organization has too many under way. `beforeStarting` is awaited once nothing stands
   * in its way: where it fails, nothing is begun.
   */
  start(order: RetryOrder, beforeStarting?: () => Promise<void>): Promise<void>;
  /** Ends it before its next scenario. Fails with `CONFLICT` where it is over already. */
  cancel(organization: number, id: string): Promise<void>;
}

export interface RetryOrder extends RetryWish {
  readonly id: string;
  readonly requestedBy: string;
  readonly teams: CampaignTeams;
}

export interface RetryProgress {
  readonly scenarios: number | null;
  readonly scenariosDone: number;
  readonly retried: number;
  readonly failed: number;
  readonly unknown: number;
  readonly remaining: number | null;
}

export function isOver({ status }: Pick<RetryCampaign, 'status'>): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}

export function isPartOver({ state }: Pick<RetryPart, 'state'>): boolean {
  return state !== 'WAITING' && state !== 'SENDING';
}

export function progressOf({ parts }: Pick<RetryCampaign, 'parts'>): RetryProgress {
  const known = parts ?? [];
  const left = known.filter((part) => !isPartOver(part));
  const counts = left.map(({ chosen, expected }) => chosen?.length ?? expected);
  const sum = (countOf: (part: RetryPart) => number): number =>
    known.reduce((total, part) => total + countOf(part), 0);
  return {
    scenarios: parts === null ? null : known.length,
    scenariosDone: known.length - left.length,
    retried: sum(({ retried }) => retried),
    failed: sum(({ failed }) => failed),
    unknown: sum(({ unknown }) => unknown),
    remaining:
      parts === null || counts.includes(null)
        ? null
        : counts.reduce<number>((total, count) => total + (count ?? 0), 0),
  };
}
