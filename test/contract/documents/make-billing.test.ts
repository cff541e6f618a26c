import { type DocumentedCall, holdDocument } from '../../kit/document-fields.ts';
import type { Json } from '../../kit/raw.ts';
import { dataOf } from '../platform-graph.ts';

const organizationId = '1001';
const path = '/organizations/{organizationId}';
const address = {
  line1: '1 Main St',
  line2: 'Floor 2',
  city: 'Austin',
  state: 'TX',
  postalCode: '73301',
  country: 'US',
};
/** A card of it beside the default one. */
let paymentMethodId: string;

const subscription = {
  id: 'makeId',
  status: 'status',
  'product.id': 'productId',
  'product.name': 'planName',
  'product.description': 'planDescription',
  'price.id': 'priceId',
  'price.amount': 'price.minorUnits',
  'price.currency': 'price.currency',
  'price.interval': 'interval',
  'price.intervalCount': 'intervalCount',
  nextBillingDate: 'nextBillingAt',
  currentPeriodStart: 'currentPeriodStart',
  currentPeriodEnd: 'currentPeriodEnd',
} as const;

const coupon = {
  'coupon.id': 'discount.couponId',
  'coupon.code': 'discount.code',
  'coupon.discountType': ['discount.percentOff', (type: Json) => (type === 'percentage' ? '15' : null)],
  'coupon.discountValue': 'discount.percentOff',
  'coupon.validUntil?': 'discount.validUntil',
} as const;

const calls: readonly DocumentedCall[] = [
  {
    endpoint: `GET ${path}`,
    ask: 'organization(id: "1001") { * }',
    from: 'organization',
    told: {
      id: 'makeId',
      name: 'name',
      zone: 'zone',
      productName: 'rawPlan',
      license: 'license',
      isPaused: 'isPaused',
      'teams.0.id': 'teams.0.makeId',
      'teams.0.name': 'teams.0.name',
    },
    beside: { organization: 'the document names the call for its limits, and prints none of it' },
  },
  {
    endpoint: `GET ${path}/payments`,
    ask: 'organization(id: "1001") { payments(first: 1) { edges { node { ... on MakePayment { * } } } } }',
    from: 'payments.0',
    told: {
      invoiceNumber: 'invoiceNumber',
      creationDate: 'createdAt',
      paymentStatus: 'rawStatus',
      paymentMethod: 'method',
      totalAmount: 'amount.minorUnits',
      currency: 'amount.currency',
      invoiceUrl: 'invoiceUrl',
    },
    beside: { pagination: 'totalCount, and pageInfo instead of numbered pages' },
  },
  {
    endpoint: `GET ${path}/subscription`,
    of: 'with a coupon',
    ask: 'organization(id: "1001") { subscription { * } }',
    told: { ...subscription, ...coupon },
  },
  {
    endpoint: `GET ${path}/subscription`,
    of: 'in its trial',
    ask: 'organization(id: "1011") { subscription { * } }',
    told: {
      ...subscription,
      'trial.trialStart': 'trial.start',
      'trial.trialEnd': 'trial.end',
      'trial.trialDaysLeft': 'trial.daysLeft',
    },
  },
  {
    endpoint: `POST ${path}/single-payment-create`,
    ask: 'createSinglePayment(input: $input) { ... on CreateSinglePaymentPayload { * } }',
    input: () => ({
      organizationId,
      priceId: '2910',
      quantity: 2,
      couponCode: 'WELCOME10',
      customer: { name: 'Ann', email: 'ann@example.com', address },
    }),
    sends: () => ({
      body: {
        priceId: '2910',
        quantity: 2,
        couponCode: 'WELCOME10',
        customerDetails: { name: 'Ann', email: 'ann@example.com', address },
      },
    }),
    told: {
      paymentId: 'paymentId',
      status: 'rawStatus',
      amount: 'amount.minorUnits',
      currency: 'amount.currency',
      'paymentUrl?': 'paymentUrl',
    },
  },
  {
    endpoint: `POST ${path}/subscription/coupon-apply`,
    ask: 'applyCoupon(input: $input) { ... on ApplyCouponPayload { * } }',
    input: () => ({ organizationId, couponCode: 'FIXED5' }),
    sends: () => ({ body: { couponCode: 'FIXED5' } }),
    told: {
      'coupon.id': 'discount.couponId',
      'coupon.code': 'discount.code',
      'coupon.discountType': ['discount.percentOff', (type: Json) => (type === 'fixed' ? null : 'a share')],
      'coupon.discountValue': 'discount.amountOff.minorUnits',
      'coupon.validUntil?': 'discount.validUntil',
      newSubscriptionTotal: 'newTotal.minorUnits',
      nextBillingAmount: 'nextAmount.minorUnits',
    },
    beside: { success: 'the type of the result' },
  },
  {
    endpoint: `PATCH ${path}/subscription`,
    ask: 'updateSubscription(input: $input) { ... on UpdateSubscriptionPayload { subscription { * } } }',
    input: () => ({
      organizationId,
      priceId: '2211',
      customer: { paymentMethodId, address },
      proration: 'CREATE_PRORATIONS',
    }),
    sends: () => ({
      body: {
        priceId: '2211',
        customerDetails: { paymentMethodId, billingAddress: address },
        prorationBehavior: 'create_prorations',
      },
    }),
    told: subscription,
    beside: { coupon: 'as above' },
  },
  {
    endpoint: `DELETE ${path}/subscription`,
    ask: 'cancelSubscription(input: $input) { ... on CancelSubscriptionPayload { * } }',
    input: () => ({ organizationId, atPeriodEnd: true, reason: 'too dear' }),
    sends: () => ({ query: { at_period_end: 'true', reason: 'too dear' } }),
    told: {
      subscriptionId: 'subscription.makeId',
      status: 'status',
      cancelAtPeriodEnd: 'cancelAtPeriodEnd',
      effectiveDate: 'effectiveAt',
    },
    beside: { success: 'the type of the result' },
  },
  {
    endpoint: `POST ${path}/subscription-free`,
    ask: 'setFreePlan(input: $input) { ... on SetFreePlanPayload { * } }',
    input: () => ({ organizationId, confirm: true }),
    sends: () => ({}),
    told: { plan: 'plan', message: 'confirmation', effectiveDate: 'effectiveAt' },
    beside: { success: 'the type of the result' },
  },
  {
    endpoint: `POST ${path}/subscription`,
    ask: 'createSubscription(input: $input) { ... on CreateSubscriptionPayload { subscription { * } } }',
    input: () => ({
      organizationId,
      priceId: '2111',
      couponCode: 'WELCOME10',
      trialDays: 7,
      customer: { name: 'Ann', email: 'ann@example.com', paymentMethodId },
    }),
    sends: () => ({
      body: {
        priceId: '2111',
        couponCode: 'WELCOME10',
        customerDetails: { name: 'Ann', email: 'ann@example.com', paymentMethodId },
        trialDays: 7,
      },
    }),
    told: subscription,
    beside: { coupon: 'as above', trial: 'as above' },
  },
];

holdDocument('documented', calls, async (gateway) => {
  const document = '{ organization(id: "1001") { paymentMethods { upstreamId } } }';
  const { organization } = await dataOf(gateway, document);
  paymentMethodId = organization.paymentMethods[1].upstreamId;
});
