import { decimal } from '../wire.ts';

/** Make counts hundredths of a credit: `1850` is 18.5 credits. */
export const creditsFromHundredths = decimal.transform((hundredths): string => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(hundredths) ?? [];
  const digits = whole.padStart(3, '0');
  const rest = `${digits.slice(-2)}${fraction}`.replace(/0+$/, '');
  const credits = digits.slice(0, -2).replace(/^0+(?=\d)/, '');
  return `${sign}${credits}${rest === '' ? '' : `.${rest}`}`;
});
