/** The digits of a card's number as people write it, with spaces or dashes between; null for what has none of a card's. */
export function cardDigits(text: string): string | null {
  const digits = text.replace(/[ -]/g, '');
  return /^\d{12,19}$/.test(digits) && isLuhnValid(digits) ? digits : null;
}

/** How many digits the security code has: American Express prints four. */
export function cvcLengthOf(digits: string): number {
  return /^3[47]/.test(digits) ? 4 : 3;
}

/** A card is good to the end of its month, wherever on earth that is last. */
export function isExpired(month: number, year: number, now: Date): boolean {
  const endOfMonth = Date.UTC(year, month, 1);
  return endOfMonth + latestZoneMs <= now.getTime();
}

const latestZoneMs = 12 * 60 * 60 * 1000;

/** Does a text hold what may be the number of a card? */
export function holdsCardNumber(text: string): boolean {
  return /\d(?:[ -]?\d){11,}/.test(text);
}

/** May a document hold a number or a code that belongs into variables? A code is known by its field's name alone. */
export function mayHoldCard(document: string): boolean {
  return holdsCardNumber(document) || /cvc/i.test(document);
}

/** The check digit of ISO/IEC 7812: from the right, every second digit counts twice. */
function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of Array.from(digits).toReversed().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
