import { type Fields, invalidField, optionalEnum } from '../kernel/fields.ts';
import { addMonths, dayMs, dayStart } from '../kernel/time.ts';
import { optionalInstant, requireFields } from './fields.ts';
import type { Period } from './state.ts';

/** The time that usage is asked for; its end is the first instant that does not belong to it. */
export interface Span extends Period {
  /** Calendar months that it touches: a plan's limits are for one. */
  readonly months: number;
  /** It is the current month, which can be projected to its end. */
  readonly isCurrent: boolean;
}

const longestMs = 5 * 366 * dayMs;

export function readSpan(query: Fields, now: number): Span {
  const kind = optionalEnum(query, 'period', ['current_month', 'last_month', 'custom']) ?? 'current_month';
  if (kind === 'custom') return readCustom(query);
  const month = monthStart(now);
  return kind === 'current_month'
    ? { start: month, end: dayStart(now) + dayMs, months: 1, isCurrent: true }
    : { start: addMonths(month, -1), end: month, months: 1, isCurrent: false };
}

function monthStart(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** A day alone is meant with all of that day. */
function readCustom(query: Fields): Span {
  requireFields(query, 'period_start', 'period_end');
  const start = optionalInstant(query, 'period_start')?.at ?? 0;
  const last = optionalInstant(query, 'period_end');
  const end = last === undefined ? start : last.at + last.lengthMs;
  if (end <= start) throw invalidField('period_end', 'must be after period_start');
  if (end - start > longestMs) throw invalidField('period_end', 'must be within five years of period_start');
  return { start, end, months: monthsTouched(start, end), isCurrent: false };
}

function monthsTouched(start: number, end: number): number {
  const [first, last] = [new Date(start), new Date(end - 1)];
  const years = last.getUTCFullYear() - first.getUTCFullYear();
  return 12 * years + last.getUTCMonth() - first.getUTCMonth() + 1;
}
