import type { Visit } from '../access/visit.ts';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import { readCustomerOwnedId, readEitherId } from './global-id.ts';
import { authorize, forbidden } from './mutation.ts';

/** Refuses who may not manage what belongs to no organization; otherwise the access log gets what it is done to. */
export function authorizeOperator(visit: Visit, section: string, ...objects: readonly string[]): void {
  if (!visit.allowsOperator(section)) throw forbidden();
  visit.acted({ organization: null, section, objects });
}

/**
 * Refuses who may not act for a customer: for one that is linked to no organization, whoever is no operator. Otherwise the
 * access log gets what it is done to. Asks nobody.
 */
export function authorizeCustomer(
  customer: string,
  section: string,
  { visit, loaders }: Context,
  ...objects: readonly string[]
): void {
  const organization = loaders.links.organizationOf(customer);
  if (organization === null) return authorizeOperator(visit, section, customer, ...objects);
  authorize(visit, { organization, right: 'billingActions', section });
  visit.acted({ organization, section, objects: [customer, ...objects] });
}

/** The access log gets what was made for a customer. */
export function noteMade(customer: string, section: string, made: string, { visit, loaders }: Context): void {
  visit.acted({ organization: loaders.links.organizationOf(customer), section, objects: [made] });
}

/** A `paymentMethodId` argument: the global id of one of the customer's methods, or the platform's own. */
export function readMethodId(id: string, customer: string): string {
  const [, owned] = /^platform\/(.+)$/.exec(readEitherId(id, 'PaymentMethod')) ?? [];
  if (owned === undefined) return readEitherId(id, 'PaymentMethod');
  const method = readCustomerOwnedId(owned);
  if (method.customer === customer) return method.upstreamId;
  throw new Failure('BAD_USER_INPUT', "Takes a payment method of the customer's own.");
}

export const methodIdDescription =
  "One of the customer's payment methods: its global id, or the platform's own";
