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
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { Failure } from '../domain/failure.ts';
import type { Ask, Asks } from '../schema/asks.ts';
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
/** Below one field of an operation all objects of these types are the same one: an organization, and the customer that it is. */
const hubs = ['Organization', 'Customer'];

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
    const shared = createTally();
    addAll(most, priceBelow(selected, { count: rows, bucket: error.bucket, shared }));
    addAll(most, shared.most);
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
  const least = new Map<string, number>();
  const most = new Map<string, number>();
  const type = operation && schema.getRootType(operation.operation);
  if (operation === undefined || !type) return { least, most };
  const rootOf = (selectionSet: SelectionSetNode): Selected => {
    const name = { kind: Kind.NAME, value: operation.operation } as const;
    return { schema, fragments, variables, nodes: [{ kind: Kind.FIELD, name, selectionSet }], type };
  };
  // what one of them reads, the next does not share
  for (const nodes of fieldsByName(rootOf(operation.selectionSet), type).values()) {
    const [node] = nodes;
    const field = node && type.getFields()[node.name.value];
    const bucket = bucketOf(node && field ? getArgumentValues(field, node, variables) : {});
    const shared = createTally();
    const selected = rootOf({ kind: Kind.SELECTION_SET, selections: nodes });
    addAll(most, priceOfObject(selected, type, { count: 1, bucket, shared }));
    addAll(most, shared.most);
  }
  return { least, most };
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

/** What is asked, each section counted once. */
interface Tally {
  readonly most: Map<string, number>;
  /** How many requests of each section are counted in it. */
  readonly sections: Map<string, number>;
}

/** Objects of whose values nothing is known. They belong to one organization, or to none. */
interface Crowd {
  readonly count: number;
  readonly bucket: string;
  /** What all objects of an organization share, however many there are. */
  readonly shared: Tally;
}

function createTally(sections: Iterable<[string, number]> = []): Tally {
  return { most: new Map(), sections: new Map(sections) };
}

/** The most that objects of the type may take, beside what they share. */
function priceBelow(selected: Selected, crowd: Crowd): Map<string, number> {
  const { schema, type } = selected;
  const named = getNamedType(type);
  if (isObjectType(named)) return priceOfObject(selected, named, crowd);
  if (!isAbstractType(named)) return new Map();
  let most = new Map<string, number>();
  for (const possible of schema.getPossibleTypes(named)) {
    const price =
      crowd.count > 1 ? priceOfObject(selected, possible, crowd) : priceOfOne(selected, possible, crowd);
    if (totalOf(price) > totalOf(most)) most = price;
  }
  return most;
}

/** With what it shares: where it is of another type, nothing of that is taken. */
function priceOfOne(selected: Selected, parent: GraphQLObjectType, crowd: Crowd): Map<string, number> {
  const shared = createTally(crowd.shared.sections);
  const price = priceOfObject(selected, parent, { ...crowd, shared });
  addAll(price, shared.most);
  return price;
}

function priceOfObject(
  selected: Selected,
  parent: GraphQLObjectType,
  { count: objects, bucket, shared }: Crowd,
): Map<string, number> {
  const isHub = hubs.includes(parent.name);
  const count = isHub ? Math.min(objects, 1) : objects;
  const own: Tally = isHub ? shared : createTally();
  for (const nodes of fieldsByName(selected, parent).values()) {
    const [node] = nodes;
    const field = node && parent.getFields()[node.name.value];
    if (node === undefined || field === undefined) continue;
    const asks = asksOf(field);
    const args = getArgumentValues(field, node, selected.variables);
    for (const { requests = 0, section, isOfOrganization, ...ask } of withAll(asks)) {
      const [among, times] = isOfOrganization === true ? [shared, Math.min(count, 1)] : [own, count];
      const most = times * (typeof requests === 'function' ? requests(args) : requests);
      const counted = section === undefined ? 0 : (among.sections.get(section) ?? 0);
      if (section !== undefined) among.sections.set(section, Math.max(counted, most));
      if (most > counted) add(among.most, ask.bucket ?? bucket, most - counted);
    }
    // the rows of a connection were counted where the connection stands
    const rows = isConnection(parent) ? 1 : rowsOf(field, args);
    const below = { ...selected, nodes, type: field.type };
    addAll(own.most, priceBelow(below, { count: count * rows, bucket: asks.bucket ?? bucket, shared }));
  }
  return isHub ? new Map() : own.most;
}

function withAll(ask: Ask): readonly Ask[] {
  return [ask, ...(ask.also ?? []).flatMap(withAll)];
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

function asksOf({ extensions }: GraphQLField<unknown, unknown>): Asks {
  return extensions['asks'] ?? {};
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

function addAll(counts: Map<string, number>, others: ReadonlyMap<string, number>): void {
  for (const [bucket, count] of others) add(counts, bucket, count);
}

function add(counts: Map<string, number>, bucket: string, count: number): void {
  counts.set(bucket, (counts.get(bucket) ?? 0) + count);
}
