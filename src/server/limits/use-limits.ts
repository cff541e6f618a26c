import { type DocumentNode, parse, type Source, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Limits } from '../../limit-settings.ts';
import { checkDocument } from './check-document.ts';
import { checkTokens } from './check-tokens.ts';
import { checkVariables } from './check-value.ts';

/** A document with more faults than this hears of the first ones: telling each takes time. */
const mostFaults = 20;

/** Holds operations to the limits, whichever way they came. A document that is remembered was held to them before. */
export function useLimits(limits: Limits): Plugin {
  function parseWithin(source: string | Source): DocumentNode {
    const text = typeof source === 'string' ? source : source.body;
    checkTokens(text, limits);
    const document = parse(source);
    checkDocument(document, limits);
    return document;
  }
  return {
    onParams({ params }) {
      checkVariables(params.variables, limits);
    },
    onParse({ setParseFn }) {
      setParseFn(parseWithin);
    },
    onValidate({ setValidationFn }) {
      const validateShortly: typeof validate = (schema, document, rules, options) =>
        validate(schema, document, rules, { ...options, maxErrors: mostFaults });
      setValidationFn(validateShortly);
    },
  };
}
