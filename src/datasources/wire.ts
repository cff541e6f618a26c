import { z } from 'zod';
import { decimalFromNumber, numberFromDecimal } from '../domain/decimal.ts';
import { Failure, type UpstreamName } from '../domain/failure.ts';
import { type Money, moneyFromDecimal } from '../domain/money.ts';

/** ISO 8601 in any of the upstreams' forms, or epoch seconds or milliseconds. */
export const instant = z.union([z.string(), z.number()]).transform((value, context): Date => {
  // a number of seconds passes 10^11 in the year 5138, one of milliseconds passed it in 1973
  const date = new Date(typeof value === 'number' && value < 1e11 ? value * 1000 : value);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue('not a date');
  return z.NEVER;
});

/** A whole number that JavaScript holds exactly. */
export const wholeNumber = z.number().int();

/** An id, whichever way it is written. */
export const textOrNumber = z.union([z.string().min(1), wholeNumber]).transform(String);

export const currencyCode = z
  .string()
  .regex(/^[A-Za-z]{3}$/)
  .transform((code) => code.toUpperCase());

/** Absent and null are the same to us. */
export function orNull<Shape extends z.ZodType>(shape: Shape) {
  return shape.nullish().transform((value) => value ?? null);
}

/** An amount in major units (`"666.00"`). Money is never guessed: what is not exact is refused. */
export function exactMoney(decimal: string, currency: string, context: z.RefinementCtx): Money {
  const money = moneyFromDecimal(decimal, currency);
  if (money !== null) return money;
  context.addIssue('not an exact amount');
  return z.NEVER;
}

/** Major units as Make's live dialect writes them: text, by its own contract sometimes a number. */
export const decimalText = z.union([z.string(), z.number().transform(decimalFromNumber)]);

/** A list of rows, each read on its own: one that cannot be read is a failure in its place and spoils no other. */
export function rowsOf<Row>(upstream: UpstreamName, shape: z.ZodType<Row>) {
  return z.array(z.unknown()).transform((rows) =>
    rows.map((row): Row | Failure => {
      const read = shape.safeParse(row);
      return read.success ? read.data : unreadable(upstream, read.error);
    }),
  );
}

const unreadable = (upstream: UpstreamName, cause: Error): Failure =>
  new Failure(
    'UPSTREAM_BAD_RESPONSE',
    'The upstream answered with something that cannot be read.',
    { upstream },
    { cause },
  );

/** Text in one language, or in several, of which English or else the first is ours. */
export const localizedText = z.union([z.string(), z.record(z.string(), z.unknown())]).transform((text) => {
  if (typeof text === 'string') return text;
  const found = [text['en'], ...Object.values(text)].find((each) => typeof each === 'string');
  return found ?? null;
});

/** A number of any precision, as plain decimal text. A whole one beyond 2^53 was rounded when its JSON was read. */
export const decimal = z.union([
  z
    .number()
    .refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), 'not exact')
    .transform(decimalFromNumber),
  z.string().regex(/^-?\d+(\.\d+)?$/),
]);

/** A day of the calendar, `2026-03-05` or `05-03-2026`, or that of an instant in UTC; always written the first way. */
export const calendarDay = z.string().transform((text, context): string => {
  const [, day, month, year] = /^(\d{2})-(\d{2})-(\d{4})$/.exec(text) ?? [];
  const at = new Date(year === undefined ? text : `${year}-${month}-${day}`);
  // the calendar runs 31 February on into March: such a day is none
  const written = year === undefined ? text.slice(0, 10) : `${year}-${month}-${day}`;
  const isDay = !Number.isNaN(at.getTime()) && (text.length > 10 || at.toISOString().startsWith(written));
  if (isDay) return at.toISOString().slice(0, 10);
  context.addIssue('not a day');
  return z.NEVER;
});

/** An object of whatever shape the upstream gives it. */
export const anyObject = z.record(z.string(), z.unknown());

/** A decimal text as a number of a JSON body. What no number holds exactly is refused, and nothing is sent. */
export function exactNumber(decimal: string, ...path: readonly string[]): number {
  const value = numberFromDecimal(decimal);
  if (value !== null) return value;
  throw new Failure('BAD_USER_INPUT', 'The number cannot be passed on exactly.', {
    faults: [{ path, message: 'Takes a decimal number of at most 15 digits.' }],
  });
}
