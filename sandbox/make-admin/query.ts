import { invalidField, queryInteger } from '../kernel/fields.ts';

/** The values of a list, however it is written: `name=a&name=b`, `name[]=a`, `name[0]=a`. */
export function listOf(query: URLSearchParams, name: string): readonly string[] {
  const values: string[] = [];
  for (const [key, value] of query) {
    const isIndexed = key.startsWith(`${name}[`) && /^\[\d*\]$/.test(key.slice(name.length));
    if ((key === name || isIndexed) && value !== '') values.push(value);
  }
  return values;
}

/** The same, each being one of those that are accepted. */
export function enumsOf<const T extends string>(
  query: URLSearchParams,
  name: string,
  accepted: readonly T[],
): readonly T[] {
  return listOf(query, name).map((value) => {
    const match = accepted.find((each) => each === value);
    if (match === undefined) throw invalidField(name, `must be one of ${accepted.join(', ')}`);
    return match;
  });
}

/** An instant given in ISO 8601; a day alone is its first instant, or its last where the range ends with it. */
export function instantOf(query: URLSearchParams, name: string, bound: 'from' | 'to'): number | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : parseInstant(text, name, bound);
}

export function parseInstant(text: string, name: string, bound: 'from' | 'to'): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = Date.parse(isDay && bound === 'to' ? `${text}T23:59:59.999Z` : text);
  if (Number.isNaN(at) || !/^\d{4}-\d{2}-\d{2}/.test(text))
    throw invalidField(name, 'must be an ISO 8601 date');
  return at;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Both ends of a range, each of them optional. */
export function rangeOf(query: URLSearchParams, fromName: string, toName: string): Range {
  return orderedRange(
    instantOf(query, fromName, 'from') ?? Number.NEGATIVE_INFINITY,
    instantOf(query, toName, 'to') ?? Number.POSITIVE_INFINITY,
    fromName,
  );
}

/** The same in milliseconds since the epoch. */
export function millisecondRangeOf(query: URLSearchParams): Range {
  return orderedRange(
    queryInteger(query, 'from', { min: 0 }) ?? Number.NEGATIVE_INFINITY,
    queryInteger(query, 'to', { min: 0 }) ?? Number.POSITIVE_INFINITY,
    'from',
  );
}

export function orderedRange(from: number, to: number, name: string): Range {
  if (from > to) throw invalidField(name, 'must not be later than the end of the range');
  return { from, to };
}

export function isWithin({ from, to }: Range, at: number): boolean {
  return at >= from && at <= to;
}
