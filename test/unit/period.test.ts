import { expect, test } from 'vitest';
import { wholeDaysOf } from '../../src/domain/period.ts';

test.each([
  ['2026-03-05T00:00:00Z', '2026-03-06T00:00:00Z', '2026-03-05', '2026-03-06'],
  ['2026-03-05T23:59:59.999Z', '2026-03-06T00:00:00.001Z', '2026-03-05', '2026-03-07'],
  ['2026-02-28T12:00:00Z', '2026-02-28T13:00:00Z', '2026-02-28', '2026-03-01'],
])('%s to %s touches the days from %s to before %s', (from, to, first, end) => {
  expect(wholeDaysOf({ start: new Date(from), end: new Date(to) })).toEqual({
    start: new Date(first),
    end: new Date(end),
  });
});
