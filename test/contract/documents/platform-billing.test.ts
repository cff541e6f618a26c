import { type DocumentedCall, holdDocument, type Place } from '../../kit/document-fields.ts';
import { customerNodeId } from '../platform-graph.ts';
import { addCard, addCustomer, addPlan } from '../platform-subscriber.ts';

/** What the calls are about, by the platform's own ids. */
const its = {
  customer: '',
  plan: '',
  dearer: '',
  card: '',
  other: '',
  subscription: '',
  invoice: '',
  payment: '',
};
type Owned = 'PlatformSubscription' | 'PlatformInvoice' | 'PlatformPayment';
const idOf = (typename: Owned, id: string) => customerNodeId(typename, its.customer, id);

const beside = { status: 'an error is none of these', 'data.pagination': 'totalCount and pageInfo' };

const subscription = {
  id: 'platformId',
  customer_id: 'customer.platformId',
  plan_id: 'planId',
  plan_name: 'planName',
  status: 'rawStatus',
  current_period_start: 'currentPeriodStart',
  current_period_end: 'currentPeriodEnd',
  'trial_end?': 'trial.end',
  'trial_start?': 'trial.start',
  cancel_at_period_end: 'cancelAtPeriodEnd',
  billing_cycle_anchor: 'billingCycleAnchor',
  payment_method_id: 'paymentMethodId',
  metadata: 'metadata',
  created_at: 'createdAt',
  'next_billing_date?': 'nextBillingAt',
} as const;

const nextInvoice = {
  'next_invoice.amount': 'nextInvoice.amount.minorUnits',
  'next_invoice.currency': 'nextInvoice.amount.currency',
  'next_invoice.formatted_amount': 'nextInvoice.amount.formatted',
  'next_invoice.date': 'nextInvoice.at',
} as const;

const subscriptionDetail = {
  ...subscription,
  'usage_summary.api_calls_used': 'usage.apiCalls.used',
  'usage_summary.api_calls_limit?': 'usage.apiCalls.limit',
  'usage_summary.storage_used_gb': 'usage.storageGb.used',
  'usage_summary.storage_limit_gb?': 'usage.storageGb.limit',
  'usage_summary.projects_used': 'usage.projects.used',
  'usage_summary.projects_limit?': 'usage.projects.limit',
  ...nextInvoice,
} as const;

const subscriptions: readonly DocumentedCall[] = [
  {
    endpoint: 'POST /billing/subscriptions',
    ask: 'createPlatformSubscription(input: $input) { ... on CreatePlatformSubscriptionPayload { subscription { * } } }',
    input: () => ({
      customerId: its.customer,
      planId: its.plan,
      paymentMethodId: its.card,
      trialDays: 14,
      billingCycleAnchor: '2026-12-01T00:00:00Z',
      metadata: { sales_channel: 'website', promo_code: 'WELCOME2025' },
    }),
    sends: () => ({
      body: {
        subscription: {
          customer_id: its.customer,
          plan_id: its.plan,
          payment_method_id: its.card,
          trial_period_days: 14,
          billing_cycle_anchor: '2026-12-01',
          metadata: { sales_channel: 'website', promo_code: 'WELCOME2025' },
        },
      },
    }),
    from: 'data.subscription',
    told: {
      ...subscription,
      trial_end: 'trial.end',
      trial_start: 'trial.start',
      next_billing_date: 'nextBillingAt',
    },
    beside,
    keep: ({ data }) => {
      its.subscription = data.subscription.id;
    },
  },
  {
    endpoint: 'GET /billing/subscriptions/{subscription_id}',
    ask: () =>
      `node(id: "${idOf('PlatformSubscription', its.subscription)}") { ... on PlatformSubscription { * } }`,
    from: 'data.subscription',
    told: subscriptionDetail,
    beside,
  },
  {
    endpoint: 'PUT /billing/subscriptions/{subscription_id}',
    ask: 'updatePlatformSubscription(input: $input) { ... on UpdatePlatformSubscriptionPayload { subscription { * } } }',
    input: () => ({
      subscriptionId: idOf('PlatformSubscription', its.subscription),
      paymentMethodId: its.other,
      metadata: { account_manager: 'sarah@example.com', support_tier: 'premium' },
      proration: 'CREATE_PRORATIONS',
    }),
    sends: () => ({
      body: {
        subscription: {
          metadata: { account_manager: 'sarah@example.com', support_tier: 'premium' },
          payment_method_id: its.other,
          proration_behavior: 'create_prorations',
        },
      },
    }),
    from: 'data.subscription',
    told: subscriptionDetail,
    beside,
    // the trial ends, and what follows has been paid for
    settled: async (gateway) => {
      await gateway.control('clock', { advance: 'P20D' });
    },
  },
  {
    endpoint: 'PUT /billing/subscriptions/{subscription_id}/upgrade',
    ask: 'upgradePlatformSubscription(input: $input) { ... on UpgradePlatformSubscriptionPayload { * } }',
    input: () => ({
      subscriptionId: idOf('PlatformSubscription', its.subscription),
      planId: its.dearer,
      proration: 'CREATE_PRORATIONS',
      beginsPeriod: true,
    }),
    sends: () => ({
      body: {
        upgrade: {
          target_plan_id: its.dearer,
          proration_behavior: 'create_prorations',
          billing_cycle_anchor: 'immediate',
        },
      },
    }),
    from: 'data.subscription',
    told: {
      id: 'subscription.platformId',
      plan_id: 'subscription.planId',
      plan_name: 'subscription.planName',
      status: 'subscription.rawStatus',
      current_period_end: 'subscription.currentPeriodEnd',
      'proration.proration_amount': 'proration.minorUnits',
      'proration.proration_date': 'proratedAt',
      'proration.formatted_proration': 'proration.formatted',
      ...nextInvoice,
    },
    beside,
  },
  {
    endpoint: 'DELETE /billing/subscriptions/{subscription_id}',
    ask: 'cancelPlatformSubscription(input: $input) { ... on CancelPlatformSubscriptionPayload { * } }',
    input: () => ({
      subscriptionId: idOf('PlatformSubscription', its.subscription),
      immediately: false,
      reason: 'customer_request',
      feedback: 'too dear',
    }),
    sends: () => ({ query: { immediately: 'false', reason: 'customer_request', feedback: 'too dear' } }),
    from: 'data.subscription',
    told: {
      id: 'subscription.platformId',
      status: 'subscription.rawStatus',
      cancel_at_period_end: 'cancelAtPeriodEnd',
      canceled_at: 'canceledAt',
      ends_at: 'endsAt',
      current_period_end: 'subscription.currentPeriodEnd',
      cancellation_reason: 'cancellationReason',
      cancellation_feedback: 'subscription.cancellationFeedback',
    },
    beside,
  },
];

