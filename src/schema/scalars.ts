import { Failure } from '../domain/failure.ts';
import { builder } from './builder.ts';

const dateTimePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const decimalPattern = /^-?\d{1,40}(\.\d{1,40})?$/;

builder.scalarType('DateTime', {
  description: 'An instant in ISO 8601: `2026-03-05T14:30:00.000Z`.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const date = typeof value === 'string' && dateTimePattern.test(value) ? new Date(value) : null;
    if (date !== null && !Number.isNaN(date.getTime())) return date;
    throw refused('a DateTime', 'an ISO 8601 instant with its offset (2026-03-05T14:30:00Z)');
  },
});

builder.scalarType('Decimal', {
  description: 'An exact decimal number as text: `"99.05"`. Never a float.',
  serialize: (value) => value,
  parseValue: (value) => {
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text === 'string' && decimalPattern.test(text)) return text;
    throw refused('a Decimal', 'a decimal number as text ("99.05")');
  },
});

builder.scalarType('SafeInt', {
  description: 'A whole number that every JSON reader holds exactly: up to 2^53 − 1 on either side of zero.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw refused('a SafeInt', 'a whole number between −(2^53 − 1) and 2^53 − 1');
  },
});

builder.scalarType('CurrencyCode', {
  description: 'A currency by its three letters (ISO 4217): `USD`, `JPY`.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value;
    throw refused('a CurrencyCode', 'three capital letters (USD)');
  },
});

builder.scalarType('URL', {
  description: 'An absolute http or https address.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)) return value;
    throw refused('a URL', 'an absolute http or https address');
  },
});

builder.scalarType('JSON', {
  description: 'A value of whatever shape the upstream gives it.',
  serialize: (value) => value,
  parseValue: (value) => value,
});

function refused(what: string, accepted: string): Failure {
  return new Failure('BAD_USER_INPUT', `Not ${what}: ${accepted} is accepted.`);
}
