import type { Period } from '../../domain/period.ts';

interface Range {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** A range as the documented dialect takes it. Its end is part of it there, where ours is not. */
export function rangeQuery({ from, to }: Range, fromName: string, toName: string) {
  return {
    [fromName]: from?.toISOString(),
    [toName]: to === null ? undefined : lastInstantBefore(to).toISOString(),
  };
}

export function lastInstantBefore(end: Date): Date {
  return new Date(end.getTime() - 1);
}

/** A period likewise; nothing where there is none. */
export function periodQuery(period: Period | null, fromName: string, toName: string) {
  return period === null ? {} : rangeQuery({ from: period.start, to: period.end }, fromName, toName);
}