const invoiceRow = {
  id: 'platformId',
  customer_id: 'customer.platformId',
  'subscription_id?': 'subscriptionId',
  status: 'rawStatus',
  total: 'total.minorUnits',
  subtotal: 'subtotal.minorUnits',
  tax: 'tax.minorUnits',
  currency: 'total.currency',
  formatted_total: 'total.formatted',
  due_date: 'dueAt',
  'paid_at?': 'paidAt',
  created_at: 'issuedAt',
} as const;

const invoice: Record<string, Place> = {
  ...invoiceRow,
  'billing_period_start?': 'periodStart',
  'billing_period_end?': 'periodEnd',
  'line_items.0.id': 'lineItems.0.upstreamId',
  'line_items.0.description': 'lineItems.0.description',
  'line_items.0.quantity': 'lineItems.0.quantity',
  'line_items.0.unit_price': [
    'lineItems.0.unitPrice.decimal',
    (minorUnits: number) => (minorUnits / 100).toFixed(2),
  ],
  'line_items.0.amount': 'lineItems.0.amount.minorUnits',
  'line_items.0.currency': 'lineItems.0.amount.currency',
  'line_items.0.proration?': 'lineItems.0.isProration',
  'line_items.0.period.start?': 'lineItems.0.periodStart',
  'line_items.0.period.end?': 'lineItems.0.periodEnd',
  payment_attempt_count: 'paymentAttempts',
  'next_payment_attempt?': 'nextPaymentAttemptAt',
  'description?': 'description',
  'metadata?': 'metadata',
  pdf_url: 'downloadUrl',
};

