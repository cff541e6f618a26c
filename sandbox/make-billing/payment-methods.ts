import { Refusal } from '../kernel/endpoint.ts';
import type { DeclineReason } from '../kernel/test-cards.ts';
import type { World } from '../world.ts';
import { type Account, newId, type PaymentMethod } from './state.ts';

type Unnumbered<T> = T extends PaymentMethod ? Omit<T, 'id' | 'createdAt'> : never;
export type NewMethod = Unnumbered<PaymentMethod>;

/** Adds a method. The first one is the default whatever was asked. */
export function addMethod(
  world: World,
  account: Account,
  method: NewMethod,
  isDefault: boolean,
): PaymentMethod {
  const added: PaymentMethod = { ...method, id: newId(world, 'pm'), createdAt: world.timeline.now() };
  account.methods.push(added);
  world.makeBilling.methods.set(added.id, { method: added, organizationId: account.organizationId });
  if (isDefault || account.defaultMethodId === null) account.defaultMethodId = added.id;
  return added;
}

/** Removes a method; past payments still say that it paid them. */
export function removeMethod(world: World, account: Account, method: PaymentMethod): void {
  account.methods.splice(account.methods.indexOf(method), 1);
  world.makeBilling.methods.delete(method.id);
  if (account.extrasMethodId === method.id) account.extrasMethodId = null;
  if (account.defaultMethodId === method.id) account.defaultMethodId = account.methods[0]?.id ?? null;
}

/** A method of this account. */
export function requireMethod(account: Account, id: string, field: string): PaymentMethod {
  const method = account.methods.find((each) => each.id === id);
  if (method !== undefined) return method;
  throw new Refusal(400, 'invalid_payment_method', 'The organization has no such payment method', {
    field,
    reason: `there is no payment method ${id}`,
  });
}

const declineMessages: Readonly<Record<DeclineReason, string>> = {
  card_declined: 'The card was declined',
  insufficient_funds: 'The card has insufficient funds',
  expired_card: 'The card has expired',
  invalid_cvc: "The card's security code is wrong",
  fraud_detected: 'The payment was blocked as fraudulent',
};

/** The refusal of a call that could not be paid for. */
export function declined(failure: DeclineReason | 'no_payment_method', field: string): Refusal {
  if (failure === 'no_payment_method') {
    return new Refusal(400, 'invalid_payment_method', 'The organization has no payment method', {
      field,
      reason: 'add a payment method first',
    });
  }
  return new Refusal(402, failure, declineMessages[failure], { field, reason: failure });
}
