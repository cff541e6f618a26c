import { encodeGlobalId, ownedId } from '../../../src/schema/global-id.ts';
import { type DocumentedCall, holdDocument } from '../../kit/document-fields.ts';
import type { Json } from '../../kit/raw.ts';

const organization = 'organization(id: "1004")';
const organizationId = '1004';
const address = {
  line1: '1 Main St',
  line2: 'Floor 2',
  city: 'Austin',
  state: 'TX',
  postalCode: '73301',
  country: 'US',
};
const card = { number: '4242424242424242', expiryMonth: 12, expiryYear: 2029, cvc: '123' };
const idOf = (typename: string, upstreamId: string) => encodeGlobalId(typename, ownedId(1004, upstreamId));

let invoiceId: string;
let methodId: string;
let accountId: string;

const methodIdOf = (id: string) => encodeGlobalId('PaymentMethod', `make/${ownedId(1004, id)}`);

const page = 'totalCount and pageInfo, instead of numbered pages';
const file = "downloadUrl is the gateway's own, which asks for no credential of Make";

const quota = (wire: string, place: string, used = 'used') => ({
  [`${wire}.included`]: `${place}.included`,
  [`${wire}.${used}`]: `${place}.used`,
  [`${wire}.overage`]: `${place}.overage`,
});

const addressIn = (wire: string, place: string) =>
  Object.fromEntries(Object.keys(address).map((part) => [`${wire}.${part}`, `${place}.${part}`]));

const plan = (place: string) => ({
  'subscription.plan': `${place}rawPlan`,
  'subscription.status': `${place}rawStatus`,
  'subscription.billingCycle': [
    `${place}interval`,
    (cycle: Json) => ({ monthly: 'MONTH', yearly: 'YEAR' })[String(cycle)],
  ] as const,
  'subscription.nextBillingDate': `${place}nextBillingAt`,
  'subscription.features.0.name': `${place}features.0.name`,
  'subscription.features.0.included': `${place}features.0.isIncluded`,
  'subscription.features.0.limit': `${place}features.0.limit`,
});

const cardFields = {
  id: 'upstreamId',
  type: 'rawType',
  isDefault: 'isDefault',
  'details.last4': 'last4',
  'details.brand': 'brand',
  'details.expiryMonth': 'expiryMonth',
  'details.expiryYear': 'expiryYear',
  ...addressIn('billingAddress', 'billingAddress'),
};

const majorUnits = (minorUnits: number) => (minorUnits / 100).toFixed(2);

const invoice = {
  id: 'makeId',
  organizationId: 'organization.makeId',
  invoiceNumber: 'number',
  issueDate: 'issuedAt',
  dueDate: 'dueAt',
  paidDate: 'paidAt',
  status: 'rawStatus',
  'amount.subtotal': 'subtotal.minorUnits',
  'amount.tax': 'tax.minorUnits',
  'amount.total': 'total.minorUnits',
  'amount.currency': 'total.currency',
  'items.0.id': 'lineItems.0.upstreamId',
  'items.0.description': 'lineItems.0.description',
  'items.0.quantity': 'lineItems.0.quantity',
  'items.0.unitPrice': ['lineItems.0.unitPrice.decimal', majorUnits],
  'items.0.amount': 'lineItems.0.amount.minorUnits',
  'items.0.period.start': 'lineItems.0.periodStart',
  'items.0.period.end': 'lineItems.0.periodEnd',
  'paymentMethod.id': 'paymentMethod.upstreamId',
  'paymentMethod.type': 'paymentMethod.rawType',
  'paymentMethod.isDefault': 'paymentMethod.isDefault',
  'paymentMethod.details.last4': 'paymentMethod.last4',
  'paymentMethod.details.brand': 'paymentMethod.brand',
  'paymentMethod.details.expiryMonth': 'paymentMethod.expiryMonth',
  'paymentMethod.details.expiryYear': 'paymentMethod.expiryYear',
  ...addressIn('paymentMethod.billingAddress', 'paymentMethod.billingAddress'),
} as const;

const planChange = { ...plan('planSubscription.'), effectiveDate: 'effectiveAt' };

