import { buildSchema, type ExecutionArgs, parse } from 'graphql';
import { expect, test, vi } from 'vitest';
import type { Caller } from '../../src/access/caller.ts';
import type { PlacedEvent } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Exchange } from '../../src/server/exchange.ts';
import type { Result } from '../../src/server/present-result.ts';
import { createSubscriptions } from '../../src/server/subscriptions.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createEventWorld } from './events/event-world.ts';
import { createFakeClock } from './fake-clock.ts';

const schema = buildSchema(`
  type Query { hello: String }
  type Subscription { event(after: String, types: [String!]): Event }
  type Event { cursor: String broken: String page(after: String): String long: String }
`);

function callerAs(role: 'OWNER' | 'ADMIN', name: string): Caller {
  return {
    name,
    scopes: new Set(['billing:read']),
    grants: new Map([[1, { role, teams: new Set() }]]),
    isOperator: false,
  };
}

/** Follows as several callers, and counts how often an event was executed. */
async function setUp() {
  const world = await createEventWorld();
  const clock = createFakeClock();
  const subscriptions = createSubscriptions(clock, createLog('silent'));
  const executedFor: string[] = [];
  const shownTo: string[] = [];
  const texts = new Map<string, string[]>();

  async function follow(
    document: ExecutionArgs['document'],
    caller: Caller,
    variableValues: Record<string, unknown> = {},
    begin = 0,
  ): Promise<void> {
    const told: string[] = [];
    texts.set(caller.name, told);
    const sink = {
      begin: () => {},
      give(result: Result) {
        told.push(result.stringify?.(result) ?? JSON.stringify(result));
        return true;
      },
      room: () => Promise.resolve(),
      end: () => {},
    };
    const exchange: Exchange = {
      requestId: caller.name,
      transport: 'websocket',
      caller,
      reason: null,
      explain: null,
      sink,
    };
    const args = {
      schema,
      document,
      variableValues,
      contextValue: {},
      subscribeFieldResolver: () => world.follow(begin),
      fieldResolver: (
        parent: PlacedEvent | { event: PlacedEvent },
        _args: unknown,
        _context: unknown,
        info,
      ) => {
        if (info.fieldName === 'long') return 'x'.repeat(12_000_000);
        if (info.fieldName === 'broken') throw new Failure('UPSTREAM_TIMEOUT', 'It took too long.');
        return 'cursor' in parent && info.fieldName === 'cursor' ? parent.cursor : parent;
      },
    } satisfies ExecutionArgs;
    const refusal = await subscriptions.begin(args, {
      exchange,
      isExplained: false,
      executeEvent: async (asker, _asOf, execute) => {
        executedFor.push(asker.caller.name);
        const putOnRecord = ({ caller: { name } }: Exchange): void => {
          shownTo.push(name);
        };
        return { result: await execute({}), putOnRecord };
      },
      sink,
    });
    expect(refusal).toBeNull();
  }

  const isTold = (name: string, count: number) =>
    vi.waitUntil(() => (texts.get(name)?.length ?? 0) >= count, { interval: 1 });
  return { ...world, clock, follow, executedFor, shownTo, texts, isTold };
}

const document = parse(
  'subscription ($after: String, $types: [String!]) { event(after: $after, types: $types) { cursor } }',
);

test('equal subscriptions of callers with equal rights execute once for each event, wherever they began', async () => {
  const { follow, publish, executedFor, texts, isTold } = await setUp();
  await publish(1, 2);
  const names = Array.from({ length: 50 }, (_, index) => `caller ${index}`);
  await Promise.all(names.map((name) => follow(document, callerAs('OWNER', name), { after: name })));
  for (const name of names) await isTold(name, 2);
  await publish(3, 3);
  for (const name of names) await isTold(name, 3);
  expect(executedFor).toHaveLength(3);
  expect(new Set(names.map((name) => texts.get(name)?.join())).size).toBe(1);
});

