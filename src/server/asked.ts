import {
  type DocumentNode,
  type ExecutionArgs,
  type FragmentDefinitionNode,
  getVariableValues,
  type OperationDefinitionNode,
  visit,
} from 'graphql';

/** The operation of a document that is to be run, and the fragments beside it. */
export interface Asked {
  readonly operation: OperationDefinitionNode | undefined;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Somewhere in the document stands a `@fresh`. */
  readonly usesFresh: boolean;
}

export type Variables = NonNullable<ReturnType<typeof getVariableValues>['variableValues']>;

const known = new WeakMap<DocumentNode, Pick<Asked, 'fragments' | 'usesFresh'>>();

export function askedBy({
  document,
  operationName,
}: Pick<ExecutionArgs, 'document' | 'operationName'>): Asked {
  const about = known.get(document) ?? readDocument(document);
  known.set(document, about);
  return {
    ...about,
    operation: document.definitions.find(
      (definition): definition is OperationDefinitionNode =>
        definition.kind === 'OperationDefinition' &&
        (operationName == null || definition.name?.value === operationName),
    ),
  };
}

function readDocument(document: DocumentNode): Pick<Asked, 'fragments' | 'usesFresh'> {
  const fragments: Record<string, FragmentDefinitionNode> = {};
  let usesFresh = false;
  visit(document, {
    FragmentDefinition(node) {
      fragments[node.name.value] = node;
    },
    Directive(node) {
      usesFresh ||= node.name.value === 'fresh';
    },
  });
  return { fragments, usesFresh };
}

/** Nothing where they are wrong: running the operation says how. */
export function variablesOf({ operation }: Asked, { schema, variableValues }: ExecutionArgs): Variables {
  const values = getVariableValues(schema, operation?.variableDefinitions ?? [], variableValues ?? {});
  return values.variableValues ?? { sources: {}, coerced: {} };
}
