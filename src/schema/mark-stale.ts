import { type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import type { Context } from '../context.ts';

/** Passes on what was read; if it is stale, the caller is told so at the field's path. */
export function markStale<Read extends { readonly isStale: boolean; readonly fetchedAt: number | Date }>(
  read: Read,
  context: Context,
  info: GraphQLResolveInfo,
): Read {
  if (read.isStale) context.markStale(responsePathAsArray(info.path), Number(read.fetchedAt));
  return read;
}
