import type { CustomerSubscription } from '../../domain/customer.ts';
import type { MakeSubscription } from '../../domain/subscription.ts';
import type { ListKind } from './list.ts';

const hasEnded = ({ status }: Readonly<Record<string, unknown>>): boolean => status === 'CANCELLED';

/** An organization has one at most: a list of one. */
export const makeSubscriptions: ListKind<MakeSubscription> = {
  name: 'make-subscription',
  keyOf: () => 'make',
  atOf: () => 0,
  fieldsOf: ({ status, cancelAtPeriodEnd, canceledAt, endsAt, trial, ...subscription }) => ({
    status,
    // not every dialect tells it: what a cancellation through the gateway said stays known
    ...(cancelAtPeriodEnd !== null && { cancelAtPeriodEnd }),
    canceledAt: canceledAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
    trialEnd: trial?.end?.toISOString() ?? null,
    planName: subscription.planName,
    productId: subscription.productId,
    priceId: subscription.priceId,
    price: { minorUnits: subscription.price.minorUnits, currency: subscription.price.currency },
    interval: subscription.interval,
    intervalCount: subscription.intervalCount,
    discount: subscription.discount && {
      couponId: subscription.discount.couponId,
      code: subscription.discount.code,
      percentOff: subscription.discount.percentOff,
      amountOff: subscription.discount.amountOff && { ...subscription.discount.amountOff },
      validUntil: subscription.discount.validUntil?.toISOString() ?? null,
    },
  }),
  added: 'SUBSCRIPTION_CREATED',
  changed: [
    {
      type: 'SUBSCRIPTION_PLAN_CHANGED',
      fields: ['planName', 'productId', 'priceId', 'price', 'interval', 'intervalCount'],
    },
    { type: 'SUBSCRIPTION_DISCOUNT_CHANGED', fields: ['discount'] },
    {
      type: 'SUBSCRIPTION_STATUS_CHANGED',
      fields: ['status', 'cancelAtPeriodEnd', 'canceledAt', 'endsAt', 'trialEnd'],
    },
    { type: 'SUBSCRIPTION_ENDED', fields: ['status'], when: hasEnded, at: ({ endsAt }) => endsAt },
  ],
  removed: 'SUBSCRIPTION_ENDED',
  objectOf: (value) => ({ kind: 'make-subscription', value }),
  goneObjectOf: () => ({ kind: 'make-subscription', value: null }),
};

/** Those of a customer of the platform. What is compared is what every answer and webhook shows of one. */
export function platformSubscriptionsOf(customer: string): ListKind<CustomerSubscription> {
  return {
    name: 'platform-subscription',
    keyOf: ({ upstreamId }) => upstreamId,
    atOf: ({ createdAt }) => createdAt?.getTime() ?? 0,
    fieldsOf: ({ status, planId, trial, cancelAtPeriodEnd }) => ({
      status,
      planId,
      trialEnd: trial?.end?.toISOString() ?? null,
      cancelAtPeriodEnd,
    }),
    added: 'SUBSCRIPTION_CREATED',
    addedAt: ({ createdAt }) => createdAt,
    changed: [
      { type: 'SUBSCRIPTION_PLAN_CHANGED', fields: ['planId'] },
      { type: 'SUBSCRIPTION_STATUS_CHANGED', fields: ['status', 'trialEnd', 'cancelAtPeriodEnd'] },
      { type: 'SUBSCRIPTION_ENDED', fields: ['status'], when: hasEnded },
    ],
    removed: 'SUBSCRIPTION_ENDED',
    objectOf: (value) => ({ kind: 'platform-subscription', customer, id: value.upstreamId, value }),
    goneObjectOf: (id) => ({ kind: 'platform-subscription', customer, id, value: null }),
  };
}
