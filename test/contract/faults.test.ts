import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import type { ErrorCode } from '../../src/domain/failure.ts';
import { startTestGateway } from '../kit/gateway.ts';

const payments = 'GET /organizations/{organizationId}/payments';

interface Expected {
  readonly fault: string;
  readonly options?: object;
  /** Left out where the section arrives whole. */
  readonly code?: ErrorCode;
  /** Where the error stands, below the section. */
  readonly at?: readonly (string | number)[];
  readonly requests: number;
}

/** What each fault of the payments comes to for who asks, and what it costs upstream. */
const table: readonly Expected[] = [
  { fault: 'latency', options: { ms: 20 }, requests: 1 },
  { fault: 'hang', code: 'UPSTREAM_TIMEOUT', requests: 1 },
  { fault: 'drip', code: 'UPSTREAM_TIMEOUT', requests: 1 },
  { fault: 'reset', code: 'UPSTREAM_UNAVAILABLE', requests: 3 },
  { fault: 'reset', options: { before: true }, code: 'UPSTREAM_UNAVAILABLE', requests: 3 },
  { fault: 'truncate', code: 'UPSTREAM_BAD_RESPONSE', requests: 1 },
  { fault: 'html', code: 'UPSTREAM_BAD_RESPONSE', requests: 1 },
  { fault: 'content-type', requests: 1 },
  { fault: '429', code: 'RATE_LIMITED', requests: 1 },
  { fault: '429', options: { retryAfter: 3600 }, code: 'RATE_LIMITED', requests: 1 },
  { fault: '500', code: 'UPSTREAM_UNAVAILABLE', requests: 3 },
  { fault: '502', code: 'UPSTREAM_UNAVAILABLE', requests: 3 },
  { fault: '503', code: 'UPSTREAM_UNAVAILABLE', requests: 3 },
  { fault: '503', options: { retryAfter: 600 }, code: 'UPSTREAM_UNAVAILABLE', requests: 1 },
  { fault: 'bad-enum', options: { field: 'paymentStatus' }, requests: 1 },
  { fault: 'missing-field', code: 'UPSTREAM_BAD_RESPONSE', at: ['edges', 0, 'node'], requests: 1 },
  { fault: 'null-field', code: 'UPSTREAM_BAD_RESPONSE', at: ['edges', 0, 'node'], requests: 1 },
  { fault: 'extra-field', requests: 1 },
  { fault: 'duplicate-rows', requests: 1 },
  { fault: 'shift-pages', requests: 1 },
  { fault: 'empty-page', code: 'UPSTREAM_BAD_RESPONSE', requests: 1 },
  { fault: 'error-inside-200', code: 'UPSTREAM_UNAVAILABLE', requests: 1 },
  { fault: '401', code: 'UPSTREAM_AUTH', requests: 2 },
  { fault: 'redirect', code: 'UPSTREAM_BAD_RESPONSE', requests: 1 },
  { fault: 'oversized', code: 'UPSTREAM_BAD_RESPONSE', requests: 1 },
];

interface Sections {
  readonly organization: {
    readonly subscription: { readonly planName: string } | null;
    readonly payments: {
      readonly edges: readonly { readonly node: { readonly invoiceNumber: string } | null }[];
    } | null;
  };
}

const query = `{ organization(id: "1001") {
  subscription { planName } payments(first: 10) { totalCount edges { node { invoiceNumber status } } } } }`;

describe.concurrent('a fault of one section', () => {
  test.each(table)('$fault $options: $code, $requests requests, and the other section whole', async (row) => {
    await using gateway = await startTestGateway({ settings: { operationDeadlineMs: 2500 } });
    await gateway.control('faults', { endpoint: payments, fault: row.fault, times: 100, ...row.options });
    const { status, data, errors } = await gateway.query<Sections, object>(query);

    expect(status).toBe(200);
    expect(data?.organization.subscription).toEqual({ planName: 'Core' });
    expect(await gateway.requests(payments)).toBe(row.requests);
    if (row.code === undefined) {
      expect(errors).toEqual([]);
      const numbers = data?.organization.payments?.edges.map(({ node }) => node?.invoiceNumber);
      expect(new Set(numbers).size).toBe(10);
      return;
    }
    expect(errors).toMatchObject([
      {
        path: ['organization', 'payments', ...(row.at ?? [])],
        extensions: { code: row.code, upstream: 'make-billing', requestId: expect.any(String) },
      },
    ]);
    // nothing of the upstream's own text, address or credential
    expect(JSON.stringify(errors)).not.toMatch(
      /127\.0\.0\.1|http:|Token |<html|nginx|ECONN|stack|at Object/i,
    );
    if (row.at === undefined) expect(data?.organization.payments).toBeNull();
  });
});

test('a short pause that an upstream asks for is waited out within the deadline', async () => {
  await using gateway = await startTestGateway();
  await gateway.control('faults', { endpoint: payments, fault: '429', retryAfter: 1, times: 1 });
  const { errors, data } = await gateway.query<Sections, object>(query);
  expect(errors).toEqual([]);
  expect(data?.organization.payments?.edges).toHaveLength(10);
  expect(await gateway.requests(payments)).toBe(2);
});

test('what was read before is shown when the upstream fails later, and says how old it is', async () => {
  const clock = createSteppedClock();
  await using gateway = await startTestGateway({ clock });
  const fresh = await gateway.query<Sections, object>(query);
  expect(fresh.extensions?.['stale']).toBeUndefined();
  await gateway.control('faults', { endpoint: '*', fault: '503', times: 1000 });

  clock.pass(7 * 60_000);
  const { errors, data, extensions } = await gateway.query<Sections, object>(query);
  expect(errors).toEqual([]);
  expect(data).toEqual(fresh.data);
  expect(extensions?.['stale']).toEqual(
    expect.arrayContaining([
      { path: ['organization', 'subscription'], ageSeconds: expect.any(Number) },
      { path: ['organization', 'payments'], ageSeconds: expect.any(Number) },
    ]),
  );
  expect(extensions?.['stale']).toHaveLength(2);
});

/** The system's clock, moved ahead at will. */
function createSteppedClock(): Clock & { pass(milliseconds: number): void } {
  let ahead = 0;
  return {
    now: () => systemClock.now() + ahead,
    after: (delayMs, action) => systemClock.after(delayMs, action),
    pass(milliseconds) {
      ahead += milliseconds;
    },
  };
}
