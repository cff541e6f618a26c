import type { TestGateway } from '../kit/gateway.ts';
import { callPlatform, customerNodeId } from './platform-graph.ts';

type Sandboxed = Pick<TestGateway, 'sandbox'>;

/** A customer of nobody, with a card; what it may do is for operators. */
export async function addCustomer(gateway: Sandboxed, profile: object = {}): Promise<string> {
  const { customer } = await callPlatform(gateway, '/customers', {
    customer: {
      email: 'ann@example.com',
      name: 'Ann',
      address: { line1: '1 Road', city: 'Lisbon', postal_code: '1000-001', country: 'PT' },
      ...profile,
    },
  });
  return customer.id;
}

/** Adds a card, by its token or as it is typed in, and makes it the default one. Its id at the platform. */
export async function addCard(
  gateway: Sandboxed,
  customer: string,
  card: string | object = 'tok_visa',
): Promise<string> {
  const { payment_method } = await callPlatform(gateway, `/customers/${customer}/payment-methods`, {
    payment_method: {
      type: 'card',
      card: typeof card === 'string' ? { token: card } : card,
      set_as_default: true,
    },
  });
  return payment_method.id;
}

/** A monthly plan without a trial. Its id at the platform. */
export async function addPlan(gateway: Sandboxed, amount: number, pricing: object = {}): Promise<string> {
  const { plan } = await callPlatform(gateway, '/plans', {
    plan: { name: `Plan ${amount}`, pricing: { amount, currency: 'USD', interval: 'month', ...pricing } },
  });
  return plan.id;
}

/** Begins a subscription at the sandbox itself. */
export async function subscribe(
  gateway: Sandboxed,
  customer: string,
  planId: string,
  terms: object = {},
): Promise<{ readonly id: string; readonly nodeId: string }> {
  const { subscription } = await callPlatform(gateway, '/subscriptions', {
    subscription: { customer_id: customer, plan_id: planId, trial_period_days: 0, ...terms },
  });
  const { id } = subscription;
  return { id, nodeId: customerNodeId('PlatformSubscription', customer, id) };
}

/** An open invoice made by hand. */
export async function addInvoice(
  gateway: Sandboxed,
  customer: string,
  amount = 10_000,
): Promise<{ readonly id: string; readonly nodeId: string; readonly total: number }> {
  const { invoice } = await callPlatform(gateway, '/invoices', {
    invoice: {
      customer_id: customer,
      tax_behavior: 'inclusive',
      line_items: [{ description: 'Work', quantity: 1, unit_price: amount, currency: 'USD' }],
    },
  });
  const { id, total } = invoice;
  return { id, total, nodeId: customerNodeId('PlatformInvoice', customer, id) };
}
