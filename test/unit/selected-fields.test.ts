import { buildSchema, execute, type GraphQLResolveInfo, parse } from 'graphql';
import { expect, test } from 'vitest';
import { selectedFields } from '../../src/schema/selected-fields.ts';

const schema = buildSchema(`
  interface Node { id: ID }
  interface Animal implements Node { id: ID name: String }
  type Cat implements Animal & Node { id: ID name: String lives: Int owner: Person }
  type Dog implements Animal & Node { id: ID name: String tricks: Int }
  type Person { name: String cat: Cat }
  type Edge { node: Cat }
  type Connection { edges: [Edge] count: Int }
  union Pet = Cat | Dog
  type Query { cat: Cat pet: Pet cats: Connection }
`);

/** What is selected below the first root field, as its resolver sees it. */
async function selectedIn(
  document: string,
  typename: string,
  path?: readonly string[],
  variables: Record<string, unknown> = {},
): Promise<string[]> {
  let seen: GraphQLResolveInfo | undefined;
  await execute({
    schema,
    document: parse(document),
    variableValues: variables,
    fieldResolver: (_source, _args, _context, info) => {
      seen ??= info;
      return null;
    },
  });
  if (seen === undefined) throw new Error('Nothing was resolved.');
  return [...selectedFields(seen, typename, path)].toSorted();
}

test('fields are found by their own names, whatever their aliases and however often they stand there', async () => {
  expect(await selectedIn('{ cat { a: name b: name lives } cat { id } }', 'Cat')).toEqual([
    'id',
    'lives',
    'name',
  ]);
});

test('fragments count where their type is the type or one that it implements', async () => {
  const fragments = 'fragment C on Cat { lives ...N } fragment N on Node { id } fragment D on Dog { tricks }';
  const document = `{ pet { __typename ...C ...D ... on Animal { name } ... { ... on Dog { id } } } } ${fragments}`;
  expect(await selectedIn(document, 'Cat')).toEqual(['__typename', 'id', 'lives', 'name']);
  expect(await selectedIn(document, 'Dog')).toEqual(['__typename', 'id', 'name', 'tricks']);
});

test.each([
  [true, ['id', 'name']],
  [false, ['lives', 'owner']],
])('what @skip and @include leave out is not selected: %s', async (on, expected) => {
  const document = `query($on: Boolean!, $off: Boolean = false) {
    cat { id @include(if: $on) lives @skip(if: $on) ...F @skip(if: $on) ... @include(if: $on) { name } owner @skip(if: true) { name } cat: id @include(if: $off) } }
    fragment F on Cat { owner { name } }`;
  expect(await selectedIn(document, 'Cat', [], { on })).toEqual(expected);
});

test('a path leads through what is selected, through fragments as well', async () => {
  const document = `{ cats { count edges { ...E } ...Rest } }
    fragment E on Edge { it: node { name } } fragment Rest on Connection { edges { node { owner { cat { lives } } } } }`;
  expect(await selectedIn(document, 'Cat', ['edges', 'node'])).toEqual(['name', 'owner']);
  expect(await selectedIn(document, 'Cat', ['edges', 'node', 'owner', 'cat'])).toEqual(['lives']);
  expect(await selectedIn(document, 'Cat', ['nothing'])).toEqual([]);
});

test('a document that spreads fragments over and over is looked through once', async () => {
  const levels = Array.from(
    { length: 30 },
    (_, level) => `fragment F${level} on Cat { ...F${level + 1} ...F${level + 1} }`,
  );
  const document = `{ cat { ...F0 } } ${levels.join(' ')} fragment F30 on Cat { lives }`;
  expect(await selectedIn(document, 'Cat')).toEqual(['lives']);
});
