import { LRUCache } from 'lru-cache';
import { withMorePlaces } from './decimal.ts';

/** An exact amount: whole minor units of a currency (cents; yen for JPY). Never a float. */
export interface Money {
  readonly minorUnits: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

/** A price that may lie below the smallest unit of money: major units, as a decimal string. */
export interface UnitPrice {
  readonly decimal: string;
  readonly currency: string | null;
}

// ISO 4217, where it is not two
const minorDigits: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
      .split(' ')
      .map((code) => [code, 0] as const),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const)),
  CLF: 4,
  UYW: 4,
};

/** How many decimals the currency has. */
function minorDigitsOf(currency: string): number {
  return minorDigits[currency] ?? 2;
}

/** `{ minorUnits: -9905, currency: 'USD' }` → `-99.05` */
export function decimalOf({ minorUnits, currency }: Money): string {
  const digits = minorDigitsOf(currency);
  const sign = minorUnits < 0 ? '-' : '';
  const figures = String(Math.abs(minorUnits)).padStart(digits + 1, '0');
  if (digits === 0) return sign + figures;
  return `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)}`;
}

/** A price of so many minor units, which may be a part of one: `0.5` cents. */
export function unitPriceOf(minorUnits: string, currency: string): UnitPrice {
  return { decimal: withMorePlaces(minorUnits, minorDigitsOf(currency)), currency };
}

const decimalPattern = /^(-?)(\d{1,15})(?:\.(\d+))?$/;

/**
 * An amount in major units (`"666.00"`) as Money; null where it is not one, holds more decimals than the currency
 * has, or is too large to be exact.
 */
export function moneyFromDecimal(decimal: string, currency: string): Money | null {
  const parts = decimalPattern.exec(decimal);
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const digits = minorDigitsOf(currency);
  const beyond = fraction.slice(digits);
  if (/[1-9]/.test(beyond)) return null;
  const minorUnits = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  if (!Number.isSafeInteger(minorUnits)) return null;
  return { minorUnits: sign === '-' && minorUnits !== 0 ? -minorUnits : minorUnits, currency };
}

// text is formatted exactly, where a number would be rounded
const isNumeric = (text: string): text is `${number}` => decimalPattern.test(text);

/** Making one takes a hundred times what using it takes. */
const formats = new LRUCache<string, { readonly format: Intl.NumberFormat | null }>({ max: 200 });

/** As people of a locale write it; null for a locale that is not known. */
export function formatMoney(money: Money, locale: string): string | null {
  const decimal = decimalOf(money);
  if (!isNumeric(decimal)) return null;
  const name = `${money.currency} ${locale}`;
  const { format } = formats.get(name) ?? { format: formatFor(money.currency, locale) };
  formats.set(name, { format });
  return format?.format(decimal) ?? null;
}

function formatFor(currency: string, locale: string): Intl.NumberFormat | null {
  const digits = minorDigitsOf(currency);
  try {
    if (Intl.NumberFormat.supportedLocalesOf(locale).length === 0) return null;
    return new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
