import { type DeclineReason, isPast } from '../kernel/test-cards.ts';
import { dayMs } from '../kernel/time.ts';
import { usagePeriodAt } from '../make-admin/usage.ts';
import type { World } from '../world.ts';
import { type Account, accountOf, type Invoice, type Payment, type PaymentMethod } from './state.ts';

export type ChargeFailure = DeclineReason | 'no_payment_method';

/** Money from a bank account arrives this much later. */
const bankTransferMs = 3 * dayMs;

export function defaultMethod(account: Account): PaymentMethod | null {
  return account.methods.find((method) => method.id === account.defaultMethodId) ?? null;
}

/** Pays single purchases: the method chosen for them, otherwise the default one. */
export function extrasMethod(account: Account): PaymentMethod | null {
  return account.methods.find((method) => method.id === account.extrasMethodId) ?? defaultMethod(account);
}

/** Why a charge of a method would fail at an instant; null where it would not. */
export function failureOf(method: PaymentMethod | null, at: number): ChargeFailure | null {
  if (method === null) return 'no_payment_method';
  if (method.type === 'card' && isPast({ month: method.expiryMonth, year: method.expiryYear }, at)) {
    return 'expired_card';
  }
  return method.declines;
}

/** Tries to collect an open invoice, and says why that failed; null where it is paid or the money is on its way. */
export function charge(world: World, invoice: Invoice, method: PaymentMethod | null): ChargeFailure | null {
  const now = world.timeline.now();
  if (invoice.total === 0) {
    settle(world, invoice);
    return null;
  }
  const payment = paymentOf(world, invoice);
  payment.method = method;
  payment.attempts += 1;
  const failure = failureOf(method, now);
  if (failure !== null) {
    payment.status = 'failed';
    return failure;
  }
  if (method?.type === 'bank_account') {
    payment.status = 'processing';
    world.timeline.at(now + bankTransferMs, () => {
      if (invoice.status === 'open' && payment.status === 'processing') settle(world, invoice);
    });
    return null;
  }
  settle(world, invoice);
  return null;
}

/** The invoice's payment, which is created when the first attempt to collect it begins. */
export function paymentOf(world: World, invoice: Invoice): Payment {
  invoice.payment ??= {
    id: paymentIdOf(invoice),
    createdAt: world.timeline.now(),
    status: 'created',
    method: null,
    attempts: 0,
  };
  return invoice.payment;
}

/** The id under which an invoice can be paid, whether or not that was tried. */
export function paymentIdOf({ id }: Pick<Invoice, 'id'>): string {
  return id.replace(/^in_/, 'pay_');
}

/** The money is there: what was bought becomes available, a subscription that was past due is good again. */
function settle(world: World, invoice: Invoice): void {
  const now = world.timeline.now();
  const account = accountOf(world, { id: invoice.organizationId });
  invoice.status = 'paid';
  invoice.paidAt = now;
  if (invoice.payment !== null) invoice.payment.status = 'completed';
  const organization = world.organizations.get(invoice.organizationId);
  if (invoice.operations > 0 && organization !== undefined) {
    const until = usagePeriodAt(world, organization, now).end;
    account.extras.push({ operations: invoice.operations, until, amount: invoice.total });
  }
  const { subscription } = account;
  if (subscription?.id === invoice.subscriptionId && subscription?.status === 'past_due') {
    subscription.status = 'active';
  }
}
