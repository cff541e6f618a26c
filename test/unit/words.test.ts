import { expect, test } from 'vitest';
import { executionLogStatusFrom } from '../../src/domain/execution-log.ts';
import { incompleteExecutionStatusFrom } from '../../src/domain/incomplete-execution.ts';
import { invoiceStatusFrom } from '../../src/domain/invoice.ts';
import { planFromName } from '../../src/domain/organization.ts';
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

const printed = [
  [subscriptionStatusFrom, 'active cancelled past_due trialing suspended canceled'],
  [billingIntervalFrom, 'month year'],
  [paymentStatusFrom, 'paid pending failed created processing completed succeeded'],
  [invoiceStatusFrom, 'draft open paid void uncollectible sent overdue cancelled'],
  [paymentMethodTypeFrom, 'card bank_account paypal credit_card'],
  [planStatusFrom, 'active archived'],
  [refundStatusFrom, 'succeeded'],
  [incompleteExecutionStatusFrom, 'pending failed retrying resolved cancelled'],
  [executionLogStatusFrom, 'success error warning info'],
  [planFromName, 'core pro teams enterprise'],
] as const;

test.each(
  printed.flatMap(([from, words]) => words.split(' ').map((word) => ({ name: from.name, word, from }))),
)('$name knows $word, which a document lists', ({ word, from }) => {
  expect(from(word)).not.toBe('UNKNOWN');
});
