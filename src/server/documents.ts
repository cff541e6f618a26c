import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** What is remembered of documents, parsed ones and refused ones, may weigh so much in all: their number would not bound it. */
const mostBytes = 64_000_000;
const mostErrorBytes = 4_000_000;
/** What a token takes in memory, with its part of the tree. */
const bytesOfToken = 300;

export function rememberDocuments(): {
  documentCache: LRUCache<string, DocumentNode>;
  errorCache: LRUCache<string, Error>;
} {
  return {
    documentCache: new LRUCache({
      maxSize: mostBytes,
      sizeCalculation: ({ tokenCount = 0 }, text) => 1 + 2 * text.length + bytesOfToken * tokenCount,
    }),
    errorCache: new LRUCache({
      maxSize: mostErrorBytes,
      sizeCalculation: (_error, text) => bytesOfToken + 2 * text.length,
    }),
  };
}
