import { afterAll, expect, test } from 'vitest';
import { createMakeBilling } from '../../../src/datasources/make-billing/make-billing.ts';
import { platformAccount } from '../../../src/datasources/platform-billing/platform.ts';
import { createPlatformBilling } from '../../../src/datasources/platform-billing/platform-billing.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import type { ErrorCode } from '../../../src/domain/failure.ts';
import { createCache } from '../../../src/upstream/cache.ts';
import { createLimiter } from '../../../src/upstream/limiter.ts';
import { createUpstream } from '../../../src/upstream/upstream.ts';
import { failureOf, startTestSource } from '../../kit/datasource.ts';

const source = await startTestSource('make-billing');
afterAll(() => source[Symbol.asyncDispose]());

const { errand, organization } = source;
const page = { offset: 0, limit: 10 };

/** A pipeline of its own, which no fault before has taught anything. */
function createPipeline(name: 'make-billing' | 'platform-billing') {
  const limiter = createLimiter({ clock: systemClock });
  return createUpstream({
    name,
    clock: systemClock,
    limiter,
    cache: createCache(),
    random: () => 0,
    limits: { headersTimeoutMs: 60, bodyTimeoutMs: 60, totalTimeoutMs: 200, maxBodyBytes: 100_000 },
  });
}

interface Changing extends AsyncDisposable {
  /** Makes one more of something. */
  readonly change: () => Promise<unknown>;
  /** How many of it there are, as the same pipeline reads it. */
  readonly count: () => Promise<number | null>;
}

interface Kind {
  readonly name: string;
  readonly endpoint: string;
  readonly begin: () => Changing;
}

const single: Kind = {
  name: 'createSinglePayment',
  endpoint: 'POST /organizations/{organizationId}/single-payment-create',
  begin() {
    const upstream = createPipeline('make-billing');
    const make = createMakeBilling(upstream, source.config.make, () => {});
    return {
      change: () => make.createSinglePayment(organization(1001), { priceId: '2910', quantity: 1 }, errand()),
      count: async () => (await make.payments(organization(1001), page, errand())).value.total,
      [Symbol.asyncDispose]: () => upstream.close(),
    };
  },
};

const customer = 'cus_0000000000001001';
const line = { description: 'Work', quantity: '1', unitPrice: { minorUnits: 100, currency: 'USD' } };

const invoice: Kind = {
  name: 'createInvoice',
  endpoint: 'POST /billing/invoices',
  begin() {
    const upstream = createPipeline('platform-billing');
    const account = platformAccount({ url: source.sandbox.origins.platform, key: 'sandbox-platform-key' });
    const platform = createPlatformBilling(upstream, account);
    return {
      change: () => platform.createInvoice(customer, { lineItems: [line] }, errand()),
      count: async () => (await platform.invoices(customer, {}, page, errand())).value.total,
      [Symbol.asyncDispose]: () => upstream.close(),
    };
  },
};

interface Fault {
  readonly fault: string;
  readonly options?: object;
  readonly code: ErrorCode;
  readonly isMade: boolean;
  /** How often the change is sent. */
  readonly sent?: number;
}

const lost = { code: 'OUTCOME_UNKNOWN', isMade: true } as const;
const lostBefore = { code: 'OUTCOME_UNKNOWN', isMade: false } as const;
const afterEffect = { afterEffect: true };

const faults: readonly Fault[] = [
  { fault: 'hang', ...lostBefore },
  { fault: 'hang', options: afterEffect, ...lost },
  { fault: 'hang', options: { before: false, afterEffect: true }, ...lost },
  { fault: 'drip', ...lost },
  { fault: 'reset', options: { before: true }, ...lost },
  { fault: 'reset', options: { before: true, afterEffect: false }, ...lostBefore },
  { fault: 'reset', options: { before: false }, ...lost },
  { fault: 'truncate', ...lost },
  { fault: 'html', ...lost },
  { fault: 'error-inside-200', ...lost },
  { fault: '500', ...lostBefore },
  { fault: '500', options: afterEffect, ...lost },
  { fault: '502', ...lostBefore },
  { fault: '502', options: afterEffect, ...lost },
  { fault: 'redirect', ...lostBefore },
  { fault: 'oversized', ...lost },
  { fault: '503', code: 'UPSTREAM_UNAVAILABLE', isMade: false },
  { fault: '429', options: { retryAfter: 1 }, code: 'RATE_LIMITED', isMade: false },
  { fault: '401', code: 'UPSTREAM_AUTH', isMade: false, sent: 2 },
];

const table: readonly (Fault & { readonly kind: Kind })[] = [
  ...[single, invoice].flatMap((kind) => faults.map((fault) => ({ ...fault, kind }))),
  { kind: single, fault: 'missing-field', options: { field: 'currency' }, ...lost },
  { kind: single, fault: 'null-field', options: { field: 'amount' }, ...lost },
  { kind: invoice, fault: 'missing-field', options: { field: 'created_at' }, ...lost },
  { kind: invoice, fault: 'null-field', options: { field: 'total' }, ...lost },
];

test.each(
  table.map((row) => ({
    ...row,
    title: `${row.kind.name} under ${row.fault} ${JSON.stringify(row.options ?? {})}`,
    end: row.isMade ? 'made' : 'not made',
  })),
)(
  '$title is $code, sent once, and shows as $end',
  async ({ kind, fault, options, code, isMade, sent = 1 }) => {
    await using t = kind.begin();
    const before = (await t.count()) ?? Number.NaN;
    expect(await t.count(), 'now from the cache').toBe(before);
    const sentBefore = (await source.requests())[kind.endpoint] ?? 0;
    await source.control('faults', { endpoint: kind.endpoint, fault, times: sent, ...options });
    const failure = await failureOf(t.change());
    expect(failure.code).toBe(code);
    expect(JSON.stringify([failure.message, failure.details])).not.toMatch(
      /nginx|postgres|127\.0\.0\.1|elsewhere/,
    );
    expect((await source.requests())[kind.endpoint]).toBe(sentBefore + sent);
    expect(await t.count()).toBe(before + (isMade ? 1 : 0));
    await t.change();
    expect(await t.count(), 'the next change is well').toBe(before + (isMade ? 2 : 1));
    expect((await source.requests())[kind.endpoint]).toBe(sentBefore + sent + 1);
  },
);

test.each([single, invoice])('$name in a harmless disguise is made', async ({ begin, endpoint }) => {
  await using t = begin();
  const before = (await t.count()) ?? Number.NaN;
  for (const fault of ['content-type', 'extra-field']) {
    await source.control('faults', { endpoint, fault, times: 1 });
    await t.change();
  }
  await source.control('faults', { endpoint, fault: 'latency', ms: 20, times: 1 });
  await t.change();
  expect(await t.count()).toBe(before + 3);
});
