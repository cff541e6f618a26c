import type { CurrencyCode } from '../organizations/organizations.ts';

/** `10.59`; yen have no decimals. */
export function decimalOf(amount: number, currency: CurrencyCode): string {
  if (currency === 'JPY') return String(amount);
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
