import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type {
  BillingDetails as DomainBillingDetails,
  PaidWith as DomainPaidWith,
  PlatformPaymentDetail,
} from '../domain/platform-payment.ts';
import { Address } from './address.ts';
import { builder } from './builder.ts';
import { Customer, type CustomerNode, visibleCustomer } from './customer.ts';
import { acceptNodeType, customerOwnedId, readCustomerOwnedId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Payment, type PaymentNode } from './payment.ts';
import { PaymentMethodType } from './payment-method-type.ts';

const PaidWith = builder.objectRef<DomainPaidWith>('PaidWith').implement({
  description: 'The payment method that a payment was made with, as it was then.',
  fields: (t) => ({
    platformId: t.exposeID('upstreamId', { description: "The platform's own id of the payment method." }),
    type: t.expose('type', {
      type: PaymentMethodType,
      nullable: true,
      description: 'What kind of thing was charged.',
    }),
    rawType: t.exposeString('rawType', {
      nullable: true,
      description: "The kind in the platform's own word.",
    }),
    brand: t.exposeString('brand', { nullable: true, description: 'Whose card it is: `visa`.' }),
    last4: t.exposeString('last4', { nullable: true, description: 'The last four digits of its number.' }),
    expiryMonth: t.exposeInt('expiryMonth', {
      nullable: true,
      description: 'The month at whose end the card expires, from 1 to 12.',
    }),
    expiryYear: t.exposeInt('expiryYear', { nullable: true, description: 'The year of that month.' }),
  }),
});

const BillingDetails = builder.objectRef<DomainBillingDetails>('BillingDetails').implement({
  description: 'Whom a payment was taken from.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'The person or company that paid.' }),
    email: t.exposeString('email', { nullable: true, description: 'Where the receipt went.' }),
    address: t.expose('address', {
      type: Address,
      nullable: true,
      description: 'The address that the payment method is registered to.',
    }),
  }),
});

interface PlatformPaymentNode extends PaymentNode, Omit<PlatformPaymentDetail, 'method'> {
  readonly source: 'PLATFORM';
  readonly amount: PlatformPaymentDetail['amount'];
  readonly customer: CustomerNode;
  readonly paidWith: DomainPaidWith | null;
}

export const PlatformPayment = builder.objectRef<PlatformPaymentNode>('PlatformPayment');

acceptNodeType('PlatformPayment');

builder.node(PlatformPayment, {
  description: 'A payment of an invoice of the platform. No list has them: they are known by their ids.',
  interfaces: [Payment],
  id: {
    resolve: ({ customer, upstreamId }) => customerOwnedId(customer.id, upstreamId),
    description: 'Global id of the payment.',
  },
  loadWithoutCache: (id, context, info) => {
    const { customer, upstreamId } = readCustomerOwnedId(id);
    return loadPlatformPayment(customer, upstreamId, context, info);
  },
  fields: (t) => ({
    platformId: t.exposeID('upstreamId', { description: "The platform's own id of the payment." }),
    customer: t.expose('customer', {
      type: Customer,
      nullable: true,
      description: 'Who paid.',
    }),
    invoiceId: t.exposeID('invoiceId', {
      nullable: true,
      description: "The platform's own id of the invoice that it pays.",
    }),
    paidWith: t.expose('paidWith', {
      type: PaidWith,
      nullable: true,
      description: 'What was charged.',
    }),
    failureCode: t.exposeString('failureCode', {
      nullable: true,
      description: "Why it failed, in the platform's own word: `card_declined`.",
    }),
    failureMessage: t.exposeString('failureMessage', {
      nullable: true,
      description: 'Why it failed, in a sentence of the platform.',
    }),
    receiptUrl: t.expose('receiptUrl', {
      type: 'URL',
      nullable: true,
      description: 'Where its receipt can be read.',
    }),
    billingDetails: t.expose('billingDetails', {
      type: BillingDetails,
      nullable: true,
      description: 'Whom it was taken from.',
    }),
    metadata: t.expose('metadata', {
      type: 'JSON',
      nullable: true,
      description: 'What was noted beside it, an object of plain values.',
    }),
  }),
});

/** Null where the caller may not see it, or it is not there. */
export async function loadPlatformPayment(
  owner: string,
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<PlatformPaymentNode | null> {
  const customer = visibleCustomer(owner, 'payments', context);
  if (customer === null) return null;
  const answer = await context.loaders.platformPayment(owner, id);
  if (answer === null) return null;
  const { value, fetchedAt } = markStale(answer, context, info);
  return paymentNode(value, customer, new Date(fetchedAt));
}

function paymentNode(
  { method, ...payment }: PlatformPaymentDetail,
  customer: CustomerNode,
  fetchedAt: Date,
): PlatformPaymentNode {
  return {
    ...payment,
    source: 'PLATFORM',
    invoiceNumber: null,
    method: method && inWords(method),
    paidWith: method,
    customer,
    fetchedAt,
  };
}

/** `visa •••• 4242` */
function inWords({ brand, last4, rawType }: DomainPaidWith): string {
  return [brand ?? rawType, ...(last4 === null ? [] : ['••••', last4])].join(' ');
}
