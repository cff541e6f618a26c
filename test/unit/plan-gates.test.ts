import { expect, test } from 'vitest';
import { includesPlan } from '../../src/domain/plan-gates.ts';

test('a plan includes itself and every smaller one', () => {
  expect(includesPlan('CORE', 'CORE')).toBe(true);
  expect(includesPlan('ENTERPRISE', 'CORE')).toBe(true);
  expect(includesPlan('FREE', 'CORE')).toBe(false);
  expect(includesPlan('TEAMS', 'ENTERPRISE')).toBe(false);
});

test('of a plan that is not known nothing is said', () => {
  expect(includesPlan('UNKNOWN', 'CORE')).toBeNull();
  expect(includesPlan(null, 'CORE')).toBeNull();
});
