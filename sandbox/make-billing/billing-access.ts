import { type Call, Refusal } from '../kernel/endpoint.ts';
import { recordAudit, userOf } from '../make-admin/audit-log.ts';
import { organizationAt, requireAccess, requireRole } from '../organizations/access.ts';
import type { Organization } from '../organizations/organizations.ts';
import { type Account, accountOf, runningSubscription, type Subscription } from './state.ts';

export interface Billed {
  readonly organization: Organization;
  readonly account: Account;
}

/** The billing of the organization that the path names, for its owner and administrators. */
export function billingAt(call: Call): Billed {
  return billingOf(call, organizationAt(call).id);
}

/** The billing of an organization that was found by something of its. */
export function billingOf(call: Call, organizationId: number): Billed {
  const organization = requireAccess(call, organizationId);
  requireRole(call, 'owner', 'admin');
  return { organization, account: accountOf(call.world, organization) };
}

/** Make shows no billing of an organization on the free plan in the documented dialect. */
export function requirePaidPlan(billed: Billed): Billed {
  if (billed.organization.plan !== 'free') return billed;
  throw new Refusal(403, 'plan_upgrade_required', 'Billing is not available on the Free plan', {
    reason: 'the organization is on the Free plan',
  });
}

/** The subscription that a change is about. */
export function requireSubscription({ account }: Billed): Subscription {
  const subscription = runningSubscription(account);
  if (subscription !== null && subscription.status !== 'cancelled') return subscription;
  throw new Refusal(404, 'subscription_not_found', 'The organization has no subscription', {
    reason: 'the organization has no subscription that runs on',
  });
}

/** The same, or one that was cancelled and runs to the end of its period. */
export function requireRunning(billed: Billed): Subscription {
  return runningSubscription(billed.account) ?? requireSubscription(billed);
}

/** Leaves an entry in the organization's audit log. */
export function recordChange(call: Call, { organization }: Billed, change: string, details: object): void {
  recordAudit(call.world, {
    organizationId: organization.id,
    eventName: 'organization_settings_changed',
    actor: userOf(call, organization),
    target: { type: 'organization', id: String(organization.id), name: organization.name },
    metadata: { change, ...details },
  });
}
