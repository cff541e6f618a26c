import { encodeGlobalId, ownedId } from '../../../src/schema/global-id.ts';
import { type DocumentedCall, holdDocument } from '../../kit/document-fields.ts';
import type { Json } from '../../kit/raw.ts';

const organizationId = '1004';
const organization = 'organization(id: "1004")';
const path = '/organizations/{organizationId}';
let methodId: string;

/** `15.00` → 1500, of a currency with two decimals. */
const minorUnits = (decimal: string) => Math.round(Number(decimal) * 100);
const upperCase = (code: string) => code.toUpperCase();
const english = ({ en }: Json) => en;

const payment = {
  id: 'makeId',
  invoice_number: 'invoiceNumber',
  created: 'createdAt',
  type_name: 'rawType',
  status_name: 'rawStatus',
  product_name: ['description', english],
  'payment_method.type': ['method', () => 'amex 0005'],
  'payment_method.card.brand': 'card.brand',
  'payment_method.card.last4': 'card.last4',
  'payment_method.card.country': 'card.country',
  'payment_method.card.network': 'card.network',
  'payment_method.card.exp_year': 'card.expiryYear',
  'payment_method.card.exp_month': 'card.expiryMonth',
  'payment_method.card.fingerprint': 'card.fingerprint',
  amount_total: ['amount.minorUnits', minorUnits],
  currency_code: ['amount.currency', upperCase],
  invoice_url: 'invoiceUrl',
  hosted_invoice_url: 'hostedUrl',
  period_from: 'periodStart',
  period_to: 'periodEnd',
} as const;

const subscription = {
  'product.id': 'productId',
  'product.name': 'planName',
  'product.nextBill': 'nextBillingAt',
  'product.price.id': 'priceId',
  'product.price.price': ['price.minorUnits', minorUnits],
  'product.price.currencyCode': 'price.currency',
  'product.price.period': ['interval', (period: string) => period.replace('1 ', '').toUpperCase()],
} as const;

const customer = {
  name: 'Ann',
  email: 'ann@example.com',
  isBusiness: true,
  companyName: 'Ann & Co',
  taxId: 'US1',
  countryId: 202,
};
const address = { line1: '1 Main St', line2: 'Floor 2', city: 'Austin', state: 'TX', postalCode: '73301' };

