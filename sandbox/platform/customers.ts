import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, type Reply } from '../kernel/endpoint.ts';
import {
  type Fields,
  objectField,
  optionalBoolean,
  optionalObject,
  optionalString,
  stringField,
} from '../kernel/fields.ts';
import type { World } from '../world.ts';
import { customerDetail, customerProfile } from './customer-views.ts';
import { inside, optionalAddress, optionalMetadata, requireFields, success } from './fields.ts';
import { newId } from './ids.ts';
import { customerAt } from './lookups.ts';
import type { Customer, TaxInfo } from './state.ts';

export const customerEndpoints: readonly Endpoint[] = [
  { method: 'POST', template: '/billing/customers', handle: createCustomer },
  { method: 'GET', template: '/billing/customers/{customer_id}', handle: getCustomer },
  { method: 'PUT', template: '/billing/customers/{customer_id}', handle: updateCustomer },
];

export type Profile = Pick<
  Customer,
  'email' | 'name' | 'description' | 'address' | 'phone' | 'tax' | 'metadata' | 'habit'
> & { readonly id?: string | undefined };

export function addCustomer(world: World, { id, ...profile }: Profile): Customer {
  const customer: Customer = {
    id: id ?? newId(world, 'cus'),
    ...profile,
    createdAt: world.timeline.now(),
    paymentMethods: [],
    subscriptions: [],
    invoices: [],
    usageRecords: [],
  };
  world.platform.customers.set(customer.id, customer);
  return customer;
}

const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const phonePattern = /^[+\d][\d\s().-]{4,30}$/;

function createCustomer(call: Call): Reply {
  const fields = objectField(readBody(call), 'customer');
  requireFields(fields, 'email', 'name');
  const customer = addCustomer(call.world, {
    email: stringField(fields, 'email', { max: 254, pattern: emailPattern }),
    name: stringField(fields, 'name', { max: 200 }),
    description: optionalString(fields, 'description') ?? null,
    address: optionalAddress(fields, 'address') ?? null,
    phone: optionalString(fields, 'phone', { pattern: phonePattern }) ?? null,
    tax: readTax(fields, { taxId: null, isExempt: false, exemptionType: null }),
    metadata: optionalMetadata(fields),
    habit: null,
  });
  return created(success({ customer: customerProfile(customer) }));
}

function getCustomer(call: Call): Reply {
  return ok(success({ customer: customerDetail(customerAt(call)) }));
}

/** An address is replaced as a whole; metadata key by key. */
function updateCustomer(call: Call): Reply {
  const customer = customerAt(call);
  const fields = objectField(readBody(call), 'customer');
  Object.assign(customer, {
    email: optionalString(fields, 'email', { max: 254, pattern: emailPattern }) ?? customer.email,
    name: optionalString(fields, 'name', { max: 200 }) ?? customer.name,
    description: optionalString(fields, 'description') ?? customer.description,
    address: optionalAddress(fields, 'address') ?? customer.address,
    phone: optionalString(fields, 'phone', { pattern: phonePattern }) ?? customer.phone,
    tax: readTax(fields, customer.tax),
    metadata: { ...customer.metadata, ...optionalMetadata(fields) },
  });
  return ok(success({ customer: customerDetail(customer) }));
}

function readTax(fields: Fields, before: TaxInfo): TaxInfo {
  const tax = optionalObject(fields, 'tax_info');
  if (tax === undefined) return before;
  return inside('tax_info', () => ({
    taxId: optionalString(tax, 'tax_id', { max: 40 }) ?? before.taxId,
    isExempt: optionalBoolean(tax, 'tax_exempt') ?? before.isExempt,
    exemptionType: optionalString(tax, 'exemption_type', { max: 40 }) ?? before.exemptionType,
  }));
}