test('other rights, other variables and another document share nothing', async () => {
  const { follow, publish, executedFor, isTold } = await setUp();
  await follow(document, callerAs('OWNER', 'one'));
  await follow(document, callerAs('ADMIN', 'two'));
  await follow(document, callerAs('OWNER', 'three'), { types: ['A'] });
  await follow(parse('subscription { event { cursor } }'), callerAs('OWNER', 'four'));
  await publish(1, 1);
  for (const name of ['one', 'two', 'three', 'four']) await isTold(name, 1);
  expect(executedFor.toSorted()).toEqual(['four', 'one', 'three', 'two']);
});

test('where a page below an event begins is not where the subscription does', async () => {
  const { follow, publish, executedFor, isTold } = await setUp();
  const paged = parse('subscription ($after: String) { event { page(after: $after) } }');
  const spread = parse(
    'subscription ($after: String) { event { ...page } } fragment page on Event { page(after: $after) }',
  );
  for (const [name, text] of Object.entries({ paged, spread })) {
    await follow(text, callerAs('OWNER', `${name} one`), { after: 'one' });
    await follow(text, callerAs('OWNER', `${name} two`), { after: 'two' });
  }
  await publish(1, 1);
  for (const name of ['paged one', 'paged two', 'spread one', 'spread two']) await isTold(name, 1);
  expect(executedFor).toHaveLength(4);
});

test('what happened is made again for one who asks later: what lies below it may have changed', async () => {
  const { follow, publish, executedFor, isTold, clock } = await setUp();
  await publish(1, 1);
  await follow(document, callerAs('OWNER', 'one'));
  await isTold('one', 1);
  await clock.pass(60_000);
  await follow(document, callerAs('OWNER', 'two'));
  await isTold('two', 1);
  expect(executedFor).toEqual(['one', 'two']);
});

test('what is wished fresh is made once for all who are told at once, and again for one who asks later', async () => {
  const { follow, publish, executedFor, isTold } = await setUp();
  const fresh = parse('subscription { event { cursor @fresh(maxAge: 0) } }');
  await follow(fresh, callerAs('OWNER', 'one'));
  await follow(fresh, callerAs('OWNER', 'two'));
  await publish(1, 1);
  await isTold('two', 1);
  expect(executedFor).toEqual(['one']);
  await follow(fresh, callerAs('OWNER', 'three'));
  await isTold('three', 1);
  expect(executedFor).toEqual(['one', 'three']);
});

test.each(['long', 'long broken'])('what is kept is bounded by what it weighs: %s', async (fields) => {
  const { follow, publish, executedFor, isTold } = await setUp();
  const weighty = parse(`subscription { event { ${fields} } }`);
  await follow(weighty, callerAs('OWNER', 'one'));
  await publish(1, 2);
  await isTold('one', 2);
  await follow(weighty, callerAs('OWNER', 'two'));
  await isTold('two', 2);
  expect(executedFor).toEqual(['one', 'one']);
  await publish(3, 3);
  await isTold('two', 3);
  await follow(weighty, callerAs('OWNER', 'three'));
  await isTold('three', 3);
  expect(executedFor).toEqual(['one', 'one', 'one', 'three', 'three', 'three']);
});

test('errors are told to each with the request that they belong to', async () => {
  const { follow, publish, executedFor, texts, isTold } = await setUp();
  const broken = parse('subscription { event { cursor broken } }');
  await follow(broken, callerAs('OWNER', 'one'));
  await follow(broken, callerAs('OWNER', 'two'));
  await publish(1, 1);
  await isTold('two', 1);
  expect(executedFor).toEqual(['one']);
  expect(JSON.parse(texts.get('two')?.[0] ?? '')).toMatchObject({
    data: { event: { broken: null } },
    errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }],
  });
});

test('every caller that is shown what was read is on record, once however many of its subscriptions are', async () => {
  const { follow, publish, executedFor, shownTo, texts, isTold } = await setUp();
  const [one, two] = [callerAs('OWNER', 'one'), callerAs('OWNER', 'two')];
  await follow(document, one);
  await follow(document, one);
  await follow(document, two);
  await publish(1, 1);
  await isTold('two', 1);
  await vi.waitUntil(() => shownTo.length > 1, { interval: 1 });
  expect([executedFor, shownTo.toSorted()]).toEqual([['one'], ['one', 'two']]);
  expect(texts.get('one')).toHaveLength(1);
});
