import type { ErrorCode } from '../domain/failure.ts';

export const accessKinds = ['query', 'mutation', 'subscription'] as const;
export const accessOutcomes = ['ok', 'partial', 'refused', 'failed'] as const;

export type AccessKind = (typeof accessKinds)[number];
export type AccessOutcome = (typeof accessOutcomes)[number];

/** One operation's dealings with one organization: who looked at what, why, and how it ended. No payload. */
export interface AccessEntry {
  readonly at: string;
  readonly requestId: string;
  readonly caller: string;
  /** Make's number; null for what belongs to no organization. */
  readonly organization: number | null;
  readonly kind: AccessKind;
  /** The operation's name, where it has one. */
  readonly operation: string | null;
  readonly fields: readonly string[];
  readonly refused: readonly string[];
  /** What the caller said the data is looked at for. */
  readonly reason: string | null;
  readonly outcome: AccessOutcome;
  /** Upstream ids of what was acted on; absent where nothing was. */
  readonly objects?: readonly string[];
  /** Why an action was not done, or why it is not known whether it was; why a query was not run. */
  readonly code?: ErrorCode;
}
