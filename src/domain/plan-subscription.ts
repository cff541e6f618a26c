import type { OrganizationPlan } from './organization.ts';
import type { BillingInterval, SubscriptionStatus } from './subscription.ts';

/** Something that a plan offers. */
export interface PlanFeature {
  readonly name: string;
  readonly isIncluded: boolean | null;
  /** How much of it, as a decimal string; null without a limit. */
  readonly limit: string | null;
}

/** A subscription as Make's administration sees it: by the plan, and with what the plan offers. */
export interface PlanSubscription {
  readonly plan: OrganizationPlan;
  readonly rawPlan: string;
  readonly status: SubscriptionStatus;
  readonly rawStatus: string;
  /** How often it is billed. */
  readonly interval: BillingInterval;
  readonly nextBillingAt: Date | null;
  readonly features: readonly PlanFeature[];
}

/** An upgrade, downgrade or cancellation that was accepted. */
export interface PlanChange {
  /** What holds now; null where the upstream only says that it was accepted. */
  readonly subscription: PlanSubscription | null;
  readonly effectiveAt: Date | null;
}
