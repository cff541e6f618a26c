import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNullableType,
  isObjectType,
  Kind,
} from 'graphql';
import { Failure } from '../domain/failure.ts';
import type { Asks } from '../schema/asks.ts';
import { fieldsOf } from '../schema/selected-fields.ts';
import type { Unforeseen } from '../upstream/foresight.ts';
import type { Asked, Variables } from './asked.ts';

/** What an operation takes of the upstreams' budgets, in requests by bucket. */
export interface Price {
  readonly least: ReadonlyMap<string, number>;
  readonly most: ReadonlyMap<string, number>;
}

/** What is selected somewhere in an operation, and how to read it. */
export interface Selected {
  readonly schema: GraphQLSchema;
  readonly fragments: Asked['fragments'];
  readonly variables: Variables;
  readonly nodes: readonly FieldNode[];
  readonly type: GraphQLOutputType;
}

/** What was found out about an operation by looking at it without sending anything. */
export interface Outlook {
  /** Requests that it would send, and the bucket of each. */
  readonly needs: ReadonlyMap<string, string>;
  /** Requests that it might send. */
  readonly mayNeed: ReadonlyMap<string, string>;
  /** Fields whose value only a request would give, with what is selected below them. */
  readonly missing: readonly Missing[];
}

export interface Missing {
  readonly error: Unforeseen;
  readonly selected: Selected;
  /** How many objects it would come to, at most. */
  readonly rows: number;
}

const defaultWindow = 25;
const largestWindow = 100;
/** Of a plain list whose length is not declared. */
const defaultRows = 10;
/** A field of an organization that stands below something unread. */
const ofOrganization: Asks = { requests: 10 };

export function priceOf({ needs, mayNeed, missing }: Outlook): Price {
  const least = countBy(needs.values());
  const most = new Map(least);
  for (const [key, bucket] of mayNeed) if (!needs.has(key)) add(most, bucket, 1);
  const more = new Map<string, Unforeseen>();
  for (const { error } of missing) {
    if (error.more > (more.get(error.key)?.more ?? 0)) more.set(error.key, error);
  }
  for (const error of more.values()) add(most, error.bucket, error.more);
  for (const { error, selected, rows } of missing) {
    for (const [bucket, requests] of priceBelow(selected, { count: rows, owners: 1, bucket: error.bucket }))
      add(most, bucket, requests);
  }
  return { least, most };
}

/** What the fields of an operation declare, where it is not looked at first: nothing is known of it beforehand. */
export function priceOfOperation(
  schema: GraphQLSchema,
  { operation, fragments }: Asked,
  variables: Variables,
  /** What a root field draws on where it does not declare it. */
  bucketOf: (args: Readonly<Record<string, unknown>>) => string = () => 'account',
): Price {
  const type = operation && schema.getRootType(operation.operation);
  if (operation === undefined || !type) return { least: new Map(), most: new Map() };
  const root: FieldNode = {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: operation.operation },
    selectionSet: operation.selectionSet,
  };
  const selected = { schema, fragments, variables, nodes: [root], type };
  const [first] = Array.from(fieldsByName(selected, type).values(), ([node]) => node);
  const field = first && type.getFields()[first.name.value];
  const bucket = bucketOf(first && field ? getArgumentValues(field, first, variables) : {});
  return {
    least: new Map(),
    most: priceOfObject(selected, type, { count: 1, owners: 1, bucket }),
  };
}

/** Why an operation of that price is not run. */
export function tooExpensive({ least, most }: Price, limit: number): Failure | null {
  const [estimatedCost, estimatedCostMin] = [totalOf(most), totalOf(least)];
  if (estimatedCost <= limit) return null;
  return new Failure(
    'OPERATION_TOO_EXPENSIVE',
    `The operation may take ${estimatedCost} upstream requests; ${limit} are accepted. Ask for fewer rows, or less of each.`,
    { estimatedCost, estimatedCostMin, limit, setting: 'MAX_UPSTREAM_REQUESTS' },
  );
}