const calls: readonly DocumentedCall[] = [
  {
    endpoint: `GET ${path}`,
    ask: `${organization} { * }`,
    from: 'organization',
    told: {
      id: 'makeId',
      name: 'name',
      zone: 'zone',
      license: 'license',
      productName: 'rawPlan',
      isPaused: 'isPaused',
      'teams.0.id': 'teams.0.makeId',
      'teams.0.name': 'teams.0.name',
      lastReset: 'usage.periodStart',
      nextReset: 'usage.resetAt',
      operations: 'usage.operations.used',
      unusedOperations: 'usage.operations.remaining',
      transfer: 'usage.dataTransfer.used',
      unusedTransfer: 'usage.dataTransfer.remaining',
      centicreditsConsumed: ['usage.credits.used', (hundredths: Json) => String(hundredths / 100)],
      unusedCenticredits: ['usage.credits.remaining', (hundredths: Json) => String(hundredths / 100)],
    },
    beside: {
      ...Object.fromEntries(
        ['operationsExt', 'transferExt', 'centicreditsExtra'].map((name) => [
          `organization.${name}`,
          'part of what is included',
        ]),
      ),
      'organization.serviceName': 'the same as productName',
      ...Object.fromEntries(
        [
          'timezoneId',
          'countryId',
          'externalId',
          'solutionPartnerLink',
          'tfaEnforced',
          'sharedScenarioPartnerCode',
          'createdAt',
          'autoPurchasingActivated',
          'autoPurchaseInProgress',
          'activeApps',
          'activeScenarios',
          'ssoType',
        ].map((name) => [`organization.${name}`, 'a setting that is neither billing nor administration']),
      ),
    },
  },
  {
    endpoint: `GET ${path}/payments`,
    ask: `${organization} {
      payments(first: 1, orderBy: { field: AMOUNT, direction: DESC }) { edges { node { ... on MakePayment { * } } } }
    }`,
    sends: () => ({
      query: {
        'pg[offset]': '0',
        'pg[limit]': '100',
        'pg[sortBy]': 'amount_total',
        'pg[sortDir]': 'desc',
      },
    }),
    from: 'payments.0',
    told: payment,
  },
  {
    endpoint: `GET ${path}/payments`,
    of: 'as invoices',
    ask: `${organization} {
      invoices(first: 1, filter: { source: MAKE }) { edges { node { ... on MakeInvoice { * } } } }
    }`,
    from: 'payments.0',
    told: {
      id: 'makeId',
      invoice_number: 'number',
      created: 'issuedAt',
      status_name: 'rawStatus',
      amount_total: ['total.minorUnits', minorUnits],
      currency_code: ['total.currency', upperCase],
      invoice_url: 'downloadUrl',
      hosted_invoice_url: 'hostedUrl',
    },
    beside: Object.fromEntries(
      ['type_name', 'product_name', 'payment_method', 'period_from', 'period_to'].map((name) => [
        `payments.0.${name}`,
        'in the payment',
      ]),
    ),
  },
  {
    endpoint: `GET ${path}/subscription`,
    ask: 'organization(id: "1001") { subscription { * } }',
    told: {
      ...subscription,
      'product.coupon.validFrom': 'discount.validFrom',
      'product.coupon.validTo': 'discount.validUntil',
      'product.coupon.price': ['discount.amountOff.minorUnits', minorUnits],
      'product.coupon.currencyCode': ['discount.amountOff.currency', upperCase],
      'product.coupon.productId': 'discount.productId',
      'product.coupon.productName': 'discount.productName',
    },
  },
  {
    endpoint: `GET ${path}/subscription/payment-methods`,
    ask: `${organization} { paymentMethods { * } }`,
    from: 'paymentMethods.0',
    told: {
      id: 'upstreamId',
      type: 'rawType',
      valid: 'isValid',
      customerDefaultMethod: 'isDefault',
      customerDefaultExtrasMethod: 'isDefaultForExtras',
      isImmediate: 'isImmediate',
      created: 'createdAt',
      'methodDetails.display_brand': 'brand',
      'methodDetails.last4': 'last4',
    },
    beside: {
      pg: 'the list is read whole',
      'paymentMethods.0.methodDetails.brand': 'where there is no other',
    },
    keep: ({ paymentMethods }) => {
      methodId = encodeGlobalId('PaymentMethod', `make/${ownedId(1004, paymentMethods[1].id)}`);
    },
  },
  {
    endpoint: `GET ${path}/subscription/payment-method-types`,
    ask: `${organization} { paymentMethodOptions { * } }`,
    from: 'paymentMethodTypes.0',
    told: {
      value: 'rawType',
      label: 'label',
      canBeDefaultForSubscription: 'canBeDefault',
      canBeDefaultForExtras: 'canBeDefaultForExtras',
    },
  },
  {
    endpoint: 'GET /cashier/products',
    ask: `${organization} { availablePrices { * } }`,
    sends: () => ({ query: { organizationId } }),
    from: 'products.0',
    told: {
      id: 'productId',
      name: ['planName', english],
      description: ['description', english],
      'prices.0.id': 'priceId',
      'prices.0.price': ['amount.minorUnits', minorUnits],
      'prices.0.currencyCode': 'amount.currency',
      'prices.0.period': 'interval',
      'prices.0.config.operations': 'operations',
    },
    beside: {
      'products.0.type': 'a plan is among availablePrices, what is bought once among availableExtras',
      'products.0.visible': 'what is not for sale is left out',
      'products.0.prices.0.visible': 'the same',
      ...Object.fromEntries(
        [
          'descriptionHover',
          'additionalInfo',
          'priority',
          'config',
          'comparisonId',
          'prices.0.default',
          'prices.0.priority',
          'prices.0.config',
        ].map((name) => [`products.0.${name}`, 'how a page of prices is laid out']),
      ),
    },
  },
  {
    endpoint: `PATCH ${path}/subscription`,
    ask: 'updateSubscription(input: $input) { ... on UpdateSubscriptionPayload { subscription { * } } }',
    input: () => ({
      organizationId,
      priceId: '2311',
      customer: { ...customer, address: { ...address, country: 'US' } },
    }),
    sends: () => ({ body: { priceId: 2311, customer: { ...customer, ...address } } }),
    told: {},
    beside: { ok: 'the type of the result' },
  },
  {
    endpoint: `PATCH ${path}/subscription/payment-methods/{paymentMethodId}/default`,
    ask: 'updatePaymentMethod(input: $input) { ... on UpdatePaymentMethodPayload { paymentMethod { * } } }',
    input: () => ({ paymentMethodId: methodId, isDefault: true }),
    sends: () => ({ body: { target: 'subscription' } }),
    told: {
      paymentMethodId: 'upstreamId',
      paymentMethodType: 'rawType',
      isDefaultForSubscription: 'isDefault',
      isDefaultForExtras: 'isDefaultForExtras',
    },
  },
  {
    endpoint: `DELETE ${path}/subscription`,
    ask: 'cancelSubscription(input: $input) { ... on CancelSubscriptionPayload { * } }',
    input: () => ({ organizationId }),
    sends: () => ({}),
    told: {},
    beside: { ok: 'the type of the result' },
  },
  {
    endpoint: `POST ${path}/subscription-free`,
    ask: 'setFreePlan(input: $input) { ... on SetFreePlanPayload { * } }',
    input: () => ({ organizationId, confirm: true }),
    sends: () => ({ query: { confirmed: 'true' } }),
    told: { customerId: 'customerId', subscriptionId: 'subscriptionId' },
  },
  {
    endpoint: `POST ${path}/subscription`,
    ask: 'createSubscription(input: $input) { ... on CreateSubscriptionPayload { checkout { * } } }',
    input: () => ({
      organizationId,
      priceId: '2111',
      couponCode: 'WELCOME10',
      customer: { ...customer, address: { ...address, country: 'US' } },
    }),
    sends: () => ({
      body: { priceId: 2111, couponCode: 'WELCOME10', customer: { ...customer, ...address } },
    }),
    told: { sessionId: 'sessionId', url: 'url', subscriptionId: 'subscriptionId' },
  },
  {
    endpoint: `DELETE ${path}/subscription/payment-methods/{paymentMethodId}`,
    ask: 'removePaymentMethod(input: $input) { ... on RemovePaymentMethodPayload { * } }',
    input: () => ({ paymentMethodId: methodId }),
    sends: () => ({}),
    told: {},
    beside: { ok: 'the type of the result' },
  },
];

holdDocument('live', calls);
