import type { Dialect } from './dialect.ts';
import { type Caller, Refusal } from './endpoint.ts';

const callsPerMinute = {
  plans: 100,
  customers: 200,
  'payment-methods': 100,
  subscriptions: 200,
  invoices: 300,
  payments: 100,
  usage: 1000,
};

/** The document lists every code there is: a value that cannot be taken counts as missing. */
const listedCodes: Readonly<Record<string, string>> = {
  invalid_request: 'missing_required_fields',
  invalid_json: 'missing_required_fields',
  internal_error: 'database_error',
};

export const platformDialect: Dialect = {
  basePath: '',
  window: 'sliding',
  headers: {},
  authenticate(authorization, method): Caller {
    const [, key] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (key === 'sandbox-platform-key-expired') {
      throw new Refusal(401, 'expired_api_key', 'The API key has expired');
    }
    const canWrite = key === 'sandbox-platform-key';
    if (!canWrite && key !== 'sandbox-platform-key-readonly') {
      throw platformDialect.badCredential();
    }
    if (!canWrite && method !== 'GET') {
      throw new Refusal(401, 'insufficient_permissions', 'The API key has no permission for changes');
    }
    return { organizationId: null, role: 'owner', canWrite };
  },
  bucketOf: (_call, { template }) => `platform:${groupOf(template)}`,
  admit() {},
  badCredential: () => new Refusal(401, 'invalid_api_key', 'The API key is missing or not valid'),
  refuse: ({ status, code, message, field, reason }) => {
    const details = field === undefined && reason === undefined ? undefined : { field, reason };
    return {
      status,
      json: { status: 'error', error: { code: listedCodes[code] ?? code, message, details } },
    };
  },
  tooManyRequests: (bucket) => {
    const [code, message] =
      bucket === 'platform:payments'
        ? ['payment_rate_limit', 'Payment processing rate limit exceeded']
        : ['too_many_requests', 'API rate limit exceeded'];
    return platformDialect.refuse(
      new Refusal(429, code, message, { field: bucket, reason: 'too many requests in the last minute' }),
    );
  },
  limitHeaders: () => ({}),
};

/** `/billing/customers/{customer_id}/payment-methods` → `payment-methods`, `/billing/payments/{payment_id}/refunds` → `payments` */
function groupOf(template: string): string {
  return template.endsWith('/payment-methods') ? 'payment-methods' : (template.split('/')[2] ?? '');
}

export const platformBuckets = Object.entries(callsPerMinute).map(
  ([group, limit]) => [`platform:${group}`, () => limit] as const,
);
