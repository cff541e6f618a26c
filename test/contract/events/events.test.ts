import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { follow, type SeenEvent } from '../../kit/follow.ts';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';

const started: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway[Symbol.asyncDispose]()));
});

async function start(dialect: 'documented' | 'live' = 'documented'): Promise<TestGateway> {
  const events = { ...readConfig({}).events, pollIntervalMs: 40 };
  const gateway = await startTestGateway({ dialect, settings: { events } });
  started.push(gateway);
  return gateway;
}

function change(gateway: TestGateway, body: object): Promise<unknown> {
  return gateway.control('world', { organization: 1004, ...body });
}

test.each(['documented', 'live'] as const)(
  'every payment between two polls is an event with the payment, in the %s dialect',
  async (dialect) => {
    const gateway = await start(dialect);
    await using events = await follow(gateway, {
      field: 'paymentRecorded',
      selection: '... on PaymentEvent { payment { status amount { minorUnits } } changes { field after } }',
    });
    expect((await events.next()).type).toBe('SNAPSHOT');
    await change(gateway, { add: { payments: 3 } });
    const seen = [await events.next(), await events.next(), await events.next()];
    expect(seen).toMatchObject(
      seen.map(() => ({
        type: 'PAYMENT_RECORDED',
        source: 'POLL',
        payment: { status: 'PAID' },
        changes: [{ field: 'status', after: 'PAID' }],
      })),
    );
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3);
    expect(seen[0]?.occurredAt).not.toBeNull();
  },
);

test('a change of status and one of plan tell what was and what is', async () => {
  const gateway = await start();
  await using events = await follow(gateway, {
    field: 'subscriptionChanged',
    selection: '... on SubscriptionEvent { changes { field before after } subscription { status planName } }',
  });
  await events.next();
  await change(gateway, { set: { subscriptionStatus: 'past_due' } });
  expect(await events.next()).toMatchObject({
    type: 'SUBSCRIPTION_STATUS_CHANGED',
    occurredAt: null,
    changes: [{ field: 'status', before: 'ACTIVE', after: 'PAST_DUE' }],
    subscription: { status: 'PAST_DUE' },
  });
  await change(gateway, { set: { plan: 'pro' } });
  const seen = await events.next();
  expect(seen.type).toBe('SUBSCRIPTION_PLAN_CHANGED');
  expect(seen.changes?.map(({ field }) => field)).toContain('planName');
});

test('incomplete executions, entries of the audit log and failed logins are told', async () => {
  const gateway = await start();
  await using events = await follow(gateway, {
    types: ['INCOMPLETE_EXECUTION_CREATED', 'AUDIT_LOG_RECORDED', 'SECURITY_ALERT'],
    selection:
      '... on SecurityAlert { kind severity count entry { eventType actor { name } } } ... on AuditLogEvent { entry { uuid eventType } }',
  });
  await events.next();
  await change(gateway, { add: { incompleteExecutions: 1 } });
  await change(gateway, { add: { failedLogins: 4 } });
  const seen: SeenEvent[] = [];
  while (!seen.some(({ type }) => type === 'SECURITY_ALERT') || seen.length < 6)
    seen.push(await events.next());
  const count = (type: string): number => seen.filter((event) => event.type === type).length;
  expect(count('INCOMPLETE_EXECUTION_CREATED')).toBe(1);
  expect(count('AUDIT_LOG_RECORDED')).toBeGreaterThanOrEqual(4);
  expect(seen.find(({ type }) => type === 'SECURITY_ALERT')).toMatchObject({
    entry: { eventType: 'login_failed', actor: { name: expect.any(String) } },
    kind: 'FAILED_LOGINS',
    severity: 'MEDIUM',
    count: 3,
  });
});

test('a threshold of what is included is told when it is reached', async () => {
  const gateway = await start();
  const organization = 1001;
  await using events = await follow(gateway, {
    organization,
    field: 'usageThresholdCrossed',
    selection: '... on UsageThresholdEvent { threshold unit quota { included used } }',
  });
  await events.next();
  await gateway.control('world', { organization, add: { operations: 1_000_000 } });
  expect(await events.next()).toMatchObject({
    type: 'USAGE_THRESHOLD_REACHED',
    unit: 'OPERATIONS',
    quota: { included: '10000' },
  });
});

