/** Why a charge, or the adding of a card, is declined. */
export type DeclineReason =
  | 'card_declined'
  | 'insufficient_funds'
  | 'expired_card'
  | 'invalid_cvc'
  | 'fraud_detected';

export interface Expiry {
  /** 1 to 12 */
  readonly month: number;
  readonly year: number;
}

/** What may be kept of a card, and how it behaves. */
export interface TestCard {
  readonly brand: string;
  readonly last4: string;
  readonly declinesWhenAdded: DeclineReason | null;
  readonly declinesWhenCharged: DeclineReason | null;
}

/** What is no card at all. */
export interface CardFault {
  readonly fault: { readonly field: 'number' | 'expiry' | 'cvc'; readonly reason: string };
}

const declinedWhenAdded: Readonly<Record<string, DeclineReason>> = {
  '4000000000000002': 'card_declined',
  '4000000000009995': 'insufficient_funds',
  '4000000000000069': 'expired_card',
  '4000000000000127': 'invalid_cvc',
  '4100000000000019': 'fraud_detected',
};

const declinedWhenCharged: Readonly<Record<string, DeclineReason>> = {
  '4000000000000341': 'card_declined',
  '4000000000010027': 'insufficient_funds',
  '4000000000010035': 'expired_card',
  '4000000000010043': 'invalid_cvc',
  '4000000000010050': 'fraud_detected',
};

const numberOfToken: Readonly<Record<string, string>> = {
  tok_visa: '4242424242424242',
  tok_mastercard: '5555555555554444',
  tok_amex: '378282246310005',
  tok_chargeDeclined: '4000000000000002',
  tok_chargeDeclinedInsufficientFunds: '4000000000009995',
  tok_chargeDeclinedExpiredCard: '4000000000000069',
  tok_chargeDeclinedIncorrectCvc: '4000000000000127',
  tok_chargeDeclinedFraudulent: '4100000000000019',
  tok_chargeCustomerFail: '4000000000000341',
  tok_chargeCustomerFailInsufficientFunds: '4000000000010027',
};

/** Reads a card as it is typed in. The number goes no further than this. */
export function readCard(number: string, expiry: Expiry, cvc: string, nowMs: number): TestCard | CardFault {
  const digits = number.replace(/[ -]/g, '');
  const fault = faultOf(digits, expiry, cvc);
  if (fault !== null) return { fault };
  return {
    brand: brandOf(digits),
    last4: digits.slice(-4),
    declinesWhenAdded: isPast(expiry, nowMs) ? 'expired_card' : (declinedWhenAdded[digits] ?? null),
    declinesWhenCharged: declinedWhenCharged[digits] ?? null,
  };
}

/** The card behind a token of the payment provider; undefined where there is no such token. */
export function readCardToken(
  token: string,
  nowMs: number,
): (TestCard & { readonly expiry: Expiry }) | undefined {
  const number = Object.hasOwn(numberOfToken, token) ? numberOfToken[token] : undefined;
  if (number === undefined) return undefined;
  const expiry = { month: 12, year: new Date(nowMs).getUTCFullYear() + 3 };
  const card = readCard(number, expiry, brandOf(number) === 'amex' ? '1234' : '123', nowMs);
  return 'fault' in card ? undefined : { ...card, expiry };
}

/** A card is good to the end of the month printed on it. */
export function isPast({ month, year }: Expiry, atMs: number): boolean {
  return Date.UTC(year, month, 1) <= atMs;
}

function faultOf(digits: string, { month, year }: Expiry, cvc: string): CardFault['fault'] | null {
  if (!/^\d{12,19}$/.test(digits)) return { field: 'number', reason: 'must have 12 to 19 digits' };
  if (!isLuhnValid(digits)) return { field: 'number', reason: 'has a wrong check digit' };
  if (month < 1 || month > 12) return { field: 'expiry', reason: 'must have a month from 1 to 12' };
  if (year < 2000 || year > 2100) return { field: 'expiry', reason: 'must have a year of four digits' };
  const cvcDigits = brandOf(digits) === 'amex' ? 4 : 3;
  if (cvc.length !== cvcDigits || !/^\d+$/.test(cvc)) {
    return { field: 'cvc', reason: `must have ${cvcDigits} digits` };
  }
  return null;
}

function brandOf(digits: string): string {
  if (digits.startsWith('4')) return 'visa';
  if (/^(5[1-5]|2[2-7])/.test(digits)) return 'mastercard';
  if (/^3[47]/.test(digits)) return 'amex';
  if (digits.startsWith('35')) return 'jcb';
  if (/^(6011|65)/.test(digits)) return 'discover';
  return 'unknown';
}

function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