const reads: readonly DocumentedCall[] = [
  {
    endpoint: 'GET /cashier/billing/{organizationId}',
    ask: `${organization} { * }`,
    told: {
      organizationId: 'makeId',
      ...plan('billing.subscription.'),
      ...quota('usage.operations', 'billing.usage.operations'),
      'usage.operations.resetDate': 'billing.usage.resetAt',
      ...quota('usage.storage', 'billing.usage.storage'),
      ...quota('usage.users', 'billing.usage.users', 'active'),
      'billing.currentAmount': 'billing.currentAmount.minorUnits',
      'billing.currency': 'billing.currentAmount.currency',
      'billing.nextAmount': 'billing.nextAmount.minorUnits',
      'billing.overageCharges': 'billing.overageCharges.minorUnits',
      ...addressIn('billingAddress', 'billing.address'),
      'taxId?': 'billing.taxId',
      invoiceEmailRecipients: 'billing.invoiceEmailRecipients',
    },
  },
  {
    endpoint: 'GET /cashier/subscription/{organizationId}',
    ask: `${organization} { subscription { * } }`,
    from: 'subscription',
    told: {
      nextBillingDate: 'nextBillingAt',
      'features.0.name': 'features.0.name',
      'features.0.included': 'features.0.isIncluded',
      'features.0.limit': 'features.0.limit',
    },
    beside: {
      organizationId: 'the organization that was asked',
      'subscription.plan': 'as in billing',
      'subscription.status': 'as in billing',
      'subscription.billingCycle': 'as in billing',
    },
  },
  {
    endpoint: 'GET /cashier/usage/current/{organizationId}',
    ask: `${organization} { * }`,
    told: {
      organizationId: 'makeId',
      'period.start': 'usage.periodStart',
      'period.end': 'usage.periodEnd',
      ...quota('operations', 'usage.operations'),
      'operations.resetDate': 'usage.resetAt',
      ...quota('storage', 'usage.storage'),
      ...quota('users', 'usage.users', 'active'),
      asOf: 'usage.asOf',
    },
  },
  {
    endpoint: 'GET /cashier/usage/history/{organizationId}',
    ask: `${organization} {
      usageHistory(period: { range: { from: "2026-11-01T00:00:00Z", to: "2026-11-08T00:00:00Z" } }) { * }
    }`,
    sends: () => ({ query: { from: '2026-11-01T00:00:00.000Z', to: '2026-11-07T23:59:59.999Z' } }),
    from: 'history.0',
    told: {
      date: 'date',
      operations: 'operations',
      executions: 'executions',
      errors: 'errors',
      dataTransfer: 'dataTransfer',
      centicredits: ['credits', (hundredths: number) => String(hundredths / 100)],
    },
    beside: { organizationId: 'the organization that was asked', period: 'the period that was asked' },
  },
  {
    endpoint: 'GET /cashier/usage/predictions/{organizationId}',
    ask: `${organization} { usageForecast { upstream { * } } }`,
    told: {
      'period.start': 'period.start',
      'period.end': 'period.end',
      generatedAt: 'generatedAt',
      method: 'method',
      'operations.included': 'included',
      'operations.used': 'used',
      'operations.averagePerDay': 'averagePerDay',
      'operations.predicted': 'predicted',
      'operations.predictedOverage': 'expectedOverage',
      'operations.exhaustedAt?': 'exhaustedAt',
    },
    beside: { organizationId: 'the organization that was asked' },
  },
  {
    endpoint: 'GET /cashier/payment-methods/{organizationId}',
    of: 'a card',
    ask: `${organization} { paymentMethods { * } }`,
    from: 'paymentMethods.0',
    told: cardFields,
  },
  {
    endpoint: 'GET /cashier/invoices/{organizationId}',
    ask: `${organization} {
      invoices(first: 1, filter: {
        source: MAKE, statuses: [PAID], from: "2026-10-01T00:00:00Z", to: "2026-11-10T00:00:00Z"
      }) { edges { node { ... on MakeInvoice { * } } } }
    }`,
    sends: () => ({
      query: {
        page: '1',
        limit: '100',
        status: 'paid',
        from: '2026-10-01T00:00:00.000Z',
        to: '2026-11-09T23:59:59.999Z',
      },
    }),
    from: 'invoices.0',
    told: invoice,
    beside: { pagination: page, 'invoices.0.downloadUrl': file },
    keep: ({ invoices: [row] }) => {
      invoiceId = row.id;
    },
  },
  {
    endpoint: 'GET /cashier/invoices/{invoiceId}',
    ask: () => `node(id: "${idOf('MakeInvoice', invoiceId)}") { ... on MakeInvoice { * } }`,
    told: invoice,
    beside: { downloadUrl: file },
  },
];

