import { dayMs } from '../kernel/time.ts';
import type { World } from '../world.ts';
import type { Price } from './catalogue.ts';
import { type Coupon, discountOn } from './coupons.ts';
import {
  type Account,
  type BilledTo,
  type Invoice,
  type InvoiceLine,
  newId,
  type Subscription,
} from './state.ts';
import { taxOn } from './tax.ts';

export type LineDraft = Omit<InvoiceLine, 'id' | 'amount'>;

interface Draft {
  readonly price: Price;
  readonly subscription: Subscription | null;
  readonly lines: readonly LineDraft[];
  readonly coupon: Coupon | null;
  readonly dueInDays: number;
  readonly operations?: number;
  readonly billedTo?: Partial<BilledTo>;
}

interface Sums {
  readonly lines: readonly LineDraft[];
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  readonly creditUsed: number;
}

/** What an account would be billed for some lines at an instant: the coupon off, credit used or gained, tax. */
export function sumUp(
  account: Account,
  lines: readonly LineDraft[],
  coupon: Coupon | null,
  at: number,
): Sums {
  const gross = netOf(lines);
  const off = coupon === null ? 0 : discountOn(gross, coupon, at);
  const discounted = gross - off;
  const creditUsed = discounted < 0 ? discounted : Math.min(account.credit, discounted);
  const subtotal = discounted - creditUsed;
  const tax = taxOn(subtotal, account.profile.address.country);
  return {
    lines: [
      ...lines,
      ...(coupon === null || off === 0 ? [] : [adjustment(`Discount ${coupon.code}`, -off)]),
      ...(creditUsed === 0
        ? []
        : [adjustment(creditUsed > 0 ? 'Credit used' : 'Carried over as credit', -creditUsed)]),
    ],
    subtotal,
    tax,
    total: subtotal + tax,
    creditUsed,
  };
}

export function issueInvoice(world: World, account: Account, draft: Draft): Invoice {
  const now = world.timeline.now();
  const sums = sumUp(account, draft.lines, draft.coupon, now);
  account.credit -= sums.creditUsed;
  const { name, email, address } = account.profile;
  const number = `${account.invoicePrefix}-${String(account.invoices.length + 1).padStart(4, '0')}`;
  const invoice: Invoice = {
    id: newId(world, 'in'),
    number,
    organizationId: account.organizationId,
    subscriptionId: draft.subscription?.id ?? null,
    price: draft.price,
    createdAt: now,
    dueAt: now + draft.dueInDays * dayMs,
    currency: account.currency,
    lines: sums.lines.map((line, index) => ({
      id: `${number}-${index + 1}`,
      ...line,
      amount: line.quantity * line.unitPrice,
    })),
    subtotal: sums.subtotal,
    tax: sums.tax,
    total: sums.total,
    billedTo: { name, email, address, ...draft.billedTo },
    operations: draft.operations ?? 0,
    creditUsed: sums.creditUsed,
    status: 'open',
    paidAt: null,
    payment: null,
  };
  account.invoices.push(invoice);
  world.makeBilling.invoices.set(invoice.id, invoice);
  return invoice;
}

/** Takes an invoice back: the credit that it used is there again. */
export function voidInvoice(account: Account, invoice: Invoice): void {
  invoice.status = 'void';
  account.credit += invoice.creditUsed;
}

/** The line of a plan for a period of it. */
export function planLine({ product, interval, amount }: Price, period: InvoiceLine['period']): LineDraft {
  const cycle = interval === 'year' ? 'yearly' : 'monthly';
  return { description: `${product.name} plan, ${cycle}`, quantity: 1, unitPrice: amount, period };
}

function adjustment(description: string, amount: number): LineDraft {
  return { description, quantity: 1, unitPrice: amount, period: null };
}

function netOf(lines: readonly LineDraft[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
}
