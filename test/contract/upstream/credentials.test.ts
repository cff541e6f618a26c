import { expect, test } from 'vitest';
import {
  callOf,
  changeEndpoint,
  createTestUpstream,
  json,
  readEndpoint,
  startServer,
} from './test-upstream.ts';

/** A server that takes one token, and an account whose token source is told which it has. */
async function setUp(accepted: string, tokens: { readonly first: string; readonly again: string }) {
  const seen: (string | undefined)[] = [];
  const server = await startServer((response, _, request) => {
    seen.push(request.headers.authorization);
    json(response, { ok: 1 }, request.headers.authorization === accepted ? 200 : 401);
  });
  const asked: boolean[] = [];
  const authorization = (again: boolean): string => {
    asked.push(again);
    return again ? tokens.again : tokens.first;
  };
  const pipeline = createTestUpstream({ origin: server.origin, account: { authorization } });
  return {
    ...pipeline,
    seen,
    asked,
    async [Symbol.asyncDispose]() {
      await pipeline[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test.each([readEndpoint, changeEndpoint])(
  'F36 after a 401 the token is read anew and the call sent once more',
  async (endpoint) => {
    await using t = await setUp('Token new', { first: 'Token old', again: 'Token new' });
    expect(await t.upstream.request(callOf(endpoint, t.account), t.errand())).toMatchObject({
      value: { ok: 1 },
    });
    expect(t.seen).toEqual(['Token old', 'Token new']);
    expect(t.asked).toEqual([false, true]);
  },
);

test('F36 a token that stays refused is tried twice the first time, and once from then on', async () => {
  await using t = await setUp('Token other', { first: 'Token old', again: 'Token old' });
  for (let call = 0; call < 3; call += 1) {
    await expect(t.upstream.request(callOf(readEndpoint, t.account), t.errand())).rejects.toMatchObject({
      code: 'UPSTREAM_AUTH',
    });
  }
  expect(t.seen).toHaveLength(4);
  expect(t.upstream.state().breaker).toBe('closed');
});

test('a token source that fails is a failure of the credential, and nothing is sent', async () => {
  await using server = await startServer((response) => json(response, { ok: 1 }));
  const authorization = () => Promise.reject(new Error('the vault says secret'));
  await using t = createTestUpstream({ origin: server.origin, account: { authorization } });
  await expect(t.upstream.request(callOf(readEndpoint, t.account), t.errand())).rejects.toMatchObject({
    code: 'UPSTREAM_AUTH',
    message: expect.not.stringContaining('secret'),
  });
  expect(server.count()).toBe(0);
});

test('calls say who sends them, and only those with a body say of what type it is', async () => {
  const headers: Record<string, unknown>[] = [];
  const bodies: string[] = [];
  await using server = await startServer((response, _, request) => {
    headers.push(request.headers);
    bodies.push(request.method ?? '');
    json(response, { ok: 1 });
  });
  await using t = createTestUpstream({ origin: server.origin });
  await t.upstream.request(callOf(changeEndpoint, t.account), t.errand());
  const remove = { ...changeEndpoint, method: 'DELETE' } as const;
  await t.upstream.request(callOf(remove, t.account, { body: { ids: ['a'] } }), t.errand());
  expect(headers[0]).toMatchObject({
    authorization: 'Token secret-token',
    'user-agent': 'tollgate',
    accept: 'application/json',
  });
  expect(headers[0]?.['content-type']).toBeUndefined();
  expect(headers[1]).toMatchObject({ 'content-type': 'application/json', 'content-length': '13' });
});
