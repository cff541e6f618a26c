import type { Endpoint } from '../kernel/endpoint.ts';
import { customerEndpoints } from './customers.ts';
import { documentEndpoints } from './documents.ts';
import { invoiceEndpoints } from './invoices.ts';
import { paymentMethodEndpoints } from './payment-methods.ts';
import { paymentEndpoints } from './payments.ts';
import { planEndpoints } from './plans.ts';
import { refundEndpoints } from './refunds.ts';
import { subscriptionEndpoints } from './subscriptions.ts';
import { upgradeEndpoints } from './upgrades.ts';
import { usageEndpoints } from './usage.ts';

export const platformEndpoints: readonly Endpoint[] = [
  ...planEndpoints,
  ...customerEndpoints,
  ...paymentMethodEndpoints,
  ...subscriptionEndpoints,
  ...upgradeEndpoints,
  ...invoiceEndpoints,
  ...paymentEndpoints,
  ...refundEndpoints,
  ...usageEndpoints,
  ...documentEndpoints,
];
