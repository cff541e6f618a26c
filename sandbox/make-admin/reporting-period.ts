import { invalidField } from '../kernel/fields.ts';
import { dayMs } from '../kernel/time.ts';
import { instantOf } from './query.ts';
import type { Period } from './usage.ts';

const longestDays = 800;

/** `from` and `to` of a report, both optional. Days are whole, by UTC. */
export function reportingPeriod(query: URLSearchParams, usual: Period): Period {
  const end = instantOf(query, 'to', 'to') ?? usual.end;
  const start = instantOf(query, 'from', 'from') ?? Math.min(usual.start, end);
  if (start > end) throw invalidField('from', 'must not be later than to');
  if (end - start > longestDays * dayMs)
    throw invalidField('from', `must lie at most ${longestDays} days before to`);
  return { start, end };
}
