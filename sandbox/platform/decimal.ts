/** Digits behind the point that quantities and rates may have. */
export const decimalDigits = 9;

/** A decimal as a whole number of billionths, so that rates far below a cent multiply exactly. */
export function billionths(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(decimalDigits, '0').slice(0, decimalDigits));
}

/** The decimal that a whole number of the given number of digits behind the point stands for: `45.7`. */
export function decimalOf(units: bigint, digits: number): string {
  const padded = units.toString().padStart(digits + 1, '0');
  const fraction = padded.slice(-digits).replace(/0+$/, '');
  const whole = padded.slice(0, -digits);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The decimal text of a JSON number that is not negative; null when it has more digits than are kept. */
export function decimalFrom(value: number): string | null {
  const text = String(value);
  return /^\d{1,12}(\.\d{1,9})?$/.test(text) ? text : null;
}

/** Half rounds away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const half = dividend < 0n ? -divisor / 2n : divisor / 2n;
  return (dividend + half) / divisor;
}
