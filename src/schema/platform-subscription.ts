import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { CustomerSubscription } from '../domain/customer.ts';
import { Failure } from '../domain/failure.ts';
import type {
  NextInvoice as DomainNextInvoice,
  SubscriptionUsage as DomainUsage,
  PlatformSubscriptionDetail,
  UsageOfLimit,
} from '../domain/platform-subscription.ts';
import { asks } from './asks.ts';
import { BillingSubscription, type BillingSubscriptionNode, Trial } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { Customer, type CustomerNode, needOf, profile, visibleCustomer } from './customer.ts';
import { acceptNodeType, customerOwnedId, readCustomerOwnedId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Money } from './money.ts';
import { loadPlan, Plan } from './plan.ts';
import { selectedFields } from './selected-fields.ts';

const UseOfLimit = builder.objectRef<UsageOfLimit>('UseOfLimit').implement({
  description: 'How much of something is gone, and how much the plan includes.',
  fields: (t) => ({
    used: t.expose('used', { type: 'Decimal', nullable: true, description: 'How much of it is gone.' }),
    limit: t.expose('limit', {
      type: 'Decimal',
      nullable: true,
      description: 'How much there is in a period; null without a limit.',
    }),
  }),
});

const SubscriptionUsage = builder.objectRef<DomainUsage>('SubscriptionUsage').implement({
  description: 'What the running period of a subscription has used.',
  fields: (t) => ({
    apiCalls: t.expose('apiCalls', { type: UseOfLimit, description: 'Calls of the API.' }),
    storageGb: t.expose('storageGb', { type: UseOfLimit, description: 'Storage, in gigabytes.' }),
    projects: t.expose('projects', { type: UseOfLimit, description: 'Projects, running or not.' }),
  }),
});

export const NextInvoice = builder.objectRef<DomainNextInvoice>('NextInvoice').implement({
  description: 'What the next invoice will come to by what is known now.',
  fields: (t) => ({
    amount: t.expose('amount', { type: Money, description: 'What it will ask for, tax included.' }),
    at: t.expose('at', { type: 'DateTime', nullable: true, description: 'When it is made.' }),
  }),
});

interface PlatformSubscriptionNode extends BillingSubscriptionNode, CustomerSubscription {
  readonly source: 'PLATFORM';
  readonly customer: CustomerNode;
  /** Null where only what its customer shows of it was read. */
  readonly detail: PlatformSubscriptionDetail | null;
  // what every system tells where it can; the row has these for certain
  readonly status: CustomerSubscription['status'];
  readonly rawStatus: CustomerSubscription['rawStatus'];
}

export const PlatformSubscription = builder.objectRef<PlatformSubscriptionNode>('PlatformSubscription');

/** What a customer does not show of its subscriptions. */
const detailFields = [
  'nextBillingAt',
  'canceledAt',
  'endsAt',
  'billingCycleAnchor',
  'paymentMethodId',
  'cancellationReason',
  'cancellationFeedback',
  'metadata',
  'usage',
  'nextInvoice',
];

/** They share one request. */
const detailRequest = { requests: 1, bucket: 'platform:subscriptions', section: 'detail' } as const;

acceptNodeType('PlatformSubscription');

