import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import {
  type Fields,
  integerField,
  objectField,
  optionalBoolean,
  optionalString,
  stringField,
} from '../kernel/fields.ts';
import { type Expiry, readCard, readCardToken, type TestCard } from '../kernel/test-cards.ts';
import type { World } from '../world.ts';
import { refuseDeclined } from './declines.ts';
import { inside, optionalAddress, optionalMetadata, requireFields, success } from './fields.ts';
import { newId } from './ids.ts';
import { customerAt } from './lookups.ts';
import { paymentMethodDetail, paymentMethodRow } from './payment-method-views.ts';
import type { Customer, PaymentMethod } from './state.ts';

const template = '/billing/customers/{customer_id}/payment-methods';

export const paymentMethodEndpoints: readonly Endpoint[] = [
  { method: 'POST', template, handle: createPaymentMethod },
  { method: 'GET', template, handle: listPaymentMethods },
];

type NewMethod = Pick<
  PaymentMethod,
  'brand' | 'last4' | 'expiry' | 'declinesWhenCharged' | 'billingAddress' | 'metadata' | 'isDefault'
>;

/** A customer's first method is its default in any case. */
export function addPaymentMethod(world: World, customer: Customer, method: NewMethod): PaymentMethod {
  const isDefault = method.isDefault || customer.paymentMethods.length === 0;
  if (isDefault) for (const other of customer.paymentMethods) other.isDefault = false;
  const added = {
    ...method,
    id: newId(world, 'pm'),
    customerId: customer.id,
    createdAt: world.timeline.now(),
    isDefault,
  };
  customer.paymentMethods.push(added);
  return added;
}

function createPaymentMethod(call: Call): Reply {
  const customer = customerAt(call);
  const fields = objectField(readBody(call), 'payment_method');
  requireFields(fields, 'type', 'card');
  const type = stringField(fields, 'type');
  if (type !== 'card') refuseMethod('type', 'must be card');
  const { declinesWhenAdded, ...card } = cardOf(objectField(fields, 'card'), call.world.timeline.now());
  const method = {
    ...card,
    billingAddress: optionalAddress(fields, 'billing_address') ?? null,
    metadata: optionalMetadata(fields),
    isDefault: optionalBoolean(fields, 'set_as_default') ?? false,
  };
  if (declinesWhenAdded !== null) refuseDeclined(declinesWhenAdded, 'card');
  return created(
    success({ payment_method: paymentMethodDetail(addPaymentMethod(call.world, customer, method)) }),
  );
}

function listPaymentMethods(call: Call): Reply {
  return ok(success({ payment_methods: customerAt(call).paymentMethods.map(paymentMethodRow) }));
}

/** A card comes as a token of the payment provider or as it is printed. The number is read here and kept nowhere. */
function cardOf(card: Fields, now: number): TestCard & { readonly expiry: Expiry } {
  const token = optionalString(card, 'token', { max: 200 });
  if (token !== undefined) {
    return readCardToken(token, now) ?? refuseMethod('card.token', 'is no token of the payment provider');
  }
  return inside('card', () => {
    requireFields(card, 'number', 'exp_month', 'exp_year', 'cvc');
    const expiry = { month: integerField(card, 'exp_month'), year: integerField(card, 'exp_year') };
    const read = readCard(stringField(card, 'number'), expiry, stringField(card, 'cvc'), now);
    if (!('fault' in read)) return { ...read, expiry };
    const { field, reason } = read.fault;
    if (field === 'cvc') refuseDeclined('invalid_cvc', field);
    return refuseMethod(field === 'expiry' ? 'exp_month' : field, reason);
  });
}

function refuseMethod(field: string, reason: string): never {
  throw new Refusal(400, 'invalid_payment_method', `${field}: ${reason}`, { field, reason });
}
