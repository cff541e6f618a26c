import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import {
  enumField,
  type Fields,
  integerField,
  optionalBoolean,
  optionalInteger,
  optionalObject,
} from '../kernel/fields.ts';
import { isPast } from '../kernel/test-cards.ts';
import { type Billed, billingAt, billingOf, recordChange, requirePaidPlan } from './billing-access.ts';
import { inside, optionalAddress } from './customer-details.ts';
import { cashierMethod } from './documented-views.ts';
import { readBankAccount, readCardMethod, readPayPal } from './new-methods.ts';
import { addMethod, declined, removeMethod } from './payment-methods.ts';
import { type Card, type PaymentMethod, runningSubscription } from './state.ts';

const organizationOf = ({ world, path }: Call): number | undefined =>
  world.makeBilling.methods.get(path['paymentMethodId'] ?? '')?.organizationId;

export const documentedPaymentMethods: readonly Endpoint[] = [
  { method: 'GET', template: '/cashier/payment-methods/{organizationId}', handle: list },
  { method: 'POST', template: '/cashier/payment-methods', handle: add },
  { method: 'PATCH', template: '/cashier/payment-methods/{paymentMethodId}', organizationOf, handle: update },
  {
    method: 'DELETE',
    template: '/cashier/payment-methods/{paymentMethodId}',
    organizationOf,
    handle: remove,
  },
];

function list(call: Call): Reply {
  const { account } = requirePaidPlan(billingAt(call));
  return ok({ paymentMethods: account.methods.map((method) => cashierMethod(account, method)) });
}

function add(call: Call): Reply {
  const body = readBody(call);
  const billed = billingOf(call, integerField(body, 'organizationId', { min: 1 }));
  const { account } = billed;
  const isDefault = optionalBoolean(body, 'isDefault') ?? false;
  const billingAddress = optionalAddress(body, 'billingAddress') ?? account.profile.address;
  const method = { ...readNewMethod(body, call.world.timeline.now()), billingAddress };
  const added = addMethod(call.world, account, method, isDefault);
  recordChange(call, billed, 'payment_method_added', { paymentMethodId: added.id, type: added.type });
  return created(cashierMethod(account, added));
}

function readNewMethod(
  body: Fields,
  now: number,
): ReturnType<typeof readCardMethod | typeof readBankAccount | typeof readPayPal> {
  const type = enumField(body, 'type', ['credit_card', 'bank_account', 'paypal']);
  if (type === 'bank_account') return readBankAccount(body);
  return type === 'paypal' ? readPayPal(body) : readCardMethod(body, now);
}

function update(call: Call): Reply {
  const { billed, method } = methodAt(call);
  const { account } = billed;
  const body = readBody(call);
  const isDefault = optionalBoolean(body, 'isDefault');
  const billingAddress = optionalAddress(body, 'billingAddress');
  const expiry = readExpiry(body, method);
  if (isDefault === undefined && billingAddress === undefined && expiry === null) {
    throw new Refusal(400, 'missing_required_fields', 'isDefault, billingAddress or card is required', {
      field: 'body',
      reason: 'names nothing to change',
    });
  }
  if (isDefault === false && account.defaultMethodId === method.id) throw isTheDefault();
  if (expiry !== null && isPast(expiry.to, call.world.timeline.now())) {
    throw declined('expired_card', 'card.expiryYear');
  }

  if (isDefault === true) account.defaultMethodId = method.id;
  if (billingAddress !== undefined) method.billingAddress = billingAddress;
  if (expiry !== null) {
    expiry.card.expiryMonth = expiry.to.month;
    expiry.card.expiryYear = expiry.to.year;
  }
  recordChange(call, billed, 'payment_method_updated', { paymentMethodId: method.id });
  return ok(cashierMethod(account, method));
}

function readExpiry(
  body: Fields,
  method: PaymentMethod,
): { readonly card: Card; readonly to: { readonly month: number; readonly year: number } } | null {
  const fields = optionalObject(body, 'card');
  if (fields === undefined) return null;
  if (method.type !== 'card') {
    throw new Refusal(400, 'invalid_payment_method', 'card: the payment method is not a card', {
      field: 'card',
      reason: `the payment method is a ${method.type}`,
    });
  }
  return inside('card', () => ({
    card: method,
    to: {
      month: optionalInteger(fields, 'expiryMonth', { min: 1, max: 12 }) ?? method.expiryMonth,
      year: optionalInteger(fields, 'expiryYear', { min: 2000, max: 2100 }) ?? method.expiryYear,
    },
  }));
}

function remove(call: Call): Reply {
  const { billed, method } = methodAt(call);
  const { account } = billed;
  if (account.defaultMethodId === method.id && runningSubscription(account) !== null) throw isTheDefault();
  removeMethod(call.world, account, method);
  recordChange(call, billed, 'payment_method_removed', { paymentMethodId: method.id });
  return ok({ success: true, id: method.id });
}

function isTheDefault(): Refusal {
  return new Refusal(409, 'payment_method_default', 'The default payment method is needed', {
    field: 'paymentMethodId',
    reason: 'make another payment method the default first',
  });
}

function methodAt(call: Call): { readonly billed: Billed; readonly method: PaymentMethod } {
  const id = call.path['paymentMethodId'] ?? '';
  const found = call.world.makeBilling.methods.get(id);
  if (found !== undefined) return { billed: billingOf(call, found.organizationId), method: found.method };
  throw new Refusal(404, 'payment_method_not_found', 'Payment method not found', {
    field: 'paymentMethodId',
    reason: `there is no payment method ${id}`,
  });
}
