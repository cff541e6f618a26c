import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';
import type { Exchange } from './exchange.ts';

/** Introspection for everybody, nobody or operators alone. Who has none is not told names by guessing either. */
export function useIntrospection(allowed: Config['introspection']): Plugin<{ exchange: Exchange }> {
  const isAllowed = ({ caller }: Exchange): boolean =>
    allowed === 'on' || (allowed === 'operators' && caller.isOperator);

  return {
    onValidate({ context, addValidationRule }) {
      if (isAllowed(context.exchange)) return;
      addValidationRule(NoSchemaIntrospectionCustomRule);
      return ({ result, setResult }) => setResult(result.map(withoutSuggestion));
    },
    onExecute({ args }) {
      if (isAllowed(args.contextValue.exchange)) return;
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result) || result.errors === undefined) return;
          setResult({ ...result, errors: result.errors.map(withoutSuggestion) });
        },
      };
    },
  };
}

/** Both graphql and the executor end a sentence with what might have been meant. */
function withoutSuggestion(error: unknown): unknown {
  if (!(error instanceof GraphQLError) || !error.message.includes(suggestion)) return error;
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message.slice(0, message.indexOf(suggestion)), {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions,
  });
}

const suggestion = ' Did you mean ';
