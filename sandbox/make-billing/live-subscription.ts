import { readBody } from '../kernel/body.ts';
import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import {
  booleanField,
  type Fields,
  integerField,
  invalidField,
  optionalObject,
  optionalString,
  stringField,
} from '../kernel/fields.ts';
import { iso } from '../kernel/time.ts';
import { countryCodeOf } from '../organizations/organizations.ts';
import { billingAt, recordChange, requireRunning, requireSubscription } from './billing-access.ts';
import { cancel } from './cancellations.ts';
import { discountOn, requireCoupon } from './coupons.ts';
import { emailField, inside, updateProfile } from './customer-details.ts';
import { checkoutMs } from './hosted-pages.ts';
import { openCheckout } from './hosted-payments.ts';
import { decimalOf } from './money.ts';
import { requireChangeable, requireNoSubscription, requirePlanPrice } from './orders.ts';
import { endSubscription } from './renewals.ts';
import type { Account, ProfileChange } from './state.ts';
import { switchPlan } from './subscriptions.ts';

const template = '/organizations/{organizationId}/subscription';

export const liveSubscription: readonly Endpoint[] = [
  { method: 'GET', template, handle: get },
  { method: 'POST', template, handle: create },
  { method: 'PATCH', template, handle: update },
  { method: 'DELETE', template, handle: remove },
  { method: 'POST', template: `${template}-free`, handle: setFree },
];

function get(call: Call): Reply {
  const billed = billingAt(call);
  const { price, periodEnd, discount } = requireRunning(billed);
  const { product, currency, interval } = price;
  const now = call.world.timeline.now();
  return ok({
    product: {
      id: product.id,
      name: product.name,
      nextBill: iso(periodEnd),
      price: {
        id: price.id,
        price: decimalOf(price.amount, currency),
        currencyCode: currency,
        period: `1 ${interval}`,
      },
      coupon:
        discount === null
          ? undefined
          : {
              validFrom: iso(discount.since),
              validTo: discount.coupon.validUntil === null ? null : iso(discount.coupon.validUntil),
              price: decimalOf(discountOn(price.amount, discount.coupon, now), currency),
              currencyCode: currency.toLowerCase(),
              productId: product.id,
              productName: product.name,
            },
    },
  });
}

function create(call: Call): Reply {
  const billed = billingAt(call);
  const body = readBody(call);
  const price = requirePlanPrice(integerField(body, 'priceId'), billed.account);
  const couponCode = optionalString(body, 'couponCode', { max: 50 });
  const coupon = couponCode === undefined ? null : requireCoupon(call.world, couponCode);
  const customer = readCustomer(body, billed.account);
  requireNoSubscription(billed.account);
  const checkout = openCheckout(
    call.world,
    { organizationId: billed.organization.id, price, coupon, customer },
    call.world.timeline.now() + checkoutMs,
  );
  return ok({
    sessionId: checkout.id,
    url: `${call.origin}/checkout/${checkout.id}`,
    subscriptionId: checkout.subscriptionId,
  });
}

function update(call: Call): Reply {
  const billed = billingAt(call);
  const body = readBody(call);
  const price = requirePlanPrice(integerField(body, 'priceId'), billed.account);
  const customer = readCustomer(body, billed.account);
  const subscription = requireSubscription(billed);
  requireChangeable(subscription, price);
  const failure = switchPlan(call.world, billed.organization, subscription, price);
  // 402 means a missing plan in this dialect
  if (failure !== null) throw new Refusal(400, 'SC400', 'The payment failed.', { reason: failure });
  updateProfile(billed.account.profile, customer);
  recordChange(call, billed, 'subscription_updated', { priceId: price.id });
  return ok({ ok: 1 });
}

function remove(call: Call): Reply {
  cancel(call, billingAt(call), { atPeriodEnd: true, reason: undefined });
  return ok({ ok: 1 });
}

function setFree(call: Call): Reply {
  const billed = billingAt(call);
  const subscription = requireRunning(billed);
  if (call.query.get('confirmed') !== 'true') {
    throw new Refusal(406, 'IM004', 'The plan and everything above its limits would be lost at once.');
  }
  endSubscription(call.world, billed.organization, subscription);
  recordChange(call, billed, 'subscription_cancelled', { plan: billed.organization.plan });
  return ok({ customerId: billed.account.customerId, subscriptionId: subscription.id });
}

/** What is not told of the address stays as it is. */
function readCustomer(body: Fields, { profile }: Account): ProfileChange {
  const customer = optionalObject(body, 'customer');
  if (customer === undefined) return {};
  return inside('customer', () => {
    const email = emailField(customer, 'email');
    const name = stringField(customer, 'name', { max: 200 });
    const isBusiness = booleanField(customer, 'isBusiness');
    const country = countryCodeOf(integerField(customer, 'countryId'));
    if (country === undefined) throw invalidField('countryId', 'is not the number of a country');
    const companyName = optionalString(customer, 'companyName', { max: 200 });
    const taxId = optionalString(customer, 'taxId', { max: 50 });
    const told = ['line1', 'line2', 'city', 'state', 'postalCode'].flatMap((field) => {
      const text = optionalString(customer, field, { max: 200 });
      return text === undefined ? [] : [[field, text]];
    });
    return {
      name: isBusiness ? (companyName ?? name) : name,
      email,
      address: { ...profile.address, ...Object.fromEntries(told), country },
      ...(taxId === undefined ? {} : { taxId }),
    };
  });
}
