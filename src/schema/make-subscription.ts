import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { MakeSubscription as Subscription } from '../domain/subscription.ts';
import { asks, makeSubscription } from './asks.ts';
import { BillingSubscription } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { acceptNodeType, ownedId, readOwnedId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';

interface MakeSubscriptionNode extends Subscription {
  readonly source: 'MAKE';
  readonly organization: number;
  readonly fetchedAt: Date;
}

export const MakeSubscription = builder.objectRef<MakeSubscriptionNode>('MakeSubscription');

acceptNodeType('MakeSubscription');

builder.node(MakeSubscription, {
  description: "An organization's subscription at Make.",
  interfaces: [BillingSubscription],
  // an organization has one at most, and not every dialect gives it an id
  id: { resolve: ({ organization }) => ownedId(organization), description: 'Global id of the subscription.' },
  loadWithoutCache: (id, context, info) => {
    const { organization } = readOwnedId(id);
    const isAllowed = context.visit.allows({ organization, right: 'billing', section: 'subscription' });
    return isAllowed ? loadSubscription(organization, context, info) : null;
  },
  fields: (t) => ({
    makeId: t.exposeID('upstreamId', {
      nullable: true,
      description: "Make's own id of the subscription; the live dialect does not tell it.",
    }),
    priceId: t.exposeString('priceId', {
      description: "Make's id of the price, as the subscription mutations take it.",
    }),
    productId: t.exposeString('productId', { description: "Make's id of the product that the plan is." }),
    planDescription: t.exposeString('planDescription', {
      nullable: true,
      description: 'What Make says of the plan.',
    }),
  }),
});

builder.objectField(Organization, 'subscription', (t) =>
  t.field({
    type: MakeSubscription,
    nullable: true,
    description: 'What it subscribes to at Make; null where it has no subscription.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'subscription' } }),
    extensions: asks(makeSubscription),
    resolve: ({ id }, _args, context, info) => loadSubscription(id, context, info),
  }),
);

export async function loadSubscription(
  organization: number,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<MakeSubscriptionNode | null> {
  const answer = await context.loaders.subscription.load(organization);
  if (answer !== null) markStale(answer, context, info);
  return answer && makeSubscriptionNode(answer.value, organization, new Date(answer.fetchedAt));
}

/** A subscription as it was read, or noticed, at an instant. */
export function makeSubscriptionNode(
  subscription: Subscription,
  organization: number,
  fetchedAt: Date,
): MakeSubscriptionNode {
  return { ...subscription, source: 'MAKE', organization, fetchedAt };
}
