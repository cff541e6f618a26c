import type { Endpoint } from '../kernel/endpoint.ts';
import { documentedCashier } from './documented-cashier.ts';
import { documentedInvoices } from './documented-invoices.ts';
import { documentedPaymentMethods } from './documented-payment-methods.ts';
import { documentedPayments } from './documented-payments.ts';
import { documentedSubscription } from './documented-subscription.ts';
import { hostedPages } from './hosted-pages.ts';
import { invoiceFiles } from './invoice-files.ts';
import { liveCatalogue } from './live-catalogue.ts';
import { livePaymentMethods } from './live-payment-methods.ts';
import { livePayments } from './live-payments.ts';
import { liveSubscription } from './live-subscription.ts';

export const makeBillingDocumented: readonly Endpoint[] = [
  ...documentedPayments,
  ...documentedSubscription,
  ...documentedCashier,
  ...documentedPaymentMethods,
  ...documentedInvoices,
  ...hostedPages,
  ...invoiceFiles,
];

export const makeBillingLive: readonly Endpoint[] = [
  ...livePayments,
  ...liveSubscription,
  ...livePaymentMethods,
  ...liveCatalogue,
  ...hostedPages,
  ...invoiceFiles,
];
