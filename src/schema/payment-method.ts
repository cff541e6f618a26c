import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { readable } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import type { Metadata } from '../domain/metadata.ts';
import type {
  PaymentMethod as DomainMethod,
  PaymentMethodOption as DomainOption,
} from '../domain/payment-method.ts';
import type { PlatformPaymentMethod } from '../domain/platform-payment-method.ts';
import { Address } from './address.ts';
import { asks } from './asks.ts';
import { BillingSource } from './billing-source.ts';
import { builder } from './builder.ts';
import { Customer, needOf, visibleCustomer } from './customer.ts';
import { itemsOf } from './edges.ts';
import { acceptNodeType, customerOwnedId, ownedId, readCustomerOwnedId, readOwnedId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';
import { PaymentMethodType } from './payment-method-type.ts';

export interface PaymentMethodNode extends DomainMethod {
  readonly source: 'MAKE' | 'PLATFORM';
  /** The id within the type: who has it, and the upstream's own id. */
  readonly ownedId: string;
  readonly metadata: Metadata | null;
  readonly fetchedAt: Date;
}

export const PaymentMethod = builder.objectRef<PaymentMethodNode>('PaymentMethod');

acceptNodeType('PaymentMethod');

builder.node(PaymentMethod, {
  description:
    'What an organization pays Make with, or a customer the platform. Never a whole card number. What the system does not tell is null.',
  id: { resolve: (method) => method.ownedId, description: 'Global id of the payment method.' },
  loadWithoutCache: async (id, context, info) => {
    const methods = await siblingsOf(id, context, info);
    return readable(methods).find((method) => method.ownedId === id) ?? null;
  },
  fields: (t) => ({
    upstreamId: t.exposeString('upstreamId', { description: 'Its id in the system that charges it.' }),
    source: t.expose('source', { type: BillingSource, description: 'The system that charges it.' }),
    type: t.expose('type', { type: PaymentMethodType, nullable: true, description: 'What it is.' }),
    rawType: t.exposeString('rawType', {
      nullable: true,
      description: "The kind in the upstream's own word.",
    }),
    isDefault: t.exposeBoolean('isDefault', {
      nullable: true,
      description: 'Is it charged for subscriptions unless another is named?',
    }),
    isDefaultForExtras: t.exposeBoolean('isDefaultForExtras', {
      nullable: true,
      description: 'Is it charged for what is bought beside the subscription? Live dialect.',
    }),
    isValid: t.exposeBoolean('isValid', {
      nullable: true,
      description: 'Can a charge succeed, as far as Make knows without trying? Live dialect.',
    }),
    isImmediate: t.exposeBoolean('isImmediate', {
      nullable: true,
      description: 'Does the money come at once, and not days later? Live dialect.',
    }),
    brand: t.exposeString('brand', { nullable: true, description: 'Who issued the card: `visa`.' }),
    last4: t.exposeString('last4', {
      nullable: true,
      description: 'The last four digits of the card or account.',
    }),
    expiryMonth: t.exposeInt('expiryMonth', {
      nullable: true,
      description: 'The last month in which the card can be charged, 1 to 12.',
    }),
    expiryYear: t.exposeInt('expiryYear', { nullable: true, description: 'The year of that month.' }),
    bankName: t.exposeString('bankName', { nullable: true, description: 'Where the account is kept.' }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'The address by which PayPal knows the payer.',
    }),
    billingAddress: t.expose('billingAddress', {
      type: Address,
      nullable: true,
      description: 'The address that the issuer has of the payer.',
    }),
    metadata: t.expose('metadata', {
      type: 'JSON',
      nullable: true,
      description: 'What clients of the platform noted beside it; Make keeps no such notes.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was added.' }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

builder.objectField(Organization, 'paymentMethods', (t) =>
  t.field({
    type: [PaymentMethod],
    nullable: true,
    description: 'What it can pay Make with.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'paymentMethods' } }),
    extensions: asks({ requests: 1, section: 'payment-methods' }),
    resolve: async ({ id }, _args, context, info) => itemsOf(await methodsOfOrganization(id, context, info)),
  }),
);

builder.objectField(Customer, 'paymentMethods', (t) =>
  t.field({
    type: [PaymentMethod],
    nullable: true,
    description: 'What it can pay the platform with.',
    authScopes: (customer) => needOf(customer, 'paymentMethods'),
    extensions: asks({
      requests: 1,
      bucket: 'platform:payment-methods',
      section: 'customer-payment-methods',
    }),
    resolve: async ({ id }, _args, context, info) => itemsOf(await methodsOfCustomer(id, context, info)),
  }),
);

const PaymentMethodOption = builder.objectRef<DomainOption>('PaymentMethodOption').implement({
  description: 'A kind of payment method that an organization may add.',
  fields: (t) => ({
    type: t.expose('type', { type: PaymentMethodType, nullable: true, description: 'What it is.' }),
    rawType: t.exposeString('rawType', { nullable: true, description: "The kind in Make's own word." }),
    label: t.exposeString('label', { nullable: true, description: 'How Make names it to people.' }),
    canBeDefault: t.exposeBoolean('canBeDefault', {
      nullable: true,
      description: 'Can it pay for the subscription?',
    }),
    canBeDefaultForExtras: t.exposeBoolean('canBeDefaultForExtras', {
      nullable: true,
      description: 'Can it pay for what is bought beside the subscription?',
    }),
  }),
});

builder.objectField(Organization, 'paymentMethodOptions', (t) =>
  t.field({
    type: [PaymentMethodOption],
    nullable: true,
    description: 'The kinds of payment method that it may add; null in the documented dialect.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'paymentMethods' } }),
    extensions: asks({ requests: 1, section: 'payment-method-options' }),
    resolve: async ({ id }, _args, context, info) => {
      const answer = await context.loaders.paymentMethods.options.load(id);
      return answer && itemsOf(markStale(answer, context, info).value.rows);
    },
  }),
);

/** All the payment methods of whoever has the one with this id; none where the caller may not see them. */
async function siblingsOf(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<readonly (PaymentMethodNode | Failure)[]> {
  const [, source, owned = ''] = /^(make|platform)\/(.+)$/.exec(id) ?? [];
  if (source === 'platform') {
    const { customer } = readCustomerOwnedId(owned);
    const isVisible = visibleCustomer(customer, 'paymentMethods', context) !== null;
    return isVisible ? methodsOfCustomer(customer, context, info) : [];
  }
  const { organization } = readOwnedId(owned);
  const isAllowed = context.visit.allows({ organization, right: 'billing', section: 'paymentMethods' });
  return isAllowed ? methodsOfOrganization(organization, context, info) : [];
}

async function methodsOfOrganization(
  organization: number,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<(PaymentMethodNode | Failure)[]> {
  const read = await context.loaders.paymentMethods.ofOrganization.load(organization);
  const { value, fetchedAt } = markStale(read, context, info);
  return value.rows.map((row) =>
    row instanceof Failure ? row : makeMethodNode(row, organization, new Date(fetchedAt)),
  );
}

/** One of an organization's methods; null for one that is not there, or not any more. */
export async function loadMakeMethod(
  organization: number,
  upstreamId: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<PaymentMethodNode | null> {
  const methods = await methodsOfOrganization(organization, context, info);
  return readable(methods).find((method) => method.upstreamId === upstreamId) ?? null;
}

async function methodsOfCustomer(
  customer: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<(PaymentMethodNode | Failure)[]> {
  const read = await context.loaders.paymentMethods.ofCustomer.load(customer);
  const { value, fetchedAt } = markStale(read, context, info);
  return value.rows.map((row) =>
    row instanceof Failure ? row : platformMethodNode(row, customer, new Date(fetchedAt)),
  );
}

export function makeMethodNode(
  method: DomainMethod,
  organization: number,
  fetchedAt: Date,
): PaymentMethodNode {
  const id = `make/${ownedId(organization, method.upstreamId)}`;
  return { ...method, source: 'MAKE', ownedId: id, metadata: null, fetchedAt };
}

export function platformMethodNode(
  method: PlatformPaymentMethod,
  customer: string,
  fetchedAt: Date,
): PaymentMethodNode {
  const id = `platform/${customerOwnedId(customer, method.upstreamId)}`;
  return { ...method, source: 'PLATFORM', ownedId: id, fetchedAt };
}
