import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const audits = serverAudits({
  url: () => `${gateway.url}/graphql`,
  fetchFn: (url: string, { headers, ...init }: RequestInit = {}) => {
    const all = new Headers(headers);
    all.set('authorization', 'Bearer sandbox-owner');
    return fetch(url, { ...init, headers: all });
  },
});

test.each(audits.map((audit) => [audit.name, audit] as const))('GraphQL over HTTP: %s', async (_, audit) => {
  const result = await audit.fn();
  expect(result).toMatchObject({ status: 'ok' });
});
