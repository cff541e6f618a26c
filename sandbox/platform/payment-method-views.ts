import { timeText } from './fields.ts';
import type { PaymentMethod } from './state.ts';

/** How a payment names what it was made with. */
export function paymentMethodBrief({ id, brand, last4 }: PaymentMethod) {
  return { id, type: 'card', brand, last4 };
}

export function paymentMethodRow(method: PaymentMethod) {
  return {
    ...paymentMethodBrief(method),
    exp_month: method.expiry.month,
    exp_year: method.expiry.year,
    is_default: method.isDefault,
    metadata: method.metadata,
    created_at: timeText(method.createdAt),
  };
}

export function paymentMethodDetail(method: PaymentMethod) {
  return { ...paymentMethodRow(method), billing_address: method.billingAddress };
}
