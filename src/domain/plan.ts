import type { Annotated, Metadata } from './metadata.ts';
import type { Money, UnitPrice } from './money.ts';
import type { BillingInterval } from './subscription.ts';

export const planStatuses = ['ACTIVE', 'ARCHIVED', 'UNKNOWN'] as const;
export type PlanStatus = (typeof planStatuses)[number];

export function planStatusFrom(word: string): PlanStatus {
  return planStatuses.find((status) => status === word.toUpperCase()) ?? 'UNKNOWN';
}

/** A plan of the platform, as lists show it. */
export interface Plan extends Annotated {
  readonly upstreamId: string;
  readonly name: string;
  readonly description: string | null;
  /** For each interval. */
  readonly price: Money;
  readonly interval: BillingInterval;
  readonly rawInterval: string;
  readonly trialDays: number | null;
  /** How many intervals are billed; null for no end. */
  readonly billingCycles: number | null;
  /** `starter`, `professional`, `enterprise` */
  readonly tier: string | null;
}

export interface PlanDetail extends Plan {
  readonly features: readonly string[] | null;
  readonly limits: readonly PlanLimit[] | null;
  readonly usageRates: readonly UsageRate[] | null;
  readonly status: PlanStatus;
  readonly rawStatus: string;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  readonly archivedAt: Date | null;
}

export interface PlanLimit {
  /** `api_calls_per_day` */
  readonly name: string;
  /** A decimal. */
  readonly quantity: string;
}

export interface UsageRate {
  /** `api_calls_over_limit` */
  readonly name: string;
  /** For one unit. */
  readonly price: UnitPrice;
}

/** What archiving a plan answers. */
export type ArchivedPlan = Pick<PlanDetail, 'upstreamId' | 'status' | 'rawStatus' | 'archivedAt'>;

/** What is changed of a plan. Limits and metadata are changed by the names that are given; the rest stays. */
export interface PlanChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly price?: Money | undefined;
  readonly interval?: KnownInterval | undefined;
  readonly trialDays?: number | undefined;
  /** Null for no end. */
  readonly billingCycles?: number | null | undefined;
  readonly features?: readonly string[] | undefined;
  readonly limits?: readonly PlanLimit[] | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface NewPlan extends PlanChanges {
  readonly name: string;
  readonly price: Money;
  readonly interval: KnownInterval;
  readonly idempotencyKey?: string | undefined;
}

export interface PlanFilter {
  readonly activeOnly?: boolean | undefined;
  readonly tier?: string | undefined;
}

type KnownInterval = Exclude<BillingInterval, 'UNKNOWN'>;
