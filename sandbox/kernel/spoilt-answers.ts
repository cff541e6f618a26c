import { type Fields, isFields } from './fields.ts';

type MutableFields = Record<string, unknown>;

/** Keys whose values say which of a known set something is in. */
const enumKeys = [
  'status',
  'paymentStatus',
  'status_name',
  'eventName',
  'type',
  'interval',
  'plan',
  'currency',
];
const identifyingKeys = [
  'id',
  'uuid',
  'dlqId',
  'paymentId',
  'invoiceNumber',
  'organizationId',
  'teamId',
  'userId',
  'date',
  'total',
  'amount',
];

/** The field faults act on the first row of a list, or on the one object that an answer carries. */
export function spoilField(
  json: unknown,
  named: string | null,
  spoil: 'bad-enum' | 'missing-field' | 'null-field' | 'extra-field',
): unknown {
  const root = copyOf(json);
  const target = subjectOf(root);
  if (target === undefined) return root;
  if (spoil === 'extra-field') {
    addField(target, named ?? 'addedLater', { nested: [1, { deep: true }] });
    addField(target, '__proto__', { isPolluted: true });
    return root;
  }
  const place =
    named === null
      ? defaultPlace(target, spoil === 'bad-enum' ? enumKeys : identifyingKeys)
      : namedPlace(target, named.split('.'));
  if (place === undefined) return root;
  if (spoil === 'missing-field') delete place.owner[place.key];
  else place.owner[place.key] = spoil === 'bad-enum' ? 'added_in_a_later_version' : null;
  return root;
}

/** The list is empty, while what is said about its totals stays. */
export function emptyPage(json: unknown): unknown {
  const root = copyOf(json);
  const list = listOf(root);
  if (list !== undefined) list.owner[list.key] = [];
  return root;
}

/** The page's last row comes twice, and the last row of the page before comes again. */
export function duplicateRows(json: unknown, previous: unknown): unknown {
  return withRows(json, (rows) => [...rowsOf(previous).slice(-1), ...rows, ...rows.slice(-1)]);
}

/** What the page holds when as many rows as there are pages before it have been put in front of the list since. */
export function shiftPage(json: unknown, previous: unknown, pageIndex: number): unknown {
  const before = rowsOf(previous);
  const shift = Math.min(pageIndex, before.length);
  return withRows(json, (rows) => [...before.slice(before.length - shift), ...rows].slice(0, before.length));
}

function withRows(json: unknown, change: (rows: readonly unknown[]) => unknown[]): unknown {
  const root = copyOf(json);
  const list = listOf(root);
  if (list !== undefined) list.owner[list.key] = change(list.rows);
  return root;
}

const copyOf = (json: unknown): unknown =>
  json === undefined ? undefined : JSON.parse(JSON.stringify(json));

const rowsOf = (json: unknown): readonly unknown[] => listOf(json)?.rows ?? [];

function isMutable(value: unknown): value is MutableFields {
  return isFields(value);
}

/** An answer that is about one thing says which; a list's wrapper does not. */
const isRecord = (value: Fields): boolean =>
  ['id', 'uuid', 'dlqId', 'paymentId', 'invoiceNumber'].some((key) => Object.hasOwn(value, key));

function listOf(json: unknown): { owner: MutableFields; key: string; rows: readonly unknown[] } | undefined {
  if (!isMutable(json) || isRecord(json)) return undefined;
  for (const [key, value] of Object.entries(json)) {
    const isList = Array.isArray(value) && (value.length === 0 || isFields(value[0]));
    if (isList) return { owner: json, key, rows: value };
  }
  return isMutable(json['data']) ? listOf(json['data']) : undefined;
}

function subjectOf(json: unknown): MutableFields | undefined {
  const list = listOf(json);
  if (list !== undefined) return isMutable(list.rows[0]) ? list.rows[0] : undefined;
  if (!isMutable(json) || isRecord(json)) return isMutable(json) ? json : undefined;
  const wrapped = Object.values(json).filter(isMutable);
  const [only] = wrapped;
  return only !== undefined && wrapped.length === 1 ? subjectOf(only) : json;
}

interface Place {
  readonly owner: MutableFields;
  readonly key: string;
}

function defaultPlace(target: MutableFields, keys: readonly string[]): Place | undefined {
  for (const key of keys) {
    const place = namedPlace(target, [key]);
    if (place !== undefined) return place;
  }
  const [first] = Object.keys(target);
  return first === undefined ? undefined : { owner: target, key: first };
}

/** The nearest field of the first name, and from there on along the path. */
function namedPlace(target: MutableFields, [name = '', ...rest]: readonly string[]): Place | undefined {
  let level: readonly MutableFields[] = [target];
  while (level.length > 0) {
    const owner = level.find((candidate) => Object.hasOwn(candidate, name));
    if (owner !== undefined) {
      const next = owner[name];
      if (rest.length === 0) return { owner, key: name };
      return isMutable(next) ? namedPlace(next, rest) : undefined;
    }
    level = level.flatMap((candidate) => Object.values(candidate).flat().filter(isMutable));
  }
  return undefined;
}

function addField(target: MutableFields, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
