import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { cardDigits, cvcLengthOf, isExpired } from '../domain/card.ts';
import { builder } from './builder.ts';

// What is said of a number or a code never repeats it. Nothing is checked while variables are read: an error there
// would show what was given, also to a caller who may not add cards.

builder.scalarType('CardNumber', {
  description:
    'The number of a card: text of 12 to 19 digits, which may have spaces or dashes between. Taken through variables only.',
  serialize: neverShown,
  parseValue: (value) => value,
  parseLiteral: refuseLiteral,
});

builder.scalarType('CardCvc', {
  description: 'The security code of a card: text of three digits, or four. Taken through variables only.',
  serialize: neverShown,
  parseValue: (value) => value,
  parseLiteral: refuseLiteral,
});

function neverShown(): null {
  return null;
}

function refuseLiteral(): never {
  throw new GraphQLError('Numbers and security codes of cards are taken through variables only.');
}

export const CardInput = builder.inputType('CardInput', {
  description:
    'A card as it is printed. It goes on to the system that charges it, and is kept nowhere here. In production it is taken only where the gateway is set to (`CARD_INPUT`).',
  fields: (t) => ({
    number: t.field({ type: 'CardNumber', required: true, description: 'Its number.' }),
    expiryMonth: t.int({ required: true, description: 'The last month it is good for, 1 to 12.' }),
    expiryYear: t.int({ required: true, description: 'The year of that month, with four digits.' }),
    cvc: t.field({ type: 'CardCvc', required: true, description: 'Its security code.' }),
  }),
});

export const expiryMonthRule = z
  .number()
  .int('Takes a month: 1 to 12.')
  .min(1, 'Takes a month: 1 to 12.')
  .max(12, 'Takes a month: 1 to 12.');

const yearAccepted = 'Takes a year of four digits: 2000 to 2100.';

export const expiryYearRule = z.number().int(yearAccepted).min(2000, yearAccepted).max(2100, yearAccepted);

const expiredMessage = 'The card has expired: takes a month that is not over.';

/** The rule that an expiry which is given whole is not past. */
export function isGood(
  { expiryMonth, expiryYear }: { readonly expiryMonth?: unknown; readonly expiryYear?: unknown },
  now: Date,
): boolean {
  if (typeof expiryMonth !== 'number' || typeof expiryYear !== 'number') return true;
  return !isExpired(expiryMonth, expiryYear, now);
}

export const expiredFault = { path: ['expiryYear'], message: expiredMessage };

const numberMessage = 'Takes the 12 to 19 digits of a card, as text: these are not the number of one.';

const cvcMessage = 'Takes the security code as text: four digits for American Express, three for others.';

/** A card as it may go on to an upstream, its number without what stands between the digits. */
export function cardRule(now: Date) {
  return z
    .object({
      number: z.unknown().transform((value, context) => {
        const digits = typeof value === 'string' ? cardDigits(value) : null;
        if (digits === null) context.addIssue({ code: 'custom', message: numberMessage });
        return digits ?? '';
      }),
      expiryMonth: expiryMonthRule,
      expiryYear: expiryYearRule,
      cvc: z.unknown().transform((value, context) => {
        const isCode = typeof value === 'string' && /^\d{3,4}$/.test(value);
        if (!isCode) context.addIssue({ code: 'custom', message: cvcMessage });
        return isCode ? value : '';
      }),
    })
    .refine((card) => card.cvc.length === cvcLengthOf(card.number), { path: ['cvc'], message: cvcMessage })
    .refine((card) => isGood(card, now), expiredFault);
}