builder.node(PlatformSubscription, {
  description:
    "A customer's subscription to a plan of the platform. Its `price` is what the plan cost when it began, which the " +
    'platform does not tell: `plan { price }` is what it costs now.',
  interfaces: [BillingSubscription],
  id: {
    resolve: ({ customer, upstreamId }) => customerOwnedId(customer.id, upstreamId),
    description: 'Global id of the subscription.',
  },
  loadWithoutCache: async (id, context, info) => {
    const { customer: owner, upstreamId } = readCustomerOwnedId(id);
    const customer = visibleCustomer(owner, 'subscriptions', context);
    return customer && loadPlatformSubscription(customer, upstreamId, context, info);
  },
  fields: (t) => ({
    platformId: t.exposeID('upstreamId', { description: "The platform's own id of the subscription." }),
    customer: t.expose('customer', {
      type: Customer,
      nullable: true,
      description: 'Who subscribes.',
    }),
    planId: t.exposeID('planId', {
      description: "The platform's own id of what is subscribed to; no global id.",
    }),
    plan: t.field({
      type: Plan,
      nullable: true,
      description: 'What is subscribed to; null where the platform no longer has the plan.',
      extensions: asks({ requests: 1, bucket: 'platform:plans' }),
      resolve: ({ planId }, _args, context, info) => loadPlan(planId, context, info),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was made.' }),
    trial: t.field({
      type: Trial,
      nullable: true,
      description: 'The trial; null where there was none, or it is over. Its days are not counted.',
      extensions: asks(detailRequest),
      resolve: (subscription, args, context, info) =>
        selectedFields(info, 'Trial').has('start')
          ? trialInDetail(subscription, args, context, info)
          : subscription.trial,
    }),
    nextBillingAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the next payment is due; null where none will be.',
      extensions: asks(detailRequest),
      resolve: inDetail(({ nextBillingAt }) => nextBillingAt),
    }),
    canceledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was cancelled, where it was.',
      extensions: asks(detailRequest),
      resolve: inDetail(({ canceledAt }) => canceledAt),
    }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a cancelled subscription stops.',
      extensions: asks(detailRequest),
      resolve: inDetail(({ endsAt }) => endsAt),
    }),
    cancellationReason: t.string({
      nullable: true,
      description: "Why it was cancelled, in the platform's own word: `too_expensive`.",
      extensions: asks(detailRequest),
      resolve: inDetail(({ cancellationReason }) => cancellationReason),
    }),
    cancellationFeedback: t.string({
      nullable: true,
      description: 'What the customer said of it.',
      extensions: asks(detailRequest),
      resolve: inDetail(({ cancellationFeedback }) => cancellationFeedback),
    }),
    billingCycleAnchor: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'An instant at which a period begins: the others are counted from it.',
      extensions: asks(detailRequest),
      resolve: inDetail(({ billingCycleAnchor }) => billingCycleAnchor),
    }),
    paymentMethodId: t.id({
      nullable: true,
      description:
        "The platform's id of the payment method that is charged; null where it is the customer's default.",
      extensions: asks(detailRequest),
      resolve: inDetail(({ paymentMethodId }) => paymentMethodId),
    }),
    usage: t.field({
      type: SubscriptionUsage,
      nullable: true,
      description: 'What the running period has used.',
      extensions: asks(detailRequest),
      resolve: inDetail(({ usage }) => usage),
    }),
    nextInvoice: t.field({
      type: NextInvoice,
      nullable: true,
      description: 'What the next invoice will come to; null where none will be made.',
      extensions: asks(detailRequest),
      resolve: inDetail(({ nextInvoice }) => nextInvoice),
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What was noted beside it, an object of plain values.',
      extensions: asks(detailRequest),
      resolve: inDetail(({ metadata }) => metadata),
    }),
  }),
});

/** A customer's subscription by the platform's id; null where the customer has no such subscription. */
export async function loadPlatformSubscription(
  customer: CustomerNode,
  upstreamId: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<PlatformSubscriptionNode | null> {
  const { platformSubscriptions: read } = context.loaders;
  const answer = await (showsDetail(info)
    ? read.detail(customer.id, upstreamId)
    : read.row(customer.id, upstreamId));
  if (answer === null) return null;
  const { value, fetchedAt } = markStale(answer, context, info);
  return platformSubscriptionNode(value, customer, new Date(fetchedAt));
}

/** A subscription as it was read, or noticed, at an instant. */
export function platformSubscriptionNode(
  subscription: CustomerSubscription | PlatformSubscriptionDetail,
  customer: CustomerNode,
  fetchedAt: Date,
): PlatformSubscriptionNode {
  return {
    price: null,
    interval: null,
    intervalCount: null,
    nextBillingAt: null,
    canceledAt: null,
    endsAt: null,
    discount: null,
    ...subscription,
    source: 'PLATFORM',
    customer,
    fetchedAt,
    detail: 'usage' in subscription ? subscription : null,
  };
}

/** A resolver of what a customer does not show: where it gave the subscription, that is read by its id. */
function inDetail<Value>(read: (subscription: PlatformSubscriptionDetail) => Value) {
  return async (
    { detail, customer, upstreamId }: PlatformSubscriptionNode,
    _args: object,
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<Value | null> => {
    if (detail !== null) return read(detail);
    const answer = await context.loaders.platformSubscriptions.detail(customer.id, upstreamId);
    return answer && read(markStale(answer, context, info).value);
  };
}

const trialInDetail = inDetail(({ trial }) => trial);

function showsDetail(info: GraphQLResolveInfo): boolean {
  const selected = selectedFields(info, 'PlatformSubscription');
  return (
    detailFields.some((name) => selected.has(name)) || selectedFields(info, 'Trial', ['trial']).has('start')
  );
}

builder.objectField(Customer, 'subscriptions', (t) =>
  t.field({
    type: [PlatformSubscription],
    nullable: true,
    description: 'What it subscribes to and what it subscribed to, newest first.',
    authScopes: (customer) => needOf(customer, 'subscriptions'),
    // one that runs, and some that ended
    extensions: asks({ ...profile, rows: 5 }),
    resolve: async (customer, _args, context, info) => {
      const read = await context.loaders.platformSubscriptions.ofCustomer(customer.id);
      if (read === null) return null;
      const { rows, fetchedAt } = markStale(read, context, info);
      return rows.map((row) => {
        if (row instanceof Failure) throw row;
        return platformSubscriptionNode(row, customer, new Date(fetchedAt));
      });
    },
  }),
);
