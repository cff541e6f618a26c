import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { createFastClock } from '../kit/fast-clock.ts';
import { startTestGateway } from '../kit/gateway.ts';
import { createChance, type Known, learn, randomDocument } from '../kit/random-documents.ts';
import { wideLimits } from '../kit/wide-limits.ts';

interface Cost {
  readonly upstreamRequests: number;
  readonly estimatedCostMin: number;
  readonly estimatedCost: number;
}

const seed = 7;
const documents = 700;
const callers = [
  'sandbox-owner',
  'sandbox-admin',
  'sandbox-team-admin',
  'sandbox-operator',
  'sandbox-operator',
] as const;
/** The sandbox does as it is told: whoever reads it right meets none of these. */
const unexpected = [
  'INTERNAL',
  'DOCUMENT_INVALID',
  'UPSTREAM_BAD_RESPONSE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_AUTH',
];

test.each(['documented', 'live'] as const)(
  'whatever is asked, cold, warm or side by side, takes what it was priced at, in the %s dialect',
  async (dialect) => {
    const clock = createFastClock();
    await using gateway = await startTestGateway({
      dialect,
      clock,
      wallNow: () => clock.now(),
      settings: { maxUpstreamRequests: 150, limits: wideLimits, operationDeadlineMs: 20 * 60_000 },
    });
    const chance = createChance(seed);
    const known: Known = { ids: [], cursors: new Map() };
    const generator = {
      schema,
      chance,
      known,
      given: {
        'Query.organization': () => `(id: "${1001 + Math.floor(chance() * 20)}")`,
        'Query.customer': () => `(id: "cus_000000000000${1001 + Math.floor(chance() * 18)}")`,
        'Query.organizations': () => `(first: ${1 + Math.floor(chance() * 3)})`,
      },
    };
    const wrong: unknown[] = [];
    let taken = 0;

    async function ask(document: string, caller: string): Promise<void> {
      const headers = { 'x-tollgate-explain': '1' };
      const { data, errors, extensions } = await gateway.query(document, {}, { caller, headers });
      learn(known, data);
      known.ids.splice(0, known.ids.length - 400);
      wrong.push(
        ...errors
          .filter(({ extensions }) => unexpected.includes(String(extensions?.['code'])))
          .map((error) => ({ error, document })),
      );
      const cost = extensions?.['tollgate'] as Cost | undefined;
      if (cost === undefined) return;
      taken += cost.upstreamRequests;
      const { upstreamRequests, estimatedCostMin, estimatedCost } = cost;
      const isWithin = estimatedCostMin <= upstreamRequests && upstreamRequests <= estimatedCost;
      if (!isWithin) wrong.push({ estimatedCostMin, upstreamRequests, estimatedCost, document });
    }

    for (let tried = 0; tried < documents; ) {
      const sideBySide = chance() < 0.3 ? 3 : 1;
      const areAlike = chance() < 0.5;
      const [one = '', ...others] = Array.from({ length: sideBySide }, () => randomDocument(generator));
      const caller = callers[Math.floor(chance() * callers.length)] ?? 'sandbox-operator';
      await Promise.all([one, ...others].map((own) => ask(areAlike ? one : own, caller)));
      tried += sideBySide;
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(200);
  },
  60_000,
);
