import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

const endpoint = 'DELETE /organizations/{organizationId}/subscription';
const document = `mutation Cancel($input: CancelSubscriptionInput!) {
  cancelSubscription(input: $input) {
    __typename
    ... on CancelSubscriptionPayload {
      cancelAtPeriodEnd
      effectiveAt
      organization { makeId }
      subscription { status planName }
    }
    ... on Error { code message upstreamCode }
    ... on InvalidInput { faults { path message } }
    ... on ConfirmationRequired { effect affected }
  }
}`;

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway[Symbol.asyncDispose]());

async function cancel(input: object, caller = 'sandbox-owner') {
  const { data, errors } = await gateway.query<{ cancelSubscription: Record<string, unknown> }, object>(
    document,
    { input: { organizationId: '1001', ...input } },
    { caller },
  );
  return { result: data?.cancelSubscription, errors };
}

test('a subscription is cancelled at the end of its period, and the payload shows it as it is then', async () => {
  await gateway.query('{ organization(id: "1001") { subscription { status } } }');
  const { result, errors } = await cancel({ reason: 'moving on' });
  expect(errors).toEqual([]);
  expect(result).toMatchObject({
    __typename: 'CancelSubscriptionPayload',
    cancelAtPeriodEnd: true,
    organization: { makeId: '1001' },
    subscription: { planName: 'Core' },
  });
});

test('ending it at once asks for confirmation, and then is seen by the next query', async () => {
  const asked = await cancel({ atPeriodEnd: false });
  expect(asked.result).toMatchObject({
    __typename: 'ConfirmationRequired',
    code: 'CONFIRMATION_REQUIRED',
    effect: 'The subscription would end at once.',
    affected: 1,
  });
  expect(await gateway.requests(endpoint)).toBe(0);
  await gateway.query('{ organization(id: "1001") { subscription { status } } }');
  const done = await cancel({ atPeriodEnd: false, confirm: true });
  expect(done.result).toMatchObject({ cancelAtPeriodEnd: false, subscription: null });
  const after = await gateway.query('{ organization(id: "1001") { subscription { status } } }');
  expect(after.data).toEqual({ organization: { subscription: null } });
});

test('every fault of the input is told at its place, and nothing is sent', async () => {
  const { result } = await cancel({ reason: 'x'.repeat(501), idempotencyKey: '' });
  expect(result).toMatchObject({
    __typename: 'InvalidInput',
    code: 'BAD_USER_INPUT',
    faults: [
      { path: ['idempotencyKey'], message: 'Takes 1 to 200 characters.' },
      { path: ['reason'], message: 'Takes up to 500 characters.' },
    ],
  });
  expect((await cancel({ organizationId: 'nonsense' })).result).toMatchObject({
    faults: [{ path: ['organizationId'] }],
  });
  expect(await gateway.requests(endpoint)).toBe(0);
});

test('who has no right learns nothing of the rules', async () => {
  for (const caller of ['sandbox-member', 'sandbox-readonly', 'sandbox-outsider']) {
    const { result, errors } = await cancel({ reason: 'x'.repeat(501), atPeriodEnd: false }, caller);
    expect(result).toBeNull();
    expect(errors.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['cancelSubscription'], 'FORBIDDEN'],
    ]);
  }
  expect(await gateway.requests(endpoint)).toBe(0);
});

test('the same key does it once, at the same time and later; another input is a conflict', async () => {
  const input = { idempotencyKey: 'once', reason: 'moving on' };
  const [one, other] = await Promise.all([cancel(input), cancel(input)]);
  const later = await cancel(input);
  expect(other).toEqual(one);
  expect(later).toEqual(one);
  expect(await gateway.requests(endpoint)).toBe(1);
  expect((await cancel({ ...input, reason: 'another' })).result).toMatchObject({
    __typename: 'IdempotencyConflict',
  });
  // keys belong to the caller
  expect((await cancel({ ...input, reason: 'another' }, 'sandbox-admin')).result).not.toMatchObject({
    __typename: 'IdempotencyConflict',
  });
});

test('an answer that was lost is an outcome that is not known, and the key is spent', async () => {
  await gateway.control('faults', { endpoint, fault: 'reset', times: 1, before: true, afterEffect: true });
  const input = { idempotencyKey: 'lost' };
  expect((await cancel(input)).result).toMatchObject({ __typename: 'OutcomeUnknown' });
  expect((await cancel(input)).result).toMatchObject({ __typename: 'OutcomeUnknown' });
  expect(await gateway.requests(endpoint)).toBe(1);
});

test('what the upstream refused for now may be sent again under the same key', async () => {
  await gateway.control('faults', { endpoint, fault: '503', times: 1 });
  const input = { idempotencyKey: 'again' };
  const refused = await cancel(input);
  expect(refused.errors[0]?.extensions?.['code']).toBe('UPSTREAM_UNAVAILABLE');
  expect((await cancel(input)).result).toMatchObject({ __typename: 'CancelSubscriptionPayload' });
  expect(await gateway.requests(endpoint)).toBe(2);
});
