import { z } from 'zod';
import { Failure } from '../domain/failure.ts';
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
export const decimalText = z.union([z.string(), z.number().transform(String)]);

/** A list of rows, each read on its own: one that cannot be read is a failure in its place and spoils no other. */
export function rowsOf<Row>(shape: z.ZodType<Row>) {
  return z.array(z.unknown()).transform((rows) =>
    rows.map((row): Row | Failure => {
      const read = shape.safeParse(row);
      return read.success ? read.data : unreadable(read.error);
    }),
  );
}

const unreadable = (cause: Error): Failure =>
  new Failure(
    'UPSTREAM_BAD_RESPONSE',
    'The upstream answered with something that cannot be read.',
    {},
    { cause },
  );
