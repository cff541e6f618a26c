import {
  type GraphQLField,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isNullableType,
  isObjectType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const standard = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);

interface Described {
  readonly at: string;
  readonly description: string | null | undefined;
}

function everything(): Described[] {
  const found: Described[] = [];
  for (const type of types) {
    if (!standard.has(type.name)) found.push({ at: type.name, description: type.description });
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        found.push({ at: `${type.name}.${field.name}`, description: field.description });
        for (const argument of field.args) {
          found.push({
            at: `${type.name}.${field.name}(${argument.name}:)`,
            description: argument.description,
          });
        }
      }
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        found.push({ at: `${type.name}.${field.name}`, description: field.description });
      }
    }
    if (isEnumType(type)) {
      for (const value of type.getValues())
        found.push({ at: `${type.name}.${value.name}`, description: value.description });
    }
  }
  return found;
}

const fields = types.flatMap((type) =>
  isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : [],
);

/** Why they take no request. What stands below `capabilities` says itself what it takes. */
const free = {
  'Customer.id': 'known with the customer',
  'Customer.organization': 'the configuration links it',
  'Organization.accessLog': "the gateway's own log",
  'Organization.capabilities': 'names sections alone',
  'Organization.customer': 'the configuration links it',
  'Organization.events': "the gateway's own log",
  'Organization.id': 'known with the organization',
  'Organization.rateLimit': "the gateway's own count",
  'Organization.retryCampaigns': "the gateway's own work",
  'Team.id': 'known with the team',
  'User.id': 'known with the user',
};

const words = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

describe('the graph', () => {
  test('every type, field, argument and value says something that its name does not', () => {
    const silent = everything().filter(({ at, description }) => {
      const name = at.split(/[.(]/).at(-1)?.replace(':)', '') ?? '';
      const spaced = words(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2'));
      return !description?.trim() || words(description) === spaced;
    });
    expect(silent.map(({ at }) => at)).toEqual([]);
  });

  test('descriptions are sentences', () => {
    const loose = everything().filter(({ description }) => !/[.?`]$/.test(description?.trim() ?? ''));
    expect(loose.map(({ at, description }) => `${at}: ${description}`)).toEqual([]);
  });

  test('what can cost a request is nullable, so that one failure empties no neighbour', () => {
    const isCostly = ({ extensions }: GraphQLField<unknown, unknown>): boolean =>
      (extensions['asks'] as { requests?: unknown } | undefined)?.requests !== undefined;
    const strict = fields.filter(({ field }) => isCostly(field) && !isNullableType(field.type));
    // the time at which it was tried stands in where the read fails
    expect(strict.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual(['Customer.fetchedAt']);
  });

  test('what is asked of an organization, its customer, teams and people says what it takes, or takes nothing', () => {
    const silent = fields.filter(
      ({ type, field: { extensions } }) =>
        ['Organization', 'Customer', 'Team', 'User'].includes(type.name) &&
        extensions['pothosExposedField'] === undefined &&
        extensions['asks'] === undefined,
    );
    const names = silent.map(({ type, field }) => `${type.name}.${field.name}`);
    expect(names.toSorted()).toEqual(Object.keys(free).toSorted());
  });

  test('every connection pages both ways, and says how old and how long it is', () => {
    const connections = fields.filter(({ field }) => getNamedType(field.type).name.endsWith('Connection'));
    expect(connections.length).toBeGreaterThan(10);
    for (const { type, field } of connections) {
      const at = `${type.name}.${field.name}`;
      expect(
        field.args.map(({ name }) => name),
        at,
      ).toEqual(expect.arrayContaining(['first', 'after', 'last', 'before']));
      expect(isNullableType(field.type), at).toBe(true);
      const connection = getNamedType(field.type);
      if (!isObjectType(connection)) throw new Error(at);
      const { totalCount, fetchedAt, pageInfo, edges } = connection.getFields();
      expect([totalCount?.type, fetchedAt?.type, pageInfo?.type].map(String), at).toEqual([
        'Int',
        'DateTime!',
        'PageInfo!',
      ]);
      const edge = getNamedType(edges?.type);
      expect(isObjectType(edge) && isNullableType(edge.getFields()['node']?.type), at).toBe(true);
    }
  });

  test('items of lists are there, but those of nodes', () => {
    const loose = fields.filter(({ field }) => {
      const list = getNullableType(field.type);
      return isListType(list) && !isNonNullType(list.ofType);
    });
    expect(loose.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual(['Query.nodes']);
  });
});

test('whatever was read from an upstream says when', () => {
  const nullable = types
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter((type) => 'fetchedAt' in type.getFields())
    .filter((type) => String(type.getFields()['fetchedAt']?.type) !== 'DateTime!')
    .map(({ name }) => name);
  expect(nullable).toEqual([]);
});
