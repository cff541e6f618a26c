import { expect, test } from 'vitest';
import { breakingChanges } from '../../scripts/breaking-changes.ts';

const released = `
  type Query {
    plan(id: ID!, tier: String): Plan
    rank: Tier
    old: Old @deprecated(reason: "Use plan. Goes on 2027-01-01.")
  }
  type Plan { name: String price: Int code: String @deprecated(reason: "Use name. Goes on 2027-01-01.") }
  type Old { name: String }
  enum Tier { FREE PAID }
`;
const without = (part: string | RegExp, instead = ''): string => released.replace(part, instead);

test('nothing is said of what was added, or deprecated before it went', () => {
  expect(breakingChanges(released, released)).toEqual([]);
  expect(breakingChanges(released, without('name: String price', 'id: ID name: String price'))).toEqual([]);
  expect(breakingChanges(released, without(/code: .*"\) /))).toEqual([]);
  expect(breakingChanges(released, without(/old: .*"\)/).replace('type Old { name: String }', ''))).toEqual(
    [],
  );
});

test.each([
  ['a field that goes', without('price: Int'), 'Plan.price'],
  ['a field that changes', without('price: Int', 'price: Float'), 'Plan.price'],
  ['a value that goes', without('FREE PAID', 'PAID'), 'FREE'],
  ['an argument that goes', without(', tier: String'), 'tier'],
  ['an argument that is needed', without('tier: String', 'tier: String, at: String!'), 'at'],
  ['a type that goes', without(/enum .*/).replace('rank: Tier', ''), 'Tier was removed'],
])('%s breaks', (_what, present, named) => {
  expect(breakingChanges(released, present).join('\n')).toContain(named);
});
