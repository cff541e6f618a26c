import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startTestGateway } from '../kit/gateway.ts';

/** What each example takes of the upstreams from nothing: the lower bound, what is sent, and the upper bound. */
const requests: Readonly<Record<string, Readonly<Record<'documented' | 'live', readonly number[]>>>> = {
  analytics: { documented: [2, 2, 2], live: [2, 2, 11] },
  'audit-trail': { documented: [2, 12, 12], live: [2, 12, 12] },
  customer: { documented: [3, 5, 13], live: [3, 5, 13] },
  dashboard: { documented: [8, 8, 13], live: [7, 12, 35] },
  'failed-executions': { documented: [1, 12, 31], live: [1, 23, 54] },
  invoices: { documented: [2, 2, 2], live: [2, 2, 2] },
  'many-organizations': { documented: [10, 10, 10], live: [10, 10, 10] },
  'one-organization': { documented: [3, 3, 3], live: [3, 3, 3] },
  payments: { documented: [1, 1, 1], live: [1, 1, 1] },
  upstreams: { documented: [0, 0, 0], live: [0, 0, 0] },
  usage: { documented: [3, 4, 4], live: [2, 2, 3] },
  'who-am-i': { documented: [5, 5, 5], live: [5, 5, 5] },
};

/** A free organization's billing cannot be read in the documented dialect. */
const isOfPlan = ({ extensions }: { readonly extensions?: Readonly<Record<string, unknown>> }): boolean =>
  extensions?.['code'] === 'PLAN_UPGRADE_REQUIRED';

const names = readdirSync('examples').flatMap((name) =>
  name.endsWith('.graphql') ? [name.slice(0, -8)] : [],
);

interface Cost {
  readonly upstreamRequests: number;
  readonly estimatedCostMin: number;
  readonly estimatedCost: number;
}

test.each(names.flatMap((name) => [[name, 'documented'] as const, [name, 'live'] as const]))(
  '%s in the %s dialect takes what it was priced at, and nothing the second time',
  async (name, dialect) => {
    await using gateway = await startTestGateway({ dialect });
    const document = readFileSync(`examples/${name}.graphql`, 'utf8');
    const run = async (explain: '1' | 'plan') => {
      const answer = await gateway.query(document, {}, { headers: { 'x-tollgate-explain': explain } });
      expect(answer.errors.filter((error) => !isOfPlan(error))).toEqual([]);
      return answer.extensions?.['tollgate'] as Cost;
    };
    const plan = await run('plan');
    const stats = (await gateway.control('stats')) as { requests: Record<string, number> };
    expect(stats.requests).toEqual({});
    const cold = await run('1');
    expect([cold.estimatedCostMin, cold.upstreamRequests, cold.estimatedCost]).toEqual(
      requests[name]?.[dialect],
    );
    expect(plan).toMatchObject({
      estimatedCostMin: cold.estimatedCostMin,
      estimatedCost: cold.estimatedCost,
    });
    const warm = await run('1');
    expect([warm.estimatedCostMin, warm.upstreamRequests, warm.estimatedCost]).toEqual([0, 0, 0]);
  },
);
