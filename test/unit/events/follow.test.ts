import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { PlacedEvent } from '../../../src/domain/event.ts';
import { createEventWorld, ids, idsOf } from './event-world.ts';

async function take(follower: AsyncIterator<PlacedEvent>, count: number): Promise<PlacedEvent[]> {
  const taken: PlacedEvent[] = [];
  while (taken.length < count) {
    const { value, done } = await follower.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

/** One by one, each told before the next. */
async function publishEach(
  world: Awaited<ReturnType<typeof createEventWorld>>,
  from: number,
  to: number,
): Promise<void> {
  for (let place = from; place <= to; place += 1) {
    await world.publish(place, place);
    await turn();
  }
}

/** Iterates from a place on; live once it listens. */
async function iterate(world: Awaited<ReturnType<typeof createEventWorld>>, begin: number) {
  const follower = world.follow(begin)[Symbol.asyncIterator]();
  const isLive = () => vi.waitUntil(() => world.listeners() > 0, { interval: 1 });
  return { follower, isLive };
}

test('a follower goes from the log to what happens without a gap or a repeat', async () => {
  const world = await createEventWorld();
  await world.publish(1, 250);
  const { follower } = await iterate(world, 100);
  const first = await take(follower, 120);
  await world.publish(251, 260);
  const rest = take(follower, 50);
  await world.publish(261, 270);
  expect(ids([...first, ...(await rest)])).toEqual(idsOf(101, 270));
});

test('however many rows another version wrote, what comes after them is told', async () => {
  const world = await createEventWorld();
  await world.publish(1, 5);
  await world.writeUnreadable(250);
  await world.publish(6, 10);
  const { follower } = await iterate(world, 0);
  expect(ids(await take(follower, 10))).toEqual(idsOf(1, 10));
});

test('a slow follower loses the oldest, and is told how many and from where', async () => {
  const world = await createEventWorld();
  const { follower, isLive } = await iterate(world, 0);
  const one = take(follower, 1);
  await isLive();
  await world.publish(1, 1);
  expect(ids(await one)).toEqual(['e1']);
  // the second waits to be taken, and the others behind it
  await publishEach(world, 2, 2012);
  const [second, lagged, ...rest] = await take(follower, 4);
  expect(second?.event.id).toBe('e2');
  expect(lagged?.event.object).toEqual({
    kind: 'lagged',
    missed: 10,
    resumeFrom: world.log.cursorOf(1, 2),
  });
  expect(lagged?.cursor).toBe(world.log.cursorOf(1, 2));
  expect(ids(rest)).toEqual(['e13', 'e14']);
});

test('one that stays slow is told what it missed and is let go of, and publishing never fails', async () => {
  const world = await createEventWorld();
  const { follower, isLive } = await iterate(world, 0);
  const one = take(follower, 1);
  await isLive();
  await world.publish(1, 1);
  await one;
  await publishEach(world, 2, 9000);
  expect(ids(await take(follower, 1))).toEqual(['e2']);
  expect((await take(follower, 1))[0]?.event).toMatchObject({
    type: 'LAGGED',
    object: { resumeFrom: world.log.cursorOf(1, 2) },
  });
  await expect(follower.next()).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(await follower.next()).toEqual({ value: undefined, done: true });
  expect([world.listeners(), world.released()]).toEqual([0, 1]);
});

test('a place that is no longer kept is told of, with what is missed', async () => {
  const world = await createEventWorld({ maxEvents: 20 });
  await world.publish(1, 50);
  const { follower } = await iterate(world, 10);
  const [lagged, next] = await take(follower, 2);
  expect(lagged?.event.object).toEqual({
    kind: 'lagged',
    missed: 20,
    resumeFrom: world.log.cursorOf(1, 30),
  });
  expect(next?.event.id).toBe('e31');
});

test('leaving ends a wait, and lets go of everything at once', async () => {
  const world = await createEventWorld();
  const { follower } = await iterate(world, 0);
  const waiting = follower.next();
  await follower.return?.();
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(await follower.next()).toEqual({ value: undefined, done: true });
  expect([world.listeners(), world.released()]).toEqual([0, 1]);
});