const invoices: readonly DocumentedCall[] = [
  {
    endpoint: 'GET /billing/invoices',
    ask: () => `customer(id: "${its.customer}") {
      invoices(first: 1, filter: {
        statuses: [PAID], subscription: "${idOf('PlatformSubscription', its.subscription)}"
        from: "2026-11-20T00:00:00Z", to: "2026-12-24T00:00:00Z"
      }) { edges { node { ... on PlatformInvoice { * } } } }
    }`,
    sends: () => ({
      query: {
        customer_id: its.customer,
        subscription_id: its.subscription,
        status: 'paid',
        date_from: '2026-11-20T00:00:00.000Z',
        date_to: '2026-12-23T23:59:59.000Z',
        limit: '100',
        offset: '0',
      },
    }),
    from: 'data.invoices.0',
    told: { ...invoiceRow, subscription_id: 'subscriptionId', paid_at: 'paidAt' },
    beside,
    keep: ({ data }) => {
      its.invoice = data.invoices[0].id;
    },
  },
  {
    endpoint: 'GET /billing/invoices/{invoice_id}',
    ask: () => `node(id: "${idOf('PlatformInvoice', its.invoice)}") { ... on PlatformInvoice { * } }`,
    from: 'data.invoice',
    told: {
      ...invoice,
      billing_period_start: 'periodStart',
      billing_period_end: 'periodEnd',
      'line_items.0.proration': 'lineItems.0.isProration',
      'line_items.0.period.start': 'lineItems.0.periodStart',
      'line_items.0.period.end': 'lineItems.0.periodEnd',
    },
    beside,
  },
  {
    endpoint: 'POST /billing/invoices',
    ask: 'createInvoice(input: $input) { ... on CreateInvoicePayload { invoice { * } } }',
    input: () => ({
      customerId: its.customer,
      description: 'Professional services - November 2026',
      dueAt: '2026-12-30T00:00:00Z',
      isTaxIncluded: false,
      lineItems: [
        {
          description: 'Custom integration development',
          quantity: '40',
          unitPrice: { minorUnits: 15000, currency: 'USD' },
        },
        {
          description: 'Priority support package',
          quantity: '1',
          unitPrice: { minorUnits: 5000, currency: 'USD' },
        },
      ],
      metadata: { project_id: 'proj_123456', po_number: 'PO-2026-1115' },
    }),
    sends: () => ({
      body: {
        invoice: {
          customer_id: its.customer,
          description: 'Professional services - November 2026',
          due_date: '2026-12-30',
          tax_behavior: 'exclusive',
          line_items: [
            {
              description: 'Custom integration development',
              quantity: 40,
              unit_price: 15000,
              currency: 'USD',
            },
            { description: 'Priority support package', quantity: 1, unit_price: 5000, currency: 'USD' },
          ],
          metadata: { project_id: 'proj_123456', po_number: 'PO-2026-1115' },
        },
      },
    }),
    from: 'data.invoice',
    told: { ...invoice, description: 'description', metadata: 'metadata' },
    beside,
    keep: ({ data }) => {
      its.invoice = data.invoice.id;
    },
  },
];

const payment = {
  id: 'platformId',
  invoice_id: 'invoiceId',
  amount: 'amount.minorUnits',
  currency: 'amount.currency',
  status: 'rawStatus',
  'payment_method.id': 'paidWith.platformId',
  'payment_method.type': 'paidWith.rawType',
  'payment_method.brand': 'paidWith.brand',
  'payment_method.last4': 'paidWith.last4',
  'failure_code?': 'failureCode',
  'failure_message?': 'failureMessage',
  receipt_url: 'receiptUrl',
  created_at: 'createdAt',
} as const;

const payments: readonly DocumentedCall[] = [
  {
    endpoint: 'POST /billing/payments',
    ask: 'processPayment(input: $input) { ... on ProcessPaymentPayload { payment { * } } }',
    input: () => ({
      invoiceId: idOf('PlatformInvoice', its.invoice),
      paymentMethodId: its.card,
      amount: { minorUnits: 10450, currency: 'USD' },
      isConfirmed: true,
      metadata: { source: 'customer_portal', user_agent: 'Mozilla/5.0...' },
    }),
    sends: () => ({
      body: {
        payment: {
          invoice_id: its.invoice,
          payment_method_id: its.card,
          amount: 10450,
          currency: 'USD',
          confirm: true,
          metadata: { source: 'customer_portal', user_agent: 'Mozilla/5.0...' },
        },
      },
    }),
    from: 'data.payment',
    told: payment,
    beside,
    keep: ({ data }) => {
      its.payment = data.payment.id;
    },
  },
  {
    endpoint: 'GET /billing/payments/{payment_id}',
    ask: () => `node(id: "${idOf('PlatformPayment', its.payment)}") { ... on PlatformPayment { * } }`,
    from: 'data.payment',
    told: {
      ...payment,
      'payment_method.exp_month': 'paidWith.expiryMonth',
      'payment_method.exp_year': 'paidWith.expiryYear',
      'billing_details.name': 'billingDetails.name',
      'billing_details.email': 'billingDetails.email',
      'billing_details.address.line1': 'billingDetails.address.line1',
      'billing_details.address.city': 'billingDetails.address.city',
      'billing_details.address.state?': 'billingDetails.address.state',
      'billing_details.address.postal_code': 'billingDetails.address.postalCode',
      'billing_details.address.country': 'billingDetails.address.country',
      metadata: 'metadata',
    },
    beside,
  },
  {
    endpoint: 'POST /billing/payments/{payment_id}/refunds',
    ask: 'refundPayment(input: $input) { ... on RefundPaymentPayload { refund { * } } }',
    input: () => ({
      paymentId: idOf('PlatformPayment', its.payment),
      minorUnits: 5000,
      reason: 'REQUESTED_BY_CUSTOMER',
      metadata: { customer_note: 'Partial refund for unused feature' },
    }),
    sends: () => ({
      body: {
        refund: {
          amount: 5000,
          reason: 'requested_by_customer',
          metadata: { customer_note: 'Partial refund for unused feature' },
        },
      },
    }),
    from: 'data.refund',
    told: {
      id: 'platformId',
      payment_id: 'paymentId',
      amount: 'amount.minorUnits',
      currency: 'amount.currency',
      status: 'rawStatus',
      reason: 'reason',
      receipt_number: 'receiptNumber',
      metadata: 'metadata',
      created_at: 'createdAt',
    },
    beside,
  },
];

