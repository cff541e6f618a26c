import { expect, test } from 'vitest';
import type { PlacedEvent } from '../../../src/domain/event.ts';
import { createQueue } from '../../../src/events/queue.ts';

const size = 2000;
const put = (queue: ReturnType<typeof createQueue>, from: number, to: number): void => {
  for (let position = from; position <= to; position += 1) queue.put({ position } as PlacedEvent);
};

test('what waits is taken in order, and the oldest is let go of when it is too much', () => {
  const queue = createQueue(7);
  expect(queue.take()).toBeNull();
  put(queue, 8, 9);
  expect([queue.take(), queue.take(), queue.take()]).toEqual([{ position: 8 }, { position: 9 }, null]);
  put(queue, 10, 10 + size + 4);
  expect(queue.take()).toEqual({ missed: 5, after: 9 });
  expect(queue.take()).toEqual({ position: 15 });
});

test('what is lost later is told from where the loss before it ended', () => {
  const queue = createQueue(0);
  put(queue, 1, size + 10);
  expect(queue.take()).toEqual({ missed: 10, after: 0 });
  put(queue, size + 11, size + 13);
  expect(queue.take()).toEqual({ missed: 3, after: 10 });
  expect(queue.take()).toEqual({ position: 14 });
});

test('for one that stays slow nothing is kept, and all that it missed is told', () => {
  const queue = createQueue(0);
  put(queue, 1, 10 * size);
  const lostUntilThen = 3 * size + 1;
  expect(queue.take()).toEqual({ missed: lostUntilThen, after: 0 });
  expect(() => queue.take()).toThrow('faster than they were taken');
});
