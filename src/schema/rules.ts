import { z } from 'zod';
import { numberFromDecimal } from '../domain/decimal.ts';

/** A text that says something, up to a length. */
export function text(most: number) {
  const accepted = `Takes 1 to ${most} characters.`;
  return z.string().trim().min(1, accepted).max(most, accepted);
}

/** A whole number from a smallest one. */
export function wholeFrom(least: number) {
  return z
    .number()
    .int(`Takes a whole number from ${least}.`)
    .min(least, `Takes a whole number from ${least}.`);
}

const decimalAccepted = 'Takes a decimal number from 0, of at most 15 digits.';

/** What a number of a JSON body holds exactly. */
export const quantityRule = z
  .string()
  .refine((decimal) => !decimal.startsWith('-') && numberFromDecimal(decimal) !== null, decimalAccepted);

/** An amount of money from a smallest one. */
export function moneyFrom(least: number) {
  return z.object({ minorUnits: wholeFrom(least), currency: z.string() });
}

/** The rules of an input of changes, which has at least one. */
export function changesOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).filter((name) => name !== 'idempotencyKey');
  const accepted = `Takes at least one change: ${names.join(', ')}.`;
  return z.object(shape).refine((input) => hasOneOf(input, names), accepted);
}

function hasOneOf(input: object, names: readonly string[]): boolean {
  return Object.entries(input).some(([name, value]) => names.includes(name) && value !== undefined);
}
