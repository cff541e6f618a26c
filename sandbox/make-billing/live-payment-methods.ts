import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import { isFields, optionalEnum } from '../kernel/fields.ts';
import { iso } from '../kernel/time.ts';
import { echo, pagingOf, rowsOfPage } from '../make-admin/live-paging.ts';
import type { CurrencyCode } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { type Billed, billingAt, recordChange } from './billing-access.ts';
import { extrasMethod, failureOf } from './charging.ts';
import { removeMethod } from './payment-methods.ts';
import { type Account, type Card, type PaymentMethod, runningSubscription } from './state.ts';

const template = '/organizations/{organizationId}/subscription/payment-methods';

export const livePaymentMethods: readonly Endpoint[] = [
  {
    method: 'GET',
    template: '/organizations/{organizationId}/subscription/payment-method-types',
    handle: listTypes,
  },
  { method: 'GET', template, handle: list },
  { method: 'DELETE', template: `${template}/{paymentMethodId}`, handle: remove },
  { method: 'PATCH', template: `${template}/{paymentMethodId}/default`, handle: makeDefault },
];

function listTypes(call: Call): Reply {
  const { account } = billingAt(call);
  const bank = account.currency === 'USD' ? 'US bank account' : 'SEPA direct debit';
  return ok({
    paymentMethodTypes: [
      { value: 'card', label: 'Card', canBeDefaultForSubscription: true, canBeDefaultForExtras: true },
      {
        value: bankType(account.currency),
        label: bank,
        canBeDefaultForSubscription: true,
        canBeDefaultForExtras: false,
      },
      { value: 'paypal', label: 'PayPal', canBeDefaultForSubscription: true, canBeDefaultForExtras: true },
    ],
  });
}

function list(call: Call): Reply {
  const { account } = billingAt(call);
  const paging = pagingOf(call.query, { limit: 50 });
  const rows = rowsOfPage(account.methods, paging);
  return ok({
    paymentMethods: rows.map((method) => methodRow(call, account, method)),
    pg: echo(paging, account.methods.length),
  });
}

function remove(call: Call): Reply {
  const { billed, method } = methodAt(call);
  if (billed.account.defaultMethodId === method.id && runningSubscription(billed.account) !== null) {
    throw new Refusal(400, 'SC400', 'The default payment method of a subscription cannot be removed.');
  }
  removeMethod(call.world, billed.account, method);
  recordChange(call, billed, 'payment_method_removed', { paymentMethodId: method.id });
  return ok({ ok: 1 });
}

function makeDefault(call: Call): Reply {
  const { billed, method } = methodAt(call);
  const { account } = billed;
  const body = isFields(call.body) ? call.body : {};
  const target = optionalEnum(body, 'target', ['extras', 'both', 'subscription']) ?? 'subscription';
  if (target !== 'subscription' && !isImmediate(method)) {
    throw new Refusal(400, 'SC400', 'The payment method is not immediate and cannot pay for extras.');
  }
  if (target !== 'extras') account.defaultMethodId = method.id;
  if (target !== 'subscription') account.extrasMethodId = method.id;
  recordChange(call, billed, 'payment_method_updated', { paymentMethodId: method.id, target });
  return ok({
    paymentMethodId: method.id,
    paymentMethodType: methodType(method, account.currency),
    isDefaultForSubscription: account.defaultMethodId === method.id,
    isDefaultForExtras: extrasMethod(account) === method,
  });
}

function methodRow({ world }: Call, account: Account, method: PaymentMethod): object {
  return {
    id: method.id,
    type: methodType(method, account.currency),
    valid: failureOf({ ...method, declines: null }, world.timeline.now()) === null,
    customerDefaultMethod: account.defaultMethodId === method.id,
    customerDefaultExtrasMethod: extrasMethod(account) === method,
    isImmediate: isImmediate(method),
    created: iso(method.createdAt),
    methodDetails: methodDetails(method),
  };
}

function methodDetails(method: PaymentMethod): object {
  if (method.type === 'paypal') return { payer_email: method.email };
  if (method.type === 'bank_account') return { bank_name: method.bankName, last4: method.last4 };
  return { brand: method.brand, display_brand: method.brand, last4: method.last4 };
}

export function cardDetails(
  world: World,
  { id, brand, last4, billingAddress, expiryMonth, expiryYear }: Card,
): object {
  return {
    brand,
    last4,
    country: billingAddress.country,
    network: brand,
    exp_year: expiryYear,
    exp_month: expiryMonth,
    fingerprint: world.random.fork(`fingerprint ${id}`).hex(16),
  };
}

export function methodType({ type }: PaymentMethod, currency: CurrencyCode): string {
  return type === 'bank_account' ? bankType(currency) : type;
}

function bankType(currency: CurrencyCode): string {
  return currency === 'USD' ? 'us_bank_account' : 'sepa_debit';
}

/** Money from a bank account takes days. */
function isImmediate({ type }: PaymentMethod): boolean {
  return type !== 'bank_account';
}

function methodAt(call: Call): { readonly billed: Billed; readonly method: PaymentMethod } {
  const billed = billingAt(call);
  const id = call.path['paymentMethodId'] ?? '';
  const method = billed.account.methods.find((each) => each.id === id);
  if (method !== undefined) return { billed, method };
  throw new Refusal(404, 'SC404', `Payment method '${id}' not found.`);
}
