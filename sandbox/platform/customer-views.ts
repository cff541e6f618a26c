import { timeText } from './fields.ts';
import { invoiceBrief } from './invoice-views.ts';
import { paymentMethodRow } from './payment-method-views.ts';
import type { Customer } from './state.ts';
import { subscriptionBrief } from './subscription-views.ts';

/** The newest of its invoices that a customer shows; the rest are in the list of invoices. */
const shownInvoices = 10;

export function customerProfile(customer: Customer) {
  const { taxId, isExempt, exemptionType } = customer.tax;
  return {
    id: customer.id,
    email: customer.email,
    name: customer.name,
    description: customer.description,
    status: 'active',
    address: customer.address,
    phone: customer.phone,
    tax_info: {
      tax_id: taxId,
      tax_exempt: isExempt,
      ...(exemptionType === null ? {} : { exemption_type: exemptionType }),
    },
    metadata: customer.metadata,
    created_at: timeText(customer.createdAt),
    stripe_customer_id: customer.id.replace('cus_', 'cus_stripe_'),
  };
}

export function customerDetail(customer: Customer) {
  return {
    ...customerProfile(customer),
    subscriptions: customer.subscriptions.toReversed().map(subscriptionBrief),
    payment_methods: customer.paymentMethods.map((method) => {
      const { metadata: _, ...row } = paymentMethodRow(method);
      return row;
    }),
    invoices: customer.invoices.slice(-shownInvoices).reverse().map(invoiceBrief),
  };
}
