import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { change } from '../kit/change.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import type { Json } from '../kit/raw.ts';

const shows = `isEstimate obstacle fetchedAt price { planName amount { minorUnits } }
  estimate { direction effectiveAt daysInPeriod daysLeft unused { minorUnits } charged { minorUnits } dueNow { minorUnits currency } }`;

/** The day that the sandbox has. */
const clock = {
  ...systemClock,
  now: () => Date.parse('2026-11-15T10:00:00Z') + (Date.now() - startedAt),
};
const startedAt = Date.now();

let gateway: TestGateway;
afterEach(() => gateway[Symbol.asyncDispose]());

async function preview(organization: string, priceId: string, caller = 'sandbox-owner') {
  const { data, errors, extensions } = await gateway.query<Json, object>(
    `query($id: ID!, $priceId: String!) { organization(id: $id) { planChangePreview(priceId: $priceId) { ${shows} } } }`,
    { id: organization, priceId },
    { caller, headers: { 'x-tollgate-explain': '1' } },
  );
  return {
    preview: data?.organization?.planChangePreview,
    codes: errors.map((error) => error.extensions?.['code']),
    explain: extensions?.['tollgate'] as Json,
  };
}

test.each(['documented', 'live'] as const)(
  'in the %s dialect an upgrade is estimated about as Make then bills it',
  async (dialect) => {
    gateway = await startTestGateway({ dialect, clock });
    const estimated = await preview('1001', '2211');
    expect(estimated.codes).toEqual([]);
    expect(estimated.explain.upstreamRequests).toBe(dialect === 'live' ? 2 : 1);
    expect(estimated.preview).toMatchObject({
      isEstimate: true,
      obstacle: null,
      price: { planName: 'Pro', amount: { minorUnits: 1882 } },
      estimate: { direction: 'UPGRADE', dueNow: { currency: 'USD' } },
    });
    const { daysLeft, daysInPeriod, dueNow } = estimated.preview.estimate;
    expect(daysLeft).toBeLessThanOrEqual(daysInPeriod);

    await change(gateway, 'updateSubscription', { organizationId: '1001', priceId: '2211' });
    const { data } = await gateway.query<Json, object>(
      '{ organization(id: 1001) { invoices(first: 1, filter: { source: MAKE }) { edges { node { subtotal { minorUnits } total { minorUnits } } } } } }',
    );
    const [newest] = (data?.organization ?? {}).invoices.edges;
    // by the hour, and less the coupon where there is one: within a day's difference
    const { subtotal, total } = newest.node;
    const billed = (subtotal ?? total).minorUnits;
    expect(Math.abs(billed - dueNow.minorUnits)).toBeLessThan(
      0.15 * dueNow.minorUnits + 2 * (882 / daysInPeriod),
    );
    expect((await preview('1001', '2211')).preview).toMatchObject({ estimate: null, obstacle: 'SAME_PRICE' });
  },
);

test('a downgrade waits for the next period where Make lets it wait, and what cannot be estimated says why', async () => {
  gateway = await startTestGateway({ clock });
  expect((await preview('1004', '2111')).preview).toMatchObject({
    estimate: { direction: 'DOWNGRADE', dueNow: { minorUnits: 0 } },
  });
  expect((await preview('1001', '9999')).preview).toMatchObject({
    price: null,
    obstacle: 'PRICE_NOT_OFFERED',
  });
  expect((await preview('1001', '2910')).preview).toMatchObject({ estimate: null, obstacle: 'PAID_ONCE' });
  expect(await preview('1005', '2111')).toMatchObject({ preview: null, codes: ['PLAN_UPGRADE_REQUIRED'] });
  expect(await preview('1001', '2211', 'sandbox-member')).toMatchObject({
    preview: null,
    codes: ['FORBIDDEN'],
  });
});

test('an organization without a subscription has nothing to change', async () => {
  gateway = await startTestGateway({ dialect: 'live', clock });
  expect((await preview('1005', '2111')).preview).toMatchObject({
    estimate: null,
    obstacle: 'NO_SUBSCRIPTION',
  });
});
