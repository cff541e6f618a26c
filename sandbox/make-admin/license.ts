import { planLimits } from '../make-billing/catalogue.ts';
import type { PlanName } from '../organizations/organizations.ts';

/** Days that Enterprise keeps its audit log. */
export const auditLogsDays = 365;

const unlimited = -1;

const priorities: Readonly<Record<PlanName, string>> = {
  free: 'low',
  core: 'low',
  pro: 'medium',
  teams: 'medium',
  enterprise: 'high',
};

/** What a plan allows, by the names that Make gives it. Larger plans have more keys. */
export function licenseOf(plan: PlanName) {
  const limits = planLimits(plan);
  const isPaid = plan !== 'free';
  const isLarge = plan === 'teams' || plan === 'enterprise';
  return {
    teams: limits.teams,
    dslimit: isPaid ? 100 : 1,
    fslimit: limits.fileSize,
    iolimit: isPaid ? 500 : 50,
    apiLimit: limits.apiLimit,
    dsslimit: limits.storage,
    fulltext: plan === 'pro' || isLarge,
    interval: limits.interval,
    priority: priorities[plan],
    transfer: limits.dataTransfer,
    mcpVHosts: unlimited,
    retention: limits.retention,
    scenarios: limits.scenarios ?? unlimited,
    dlqStorage: limits.dlqStorage,
    operations: limits.operations,
    scenarioIO: true,
    gracePeriod: isPaid ? 3 : 0,
    executionTime: limits.executionTime,
    restartPeriod: '1 month',
    creatingTemplates: isLarge,
    installPublicApps: true,
    productManagement: plan === 'enterprise' ? 'managed' : 'selfService',
    onDemandScheduling: true,
    webhookLogRetentionDays: isPaid ? 30 : 3,
    ...(isPaid && { users: limits.users }),
    ...((plan === 'pro' || isLarge) && { customVariables: true }),
    ...(isLarge && { teamOperationsLimits: true }),
    ...(plan === 'enterprise' && {
      auditLogsDays,
      analyticsAccess: true,
      customFunctions: true,
      dedicatedSso: true,
      scenarioRelationTree: true,
    }),
  };
}

export function productName(plan: PlanName): string {
  return plan.charAt(0).toUpperCase() + plan.slice(1);
}
