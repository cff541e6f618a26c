import { decimalDigits, divideRounded } from './decimal.ts';

/** The currencies of the platform, with their digits behind the point (ISO 4217). */
const minorDigits: Readonly<Record<string, number>> = {
  USD: 2,
  EUR: 2,
  GBP: 2,
  JPY: 0,
  AUD: 2,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CZK: 2,
  DKK: 2,
  HUF: 2,
  INR: 2,
  KRW: 0,
  KWD: 3,
  MXN: 2,
  NOK: 2,
  NZD: 2,
  PLN: 2,
  SEK: 2,
  SGD: 2,
};

export const currencies = Object.keys(minorDigits);

/** Far beyond any bill, and far below where sums of minor units stop being exact. */
export const maxAmount = 1_000_000_000_000;

const formats = new Map<string, Intl.NumberFormat>();

/** `$99.00`, `¥14,900` */
export function formatAmount(amount: number, currency: string): string {
  const digits = digitsOf(currency);
  let format = formats.get(currency);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(currency, format);
  }
  return format.format(amount / 10 ** digits);
}

/** The part of an amount that falls to a part of a whole, to the nearest minor unit, half away from zero. */
export function share(amount: number, part: number, whole: number): number {
  return Number(divideRounded(BigInt(amount) * BigInt(part), BigInt(whole)));
}

/** Minor units of a cost in major units that is held with twice the digits of a decimal: a quantity times a rate. */
export function minorUnitsOf(cost: bigint, currency: string): number {
  const dividend = cost * 10n ** BigInt(digitsOf(currency));
  return Number(divideRounded(dividend, 10n ** BigInt(2 * decimalDigits)));
}

/** `USD 99.00`: in letters that every font has. */
export function plainAmount(amount: number, currency: string): string {
  const digits = digitsOf(currency);
  const padded = String(Math.abs(amount)).padStart(digits + 1, '0');
  const cut = padded.length - digits;
  const decimal = digits === 0 ? padded : `${padded.slice(0, cut)}.${padded.slice(cut)}`;
  return `${currency} ${amount < 0 ? '-' : ''}${decimal}`;
}

function digitsOf(currency: string): number {
  return minorDigits[currency] ?? 2;
}
