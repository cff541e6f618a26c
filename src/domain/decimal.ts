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

/** Exact: `addDecimals('0.1', '0.2')` is `0.3`. */
export function addDecimals(one: string, other: string): string {
  const places = Math.max(placesOf(one), placesOf(other));
  return decimalFromUnits(unitsOf(one, places) + unitsOf(other, places), places);
}

/** Exact. */
export function subtractDecimals(from: string, amount: string): string {
  const places = Math.max(placesOf(from), placesOf(amount));
  return decimalFromUnits(unitsOf(from, places) - unitsOf(amount, places), places);
}

/** Exact: `300.25` with two places more is `3.0025`. */
export function withMorePlaces(decimal: string, more: number): string {
  const places = placesOf(decimal);
  return decimalFromUnits(unitsOf(decimal, places), places + more);
}

/** The same, or nought where that is below it. */
export function atLeastZero(decimal: string): string {
  return decimal.startsWith('-') ? '0' : decimal;
}

const placesOf = (decimal: string): number => decimal.split('.')[1]?.length ?? 0;

/** In units of the last place: `1.5` with two places is 150. */
function unitsOf(decimal: string, places: number): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

function decimalFromUnits(units: bigint, places: number): string {
  const figures = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const point = figures.length - places;
  const text = places === 0 ? figures : `${figures.slice(0, point)}.${figures.slice(point)}`;
  return shortest(units < 0n ? `-${text}` : text);
}
