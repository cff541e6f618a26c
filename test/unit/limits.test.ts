import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { type Limits, limits as limitsSchema, limitVariables } from '../../src/limit-settings.ts';
import { checkDocument } from '../../src/server/limits/check-document.ts';
import { checkTokens } from '../../src/server/limits/check-tokens.ts';
import { checkVariables, extentOf } from '../../src/server/limits/check-value.ts';

const standard = limitsSchema.parse({});

/** The setting that stops a document; null where it may pass. */
function stoppedBy(action: () => void): string | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof Failure && error.code === 'DOCUMENT_TOO_COMPLEX') return error.details.setting ?? '';
    throw error;
  }
}

function check(text: string, limits: Limits = standard): void {
  checkTokens(text, limits);
  checkDocument(parse(text), limits);
}

const each = (count: number, part: (place: number) => string): string =>
  Array.from({ length: count }, (_, place) => part(place)).join(' ');

describe('what is meant well passes', () => {
  test('the introspection query with everything that it can ask', () => {
    const everything = getIntrospectionQuery({
      specifiedByUrl: true,
      inputValueDeprecation: true,
      schemaDescription: true,
      directiveIsRepeatable: true,
      oneOf: true,
    });
    expect(stoppedBy(() => check(everything))).toBeNull();
  });

  test.each(['examples', 'test/documents'])('every document in %s', (folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
    expect(names).not.toEqual([]);
    for (const name of names) check(readFileSync(`${folder}/${name}`, 'utf8'));
  });

  test('a page with twenty organizations in one operation', () => {
    const rows = 'edges { node { id status amount { minorUnits currency decimal formatted } } }';
    const lists = each(4, (list) => `list${list}: payments(first: 25) { totalCount ${rows} }`);
    const page = each(20, (place) => `o${place}: organization(id: "${1001 + place}") { name plan ${lists} }`);
    expect(stoppedBy(() => check(`{ ${page} }`))).toBeNull();
  });
});

describe('a document at its limit passes, and one more of anything is too much', () => {
  const documents: Partial<Record<keyof Limits, (count: number) => string>> = {
    documentBytes: (count) => `{a}${'#'.repeat(count - 3)}`,
    documentLines: (count) => `{a${'\n'.repeat(count - 1)}b}`,
    documentTokens: (count) => `{${'a '.repeat(count - 2)}}`,
    documentDepth: (count) => `${'{a'.repeat(count)}${'}'.repeat(count)}`,
    documentSelections: (count) => `{${each(count, (place) => `a${place}`)}}`,
    selectionsPerSet: (count) => `{a{${each(count, (place) => `a${place}`)}}}`,
    fieldRepeats: (count) => `{a{${'b '.repeat(count)}}}`,
    rootFields: (count) => `{${each(count, (place) => `a${place}`)}}`,
    aliases: (count) => `{${each(count, (place) => `a${place}: a`)}}`,
    directives: (count) => `{a ${'@b '.repeat(count)}}`,
    operations: (count) => each(count, (place) => `query A${place} {a}`),
    fragments: (count) => `{a} ${each(count, (place) => `fragment F${place} on A {a}`)}`,
    valueDepth: (count) => `{a(b: ${'['.repeat(count)}${']'.repeat(count)})}`,
    listItems: (count) => `{a(b: [${'1 '.repeat(count)}])}`,
  };

  test.each(Object.entries(documents))('%s', (name, documentWith) => {
    const limits = { ...standard, [name]: 7 };
    const { variable } = limitVariables[name as keyof Limits];
    expect(stoppedBy(() => check(documentWith(7), limits))).toBeNull();
    expect(stoppedBy(() => check(documentWith(8), limits))).toBe(variable);
    expect(() => check(documentWith(8), limits)).toThrow(
      `Counted 8 ${limitVariables[name as keyof Limits].counts}; at most 7 are accepted (${variable}).`,
    );
  });
});

test.each([
  ['objects', '{a(b: {c: {c: {c: 1}}})}', 'valueDepth'],
  ['types of variables', 'query($a: [[[Int]]]) {a}', 'valueDepth'],
  ['defaults of variables', 'query($a: [Int] = [[[1]]]) {a}', 'valueDepth'],
  ['arguments of directives', '{a @b(c: [[[1]]])}', 'valueDepth'],
  ['inline fragments', '{... {... {a}}}', 'documentDepth'],
  ['fragments put in their places', '{a {...F}} fragment F on A {b}', 'documentDepth'],
  ['names of objects', '{a(b: {a: 1, b: 1, c: 1})}', 'listItems'],
  ['arguments', '{a(b: 1, c: 1, d: 1)}', 'listItems'],
  ['variables', 'query($a: Int, $b: Int, $c: Int) {a}', 'listItems'],
  ['directives of variables', 'query($a: Int @b @b @b) {a}', 'directives'],
  ['aliases in fragments', '{...F ...F} fragment F on A {a: b c: d}', 'aliases'],
  ['root fields in fragments', '{...F ... {c}} fragment F on A {a b}', 'rootFields'],
  ['repeats across fragments', '{a {b} ...F} fragment F on A {a {b b}}', 'fieldRepeats'],
  ['repeats in fragments that nobody uses', '{a} fragment F on A {a a a}', 'fieldRepeats'],
  ['selections of all operations', 'query A {a} query B {b} query C {c}', 'documentSelections'],
] as const)('%s are counted', (_, text, name) => {
  expect(stoppedBy(() => check(text, { ...standard, [name]: 2 }))).toBe(limitVariables[name].variable);
});

