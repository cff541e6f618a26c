import { z } from 'zod';
import { given } from './given.ts';
import { text } from './rules.ts';

const optionalText = (most: number) => text(most).nullish().transform(given);

export const addressRule = z.object({
  line1: text(200),
  line2: optionalText(200),
  city: text(200),
  state: optionalText(200),
  postalCode: text(40),
  country: z.string().regex(/^[A-Z]{2}$/, 'Takes two capital letters of ISO 3166-1: DE.'),
});

export const emailRule = z
  .string()
  .max(254, 'Takes up to 254 characters.')
  .regex(/^[^\s@]+@[^\s@]+$/, 'Takes an e-mail address: ann@example.com.');

export const priceIdRule = text(100);
export const couponCodeRule = text(100);

/** A rule that may be left out or given as null, which then is the same. */
export function optional<Rule extends z.ZodType>(rule: Rule) {
  return rule.nullish().transform(given);
}
