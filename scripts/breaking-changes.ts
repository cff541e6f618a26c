import {
  BreakingChangeType,
  buildASTSchema,
  buildSchema,
  findSchemaChanges,
  Kind,
  parse,
  visit,
} from 'graphql';

const breaking = new Set<string>(Object.values(BreakingChangeType));

/**
 * What clients of the released graph could no longer do, a sentence each. What the release had deprecated may go, and so may
 * types that nothing else mentions.
 */
export function breakingChanges(releasedSdl: string, presentSdl: string): string[] {
  const promised = visit(parse(releasedSdl), {
    enter(node) {
      if (!('directives' in node)) return undefined;
      return node.directives?.some(({ name }) => name.value === 'deprecated') === true ? null : undefined;
    },
  });
  const mentioned = new Set<string>();
  visit(promised, {
    [Kind.NAMED_TYPE]({ name }) {
      mentioned.add(name.value);
    },
  });
  const unmentioned = (description: string): boolean => {
    const [, type = ''] = /^(?:Standard scalar )?(\w+) was removed\b/.exec(description) ?? [];
    return type !== '' && !mentioned.has(type);
  };
  return findSchemaChanges(buildASTSchema(promised, { assumeValid: true }), buildSchema(presentSdl))
    .filter(
      ({ type, description }) => breaking.has(type) && !(type === 'TYPE_REMOVED' && unmentioned(description)),
    )
    .map(({ description }) => description);
}
