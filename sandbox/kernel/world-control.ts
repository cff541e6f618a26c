import {
  addAuditEntries,
  addFailedLogins,
  addIncompleteExecutions,
  addOperations,
} from '../make-admin/control.ts';
import { addMakeInvoices, addPayments, setPlan, setSubscriptionStatus } from '../make-billing/control.ts';
import type { World } from '../world.ts';
import { isFields } from './fields.ts';
import { createInspection, type FieldFault, fields, oneOf, wholeNumber } from './inspection.ts';

const additions = {
  payments: addPayments,
  invoices: addMakeInvoices,
  auditEntries: addAuditEntries,
  incompleteExecutions: addIncompleteExecutions,
  failedLogins: addFailedLogins,
  operations: addOperations,
};

const maxAdded = 1000;
const maxOperations = 10_000_000;
const plans = ['free', 'core', 'pro', 'teams', 'enterprise'] as const;
const statuses = ['active', 'past_due', 'trialing', 'cancelled', 'suspended'] as const;

/** Makes things happen to an organization; all of it or, when anything about the order is wrong, nothing. */
export function changeWorld(
  world: World,
  order: unknown,
): { readonly faults: readonly FieldFault[] } | { readonly made: unknown } {
  const inspection = createInspection();
  if (!isFields(order)) {
    inspection.fault('', order, 'a JSON object with organization and add or set');
    return inspection;
  }
  inspection.only(order, ['organization', 'add', 'set']);
  const id = inspection.required(order, 'organization', oneOf([...world.organizations.keys()]));
  const add = inspection.optional(order, 'add', fields) ?? {};
  const set = inspection.optional(order, 'set', fields) ?? {};
  inspection.only(add, Object.keys(additions), 'add.');
  inspection.only(set, ['plan', 'subscriptionStatus'], 'set.');

  const wanted = Object.entries(additions).flatMap(([name, addTo]) => {
    const max = name === 'operations' ? maxOperations : maxAdded;
    const count = inspection.optional(add, `add.${name}`, wholeNumber(1, max));
    return count === undefined ? [] : [{ name, count, addTo }];
  });
  const plan = inspection.optional(set, 'set.plan', oneOf(plans));
  const status = inspection.optional(set, 'set.subscriptionStatus', oneOf(statuses));
  const organization = id === undefined ? undefined : world.organizations.get(id);
  if (organization === undefined || inspection.faults.length > 0) return inspection;

  const setTo = {
    ...(plan === undefined ? {} : { plan: setPlan(world, organization, plan) }),
    ...(status === undefined
      ? {}
      : { subscriptionStatus: setSubscriptionStatus(world, organization, status) }),
  };
  const added = wanted.map(({ name, count, addTo }) => [name, addTo(world, organization, count)] as const);
  return { made: { organization: id, set: setTo, added: Object.fromEntries(added) } };
}
