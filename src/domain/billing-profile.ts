import type { Address } from './address.ts';
import type { Money } from './money.ts';
import type { PlanSubscription } from './plan-subscription.ts';
import type { Usage } from './usage.ts';

/** Whom an organization's bills go to, and what they come to. */
export interface BillingProfile {
  readonly address: Address | null;
  readonly taxId: string | null;
  readonly invoiceEmailRecipients: readonly string[] | null;
  readonly subscription: PlanSubscription;
  readonly usage: Pick<Usage, 'operations' | 'resetAt' | 'storage' | 'users'> | null;
  readonly currentAmount: Money;
  readonly nextAmount: Money | null;
  readonly overageCharges: Money | null;
}
