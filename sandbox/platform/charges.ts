import { Refusal } from '../kernel/endpoint.ts';
import { type DeclineReason, isPast } from '../kernel/test-cards.ts';
import { dayMs } from '../kernel/time.ts';
import type { World } from '../world.ts';
import { closeSubscription } from './closing.ts';
import { refuseDeclined } from './declines.ts';
import { announceInvoice } from './events.ts';
import { newId } from './ids.ts';
import { ownerOf } from './lookups.ts';
import type { Customer, Invoice, Payment, PaymentMethod, Subscription } from './state.ts';

/** A charge that failed is tried again so long after the invoice was made; after the last time it is given up. */
const retryDays = [1, 3, 5];

/** What a charge of this method would be declined with; null when it would go through. */
function declineOf(method: PaymentMethod, now: number): DeclineReason | null {
  if (method.declinesWhenCharged !== null) return method.declinesWhenCharged;
  return isPast(method.expiry, now) ? 'expired_card' : null;
}

/** Refuses what could not be charged, before anything is changed. */
export function requireCharge(customer: Customer, methodId: string | null, total: number, now: number): void {
  if (total === 0) return;
  const method = methodOf(customer, methodId);
  if (method === null) {
    throw new Refusal(400, 'invalid_payment_method', 'The customer has no payment method to charge', {
      field: 'payment_method_id',
      reason: 'is required where the customer has no default payment method',
    });
  }
  const declined = declineOf(method, now);
  if (declined !== null) refuseDeclined(declined, 'payment_method_id');
}

/** The named method, or else the customer's default. */
function methodOf(customer: Customer, methodId: string | null): PaymentMethod | null {
  const named = customer.paymentMethods.find(({ id }) => id === methodId);
  return named ?? customer.paymentMethods.find(({ isDefault }) => isDefault) ?? null;
}

/** Charges what is due by itself, and keeps trying where that fails. */
export function collect(world: World, invoice: Invoice, attempt = 0): void {
  if (invoice.status !== 'open') return;
  const customer = ownerOf(world, invoice);
  const subscription = world.platform.subscriptions.get(invoice.subscriptionId ?? '') ?? null;
  const method = methodOf(customer, subscription?.paymentMethodId ?? null);
  const amount = invoice.total - invoice.amountPaid;
  if (method === null) recordFailure(world, invoice);
  else charge(world, { invoice, method, amount, metadata: {} });
  if (isOpen(invoice)) retryLater(world, invoice, subscription, attempt);
}

/** One charge of an open invoice, whatever comes of it. */
export function charge(
  world: World,
  { invoice, method, amount, metadata }: Pick<Payment, 'invoice' | 'method' | 'amount' | 'metadata'>,
): Payment {
  const failure = declineOf(method, world.timeline.now());
  const status = failure === null ? 'succeeded' : 'failed';
  const payment = recordPayment(world, { invoice, method, amount, metadata, status, failure });
  if (failure === null) settle(world, invoice, amount);
  else recordFailure(world, invoice);
  return payment;
}

export function recordPayment(
  world: World,
  payment: Pick<Payment, 'invoice' | 'method' | 'amount' | 'metadata' | 'status' | 'failure'>,
): Payment {
  const { name, email, address } = ownerOf(world, payment.invoice);
  const recorded: Payment = {
    id: newId(world, 'pay'),
    ...payment,
    currency: payment.invoice.currency,
    billingDetails: { name, email, address: payment.method.billingAddress ?? address },
    refunds: [],
    createdAt: world.timeline.now(),
  };
  world.platform.payments.set(recorded.id, recorded);
  return recorded;
}

function settle(world: World, invoice: Invoice, amount: number): void {
  invoice.attemptCount += 1;
  invoice.amountPaid += amount;
  if (invoice.amountPaid >= invoice.total) closePaid(world, invoice);
  announceInvoice(world, 'invoice.payment_succeeded', invoice);
}

/** The last open invoice that is paid puts a subscription in order again. */
function closePaid(world: World, invoice: Invoice): void {
  invoice.status = 'paid';
  invoice.paidAt = world.timeline.now();
  invoice.nextAttemptAt = null;
  const subscription = world.platform.subscriptions.get(invoice.subscriptionId ?? '');
  if (subscription?.status === 'past_due' && openInvoicesOf(world, subscription).length === 0) {
    subscription.status = 'active';
  }
}

function recordFailure(world: World, invoice: Invoice): void {
  invoice.attemptCount += 1;
  announceInvoice(world, 'invoice.payment_failed', invoice);
}

function retryLater(
  world: World,
  invoice: Invoice,
  subscription: Subscription | null,
  attempt: number,
): void {
  const days = retryDays[attempt];
  if (days === undefined) return giveUp(world, invoice, subscription);
  if (subscription?.status === 'active') subscription.status = 'past_due';
  const nextAt = invoice.createdAt + days * dayMs;
  invoice.nextAttemptAt = nextAt;
  world.timeline.at(nextAt, () => {
    if (invoice.nextAttemptAt === nextAt) collect(world, invoice, attempt + 1);
  });
}

function giveUp(world: World, invoice: Invoice, subscription: Subscription | null): void {
  const unpaid = subscription === null ? [invoice] : openInvoicesOf(world, subscription);
  for (const each of unpaid) {
    each.status = 'uncollectible';
    each.nextAttemptAt = null;
  }
  if (subscription !== null && subscription.endedAt === null) {
    closeSubscription(world, subscription, 'payment_failed');
  }
}

function openInvoicesOf(world: World, subscription: Subscription): Invoice[] {
  return ownerOf(world, subscription).invoices.filter(
    (invoice) => invoice.subscriptionId === subscription.id && isOpen(invoice),
  );
}

const isOpen = ({ status }: Invoice): boolean => status === 'open';
