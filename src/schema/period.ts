import { Failure } from '../domain/failure.ts';
import {
  type Period as DomainPeriod,
  type PeriodPreset as DomainPeriodPreset,
  periodOfPreset,
  periodPresets,
} from '../domain/period.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';

const PeriodPreset = describedEnum('PeriodPreset', 'A span of time by its name.', periodPresets, {
  CURRENT_PERIOD: 'The period that the upstream counts in now.',
  CURRENT_MONTH: 'The calendar month that runs, in UTC.',
  LAST_MONTH: 'The calendar month before it.',
  LAST_7_DAYS: 'Today and the six days before, in UTC.',
  LAST_30_DAYS: 'Today and the 29 days before.',
  LAST_90_DAYS: 'Today and the 89 days before.',
});

const DateRangeInput = builder.inputType('DateRangeInput', {
  description: 'From one instant to another.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', required: true, description: 'The first instant.' }),
    to: t.field({ type: 'DateTime', required: true, description: 'The first instant that is outside.' }),
  }),
});

export const PeriodInput = builder.inputType('PeriodInput', {
  description: 'A span of time: by its name, or from one instant to another.',
  isOneOf: true,
  fields: (t) => ({
    preset: t.field({ type: PeriodPreset, description: 'By its name.' }),
    range: t.field({ type: DateRangeInput, description: 'From one instant to another.' }),
  }),
});

export const Period = builder.objectRef<DomainPeriod>('Period').implement({
  description: 'A span of time.',
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', description: 'Its first instant.' }),
    end: t.expose('end', { type: 'DateTime', description: 'The first instant that is outside.' }),
  }),
});

export interface PeriodWish {
  readonly preset?: DomainPeriodPreset | null | undefined;
  readonly range?: { readonly from: Date; readonly to: Date } | null | undefined;
}

/** What a `period` argument means now; null for the period that the upstream counts in. */
export function readPeriod(wish: PeriodWish | null | undefined, now: Date): DomainPeriod | null {
  if (wish?.range == null) return wish?.preset == null ? null : periodOfPreset(wish.preset, now);
  const { from, to } = wish.range;
  if (from < to) return { start: from, end: to };
  throw new Failure('BAD_USER_INPUT', 'The range ends before it begins: from is to be earlier than to.');
}
