import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import type { MakePrice as DomainPrice } from '../domain/make-price.ts';
import { asks, makePrices } from './asks.ts';
import { BillingInterval } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { itemsOf } from './edges.ts';
import { markStale } from './mark-stale.ts';
import { Money } from './money.ts';
import { Organization } from './organization.ts';

export interface MakePriceNode extends DomainPrice {
  readonly fetchedAt: Date;
}

export const MakePrice = builder.objectRef<MakePriceNode>('MakePrice').implement({
  description: 'What Make sells at one price: a plan, or something that is paid once.',
  fields: (t) => ({
    priceId: t.exposeString('priceId', {
      description: "Make's id of the price, as the subscription mutations take it.",
    }),
    productId: t.exposeString('productId', {
      nullable: true,
      description: "Make's id of what is sold; a plan has one product and several prices.",
    }),
    planName: t.exposeString('planName', { nullable: true, description: 'The plan, or what else is sold.' }),
    description: t.exposeString('description', { nullable: true, description: 'What Make says of it.' }),
    amount: t.expose('amount', {
      type: Money,
      nullable: true,
      description: 'What a period costs, or what is paid once, before tax.',
    }),
    interval: t.expose('interval', {
      type: BillingInterval,
      nullable: true,
      description: 'The unit in which it recurs; null for what is paid once.',
    }),
    intervalCount: t.exposeInt('intervalCount', {
      nullable: true,
      description: 'How many of these units a period has; null for what is paid once.',
    }),
    operations: t.expose('operations', {
      type: 'SafeInt',
      nullable: true,
      description: 'How many operations it brings: each month with a plan, in all where it is paid once.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream, or from the configuration.',
    }),
  }),
});

builder.objectField(Organization, 'availablePrices', (t) =>
  t.field({
    type: [MakePrice],
    nullable: true,
    description:
      'The prices at which it can subscribe to a plan of Make, in its own currency where that is known. The documented dialect does not tell: there it is what the configuration lists.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'availablePrices' } }),
    extensions: asks(makePrices),
    resolve: ({ id }, _args, context, info) =>
      loadPrices(id, ({ interval }) => interval !== null, context, info),
  }),
);

builder.objectField(Organization, 'availableExtras', (t) =>
  t.field({
    type: [MakePrice],
    nullable: true,
    description: 'What it can buy from Make beside a plan, paid once; in the same way as `availablePrices`.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'availablePrices' } }),
    extensions: asks(makePrices),
    resolve: ({ id }, _args, context, info) =>
      loadPrices(id, ({ interval }) => interval === null, context, info),
  }),
);

async function loadPrices(
  organization: number,
  isWanted: (price: DomainPrice) => boolean,
  context: Context,
  info: GraphQLResolveInfo,
) {
  const read = await context.loaders.billing.prices.load(organization);
  const { value, fetchedAt } = markStale(read, context, info);
  const rows = value.rows.filter((row) => row instanceof Failure || isWanted(row));
  return itemsOf(
    rows.map((row) => (row instanceof Failure ? row : { ...row, fetchedAt: new Date(fetchedAt) })),
  );
}
