import { addMonths, dayMs } from '../kernel/time.ts';
import type { Interval, Period } from './state.ts';

export const intervals = ['day', 'week', 'month', 'year'] as const;

export const intervalAdverbs: Readonly<Record<Interval, string>> = {
  day: 'Daily',
  week: 'Weekly',
  month: 'Monthly',
  year: 'Yearly',
};

/** The whole period that holds an instant, counted in intervals from the anchor in either direction. */
export function periodAt(at: number, anchor: number, interval: Interval): Period {
  let count = Math.floor((at - anchor) / longest[interval]);
  if (at < anchor) count -= 1;
  while (addIntervals(anchor, interval, count) > at) count -= 1;
  while (addIntervals(anchor, interval, count + 1) <= at) count += 1;
  return {
    start: addIntervals(anchor, interval, count),
    end: addIntervals(anchor, interval, count + 1),
  };
}

const longest: Readonly<Record<Interval, number>> = {
  day: dayMs,
  week: 7 * dayMs,
  month: 31 * dayMs,
  year: 366 * dayMs,
};

function addIntervals(anchor: number, interval: Interval, count: number): number {
  if (interval === 'day') return anchor + count * dayMs;
  if (interval === 'week') return anchor + count * 7 * dayMs;
  return addMonths(anchor, interval === 'year' ? 12 * count : count);
}
