import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

interface Walk {
  readonly schema: GraphQLSchema;
  /** Arguments of fields that need some: `Query.organization` → `(id: "1001")`. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Fields that are not asked for: `Query.node`. */
  readonly without: ReadonlySet<string>;
  /** Gathers every field that is asked for. */
  readonly asked: Set<string>;
}

/** Everything below a type that can be asked for without meeting the same type twice on the way. */
export function selectionOf(walk: Walk, type: GraphQLNamedType, within: readonly string[] = []): string {
  if (isAbstractType(type)) {
    const parts = walk.schema
      .getPossibleTypes(type)
      .filter(({ name }) => !within.includes(name))
      .map((possible) => `... on ${possible.name} ${selectionOf(walk, possible, within)}`);
    return `{ __typename ${parts.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  const below = [...within, type.name];
  const fields = Object.values(type.getFields()).flatMap((field) => fieldOf(walk, type.name, field, below));
  return `{ __typename ${fields.join(' ')} }`;
}

function fieldOf(
  walk: Walk,
  typename: string,
  field: GraphQLField<unknown, unknown>,
  within: readonly string[],
): string[] {
  const coordinate = `${typename}.${field.name}`;
  const given = walk.arguments[coordinate];
  if (walk.without.has(coordinate)) return [];
  if (given === undefined && field.args.some(isRequiredArgument)) return [];
  const type = getNamedType(field.type);
  const isHub = type.name === 'Organization';
  const isAgain =
    !isHub && within.includes(type.name) && !/^(Money|PageInfo|UnitPrice|Quota)$/.test(type.name);
  if (isAgain) return [];
  walk.asked.add(coordinate);
  // equal names with other arguments would clash where fragments of several types meet
  const name = `${typename}_${field.name}: ${field.name}${given ?? firstRows(field.args)}`;
  if (!isCompositeType(type)) return [name];
  // an organization is the beginning of everything: on the way it stands for itself
  const below = isHub ? '{ Organization_makeId: makeId }' : selectionOf(walk, type, within);
  return [`${name} ${below}`];
}

/** Few rows, so that one query stays within what one operation may take. */
function firstRows(args: readonly GraphQLArgument[]): string {
  return args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
}

/** Gathers every field of an answer that has a value, by the aliases that `selectionOf` gave. */
export function noteValues(withValue: Set<string>, answer: unknown): void {
  if (Array.isArray(answer)) {
    for (const item of answer) noteValues(withValue, item);
  } else if (typeof answer === 'object' && answer !== null) {
    for (const [alias, value] of Object.entries(answer)) {
      const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
      if (alias.includes('_') && alias !== '__typename' && !isEmpty) withValue.add(alias.replace('_', '.'));
      noteValues(withValue, value);
    }
  }
}
