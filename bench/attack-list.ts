import { getIntrospectionQuery } from 'graphql';

/** One request that is to cost the gateway next to nothing. */
export interface Attack {
  readonly name: string;
  readonly request: RequestInit;
  readonly status: number;
  /** Null: it is run. */
  readonly code: string | null;
  /** The limit that stops it. */
  readonly setting?: string;
}

const tooComplex = (setting: string) => ({ status: 400, code: 'DOCUMENT_TOO_COMPLEX', setting });
const invalid = { status: 400, code: 'DOCUMENT_INVALID' };
const badInput = { status: 400, code: 'BAD_USER_INPUT' };

const document = (query: string, variables?: unknown): RequestInit =>
  body(JSON.stringify({ query, variables }));
const body = (text: string | ReadableStream, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: text,
  ...(typeof text !== 'string' && { duplex: 'half' }),
});

const each = (count: number, part: (place: number) => string, between = ' '): string =>
  Array.from({ length: count }, (_, place) => part(place)).join(between);
const nested = (open: string, middle: string, close: string, times: number): string =>
  open.repeat(times) + middle + close.repeat(times);

/** `nonce` makes each document one that was not seen before. */
export function attacksWith(nonce: string): readonly Attack[] {
  const n = `_${nonce}`;
  return [
    ...deep(n),
    ...wide(n),
    ...fragments(n),
    ...values(n),
    ...validation(n),
    ...introspection(n),
    ...bodies(n),
  ];
}

const deep = (n: string): Attack[] => [
  {
    name: 'selections 100,000 deep',
    request: document(nested(`{a${n}`, '', '}', 11_000)),
    ...tooComplex('MAX_DOCUMENT_DEPTH'),
  },
  {
    name: 'selections 100,000 deep that never end',
    request: document(`query Q${n} ${'{a'.repeat(45_000)}`),
    ...tooComplex('MAX_DOCUMENT_DEPTH'),
  },
  {
    name: 'inline fragments 10,000 deep',
    request: document(`query Q${n} ${nested('{...', '{a}', '}', 10_000)}`),
    ...tooComplex('MAX_DOCUMENT_DEPTH'),
  },
  {
    name: 'a type of 40,000 lists',
    request: document(`query Q${n}($a: ${nested('[', 'Int', ']', 40_000)}) { a }`),
    ...tooComplex('MAX_VALUE_DEPTH'),
  },
  {
    name: 'a list literal 40,000 deep',
    request: document(`query Q${n} { node(id: ${nested('[', '1', ']', 40_000)}) { id } }`),
    ...tooComplex('MAX_VALUE_DEPTH'),
  },
  {
    name: 'an object literal 20,000 deep',
    request: document(`query Q${n} { node(id: ${nested('{a:', '1', '}', 20_000)}) { id } }`),
    ...tooComplex('MAX_VALUE_DEPTH'),
  },
];

const wide = (n: string): Attack[] => [
  {
    name: '15,000 fields in a set',
    request: document(`query Q${n} { viewer { ${each(15_000, () => 'name')} } }`),
    ...tooComplex('MAX_DOCUMENT_TOKENS'),
  },
  {
    name: '5,000 fields in a set',
    request: document(`query Q${n} { viewer { ${each(5000, () => 'name')} } }`),
    ...tooComplex('MAX_SELECTIONS_PER_SET'),
  },
  {
    name: 'one field 190 times',
    request: document(`query Q${n} { viewer { ${each(190, () => 'name')} } }`),
    ...tooComplex('MAX_FIELD_REPEATS'),
  },
  {
    name: '3,000 aliases',
    request: document(
      `query Q${n} { ${each(20, (set) => `s${set}: viewer { ${each(150, (place) => `a${place}: name`)} }`)} }`,
    ),
    ...tooComplex('MAX_ALIASES'),
  },
  {
    name: '150 root fields',
    request: document(`query Q${n} { ${each(150, (place) => `a${place}: viewer { name }`)} }`),
    ...tooComplex('MAX_ROOT_FIELDS'),
  },
  {
    name: '3,000 directives on a field',
    request: document(`query Q${n} { viewer { name ${each(3000, () => '@a')} } }`),
    ...tooComplex('MAX_DIRECTIVES'),
  },
  {
    name: '1,000 operations',
    request: body(
      JSON.stringify({
        query: each(1000, (place) => `query Q${place}${n} { viewer { name } }`),
        operationName: `Q1${n}`,
      }),
    ),
    ...tooComplex('MAX_OPERATIONS'),
  },
  {
    name: '90 kB of tokens',
    request: document(`query Q${n} { ${'a,'.repeat(45_000)} }`),
    ...tooComplex('MAX_DOCUMENT_TOKENS'),
  },
  {
    name: 'a document of 500 kB',
    request: document(`query Q${n} { viewer { ${'name '.repeat(100_000)} } }`),
    ...tooComplex('MAX_DOCUMENT_BYTES'),
  },
  {
    name: '500 kB of comments',
    request: document(`${'#\n'.repeat(250_000)} query Q${n} { viewer { name } }`),
    ...tooComplex('MAX_DOCUMENT_BYTES'),
  },
  {
    name: '98 kB of comments',
    request: document(`${'#\n'.repeat(49_000)} query Q${n} { viewer { name } }`),
    ...tooComplex('MAX_DOCUMENT_LINES'),
  },
  {
    name: '98 kB of new lines before many faults',
    request: document(
      `query Q${n} { viewer {${'\n'.repeat(95_000)} ${each(150, (place) => `a${place}`)} } }`,
    ),
    ...tooComplex('MAX_DOCUMENT_LINES'),
  },
  {
    name: '5,000 lines before many faults',
    request: document(`query Q${n} { viewer {${'\n'.repeat(4990)} ${each(150, (place) => `a${place}`)} } }`),
    ...invalid,
  },
];

