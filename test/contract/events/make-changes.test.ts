import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { change } from '../../kit/change.ts';
import { follow } from '../../kit/follow.ts';
import { startTestGateway } from '../../kit/gateway.ts';

test('what the gateway itself changes at Make is told at once, before any poll', async () => {
  const events = { ...readConfig({}).events, pollIntervalMs: 600_000 };
  await using gateway = await startTestGateway({ settings: { events } });
  await using followed = await follow(gateway, {
    organization: 1001,
    types: [
      'SNAPSHOT',
      'SUBSCRIPTION_CREATED',
      'SUBSCRIPTION_PLAN_CHANGED',
      'SUBSCRIPTION_DISCOUNT_CHANGED',
      'SUBSCRIPTION_ENDED',
      'PAYMENT_METHOD_ADDED',
      'PAYMENT_METHOD_CHANGED',
      'PAYMENT_METHOD_REMOVED',
    ],
  });
  expect((await followed.next()).type).toBe('SNAPSHOT');
  async function told(name: string, input: object, shows = '') {
    const { result, errors } = await change(gateway, name, input, { shows });
    expect([name, errors, result.__typename]).toEqual([
      name,
      [],
      `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`,
    ]);
    const { type, source } = await followed.next();
    return { result, told: [type, source] };
  }
  const organizationId = '1001';
  const added = await told(
    'addPaymentMethod',
    { owner: { organizationId }, source: { token: 'tok_visa' } },
    'paymentMethod { id }',
  );
  const paymentMethodId = added.result.paymentMethod.id as string;
  const seen = [
    added.told,
    (await told('updatePaymentMethod', { paymentMethodId, expiryMonth: 3, expiryYear: 2034 })).told,
    (await told('removePaymentMethod', { paymentMethodId })).told,
    (
      await told('addPaymentMethod', {
        owner: { customerId: 'cus_0000000000001001' },
        source: { token: 'tok_visa' },
      })
    ).told,
    (await told('updateSubscription', { organizationId, priceId: '2211' })).told,
    (await told('upgradeSubscription', { organizationId, priceId: '2311' })).told,
    (await told('applyCoupon', { organizationId, couponCode: 'WELCOME10' })).told,
    (await told('setFreePlan', { organizationId, confirm: true })).told,
    (await told('createSubscription', { organizationId, priceId: '2111' })).told,
  ];
  expect(seen).toEqual(
    [
      'PAYMENT_METHOD_ADDED',
      'PAYMENT_METHOD_CHANGED',
      'PAYMENT_METHOD_REMOVED',
      'PAYMENT_METHOD_ADDED',
      'SUBSCRIPTION_PLAN_CHANGED',
      'SUBSCRIPTION_PLAN_CHANGED',
      'SUBSCRIPTION_DISCOUNT_CHANGED',
      'SUBSCRIPTION_ENDED',
      'SUBSCRIPTION_CREATED',
    ].map((type) => [type, 'GATEWAY']),
  );
});

test.each(['documented', 'live'] as const)(
  'a cancellation with the period, and a change of the default method, are told once in the %s dialect',
  async (dialect) => {
    const events = { ...readConfig({}).events, pollIntervalMs: 40 };
    await using gateway = await startTestGateway({ dialect, settings: { events } });
    await using followed = await follow(gateway, {
      organization: 1004,
      types: ['SUBSCRIPTION_STATUS_CHANGED', 'SUBSCRIPTION_PLAN_CHANGED', 'PAYMENT_METHOD_CHANGED'],
      selection: `... on SubscriptionEvent { changes { field before after } }
        ... on PaymentMethodEvent { changes { field before after } }`,
    });
    await followed.next();
    await change(gateway, 'cancelSubscription', { organizationId: '1004' });
    expect(await followed.next()).toMatchObject({
      type: 'SUBSCRIPTION_STATUS_CHANGED',
      source: 'GATEWAY',
      changes: [{ field: 'cancelAtPeriodEnd', before: null, after: true }],
    });
    const { data } = await gateway.query<
      { organization: { paymentMethods: readonly { id: string; isDefault: boolean; type: string }[] } },
      object
    >('{ organization(id: "1004") { paymentMethods { id isDefault type } } }');
    const other = data?.organization.paymentMethods.find(({ isDefault }) => !isDefault);
    await change(gateway, 'updatePaymentMethod', { paymentMethodId: other?.id, isDefault: true });
    const seen = [await followed.next(), await followed.next()];
    const after = seen.flatMap(({ changes = [] }) => changes.map(({ field, after }) => [field, after]));
    expect(after).toEqual(
      expect.arrayContaining([
        ['isDefault', true],
        ['isDefault', false],
      ]),
    );
    expect(seen.find(({ changes = [] }) => changes.some(({ after }) => after === true))?.source).toBe(
      'GATEWAY',
    );
    await gateway.control('world', { organization: 1004, set: { plan: 'pro' } });
    expect(await followed.next()).toMatchObject({ type: 'SUBSCRIPTION_PLAN_CHANGED', source: 'POLL' });
  },
);
