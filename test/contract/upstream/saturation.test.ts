import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { createFakeClock, type FakeClock } from '../../unit/fake-clock.ts';
import { createTestUpstream, newMeter, startServer } from './test-upstream.ts';

const stepMs = 100;
const minutes = 5;

/** Stands between gateway and sandbox and takes its time, by the clock, there and back. */
function startSlowWay(to: string, clock: FakeClock, eachWayMs: number) {
  const traffic = { came: 0, underWay: 0, answered: 0 };
  const server = startServer((response, _, request) => {
    traffic.came += 1;
    clock.after(eachWayMs, () => void passOn(request, response));
  });

  async function passOn({ url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    traffic.underWay += 1;
    const answer = await fetch(`${to}${url}`, { headers: { authorization: String(headers.authorization) } });
    const body = await answer.text();
    traffic.underWay -= 1;
    clock.after(eachWayMs, () => {
      traffic.answered += 1;
      response.writeHead(answer.status, Object.fromEntries(answer.headers.entries())).end(body);
    });
  }
  return { server, traffic };
}

test.each([
  { dialect: 'documented', organization: 1001, limit: 60, eachWayMs: 200 },
  { dialect: 'documented', organization: 1003, limit: 240, eachWayMs: 50 },
  { dialect: 'live', organization: 1001, limit: 60, eachWayMs: 200 },
  { dialect: 'live', organization: 1003, limit: 240, eachWayMs: 1_500 },
] as const)(
  'under saturation organization $organization ($dialect) sees no 429, never more than the target, and nearly all of it',
  async ({ dialect, organization, limit, eachWayMs }) => {
    const clock = createFakeClock();
    await using sandbox = await createSandbox({
      port: 0,
      wallNow: () => clock.now(),
      now: '2026-11-15T10:00:00Z',
    });
    const origin = dialect === 'live' ? sandbox.origins.makeLive : sandbox.origins.makeDocumented;
    const way = startSlowWay(origin, clock, eachWayMs);
    await using server = await way.server;
    const bucket = `make:${organization}`;
    const token = `Token 00000000-0000-4000-8000-${String(organization).padStart(12, '0')}`;
    await using t = createTestUpstream({
      origin: server.origin,
      clock,
      limits: { connections: 256, headersTimeoutMs: 60_000, totalTimeoutMs: 60_000 },
      account: { key: bucket, authorization: () => token },
    });
    t.limiter.learnLimit(bucket, limit, 'configuration');
    const endpoint = {
      method: 'GET',
      path: '/organizations/{organizationId}/payments',
      answer: z.unknown(),
    } as const;
    const target = Math.floor(limit * 0.8);
    const meter = newMeter();
    let asked = 0;
    let waiting = 0;
    const failures: unknown[] = [];
    const keepAsking = (): void => {
      while (waiting < 2 * target) {
        asked += 1;
        waiting += 1;
        t.upstream
          .request(
            {
              endpoint,
              account: t.account,
              params: { organizationId: organization },
              query: { page: asked },
            },
            t.errand({ meter, patienceMs: 3_600_000 }),
          )
          .catch((error: unknown) => failures.push(error))
          .finally(() => {
            waiting -= 1;
          });
      }
    };
    const settle = async (): Promise<void> => {
      do await turn();
      while (
        meter.upstreamRequests !== way.traffic.came ||
        way.traffic.underWay > 0 ||
        way.traffic.answered !== t.events.filter(({ kind }) => kind === 'request').length
      );
    };

    for (let passed = 0; passed < minutes * 60_000; passed += stepMs) {
      keepAsking();
      await settle();
      await clock.pass(stepMs);
    }
    await settle();

    const stats = await fetch(`${origin}/__sandbox/stats`);
    const { buckets } = z
      .object({
        buckets: z.record(
          z.string(),
          z.object({ total: z.number(), peak60s: z.number(), rejected: z.number() }),
        ),
      })
      .parse(await stats.json());
    expect(failures).toEqual([]);
    expect(buckets[bucket]?.rejected).toBe(0);
    expect(buckets[bucket]?.peak60s).toBeLessThanOrEqual(target);
    const rounds = (minutes * 60_000) / (60_000 + 2 * eachWayMs);
    expect(buckets[bucket]?.total).toBeGreaterThanOrEqual(0.99 * target * rounds);
  },
);
