import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** The next number of a row that the seed alone decides: from 0 to below 1. */
export type Chance = () => number;

export function createChance(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What earlier answers told, for arguments of later documents. */
export interface Known {
  readonly ids: string[];
  /** By the name of the field that gave them. */
  readonly cursors: Map<string, string[]>;
}

interface Generator {
  readonly schema: GraphQLSchema;
  readonly chance: Chance;
  readonly known: Known;
  /** Arguments that only some values make sense for: `Query.organization` → `(id: "1001")`. */
  readonly given: Readonly<Record<string, () => string>>;
}

const flags = '$yes: Boolean! = true, $no: Boolean! = false, $few: Int = 3, $none: Int';

/** A valid query: aliases, fragments, conditions, variables, windows and `@fresh`, nested as chance has it. */
export function randomDocument(generator: Generator): string {
  return documentOf(generator);
}

/** The same of an organization below an event that a field of the subscription gives, read anew. */
export function randomSubscription(generator: Generator, field: string): string {
  return documentOf(generator, field);
}

function documentOf(generator: Generator, event?: string): string {
  const { schema, chance } = generator;
  const query = schema.getQueryType();
  if (!query) return '';
  const fragments: string[] = [];
  let count = 0;

  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(chance() * items.length)];
  const isLucky = (share: number): boolean => chance() < share;

  function selection(type: GraphQLNamedType, depth: number): string {
    const parts: string[] = [];
    if (isAbstractType(type)) {
      for (const possible of schema.getPossibleTypes(type)) {
        if (isLucky(4 / schema.getPossibleTypes(type).length))
          parts.push(`... on ${possible.name} ${selection(possible, depth)}`);
      }
    } else if (isObjectType(type)) {
      const all = Object.values(type.getFields());
      const fields = all.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
      const isRows = all.some(({ name }) => name === 'pageInfo') || type.name.endsWith('Edge');
      const wanted = isRows
        ? fields
        : Array.from({ length: 1 + Math.floor(chance() * 4) }, () => pick(fields));
      for (const field of wanted) if (field) parts.push(fieldOf(type.name, field, depth, isRows));
      if (all.some(({ name }) => name === 'id')) parts.push('id');
    }
    const all = parts.filter((part) => part !== '').join(' ');
    if (all === '') return '{ __typename }';
    if (isLucky(0.1)) return `{ __typename ... @include(if: $yes) { ${all} } }`;
    if (isLucky(0.1)) {
      count += 1;
      fragments.push(`fragment F${count} on ${type.name} { ${all} }`);
      return `{ ...F${count} }`;
    }
    return `{ __typename ${all} }`;
  }

  function fieldOf(
    parent: string,
    field: GraphQLField<unknown, unknown>,
    depth: number,
    isPlain: boolean,
  ): string {
    const type = getNamedType(field.type);
    const values = generator.given[`${parent}.${field.name}`]?.() ?? argumentsOf(field);
    if (values === null) return '';
    const fresh = !isPlain && isLucky(0.06) ? ` @fresh(maxAge: ${pick([0, 60, 3600])})` : '';
    const condition =
      !isPlain && isLucky(0.1) ? pick([' @skip(if: $yes)', ' @skip(if: $no)', ' @include(if: $no)']) : '';
    const below = isCompositeType(type) ? ` ${selection(type, isPlain ? depth : depth - 1)}` : '';
    count += 1;
    const alias = isPlain ? '' : `${field.name}_${count}: `;
    return `${alias}${field.name}${values}${fresh}${condition}${below}`;
  }

  function argumentsOf({ name, args }: GraphQLField<unknown, unknown>): string | null {
    const given: string[] = [];
    const isPaged = args.some((each) => each.name === 'first');
    if (isPaged) given.push(...windowOf(name));
    for (const argument of args) {
      if (isPaged && ['first', 'last', 'after', 'before'].includes(argument.name)) continue;
      const isRequired = isNonNullType(argument.type) && argument.defaultValue === undefined;
      if (!isRequired && !isLucky(0.3)) continue;
      const value = valueOf(argument.type, 3);
      if (value !== null) given.push(`${argument.name}: ${value}`);
      else if (isRequired) return null;
    }
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  function windowOf(name: string): string[] {
    const size = pick(['0', '1', '2', '5', '25', '60', '100', '$few', '$none']);
    const cursor = isLucky(0.4) ? pick(generator.known.cursors.get(name) ?? []) : undefined;
    if (isLucky(0.3))
      return [`last: ${size}`, ...(cursor === undefined ? [] : [`before: ${JSON.stringify(cursor)}`])];
    return [`first: ${size}`, ...(cursor === undefined ? [] : [`after: ${JSON.stringify(cursor)}`])];
  }

  function valueOf(type: GraphQLInputType, depth: number): string | null {
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const item = valueOf(nullable.ofType, depth);
      return item === null ? '[]' : `[${item}]`;
    }
    if (isEnumType(nullable)) return pick(nullable.getValues())?.name ?? null;
    if (isInputObjectType(nullable)) {
      if (depth === 0) return null;
      const all = Object.values(nullable.getFields());
      const required = all.filter((each) => isNonNullType(each.type) && each.defaultValue === undefined);
      const chosen = nullable.isOneOf
        ? [pick(all)]
        : all.filter((each) => required.includes(each) || isLucky(0.3));
      const parts: string[] = [];
      for (const each of chosen) {
        const value = each && valueOf(each.type, depth - 1);
        if (each && value != null) parts.push(`${each.name}: ${value}`);
        else if (each && (nullable.isOneOf || required.includes(each))) return null;
      }
      return `{ ${parts.join(', ')} }`;
    }
    switch (getNamedType(nullable).name) {
      case 'ID':
        return JSON.stringify(pick(generator.known.ids) ?? '1001');
      case 'Int':
        return String(pick([1, 2, 7]));
      case 'Boolean':
        return pick(['true', 'false', '$yes', '$no']) ?? null;
      case 'DateTime':
        return JSON.stringify(pick(['2026-09-01T00:00:00Z', '2026-10-20T12:30:00Z', '2026-11-14T00:00:00Z']));
      case 'String':
        return JSON.stringify(pick(['pro', 'a', 'DataError', 'en-US']));
      default:
        return null;
    }
  }

  const roots = Object.values(query.getFields());
  const organization = query.getFields()['organization'];
  const chosen = Array.from({ length: 1 + Math.floor(chance() * 2) }, () =>
    isLucky(0.5) ? organization : pick(roots),
  );
  const constants =
    'never: __typename @skip(if: $no) @include(if: $yes) few: FIELD(first: $few) @skip(if: $yes) { totalCount } none: FIELD(first: $none) @include(if: $no) { totalCount }';
  if (event !== undefined && organization) {
    const below = selection(getNamedType(organization.type), 4).slice(1, -1);
    const usingAll = constants.replaceAll('FIELD', 'payments');
    return `subscription (${flags}) { event: ${event} { organization @fresh(maxAge: 0) { ${below} ${usingAll} } } } ${fragments.join('\n')}`;
  }
  const body = chosen.map((field) => field && fieldOf('Query', field, 6, false)).join(' ');
  return `query (${flags}) { __typename ${body} ${constants.replaceAll('FIELD', 'plans')} } ${fragments.join('\n')}`;
}

/** Keeps the ids and cursors of an answer. */
export function learn(known: Known, answer: unknown, field = ''): void {
  if (Array.isArray(answer)) for (const item of answer) learn(known, item, field);
  else if (typeof answer === 'object' && answer !== null) {
    for (const [name, value] of Object.entries(answer)) {
      if (name === 'id' && typeof value === 'string') known.ids.push(value);
      if (/cursor$/i.test(name) && typeof value === 'string') {
        known.cursors.set(field, [...(known.cursors.get(field) ?? []), value]);
      }
      const [plain = name, number] = name.split('_');
      learn(known, value, number === undefined ? field : plain);
    }
  }
}
