export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Midnight UTC of the day that holds the instant. */
export function dayStart(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

/** `2026-03-05` */
export function dayOf(at: number): string {
  return iso(at).slice(0, 10);
}

/** ISO 8601 with milliseconds and Z. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Calendar months later, same time of day; the 31st becomes the last day of a shorter month. */
export function addMonths(at: number, months: number): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}

const durationPattern =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** The instant that lies an ISO 8601 duration (`P1M`, `PT90M`) after another; null when it is not one or is empty. */
export function addDuration(at: number, duration: string): number | null {
  const parts = durationPattern.exec(duration);
  if (parts === null || /[PT]$/.test(duration)) return null;
  const [years, months, weeks, days, hours, minutes, seconds] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  return (
    addMonths(at, (years ?? 0) * 12 + (months ?? 0)) +
    ((weeks ?? 0) * 7 + (days ?? 0)) * dayMs +
    (hours ?? 0) * hourMs +
    (minutes ?? 0) * minuteMs +
    (seconds ?? 0) * 1000
  );
}