test('a fragment that has another of its name is counted all the same', () => {
  const text = '{...F} fragment F on A {a a a} fragment F on A {a}';
  expect(stoppedBy(() => check(text, { ...standard, fieldRepeats: 2 }))).toBe('MAX_FIELD_REPEATS');
});

test('a fragment that spreads itself, over whatever way, is no valid document', () => {
  for (const text of [
    '{...A} fragment A on T {...A}',
    '{a} fragment A on T {b {...B}} fragment B on T {...C} fragment C on T {... {a ...A}}',
  ]) {
    expect(() => check(text)).toThrow(expect.objectContaining({ code: 'DOCUMENT_INVALID' }));
  }
});

test('broken syntax is left to the parser, however it nests up to there', () => {
  for (const text of ['{a} } }', '{ "', '((((', '', '# nothing', '{a(b: ]]]]) }}}', '\u0000{']) {
    expect(stoppedBy(() => checkTokens(text, standard))).toBeNull();
  }
});

test('nesting is told from tokens as the tree has it', () => {
  interface Part {
    readonly text: string;
    readonly depth: number;
    readonly valueDepth: number;
  }
  const { selections } = fc.letrec<{ value: Part; selections: Part }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant({ text: '"{[("', depth: 0, valueDepth: 0 }),
      tie('value').map(({ text, valueDepth }) => ({
        text: `[1 ${text}]`,
        depth: 0,
        valueDepth: valueDepth + 1,
      })),
      tie('value').map(({ text, valueDepth }) => ({
        text: `{b: ${text}}`,
        depth: 0,
        valueDepth: valueDepth + 1,
      })),
    ),
    selections: fc.oneof(
      { maxDepth: 4 },
      fc.constant({ text: '{a}', depth: 1, valueDepth: 0 }),
      fc.tuple(tie('value'), tie('selections')).map(([value, below]) => ({
        text: `{a b(c: ${value.text}) @d(e: ${value.text}) ${below.text} # {[(\n}`,
        depth: 1 + below.depth,
        valueDepth: Math.max(value.valueDepth, below.valueDepth),
      })),
    ),
  }));
  fc.assert(
    fc.property(selections, ({ text, depth, valueDepth }) => {
      expect(parse(text).definitions).toHaveLength(1);
      const limitsOf = (few: object): Limits => ({ ...standard, documentDepth: depth, valueDepth, ...few });
      expect(stoppedBy(() => checkTokens(text, limitsOf({})))).toBeNull();
      expect(stoppedBy(() => checkTokens(text, limitsOf({ documentDepth: depth - 1 })))).not.toBeNull();
      if (valueDepth === 0) return;
      expect(stoppedBy(() => checkTokens(text, limitsOf({ valueDepth: valueDepth - 1 })))).not.toBeNull();
    }),
  );
});

describe('variables', () => {
  test.each([
    ['as deep as literals', { a: [[[1]]] }, { valueDepth: 2 }, 'MAX_VALUE_DEPTH'],
    ['as long as literals', { a: { b: [1, 2, 3] } }, { listItems: 2 }, 'MAX_LIST_ITEMS'],
    ['as large as all together may be', { a: 'ä'.repeat(10) }, { variableBytes: 27 }, 'MAX_VARIABLE_BYTES'],
  ])('may be %s', (_, variables, few, setting) => {
    expect(stoppedBy(() => checkVariables(variables, { ...standard, ...few }))).toBe(setting);
    const [[name, limit]] = Object.entries(few) as [[string, number]];
    expect(stoppedBy(() => checkVariables(variables, { ...standard, [name]: limit + 1 }))).toBeNull();
  });

  test('that are none are none too many', () => {
    for (const variables of [undefined, null, {}]) checkVariables(variables, standard);
  });

  test('are measured before their JSON is parsed', () => {
    const partsOf = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [];
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...partsOf(value).map(depthOf)) : 0;
    const itemsOf = (value: unknown): number =>
      Math.max(0, partsOf(value).length, ...partsOf(value).map(itemsOf));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const { depth, items } = extentOf(JSON.stringify(value));
        expect(depth).toBe(depthOf(value));
        // a single item has no comma
        expect(Math.max(items, 1)).toBe(Math.max(itemsOf(value), 1));
      }),
    );
  });
});
