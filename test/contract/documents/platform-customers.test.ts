import { type DocumentedCall, holdDocument, type Place } from '../../kit/document-fields.ts';
import type { Json } from '../../kit/raw.ts';
import { customerNodeId } from '../platform-graph.ts';

/** What is made on the way, by the platform's own ids. */
const made = { plan: '', customer: '' };
const linked = 'cus_0000000000001001';

const address = {
  line1: '123 Business St',
  line2: 'Suite 456',
  city: 'San Francisco',
  state: 'CA',
  postalCode: '94105',
  country: 'US',
};
const { postalCode, ...lines } = address;
const printedAddress = { ...lines, postal_code: postalCode };

const beside = { status: 'an error is none of these', 'data.pagination': 'totalCount and pageInfo' };

const addressIn = (wire: string, place: string): Record<string, Place> => ({
  [`${wire}.line1`]: `${place}.line1`,
  [`${wire}.line2?`]: `${place}.line2`,
  [`${wire}.city`]: `${place}.city`,
  [`${wire}.state`]: `${place}.state`,
  [`${wire}.postal_code`]: `${place}.postalCode`,
  [`${wire}.country`]: `${place}.country`,
});

const planRow = {
  id: 'platformId',
  name: 'name',
  description: 'description',
  'pricing.amount': 'price.minorUnits',
  'pricing.currency': 'price.currency',
  'pricing.interval': 'interval',
  'pricing.formatted_amount': 'price.formatted',
  'pricing.trial_period_days': 'trialDays',
  'pricing.billing_cycles?': 'billingCycles',
  metadata: 'metadata',
} as const;

const plan = {
  ...planRow,
  features: 'features',
  'limits.users': 'limits.0.quantity',
  'limits.storage_gb': 'limits.1.quantity',
  'limits.api_calls_per_day': 'limits.2.quantity',
  'limits.projects': 'limits.3.quantity',
  status: 'rawStatus',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
} as const;

const plans: readonly DocumentedCall[] = [
  {
    endpoint: 'POST /billing/plans',
    ask: 'createPlan(input: $input) { ... on CreatePlanPayload { plan { * } } }',
    input: () => ({
      name: 'Professional',
      description: 'Advanced features for growing businesses',
      price: { minorUnits: 9900, currency: 'USD' },
      interval: 'MONTH',
      trialDays: 14,
      billingCycles: 12,
      features: ['unlimited_users', 'advanced_analytics'],
      limits: [
        { name: 'users', quantity: '1000' },
        { name: 'storage_gb', quantity: '100' },
        { name: 'api_calls_per_day', quantity: '50000' },
        { name: 'projects', quantity: '50' },
      ],
      metadata: { tier: 'professional', popular: true, contact_required: false },
    }),
    sends: () => ({
      body: {
        plan: {
          name: 'Professional',
          description: 'Advanced features for growing businesses',
          pricing: {
            amount: 9900,
            currency: 'USD',
            interval: 'month',
            trial_period_days: 14,
            billing_cycles: 12,
          },
          features: ['unlimited_users', 'advanced_analytics'],
          limits: { users: 1000, storage_gb: 100, api_calls_per_day: 50000, projects: 50 },
          metadata: { tier: 'professional', popular: true, contact_required: false },
        },
      },
    }),
    from: 'data.plan',
    told: plan,
    beside,
    keep: ({ data }) => {
      made.plan = data.plan.id;
    },
  },
  {
    endpoint: 'GET /billing/plans',
    ask: 'plans(first: 1, filter: { activeOnly: true, tier: "starter" }) { edges { node { * } } }',
    sends: () => ({ query: { active_only: 'true', tier: 'starter', limit: '100', offset: '0' } }),
    from: 'data.plans.0',
    told: planRow,
    beside,
  },
  {
    endpoint: 'GET /billing/plans/{plan_id}',
    ask: 'plans(first: 1) { edges { node { * } } }',
    from: 'data.plan',
    told: {
      ...plan,
      'usage_rates.api_calls_over_limit': 'usageRates.0.price.decimal',
      'usage_rates.storage_gb_over_limit': 'usageRates.1.price.decimal',
      'usage_rates.projects_over_limit': 'usageRates.2.price.decimal',
      'usage_rates.data_transfer_gb': 'usageRates.3.price.decimal',
    },
    beside,
  },
  {
    endpoint: 'PUT /billing/plans/{plan_id}',
    ask: 'updatePlan(input: $input) { ... on UpdatePlanPayload { plan { * } } }',
    input: () => ({
      planId: made.plan,
      name: 'Professional Plus',
      description: 'Enhanced features with additional storage',
      price: { minorUnits: 10900, currency: 'USD' },
      interval: 'MONTH',
      limits: [
        { name: 'storage_gb', quantity: '200' },
        { name: 'api_calls_per_day', quantity: '75000' },
      ],
      metadata: { popular: true, featured: true },
    }),
    sends: () => ({
      body: {
        plan: {
          name: 'Professional Plus',
          description: 'Enhanced features with additional storage',
          pricing: { amount: 10900, currency: 'USD', interval: 'month' },
          limits: { storage_gb: 200, api_calls_per_day: 75000 },
          metadata: { popular: true, featured: true },
        },
      },
    }),
    from: 'data.plan',
    told: plan,
    beside,
  },
  {
    endpoint: 'DELETE /billing/plans/{plan_id}',
    ask: 'archivePlan(input: $input) { ... on ArchivePlanPayload { * } }',
    input: () => ({ planId: made.plan, confirm: true }),
    sends: () => ({}),
    from: 'data.plan',
    told: { id: 'plan.platformId', status: 'plan.rawStatus', archived_at: 'archivedAt' },
    beside,
  },
];

