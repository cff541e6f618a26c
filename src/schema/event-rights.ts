import { grantOf, reachOf } from '../access/caller.ts';
import type { Right } from '../access/rights.ts';
import type { Visit } from '../access/visit.ts';
import { type EventType, eventTypes, type RecordedEvent } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';

interface Needed {
  readonly right: Right;
  /** As the access log names what is looked at. */
  readonly section: string;
}

const subscription: Needed = { right: 'billing', section: 'subscription' };
const payments: Needed = { right: 'billing', section: 'payments' };
const invoices: Needed = { right: 'billing', section: 'invoices' };
const paymentMethods: Needed = { right: 'billing', section: 'paymentMethods' };
const executions: Needed = { right: 'incompleteExecutions', section: 'incompleteExecutions' };
const usage: Needed = { right: 'usage', section: 'usage' };
const everyone: Needed = { right: 'organization', section: 'events' };

/** An event is shown to those who may see what it shows. */
const neededFor: Readonly<Record<EventType, Needed>> = {
  SUBSCRIPTION_CREATED: subscription,
  SUBSCRIPTION_STATUS_CHANGED: subscription,
  SUBSCRIPTION_PLAN_CHANGED: subscription,
  SUBSCRIPTION_DISCOUNT_CHANGED: subscription,
  SUBSCRIPTION_ENDED: subscription,
  PAYMENT_RECORDED: payments,
  PAYMENT_STATUS_CHANGED: payments,
  INVOICE_CREATED: invoices,
  INVOICE_STATUS_CHANGED: invoices,
  PAYMENT_METHOD_ADDED: paymentMethods,
  PAYMENT_METHOD_CHANGED: paymentMethods,
  PAYMENT_METHOD_REMOVED: paymentMethods,
  AUDIT_LOG_RECORDED: { right: 'teamAuditLogs', section: 'auditLogs' },
  INCOMPLETE_EXECUTION_CREATED: executions,
  INCOMPLETE_EXECUTION_STATUS_CHANGED: executions,
  INCOMPLETE_EXECUTION_DELETED: executions,
  USAGE_THRESHOLD_REACHED: usage,
  USAGE_THRESHOLD_RECOVERED: usage,
  SECURITY_ALERT: { right: 'auditLogs', section: 'auditLogs' },
  SNAPSHOT: everyone,
  LAGGED: everyone,
};

/** Those that say something of the stream, and not of the organization. */
const ofTheStream: readonly EventType[] = ['SNAPSHOT', 'LAGGED'];

/** What of the events of an organization a caller is shown. */
export interface ShownEvents {
  readonly types: readonly EventType[];
  readonly isShown: (event: RecordedEvent) => boolean;
}

/** Leaves out what the caller may not see; where nothing is left, it is refused. Either goes on record. */
export function eventsShownTo(
  visit: Visit,
  organization: number,
  wished: readonly EventType[] | null,
): ShownEvents {
  const { caller } = visit;
  const asked = (wished ?? eventTypes).filter((type) => !ofTheStream.includes(type));
  if (asked.length === 0) {
    throw new Failure('BAD_USER_INPUT', 'types names nothing that happens. Leave it out for all.');
  }
  const types = asked.filter((type) => reachOf(caller, organization, neededFor[type].right) !== 'none');
  const teams = grantOf(caller, organization)?.teams ?? new Set<number>();
  const [team] = teams;
  const onRecord = types.length > 0 ? types : asked;
  for (const { right, section } of new Set(onRecord.map((type) => neededFor[type]))) {
    visit.allows({ organization, right, section, ...(team !== undefined && { team }) });
  }
  if (types.length === 0) throw new Failure('FORBIDDEN', 'Your role or scopes do not allow this.');
  return {
    types,
    isShown: ({ type, team }) => {
      if (!types.includes(type)) return false;
      const reach = reachOf(caller, organization, neededFor[type].right);
      return reach === 'all' || (reach === 'own-teams' && team !== null && teams.has(team));
    },
  };
}