const changes: readonly DocumentedCall[] = [
  {
    endpoint: 'POST /cashier/payment-methods',
    of: 'a card',
    ask: 'addPaymentMethod(input: $input) { ... on AddPaymentMethodPayload { paymentMethod { * } } }',
    input: () => ({
      owner: { organizationId },
      source: { card },
      billingAddress: address,
      isDefault: true,
    }),
    sends: () => ({
      body: { organizationId: 1004, type: 'credit_card', card, billingAddress: address, isDefault: true },
    }),
    told: cardFields,
    keep: ({ id }) => {
      methodId = id;
    },
  },
  {
    endpoint: 'POST /cashier/payment-methods',
    of: 'a bank account',
    ask: 'addPaymentMethod(input: $input) { ... on AddPaymentMethodPayload { paymentMethod { * } } }',
    input: () => ({
      owner: { organizationId },
      source: { bankAccount: { bankName: 'First', last4: '6789' } },
    }),
    sends: () => ({
      body: { organizationId: 1004, type: 'bank_account', bankAccount: { bankName: 'First', last4: '6789' } },
    }),
    told: {
      id: 'upstreamId',
      type: 'rawType',
      isDefault: 'isDefault',
      'details.last4': 'last4',
      'details.bankName': 'bankName',
    },
    beside: { billingAddress: 'as above' },
    keep: ({ id }) => {
      accountId = id;
    },
  },
  {
    endpoint: 'PATCH /cashier/payment-methods/{paymentMethodId}',
    ask: 'updatePaymentMethod(input: $input) { ... on UpdatePaymentMethodPayload { paymentMethod { * } } }',
    input: () => ({
      paymentMethodId: methodIdOf(methodId),
      isDefault: true,
      billingAddress: { ...address, line1: '2 Main St' },
      expiryMonth: 11,
      expiryYear: 2030,
    }),
    sends: () => ({
      body: {
        isDefault: true,
        billingAddress: { ...address, line1: '2 Main St' },
        card: { expiryMonth: 11, expiryYear: 2030 },
      },
    }),
    told: cardFields,
  },
  {
    endpoint: 'POST /cashier/subscription/downgrade',
    ask: 'downgradeSubscription(input: $input) { ... on DowngradeSubscriptionPayload { * } }',
    input: () => ({ organizationId, priceId: '2311' }),
    sends: () => ({ body: { organizationId: 1004, priceId: '2311' } }),
    told: { organizationId: 'organization.makeId', ...planChange },
  },
  {
    endpoint: 'POST /cashier/subscription/upgrade',
    ask: 'upgradeSubscription(input: $input) { ... on UpgradeSubscriptionPayload { * } }',
    input: () => ({ organizationId, priceId: '2412', proration: 'CREATE_PRORATIONS' }),
    sends: () => ({
      body: { organizationId: 1004, priceId: '2412', prorationBehavior: 'create_prorations' },
    }),
    told: { organizationId: 'organization.makeId', ...planChange },
  },
  {
    endpoint: 'POST /cashier/subscription/cancel',
    ask: 'cancelSubscription(input: $input) { ... on CancelSubscriptionPayload { * } }',
    input: () => ({ organizationId, atPeriodEnd: true, reason: 'too dear' }),
    sends: () => ({ body: { organizationId: 1004, atPeriodEnd: true, reason: 'too dear' } }),
    told: { organizationId: 'organization.makeId', ...planChange },
  },
  {
    endpoint: 'DELETE /cashier/payment-methods/{paymentMethodId}',
    ask: 'removePaymentMethod(input: $input) { ... on RemovePaymentMethodPayload { * } }',
    input: () => ({ paymentMethodId: methodIdOf(accountId) }),
    sends: () => ({}),
    told: { id: ['paymentMethodId', methodIdOf] },
    beside: { success: 'the type of the result' },
  },
];

holdDocument('documented', [...reads, ...changes]);
