import { Refusal } from '../kernel/endpoint.ts';
import { type Fields, stringField } from '../kernel/fields.ts';
import { findPrice, isPlanPrice, type PlanPrice, type Price, prices } from './catalogue.ts';
import { type Account, runningSubscription, type Subscription } from './state.ts';

/** A price id as the documented dialect writes it: a number as text. */
export function readPriceId(body: Fields): number {
  return Number(stringField(body, 'priceId', { pattern: /^\d{1,9}$/ }));
}

/** A plan's price that the organization can take. */
export function requirePlanPrice(id: number, account: Account): PlanPrice {
  const price = requirePrice(id, account);
  if (isPlanPrice(price)) return price;
  throw wrongPrice(`price ${id} is paid once; plans have ${idsOf(account, isPlanPrice)}`);
}

/** The price of something that is paid once. */
export function requireExtraPrice(id: number, account: Account): Price {
  const price = requirePrice(id, account);
  if (!isPlanPrice(price)) return price;
  throw wrongPrice(`price ${id} is a plan's; paid once is ${idsOf(account, (each) => !isPlanPrice(each))}`);
}

/** Refuses an organization that has a subscription already. */
export function requireNoSubscription(account: Account): void {
  const subscription = runningSubscription(account);
  if (subscription === null || subscription.status === 'cancelled') return;
  throw new Refusal(409, 'subscription_exists', 'The organization has a subscription already', {
    reason: `subscription ${subscription.id} is ${subscription.status}`,
  });
}

/** Refuses a change to the plan that it has, and changes while it is not in good standing. */
export function requireChangeable(subscription: Subscription, price: PlanPrice): void {
  const { status } = subscription;
  if (status === 'past_due' || status === 'suspended') {
    throw incompatible(`the subscription is ${status}: settle what is open first`);
  }
  const isUndoing = subscription.nextPrice !== null || subscription.cancelAtPeriodEnd;
  if (price.id === subscription.price.id && !isUndoing) {
    throw incompatible(`the subscription has price ${price.id} already`);
  }
}

export function incompatible(reason: string): Refusal {
  return new Refusal(409, 'plan_incompatible', 'The subscription cannot change to this price', {
    field: 'priceId',
    reason,
  });
}

function requirePrice(id: number, account: Account): Price {
  const price = findPrice(id);
  if (price === undefined) throw wrongPrice(`there is no price ${id}`);
  if (price.currency === account.currency) return price;
  throw wrongPrice(`price ${id} is in ${price.currency}, the organization is billed in ${account.currency}`);
}

function wrongPrice(reason: string): Refusal {
  return new Refusal(400, 'invalid_price', `priceId: ${reason}`, { field: 'priceId', reason });
}

function idsOf({ currency }: Account, isWanted: (price: Price) => boolean): string {
  return prices
    .filter((price) => price.currency === currency && isWanted(price))
    .map(({ id }) => id)
    .join(', ');
}
