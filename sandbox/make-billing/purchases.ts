import { dayMs } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { extraPrice, operationsPerExtra } from './catalogue.ts';
import { charge, extrasMethod, paymentOf } from './charging.ts';
import type { Coupon } from './coupons.ts';
import { issueInvoice, voidInvoice } from './invoices.ts';
import { type Account, accountOf, type BilledTo, type Invoice, type Payment } from './state.ts';

interface Order {
  readonly quantity: number;
  readonly coupon?: Coupon | null;
  readonly billedTo?: Partial<BilledTo>;
}

/** How long the hosted page of a single payment takes the money. */
const hostedPageMs = dayMs;

/** Sells extra operations. What the stored method does not pay can be paid on the hosted page for a day. */
export function buyExtras(
  world: World,
  organization: Organization,
  order: Order,
): { readonly invoice: Invoice; readonly payment: Payment } {
  const invoice = billExtras(world, organization, order, { dueInDays: 1, isHosted: true });
  const payment = paymentOf(world, invoice);
  const method = extrasMethod(accountOf(world, organization));
  if (method !== null || invoice.total === 0) charge(world, invoice, method);
  return { invoice, payment };
}

/** Sells extra operations that are paid later; nothing is charged. Until it is issued the invoice is a draft. */
export function invoiceExtras(
  world: World,
  organization: Organization,
  order: Order,
  issuedAt = world.timeline.now(),
): Invoice {
  const invoice = billExtras(world, organization, order, { dueInDays: 30, isHosted: false });
  if (issuedAt > world.timeline.now()) {
    invoice.status = 'draft';
    world.timeline.at(issuedAt, () => {
      invoice.status = 'open';
    });
  }
  return invoice;
}

function billExtras(
  world: World,
  organization: Organization,
  { quantity, coupon = null, billedTo = {} }: Order,
  terms: { readonly dueInDays: number; readonly isHosted: boolean },
): Invoice {
  const account = accountOf(world, organization);
  const price = extraPrice(organization.currency);
  const invoice = issueInvoice(world, account, {
    price,
    subscription: null,
    lines: [{ description: price.product.name, quantity, unitPrice: price.amount, period: null }],
    coupon,
    dueInDays: terms.dueInDays,
    operations: quantity * operationsPerExtra,
    billedTo,
  });
  if (terms.isHosted) world.timeline.at(world.timeline.now() + hostedPageMs, () => giveUp(account, invoice));
  return invoice;
}

function giveUp(account: Account, invoice: Invoice): void {
  if (invoice.status !== 'open' || invoice.payment?.status === 'processing') return;
  voidInvoice(account, invoice);
  if (invoice.payment !== null) invoice.payment.status = 'failed';
}
