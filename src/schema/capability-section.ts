import type { Right } from '../access/rights.ts';
import { describedEnum } from './described-enum.ts';

/** The parts of an organization that are allowed or not as one, and the right that each takes. */
export const rightBySection = {
  SUBSCRIPTION: 'billing',
  PAYMENTS: 'billing',
  INVOICES: 'billing',
  PAYMENT_METHODS: 'billing',
  BILLING: 'billing',
  BILLING_ACTIONS: 'billingActions',
  CUSTOMER: 'billing',
  USAGE: 'usage',
  AUDIT_LOGS: 'auditLogs',
  TEAM_AUDIT_LOGS: 'teamAuditLogs',
  USERS: 'auditLogs',
  ANALYTICS: 'analytics',
  SCENARIO_ANALYTICS: 'analytics',
  ENTERPRISE_ANALYTICS: 'analytics',
  TEAM_ANALYTICS: 'teamAnalytics',
  USER_ANALYTICS: 'userAnalytics',
  INCOMPLETE_EXECUTIONS: 'incompleteExecutions',
  INCOMPLETE_EXECUTION_ACTIONS: 'incompleteExecutionActions',
  INCOMPLETE_EXECUTION_DELETION: 'incompleteExecutionDeletion',
  ACCESS_LOG: 'accessLog',
} as const satisfies Readonly<Record<string, Right>>;

export type Section = keyof typeof rightBySection;

const isSection = (name: string): name is Section => name in rightBySection;

export const capabilitySections: readonly Section[] = Object.keys(rightBySection).filter(isSection);

export const CapabilitySection = describedEnum(
  'CapabilitySection',
  'A part of an organization that is allowed or not as one.',
  capabilitySections,
  {
    SUBSCRIPTION: '`subscription` at Make.',
    PAYMENTS: '`payments` to Make.',
    INVOICES: "`invoices` of Make; the platform's can be asked for by themselves whatever the plan.",
    PAYMENT_METHODS: '`paymentMethods`.',
    BILLING: '`billing`: whom bills go to.',
    BILLING_ACTIONS: 'Mutations of subscription, payments and payment methods.',
    CUSTOMER: '`customer`, and what hangs on it.',
    USAGE: '`usage`, its history and forecast.',
    AUDIT_LOGS: '`auditLogs` of the organization, and what they can be filtered by.',
    TEAM_AUDIT_LOGS: '`auditLogs` of its teams.',
    USERS: '`users`, whom the audit log tells of.',
    ANALYTICS: '`analytics` of the organization.',
    SCENARIO_ANALYTICS: '`scenarioPerformance` in them.',
    ENTERPRISE_ANALYTICS: '`modules`, `resources` and `costs` in them.',
    TEAM_ANALYTICS: '`analytics` of its teams.',
    USER_ANALYTICS: '`analytics` of its users.',
    INCOMPLETE_EXECUTIONS: '`incompleteExecutions`.',
    INCOMPLETE_EXECUTION_ACTIONS: 'Mutations that retry, change or resolve them.',
    INCOMPLETE_EXECUTION_DELETION: 'The mutation that deletes them.',
    ACCESS_LOG: '`accessLog`.',
  },
);
