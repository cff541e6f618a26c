import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { mayHoldCard } from '../domain/card.ts';

/** What is remembered of documents, parsed ones and refused ones, may weigh so much in all: their number would not bound it. */
const mostBytes = 64_000_000;
const mostErrorBytes = 4_000_000;
/** What a token takes in memory, with its part of the tree. */
const bytesOfToken = 300;

/** What is larger than all may be together is not remembered. A document with a card in it is refused, and forgotten. */
function sizeOr(most: number, text: string, bytes: number): number {
  return mayHoldCard(text) ? most + 1 : bytes;
}

export function rememberDocuments(): {
  documentCache: LRUCache<string, DocumentNode>;
  errorCache: LRUCache<string, Error>;
} {
  return {
    documentCache: new LRUCache({
      maxSize: mostBytes,
      sizeCalculation: ({ tokenCount = 0 }, text) =>
        sizeOr(mostBytes, text, 1 + 2 * text.length + bytesOfToken * tokenCount),
    }),
    errorCache: new LRUCache({
      maxSize: mostErrorBytes,
      sizeCalculation: (_error, text) => sizeOr(mostErrorBytes, text, bytesOfToken + 2 * text.length),
    }),
  };
}
