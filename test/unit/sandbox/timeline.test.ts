import { expect, test } from 'vitest';
import { dayMs } from '../../../sandbox/kernel/time.ts';
import { createTimeline, type Timeline } from '../../../sandbox/kernel/timeline.ts';

const start = Date.UTC(2026, 2, 5);

function record(timeline: Timeline, at: number, log: string[], name: string): void {
  timeline.at(at, () => log.push(`${name}@${timeline.now() - start}`));
}

test('events run in the order of their times, each at its own time', () => {
  const timeline = createTimeline(() => 0);
  const log: string[] = [];
  for (const at of [50, 10, 40, 20, 30]) record(timeline, start + at, log, 'event');
  timeline.runTo(start + 45);
  expect(log).toEqual(['event@10', 'event@20', 'event@30', 'event@40']);
  expect(timeline.now()).toBe(start + 45);
});

test('events of one instant run in the order they were put', () => {
  const timeline = createTimeline(() => 0);
  const log: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) record(timeline, start, log, name);
  timeline.runTo(start);
  expect(log).toEqual(['a@0', 'b@0', 'c@0', 'd@0', 'e@0']);
});

test('an event that an event puts runs in the same stretch, and never back in time', () => {
  const timeline = createTimeline(() => 0);
  const log: string[] = [];
  timeline.at(start + 10, () => {
    record(timeline, start + 12, log, 'later');
    record(timeline, start + 5, log, 'earlier');
  });
  timeline.runTo(start + 20);
  expect(log).toEqual(['earlier@10', 'later@12']);
});

test('a daily event runs at the end of every day from the first on', () => {
  const timeline = createTimeline(() => 0);
  const days: number[] = [];
  timeline.daily(start + 5 * 3_600_000, (day) => days.push((day - start) / dayMs));
  timeline.runTo(start + 3 * dayMs - 1);
  expect(days).toEqual([0, 1]);
  timeline.runTo(start + 3 * dayMs);
  expect(days).toEqual([0, 1, 2]);
});

test('history ends when the present starts, and the present follows the wall', () => {
  let wall = 1000;
  const timeline = createTimeline(() => wall);
  const log: string[] = [];
  timeline.at(start - 1, () => log.push(timeline.isHistory ? 'history' : 'present'));
  timeline.at(start + 500, () => log.push(timeline.isHistory ? 'history' : 'present'));
  timeline.startPresent(start);
  expect(timeline.now()).toBe(start);
  wall += 500;
  expect(timeline.now()).toBe(start + 500);
  expect(log).toEqual(['history']);
  timeline.catchUp();
  expect(log).toEqual(['history', 'present']);
});

test('advancing runs what became due and stays ahead of the wall', () => {
  let wall = 0;
  const timeline = createTimeline(() => wall);
  const log: string[] = [];
  timeline.startPresent(start);
  record(timeline, start + dayMs, log, 'event');
  timeline.advance(2 * dayMs);
  expect(log).toEqual([`event@${dayMs}`]);
  wall += 7;
  expect(timeline.now()).toBe(start + 2 * dayMs + 7);
});

test('world time does not go back when the wall does', () => {
  let wall = 1000;
  const timeline = createTimeline(() => wall);
  timeline.startPresent(start);
  wall = 2000;
  timeline.catchUp();
  wall = 0;
  expect(timeline.now()).toBe(start + 1000);
});

test('a thousand events in random order come out sorted', () => {
  const timeline = createTimeline(() => 0);
  const seen: number[] = [];
  const times = Array.from({ length: 1000 }, (_, index) => start + ((index * 7919) % 1009));
  for (const at of times) timeline.at(at, () => seen.push(timeline.now()));
  timeline.runTo(start + 2000);
  expect(seen).toEqual(times.toSorted((one, other) => one - other));
});
