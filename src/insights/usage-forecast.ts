import { addDecimals, atLeastZero, subtractDecimals } from '../domain/decimal.ts';
import type { Period } from '../domain/period.ts';

export const forecastConfidences = ['LOW', 'MEDIUM', 'HIGH'] as const;
type ForecastConfidence = (typeof forecastConfidences)[number];

interface Consumption {
  readonly period: Period;
  /** Decimals. */
  readonly used: string;
  readonly included: string | null;
  readonly days: readonly { readonly date: string; readonly amount: string }[];
  readonly now: Date;
}

/** What the present period will come to. Amounts are decimals, those that are estimated whole ones. */
export interface UsageForecast {
  /** How many whole days it is drawn from; 0 where there is nothing but the period's own mean. */
  readonly basedOnDays: number;
  readonly isByWeekday: boolean;
  readonly averagePerDay: string;
  readonly predicted: string;
  /** Eight times of ten it should end between these, if days go on to differ as they did. */
  readonly low: string;
  readonly high: string;
  readonly confidence: ForecastConfidence;
  readonly expectedOverage: string | null;
  /** When what is included will be used up; null if not within the period. */
  readonly exhaustedAt: Date | null;
}

const dayMs = 86_400_000;
/** What lies further back says little of now. */
const recentDays = 28;
/** Each weekday has come twice by then. */
const daysForWeekdays = 14;
/** Standard deviations to either side of the mean that eight of ten cases lie within. */
const eightOfTen = 1.28;

/** From the mean of recent whole days, that of each weekday where there are enough. Null where nothing is known to go by. */
export function forecastUsage({ period, used, included, days, now }: Consumption): UsageForecast | null {
  const today = dayOf(now);
  const recent = recentAmounts(days, today);
  const pace = recent.length > 0 ? paceOf(recent) : paceOfPeriod(period, used, now);
  if (pace === null) return null;

  let [coming, spread] = [0, 0];
  let exhausted: Date | null = null;
  const left = included === null ? null : Number(subtractDecimals(included, used));
  if (left !== null && left <= 0) exhausted = now;
  for (let day = today; day < period.end.getTime(); day += dayMs) {
    const from = Math.max(day, now.getTime());
    const to = Math.min(day + dayMs, period.end.getTime());
    const share = Math.max(0, to - from) / dayMs;
    const amount = pace.expected(day) * share;
    if (left !== null && exhausted === null && amount > 0 && coming + amount > left) {
      exhausted = new Date(from + ((left - coming) / amount) * (to - from));
    }
    coming += amount;
    spread += share;
  }

  const predicted = addDecimals(used, whole(coming));
  // how days differ, and how far off the mean itself may be, which grows with every day it is used for
  const doubt = eightOfTen * pace.deviation * Math.sqrt(spread + spread ** 2 / Math.max(1, recent.length));
  return {
    basedOnDays: recent.length,
    isByWeekday: pace.isByWeekday,
    averagePerDay: whole(pace.mean),
    predicted,
    low: addDecimals(used, whole(Math.max(0, coming - doubt))),
    high: addDecimals(used, whole(coming + doubt)),
    confidence: confidenceOf(recent.length, doubt, coming + Number(used)),
    expectedOverage: included === null ? null : atLeastZero(subtractDecimals(predicted, included)),
    exhaustedAt: exhausted,
  };
}

interface Pace {
  readonly mean: number;
  readonly expected: (day: number) => number;
  /** By which a day differs from what is expected of it. */
  readonly deviation: number;
  readonly isByWeekday: boolean;
}

interface Day {
  readonly at: number;
  readonly amount: number;
}

/** The whole days before today. Those that the history leaves out between others had no use. */
function recentAmounts(days: Consumption['days'], today: number): readonly Day[] {
  const amounts = new Map(days.map(({ date, amount }) => [Date.parse(date), Number(amount)]));
  const before = [...amounts.keys()].filter((at) => at < today);
  if (before.length === 0) return [];
  const first = Math.max(Math.min(...before), today - recentDays * dayMs);
  return Array.from({ length: (today - first) / dayMs }, (_, index) => {
    const at = first + index * dayMs;
    return { at, amount: amounts.get(at) ?? 0 };
  });
}

function paceOf(days: readonly Day[]): Pace {
  const mean = meanOf(days);
  const isByWeekday = days.length >= daysForWeekdays;
  const weekdayMeans = Array.from({ length: 7 }, (_, weekday) =>
    meanOf(days.filter(({ at }) => new Date(at).getUTCDay() === weekday)),
  );
  const expected = (day: number): number =>
    isByWeekday ? (weekdayMeans[new Date(day).getUTCDay()] ?? mean) : mean;
  const squares = days.reduce((sum, { at, amount }) => sum + (amount - expected(at)) ** 2, 0);
  // each mean that was drawn from the days takes one of them
  const freedom = Math.max(1, days.length - (isByWeekday ? 7 : 1));
  // one day alone does not tell how days differ: it may be all of it
  const deviation = days.length === 1 ? mean : Math.sqrt(squares / freedom);
  return { mean, expected, deviation, isByWeekday };
}

/** Where no day is told: as much a day as the period took so far. */
function paceOfPeriod({ start }: Period, used: string, now: Date): Pace | null {
  const elapsedDays = (now.getTime() - start.getTime()) / dayMs;
  if (elapsedDays <= 0) return null;
  const mean = Number(used) / elapsedDays;
  return { mean, expected: () => mean, deviation: mean, isByWeekday: false };
}

function confidenceOf(days: number, doubt: number, total: number): ForecastConfidence {
  const share = total === 0 ? 0 : doubt / total;
  if (days >= daysForWeekdays && share <= 0.1) return 'HIGH';
  return days >= 7 && share <= 0.25 ? 'MEDIUM' : 'LOW';
}

function meanOf(days: readonly Day[]): number {
  return days.length === 0 ? 0 : days.reduce((sum, { amount }) => sum + amount, 0) / days.length;
}

/** An estimate, as a decimal without places that it does not have. */
const whole = (estimate: number): string => String(BigInt(Math.round(estimate)));

const dayOf = (at: Date): number => Math.floor(at.getTime() / dayMs) * dayMs;
