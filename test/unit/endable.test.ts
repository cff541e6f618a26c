import { expect, test } from 'vitest';
import { endable } from '../../src/server/endable.ts';
import { createFeed } from '../kit/feed.ts';

test('the last value is there for one who was busy when the end came', async () => {
  const feed = createFeed<string>();
  const stream = endable(
    feed,
    (value) => value,
    () => {},
  );
  const first = stream.next();
  feed.give('first');
  expect(await first).toEqual({ done: false, value: 'first' });
  stream.end('last');
  await feed.released;
  expect(await stream.next()).toEqual({ done: false, value: 'last' });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test('the last value is there for one who waits when the end comes', async () => {
  const stream = endable(
    createFeed<string>(),
    (value) => value,
    () => {},
  );
  const next = stream.next();
  stream.end('last');
  expect(await next).toEqual({ done: false, value: 'last' });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});
