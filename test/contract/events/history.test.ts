import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { follow } from '../../kit/follow.ts';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';

interface History {
  readonly organization: {
    readonly events: {
      readonly edges: readonly {
        readonly cursor: string;
        readonly node: { readonly type: string; readonly missed?: number; readonly resumeFrom?: string };
      }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    } | null;
  };
}

async function historyOf(gateway: TestGateway, window: string) {
  const { data, errors } = await gateway.query<History, object>(`{ organization(id: "1004") {
    events(types: [PAYMENT_RECORDED], ${window}) {
      edges { cursor node { type ... on EventsLagged { missed resumeFrom } } }
      pageInfo { hasNextPage endCursor }
    } } }`);
  return { events: data?.organization.events, codes: errors.map(({ extensions }) => extensions?.['code']) };
}

test('a history from a place that is no longer kept begins with what is missing', async () => {
  const events = { ...readConfig({}).events, pollIntervalMs: 40, maxEvents: 10 };
  await using gateway = await startTestGateway({ settings: { events } });
  await using followed = await follow(gateway, { types: ['PAYMENT_RECORDED'] });
  const { cursor } = await followed.next();
  await gateway.control('world', { organization: 1004, add: { payments: 30 } });
  for (let index = 0; index < 30; index += 1) await followed.next();

  const { events: history } = await historyOf(gateway, `first: 2, after: "${cursor}"`);
  const [lagged, first] = history?.edges ?? [];
  expect(lagged?.node).toMatchObject({ type: 'LAGGED', resumeFrom: lagged?.cursor });
  expect(lagged?.node.missed).toBeGreaterThanOrEqual(20);
  expect(first?.node.type).toBe('PAYMENT_RECORDED');
  expect(history?.pageInfo.hasNextPage).toBe(true);
  const { events: rest } = await historyOf(gateway, `first: 100, after: "${lagged?.cursor}"`);
  expect(rest?.edges[0]).toEqual(first);
});

test('a cursor that the store has lost is refused, for else what comes in its place would not be told', async () => {
  await using gateway = await startTestGateway();
  await using followed = await follow(gateway);
  const { cursor } = await followed.next();
  const [store, organization, position] = Buffer.from(cursor, 'base64url').toString().split('/');
  const lost = Buffer.from(`${store}/${organization}/${Number(position) + 1}`).toString('base64url');
  expect((await historyOf(gateway, `after: "${lost}"`)).codes).toEqual(['STALE_CURSOR']);
  await using again = await follow(gateway, { after: lost });
  expect(await again.result()).toMatchObject({ errors: [{ extensions: { code: 'STALE_CURSOR' } }] });
});
