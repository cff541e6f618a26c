import { Refusal } from '../kernel/endpoint.ts';
import { type Fields, invalidField, optionalObject, optionalString, stringField } from '../kernel/fields.ts';
import type { ChargeFailure } from './charging.ts';
import { declined } from './payment-methods.ts';
import type { Account, Address, BilledTo, BillingProfile, ProfileChange } from './state.ts';

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Reads a part of the body; faults name the whole path of the field. */
export function inside<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal) || error.field === undefined) throw error;
    const { status, code, field, reason = error.message } = error;
    throw new Refusal(status, code, `${name}.${field} ${reason}`, { field: `${name}.${field}`, reason });
  }
}

/** `customerDetails`: name, email and, under the name given, an address. */
export function readCustomer(body: Fields, addressField: 'address' | 'billingAddress'): Partial<BilledTo> {
  const details = optionalObject(body, 'customerDetails');
  if (details === undefined) return {};
  return inside('customerDetails', () => {
    const name = optionalString(details, 'name', { max: 200 });
    const email = optionalEmail(details, 'email');
    const address = optionalAddress(details, addressField);
    return { ...(name && { name }), ...(email && { email }), ...(address && { address }) };
  });
}

/** The method that is to be charged from now on. */
export function readPaymentMethodId(body: Fields): string | undefined {
  const details = optionalObject(body, 'customerDetails');
  return details && inside('customerDetails', () => optionalString(details, 'paymentMethodId'));
}

interface BillingChange {
  readonly customer: Partial<BilledTo>;
  readonly methodId?: string | undefined;
}

/** Changes whom the bills go to and what is charged, then charges. A charge that fails takes the change back. */
export function updateBilling(
  account: Account,
  { customer, methodId }: BillingChange,
  charge: () => ChargeFailure | null,
): void {
  const { defaultMethodId } = account;
  const profile = { ...account.profile };
  if (methodId !== undefined) account.defaultMethodId = methodId;
  updateProfile(account.profile, customer);
  const failure = charge();
  if (failure === null) return;
  account.defaultMethodId = defaultMethodId;
  Object.assign(account.profile, profile);
  throw declined(failure, 'customerDetails.paymentMethodId');
}

/** Bills go to these from now on. */
export function updateProfile(profile: BillingProfile, change: ProfileChange): void {
  const former = profile.email;
  Object.assign(profile, change);
  if (profile.email === former) return;
  const others = profile.invoiceEmailRecipients.filter((each) => each !== former && each !== profile.email);
  profile.invoiceEmailRecipients = [profile.email, ...others];
}

export function optionalAddress(body: Fields, name: string): Address | undefined {
  const fields = optionalObject(body, name);
  return fields && inside(name, () => readAddress(fields));
}

function optionalEmail(body: Fields, name: string): string | undefined {
  return body[name] === undefined || body[name] === null ? undefined : emailField(body, name);
}

export function emailField(body: Fields, name: string): string {
  const email = stringField(body, name, { max: 254 });
  if (emailPattern.test(email)) return email;
  throw invalidField(name, 'must be an email address');
}

function readAddress(fields: Fields): Address {
  const line2 = optionalString(fields, 'line2', { max: 200 });
  const state = optionalString(fields, 'state', { max: 100 });
  return {
    line1: stringField(fields, 'line1', { max: 200 }),
    ...(line2 === undefined ? {} : { line2 }),
    city: stringField(fields, 'city', { max: 100 }),
    ...(state === undefined ? {} : { state }),
    postalCode: stringField(fields, 'postalCode', { max: 20 }),
    country: readCountry(fields),
  };
}

function readCountry(fields: Fields): string {
  const country = stringField(fields, 'country');
  if (/^[A-Z]{2}$/.test(country) && regions.of(country) !== undefined) return country;
  throw invalidField('country', 'must be an ISO 3166-1 country code of two capital letters');
}
