import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

const subscriptionEndpoint = 'GET /organizations/{organizationId}/subscription';

async function limitOf(gateway: TestGateway, organization: number): Promise<number | undefined> {
  const { data } = await gateway.query<{ organization: { rateLimit: { limit: number } } }, object>(
    `{ organization(id: "${organization}") { rateLimit { limit } } }`,
  );
  return data?.organization.rateLimit.limit;
}

test('a limit that nobody configured is guessed low, and learned before it stands in the way', async () => {
  const organizations = readConfig({}).organizations.map(({ id, token }) => ({ id, token }));
  await using gateway = await startTestGateway({ settings: { organizations } });
  expect(await limitOf(gateway, 1003)).toBe(30);
  // answers that cannot be kept are asked for again each time
  await gateway.control('faults', { endpoint: subscriptionEndpoint, fault: 'html', times: 4 });
  await gateway.control('faults', {
    endpoint: subscriptionEndpoint,
    fault: 'missing-field',
    field: 'status',
    times: 100,
  });
  for (let asked = 0; asked < 14; asked += 1) {
    await gateway.query('{ organization(id: "1003") { subscription { status } } }');
  }
  await expect.poll(() => limitOf(gateway, 1003)).toBe(240);
  expect(await gateway.requests('GET /organizations/{organizationId}')).toBe(1);
});

test('everybody sees whether the upstreams answer, and operators see why', async () => {
  await using gateway = await startTestGateway();
  await gateway.query('{ organization(id: "1001") { subscription { status } } }');
  const query =
    '{ upstreams { name state breaker retryAfter failingEndpoints buckets { name rateLimit { limit used } } } }';
  const asOwner = await gateway.query<{ upstreams: Record<string, unknown>[] }, object>(query);
  expect(asOwner.data?.upstreams.map(({ name, state, breaker }) => [name, state, breaker])).toEqual([
    ['make-billing', 'UP', null],
    ['make-admin', 'UP', null],
    ['platform-billing', 'UP', null],
  ]);
  expect(new Set(asOwner.errors.map(({ extensions }) => extensions?.['code']))).toEqual(
    new Set(['FORBIDDEN']),
  );

  const asOperator = await gateway.query<{ upstreams: Record<string, unknown>[] }, object>(
    query,
    {},
    {
      caller: 'sandbox-operator',
    },
  );
  expect(asOperator.errors).toEqual([]);
  expect(asOperator.data?.upstreams[0]).toMatchObject({
    breaker: 'CLOSED',
    retryAfter: 0,
    failingEndpoints: [],
  });
  expect(asOperator.data?.upstreams[0]?.['buckets']).toContainEqual({
    name: 'make:1001',
    rateLimit: { limit: 60, used: 1 },
  });
});

test('an endpoint that keeps failing is refused at once, told of, and comes back by itself', async () => {
  await using gateway = await startTestGateway();
  const section = '{ organization(id: "1004") { subscription { status } } }';
  await gateway.control('faults', { endpoint: subscriptionEndpoint, fault: '500', times: 1000 });
  for (let asked = 0; asked < 4; asked += 1) await gateway.query(section);
  const spent = await gateway.requests(subscriptionEndpoint);
  const { errors } = await gateway.query(section);
  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    retryAfter: expect.any(Number),
  });
  expect(await gateway.requests(subscriptionEndpoint)).toBe(spent);
  const state = await gateway.query<{ upstreams: { state: string }[] }, object>('{ upstreams { state } }');
  expect(state.data?.upstreams[0]?.state).toBe('DEGRADED');
});