const threefold = `${each(8, (place) => `fragment F${place} on Viewer { ${each(3, (field) => `f${field} { ...F${place + 1} }`)} }`)} fragment F8 on Viewer { name }`;

const fragments = (n: string): Attack[] => [
  {
    name: 'fragments that double 60 times',
    request: document(
      `query Q${n} { viewer { ...F0 } } ${each(60, (place) => `fragment F${place} on Viewer { ...F${place + 1} ...F${place + 1} }`)} fragment F60 on Viewer { name }`,
    ),
    ...tooComplex('MAX_DOCUMENT_DEPTH'),
  },
  {
    name: 'fragments that grow threefold eight times',
    request: document(`query Q${n} { viewer { ...F0 } } ${threefold}`),
    ...tooComplex('MAX_DOCUMENT_SELECTIONS'),
  },
  {
    name: 'the same, used by no operation',
    request: document(`query Q${n} { viewer { name } } ${threefold}`),
    ...tooComplex('MAX_DOCUMENT_SELECTIONS'),
  },
  {
    name: 'a fragment that spreads itself',
    request: document(`query Q${n} { viewer { ...F } } fragment F on Viewer { name ...F }`),
    ...invalid,
  },
  {
    name: '90 fragments that all spread each other',
    request: document(
      `query Q${n} { viewer { ...F0 } } ${each(90, (place) => `fragment F${place} on Viewer { ${each(90, (other) => (other === place ? '' : `...F${other}`))} }`)}`,
    ),
    ...tooComplex('MAX_DOCUMENT_TOKENS'),
  },
  {
    name: '60 fragments that all spread each other',
    request: document(
      `query Q${n} { viewer { ...F0 } } ${each(60, (place) => `fragment F${place} on Viewer { ${each(60, (other) => (other === place ? '' : `...F${other}`))} }`)}`,
    ),
    ...invalid,
  },
  {
    name: '1,000 fragments',
    request: document(
      `query Q${n} { viewer { ${each(100, (place) => `...F${place}`)} } } ${each(1000, (place) => `fragment F${place} on Viewer { name }`)}`,
    ),
    ...tooComplex('MAX_FRAGMENTS'),
  },
];

const values = (n: string): Attack[] => [
  {
    name: 'a list literal of 9,000 items',
    request: document(`query Q${n} { nodes(ids: [${'1 '.repeat(9000)}]) { id } }`),
    ...tooComplex('MAX_LIST_ITEMS'),
  },
  {
    name: 'an object literal of 2,000 names',
    request: document(
      `query Q${n} { plans(filter: {${each(2000, (place) => `a${place}: 1`)}}) { totalCount } }`,
    ),
    ...tooComplex('MAX_LIST_ITEMS'),
  },
  {
    name: 'a string of 90 kB where an id is wanted',
    request: document(`query Q${n} { node(id: "${'x'.repeat(90_000)}") { id } }`),
    status: 200,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'an integer of 90,000 digits',
    request: document(`query Q${n} { organizations(first: ${'9'.repeat(90_000)}) { totalCount } }`),
    ...invalid,
  },
  {
    name: 'a list variable of 50,000 items',
    request: document(`query Q${n}($ids: [ID!]!) { nodes(ids: $ids) { id } }`, {
      ids: Array.from({ length: 50_000 }, String),
    }),
    ...tooComplex('MAX_LIST_ITEMS'),
  },
  {
    name: 'a variable of 900 kB',
    request: document(`query Q${n}($id: ID!) { node(id: $id) { id } }`, { id: 'x'.repeat(900_000) }),
    ...tooComplex('MAX_VARIABLE_BYTES'),
  },
  {
    name: 'a variable 100,000 deep',
    request: body(
      `{"query":"query Q${n}($a: JSON) { viewer { name } }","variables":{"a":${nested('[', '1', ']', 100_000)}}}`,
    ),
    ...tooComplex('MAX_VALUE_DEPTH'),
  },
  {
    name: '2,000 variables',
    request: document(`query Q${n}(${each(2000, (place) => `$a${place}: Int`)}) { viewer { name } }`),
    ...tooComplex('MAX_LIST_ITEMS'),
  },
  {
    name: '900 wrong items in a variable',
    request: document(`query Q${n}($ids: [ID!]!) { nodes(ids: $ids) { id } }`, {
      ids: Array.from({ length: 900 }, () => ({ 'not an id': 'x'.repeat(100) })),
    }),
    ...badInput,
  },
];

