import type { MakePrice } from '../../domain/make-price.ts';
import type { Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { readBillingDocumented } from './billing-documented.ts';
import {
  readInvoiceDocumented,
  readInvoiceFileDocumented,
  readInvoicesDocumented,
} from './invoices-documented.ts';
import {
  addPaymentMethodDocumented,
  readPaymentMethodsDocumented,
  removePaymentMethodDocumented,
  updatePaymentMethodDocumented,
} from './payment-methods-documented.ts';
import { readPaymentsDocumented } from './payments-documented.ts';
import { cancelPlan, downgradePlan, readPlan, upgradePlan } from './plan-documented.ts';
import { readPriceDocumented, readPricesDocumented } from './prices-documented.ts';
import { createSinglePaymentDocumented } from './single-payment-documented.ts';
import { speaker } from './speaker.ts';
import {
  applyCouponDocumented,
  cancelSubscriptionDocumented,
  createSubscriptionDocumented,
  setFreePlanDocumented,
  updateSubscriptionDocumented,
} from './subscription-changes-documented.ts';
import { readSubscriptionDocumented } from './subscription-documented.ts';

/** Make's billing as its two documents print it. */
export function speakDocumented(upstream: Upstream, catalogue: readonly MakePrice[]) {
  const to = speaker(upstream);
  return {
    subscription: to(readSubscriptionDocumented),
    plan: to(readPlan),
    billing: to(readBillingDocumented),
    payments: to(readPaymentsDocumented),
    invoices: to(readInvoicesDocumented),
    invoice: to(readInvoiceDocumented),
    invoiceFile: to(readInvoiceFileDocumented),
    paymentMethods: to(readPaymentMethodsDocumented),
    paymentMethodOptions: async () => null,
    prices: (_organization: Registration, errand: Errand) => readPricesDocumented(catalogue, errand),
    price: (_organization: Registration, priceId: string, errand: Errand) =>
      readPriceDocumented(catalogue, priceId, errand),
    createSubscription: to(createSubscriptionDocumented),
    updateSubscription: to(updateSubscriptionDocumented),
    cancelSubscription: to(cancelSubscriptionDocumented),
    setFreePlan: to(setFreePlanDocumented),
    applyCoupon: to(applyCouponDocumented),
    upgradePlan: to(upgradePlan),
    downgradePlan: to(downgradePlan),
    cancelPlan: to(cancelPlan),
    createSinglePayment: to(createSinglePaymentDocumented),
    addPaymentMethod: to(addPaymentMethodDocumented),
    updatePaymentMethod: to(updatePaymentMethodDocumented),
    removePaymentMethod: to(removePaymentMethodDocumented),
  };
}