const customer = {
  id: 'platformId',
  email: 'email',
  name: 'name',
  description: 'description',
  status: 'status',
  ...addressIn('address', 'address'),
  phone: 'phone',
  'tax_info.tax_id': 'tax.taxId',
  'tax_info.tax_exempt': 'tax.isExempt',
  'tax_info.exemption_type?': 'tax.exemptionType',
  metadata: 'metadata',
  created_at: 'createdAt',
  stripe_customer_id: 'stripeCustomerId',
} as const;

const method = (wire = '', place = ''): Record<string, Place> => ({
  [`${wire}id`]: `${place}upstreamId`,
  [`${wire}type`]: `${place}rawType`,
  [`${wire}brand`]: `${place}brand`,
  [`${wire}last4`]: `${place}last4`,
  [`${wire}exp_month`]: `${place}expiryMonth`,
  [`${wire}exp_year`]: `${place}expiryYear`,
  [`${wire}is_default`]: `${place}isDefault`,
  [`${wire}created_at`]: `${place}createdAt`,
});

const customers: readonly DocumentedCall[] = [
  {
    endpoint: 'POST /billing/customers',
    ask: 'createCustomer(input: $input) { ... on CreateCustomerPayload { customer { * } } }',
    input: () => ({
      email: 'customer@example.com',
      name: 'John Doe',
      description: 'Enterprise customer from Tech Corp',
      address,
      phone: '+1-555-123-4567',
      tax: { taxId: 'US123456789', isExempt: true, exemptionType: 'government' },
      metadata: { source: 'web_signup', company_size: 'enterprise' },
    }),
    sends: () => ({
      body: {
        customer: {
          email: 'customer@example.com',
          name: 'John Doe',
          description: 'Enterprise customer from Tech Corp',
          address: printedAddress,
          phone: '+1-555-123-4567',
          tax_info: { tax_id: 'US123456789', tax_exempt: true, exemption_type: 'government' },
          metadata: { source: 'web_signup', company_size: 'enterprise' },
        },
      },
    }),
    from: 'data.customer',
    told: { ...customer, 'tax_info.exemption_type': 'tax.exemptionType' },
    beside,
    keep: ({ data }) => {
      made.customer = data.customer.id;
    },
  },
  {
    endpoint: 'GET /billing/customers/{customer_id}',
    ask: `customer(id: "${linked}") { * }`,
    from: 'data.customer',
    told: {
      ...customer,
      'subscriptions.0.id': 'subscriptions.0.platformId',
      'subscriptions.0.plan_id': 'subscriptions.0.planId',
      'subscriptions.0.plan_name': 'subscriptions.0.planName',
      'subscriptions.0.status': 'subscriptions.0.rawStatus',
      'subscriptions.0.current_period_start': 'subscriptions.0.currentPeriodStart',
      'subscriptions.0.current_period_end': 'subscriptions.0.currentPeriodEnd',
      'subscriptions.0.trial_end?': 'subscriptions.0.trial.end',
      'subscriptions.0.cancel_at_period_end': 'subscriptions.0.cancelAtPeriodEnd',
      'subscriptions.0.created_at': 'subscriptions.0.createdAt',
      ...method('payment_methods.0.', 'paymentMethods.0.'),
      'invoices.0.id': [
        'invoices.edges.0.node.id',
        (id: Json) => customerNodeId('PlatformInvoice', linked, id),
      ],
      'invoices.0.status': 'invoices.edges.0.node.rawStatus',
      'invoices.0.total': 'invoices.edges.0.node.total.minorUnits',
      'invoices.0.formatted_total': 'invoices.edges.0.node.total.formatted',
      'invoices.0.currency': 'invoices.edges.0.node.total.currency',
      'invoices.0.due_date': 'invoices.edges.0.node.dueAt',
      'invoices.0.created_at': 'invoices.edges.0.node.issuedAt',
    },
    beside,
  },
  {
    endpoint: 'PUT /billing/customers/{customer_id}',
    ask: 'updateCustomer(input: $input) { ... on UpdateCustomerPayload { customer { * } } }',
    input: () => ({
      customerId: made.customer,
      name: 'John Smith',
      description: 'Updated customer information',
      address,
      email: 'smith@example.com',
      phone: '+1-555-765-4321',
      tax: { taxId: 'US987654321', isExempt: false },
      metadata: { company_size: 'mid-market', account_manager: 'bob@example.com' },
    }),
    sends: () => ({
      body: {
        customer: {
          name: 'John Smith',
          description: 'Updated customer information',
          address: printedAddress,
          email: 'smith@example.com',
          phone: '+1-555-765-4321',
          tax_info: { tax_id: 'US987654321', tax_exempt: false },
          metadata: { company_size: 'mid-market', account_manager: 'bob@example.com' },
        },
      },
    }),
    from: 'data.customer',
    told: customer,
    beside,
  },
  {
    endpoint: 'POST /billing/customers/{customer_id}/payment-methods',
    ask: 'addPaymentMethod(input: $input) { ... on AddPaymentMethodPayload { paymentMethod { * } } }',
    input: () => ({
      owner: { customerId: made.customer },
      source: { card: { number: '4242424242424242', expiryMonth: 12, expiryYear: 2029, cvc: '123' } },
      billingAddress: address,
      metadata: { nickname: 'Company Visa Card' },
      isDefault: true,
    }),
    sends: () => ({
      body: {
        payment_method: {
          type: 'card',
          card: { number: '4242424242424242', exp_month: 12, exp_year: 2029, cvc: '123' },
          billing_address: printedAddress,
          metadata: { nickname: 'Company Visa Card' },
          set_as_default: true,
        },
      },
    }),
    from: 'data.payment_method',
    told: { ...method(), ...addressIn('billing_address', 'billingAddress'), metadata: 'metadata' },
    beside,
  },
  {
    endpoint: 'GET /billing/customers/{customer_id}/payment-methods',
    ask: () => `customer(id: "${made.customer}") { paymentMethods { * } }`,
    from: 'data.payment_methods.0',
    told: { ...method(), metadata: 'metadata' },
    beside,
  },
];

holdDocument('platform', [...plans, ...customers]);
