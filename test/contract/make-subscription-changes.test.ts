import { afterEach, describe, expect, test } from 'vitest';
import { change } from '../kit/change.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

const shows = 'organization { makeId plan } subscription { priceId planName status }';
const path = '/organizations/{organizationId}/subscription';
const address = { line1: '1 Main St', city: 'Albany', postalCode: '12201', country: 'US' };

let gateway: TestGateway;
afterEach(() => gateway[Symbol.asyncDispose]());

async function subscriptionOf(organization: string): Promise<unknown> {
  const { data } = await gateway.query<{ organization: { subscription: unknown } }, object>(
    'query($id: ID!) { organization(id: $id) { subscription { priceId planName status } } }',
    { id: organization },
  );
  return data?.organization.subscription;
}

/** An organization without a subscription that has something to pay with. */
async function freed(organization: string, settings = {}): Promise<void> {
  gateway = await startTestGateway(settings);
  const { result } = await change(gateway, 'setFreePlan', { organizationId: organization, confirm: true });
  expect(result).toMatchObject({ __typename: 'SetFreePlanPayload' });
}

describe('in the documented dialect', () => {
  test('a subscription begins, and is there at once', async () => {
    await freed('1001');
    const { result, errors } = await change(
      gateway,
      'createSubscription',
      {
        organizationId: '1001',
        priceId: '2211',
        couponCode: 'WELCOME10',
        customer: { name: 'Ada', email: 'ada@example.com' },
      },
      { shows: `${shows} checkout { url }` },
    );
    expect(errors).toEqual([]);
    expect(result).toMatchObject({
      organization: { makeId: '1001', plan: 'PRO' },
      subscription: { priceId: '2211', planName: 'Pro', status: 'ACTIVE' },
      checkout: null,
    });
    expect(await subscriptionOf('1001')).toEqual(result.subscription);
  });

  test('who has a subscription already is told of a conflict, and of a wrong price, coupon or method at its place', async () => {
    gateway = await startTestGateway();
    const subscribe = async (input: object) =>
      (await change(gateway, 'createSubscription', { organizationId: '1001', ...input })).result;
    expect(await subscribe({ priceId: '2211' })).toMatchObject({
      __typename: 'Conflict',
      upstreamCode: 'subscription_exists',
    });
    expect(await subscribe({ priceId: '9' })).toMatchObject({ faults: [{ path: ['priceId'] }] });
    expect(await subscribe({ priceId: '2211', couponCode: 'EXPIRED20' })).toMatchObject({
      __typename: 'InvalidInput',
      upstreamCode: 'coupon_expired',
      faults: [{ path: ['couponCode'] }],
    });
    expect(await subscribe({ priceId: '2211', customer: { paymentMethodId: 'pm_none' } })).toMatchObject({
      faults: [{ path: ['customer', 'paymentMethodId'] }],
    });
    expect(await subscribe({ priceId: '2211', customer: { taxId: 'DE1', isBusiness: true } })).toMatchObject({
      __typename: 'NotSupported',
      message:
        "Make's API does not take customer.isBusiness: true, customer.taxId in this dialect: leave it out.",
    });
  });

  test('a charge that fails is a declined payment, for each reason there is, of a first subscription and of an upgrade', async () => {
    gateway = await startTestGateway();
    const organizationId = '1001';
    const declines = {
      '4000000000000341': 'CARD_DECLINED',
      '4000000000010027': 'INSUFFICIENT_FUNDS',
      '4000000000010035': 'EXPIRED_CARD',
      '4000000000010043': 'INVALID_CVC',
      '4000000000010050': 'FRAUD_DETECTED',
    };
    async function payWith(number: string): Promise<void> {
      const card = { number, expiryMonth: 12, expiryYear: 2031, cvc: '123' };
      const method = { owner: { organizationId }, source: { card }, isDefault: true };
      const { result } = await change(gateway, 'addPaymentMethod', method);
      expect(result).toMatchObject({ __typename: 'AddPaymentMethodPayload' });
    }
    const declined = (reason: string) => ({
      __typename: 'PaymentDeclined',
      code: 'PAYMENT_DECLINED',
      reason,
      upstreamCode: reason.toLowerCase(),
    });
    for (const [number, reason] of Object.entries(declines)) {
      await payWith(number);
      for (const name of ['upgradeSubscription', 'updateSubscription']) {
        const { result } = await change(gateway, name, { organizationId, priceId: '2211' });
        expect(result).toMatchObject(declined(reason));
      }
    }
    await change(gateway, 'setFreePlan', { organizationId, confirm: true });
    for (const [number, reason] of Object.entries(declines)) {
      await payWith(number);
      const input = { organizationId, priceId: '2111', idempotencyKey: reason };
      const first = await change(gateway, 'createSubscription', input);
      expect(first.result).toMatchObject(declined(reason));
      // a decline is replayed
      expect(await change(gateway, 'createSubscription', input)).toEqual(first);
    }
    expect(await gateway.requests(`POST ${path}`)).toBe(5);
  });

  test('every fault of an order is told at once, and nothing is sent', async () => {
    gateway = await startTestGateway();
    const { result } = await change(gateway, 'createSubscription', {
      organizationId: '1001',
      priceId: ' ',
      trialDays: -1,
      couponCode: 'x'.repeat(101),
      idempotencyKey: '',
      customer: { email: 'nobody', address: { ...address, country: 'Germany' }, paymentMethodId: 'a/b' },
    });
    expect(result.faults.map(({ path: at }: { path: string[] }) => at.join('.'))).toEqual([
      'idempotencyKey',
      'priceId',
      'couponCode',
      'trialDays',
      'customer.email',
      'customer.address.country',
      'customer.paymentMethodId',
    ]);
    expect(await gateway.requests(`POST ${path}`)).toBe(0);
  });

  test('price, payer and what is charged can be changed, and the next query shows it', async () => {
    gateway = await startTestGateway();
    await subscriptionOf('1001');
    const methods = await gateway.query<
      { organization: { paymentMethods: { id: string; isDefault: boolean }[] } },
      object
    >('{ organization(id: 1001) { paymentMethods { id isDefault } } }');
    const other = methods.data?.organization.paymentMethods.find(({ isDefault }) => !isDefault);
    const { result, errors } = await change(
      gateway,
      'updateSubscription',
      { organizationId: '1001', priceId: '2311', customer: { address, paymentMethodId: other?.id } },
      { shows: `${shows} organization { billing { address { city } } paymentMethods { id isDefault } }` },
    );
    expect(errors).toEqual([]);
    expect(result).toMatchObject({ subscription: { priceId: '2311', planName: 'Teams' } });
    expect(result.organization.billing).toEqual({ address: { city: 'Albany' } });
    expect(result.organization.paymentMethods).toContainEqual({ id: other?.id, isDefault: true });
    expect(await subscriptionOf('1001')).toEqual(result.subscription);
    const nothing = await change(gateway, 'updateSubscription', {
      organizationId: '1001',
      proration: 'NONE',
    });
    expect(nothing.result).toMatchObject({
      faults: [{ path: [], message: 'Takes at least one change: priceId, customer.' }],
    });
    const foreign = Buffer.from('PaymentMethod:make/1002/pm_1').toString('base64url');
    const stolen = await change(gateway, 'updateSubscription', {
      organizationId: '1001',
      customer: { paymentMethodId: foreign },
    });
    expect(stolen.result).toMatchObject({ faults: [{ path: ['customer', 'paymentMethodId'] }] });
  });

  test('an upgrade holds at once, a downgrade with the next period, each with the plan as Make answers it', async () => {
    gateway = await startTestGateway();
    const plan = `planSubscription { plan rawPlan status features { name } } effectiveAt ${shows}`;
    const up = await change(
      gateway,
      'upgradeSubscription',
      { organizationId: '1001', priceId: '2211' },
      { shows: plan },
    );
    expect(up.result).toMatchObject({
      planSubscription: { plan: 'PRO', status: 'ACTIVE' },
      subscription: { planName: 'Pro' },
      effectiveAt: expect.stringMatching(/^2026-11-15/) as string,
    });
    const lower = { organizationId: '1001', priceId: '2111' };
    expect((await change(gateway, 'upgradeSubscription', lower)).result).toMatchObject({
      __typename: 'Conflict',
      upstreamCode: 'plan_incompatible',
    });
    const down = await change(gateway, 'downgradeSubscription', lower, { shows: plan });
    expect(down.result).toMatchObject({ subscription: { planName: 'Pro' } });
    expect(Date.parse(down.result.effectiveAt)).toBeGreaterThan(Date.parse('2026-11-16'));
  });

  test('the free plan asks for confirmation, and its payload says since when it holds without reading what is gone', async () => {
    gateway = await startTestGateway();
    const asked = await change(gateway, 'setFreePlan', { organizationId: '1001' });
    expect(asked.result).toMatchObject({ __typename: 'ConfirmationRequired', affected: 1 });
    expect(await gateway.requests(`POST ${path}-free`)).toBe(0);
    const done = await change(
      gateway,
      'setFreePlan',
      { organizationId: '1001', confirm: true },
      { shows: 'plan confirmation effectiveAt organization { makeId }' },
    );
    expect(done).toEqual({
      result: {
        __typename: 'SetFreePlanPayload',
        plan: 'FREE',
        confirmation: 'The organization is on the Free plan now',
        effectiveAt: expect.stringMatching(/^2026-11-15/) as string,
        organization: { makeId: '1001' },
      },
      errors: [],
    });
    expect(await gateway.requests(`GET ${path}`)).toBe(0);
    const again = await change(gateway, 'setFreePlan', { organizationId: '1001', confirm: true });
    expect(again.result).toMatchObject({ __typename: 'Conflict' });
  });

  test('a coupon takes something off from now on; one that is wrong, over or there already is told by its code', async () => {
    gateway = await startTestGateway();
    const apply = (couponCode: string, more = {}) =>
      change(
        gateway,
        'applyCoupon',
        { organizationId: '1002', couponCode, ...more },
        {
          shows:
            'discount { code percentOff } newTotal { minorUnits currency } nextAmount { minorUnits } subscription { discount { code } }',
        },
      );
    await subscriptionOf('1002');
    const { result, errors } = await apply('LAUNCH25', { idempotencyKey: 'once' });
    expect(errors).toEqual([]);
    expect(result).toMatchObject({
      discount: { code: 'LAUNCH25', percentOff: '25' },
      subscription: { discount: { code: 'LAUNCH25' } },
    });
    expect((await apply('LAUNCH25', { idempotencyKey: 'once' })).result).toEqual(result);
    expect(await gateway.requests(`POST ${path}/coupon-apply`)).toBe(1);
    for (const [code, upstreamCode] of [
      ['LAUNCH25', 'coupon_invalid'],
      ['NOSUCH', 'coupon_invalid'],
      ['EXPIRED20', 'coupon_expired'],
    ] as const) {
      expect((await apply(code)).result).toMatchObject({
        __typename: 'InvalidInput',
        upstreamCode,
        faults: [{ path: ['couponCode'] }],
      });
    }
    const free = await change(gateway, 'applyCoupon', { organizationId: '1005', couponCode: 'WELCOME10' });
    expect(free.result).toMatchObject({ __typename: 'PlanUpgradeRequired' });
  });

  test('something is bought beside the subscription, and what cannot be charged is paid on a page', async () => {
    gateway = await startTestGateway();
    const buy = (input: object) =>
      change(
        gateway,
        'createSinglePayment',
        { organizationId: '1001', priceId: '2910', ...input },
        {
          shows:
            'paymentId status rawStatus amount { minorUnits currency } paymentUrl organization { makeId }',
        },
      );
    const paid = await buy({ quantity: 3, customer: { name: 'Ada', address }, idempotencyKey: 'once' });
    expect(paid.errors).toEqual([]);
    expect(paid.result).toMatchObject({
      status: 'PAID',
      amount: { minorUnits: 2700 },
      organization: { makeId: '1001' },
    });
    expect(
      (await buy({ quantity: 3, customer: { name: 'Ada', address }, idempotencyKey: 'once' })).result,
    ).toEqual(paid.result);
    expect((await buy({ quantity: 4, idempotencyKey: 'once' })).result).toMatchObject({
      __typename: 'IdempotencyConflict',
    });
    expect(await gateway.requests('POST /organizations/{organizationId}/single-payment-create')).toBe(1);
    await change(gateway, 'addPaymentMethod', {
      owner: { organizationId: '1001' },
      source: { token: 'tok_chargeCustomerFail' },
      isDefault: true,
    });
    expect((await buy({})).result).toMatchObject({ paymentUrl: expect.stringContaining('/pay/') as string });
    expect((await buy({ quantity: 0 })).result).toMatchObject({ faults: [{ path: ['quantity'] }] });
    expect((await buy({ priceId: '2111' })).result).toMatchObject({ faults: [{ path: ['priceId'] }] });
  });

  test('a cancellation shows the plan where it is asked for, by the call that answers with it', async () => {
    gateway = await startTestGateway();
    const { result, errors } = await change(
      gateway,
      'cancelSubscription',
      { organizationId: '1001' },
      { shows: 'planSubscription { plan status } cancelAtPeriodEnd effectiveAt subscription { planName }' },
    );
    expect(errors).toEqual([]);
    expect(result).toMatchObject({
      planSubscription: { plan: 'CORE' },
      cancelAtPeriodEnd: true,
      effectiveAt: expect.any(String) as string,
      subscription: { planName: 'Core' },
    });
    expect(await gateway.requests('POST /cashier/subscription/cancel')).toBe(1);
    expect(await gateway.requests(`DELETE ${path}`)).toBe(0);
  });

  test('who has no right learns nothing, whatever is wrong with the input', async () => {
    gateway = await startTestGateway();
    const inputs = {
      createSubscription: { priceId: '', couponCode: '' },
      updateSubscription: {},
      setFreePlan: {},
      applyCoupon: { couponCode: '' },
      createSinglePayment: { priceId: '', quantity: 0 },
      upgradeSubscription: { priceId: '' },
      downgradeSubscription: { priceId: '' },
    };
    for (const [name, input] of Object.entries(inputs)) {
      for (const caller of ['sandbox-member', 'sandbox-readonly', 'sandbox-outsider']) {
        const { result, errors } = await change(
          gateway,
          name,
          { organizationId: '1001', ...input },
          { caller },
        );
        expect([name, caller, result, errors]).toEqual([name, caller, null, ['FORBIDDEN']]);
      }
      const malformed = await change(gateway, name, { organizationId: 'nonsense', ...input });
      expect(malformed.result).toMatchObject({ faults: [{ path: ['organizationId'] }] });
    }
    const { requests } = (await gateway.control('stats')) as { requests: object };
    expect(requests).toEqual({});
  });
});

