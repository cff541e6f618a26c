import type { Visit } from './access/visit.ts';
import type { Loaders } from './loaders/loaders.ts';

/** What a resolver sees of one operation. */
export interface Context {
  readonly visit: Visit;
  readonly loaders: Loaders;
  /** Notes a part of the answer that is older than its kind of data should be. */
  readonly markStale: (path: readonly (string | number)[], fetchedAt: number) => void;
}
