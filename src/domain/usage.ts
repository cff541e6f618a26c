import type { Period } from './period.ts';

/** What is included and what was used of it; decimals. */
export interface Quota {
  readonly included: string | null;
  readonly used: string;
  readonly remaining: string | null;
  readonly overage: string | null;
}

/** What an organization has used in the present period. What a dialect does not tell is null. */
export interface Usage {
  readonly periodStart: Date | null;
  readonly periodEnd: Date | null;
  readonly operations: Quota;
  /** When the operations are counted anew. */
  readonly resetAt: Date | null;
  readonly credits: Quota | null;
  /** Gigabytes. */
  readonly storage: Quota | null;
  /** Bytes. */
  readonly dataTransfer: Quota | null;
  readonly users: Quota | null;
  readonly asOf: Date | null;
}

/** What was used on one day; decimals. */
export interface UsagePoint {
  /** `2026-03-05` */
  readonly date: string;
  readonly operations: string;
  readonly executions: string | null;
  readonly errors: string | null;
  readonly credits: string | null;
  /** Bytes. */
  readonly dataTransfer: string | null;
}

/** By day, the oldest first. Days without any use may be left out. */
export interface UsageHistory {
  /** Null where the upstream does not tell which days it looked at. */
  readonly period: Period | null;
  readonly points: readonly UsagePoint[];
}

/** What the upstream expects of the present period; decimals. */
export interface UsagePrediction {
  readonly period: Period;
  readonly generatedAt: Date | null;
  /** `average_of_last_7_days`: in Make's own words. */
  readonly method: string | null;
  readonly included: string | null;
  readonly used: string | null;
  readonly averagePerDay: string | null;
  readonly predicted: string;
  readonly predictedOverage: string | null;
  /** When what is included will be used up; null if not within the period. */
  readonly exhaustedAt: Date | null;
}
