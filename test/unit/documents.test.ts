import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { expect, test } from 'vitest';
import { rememberDocuments } from '../../src/server/documents.ts';

const many = 492;
const textOf = (place: number): string => `query A${place} { viewer { name } } #`.padEnd(99_000, 'x');

test('documents are remembered by what they weigh, so that no number of large ones fills the memory', () => {
  const { documentCache } = rememberDocuments();
  const heavy: DocumentNode = { ...parse('{ viewer { name } }'), tokenCount: 10_000 };
  for (let place = 0; place < many; place += 1) documentCache.set(textOf(place), heavy);
  // each some three megabytes
  expect(documentCache.size).toBeGreaterThan(10);
  expect(documentCache.size).toBeLessThan(30);
  for (let place = 0; place < many; place += 1) {
    documentCache.set(`query Q${place} { viewer { name } }`, parse('{ viewer { name } }'));
  }
  expect(documentCache.size).toBeGreaterThan(many - 1);
});

test('refused documents are remembered by their length', () => {
  const { errorCache } = rememberDocuments();
  for (let place = 0; place < many; place += 1) errorCache.set(textOf(place), new GraphQLError('no'));
  expect(errorCache.size).toBeGreaterThan(10);
  expect(errorCache.size).toBeLessThan(30);
});

test('a document with a card in it is not remembered, whether it can be parsed or not', () => {
  const { documentCache, errorCache } = rememberDocuments();
  for (const text of [
    '{ a(number: "4242 4242 4242 4242") }',
    '{ a(cvc: "737") }',
    '{ a(n: 4242424242424241) }',
  ]) {
    documentCache.set(text, parse(text));
    errorCache.set(text.slice(0, -1), new GraphQLError('no'));
  }
  expect([documentCache.size, errorCache.size]).toEqual([0, 0]);
});