describe('in the live dialect', () => {
  test('a subscription is completed by a person on a page of Make', async () => {
    await freed('1002', { dialect: 'live' });
    const { result, errors } = await change(
      gateway,
      'createSubscription',
      { organizationId: '1002', priceId: '2121' },
      { shows: `checkout { url sessionId subscriptionId } ${shows}` },
    );
    expect(errors).toEqual([]);
    expect(result).toMatchObject({
      checkout: { sessionId: expect.any(String) as string },
      subscription: null,
    });
    const page = await fetch(result.checkout.url);
    expect(page.status).toBe(200);
    const trial = await change(gateway, 'createSubscription', {
      organizationId: '1002',
      priceId: '2121',
      trialDays: 7,
    });
    expect(trial.result).toMatchObject({
      __typename: 'NotSupported',
      message: "Make's API does not take trialDays in this dialect: leave it out.",
    });
    const named = await change(gateway, 'createSubscription', { organizationId: '1002', priceId: 'core' });
    expect(named.result).toMatchObject({ faults: [{ path: ['priceId'] }] });
  });

  test('a change is read again, an up- and a downgrade are such changes, and a cancellation says what was asked', async () => {
    gateway = await startTestGateway({ dialect: 'live' });
    const live = 'subscription { priceId planName }';
    const run = (name: string, input: object, more = '') =>
      change(gateway, name, { organizationId: '1001', ...input }, { shows: `${live} ${more}` });
    const updated = await run('updateSubscription', { priceId: '2311' });
    expect(updated.result).toMatchObject({ subscription: { priceId: '2311', planName: 'Teams' } });
    const upgraded = await run(
      'upgradeSubscription',
      { priceId: '2411' },
      'planSubscription { plan } effectiveAt',
    );
    expect(upgraded).toMatchObject({
      result: { subscription: { planName: 'Enterprise' }, planSubscription: null, effectiveAt: null },
      errors: [],
    });
    const downgraded = await run('downgradeSubscription', { priceId: '2111' });
    expect(downgraded.result).toMatchObject({ subscription: { planName: 'Core' } });
    const cancelled = await run('cancelSubscription', {}, 'cancelAtPeriodEnd planSubscription { plan }');
    expect(cancelled).toMatchObject({
      result: { cancelAtPeriodEnd: true, planSubscription: null },
      errors: [],
    });
  });

  test('a charge that fails is a declined payment, where Make says so in words alone', async () => {
    gateway = await startTestGateway({ dialect: 'live' });
    const upgrade = () => change(gateway, 'upgradeSubscription', { organizationId: '1001', priceId: '2211' });
    const account = gateway.sandbox.world.makeBilling.accounts.get(1001);
    const method = account?.methods.find(({ id }) => id === account.defaultMethodId);
    if (method === undefined) throw new Error('Nothing is charged.');
    for (const reason of ['card_declined', 'insufficient_funds', 'invalid_cvc', 'fraud_detected'] as const) {
      method.declines = reason;
      expect((await upgrade()).result).toMatchObject({
        __typename: 'PaymentDeclined',
        code: 'PAYMENT_DECLINED',
        reason: reason.toUpperCase(),
        upstreamCode: reason,
      });
    }
    method.declines = null;
    const unknown = await change(gateway, 'upgradeSubscription', { organizationId: '1001', priceId: '1' });
    expect(unknown.result).toMatchObject({ __typename: 'InvalidInput' });
    expect((await upgrade()).result).toMatchObject({ __typename: 'UpgradeSubscriptionPayload' });
  });

  test('the free plan is confirmed to Make as well', async () => {
    await freed('1001', { dialect: 'live' });
    expect(await subscriptionOf('1001')).toBeNull();
  });

  test('what the dialect has no call for is said by name, and nothing is sent', async () => {
    gateway = await startTestGateway({ dialect: 'live' });
    const messages = await Promise.all(
      [
        change(gateway, 'applyCoupon', { organizationId: '1001', couponCode: 'WELCOME10' }),
        change(gateway, 'createSinglePayment', { organizationId: '1001', priceId: '2910' }),
        change(gateway, 'addPaymentMethod', {
          owner: { organizationId: '1001' },
          source: { token: 'tok_visa' },
        }),
        change(gateway, 'upgradeSubscription', {
          organizationId: '1001',
          priceId: '2311',
          proration: 'NONE',
        }),
      ].map(async (changed) => (await changed).result.message as string),
    );
    expect(messages).toEqual([
      "Make's API has no call to apply a coupon to a subscription in this dialect.",
      "Make's API has no call to buy something beside the subscription in this dialect.",
      "Make's API has no call to add a payment method in this dialect.",
      "Make's API does not take proration in this dialect: leave it out.",
    ]);
    const { requests } = (await gateway.control('stats')) as { requests: object };
    expect(requests).toEqual({});
  });
});
