import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { charge, defaultMethod, failureOf, paymentOf } from './charging.ts';
import { updateProfile } from './customer-details.ts';
import { addMethod, type NewMethod } from './payment-methods.ts';
import { type Account, accountOf, type Checkout, type Invoice, newId, newNumber } from './state.ts';
import { startSubscription } from './subscriptions.ts';

/** A visa that works, good for three more years: the card that hosted pages pretend was typed in. */
function workingCard(world: World, account: Account): NewMethod & { readonly type: 'card' } {
  return {
    type: 'card',
    brand: 'visa',
    last4: '4242',
    expiryMonth: 12,
    expiryYear: new Date(world.timeline.now()).getUTCFullYear() + 3,
    billingAddress: account.profile.address,
    declines: null,
  };
}

/** Sees to it that the account has a default method that can be charged. */
export function ensureWorkingMethod(world: World, account: Account): void {
  if (failureOf(defaultMethod(account), world.timeline.now()) === null) return;
  addMethod(world, account, workingCard(world, account), true);
}

/** Pays an open invoice with a card that is not kept. */
export function payOnPage(world: World, invoice: Invoice, isDeclined: boolean): void {
  const account = accountOf(world, { id: invoice.organizationId });
  paymentOf(world, invoice);
  charge(world, invoice, {
    ...workingCard(world, account),
    id: newId(world, 'pm'),
    createdAt: world.timeline.now(),
    declines: isDeclined ? 'card_declined' : null,
  });
}

/** Lets a person begin a subscription on a hosted page. */
export function openCheckout(
  world: World,
  order: Pick<Checkout, 'organizationId' | 'price' | 'coupon' | 'customer'>,
  expiresAt: number,
): Checkout {
  const checkout: Checkout = {
    id: newNumber(world),
    subscriptionId: newNumber(world),
    expiresAt,
    completedAt: null,
    ...order,
  };
  world.makeBilling.checkouts.set(checkout.id, checkout);
  return checkout;
}

/** The person has paid: the subscription begins. */
export function completeCheckout(world: World, organization: Organization, checkout: Checkout): void {
  const account = accountOf(world, organization);
  updateProfile(account.profile, checkout.customer);
  ensureWorkingMethod(world, account);
  startSubscription(world, organization, {
    price: checkout.price,
    coupon: checkout.coupon,
    id: checkout.subscriptionId,
  });
  checkout.completedAt = world.timeline.now();
}
