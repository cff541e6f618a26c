import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import type { Log } from '../telemetry/log.ts';
import type { EventStreams } from './event-streams.ts';
import type { Exchange } from './exchange.ts';
import { useOperationKinds } from './operation-kinds.ts';
import { presentError } from './present-errors.ts';
import { readTrustedDocuments, useTrustedDocuments } from './trusted-documents.ts';
import { type OperationParts, useOperation } from './use-operation.ts';

export type GraphqlHandler = YogaServerInstance<{ exchange: Exchange }, object>;

/** Documents are remembered up to this many characters in all: their number alone would not bound them. */
const rememberedCharacters = 8_000_000;
const largestBodyBytes = 1_000_000;

export function createGraphqlHandler(
  schema: GraphQLSchema,
  parts: OperationParts,
  {
    introspection,
    trustedDocuments,
    sockets,
  }: Pick<Config, 'introspection' | 'trustedDocuments' | 'sockets'>,
  streams: EventStreams,
  log: Log,
): GraphqlHandler {
  return createYoga<{ exchange: Exchange }, object>({
    schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    logging: false,
    maxRequestBodySize: largestBodyBytes,
    parserAndValidationCache: {
      documentCache: rememberDocuments(),
      errorCache: rememberDocuments(),
    },
    maskedErrors: { maskError: (error: unknown) => presentError(error, log) },
    plugins: [
      useUrlParameters(),
      useTrustedDocuments(trustedDocuments, readTrustedDocuments(trustedDocuments, schema)),
      useOperationKinds(sockets.operations),
      useIntrospection(introspection),
      useOperation(parts),
      useRequestErrors(log),
      streams.plugin,
    ],
  });
}

function rememberDocuments<Value extends object>(): LRUCache<string, Value> {
  return new LRUCache({
    maxSize: rememberedCharacters,
    // a parsed document weighs many times its text
    sizeCalculation: (_value, document) => 1 + document.length,
  });
}

/** Yoga would let JSON.parse's own error out of what a URL gives. */
function useUrlParameters(): Plugin {
  return {
    onRequestParse({ request, url }) {
      if (request.method !== 'GET') return;
      const isBroken = ['variables', 'extensions'].some((name) => !isJson(url.searchParams.get(name)));
      if (isBroken) throw new GraphQLError('Not JSON', { extensions: { http: { status: 400 } } });
    },
  };
}

function isJson(parameter: string | null): boolean {
  if (parameter === null || parameter === '') return true;
  try {
    JSON.parse(parameter);
    return true;
  } catch {
    return false;
  }
}

/** Every error says which request it belongs to, and a document that was not run at all is answered with 400. */
function useRequestErrors(log: Log): Plugin<object, { exchange: Exchange }> {
  return {
    onResultProcess(event) {
      const { result, serverContext } = event;
      if (Array.isArray(result) || !('errors' in result) || result.errors === undefined) return;
      const { requestId } = serverContext.exchange;
      const http = result.data === undefined ? { http: { status: 400 } } : {};
      const errors = result.errors.map((error) => presentError(error, log, { ...http, requestId }));
      event.setResult({ ...result, errors });
    },
  };
}

/** Introspection for everybody, nobody or operators alone. */
function useIntrospection(allowed: Config['introspection']): Plugin<{ exchange: Exchange }> {
  return {
    onValidate: (validation) => {
      const { caller } = validation.context.exchange;
      if (allowed === 'on' || (allowed === 'operators' && caller.isOperator)) return;
      validation.addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  };
}
