import type { IncomingMessage } from 'node:http';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Config } from '../config.ts';
import type { Log } from '../telemetry/log.ts';
import { type Admission, useAdmission } from './admission.ts';
import { rememberDocuments } from './documents.ts';
import type { EventStreams } from './event-streams.ts';
import type { Exchange } from './exchange.ts';
import { useLimits } from './limits/use-limits.ts';
import type { OperationMetrics } from './metrics/operation-metrics.ts';
import type { OperationParts } from './operation.ts';
import { useOperationKinds } from './operation-kinds.ts';
import { presentError } from './present-errors.ts';
import { useRequestReader } from './read-request.ts';
import { readTrustedDocuments, useTrustedDocuments } from './trusted-documents.ts';
import { useIntrospection } from './use-introspection.ts';
import { useOperation } from './use-operation.ts';

interface ServerContext {
  readonly exchange: Exchange;
  /** Where the operation came by HTTP: its body is read from here. */
  readonly incoming?: IncomingMessage;
}

export type GraphqlHandler = YogaServerInstance<ServerContext, object>;

export function createGraphqlHandler(
  schema: GraphQLSchema,
  parts: OperationParts,
  {
    introspection,
    limits,
    trustedDocuments,
    sockets,
  }: Pick<Config, 'introspection' | 'limits' | 'trustedDocuments' | 'sockets'>,
  admission: Admission,
  streams: EventStreams,
  measure: OperationMetrics,
  log: Log,
): GraphqlHandler {
  return createYoga<ServerContext, object>({
    schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    logging: false,
    maxRequestBodySize: false,
    parserAndValidationCache: rememberDocuments(),
    maskedErrors: { maskError: (error: unknown) => presentError(error, log) },
    plugins: [
      useAdmission(admission),
      useRequestReader(limits),
      useLimits(limits),
      useTrustedDocuments(trustedDocuments, readTrustedDocuments(trustedDocuments, schema)),
      useOperationKinds(sockets.operations),
      useIntrospection(introspection),
      useOperation(parts, log),
      useRequestErrors(log),
      streams.plugin,
      measure.plugin,
    ],
  });
}

/** Every error says which request it belongs to, and a document that was not run at all is answered with 400. */
function useRequestErrors(log: Log): Plugin<object, { exchange: Exchange }> {
  return {
    onResultProcess(event) {
      const { result, serverContext, request } = event;
      if (Array.isArray(result) || !('errors' in result) || result.errors === undefined) return;
      const { requestId } = serverContext.exchange;
      const http = result.data === undefined ? { http: { status: 400 } } : {};
      const errors = result.errors.map((error) => presentError(error, log, { ...http, requestId }));
      if (result.data === undefined && asksForPlainJson(request)) errors.forEach(answerAsPlainJson);
      event.setResult({ ...result, errors });
    },
  };
}

/** Who names no type but `application/json` knows the status of the transport alone. */
function asksForPlainJson({ headers }: Request): boolean {
  const accepted = headers.get('accept')?.split(',') ?? [];
  return accepted.length > 0 && accepted.every((type) => type.trim().startsWith('application/json'));
}

/** What is wrong with the document or its variables is then an answer like others, as GraphQL over HTTP has it. */
function answerAsPlainJson({ extensions, locations }: GraphQLError): void {
  const isAboutVariables = extensions['code'] === 'BAD_USER_INPUT' && locations !== undefined;
  if (extensions['code'] === 'DOCUMENT_INVALID' || isAboutVariables) extensions['http'] = { status: 200 };
}