export function totalOf(requests: ReadonlyMap<string, number>): number {
  return requests.values().reduce((sum, count) => sum + count, 0);
}

/** Objects of whose values nothing is known. */
interface Crowd {
  readonly count: number;
  /** To how many organizations they belong, at most. */
  readonly owners: number;
  readonly bucket: string;
}

/** The most that objects of the type may take. */
function priceBelow(selected: Selected, crowd: Crowd): Map<string, number> {
  const { schema, type } = selected;
  const named = getNamedType(type);
  if (isObjectType(named)) return priceOfObject(selected, named, crowd);
  let most = new Map<string, number>();
  if (!isAbstractType(named)) return most;
  for (const possible of schema.getPossibleTypes(named)) {
    const price = priceOfObject(selected, possible, crowd);
    if (totalOf(price) > totalOf(most)) most = price;
  }
  return most;
}

function priceOfObject(
  selected: Selected,
  parent: GraphQLObjectType,
  { count, bucket, ...crowd }: Crowd,
): Map<string, number> {
  const owners = parent.name === 'Organization' ? count : crowd.owners;
  const most = new Map<string, number>();
  const sections = new Set<string>();
  for (const nodes of fieldsByName(selected, parent).values()) {
    const [node] = nodes;
    const field = node && parent.getFields()[node.name.value];
    if (node === undefined || field === undefined) continue;
    const asks = asksOf(field, parent);
    const args = getArgumentValues(field, node, selected.variables);
    const drawsOn = asks.bucket ?? bucket;
    if (asks.section === undefined || !sections.has(asks.section)) {
      const requests = typeof asks.requests === 'function' ? asks.requests(args) : (asks.requests ?? 0);
      if (requests > 0) add(most, drawsOn, (asks.isOfOrganization === true ? owners : count) * requests);
    }
    if (asks.section !== undefined) sections.add(asks.section);
    // the rows of a connection were counted where the connection stands
    const rows = isConnection(parent) ? 1 : rowsOf(field, args);
    const below = { ...selected, nodes, type: field.type };
    for (const [name, requests] of priceBelow(below, { count: count * rows, owners, bucket: drawsOn }))
      add(most, name, requests);
  }
  return most;
}

/** How many objects a field answers with, at most. */
export function rowsOf(
  field: GraphQLField<unknown, unknown>,
  args: Readonly<Record<string, unknown>>,
): number {
  const { type } = field;
  if (isConnection(getNamedType(type))) {
    const size = args['first'] ?? args['last'] ?? defaultWindow;
    return typeof size === 'number' ? Math.min(Math.max(size, 0), largestWindow) : defaultWindow;
  }
  return isListType(getNullableType(type)) ? (asksOf(field).rows ?? defaultRows) : 1;
}

function isConnection(type: unknown): boolean {
  return isObjectType(type) && 'edges' in type.getFields() && 'pageInfo' in type.getFields();
}

function asksOf({ extensions, type }: GraphQLField<unknown, unknown>, parent?: GraphQLObjectType): Asks {
  // an organization is mostly known, and its fields are looked at: what is not null costs nothing
  const isLoose = parent?.name === 'Organization' && isNullableType(type);
  return extensions['asks'] ?? (isLoose ? ofOrganization : {});
}

/** The fields that are selected of an object of the type, by the names they are answered under. */
function fieldsByName(
  { schema, fragments, variables, nodes }: Selected,
  { name: typename }: GraphQLObjectType,
): Map<string, FieldNode[]> {
  const reading = { schema, fragments, variableValues: variables };
  return Map.groupBy(fieldsOf(nodes, reading, typename), ({ alias, name }) => (alias ?? name).value);
}

function countBy(buckets: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const bucket of buckets) add(counts, bucket, 1);
  return counts;
}

function add(counts: Map<string, number>, bucket: string, count: number): void {
  counts.set(bucket, (counts.get(bucket) ?? 0) + count);
}
