/** The payment provider's words for a charge that it did not make, the plainest last. */
const declines: readonly (readonly [words: RegExp, code: string])[] = [
  [/insufficient[ _]funds/i, 'insufficient_funds'],
  [/expired[ _]card|card (?:has|is) expired/i, 'expired_card'],
  [/(?:invalid|incorrect)[ _]cvc|security code/i, 'invalid_cvc'],
  [/fraud/i, 'fraud_detected'],
  [/decline/i, 'card_declined'],
];

/** Why a charge was declined, where the words of the refusal tell: its code is the one of bad input. */
export function codeOfDecline(texts: readonly string[]): string | undefined {
  return declines.find(([words]) => texts.some((text) => words.test(text)))?.[1];
}

/** Not every word on a default: what was sent as an id may stand in the refusal. */
const ofDefault = /\bdefault (?:payment )?(?:method|card|source)\b|\bis (?:the|your) default\b/i;

/** A removal takes nothing but an id: words on the default method are on what is to be removed. */
export function codeOfRemoval(texts: readonly string[]): string | undefined {
  return texts.some((text) => ofDefault.test(text)) ? 'payment_method_default' : undefined;
}
