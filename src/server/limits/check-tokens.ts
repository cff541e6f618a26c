import { GraphQLError, Lexer, Source, type Token, TokenKind } from 'graphql';
import type { Limits } from '../../limit-settings.ts';
import { refuseAbove } from './refuse-above.ts';

/**
 * What can be told of a document before it is parsed, in one pass over its tokens: the parser's stack would not
 * survive deep nesting. Broken syntax is left to the parser, which says where it is.
 */
export function checkTokens(text: string, limits: Limits): void {
  refuseAbove(limits, 'documentBytes', Buffer.byteLength(text));
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let depth = 0;
  let parentheses = 0;
  let valueDepth = 0;
  for (let token = nextToken(lexer); token !== null; token = nextToken(lexer)) {
    tokens += 1;
    refuseAbove(limits, 'documentTokens', tokens);
    // telling where a fault stands takes longer with each line before it
    refuseAbove(limits, 'documentLines', lexer.line);
    switch (token.kind) {
      case TokenKind.PAREN_L:
        parentheses += 1;
        break;
      case TokenKind.PAREN_R:
        parentheses -= 1;
        valueDepth = 0;
        break;
      case TokenKind.BRACE_L:
      case TokenKind.BRACKET_L:
        // between parentheses stand values, elsewhere selections
        if (parentheses > 0) valueDepth += 1;
        else depth += 1;
        refuseAbove(limits, 'valueDepth', valueDepth);
        refuseAbove(limits, 'documentDepth', depth);
        break;
      case TokenKind.BRACE_R:
      case TokenKind.BRACKET_R:
        if (parentheses > 0) valueDepth -= 1;
        else depth -= 1;
        break;
      default:
    }
  }
}

/** Null at the end, and where the text is no longer GraphQL. */
function nextToken(lexer: Lexer): Token | null {
  try {
    const token = lexer.advance();
    return token.kind === TokenKind.EOF ? null : token;
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
