import type { DeclineReason } from '../kernel/test-cards.ts';
import { addMonths, dayMs, hourMs } from '../kernel/time.ts';
import type { World } from '../world.ts';
import type { FirstPlans } from './catalogue.ts';
import { charge } from './charges.ts';
import { cancelAtPeriodEnd } from './closing.ts';
import { addCard } from './first-customers.ts';
import { issueInvoice } from './invoicing.ts';
import { archive } from './plans.ts';
import { refund } from './refunds.ts';
import type { Customer, Subscription } from './state.ts';
import { endSubscription, startSubscription } from './subscription-cycle.ts';
import { changeWithin } from './upgrades.ts';

/** What happened to linked customers besides being billed, counted back from the end of history. */
export function haveIncidents(world: World, plans: FirstPlans): void {
  const { timeline } = world;
  const ago = (days: number, months = 0): number =>
    addMonths(world.historyEndsAt - days * dayMs + 9 * hourMs, -months);
  const having = (organizationId: number, act: (customer: Customer) => void): void => {
    const id = world.organizations.get(organizationId)?.customerId ?? '';
    const customer = world.platform.customers.get(id);
    if (customer !== undefined) act(customer);
  };

  having(1001, (customer) => {
    timeline.at(ago(1, 20), () =>
      whileRunning(customer, (running) => changeWithin(running, plans.professional, true, timeline.now())),
    );
    giveBack(world, customer, ago(6, 4), 2500);
    billServices(world, customer, ago(18, 2), 'paid');
    billServices(world, customer, ago(12), 'void');
  });
  having(1002, (customer) => failRenewal(world, customer, ago(20, 7), 'insufficient_funds'));
  having(1003, (customer) => {
    cancel(world, customer, ago(35), 'paused_project');
    timeline.at(ago(2), () => {
      startSubscription(world, { customer, plan: plans.yen, trialDays: 14 });
    });
  });
  having(1004, (customer) => {
    billServices(world, customer, ago(21, 3), 'paid');
    billServices(world, customer, ago(8), 'open');
    billServices(world, customer, ago(1), 'draft');
  });
  having(1006, (customer) => replaceCard(world, customer, ago(10), 'insufficient_funds'));
  having(1007, (customer) => {
    timeline.at(ago(5), () => whileRunning(customer, (running) => cancelAtPeriodEnd(world, running)));
  });
  having(1008, (customer) => {
    failRenewal(world, customer, ago(16, 12), 'card_declined');
    giveBack(world, customer, ago(14, 3), null);
  });
  having(1010, (customer) => cancel(world, customer, ago(75), 'too_expensive'));
  having(1011, (customer) => replaceCard(world, customer, ago(11, 4), 'fraud_detected'));
  having(1012, (customer) => {
    giveBack(world, customer, ago(9, 1), 1000);
    timeline.at(ago(30), () => addCard(world, customer, 3, { expiry: nextMonth(world.historyEndsAt) }));
  });
  having(1015, (customer) => giveBack(world, customer, ago(20, 2), null));
  timeline.at(ago(0, 14), () => archive(world, plans.legacy));
}

/** Ends what the customer has running at an instant, at once. */
export function cancel(world: World, customer: Customer, at: number, reason: string): void {
  world.timeline.at(at, () => whileRunning(customer, (running) => endSubscription(world, running, reason)));
}

/** A card that fails is there when a subscription renews, and a good one two days later. */
function failRenewal(world: World, customer: Customer, renewedAt: number, reason: DeclineReason): void {
  replaceCard(world, customer, renewedAt - dayMs, reason);
  replaceCard(world, customer, renewedAt + 2 * dayMs, null);
}

function replaceCard(
  world: World,
  customer: Customer,
  at: number,
  declinesWhenCharged: DeclineReason | null,
): void {
  world.timeline.at(at, () =>
    addCard(world, customer, customer.paymentMethods.length, { declinesWhenCharged }),
  );
}

/** Refunds the last payment before an instant; all of it where no amount is given. */
function giveBack(world: World, customer: Customer, at: number, amount: number | null): void {
  world.timeline.at(at, () => {
    const payment = [...world.platform.payments.values()].findLast(
      ({ invoice, status }) => invoice.customerId === customer.id && status === 'succeeded',
    );
    if (payment === undefined) return;
    const reason = amount === null ? 'duplicate' : 'requested_by_customer';
    refund(world, payment, { amount: amount ?? payment.amount, reason, metadata: {} });
  });
}

function billServices(
  world: World,
  customer: Customer,
  at: number,
  status: 'paid' | 'open' | 'void' | 'draft',
): void {
  world.timeline.at(at, () => {
    const invoice = issueInvoice(world, {
      customer,
      currency: 'USD',
      lines: [
        {
          description: 'Custom integration development',
          quantity: 12,
          unitPrice: 15_000,
          period: null,
          isProration: false,
        },
        {
          description: 'Priority support package',
          quantity: 1,
          unitPrice: 5000,
          period: null,
          isProration: false,
        },
      ],
      dueAt: at + 30 * dayMs,
      description: 'Professional services',
      metadata: { po_number: `PO-${new Date(at).getUTCFullYear()}-${customer.invoices.length}` },
      ...(status === 'void' || status === 'draft' ? { status } : {}),
    });
    const [method] = customer.paymentMethods;
    if (status === 'paid' && method !== undefined) {
      charge(world, { invoice, method, amount: invoice.total, metadata: {} });
    }
  });
}

function whileRunning({ subscriptions }: Customer, act: (running: Subscription) => void): void {
  const running = subscriptions.findLast(({ endedAt }) => endedAt === null);
  if (running !== undefined) act(running);
}

function nextMonth(at: number): { readonly month: number; readonly year: number } {
  const date = new Date(addMonths(at, 1));
  return { month: date.getUTCMonth() + 1, year: date.getUTCFullYear() };
}
