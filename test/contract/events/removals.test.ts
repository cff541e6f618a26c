import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { follow } from '../../kit/follow.ts';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';

const started: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway[Symbol.asyncDispose]()));
});

async function start(dialect: 'documented' | 'live'): Promise<TestGateway> {
  const events = { ...readConfig({}).events, pollIntervalMs: 40 };
  const gateway = await startTestGateway({ dialect, settings: { events } });
  started.push(gateway);
  return gateway;
}

function call(gateway: TestGateway, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${gateway.sandbox.origins.makeDocumented}/api/v2${path}`, {
    method,
    headers: {
      authorization: 'Token 00000000-0000-4000-8000-000000001004',
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

const everyExecution = [
  'INCOMPLETE_EXECUTION_CREATED',
  'INCOMPLETE_EXECUTION_STATUS_CHANGED',
  'INCOMPLETE_EXECUTION_DELETED',
];

test.each([
  ['documented', '500'],
  ['documented', 'truncate'],
  ['documented', 'empty-page'],
  ['documented', 'missing-field'],
  ['documented', 'duplicate-rows'],
  ['documented', 'shift-pages'],
  ['live', '500'],
  ['live', 'missing-field'],
  ['live', 'duplicate-rows'],
] as const)(
  'in the %s dialect a list that is read with the fault %s loses nothing',
  async (dialect, fault) => {
    const gateway = await start(dialect);
    await using events = await follow(gateway, { types: everyExecution });
    await events.next();
    await gateway.control('faults', { endpoint: 'GET /dlqs', fault, times: 1 });
    await expect
      .poll(async () => (await gateway.control('faults')) as object)
      .toMatchObject({ faults: [{ remaining: 0 }] });
    await gateway.control('world', { organization: 1004, add: { incompleteExecutions: 1 } });
    expect(await events.next()).toMatchObject({ type: 'INCOMPLETE_EXECUTION_CREATED' });
  },
);

test('a payment method that is added and removed is told as it is known', async () => {
  const gateway = await start('documented');
  await using events = await follow(gateway, {
    types: ['PAYMENT_METHOD_ADDED', 'PAYMENT_METHOD_CHANGED', 'PAYMENT_METHOD_REMOVED'],
    selection: '... on PaymentMethodEvent { upstreamId paymentMethod { source type last4 } }',
  });
  await events.next();
  const added = await call(gateway, 'POST', '/cashier/payment-methods', {
    organizationId: 1004,
    type: 'credit_card',
    token: 'tok_visa',
  });
  expect(added.ok, await added.clone().text()).toBe(true);
  const event = await events.next();
  expect(event).toMatchObject({
    type: 'PAYMENT_METHOD_ADDED',
    paymentMethod: { source: 'MAKE', type: 'CARD' },
  });
  const removed = await call(gateway, 'DELETE', `/cashier/payment-methods/${String(event['upstreamId'])}`);
  expect(removed.ok, await removed.clone().text()).toBe(true);
  expect(await events.next()).toMatchObject({
    type: 'PAYMENT_METHOD_REMOVED',
    upstreamId: event['upstreamId'],
    paymentMethod: null,
  });
});
