import type { Call } from '../kernel/endpoint.ts';
import { dayMs, iso } from '../kernel/time.ts';
import { planLimits } from './catalogue.ts';
import type { Coupon } from './coupons.ts';
import type { Account, Invoice, InvoiceLine, Payment, PaymentMethod, Subscription } from './state.ts';

/** Organization billing's subscription. */
export function subscriptionDetails(subscription: Subscription, now: number): object {
  const { price, discount, trial } = subscription;
  return {
    id: String(subscription.id),
    status: subscription.status,
    product: {
      id: String(price.product.id),
      name: price.product.name,
      description: price.product.description,
    },
    price: {
      id: String(price.id),
      amount: price.amount,
      currency: price.currency,
      interval: price.interval,
      intervalCount: 1,
    },
    nextBillingDate: iso(subscription.periodEnd),
    currentPeriodStart: iso(subscription.periodStart),
    currentPeriodEnd: iso(subscription.periodEnd),
    coupon: discount === null ? undefined : couponDetails(discount.coupon),
    trial:
      trial === null || subscription.status !== 'trialing'
        ? undefined
        : {
            trialStart: iso(trial.start),
            trialEnd: iso(trial.end),
            trialDaysLeft: Math.max(0, Math.ceil((trial.end - now) / dayMs)),
          },
  };
}

export function couponDetails({ id, code, type, value, validUntil }: Coupon): object {
  return {
    id,
    code,
    discountType: type,
    discountValue: value,
    validUntil: validUntil === null ? undefined : iso(validUntil),
  };
}

const paymentStatuses: Readonly<Record<Payment['status'], 'paid' | 'pending' | 'failed'>> = {
  created: 'pending',
  processing: 'pending',
  completed: 'paid',
  failed: 'failed',
};

export function paymentStatus({ status }: Payment): 'paid' | 'pending' | 'failed' {
  return paymentStatuses[status];
}

export function paymentRecord(call: Call, invoice: Invoice & { readonly payment: Payment }): object {
  const { payment } = invoice;
  return {
    invoiceNumber: invoice.number,
    creationDate: iso(payment.createdAt),
    paymentStatus: paymentStatus(payment),
    paymentMethod: methodName(payment.method),
    totalAmount: invoice.total,
    currency: invoice.currency,
    invoiceUrl: downloadUrl(call, invoice),
  };
}

function methodName(method: PaymentMethod | null): string {
  if (method === null) return 'None';
  if (method.type === 'card') return `Credit card (${method.brand} ${method.last4})`;
  return method.type === 'paypal' ? 'PayPal' : `Bank transfer (${method.bankName} ${method.last4})`;
}

function downloadUrl({ origin }: Call, { id }: Invoice): string {
  return `${origin}/api/v2/cashier/invoices/${id}/download`;
}

/** The administration's view of the subscription, which knows of fewer states. */
export function planSubscription({ status, price, periodEnd }: Subscription): object {
  const { plan } = price.product;
  const limits = planLimits(plan);
  return {
    plan,
    status: status === 'past_due' || status === 'trialing' ? 'active' : status,
    billingCycle: price.interval === 'year' ? 'yearly' : 'monthly',
    nextBillingDate: iso(periodEnd),
    features: [
      { name: 'Operations per month', included: true, limit: limits.operations },
      { name: 'Users', included: true, limit: limits.users },
      { name: 'Teams', included: true, limit: limits.teams },
      { name: 'API requests per minute', included: true, limit: limits.apiLimit },
      ...limits.features.map((name) => ({ name, included: true })),
    ],
  };
}

export function cashierInvoice(call: Call, account: Account, invoice: Invoice): object {
  const method = invoice.payment?.method ?? null;
  return {
    id: invoice.id,
    organizationId: invoice.organizationId,
    invoiceNumber: invoice.number,
    issueDate: iso(invoice.createdAt),
    dueDate: iso(invoice.dueAt),
    // its other document's model of an invoice has this beside the same fields
    paidDate: invoice.paidAt === null ? undefined : iso(invoice.paidAt),
    status: cashierInvoiceStatus(invoice, call.world.timeline.now()),
    amount: {
      subtotal: invoice.subtotal,
      tax: invoice.tax,
      total: invoice.total,
      currency: invoice.currency,
    },
    items: invoice.lines.map(invoiceItem),
    paymentMethod: method === null ? undefined : cashierMethod(account, method),
    downloadUrl: downloadUrl(call, invoice),
  };
}

export const cashierInvoiceStatuses = ['draft', 'sent', 'paid', 'overdue', 'cancelled'] as const;

export function cashierInvoiceStatus(
  { status, dueAt }: Invoice,
  now: number,
): (typeof cashierInvoiceStatuses)[number] {
  if (status === 'void') return 'cancelled';
  if (status === 'uncollectible') return 'overdue';
  if (status === 'open') return dueAt < now ? 'overdue' : 'sent';
  return status;
}

function invoiceItem({ period, ...line }: InvoiceLine): object {
  return {
    ...line,
    period: period === null ? undefined : { start: iso(period.start), end: iso(period.end) },
  };
}

export function cashierMethod(account: Account, method: PaymentMethod): object {
  return {
    id: method.id,
    type: method.type === 'card' ? 'credit_card' : method.type,
    isDefault: account.defaultMethodId === method.id,
    details: methodDetails(method),
    billingAddress: method.billingAddress,
  };
}

function methodDetails(method: PaymentMethod): object {
  if (method.type === 'paypal') return {};
  if (method.type === 'bank_account') return { last4: method.last4, bankName: method.bankName };
  const { last4, brand, expiryMonth, expiryYear } = method;
  return { last4, brand, expiryMonth, expiryYear };
}
