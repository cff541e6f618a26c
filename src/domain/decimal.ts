/** The decimal text of a finite number, never in exponent form: `1e-7` → `0.0000001`. */
export function decimalFromNumber(value: number): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts ?? [];
  const figures = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${figures}`;
  if (point >= figures.length) return sign + figures.padEnd(point, '0');
  return `${sign}${figures.slice(0, point)}.${figures.slice(point)}`;
}

/** The number that a decimal text stands for; null where no number holds it exactly as it is written. */
export function numberFromDecimal(decimal: string): number | null {
  const value = Number(decimal);
  if (!Number.isFinite(value)) return null;
  return shortest(decimalFromNumber(value)) === shortest(decimal) ? value : null;
}

/** `007.50` → `7.5` */
function shortest(decimal: string): string {
  return decimal
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
