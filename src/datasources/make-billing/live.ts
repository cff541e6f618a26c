import type { Upstream } from '../../upstream/call.ts';
import { readInvoicesLive } from './invoices-live.ts';
import { notSupported } from './orders.ts';
import {
  readPaymentMethodOptionsLive,
  readPaymentMethodsLive,
  removePaymentMethodLive,
  updatePaymentMethodLive,
} from './payment-methods-live.ts';
import { readPaymentsLive } from './payments-live.ts';
import { readPriceLive, readPricesLive } from './prices-live.ts';
import { speaker } from './speaker.ts';
import {
  cancelPlanLive,
  cancelSubscriptionLive,
  changePlanLive,
  createSubscriptionLive,
  setFreePlanLive,
  updateSubscriptionLive,
} from './subscription-changes-live.ts';
import { readSubscriptionLive } from './subscription-live.ts';

/** Make's billing as its public API answers. */
export function speakLive(upstream: Upstream) {
  const to = speaker(upstream);
  const none = async () => null;
  const refuse = (what: string) => async () => {
    throw notSupported(what);
  };
  return {
    subscription: to(readSubscriptionLive),
    plan: none,
    billing: none,
    payments: to(readPaymentsLive),
    invoices: to(readInvoicesLive),
    invoice: none,
    invoiceFile: none,
    paymentMethods: to(readPaymentMethodsLive),
    paymentMethodOptions: to(readPaymentMethodOptionsLive),
    prices: to(readPricesLive),
    price: to(readPriceLive),
    createSubscription: to(createSubscriptionLive),
    updateSubscription: to(updateSubscriptionLive),
    cancelSubscription: to(cancelSubscriptionLive),
    setFreePlan: to(setFreePlanLive),
    applyCoupon: refuse('apply a coupon to a subscription'),
    upgradePlan: to(changePlanLive),
    downgradePlan: to(changePlanLive),
    cancelPlan: to(cancelPlanLive),
    createSinglePayment: refuse('buy something beside the subscription'),
    addPaymentMethod: refuse('add a payment method'),
    updatePaymentMethod: to(updatePaymentMethodLive),
    removePaymentMethod: to(removePaymentMethodLive),
  };
}
