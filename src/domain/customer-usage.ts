import type { Failure } from './failure.ts';
import type { Annotated, Metadata } from './metadata.ts';
import type { UnitPrice } from './money.ts';
import type { Period } from './period.ts';

/** What a customer of the platform used in a period, and what it costs. Costs are decimals in major units; the currency is not told. */
export interface CustomerUsage {
  readonly periodStart: Date | null;
  readonly periodEnd: Date | null;
  /** A metric that could not be read is a failure in its place. */
  readonly metrics: readonly (MetricUsage | Failure)[];
  readonly totalCost: string | null;
  readonly projectedMonthlyCost: string | null;
  readonly updatedAt: Date | null;
}

/** Quantities and costs are decimals. */
export interface MetricUsage {
  /** `api_calls` */
  readonly metric: string;
  readonly quantity: string;
  /** The quantity adds up over the period (calls); otherwise it is where a level stands (storage). */
  readonly isSum: boolean;
  readonly unitPrice: UnitPrice | null;
  /** Null where the plan sets no limit. */
  readonly includedQuantity: string | null;
  readonly overageQuantity: string | null;
  readonly cost: string | null;
}

/** A use that was recorded. */
export interface UsageRecord extends Annotated {
  readonly upstreamId: string;
  readonly customerId: string;
  readonly subscriptionId: string | null;
  readonly metric: string;
  /** A decimal. */
  readonly quantity: string;
  readonly recordedAt: Date | null;
}

export interface NewUsage {
  readonly metric: string;
  /** A decimal. */
  readonly quantity: string;
  readonly subscriptionId?: string | undefined;
  /** When it was used; now where left out. */
  readonly at?: Date | undefined;
  readonly metadata?: Metadata | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface UsageFilter {
  readonly subscriptionId?: string | undefined;
  readonly metric?: string | undefined;
  /** The current month where left out. */
  readonly period?: 'CURRENT_MONTH' | 'LAST_MONTH' | Period | undefined;
}
