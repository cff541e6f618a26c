import { z } from 'zod';
import type { BillingProfile } from '../../domain/billing-profile.ts';
import type { Quota } from '../../domain/usage.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { currencyCode, decimal, instant, orNull, wholeNumber } from '../wire.ts';
import { addressShape } from './address.ts';
import { planShape } from './plan-documented.ts';
import { billingTag } from './tags.ts';

const quotaShape = z
  .object({ included: orNull(decimal), used: decimal, overage: orNull(decimal) })
  .transform((quota): Quota => ({ ...quota, remaining: null }));

const usageShape = z
  .object({
    operations: quotaShape.and(z.object({ resetDate: orNull(instant) })),
    storage: orNull(quotaShape),
    users: orNull(
      z
        .object({ included: orNull(decimal), active: decimal, overage: orNull(decimal) })
        .transform(({ active, ...quota }): Quota => ({ ...quota, used: active, remaining: null })),
    ),
  })
  .transform(({ operations: { resetDate, ...operations }, ...usage }) => ({
    ...usage,
    operations,
    resetAt: resetDate,
  }));

const profileShape = z
  .object({
    subscription: planShape,
    usage: orNull(usageShape),
    billing: z.object({
      currentAmount: wholeNumber,
      currency: currencyCode,
      nextAmount: orNull(wholeNumber),
      overageCharges: orNull(wholeNumber),
    }),
    billingAddress: orNull(addressShape),
    taxId: orNull(z.string()),
    invoiceEmailRecipients: orNull(z.array(z.string())),
  })
  .transform(({ subscription, usage, billing, billingAddress, taxId, invoiceEmailRecipients }) => {
    const { currency } = billing;
    const money = (minorUnits: number | null) => (minorUnits === null ? null : { minorUnits, currency });
    return {
      address: billingAddress,
      taxId,
      invoiceEmailRecipients,
      subscription,
      usage,
      currentAmount: { minorUnits: billing.currentAmount, currency },
      nextAmount: money(billing.nextAmount),
      overageCharges: money(billing.overageCharges),
    };
  });

const endpoint: Endpoint<BillingProfile> = {
  method: 'GET',
  path: '/cashier/billing/{organizationId}',
  answer: profileShape,
  cache: 'billing',
};

export function readBillingDocumented(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<BillingProfile>> {
  const tags = [billingTag(id, 'billing')];
  return upstream.request({ endpoint, account, params: { organizationId: id }, tags }, errand);
}
