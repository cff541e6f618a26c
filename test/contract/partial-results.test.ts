import { expect, test } from 'vitest';
import { DashboardDocument } from '../generated/graphql.ts';
import { startTestGateway } from '../kit/gateway.ts';

/** Endpoints of each upstream that a dashboard asks, and the sections that come from it. */
const upstreams = {
  'make-billing': {
    endpoints: [
      'GET /organizations/{organizationId}',
      'GET /organizations/{organizationId}/subscription',
      'GET /cashier/invoices/{organizationId}',
      'GET /cashier/payment-methods/{organizationId}',
    ],
    sections: ['invoices', 'name', 'paymentMethods', 'plan', 'subscription'],
  },
  'make-admin': {
    endpoints: ['GET /cashier/usage/current/{organizationId}', 'GET /dlqs'],
    sections: ['incompleteExecutions', 'usage'],
  },
  'platform-billing': {
    endpoints: ['GET /billing/customers/{customer_id}', 'GET /billing/invoices'],
    // the list of invoices is of both sources, and says so rather than to leave one out
    sections: ['customer', 'invoices'],
  },
} as const;

test.each(Object.entries(upstreams))(
  'with %s down everything else of a dashboard arrives',
  async (upstream, { endpoints, sections }) => {
    await using gateway = await startTestGateway();
    for (const endpoint of endpoints) {
      await gateway.control('faults', { endpoint, fault: '503', share: 1 });
    }
    const { status, data, errors } = await gateway.query(DashboardDocument, { organization: '1002' });
    expect(status).toBe(200);
    expect(errors.length).toBeGreaterThan(0);
    for (const { path, extensions } of errors) {
      expect(sections).toContain(path?.[1]);
      expect(extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', upstream });
      expect(extensions?.['requestId']).toMatch(/./);
    }
    const organization: object = data?.organization ?? {};
    const failed = new Set<string>(sections);
    for (const [section, value] of Object.entries(organization)) {
      if (failed.has(section)) continue;
      expect(value, section).not.toBeNull();
    }
  },
);
