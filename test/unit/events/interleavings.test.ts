import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../../src/domain/event.ts';
import { type Kind, kinds, lives, plans, play, readWire } from './platform-lives.ts';

type Played = Awaited<ReturnType<typeof play>>;

const isOf = (kind: Kind) => (event: RecordedEvent) => event.object.kind === `platform-${kind}`;
const typesIn = (events: readonly RecordedEvent[], ending: string) =>
  events.filter(({ type }) => type.endsWith(ending));
const afters = (events: readonly RecordedEvent[], field: string) =>
  events.flatMap(({ changes }) => changes.filter((one) => one.field === field).map(({ after }) => after));

const isCancelled = ({ world }: Played): boolean => world.subscription.wire?.['status'] === 'canceled';

function expectEachOnce({ events, world }: Played, hasEnded: boolean): void {
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  for (const kind of kinds) {
    const own = events.filter(isOf(kind));
    expect([kind, typesIn(own, '_CREATED').length]).toEqual([kind, world[kind].wire === null ? 0 : 1]);
    const failures = afters(own, 'paymentFailedAt');
    expect(failures).toHaveLength(world[kind].failures.length);
    expect(new Set(failures)).toEqual(new Set(world[kind].failures));
  }
  expect(typesIn(events, '_ENDED')).toHaveLength(hasEnded ? 1 : 0);
}

/** What each event says there was before is what the one before it said there is; it never goes back. */
function expectOneStory({ events, world }: Played): void {
  const paths: Readonly<Record<Kind, Readonly<Record<string, readonly unknown[]>>>> = {
    subscription: {
      status: ['TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELLED'],
      planId: ['small', 'large'],
      cancelAtPeriodEnd: [false, true],
    },
    invoice: { status: ['OPEN', 'OVERDUE', 'PAID'] },
  };
  for (const kind of kinds) {
    const own = events.filter(isOf(kind)).filter(({ type }) => type !== 'SUBSCRIPTION_ENDED');
    for (const [field, path] of Object.entries(paths[kind])) {
      const changes = own.flatMap((event) => event.changes.filter((one) => one.field === field));
      expect(changes.map(({ before }) => before)).toEqual(
        [null, ...changes.map(({ after }) => after)].slice(0, changes.length),
      );
      const places = changes.map(({ after }) => path.indexOf(after));
      expect(places).toEqual([...new Set(places)].toSorted((one, other) => one - other));
    }
    const { wire } = world[kind];
    if (wire === null) continue;
    const { status } = readWire(kind, wire).object;
    expect(afters(own, 'status').at(-1)).toBe(status);
  }
}

test('every fact is one event, whichever of polls, webhooks and own changes tells of it first', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const played = await play(plan, { gateways: 1, isPolled: true });
      expectEachOnce(played, isCancelled(played));
      expectOneStory(played);
      for (const { kind, wire } of played.toldByGateway) {
        const { object } = readWire(kind, wire);
        const byGateway = played.events.filter(isOf(kind)).filter(({ source }) => source === 'GATEWAY');
        expect(byGateway.map(({ object: told }) => 'value' in told && told.value)).toContainEqual(object);
      }
    }),
    { numRuns: 300 },
  );
});

test('the same over two gateways that share a store; each of them tells all of it', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const played = await play(plan, { gateways: 2, isPolled: true });
      expectEachOnce(played, isCancelled(played));
      expectOneStory(played);
    }),
    { numRuns: 300 },
  );
});

test('webhooks alone tell each fact once, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.constantFrom(1, 2), async (plan, gateways) => {
      const played = await play(plan, { gateways, isPolled: false });
      expectEachOnce(played, played.world.subscription.next === lives.subscription.length);
    }),
    { numRuns: 200 },
  );
});
