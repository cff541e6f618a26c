import {
  type ExecutionArgs,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  getDirectiveValues,
  type SelectionSetNode,
} from 'graphql';
import { Failure } from '../domain/failure.ts';
import { freshDirective } from '../schema/fresh.ts';
import { type Asked, variablesOf } from './asked.ts';

/** How old an answer may be at a field, in seconds; undefined where nothing was said. */
export type MaxAgeAt = (info: GraphQLResolveInfo) => number | undefined;

/** What the operation's `@fresh` directives say. Null where it has none. */
export function readFreshness(asked: Asked, args: ExecutionArgs): MaxAgeAt | null {
  if (!asked.usesFresh || asked.operation === undefined) return null;
  const maxAges = new Map<string, number>();
  const variables = variablesOf(asked, args);

  function walk(
    { selections }: SelectionSetNode,
    path: string,
    within: readonly FragmentDefinitionNode[],
  ): void {
    for (const selection of selections) {
      if (selection.kind === 'FragmentSpread') {
        const fragment = asked.fragments[selection.name.value];
        if (fragment && !within.includes(fragment)) walk(fragment.selectionSet, path, [...within, fragment]);
      } else if (selection.kind === 'InlineFragment') {
        walk(selection.selectionSet, path, within);
      } else {
        const below = `${path}/${selection.alias?.value ?? selection.name.value}`;
        const maxAge = getDirectiveValues(freshDirective, selection, variables)?.['maxAge'];
        if (typeof maxAge === 'number') maxAges.set(below, accepted(maxAge));
        if (selection.selectionSet) walk(selection.selectionSet, below, within);
      }
    }
  }

  walk(asked.operation.selectionSet, '', []);
  return ({ path }) => {
    const names: string[] = [];
    for (let step: typeof path | undefined = path; step; step = step.prev) {
      if (typeof step.key === 'string') names.unshift(step.key);
    }
    for (let length = names.length; length > 0; length -= 1) {
      const maxAge = maxAges.get(`/${names.slice(0, length).join('/')}`);
      if (maxAge !== undefined) return maxAge;
    }
    return undefined;
  };
}

function accepted(maxAge: number): number {
  if (maxAge >= 0) return maxAge;
  throw new Failure('BAD_USER_INPUT', `@fresh(maxAge:) takes seconds from 0; found ${maxAge}.`);
}
