import { type OrganizationPlan, organizationPlans } from './organization.ts';

/** What some plan or upstream lacks. All else comes with every plan. */
type GatedSection =
  | 'SUBSCRIPTION'
  | 'PAYMENTS'
  | 'INVOICES'
  | 'PAYMENT_METHODS'
  | 'BILLING'
  | 'CUSTOMER'
  | 'AUDIT_LOGS'
  | 'TEAM_AUDIT_LOGS'
  | 'USERS'
  | 'ANALYTICS'
  | 'SCENARIO_ANALYTICS'
  | 'ENTERPRISE_ANALYTICS'
  | 'TEAM_ANALYTICS'
  | 'USER_ANALYTICS';

/** The least plan that it takes, or that none has it. */
export type PlanGate = Exclude<OrganizationPlan, 'FREE' | 'UNKNOWN'> | 'NOT_OFFERED';

export type PlanGates = Readonly<Partial<Record<GatedSection, PlanGate>>>;

/** What Make asks for in each of its dialects. */
export const planGates = {
  documented: {
    SUBSCRIPTION: 'CORE',
    PAYMENTS: 'CORE',
    INVOICES: 'CORE',
    PAYMENT_METHODS: 'CORE',
    BILLING: 'CORE',
    ANALYTICS: 'CORE',
    SCENARIO_ANALYTICS: 'ENTERPRISE',
    ENTERPRISE_ANALYTICS: 'ENTERPRISE',
    TEAM_ANALYTICS: 'CORE',
    USER_ANALYTICS: 'CORE',
  },
  live: {
    BILLING: 'NOT_OFFERED',
    AUDIT_LOGS: 'ENTERPRISE',
    TEAM_AUDIT_LOGS: 'ENTERPRISE',
    USERS: 'ENTERPRISE',
    ANALYTICS: 'ENTERPRISE',
    SCENARIO_ANALYTICS: 'ENTERPRISE',
    ENTERPRISE_ANALYTICS: 'NOT_OFFERED',
    TEAM_ANALYTICS: 'ENTERPRISE',
    USER_ANALYTICS: 'NOT_OFFERED',
  },
} as const satisfies Readonly<Record<string, PlanGates>>;

/** Whether a plan has what the other has. Null where the plan is not known. */
export function includesPlan(plan: OrganizationPlan | null, needed: OrganizationPlan): boolean | null {
  if (plan === null || plan === 'UNKNOWN') return null;
  return organizationPlans.indexOf(plan) >= organizationPlans.indexOf(needed);
}
