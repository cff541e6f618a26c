import { Refusal } from '../kernel/endpoint.ts';
import { dayMs, iso } from '../kernel/time.ts';
import type { World } from '../world.ts';

export interface Coupon {
  readonly id: string;
  readonly code: string;
  readonly type: 'percentage' | 'fixed';
  /** Percent, or minor units of whatever currency is billed. */
  readonly value: number;
  /** From then on it is worth nothing, also where it was applied before. */
  readonly validUntil: number | null;
}

/** The coupons there are. Those that end do so counted from the day that history ends. */
export function createCoupons(historyEndsAt: number): readonly Coupon[] {
  const inDays = (days: number): number => historyEndsAt + days * dayMs;
  return [
    { id: 'coupon_1', code: 'WELCOME10', type: 'percentage', value: 10, validUntil: null },
    { id: 'coupon_2', code: 'LAUNCH25', type: 'percentage', value: 25, validUntil: inDays(60) },
    { id: 'coupon_3', code: 'FIXED5', type: 'fixed', value: 500, validUntil: null },
    { id: 'coupon_4', code: 'EXPIRED20', type: 'percentage', value: 20, validUntil: inDays(-100) },
    { id: 'coupon_5', code: 'LOYALTY15', type: 'percentage', value: 15, validUntil: inDays(120) },
  ];
}

/** Minor units that a coupon takes off an amount at an instant. */
export function discountOn(amount: number, { type, value, validUntil }: Coupon, at: number): number {
  if (amount <= 0 || (validUntil !== null && validUntil <= at)) return 0;
  return type === 'fixed' ? Math.min(value, amount) : Math.floor((amount * value + 50) / 100);
}

/** The coupon of a code that can be used now. */
export function requireCoupon({ makeBilling, timeline }: World, code: string): Coupon {
  const coupon = makeBilling.coupons.get(code);
  if (coupon === undefined) {
    throw new Refusal(400, 'coupon_invalid', 'The coupon does not exist', {
      field: 'couponCode',
      reason: `there is no coupon ${code}`,
    });
  }
  if (coupon.validUntil !== null && coupon.validUntil <= timeline.now()) {
    throw new Refusal(400, 'coupon_expired', 'The coupon has expired', {
      field: 'couponCode',
      reason: `expired at ${iso(coupon.validUntil)}`,
    });
  }
  return coupon;
}
