import {
  buildSchema,
  GraphQLError,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { withoutValues } from '../../src/server/without-values.ts';

const schema = buildSchema(`
  input Card { number: Int! cvc: String! year: Int! }
  input Source @oneOf { card: Card token: String }
  type Query { add(source: Source!): Int }
`);

const secrets = ['4242424242424242', '737'];

function variableFaults(source: unknown): string[] {
  const [operation] = parse('query($source: Source!) { add(source: $source) }').definitions;
  const { errors = [] } = getVariableValues(
    schema,
    [...((operation as OperationDefinitionNode).variableDefinitions ?? [])],
    {
      source,
    },
  );
  return errors.map(({ message }) => message);
}

function syntaxFault(document: string): string {
  try {
    parse(document);
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
  }
  throw new Error('It can be parsed.');
}

test('what graphql says of variables and documents repeats no value', () => {
  const [number, cvc] = secrets;
  const messages = [
    ...variableFaults({ card: { number: 1, cvc, year: 2030, other: 1 } }),
    ...variableFaults({ card: { number, cvc } }),
    ...variableFaults({ card: number }),
    ...variableFaults({ token: { cvc } }),
    ...variableFaults({ card: { number: 1, cvc, year: `"; found: ${cvc}` } }),
    ...validate(
      schema,
      parse(`{ add(source: { card: { number: "${number}", cvc: ${cvc}, year: true } }) }`),
    ).map(({ message }) => message),
    syntaxFault(`{ add(source: "${number}" ${cvc}`),
    syntaxFault(`{ ${cvc} }`),
    syntaxFault(`{ add("""${number}""") }`),
  ];
  const echoing = messages.filter((message) => secrets.some((secret) => message.includes(secret)));
  expect(echoing.length).toBeGreaterThan(7);
  for (const message of echoing) {
    for (const secret of secrets) expect(withoutValues(message)).not.toContain(secret);
  }
});

test('what is wrong, and where, is still said', () => {
  expect(variableFaults({ card: { number: 1, cvc: '737' } }).map(withoutValues)).toEqual([
    'Variable "$source" has invalid value at .card: Expected value of type "Card" to include required field "year".',
  ]);
  expect(withoutValues(syntaxFault('{ add(737) }'))).toBe('Syntax Error: Expected Name, found Int.');
  expect(withoutValues(syntaxFault('{ add(}'))).toBe('Syntax Error: Expected Name, found "}".');
  expect(withoutValues('Cannot query field "x" on type "Query".')).toBe(
    'Cannot query field "x" on type "Query".',
  );
});