const metric = (wire: string, place: string, quantity: string): Record<string, Place> => ({
  [`${wire}.${quantity}`]: `${place}.quantity`,
  [`${wire}.unit_price`]: `${place}.unitPrice.decimal`,
  [`${wire}.included_quantity`]: `${place}.includedQuantity`,
  [`${wire}.overage_quantity`]: `${place}.overageQuantity`,
  [`${wire}.cost`]: `${place}.cost`,
});

const usage: readonly DocumentedCall[] = [
  {
    endpoint: 'POST /billing/usage',
    ask: 'recordUsage(input: $input) { ... on RecordUsagePayload { outcomes { record { * } } } }',
    input: () => ({
      customerId: its.customer,
      records: [
        {
          subscriptionId: idOf('PlatformSubscription', its.subscription),
          metric: 'api_calls',
          quantity: '1250',
          at: '2026-12-01T10:00:00Z',
          metadata: { endpoint: '/data', request_id: 'req_1234567890abcdef' },
        },
      ],
    }),
    sends: () => ({
      body: {
        usage: {
          customer_id: its.customer,
          subscription_id: its.subscription,
          metric: 'api_calls',
          quantity: 1250,
          timestamp: '2026-12-01T10:00:00.000Z',
          metadata: { endpoint: '/data', request_id: 'req_1234567890abcdef' },
        },
      },
    }),
    from: 'data.usage',
    told: {
      id: 'platformId',
      subscription_id: 'subscriptionId',
      metric: 'metric',
      quantity: 'quantity',
      recorded_at: 'recordedAt',
      metadata: 'metadata',
    },
    beside: { ...beside, 'data.usage.customer_id': 'customer' },
  },
  {
    endpoint: 'GET /billing/usage/{customer_id}',
    ask: 'customer(id: "cus_0000000000001001") { usage(period: { preset: LAST_MONTH }) { * } }',
    sends: () => ({ query: { period: 'last_month' } }),
    from: 'data.usage',
    told: {
      period_start: 'periodStart',
      period_end: 'periodEnd',
      ...metric('metrics.api_calls', 'metrics.0', 'total_quantity'),
      ...metric('metrics.storage_gb', 'metrics.1', 'current_usage'),
      ...metric('metrics.projects', 'metrics.2', 'current_usage'),
      total_cost: 'totalCost',
      projected_monthly_cost: 'projectedMonthlyCost',
      updated_at: 'updatedAt',
    },
    beside,
  },
  {
    endpoint: 'GET /billing/usage/{customer_id}',
    of: 'of one subscription, one metric and a period of its own',
    ask: () => `customer(id: "${its.customer}") {
      usage(
        subscription: "${its.subscription}", metric: "api_calls"
        period: { range: { from: "2026-12-01T00:00:00Z", to: "2026-12-03T00:00:00Z" } }
      ) { * }
    }`,
    sends: () => ({
      query: {
        subscription_id: its.subscription,
        metric: 'api_calls',
        period: 'custom',
        period_start: '2026-12-01T00:00:00.000Z',
        period_end: '2026-12-02T23:59:59.000Z',
      },
    }),
    from: 'data.usage',
    told: { 'metrics.api_calls.total_quantity': 'metrics.0.quantity' },
    beside: { ...beside, 'data.usage': 'as above' },
  },
];

holdDocument('platform', [...subscriptions, ...invoices, ...payments, ...usage], async (gateway) => {
  const line = { line1: '123 Business St', city: 'Austin', state: 'TX', postal_code: '73301', country: 'US' };
  its.customer = await addCustomer(gateway, { address: line });
  its.card = await addCard(gateway, its.customer);
  its.other = await addCard(gateway, its.customer, 'tok_mastercard');
  its.plan = await addPlan(gateway, 9900);
  its.dearer = await addPlan(gateway, 29_900);
});
