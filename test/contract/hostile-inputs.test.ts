import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeGlobalId, ownedId } from '../../src/schema/global-id.ts';
import { schema } from '../../src/schema/index.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { sentSoFar } from './mutation-table.ts';
import { change, customerNodeId, customerOf } from './platform-graph.ts';

const customerId = customerOf(1001);
const long = 'x'.repeat(5000);
const usd = (minorUnits: number) => ({ minorUnits, currency: 'USD' });
const ofOther = (type: string) => customerNodeId(type, customerOf(1002), 'x_1');
const own = (type: string) => customerNodeId(type, customerId, 'x_1');
const execution = encodeGlobalId('IncompleteExecution', ownedId(1001, 'x'));
const othersMethod = encodeGlobalId('PaymentMethod', `platform/${customerOf(1002)}/pm_1`);
const organizationId = '1001';

/** An input with every fault at once, and the places at which they are told. */
const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, readonly string[]])[] = [
  [
    'createSubscription',
    { organizationId, priceId: '', couponCode: long, trialDays: -1, customer: { email: 'x' } },
    ['priceId', 'couponCode', 'trialDays', 'customer.email'],
  ],
  ['updateSubscription', { organizationId }, ['']],
  ['upgradeSubscription', { organizationId, priceId: '' }, ['priceId']],
  ['downgradeSubscription', { organizationId, priceId: long }, ['priceId']],
  ['cancelSubscription', { organizationId, reason: long }, ['reason']],
  ['applyCoupon', { organizationId, couponCode: ' ' }, ['couponCode']],
  ['createSinglePayment', { organizationId, priceId: '', quantity: 0 }, ['priceId', 'quantity']],
  ['setFreePlan', { organizationId: 'nonsense' }, ['organizationId']],
  [
    'addPaymentMethod',
    {
      owner: { organizationId },
      source: { bankAccount: { bankName: '', last4: '12' } },
      billingAddress: { line1: '', city: 'x', postalCode: 'x', country: 'Germany' },
    },
    [
      'source.bankAccount.bankName',
      'source.bankAccount.last4',
      'billingAddress.line1',
      'billingAddress.country',
    ],
  ],
  [
    'updatePaymentMethod',
    { paymentMethodId: encodeGlobalId('PaymentMethod', 'make/1001/1'), expiryMonth: 13, expiryYear: 2031 },
    ['expiryMonth'],
  ],
  ['removePaymentMethod', { paymentMethodId: execution }, ['paymentMethodId']],
  ['retryIncompleteExecution', { id: execution, modifications: [] }, ['modifications']],
  ['updateIncompleteExecution', { id: execution, blueprint: 'text' }, ['blueprint']],
  [
    'resolveIncompleteExecution',
    { id: execution, resolution: { cancel: { reason: long } } },
    ['resolution.cancel.reason'],
  ],
  [
    'retryIncompleteExecutions',
    {
      organizationId,
      scenarios: [],
      errorTypes: [],
      from: '2026-02-01T00:00:00Z',
      to: '2026-01-01T00:00:00Z',
    },
    ['scenarios', 'errorTypes', 'to'],
  ],
  ['cancelRetryCampaign', { id: execution }, ['id']],
  [
    'deleteIncompleteExecutions',
    { organizationId, scenario: encodeGlobalId('Scenario', ownedId(1002, '1')) },
    ['scenario'],
  ],
  [
    'createPlan',
    {
      name: '',
      price: usd(-1),
      interval: 'MONTH',
      trialDays: -1,
      billingCycles: 0,
      limits: [{ name: '', quantity: '-1' }],
    },
    ['name', 'price.minorUnits', 'trialDays', 'billingCycles', 'limits.0.name', 'limits.0.quantity'],
  ],
  ['updatePlan', { planId: 'plan_x', name: long, metadata: 'text' }, ['name', 'metadata']],
  ['archivePlan', { planId: execution }, ['planId']],
  [
    'createCustomer',
    { organizationId: '1016', email: 'nobody', name: ' ', phone: long, tax: { taxId: long } },
    ['email', 'name', 'phone', 'tax.taxId'],
  ],
  ['updateCustomer', { customerId }, ['']],
  [
    'createPlatformSubscription',
    { customerId, planId: execution, paymentMethodId: othersMethod, trialDays: -1 },
    ['planId', 'paymentMethodId', 'trialDays'],
  ],
  [
    'updatePlatformSubscription',
    { subscriptionId: own('PlatformSubscription'), paymentMethodId: othersMethod, metadata: [] },
    ['paymentMethodId', 'metadata'],
  ],
  [
    'upgradePlatformSubscription',
    { subscriptionId: own('PlatformSubscription'), planId: execution },
    ['planId'],
  ],
  [
    'cancelPlatformSubscription',
    { subscriptionId: own('PlatformSubscription'), reason: long, feedback: '' },
    ['reason', 'feedback'],
  ],
  ['createInvoice', { customerId, lineItems: [], description: long }, ['lineItems', 'description']],
  [
    'processPayment',
    { invoiceId: own('PlatformInvoice'), paymentMethodId: othersMethod, amount: usd(0) },
    ['paymentMethodId', 'amount.minorUnits'],
  ],
  [
    'refundPayment',
    { paymentId: own('PlatformPayment'), minorUnits: 0, reason: 'DUPLICATE' },
    ['minorUnits'],
  ],
  [
    'recordUsage',
    {
      customerId,
      records: [{ metric: '', quantity: '-1', subscriptionId: ofOther('PlatformSubscription') }],
    },
    ['records.0.metric', 'records.0.quantity', 'records.0.subscriptionId'],
  ],
];

test('every mutation is tried', () => {
  const names = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect(wrong.map(([name]) => name).sort()).toEqual(names.sort());
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** Ids that decide the rights come first: nothing else is said before they are read. */
const decidesRights = ['setFreePlan', 'removePaymentMethod', 'cancelRetryCampaign', 'archivePlan'];

test.for(wrong)(
  '%s tells every fault at once, in its own words, and sends nothing',
  async ([name, input, places]) => {
    const before = await sentSoFar(gateway);
    const all = decidesRights.includes(name) ? places : [...places, 'idempotencyKey'];
    // what is missing altogether is told once the rest is right
    const key = places[0] === '' ? undefined : '';
    const { result, errors } = await change(
      gateway,
      name,
      { ...input, idempotencyKey: key },
      { caller: 'sandbox-operator' },
    );
    expect(errors).toEqual([]);
    expect(result.__typename).toBe('InvalidInput');
    const paths = result.faults.map(({ path }: { path: readonly string[] }) => path.join('.'));
    expect(paths.sort()).toEqual(places[0] === '' ? places : [...all].sort());
    expect(await sentSoFar(gateway)).toEqual(before);

    // who has no right is told of none of it
    if (decidesRights.includes(name)) return;
    const outsider = await change(
      gateway,
      name,
      { ...input, idempotencyKey: key },
      { caller: 'sandbox-outsider' },
    );
    expect(outsider.result).toBeNull();
    expect(outsider.errors.map(({ extensions }) => extensions?.['code'])).toEqual(['FORBIDDEN']);
    expect(await sentSoFar(gateway)).toEqual(before);
  },
);
