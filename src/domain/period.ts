/** A span of time: `end` is the first instant that is no longer part of it. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}

export const periodPresets = [
  'CURRENT_PERIOD',
  'CURRENT_MONTH',
  'LAST_MONTH',
  'LAST_7_DAYS',
  'LAST_30_DAYS',
  'LAST_90_DAYS',
] as const;
export type PeriodPreset = (typeof periodPresets)[number];

/** The whole days (UTC) that a preset means at an instant; null for the period that the upstream counts in. */
export function periodOfPreset(preset: PeriodPreset, now: Date): Period | null {
  const month = (offset: number): Date =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset));
  // the day that runs is part of it
  const days = (count: number): Period => ({ start: dayOf(now, 1 - count), end: dayOf(now, 1) });
  switch (preset) {
    case 'CURRENT_PERIOD':
      return null;
    case 'CURRENT_MONTH':
      return { start: month(0), end: month(1) };
    case 'LAST_MONTH':
      return { start: month(-1), end: month(0) };
    case 'LAST_7_DAYS':
      return days(7);
    case 'LAST_30_DAYS':
      return days(30);
    case 'LAST_90_DAYS':
      return days(90);
  }
}

/** The whole days (UTC) that a period touches. */
export function wholeDaysOf({ start, end }: Period): Period {
  const isMidnight = end.getTime() % 86_400_000 === 0;
  return { start: dayOf(start, 0), end: isMidnight ? end : dayOf(end, 1) };
}

function dayOf(at: Date, offset: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + offset));
}
