import { expect, test } from 'vitest';
import { creditsFromHundredths } from '../../src/datasources/make-admin/credits.ts';
import { calendarDay } from '../../src/datasources/wire.ts';
import { shareOf } from '../../src/domain/analytics.ts';

test.each([
  ['1850', '18.5'],
  [1800, '18'],
  ['7', '0.07'],
  [0, '0'],
  ['-150', '-1.5'],
  ['123456789012345678901', '1234567890123456789.01'],
  ['12.5', '0.125'],
])('%s hundredths are %s credits', (hundredths, credits) => {
  expect(creditsFromHundredths.parse(hundredths)).toBe(credits);
});

test.each([
  ['2026-03-05', '2026-03-05'],
  ['05-03-2026', '2026-03-05'],
  ['2026-03-05T23:30:00.000Z', '2026-03-05'],
])('%s is the day %s', (text, day) => {
  expect(calendarDay.parse(text)).toBe(day);
});

test.each(['31-02-2026', '2026-02-31', '2026-13-01', 'yesterday', ''])('%j is no day', (text) => {
  expect(calendarDay.safeParse(text).success).toBe(false);
});

test('a share is rounded to four places, and of nothing there is none', () => {
  expect([shareOf(1, 3), shareOf(2, 3), shareOf(5, 5), shareOf(0, 9), shareOf(1, 2)]).toEqual([
    '0.3333',
    '0.6667',
    '1',
    '0',
    '0.5',
  ]);
  expect(shareOf(0, 0)).toBeNull();
});
