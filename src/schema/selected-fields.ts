import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What it takes to read a selection. */
type Reading = Pick<GraphQLResolveInfo, 'schema' | 'variableValues'> & {
  readonly fragments: Readonly<GraphQLResolveInfo['fragments']>;
};
type Selecting = Reading & Pick<GraphQLResolveInfo, 'fieldNodes'>;

/**
 * The names of the fields that are selected of a type, directly below the field that is being resolved or, with a path
 * (`['edges', 'node']`), below what it leads to. Fragments, `@skip` and `@include` are honoured.
 */
export function selectedFields(
  info: Selecting,
  typename: string,
  path: readonly string[] = [],
): ReadonlySet<string> {
  let parents: readonly FieldNode[] = info.fieldNodes;
  // of what types the steps of a path are is not told: whatever is selected there under their names counts
  for (const step of path) {
    parents = fieldsIn(parents, info, () => true).filter(({ name }) => name.value === step);
  }
  return new Set(fieldsOf(parents, info, typename).map(({ name }) => name.value));
}

/** The fields that are selected of an object of the type below some fields, each as often as it stands there. */
export function fieldsOf(parents: readonly FieldNode[], reading: Reading, typename: string): FieldNode[] {
  return fieldsIn(parents, reading, (condition) => isOrImplements(reading, typename, condition));
}

function fieldsIn(
  parents: readonly FieldNode[],
  reading: Reading,
  applies: (condition: string) => boolean,
): FieldNode[] {
  const found: FieldNode[] = [];
  // a fragment adds nothing the second time: documents that spread it over and over cost no more
  const entered = new Set<string>();

  function enter(set: SelectionSetNode | undefined): void {
    for (const selection of set?.selections ?? []) {
      if (!isIncluded(selection, reading)) continue;
      if (selection.kind === 'Field') found.push(selection);
      else if (selection.kind === 'InlineFragment') {
        const condition = selection.typeCondition?.name.value;
        if (condition === undefined || applies(condition)) enter(selection.selectionSet);
      } else enterFragment(selection.name.value);
    }
  }

  function enterFragment(name: string): void {
    const fragment = reading.fragments[name];
    if (fragment === undefined || entered.has(name) || !applies(fragment.typeCondition.name.value)) return;
    entered.add(name);
    enter(fragment.selectionSet);
  }

  for (const { selectionSet } of parents) enter(selectionSet);
  return found;
}

function isIncluded(selection: SelectionNode, { variableValues }: Reading): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variableValues);
  return skip?.['if'] !== true && include?.['if'] !== false;
}

function isOrImplements({ schema }: Reading, typename: string, condition: string): boolean {
  if (typename === condition) return true;
  const [type, abstract] = [schema.getType(typename), schema.getType(condition)];
  return isObjectType(type) && isAbstractType(abstract) && schema.isSubType(abstract, type);
}
