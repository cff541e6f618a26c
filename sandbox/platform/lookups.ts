import { type Call, Refusal } from '../kernel/endpoint.ts';
import { type Fields, optionalString, stringField } from '../kernel/fields.ts';
import type { World } from '../world.ts';
import type { Customer, Invoice, Payment, PaymentMethod, Plan, Subscription } from './state.ts';

// An id in the path that names nothing is 404; one in a body or a query is 400, as the document's tables have it.

export function planAt({ world, path }: Call): Plan {
  return world.platform.plans.get(path['plan_id'] ?? '') ?? notFound('plan');
}

export function customerAt({ world, path }: Call): Customer {
  return world.platform.customers.get(path['customer_id'] ?? '') ?? notFound('customer');
}

export function subscriptionAt({ world, path }: Call): Subscription {
  return world.platform.subscriptions.get(path['subscription_id'] ?? '') ?? notFound('subscription');
}

export function invoiceAt({ world, path }: Call): Invoice {
  return world.platform.invoices.get(path['invoice_id'] ?? '') ?? notFound('invoice');
}

/** The document has no code of its own for a missing payment: its invoice's comes nearest. */
export function paymentAt({ world, path }: Call): Payment {
  return world.platform.payments.get(path['payment_id'] ?? '') ?? notFound('invoice', 'payment');
}

/** The plan that a body names for a new start: archived ones are closed. */
export function openPlanNamed(world: World, fields: Fields, name: string): Plan {
  const plan = world.platform.plans.get(stringField(fields, name)) ?? invalid('plan', name);
  return plan.archivedAt === null ? plan : invalid('plan', name, 'is archived');
}

export function customerNamed(world: World, fields: Fields): Customer {
  const id = stringField(fields, 'customer_id');
  return world.platform.customers.get(id) ?? invalid('customer', 'customer_id');
}

export function subscriptionNamed(world: World, fields: Fields, owner?: Customer): Subscription | undefined {
  const id = optionalString(fields, 'subscription_id');
  if (id === undefined) return undefined;
  const subscription = world.platform.subscriptions.get(id) ?? invalid('subscription', 'subscription_id');
  if (owner === undefined || subscription.customerId === owner.id) return subscription;
  return invalid('subscription', 'subscription_id', 'belongs to another customer');
}

export function paymentMethodNamed(fields: Fields, owner: Customer): PaymentMethod | undefined {
  const id = optionalString(fields, 'payment_method_id');
  if (id === undefined) return undefined;
  return (
    owner.paymentMethods.find((method) => method.id === id) ??
    invalid('payment_method', 'payment_method_id', 'does not exist or belongs to another customer')
  );
}

export function ownerOf(world: World, { customerId }: { readonly customerId: string }): Customer {
  const owner = world.platform.customers.get(customerId);
  if (owner === undefined) throw new Error(`No customer ${customerId}`);
  return owner;
}

function notFound(code: string, thing = code): never {
  throw new Refusal(404, `${code}_not_found`, `No ${thing} has this id`, {
    field: `${thing}_id`,
    reason: 'does not exist',
  });
}

function invalid(thing: string, field: string, reason = 'does not exist'): never {
  throw new Refusal(400, `invalid_${thing}`, `${field}: ${reason}`, { field, reason });
}
