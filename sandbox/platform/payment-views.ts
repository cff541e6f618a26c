import { declineMessages } from './declines.ts';
import { timeText } from './fields.ts';
import { paymentMethodBrief } from './payment-method-views.ts';
import type { Payment } from './state.ts';

export function paymentReceipt(payment: Payment, origin: string) {
  return {
    id: payment.id,
    invoice_id: payment.invoice.id,
    amount: payment.amount,
    currency: payment.currency,
    status: payment.status,
    payment_method: paymentMethodBrief(payment.method),
    failure_code: payment.failure,
    failure_message: payment.failure === null ? null : declineMessages[payment.failure],
    receipt_url: `${origin}/receipts/${payment.id}`,
    created_at: timeText(payment.createdAt),
  };
}

export function paymentDetail(payment: Payment, origin: string) {
  const { expiry } = payment.method;
  const receipt = paymentReceipt(payment, origin);
  return {
    ...receipt,
    payment_method: { ...receipt.payment_method, exp_month: expiry.month, exp_year: expiry.year },
    billing_details: payment.billingDetails,
    metadata: payment.metadata,
  };
}
