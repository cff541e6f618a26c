import { holdsCardNumber } from '../domain/card.ts';

/**
 * graphql's sentences about documents and variables, without the values that they repeat: among those may be a card's
 * number or code.
 */
export function withoutValues(message: string): string {
  const told = message.startsWith('Syntax Error')
    ? message.replace(/ (String|BlockString|Int|Float) "[\s\S]*$/, ' $1.')
    : message
        .replace(/[,;.]? found: [\s\S]*$/i, '.')
        .replace(/(cannot represent [\w -]*value): [\s\S]*$/, '$1.');
  return holdsCardNumber(told) ? 'The document or its variables are not as they are accepted.' : told;
}
