import {
  billingIntervals,
  type Discount as DomainDiscount,
  type Trial as DomainTrial,
  type BillingSubscription as Subscription,
  subscriptionStatuses,
} from '../domain/subscription.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { Money } from './money.ts';

export const SubscriptionStatus = describedEnum(
  'SubscriptionStatus',
  'Where a subscription stands.',
  subscriptionStatuses,
  {
    ACTIVE: 'Paid for and running.',
    TRIALING: 'Running free of charge until the trial ends.',
    PAST_DUE: 'A payment failed; it will be tried again before the subscription ends.',
    SUSPENDED: 'Stopped for want of payment or by the provider; it can be taken up again.',
    CANCELLED: 'Ended, or cancelled and running out.',
    UNKNOWN: 'The upstream used a word that this graph does not know: see `rawStatus`.',
  },
);

export const BillingInterval = describedEnum(
  'BillingInterval',
  'The unit in which a price recurs.',
  billingIntervals,
  {
    DAY: 'Daily, or every `intervalCount` days.',
    WEEK: 'Weekly, or every `intervalCount` weeks.',
    MONTH: 'Monthly, or every `intervalCount` months.',
    YEAR: 'Yearly, or every `intervalCount` years.',
    UNKNOWN: 'The upstream named a period that this graph does not know.',
  },
);

export const Trial = builder.objectRef<DomainTrial>('Trial').implement({
  description: 'A time before the first payment.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', nullable: true, description: 'When the trial began.' }),
    end: t.expose('end', { type: 'DateTime', nullable: true, description: 'When the first payment is due.' }),
    daysLeft: t.exposeInt('daysLeft', {
      nullable: true,
      description: 'Whole days until the trial ends, as the upstream counts them.',
    }),
  }),
});

export const Discount = builder.objectRef<DomainDiscount>('Discount').implement({
  description: 'A coupon on a subscription: a share of the price, or an amount off it.',
  fields: (t) => ({
    couponId: t.exposeID('couponId', {
      nullable: true,
      description: "The upstream's own id of the coupon; the live dialect gives none.",
    }),
    code: t.exposeString('code', { nullable: true, description: "The coupon's code, where it is told." }),
    percentOff: t.expose('percentOff', {
      type: 'Decimal',
      nullable: true,
      description: 'Per cent off the price; null for a fixed amount.',
    }),
    amountOff: t.expose('amountOff', {
      type: Money,
      nullable: true,
      description: 'The amount off the price; null for a percentage.',
    }),
    validFrom: t.expose('validFrom', {
      type: 'DateTime',
      nullable: true,
      description: 'When the discount began; the documented dialect does not tell.',
    }),
    validUntil: t.expose('validUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When the discount ends; null while it has no end, or none is told.',
    }),
    productId: t.exposeID('productId', {
      nullable: true,
      description: "Make's id of the product that it is taken off; the live dialect alone tells it.",
    }),
    productName: t.exposeString('productName', {
      nullable: true,
      description: 'The name of that product.',
    }),
  }),
});

/** The types that a subscription can have, by who bills it. */
const typeBySource = { MAKE: 'MakeSubscription', PLATFORM: 'PlatformSubscription' } as const;

export interface BillingSubscriptionNode extends Subscription {
  readonly source: keyof typeof typeBySource;
  readonly fetchedAt: Date;
}

export const BillingSubscription = builder.interfaceRef<BillingSubscriptionNode>('BillingSubscription');

BillingSubscription.implement({
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: ({ source }) => typeBySource[source],
  description: 'A subscription, whichever system bills it. What that system does not tell is null.',
  fields: (t) => ({
    status: t.expose('status', {
      type: SubscriptionStatus,
      nullable: true,
      description: 'Where it stands; null where the upstream does not tell.',
    }),
    rawStatus: t.exposeString('rawStatus', {
      nullable: true,
      description: "The status in the upstream's own word.",
    }),
    planName: t.exposeString('planName', { nullable: true, description: 'The plan that is subscribed to.' }),
    price: t.expose('price', {
      type: Money,
      nullable: true,
      description: 'What a period costs before discounts and tax.',
    }),
    interval: t.expose('interval', {
      type: BillingInterval,
      nullable: true,
      description: 'The unit in which the price recurs.',
    }),
    intervalCount: t.exposeInt('intervalCount', {
      nullable: true,
      description: 'How many of these units a period has.',
    }),
    currentPeriodStart: t.expose('currentPeriodStart', {
      type: 'DateTime',
      nullable: true,
      description: 'When the period that runs now began.',
    }),
    currentPeriodEnd: t.expose('currentPeriodEnd', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends.',
    }),
    nextBillingAt: t.expose('nextBillingAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next payment is due.',
    }),
    trial: t.expose('trial', {
      type: Trial,
      nullable: true,
      description: 'The trial; null where there is none or it is over.',
    }),
    cancelAtPeriodEnd: t.exposeBoolean('cancelAtPeriodEnd', {
      nullable: true,
      description: 'Will it end with the current period? Null where the upstream does not tell.',
    }),
    canceledAt: t.expose('canceledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was cancelled, where it was.',
    }),
    endsAt: t.expose('endsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a cancelled subscription stops.',
    }),
    discount: t.expose('discount', {
      type: Discount,
      nullable: true,
      description: 'The coupon on it; null where there is none.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});
