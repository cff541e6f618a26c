import { readable } from '../datasources/read.ts';
import {
  estimatePlanChange,
  type PlanChangeEstimate,
  planChangeDirections,
  planChangeObstacles,
} from '../insights/plan-change.ts';
import { allOf } from '../loaders/each.ts';
import { asks, makePrices } from './asks.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { MakePrice, type MakePriceNode } from './make-price.ts';
import { markStale } from './mark-stale.ts';
import { Money } from './money.ts';
import { Organization } from './organization.ts';

const PlanChangeDirection = describedEnum(
  'PlanChangeDirection',
  'Which way a change of plan goes.',
  planChangeDirections,
  {
    UPGRADE: 'To a higher plan, or the same for longer: `upgradeSubscription`.',
    DOWNGRADE: 'To a lower plan, or the same for shorter: `downgradeSubscription`.',
  },
);

const PlanChangeObstacle = describedEnum(
  'PlanChangeObstacle',
  'Why a change of plan cannot be estimated.',
  planChangeObstacles,
  {
    NO_SUBSCRIPTION: 'There is no subscription: `createSubscription` begins one, at the full price.',
    PRICE_NOT_OFFERED: 'The price is none of `availablePrices`.',
    PAID_ONCE: 'The price is not that of a plan: `createSinglePayment` buys it.',
    SAME_PRICE: 'The subscription has this price already.',
    OTHER_CURRENCY: 'The price is in another currency than the subscription.',
    NOT_IN_GOOD_STANDING: 'The subscription is past due, suspended, cancelled, or its status is not known.',
    PERIOD_NOT_KNOWN: 'What Make tells of the period is not enough, or the period is over.',
  },
);

const PlanChangeEstimateType = builder.objectRef<PlanChangeEstimate>('PlanChangeEstimate').implement({
  description: 'What a change of plan comes to by whole days, before discounts and tax.',
  fields: (t) => ({
    direction: t.expose('direction', { type: PlanChangeDirection, description: 'Which way it goes.' }),
    effectiveAt: t.expose('effectiveAt', {
      type: 'DateTime',
      description: 'From when the new plan holds: at once, or once the period has ended.',
    }),
    daysInPeriod: t.exposeInt('daysInPeriod', { description: 'How many days the present period has.' }),
    daysLeft: t.exposeInt('daysLeft', { description: 'How many of them are left, today among them.' }),
    unused: t.expose('unused', {
      type: Money,
      description: 'What was paid for these days at the present price, and comes back.',
    }),
    charged: t.expose('charged', {
      type: Money,
      description: 'The new price for these days, or of the whole period that begins at once.',
    }),
    dueNow: t.expose('dueNow', {
      type: Money,
      description: '`charged` less `unused`. Below zero, it is put to the credit of later invoices.',
    }),
  }),
});

interface PlanChangePreview {
  readonly price: MakePriceNode | null;
  readonly outcome: ReturnType<typeof estimatePlanChange>;
  readonly fetchedAt: Date;
}

const PlanChangePreviewType = builder.objectRef<PlanChangePreview>('PlanChangePreview').implement({
  description:
    'What a change of plan would come to. Worked out by the gateway from the present price, the new one and the period: Make itself offers no preview, and what it bills may differ.',
  fields: (t) => ({
    isEstimate: t.boolean({
      description: 'Always true: the gateway works it out, and Make is not bound by it.',
      resolve: () => true,
    }),
    price: t.expose('price', {
      type: MakePrice,
      nullable: true,
      description: 'The new price; null where it is not offered.',
    }),
    estimate: t.field({
      type: PlanChangeEstimateType,
      nullable: true,
      description: 'What it comes to; null where it cannot be worked out, and `obstacle` says why.',
      resolve: ({ outcome }) => (typeof outcome === 'string' ? null : outcome),
    }),
    obstacle: t.field({
      type: PlanChangeObstacle,
      nullable: true,
      description: 'Why there is no estimate.',
      resolve: ({ outcome }) => (typeof outcome === 'string' ? outcome : null),
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When the oldest of what it is worked out from was read.',
    }),
  }),
});

builder.objectField(Organization, 'planChangePreview', (t) =>
  t.field({
    type: PlanChangePreviewType,
    nullable: true,
    description:
      'What an up- or downgrade of its subscription would come to: an estimate of the gateway, not a quote of Make.',
    args: {
      priceId: t.arg.string({ required: true, description: 'The new price, one of `availablePrices`.' }),
    },
    authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'planChangePreview' } }),
    extensions: asks(makePrices),
    resolve: async ({ id }, { priceId }, context, info) => {
      const { loaders } = context;
      const [subscription, prices] = await allOf([
        loaders.subscription.load(id),
        loaders.billing.prices.load(id),
      ]);
      if (subscription !== null) markStale(subscription, context, info);
      const { value, fetchedAt: pricesAt } = markStale(prices, context, info);
      const price = readable(value.rows).find((each) => each.priceId === priceId);
      const outcome = estimatePlanChange({
        subscription: subscription?.value ?? null,
        price,
        downgradesHold: loaders.billing.downgradesHold,
        now: loaders.startedAt,
      });
      const fetchedAt = new Date(Math.min(pricesAt, subscription?.fetchedAt ?? pricesAt));
      return { price: price ? { ...price, fetchedAt: new Date(pricesAt) } : null, outcome, fetchedAt };
    },
  }),
);
