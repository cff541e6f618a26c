import { z } from 'zod';
import type { Customer, CustomerChanges, CustomerDetail, NewCustomer } from '../../domain/customer.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import { instant, orNull, rowsOf, textOrNumber } from '../wire.ts';
import { addressShape, wireAddress } from './address.ts';
import { inData } from './answer.ts';
import { customerInvoiceShape } from './invoices.ts';
import { annotated, annotations } from './metadata.ts';
import { paymentMethodShape } from './payment-methods.ts';
import type { Platform } from './platform.ts';
import { customerSubscriptionShape } from './subscriptions.ts';
import { customerTag, planTermsTag } from './tags.ts';

const profileShape = z.object({
  id: textOrNumber,
  email: orNull(z.string()),
  name: orNull(z.string()),
  description: orNull(z.string()),
  status: orNull(z.string()),
  address: addressShape,
  phone: orNull(z.string()),
  tax_info: orNull(
    z.object({
      tax_id: orNull(z.string()),
      tax_exempt: orNull(z.boolean()),
      exemption_type: orNull(z.string()),
    }),
  ),
  metadata: annotations,
  created_at: orNull(instant),
  stripe_customer_id: orNull(z.string()),
});

function customerFrom(wire: z.output<typeof profileShape>): Customer {
  return {
    upstreamId: wire.id,
    email: wire.email,
    name: wire.name,
    description: wire.description,
    rawStatus: wire.status,
    address: wire.address,
    phone: wire.phone,
    tax: wire.tax_info && {
      taxId: wire.tax_info.tax_id,
      isExempt: wire.tax_info.tax_exempt,
      exemptionType: wire.tax_info.exemption_type,
    },
    createdAt: wire.created_at,
    stripeCustomerId: wire.stripe_customer_id,
    ...wire.metadata,
  };
}

const detailShape = profileShape
  .extend({
    subscriptions: rowsOf('platform-billing', customerSubscriptionShape),
    payment_methods: rowsOf('platform-billing', paymentMethodShape),
    invoices: rowsOf('platform-billing', customerInvoiceShape),
  })
  .transform(
    (wire): CustomerDetail => ({
      ...customerFrom(wire),
      subscriptions: wire.subscriptions,
      paymentMethods: wire.payment_methods,
      invoices: wire.invoices,
    }),
  );

const group = 'customers';
const onePath = '/billing/customers/{customer_id}';

const get: Endpoint<CustomerDetail> = {
  method: 'GET',
  path: onePath,
  answer: inData('customer', detailShape),
  cache: 'customers',
  group,
};

const profile = inData('customer', profileShape.transform(customerFrom));
const create: Endpoint<Customer> = { method: 'POST', path: '/billing/customers', answer: profile, group };
const update: Endpoint<Customer> = { method: 'PUT', path: onePath, answer: profile, group };

export function readCustomer(
  { upstream, account }: Platform,
  id: string,
  errand: Errand,
): Promise<Answer<CustomerDetail>> {
  const tags = [customerTag(id), planTermsTag];
  return upstream.request({ endpoint: get, account, params: { customer_id: id }, tags }, errand);
}

export function createCustomer(
  { upstream, account }: Platform,
  customer: NewCustomer,
  errand: Errand,
): Promise<Answer<Customer>> {
  return upstream.request({ endpoint: create, account, body: { customer: wireCustomer(customer) } }, errand);
}

export function updateCustomer(
  { upstream, account }: Platform,
  id: string,
  changes: CustomerChanges,
  errand: Errand,
): Promise<Answer<Customer>> {
  const body = { customer: wireCustomer(changes) };
  return upstream.request(
    { endpoint: update, account, params: { customer_id: id }, body, tags: [customerTag(id)] },
    errand,
  );
}

function wireCustomer(customer: CustomerChanges | NewCustomer) {
  const { email, name, description, address, phone, tax } = customer;
  return {
    email,
    name,
    description,
    address: wireAddress(address),
    phone,
    tax_info: tax && { tax_id: tax.taxId, tax_exempt: tax.isExempt, exemption_type: tax.exemptionType },
    metadata: annotated(customer),
  };
}
