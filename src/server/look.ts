import { type ExecutionArgs, type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import type { Attendant } from '../context.ts';
import { type Foresight, Unforeseen } from '../upstream/foresight.ts';
import { type Asked, type Variables, variablesOf } from './asked.ts';
import { type Missing, type Outlook, rowsOf } from './price.ts';

interface Need {
  readonly bucket: string;
  /** Nobody has sent it since. */
  readonly isStill: () => boolean;
}

/** An operation that is being looked at: run with what is at hand, writing down what it lacks. */
export interface Look {
  readonly foresight: Foresight;
  readonly failed: Attendant['failed'];
  readonly outlook: Omit<Outlook, 'needs'> & { readonly needs: ReadonlyMap<string, Need> };
  /** Nothing would be asked: what came of it is the answer. */
  readonly isWhole: () => boolean;
}

export function createLook(asked: Asked, args: ExecutionArgs): Look {
  const needs = new Map<string, Need>();
  const mayNeed = new Map<string, string>();
  const missing: Missing[] = [];
  let variables: Variables | undefined;

  return {
    foresight: {
      needs: (bucket, key, isStill) => needs.set(key, { bucket, isStill }),
      mayNeed: (bucket, key) => mayNeed.set(key, bucket),
    },
    failed(error, info, what) {
      if (!(error instanceof Unforeseen)) return;
      variables ??= variablesOf(asked, args);
      missing.push({ error, ...belowOf(info, asked, variables, what) });
    },
    outlook: { needs, mayNeed, missing },
    isWhole: () => needs.size === 0 && mayNeed.size === 0 && missing.length === 0,
  };
}

function belowOf(
  { schema, parentType, fieldName, fieldNodes, returnType }: GraphQLResolveInfo,
  { fragments }: Asked,
  variables: Variables,
  what: 'field' | 'item',
): Omit<Missing, 'error'> {
  const field = parentType.getFields()[fieldName];
  const [node] = fieldNodes;
  const isOne = what === 'item' || field === undefined || node === undefined;
  return {
    selected: { schema, fragments, variables, nodes: fieldNodes, type: returnType },
    rows: isOne ? 1 : rowsOf(field, getArgumentValues(field, node, variables)),
  };
}
