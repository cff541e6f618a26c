import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { encodeGlobalId } from '../../src/schema/global-id.ts';

/** Stands in what is made up here, so that it is known again. */
export const mark = 'fuzz7';

/** What a path, a query, a header, a log line or a query language might take for its own. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '.',
  '..',
  `../../${mark}`,
  `..%2f..%2f${mark}`,
  `%2e%2e%2f${mark}`,
  `%252e%252e%252f${mark}`,
  `..\\${mark}`,
  `/${mark}`,
  `//${mark}.example/x`,
  `${mark}?a=b`,
  `${mark}#x`,
  `${mark};a=b`,
  `${mark}&organizationId=1009`,
  `${mark}\r\nx-injected: 1`,
  `${mark}\n{"level":60}`,
  `${mark}\u0000`,
  `${mark}%00%0d%0a`,
  `${mark}\u2028\u2029\u202e\u200b`,
  `${mark}\ud800`,
  `${mark}é漢😀`,
  `${mark}' OR '1'='1`,
  `${mark}"}],"x":[{"y":"`,
  `${mark}$\{7*7}{{7*7}}<script>`,
  '__proto__',
  'constructor',
  'toString',
  'null',
  '1009',
  '-1',
  '1e9',
  '99999999999999999999',
  mark.repeat(60),
  mark.repeat(2000),
];

const insides = [
  '1004',
  '1009/1',
  '1004/',
  '1004/..',
  '1004/%2E%2E',
  `1004/..%2F..%2F${mark}`,
  `1004/${mark}%0D%0Ax`,
  `1004/${mark}%00`,
  `1004/${mark}%3Fa%3Db%23c`,
  '1004/%E0%A4%A',
  `1004/${mark}%25%32%65`,
  '1004/__proto__',
  '1e3/1',
  `cus_0000000000001009/${mark}`,
  `cus_0000000000001004/..%2F..%2F${mark}`,
  `..%2F${mark}/x`,
  `__proto__/${mark}`,
];

/** Ids of real types with something else in them. */
export function hostileIds(typenames: readonly string[]): string[] {
  const made = typenames.flatMap((typename) => insides.map((inside) => encodeGlobalId(typename, inside)));
  const others = [encodeGlobalId('__proto__', '1004'), encodeGlobalId('Nothing', '1004')];
  return [...made, ...others, `${made[0]}=`, `${made[0]}\r\n`];
}

const places = ['', '..', '-1', '999999999', '__proto__', `${mark}\r\nx`, `${mark}?a=b#c`, `../${mark}`];

/** Real cursors, each with something else in one of its parts. */
export function hostileCursors(real: readonly string[]): string[] {
  return real.flatMap((cursor) => {
    const parts = Buffer.from(cursor, 'base64url')
      .toString()
      .split(/([,./:])/);
    return parts.flatMap((_, place) =>
      places.map((other) => Buffer.from(parts.with(place, other).join('')).toString('base64url')),
    );
  });
}

const hostileByScalar: Readonly<Record<string, readonly unknown[]>> = {
  Int: [-1, 0, 2 ** 31 - 1, -(2 ** 31), mark],
  Float: [-1, 1e308, mark],
  SafeInt: [-1, 0, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 60, 0.5, mark],
  Boolean: [true, false, mark],
  DateTime: [
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2026-02-30T00:00:00Z',
    '-271821-04-20T00:00:00Z',
    `2026-01-01T00:00:00Z\r\n${mark}`,
  ],
  Decimal: ['-0', '1e309', 'NaN', '9'.repeat(300), `1\r\n${mark}`, '-1', '0.000000000000000000001'],
  CurrencyCode: ['usd', 'ZZZ', `US\r\n`, '../'],
  URL: [
    'http://169.254.169.254/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    `https://${mark}.example/\r\nx: y`,
    'https://user:pass@x.example/',
  ],
  JSON: [
    null,
    [],
    {},
    JSON.parse(`{"__proto__":{"${mark}":1},"a\\u0000b\\r\\n":"${mark}\\r\\n"}`),
    'x',
    1e308,
  ],
};

/** Values that are what is asked for, by the name of the argument or input field. */
export type Decent = Readonly<Record<string, unknown>>;

/** Hostile values of a type, one fault at a time; in an input every other field that it needs is decent. */
export function hostileOf(type: GraphQLInputType, decent: Decent, ids: readonly string[]): unknown[] {
  const inner = getNullableType(type);
  if (isListType(inner)) {
    return [
      [],
      Array.from({ length: 300 }, (_, place) => `${mark}${place}`),
      ...hostileOf(inner.ofType, decent, ids).map((value) => [value]),
    ];
  }
  if (isInputObjectType(inner)) {
    return Object.values(inner.getFields()).flatMap((field) =>
      hostileOf(field.type, decent, ids).map((value) => ({
        ...(inner.isOneOf ? {} : decentInput(inner, decent)),
        [field.name]: value,
      })),
    );
  }
  if (isEnumType(inner)) return [inner.getValues().at(-1)?.name, mark, '__proto__'];
  if (inner.name === 'ID') return [...hostileTexts, ...ids];
  return [...(hostileByScalar[inner.name] ?? hostileTexts)];
}

export function decentOf(name: string, type: GraphQLInputType, decent: Decent): unknown {
  const inner = getNullableType(type);
  if (name in decent) return decent[name];
  if (isListType(inner)) return [decentOf(name, inner.ofType, decent)];
  if (isInputObjectType(inner)) return decentInput(inner, decent);
  if (isEnumType(inner)) return inner.getValues()[0]?.name;
  return decentByScalar[inner.name] ?? 'decent';
}

const decentByScalar: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  SafeInt: 1,
  Boolean: true,
  DateTime: '2026-11-15T11:00:00Z',
  Decimal: '1',
  CurrencyCode: 'USD',
  URL: 'https://app.example/',
  JSON: {},
};

function decentInput(type: GraphQLInputObjectType, decent: Decent): object {
  const fields = Object.values(type.getFields());
  const given = type.isOneOf
    ? fields.slice(0, 1)
    : fields.filter(({ name, type }) => isNonNullType(type) || name === 'confirm');
  return Object.fromEntries(given.map(({ name, type }) => [name, decentOf(name, type, decent)]));
}