test('a cursor goes on without a gap and without repeating, as history and as subscription', async () => {
  const gateway = await start();
  const first = await follow(gateway, { types: ['PAYMENT_RECORDED'] });
  await first.next();
  await change(gateway, { add: { payments: 4 } });
  const seen = [await first.next(), await first.next(), await first.next(), await first.next()];
  first.leave();

  await using again = await follow(gateway, { types: ['PAYMENT_RECORDED'], after: seen[1]?.cursor ?? '' });
  expect([await again.next(), await again.next()]).toEqual(seen.slice(2));
  await change(gateway, { add: { payments: 1 } });
  const next = await again.next();
  expect(seen.map(({ id }) => id)).not.toContain(next.id);

  const { data, errors } = await gateway.query<{ organization: { events: unknown } }, object>(
    `query ($after: String) { organization(id: "1004") {
      events(types: [PAYMENT_RECORDED], first: 2, after: $after) {
        edges { cursor node { id cursor } } pageInfo { hasNextPage hasPreviousPage }
      } } }`,
    { after: seen[0]?.cursor },
  );
  expect(errors).toEqual([]);
  expect(data?.organization.events).toEqual({
    edges: seen.slice(1, 3).map(({ id, cursor }) => ({ cursor, node: { id, cursor } })),
    pageInfo: { hasNextPage: true, hasPreviousPage: true },
  });
});

test('an event is shown to those who may see what it shows, and asking for others alone is forbidden', async () => {
  const gateway = await start();
  await using member = await follow(gateway, {
    caller: 'sandbox-member',
    types: ['PAYMENT_RECORDED', 'USAGE_THRESHOLD_REACHED'],
  });
  expect((await member.next()).type).toBe('SNAPSHOT');
  expect(await gateway.requests('GET /organizations/{organizationId}/payments')).toBe(0);

  await using refused = await follow(gateway, { caller: 'sandbox-member', field: 'paymentRecorded' });
  expect(await refused.result()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  const entries = async (): Promise<unknown> =>
    (
      await gateway.query<object, object>(
        '{ organization(id: "1004") { accessLog(first: 50) { edges { node { kind caller refused } } } } }',
      )
    ).data;
  const entry = { kind: 'SUBSCRIPTION', caller: 'sandbox-member', refused: ['payments'] };
  await expect
    .poll(entries, { timeout: 5000, interval: 200 })
    .toMatchObject({ organization: { accessLog: { edges: expect.arrayContaining([{ node: entry }]) } } });

  await using outsider = await follow(gateway, { caller: 'sandbox-outsider' });
  expect(await outsider.result()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
});

test('followers share one poller, which stops with the last of them', async () => {
  const gateway = await start();
  const [one, other] = await Promise.all([
    follow(gateway, { field: 'paymentRecorded' }),
    follow(gateway, { field: 'paymentRecorded', caller: 'sandbox-admin' }),
  ]);
  await Promise.all([one.next(), other.next()]);
  const pollers = async () => {
    const { data } = await gateway.query<{ upstreams: { pollers: unknown[] }[] }, object>(
      '{ upstreams { name pollers { organization { makeId } section listeners } } }',
      {},
      { caller: 'sandbox-operator' },
    );
    return data?.upstreams.flatMap((upstream) => upstream.pollers);
  };
  expect(await pollers()).toEqual([{ organization: { makeId: '1004' }, section: 'payments', listeners: 2 }]);
  one.leave();
  other.leave();
  await expect.poll(pollers).toEqual([]);
});

test('what the gateway changes itself is told at once, and once', async () => {
  const gateway = await start();
  await using events = await follow(gateway, {
    field: 'subscriptionChanged',
    selection: '... on SubscriptionEvent { changes { field before after } }',
  });
  await events.next();
  const { data, errors } = await gateway.query<{ cancelSubscription: object }, object>(
    `mutation { cancelSubscription(input: { organizationId: "1004", atPeriodEnd: false, confirm: true }) {
      __typename } }`,
  );
  expect([errors, data]).toEqual([[], { cancelSubscription: { __typename: 'CancelSubscriptionPayload' } }]);
  const told = await events.next();
  expect([told.type, told.source]).toEqual(['SUBSCRIPTION_ENDED', 'GATEWAY']);
  expect(told.changes).toContainEqual({ field: 'status', before: 'ACTIVE', after: null });
  await change(gateway, { set: { plan: 'pro' } });
  const next = await events.next();
  expect([next.type, next.source]).toEqual(['SUBSCRIPTION_CREATED', 'POLL']);
});
