import { z } from 'zod';
import {
  type BillingInterval,
  billingIntervalFrom,
  type Discount,
  type MakeSubscription,
} from '../../domain/subscription.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { currencyCode, decimalText, exactMoney, instant, orNull, textOrNumber } from '../wire.ts';
import { billingTag } from './tags.ts';

const couponShape = z
  .object({
    price: decimalText,
    currencyCode,
    validFrom: orNull(instant),
    validTo: orNull(instant),
    productId: orNull(textOrNumber),
    productName: orNull(z.string()),
  })
  .transform(
    (wire, context): Discount => ({
      couponId: null,
      code: null,
      percentOff: null,
      amountOff: exactMoney(wire.price, wire.currencyCode, context),
      validFrom: wire.validFrom,
      validUntil: wire.validTo,
      productId: wire.productId,
      productName: wire.productName,
    }),
  );

const subscriptionShape = z
  .object({
    product: z.object({
      id: textOrNumber,
      name: z.string(),
      nextBill: orNull(instant),
      price: z
        .object({ id: textOrNumber, price: decimalText, currencyCode, period: z.string() })
        .transform((wire, context) => ({
          id: wire.id,
          amount: exactMoney(wire.price, wire.currencyCode, context),
          ...periodFrom(wire.period),
        })),
      coupon: orNull(couponShape),
    }),
  })
  .transform(
    ({ product }): MakeSubscription => ({
      upstreamId: null,
      status: null,
      rawStatus: null,
      productId: product.id,
      planName: product.name,
      planDescription: null,
      priceId: product.price.id,
      price: product.price.amount,
      interval: product.price.interval,
      intervalCount: product.price.intervalCount,
      currentPeriodStart: null,
      currentPeriodEnd: null,
      nextBillingAt: product.nextBill,
      trial: null,
      cancelAtPeriodEnd: null,
      canceledAt: null,
      endsAt: null,
      discount: product.coupon,
    }),
  );

/** `1 month`, `12 months`, `month` */
export function periodFrom(text: string): { interval: BillingInterval; intervalCount: number | null } {
  const parts = /^(?:(\d{1,4}) )?([a-z]+)$/i.exec(text.trim());
  const interval = billingIntervalFrom(parts?.[2] ?? '');
  return { interval, intervalCount: interval === 'UNKNOWN' ? null : Number(parts?.[1] ?? 1) };
}

const endpoint: Endpoint<MakeSubscription> = {
  method: 'GET',
  path: '/organizations/{organizationId}/subscription',
  answer: subscriptionShape,
  cache: 'subscription',
};

export function readSubscriptionLive(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<MakeSubscription>> {
  return upstream.request(
    { endpoint, account, params: { organizationId: id }, tags: [billingTag(id, 'subscription')] },
    errand,
  );
}
