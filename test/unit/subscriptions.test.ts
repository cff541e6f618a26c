import { buildSchema, type ExecutionArgs, type ExecutionResult, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Caller } from '../../src/access/caller.ts';
import type { PlacedEvent } from '../../src/domain/event.ts';
import { createSubscriptions } from '../../src/server/subscriptions.ts';

const schema = buildSchema(`
  type Query { hello: String }
  type Subscription { event(after: String, types: [String!]): Event }
  type Event { cursor: String }
`);

const placed = (cursor: string, type = 'PAYMENT_RECORDED'): PlacedEvent =>
  ({ cursor, event: { organization: 1, type } }) as unknown as PlacedEvent;

function callerAs(role: 'OWNER' | 'ADMIN', name: string): Caller {
  return {
    name,
    scopes: new Set(['billing:read']),
    grants: new Map([[1, { role, teams: new Set() }]]),
    isOperator: false,
  };
}

/** Follows as several callers, and counts how often an event was executed. */
function setUp() {
  const subscriptions = createSubscriptions();
  let executions = 0;
  async function follow(
    document: ExecutionArgs['document'],
    caller: Caller,
    variableValues: Record<string, unknown>,
    ...events: readonly PlacedEvent[]
  ): Promise<string[]> {
    const args = {
      schema,
      document,
      variableValues,
      contextValue: {},
      subscribeFieldResolver: () => sourceOf(events),
    };
    const stream = await subscriptions.stream(args, caller, async (execute) => {
      executions += 1;
      return execute({});
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
    const texts: string[] = [];
    for await (const result of stream) texts.push(textOf(result));
    return texts;
  }
  return { follow, executions: () => executions };
}

async function* sourceOf(events: readonly PlacedEvent[]) {
  yield* events;
}

function textOf(result: ExecutionResult & { stringify?: (result: ExecutionResult) => string }): string {
  return result.stringify?.(result) ?? JSON.stringify(result);
}

const document = parse(
  'subscription ($after: String, $types: [String!]) { event(after: $after, types: $types) { __typename } }',
);

test('equal subscriptions of callers with equal rights execute once for each event, wherever they began', async () => {
  const { follow, executions } = setUp();
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      follow(
        document,
        callerAs('OWNER', `caller ${index}`),
        { after: `c${index}` },
        placed('1'),
        placed('2'),
      ),
    ),
  );
  expect(executions()).toBe(2);
  expect(new Set(all.map((texts) => texts.join())).size).toBe(1);
});

test('other rights, other variables and another document share nothing', async () => {
  const { follow, executions } = setUp();
  await follow(document, callerAs('OWNER', 'one'), {}, placed('1'));
  await follow(document, callerAs('ADMIN', 'two'), {}, placed('1'));
  await follow(document, callerAs('OWNER', 'three'), { types: ['A'] }, placed('1'));
  await follow(parse('subscription { event { cursor } }'), callerAs('OWNER', 'four'), {}, placed('1'));
  expect(executions()).toBe(4);
});

test('what is made for one follower alone is not shared', async () => {
  const { follow, executions } = setUp();
  await follow(document, callerAs('OWNER', 'one'), {}, placed('1', 'SNAPSHOT'), placed('1', 'LAGGED'));
  await follow(document, callerAs('OWNER', 'two'), {}, placed('1', 'SNAPSHOT'), placed('1', 'LAGGED'));
  expect(executions()).toBe(4);
});
