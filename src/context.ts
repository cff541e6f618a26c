import type { GraphQLResolveInfo } from 'graphql';
import type { Visit } from './access/visit.ts';
import type { Actions } from './actions/actions.ts';
import type { Loaders } from './loaders/loaders.ts';

/** What a resolver sees of one operation. */
export interface Context {
  readonly visit: Visit;
  readonly loaders: Loaders;
  readonly actions: Actions;
  /** Notes a part of the answer that is older than its kind of data should be. */
  readonly markStale: (path: readonly (string | number)[], fetchedAt: number) => void;
  /** Stands by at each field; null where no operation needs it. */
  readonly attendant: Attendant | null;
}

export interface Attendant {
  /** What the field sees: below `@fresh`, loaders that ask for newer answers. */
  contextAt(info: GraphQLResolveInfo): Context;
  /** Hears of each field, or item of a list, that failed. */
  failed(error: unknown, info: GraphQLResolveInfo, what: 'field' | 'item'): void;
}