const validation = (n: string): Attack[] => [
  {
    name: 'fields of one name with long arguments',
    request: document(`query Q${n} { ${each(40, () => `nodes(ids: [${'"a" '.repeat(220)}]) { id }`)} }`),
    status: 200,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'fields of one name, 40 by 45',
    request: document(
      `query Q${n} { viewer { ${each(40, () => `organizations { ${each(45, () => 'a')} }`)} } }`,
    ),
    ...tooComplex('MAX_FIELD_REPEATS'),
  },
  {
    name: '1,900 fields, each 38 times at its place',
    request: document(`query Q${n} { ${each(38, () => `viewer { ${each(50, (place) => `f${place}`)} }`)} }`),
    ...invalid,
  },
  {
    name: '1,900 unknown fields with long names',
    request: document(
      `query Q${n} { ${each(10, (set) => `a${set}: viewer { ${each(190, (place) => `organizationsWithALongName${place}`)} }`)} }`,
    ),
    ...invalid,
  },
  {
    name: '1,000 definitions that cannot be run',
    request: document(
      `query Q${n} { viewer { name } } ${each(1000, (place) => `type T${place} { a: Int }`)}`,
    ),
    ...invalid,
  },
  {
    name: 'a field name of 90 kB',
    request: document(`query Q${n} { ${'a'.repeat(90_000)} }`),
    ...invalid,
  },
];

const introspection = (n: string): Attack[] => [
  {
    name: 'the introspection query of tools',
    request: document(
      getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true, oneOf: true }).replace(
        'IntrospectionQuery',
        `Q${n}`,
      ),
    ),
    status: 200,
    code: null,
  },
  {
    name: 'fields of types of fields of types',
    request: document(
      `query Q${n} { __schema { types { fields { type { fields { type { fields { name } } } } } } } }`,
    ),
    ...invalid,
  },
  {
    name: 'the schema under 40 aliases',
    request: document(
      `query Q${n} { ${each(40, (place) => `a${place}: __schema { types { name fields { name description args { name } } } }`)} }`,
    ),
    ...tooComplex('MAX_INTROSPECTED_VALUES'),
  },
  {
    name: 'the types under 40 aliases',
    request: document(
      `query Q${n} { __schema { ${each(40, (place) => `a${place}: types { name fields { name description args { name } } }`)} } }`,
    ),
    ...tooComplex('MAX_INTROSPECTED_VALUES'),
  },
];

const bodies = (n: string): Attack[] => [
  { name: 'a body of 5 MB', request: document('x'.repeat(5_000_000)), status: 413, code: 'BAD_USER_INPUT' },
  {
    name: 'a body of 5 MB in chunks',
    request: body(streamOf(Array.from({ length: 50 }, () => 'x'.repeat(100_000)))),
    status: 413,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'JSON 450,000 deep',
    request: body(`{"query":${nested('[', '', ']', 450_000)}}`),
    ...tooComplex('MAX_VALUE_DEPTH'),
  },
  {
    name: 'JSON 900,000 deep that never ends',
    request: body(`{"query":${'['.repeat(900_000)}`),
    ...tooComplex('MAX_VALUE_DEPTH'),
  },
  {
    name: '900 kB that are no JSON',
    request: body(`{"query": ${'x'.repeat(900_000)}`),
    ...badInput,
  },
  {
    name: '10,000 operations in a list',
    request: body(`[${each(10_000, () => `{"query":"query Q${n} { viewer { name } }"}`, ',')}]`),
    ...badInput,
  },
  {
    name: '60,000 names beside the query',
    request: body(
      `{"query":"query Q${n} { viewer { name } }",${each(60_000, (place) => `"a${place}":1`, ',')}}`,
    ),
    ...tooComplex('MAX_LIST_ITEMS'),
  },
  {
    name: '900 names beside the query',
    request: body(
      `{"query":"query Q${n} { viewer { name } }",${each(900, (place) => `"a${place}":1`, ',')}}`,
    ),
    ...badInput,
  },
  {
    name: 'a body said to be compressed',
    request: body('{"query":"{ viewer { name } }"}', { 'content-encoding': 'gzip' }),
    status: 415,
    code: 'BAD_USER_INPUT',
  },
];

function streamOf(parts: readonly string[]): ReadableStream {
  return new Blob([...parts]).stream();
}
