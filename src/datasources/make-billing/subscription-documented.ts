import { z } from 'zod';
import {
  billingIntervalFrom,
  type Discount,
  type MakeSubscription,
  subscriptionStatusFrom,
} from '../../domain/subscription.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { currencyCode, decimal, instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { billingTag } from './tags.ts';

export const couponShape = z.object({
  id: orNull(textOrNumber),
  code: orNull(z.string()),
  discountType: z.string(),
  discountValue: decimal,
  validUntil: orNull(instant),
});

export const subscriptionShape = z
  .object({
    id: textOrNumber,
    status: z.string(),
    product: z.object({ id: textOrNumber, name: z.string(), description: orNull(z.string()) }),
    price: z.object({
      id: textOrNumber,
      amount: wholeNumber,
      currency: currencyCode,
      interval: z.string(),
      intervalCount: orNull(wholeNumber),
    }),
    nextBillingDate: orNull(instant),
    currentPeriodStart: orNull(instant),
    currentPeriodEnd: orNull(instant),
    coupon: orNull(couponShape),
    trial: orNull(
      z.object({
        trialStart: orNull(instant),
        trialEnd: orNull(instant),
        trialDaysLeft: orNull(wholeNumber),
      }),
    ),
  })
  .transform(
    (wire): MakeSubscription => ({
      upstreamId: wire.id,
      status: subscriptionStatusFrom(wire.status),
      rawStatus: wire.status,
      productId: wire.product.id,
      planName: wire.product.name,
      planDescription: wire.product.description,
      priceId: wire.price.id,
      price: { minorUnits: wire.price.amount, currency: wire.price.currency },
      interval: billingIntervalFrom(wire.price.interval),
      intervalCount: wire.price.intervalCount,
      currentPeriodStart: wire.currentPeriodStart,
      currentPeriodEnd: wire.currentPeriodEnd,
      nextBillingAt: wire.nextBillingDate,
      trial: wire.trial && {
        start: wire.trial.trialStart,
        end: wire.trial.trialEnd,
        daysLeft: wire.trial.trialDaysLeft,
      },
      cancelAtPeriodEnd: null,
      canceledAt: null,
      endsAt: null,
      discount: wire.coupon && discountFrom(wire.coupon, wire.price.currency),
    }),
  );

/** What a coupon takes off. An amount is in minor units of the subscription's currency. */
export function discountFrom(coupon: z.output<typeof couponShape>, currency: string): Discount {
  const { id, code, validUntil, discountType, discountValue } = coupon;
  const isFixed = discountType === 'fixed' && /^\d{1,15}$/.test(discountValue);
  return {
    couponId: id,
    code,
    percentOff: discountType === 'percentage' ? discountValue : null,
    amountOff: isFixed ? { minorUnits: Number(discountValue), currency } : null,
    validFrom: null,
    validUntil,
    productId: null,
    productName: null,
  };
}

const endpoint: Endpoint<MakeSubscription> = {
  method: 'GET',
  path: '/organizations/{organizationId}/subscription',
  answer: subscriptionShape,
  cache: 'subscription',
};

export function readSubscriptionDocumented(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<MakeSubscription>> {
  return upstream.request(
    { endpoint, account, params: { organizationId: id }, tags: [billingTag(id, 'subscription')] },
    errand,
  );
}
