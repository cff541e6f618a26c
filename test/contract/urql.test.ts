import { Client, fetchExchange } from '@urql/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DashboardDocument, InvoicesDocument, PaymentsDocument } from '../generated/graphql.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

function clientOf(key: string, preferGetMethod = false): Client {
  return new Client({
    url: `${gateway.url}/graphql`,
    exchanges: [fetchExchange],
    preferGetMethod,
    fetchOptions: { headers: { authorization: `Bearer ${key}` } },
  });
}

test.each([false, true])(
  'a front end reads its dashboard with typed documents, by GET: %s',
  async (byGet) => {
    const { data, error } = await clientOf('sandbox-owner', byGet).query(DashboardDocument, {
      organization: '1002',
    });
    expect(error).toBeUndefined();
    expect(data?.organization?.subscription?.planName).toBe('Pro');
    expect(data?.organization?.invoices?.edges).toHaveLength(5);
  },
);

test('it pages through a list to its end, each row once', async () => {
  const client = clientOf('sandbox-owner');
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(after);
    seen.push(...(page?.edges.flatMap(({ node }) => node?.id ?? []) ?? []));
    after = page?.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  const { data } = await client.query(InvoicesDocument, { organization: '1002', first: 100 });
  expect(seen).toHaveLength(data?.organization?.invoices?.totalCount ?? -1);
  expect(new Set(seen).size).toBe(seen.length);

  async function read(cursor: string | null) {
    const variables = { organization: '1002', first: 9, after: cursor };
    const answer = await client.query(InvoicesDocument, variables);
    expect(answer.error).toBeUndefined();
    return answer.data?.organization?.invoices;
  }
});

test('it sees errors with their codes and paths, and the data that came beside them', async () => {
  const { data, error } = await clientOf('sandbox-member').query(DashboardDocument, { organization: '1002' });
  expect(data?.organization?.name).not.toBeNull();
  expect(data?.organization?.usage?.unit).toBe('OPERATIONS');
  expect(
    error?.graphQLErrors.map(({ path, extensions }) => [path?.join('.'), extensions['code']]).toSorted(),
  ).toEqual([
    ['organization.customer', 'FORBIDDEN'],
    ['organization.invoices', 'FORBIDDEN'],
    ['organization.paymentMethods', 'FORBIDDEN'],
    ['organization.subscription', 'FORBIDDEN'],
  ]);
});

test('a wrong credential and a refused argument are errors that it can tell apart', async () => {
  const unknown = await clientOf('nobody').query(PaymentsDocument, {});
  expect(unknown.error?.response?.status).toBe(401);
  expect(unknown.error?.graphQLErrors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  const refused = await clientOf('sandbox-owner').query(PaymentsDocument, {
    organization: '1001',
    first: 101,
  });
  expect(refused.error?.graphQLErrors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  expect(refused.error?.graphQLErrors[0]?.message).toContain('100');
});
