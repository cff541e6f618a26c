import { z } from 'zod';
import { noteSubscription } from '../actions/note-subscription.ts';
import type { CouponApplication } from '../domain/make-order.ts';
import { couponCodeRule } from './billing-rules.ts';
import { Discount } from './billing-subscription.ts';
import { builder } from './builder.ts';
import {
  changeAtMake,
  organizationIdDescription,
  organizationToBill,
  showOrganization,
  showSubscription,
} from './make-change.ts';
import { Money } from './money.ts';
import { checked, idempotencyKeyDescription, idempotencyKeyRule, mutation } from './mutation.ts';

interface ApplyCoupon extends CouponApplication {
  readonly organization: number;
}

const ApplyCouponPayload = builder.objectRef<ApplyCoupon>('ApplyCouponPayload').implement({
  description: 'A coupon that was applied.',
  fields: (t) => ({
    discount: t.expose('discount', {
      type: Discount,
      nullable: true,
      description: 'What it takes off, and until when.',
    }),
    newTotal: t.expose('newTotal', {
      type: Money,
      nullable: true,
      description: 'What a period costs from now on.',
    }),
    nextAmount: t.expose('nextAmount', {
      type: Money,
      nullable: true,
      description: 'What the next payment will be, as Make works it out.',
    }),
  }),
});

showOrganization(ApplyCouponPayload);
showSubscription(ApplyCouponPayload);

const ApplyCouponInput = builder.inputType('ApplyCouponInput', {
  description: 'Which coupon, on whose subscription.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: organizationIdDescription }),
    couponCode: t.string({ required: true, description: 'The code as it was given out: `WELCOME10`.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const rules = z.object({ idempotencyKey: idempotencyKeyRule, couponCode: couponCodeRule });

mutation('applyCoupon', {
  description:
    "Applies a coupon to an organization's subscription at Make; it replaces one that was there. Documented dialect. What is wrong with a code stands in `upstreamCode`: `coupon_invalid`, `coupon_expired`.",
  input: ApplyCouponInput,
  payload: ApplyCouponPayload,
  // the subscription is read for its currency, and again after the change
  asks: { requests: 3 },
  async run({ organizationId, ...asked }, context) {
    const organization = organizationToBill(organizationId, 'applyCoupon', context);
    const { idempotencyKey, couponCode } = checked(rules, asked);
    const applied = await changeAtMake(context, {
      name: 'applyCoupon',
      organization,
      idempotencyKey,
      input: { couponCode },
      make: (billing, registered, errand) => billing.applyCoupon(registered, couponCode, errand),
      note: (_done, doing) => noteSubscription(doing, organization),
    });
    return { ...applied, organization };
  },
});
