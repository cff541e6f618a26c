import { expect, test } from 'vitest';
import { invoiceStatusFrom } from '../../src/domain/invoice.ts';
import { paymentStatusFrom } from '../../src/domain/payment.ts';
import { paymentMethodTypeFrom } from '../../src/domain/payment-method.ts';
import { planStatusFrom } from '../../src/domain/plan.ts';
import { refundStatusFrom } from '../../src/domain/refund.ts';
import { billingIntervalFrom, subscriptionStatusFrom } from '../../src/domain/subscription.ts';

test.each([
  subscriptionStatusFrom,
  billingIntervalFrom,
  paymentStatusFrom,
  invoiceStatusFrom,
  paymentMethodTypeFrom,
  planStatusFrom,
  refundStatusFrom,
])('words that no document lists are UNKNOWN, names that every object has among them', (from) => {
  for (const word of ['', 'brand_new', 'constructor', '__proto__', 'toString', 'unknown']) {
    expect(from(word)).toBe('UNKNOWN');
  }
});
