import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, type Reply } from '../kernel/endpoint.ts';
import { integerField, optionalEnum, optionalString, pageOf } from '../kernel/fields.ts';
import { billingAt, recordChange, requirePaidPlan } from './billing-access.ts';
import { requireCoupon } from './coupons.ts';
import { readCustomer } from './customer-details.ts';
import { paymentRecord, paymentStatus } from './documented-views.ts';
import { readPriceId, requireExtraPrice } from './orders.ts';
import { buyExtras } from './purchases.ts';
import type { Invoice, Payment } from './state.ts';

export const documentedPayments: readonly Endpoint[] = [
  { method: 'GET', template: '/organizations/{organizationId}/payments', handle: list },
  { method: 'POST', template: '/organizations/{organizationId}/single-payment-create', handle: create },
];

type PaidInvoice = Invoice & { readonly payment: Payment };

const orders: Readonly<Record<string, (invoice: PaidInvoice) => number | string>> = {
  creationDate: ({ payment }) => payment.createdAt,
  totalAmount: ({ total }) => total,
  paymentStatus: ({ payment }) => paymentStatus(payment),
  invoiceNumber: ({ number }) => number,
};

/** Newest first, unless `sortBy` and `sortDir` say otherwise. Ties go by invoice number. */
function list(call: Call): Reply {
  const { account } = requirePaidPlan(billingAt(call));
  const { limit, offset, page } = pageOf(call.query, { limit: 10, max: 100 });
  const sort = Object.fromEntries(call.query);
  const sortBy = optionalEnum(sort, 'sortBy', Object.keys(orders)) ?? 'creationDate';
  const isAscending = optionalEnum(sort, 'sortDir', ['asc', 'desc']) === 'asc';
  const keyOf = orders[sortBy] ?? (({ number }) => number);
  const payments = account.invoices.filter(hasPayment).sort((one, other) => {
    const order = compare(keyOf(one), keyOf(other)) || compare(one.number, other.number);
    return isAscending ? order : -order;
  });
  return ok({
    payments: payments.slice(offset, offset + limit).map((invoice) => paymentRecord(call, invoice)),
    pagination: { total: payments.length, page, limit },
  });
}

function create(call: Call): Reply {
  const billed = requirePaidPlan(billingAt(call));
  const body = readBody(call);
  const price = requireExtraPrice(readPriceId(body), billed.account);
  const quantity = integerField(body, 'quantity', { min: 1, max: 1000 });
  const couponCode = optionalString(body, 'couponCode', { max: 50 });
  const billedTo = readCustomer(body, 'address');
  const coupon = couponCode === undefined ? null : requireCoupon(call.world, couponCode);

  const { invoice, payment } = buyExtras(call.world, billed.organization, { quantity, coupon, billedTo });
  recordChange(call, billed, 'single_payment_created', {
    priceId: price.id,
    quantity,
    invoiceNumber: invoice.number,
    status: payment.status,
  });
  const isToBePaid = payment.status === 'created' || payment.status === 'failed';
  return created({
    paymentId: payment.id,
    status: payment.status,
    amount: invoice.total,
    currency: invoice.currency,
    paymentUrl: isToBePaid ? `${call.origin}/pay/${payment.id}` : undefined,
  });
}

const hasPayment = (invoice: Invoice): invoice is PaidInvoice => invoice.payment !== null;

function compare(one: number | string, other: number | string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
