import { afterAll, beforeAll, expect, test } from 'vitest';
import { attacksWith } from '../../bench/attack-list.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const longestAnswer = 30_000;

test.each(attacksWith('x').map((attack) => [attack.name, attack] as const))(
  '%s is answered as it deserves, and the gateway goes on',
  async (_, { request, status, code, setting }) => {
    const headers = { ...(request.headers as Record<string, string>), authorization: 'Bearer sandbox-owner' };
    const response = await fetch(`${gateway.url}/graphql`, { ...request, headers });
    const text = await response.text();
    expect(response.status).toBe(status);
    if (code === null) {
      expect(JSON.parse(text)).toHaveProperty('data');
      expect(JSON.parse(text)).not.toHaveProperty('errors');
    } else {
      expect(JSON.parse(text)).toHaveProperty(['errors', 0, 'extensions', 'code'], code);
      expect(text.length).toBeLessThan(longestAnswer);
    }
    if (setting !== undefined) {
      const { errors } = JSON.parse(text) as { errors: { message: string; extensions: { limit: number } }[] };
      expect(errors).toMatchObject([{ extensions: { setting, limit: expect.any(Number) } }]);
      expect(errors[0]!.message).toContain(
        `at most ${errors[0]!.extensions.limit} are accepted (${setting})`,
      );
    }
    expect((await gateway.query('{ viewer { name } }')).data).toEqual({ viewer: { name: 'sandbox-owner' } });
  },
);
