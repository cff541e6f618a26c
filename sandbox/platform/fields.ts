import { Refusal } from '../kernel/endpoint.ts';
import { type Fields, invalidField, optionalObject, optionalString, stringField } from '../kernel/fields.ts';
import { dayMs } from '../kernel/time.ts';
import type { Address, Metadata } from './state.ts';

/** Refuses with the names of all that is missing, where reading field by field would name only the first. */
export function requireFields(fields: Fields, ...names: readonly string[]): void {
  const missing = names.filter((name) => (fields[name] ?? null) === null);
  if (missing.length === 0) return;
  const list = missing.join(', ');
  throw new Refusal(400, 'missing_required_fields', `Required fields missing: ${list}`, {
    field: list,
    reason: 'is required',
  });
}

/** Reads a part of a body, and names the fields at fault with the part's place in front. */
export function inside<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal) || error.field === undefined) throw error;
    throw new Refusal(error.status, error.code, `${place}: ${error.message}`, {
      field: `${place}.${error.field}`,
      ...(error.reason === undefined ? {} : { reason: error.reason }),
    });
  }
}

/** Answers that nothing else provokes: any body with `metadata.test` set to one of these gets it, and changes nothing. */
const provokedAnswers: ReadonlyMap<unknown, { readonly status: number; readonly message: string }> = new Map([
  ['payment_gateway_error', { status: 500, message: 'The payment provider failed' }],
  ['database_error', { status: 500, message: 'The database operation failed' }],
  ['tax_calculation_error', { status: 500, message: 'The tax service is unavailable' }],
  ['payment_method_default', { status: 409, message: 'The default payment method cannot be deleted' }],
]);

export function optionalMetadata(fields: Fields): Metadata {
  const metadata: Record<string, string | number | boolean | null> = {};
  const entries = Object.entries(optionalObject(fields, 'metadata') ?? {});
  if (entries.length > 50) throw invalidField('metadata', 'must have at most 50 keys');
  for (const [key, value] of entries) {
    if (!isPlain(value)) {
      throw invalidField(`metadata.${key}`, 'must be a string, a number, true, false or null');
    }
    metadata[key] = value;
  }
  const test = metadata['test'];
  const provoked = provokedAnswers.get(test);
  if (provoked !== undefined) {
    throw new Refusal(provoked.status, String(test), provoked.message, {
      field: 'metadata.test',
      reason: 'asks for this answer',
    });
  }
  return metadata;
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

export function optionalAddress(fields: Fields, name: string): Address | undefined {
  const address = optionalObject(fields, name);
  if (address === undefined) return undefined;
  return inside(name, () => ({
    line1: stringField(address, 'line1', { max: 200 }),
    ...optionalLine(address, 'line2'),
    ...optionalLine(address, 'city'),
    ...optionalLine(address, 'state'),
    ...optionalLine(address, 'postal_code'),
    country: stringField(address, 'country', { pattern: /^[A-Z]{2}$/ }),
  }));
}

function optionalLine<Name extends string>(fields: Fields, name: Name): { readonly [key in Name]?: string } {
  const text = optionalString(fields, name, { max: 200 });
  const line: { [key in Name]?: string } = {};
  if (text !== undefined) line[name] = text;
  return line;
}

const instantPattern = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

interface Instant {
  readonly at: number;
  /** What it names is so long from there on: a day where it is one (`at` is its midnight UTC), else a second. */
  readonly lengthMs: number;
}

/** An ISO 8601 day or instant; UTC where it names no zone. */
export function optionalInstant(fields: Fields, name: string): Instant | undefined {
  const text = optionalString(fields, name, { max: 40 });
  if (text === undefined) return undefined;
  const [, day, time, , , zone] = instantPattern.exec(text) ?? [];
  const at = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
  const dayExists = day !== undefined && Date.parse(day) % dayMs === 0 && isSameDay(day);
  if (!dayExists || Number.isNaN(at)) {
    throw invalidField(name, 'must be an ISO 8601 date or time, such as 2025-12-01 or 2025-12-01T10:00:00Z');
  }
  return { at, lengthMs: time === undefined ? dayMs : 1000 };
}

/** The parser lets 31 February pass as a day of March. */
function isSameDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** A query's parameters as fields. An empty one counts as not sent. */
export function queryFields(query: URLSearchParams): Fields {
  return Object.fromEntries([...query].filter(([, value]) => value !== ''));
}

export function queryFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? '';
  if (text !== '' && text !== 'true' && text !== 'false') throw invalidField(name, 'must be true or false');
  return text === 'true';
}

/** As the document prints times: without fractions of a second. */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function timeOrNull(at: number | null): string | null {
  return at === null ? null : timeText(at);
}

export function success(data: unknown): { readonly status: 'success'; readonly data: unknown } {
  return { status: 'success', data };
}
