import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  decimal,
  decimalText,
  exactMoney,
  instant,
  rowsOf,
  textOrNumber,
  wholeNumber,
} from '../../src/datasources/wire.ts';
import { Failure } from '../../src/domain/failure.ts';

const money = decimalText.transform((text, context) => exactMoney(text, 'USD', context));

test.each([
  ['a quantity beyond 2^53', decimal, '9007199254740993'],
  ['a quantity beyond every number', decimal, '1e400'],
  ['an id beyond 2^53', textOrNumber, '9007199254740993'],
  ['an amount beyond 2^53', wholeNumber, '9007199254740993'],
  ['an amount with a fraction of a cent', money, '"1.005"'],
  ['an amount that is no number', money, '"NaN"'],
  ['a date that is none', instant, '"soon"'],
])('%s is refused, not rounded', (_, shape: z.ZodType, json) => {
  expect(shape.safeParse(JSON.parse(json)).success).toBe(false);
});

test.each([
  [decimal, '0.001', '0.001'],
  [decimal, '1e-7', '0.0000001'],
  [decimal, '"12345678901234567890.5"', '12345678901234567890.5'],
  [textOrNumber, '4711', '4711'],
  [money, '666', { minorUnits: 66600, currency: 'USD' }],
  [money, '"0.00"', { minorUnits: 0, currency: 'USD' }],
])('what is exact is read as it stands', (shape: z.ZodType, json, value) => {
  expect(shape.parse(JSON.parse(json))).toEqual(value);
});

test.each([
  ['"2026-03-05T14:30:00Z"', '2026-03-05T14:30:00.000Z'],
  ['1772721000', '2026-03-05T14:30:00.000Z'],
  ['1772721000000', '2026-03-05T14:30:00.000Z'],
  ['"2026-03-05"', '2026-03-05T00:00:00.000Z'],
])('%s is an instant', (json, at) => {
  expect(instant.parse(JSON.parse(json)).toISOString()).toBe(at);
});

test('a row that cannot be read fails in its place and names its upstream', () => {
  const rows = rowsOf('make-admin', z.object({ id: z.string() })).parse([
    { id: 'a' },
    { id: 7 },
    null,
    { id: 'b' },
  ]);
  expect(rows.map((row) => (row instanceof Failure ? row.details.upstream : row.id))).toEqual([
    'a',
    'make-admin',
    'make-admin',
    'b',
  ]);
});
