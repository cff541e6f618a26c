import { Refusal } from './endpoint.ts';

export type Fields = Readonly<Record<string, unknown>>;

interface TextRule {
  /** Longest accepted text, in characters. */
  readonly max?: number;
  readonly pattern?: RegExp;
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field was sent, but not as it is accepted. */
export function invalidField(name: string, reason: string): Refusal {
  return new Refusal(400, 'invalid_request', `${name}: ${reason}`, { field: name, reason });
}

function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new Refusal(400, 'missing_required_fields', `${name} is required`, {
    field: name,
    reason: 'is required',
  });
}

/** Null counts as not sent. */
function sent(body: Fields, name: string): unknown {
  return Object.hasOwn(body, name) ? (body[name] ?? undefined) : undefined;
}

export function optionalString(
  body: Fields,
  name: string,
  { max = 1000, pattern }: TextRule = {},
): string | undefined {
  const value = sent(body, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalidField(name, 'must be a string');
  if (value.trim() === '') throw invalidField(name, 'must not be empty');
  if (value.length > max) throw invalidField(name, `must be at most ${max} characters long`);
  if (pattern !== undefined && !pattern.test(value)) throw invalidField(name, `must match ${pattern.source}`);
  return value;
}

export function stringField(body: Fields, name: string, rule?: TextRule): string {
  return required(optionalString(body, name, rule), name);
}

export function optionalInteger(
  body: Fields,
  name: string,
  { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: Range = {},
): number | undefined {
  const value = sent(body, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw invalidField(name, `must be ${wholeNumber(min, max)}`);
  }
  return value;
}

export function integerField(body: Fields, name: string, range?: Range): number {
  return required(optionalInteger(body, name, range), name);
}

function wholeNumber(min: number, max: number): string {
  const parts: string[] = [];
  if (min > Number.MIN_SAFE_INTEGER) parts.push(`from ${min}`);
  if (max < Number.MAX_SAFE_INTEGER) parts.push(`up to ${max}`);
  return ['a whole number', ...parts].join(' ');
}

export function optionalBoolean(body: Fields, name: string): boolean | undefined {
  const value = sent(body, name);
  if (value !== undefined && typeof value !== 'boolean') throw invalidField(name, 'must be true or false');
  return value;
}

export function booleanField(body: Fields, name: string): boolean {
  return required(optionalBoolean(body, name), name);
}

export function optionalEnum<const T extends string>(
  body: Fields,
  name: string,
  values: readonly T[],
): T | undefined {
  const value = sent(body, name);
  if (value === undefined) return undefined;
  const match = values.find((accepted) => accepted === value);
  if (match === undefined) throw invalidField(name, `must be one of ${values.join(', ')}`);
  return match;
}

export function enumField<const T extends string>(body: Fields, name: string, values: readonly T[]): T {
  return required(optionalEnum(body, name, values), name);
}

export function optionalObject(body: Fields, name: string): Fields | undefined {
  const value = sent(body, name);
  if (value === undefined) return undefined;
  if (!isFields(value)) throw invalidField(name, 'must be an object');
  return value;
}

export function objectField(body: Fields, name: string): Fields {
  return required(optionalObject(body, name), name);
}

export function optionalArray(
  body: Fields,
  name: string,
  { max = 10_000 }: { readonly max?: number } = {},
): readonly unknown[] | undefined {
  const value = sent(body, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalidField(name, 'must be an array');
  if (value.length > max) throw invalidField(name, `must have at most ${max} items`);
  return value;
}

export function arrayField(body: Fields, name: string, rule?: { readonly max?: number }): readonly unknown[] {
  return required(optionalArray(body, name, rule), name);
}

/** `limit` and `offset` of a query, or `page` in place of `offset`, counted from 1. */
export function pageOf(
  query: URLSearchParams,
  { limit, max }: { readonly limit: number; readonly max: number },
): { readonly limit: number; readonly offset: number; readonly page: number } {
  const size = queryInteger(query, 'limit', { min: 1, max }) ?? limit;
  const page = queryInteger(query, 'page', { min: 1, max: 1_000_000 });
  const offset = queryInteger(query, 'offset', { min: 0 }) ?? ((page ?? 1) - 1) * size;
  return { limit: size, offset, page: page ?? Math.floor(offset / size) + 1 };
}

/** A whole number of the query; undefined when it is not there. */
export function queryInteger(query: URLSearchParams, name: string, range: Range = {}): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  return integerField({ [name]: /^-?\d{1,15}$/.test(text) ? Number(text) : text }, name, range);
}

/** The numeric id that a call gives, in a path in plain digits; NaN, which finds nothing, for everything else. */
export function idOf(value: unknown): number {
  if (typeof value === 'string') return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : Number.NaN;
  return typeof value === 'number' ? value : Number.NaN;
}
