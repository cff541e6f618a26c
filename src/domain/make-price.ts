import type { Money } from './money.ts';
import type { BillingInterval } from './subscription.ts';

/** What Make sells at one price: a plan, or something that is paid once. */
export interface MakePrice {
  readonly priceId: string;
  /** Null where the upstream does not tell it. */
  readonly productId: string | null;
  /** Null where the upstream tells the price alone. */
  readonly planName: string | null;
  readonly description: string | null;
  readonly amount: Money;
  /** Null: paid once. */
  readonly interval: BillingInterval | null;
  readonly intervalCount: number | null;
  /** How many it brings: each month with a plan, in all where it is paid once. */
  readonly operations: number | null;
}
