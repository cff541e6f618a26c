import type { GraphQLResolveInfo } from 'graphql';
import type { Need } from '../access/visit.ts';
import type { Context } from '../context.ts';
import type { CustomerDetail, CustomerTax as Tax } from '../domain/customer.ts';
import { Failure } from '../domain/failure.ts';
import { Address } from './address.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { acceptNodeType, customerOwnedId, readCustomerId, readCustomerOwnedId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';

/** A customer of the platform, known by its id alone; what is told of it is read where it is asked for. */
export interface CustomerNode {
  readonly id: string;
  /** Make's number of the organization that it is linked to; null for one that is for operators alone. */
  readonly organization: number | null;
}

export const Customer = builder.objectRef<CustomerNode>('Customer');

/** What the customer's own fields share: one request, where one is needed at all. */
export const profile = { requests: 1, bucket: 'platform:customers', section: 'customer' } as const;

/** What looking at a part of a customer needs. */
export function needOf(
  { organization }: CustomerNode,
  section: string,
): { readonly need: Need } | { readonly operator: boolean } {
  return organization === null ? { operator: true } : { need: { organization, right: 'billing', section } };
}

/** The customer, where the caller may look at a part of it. Asks nobody. */
export function visibleCustomer(
  id: string,
  section: string,
  { visit, loaders }: Context,
): CustomerNode | null {
  const organization = loaders.links.organizationOf(id);
  const isAllowed =
    organization === null ? visit.isOperator() : visit.allows({ organization, right: 'billing', section });
  return isAllowed ? { id, organization } : null;
}

const CustomerTax = builder.objectRef<Tax>('CustomerTax').implement({
  description: 'How a customer is taxed.',
  fields: (t) => ({
    taxId: t.exposeString('taxId', { nullable: true, description: 'Its number at the tax office.' }),
    isExempt: t.exposeBoolean('isExempt', { nullable: true, description: 'Does it pay no tax?' }),
    exemptionType: t.exposeString('exemptionType', {
      nullable: true,
      description: "Why it pays none, in the platform's own word.",
    }),
  }),
});

acceptNodeType('Customer');

builder.node(Customer, {
  description:
    'A customer of the platform. What is told of it is null for one that is linked here but unknown to the platform.',
  id: { resolve: ({ id }) => customerOwnedId(id), description: 'Global id of the customer.' },
  loadWithoutCache: (id, context, info) => findCustomer(readCustomerOwnedId(id).customer, context, info),
  fields: (t) => ({
    platformId: t.exposeID('id', { description: "The platform's own id of the customer." }),
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'The organization that it is; null for one that is linked to none.',
      resolve: ({ organization }, _args, { loaders }) =>
        organization === null ? null : loaders.organizationOf(organization),
    }),
    email: t.string({
      nullable: true,
      description: 'Where its invoices go.',
      extensions: asks(profile),
      resolve: told(({ email }) => email),
    }),
    name: t.string({
      nullable: true,
      description: 'The person or company that is billed.',
      extensions: asks(profile),
      resolve: told(({ name }) => name),
    }),
    description: t.string({
      nullable: true,
      description: 'What was noted of it in a sentence.',
      extensions: asks(profile),
      resolve: told(({ description }) => description),
    }),
    status: t.string({
      nullable: true,
      description: "Where it stands, in the platform's own word: `active`.",
      extensions: asks(profile),
      resolve: told(({ rawStatus }) => rawStatus),
    }),
    address: t.field({
      type: Address,
      nullable: true,
      description: 'Where it is billed.',
      extensions: asks(profile),
      resolve: told(({ address }) => address),
    }),
    phone: t.string({
      nullable: true,
      description: 'Its telephone number, as it was given.',
      extensions: asks(profile),
      resolve: told(({ phone }) => phone),
    }),
    tax: t.field({
      type: CustomerTax,
      nullable: true,
      description: 'How it is taxed.',
      extensions: asks(profile),
      resolve: told(({ tax }) => tax),
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What was noted beside it, an object of plain values.',
      extensions: asks(profile),
      resolve: told(({ metadata }) => metadata),
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is a customer.',
      extensions: asks(profile),
      resolve: told(({ createdAt }) => createdAt),
    }),
    stripeCustomerId: t.string({
      nullable: true,
      description: "The customer's id at the payment provider.",
      extensions: asks(profile),
      resolve: told(({ stripeCustomerId }) => stripeCustomerId),
    }),
    fetchedAt: t.field({
      type: 'DateTime',
      description:
        'When this was read from the platform, or, where it could not be, when that was tried; asking for it reads the customer.',
      extensions: asks(profile),
      resolve: async ({ id }, _args, { loaders }) => {
        try {
          const answer = await loaders.customer.load(id);
          return answer === null ? loaders.startedAt : new Date(answer.fetchedAt);
        } catch (error) {
          // the fields that it was to tell say what went wrong; the customer's invoices may well be there
          if (error instanceof Failure) return loaders.startedAt;
          throw error;
        }
      },
    }),
  }),
});

/** A resolver of what the platform tells of a customer; it is asked once in an operation. */
function told<Value>(read: (customer: CustomerDetail) => Value) {
  return async (
    { id }: CustomerNode,
    _args: object,
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<Value | null> => {
    const answer = await context.loaders.customer.load(id);
    return answer && read(markStale(answer, context, info).value);
  };
}

/** One that is linked to no organization is looked up: whether it exists is not known here. */
async function findCustomer(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<CustomerNode | null> {
  const customer = visibleCustomer(id, 'customer', context);
  if (customer === null || customer.organization !== null) return customer;
  const answer = await context.loaders.customer.load(id);
  if (answer !== null) markStale(answer, context, info);
  return answer && customer;
}

builder.queryField('customer', (t) =>
  t.field({
    type: Customer,
    nullable: true,
    description:
      'A customer of the platform; null for one that is not there and for one that you may not see. ' +
      'Customers that are linked to no organization are for operators.',
    args: {
      id: t.arg.id({ required: true, description: "The customer's global id, or the platform's own." }),
    },
    resolve: (_root, { id }, context, info) => findCustomer(readCustomerId(id), context, info),
  }),
);

builder.objectField(Organization, 'customer', (t) =>
  t.field({
    type: Customer,
    nullable: true,
    description:
      'The customer of the platform that it is; null where it is linked to none. Costs no request.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'customer' } }),
    resolve: ({ id: organization }, _args, { loaders }) => {
      const id = loaders.links.customerOf(organization);
      return id === null ? null : { id, organization };
    },
  }),
);
