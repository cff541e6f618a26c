import type { Visit } from './access/visit.ts';
import type { Loaders } from './loaders/loaders.ts';

/** What a resolver sees of one operation. */
export interface Context {
  readonly visit: Visit;
  readonly loaders: Loaders;
}
