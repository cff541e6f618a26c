import {
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { Failure } from '../../domain/failure.ts';
import type { Limits } from '../../limit-settings.ts';
import { refuseAbove } from './refuse-above.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** What a parsed document asks for, told before it is validated: the rules of validation take more than linear time. */
export function checkDocument(document: DocumentNode, limits: Limits): void {
  checkParts(document, limits);
  const fragments = new Map(document.definitions.filter(isFragment).map((each) => [each.name.value, each]));
  refuseCycles(fragments);
  checkSelections(document, fragments, limits);
}

/** As it is written: how many of each thing there are, and how long each list is. */
function checkParts(document: DocumentNode, limits: Limits): void {
  const { definitions } = document;
  const count = (kind: DefinitionNode['kind']): number =>
    definitions.filter((definition) => definition.kind === kind).length;
  refuseAbove(limits, 'operations', count('OperationDefinition'));
  refuseAbove(limits, 'fragments', count('FragmentDefinition'));
  let directives = 0;
  visit(document, {
    enter(node) {
      refuseAbove(limits, node.kind === 'SelectionSet' ? 'selectionsPerSet' : 'listItems', lengthOf(node));
      if (node.kind === 'Directive') {
        directives += 1;
        refuseAbove(limits, 'directives', directives);
      }
    },
  });
}

function lengthOf(node: ASTNode): number {
  switch (node.kind) {
    case 'SelectionSet':
      return node.selections.length;
    case 'ListValue':
      return node.values.length;
    case 'ObjectValue':
      return node.fields.length;
    case 'Field':
    case 'Directive':
      return node.arguments?.length ?? 0;
    case 'OperationDefinition':
      return node.variableDefinitions?.length ?? 0;
    default:
      return 0;
  }
}

function refuseCycles(fragments: Fragments): void {
  const done = new Set<string>();
  const path = new Set<string>();
  const follow = (name: string): void => {
    const fragment = fragments.get(name);
    if (fragment === undefined || done.has(name)) return;
    if (path.has(name)) {
      throw new Failure('DOCUMENT_INVALID', `The fragment ${name.slice(0, 100)} spreads itself.`);
    }
    path.add(name);
    for (const spread of spreadsIn(fragment)) follow(spread);
    path.delete(name);
    done.add(name);
  };
  for (const name of fragments.keys()) follow(name);
}

function spreadsIn(fragment: FragmentDefinitionNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(fragment, { FragmentSpread: ({ name }) => void names.add(name.value) });
  return names;
}

/** Where a field stands: how deep, and how often introspection would give it; null outside of introspection. */
interface Place {
  readonly set: SelectionSetNode;
  readonly depth: number;
  readonly timesGiven: number | null;
}

/** As it will run: fragments in their places, what is selected twice taken together. Stops at the first limit passed. */
function checkSelections(document: DocumentNode, fragments: Fragments, limits: Limits): void {
  const reached = new Set<FragmentDefinitionNode>();
  const found = { selections: 0, aliases: 0, introspected: 0 };

  /** The fields of the sets by the name they have in the answer, each with the sets below it. */
  const gather = ({ set, depth, timesGiven }: Place, into: Map<string, Field>): void => {
    refuseAbove(limits, 'documentDepth', depth);
    for (const selection of set.selections) {
      found.selections += 1;
      refuseAbove(limits, 'documentSelections', found.selections);
      found.introspected += timesGiven ?? 0;
      refuseAbove(limits, 'introspectedValues', found.introspected);
      if (selection.kind === 'Field') {
        addField(selection, { depth, timesGiven }, into);
      } else if (selection.kind === 'InlineFragment') {
        gather({ set: selection.selectionSet, depth: depth + 1, timesGiven }, into);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined) continue;
        reached.add(fragment);
        gather({ set: fragment.selectionSet, depth: depth + 1, timesGiven }, into);
      }
    }
  };

  const addField = (node: FieldNode, at: Omit<Place, 'set'>, into: Map<string, Field>): void => {
    if (node.alias !== undefined) {
      found.aliases += 1;
      refuseAbove(limits, 'aliases', found.aliases);
    }
    const timesGiven = timesGivenBelow(node.name.value, at.timesGiven);
    const key = (node.alias ?? node.name).value;
    const field = into.get(key) ?? { times: 0, below: [] };
    field.times += 1;
    refuseAbove(limits, 'fieldRepeats', field.times);
    if (node.selectionSet !== undefined) {
      field.below.push({ set: node.selectionSet, depth: at.depth + 1, timesGiven });
    }
    into.set(key, field);
  };

  const walk = (places: readonly Place[]): number => {
    const fields = new Map<string, Field>();
    for (const place of places) gather(place, fields);
    for (const { below } of fields.values()) if (below.length > 0) walk(below);
    return fields.size;
  };

  for (const definition of document.definitions) {
    if (definition.kind !== 'OperationDefinition') continue;
    const rootFields = walk([{ set: definition.selectionSet, depth: 1, timesGiven: null }]);
    refuseAbove(limits, 'rootFields', rootFields);
  }
  // no operation uses them, but validation looks at them all the same
  for (const fragment of document.definitions.filter(isFragment)) {
    if (!reached.has(fragment)) walk([{ set: fragment.selectionSet, depth: 1, timesGiven: null }]);
  }
}

interface Field {
  times: number;
  readonly below: Place[];
}

/** How long the lists of a schema's description are, roughly: what is selected below them is given so often. */
const lengthsOfLists: Readonly<Record<string, number>> = {
  types: 200,
  directives: 10,
  fields: 10,
  inputFields: 5,
  args: 2,
  enumValues: 5,
  interfaces: 2,
  possibleTypes: 5,
};

function timesGivenBelow(field: string, times: number | null): number | null {
  if (field === '__schema' || field === '__type') return 1;
  return times === null
    ? null
    : times * (Object.hasOwn(lengthsOfLists, field) ? (lengthsOfLists[field] ?? 1) : 1);
}

const isFragment = (definition: DefinitionNode): definition is FragmentDefinitionNode =>
  definition.kind === 'FragmentDefinition';
