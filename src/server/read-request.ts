import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { Failure } from '../domain/failure.ts';
import { type Limits, limitVariables } from '../limit-settings.ts';
import { extentOf } from './limits/check-value.ts';
import { refuseAbove } from './limits/refuse-above.ts';

/** Around the variables of a body stand the body itself and the object of all variables. */
const levelsAroundValues = 2;

/** Reads what is to be run out of a body or a URL, within the limits. Their content type has been looked at before. */
export function useRequestReader(limits: Limits): Plugin<object, { incoming?: IncomingMessage }> {
  return {
    onRequestParse({ request, url, setRequestParser, serverContext: { incoming } }) {
      if (request.method === 'POST' && incoming !== undefined) {
        setRequestParser(async () => readBody(await textOf(incoming, limits), limits));
      }
      // Yoga would let JSON.parse's own error out
      if (request.method === 'GET') {
        for (const name of ['variables', 'extensions']) parseJson(url.searchParams.get(name) || '{}');
      }
    },
  };
}

/** What JSON.parse would take long for is refused before. */
function readBody(text: string, limits: Limits): GraphQLParams {
  if (/^\s*\[/.test(text)) {
    throw new Failure(
      'BAD_USER_INPUT',
      'The body is a list: several operations in one request are not taken. Send each as a request of its own.',
    );
  }
  const { depth, items } = extentOf(text);
  refuseAbove(limits, 'valueDepth', Math.max(0, depth - levelsAroundValues));
  refuseAbove(limits, 'listItems', items);
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null) throw notGraphql();
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw notGraphql();
    throw error;
  }
}

const notGraphql = (): GraphQLError =>
  new GraphQLError('Not a GraphQL request', { extensions: { http: { status: 400 } } });

/** Read from the socket itself; what comes beyond the limit is let pass by, so that the client hears why. */
async function textOf(incoming: IncomingMessage, limits: Limits): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > limits.bodyBytes) {
        const failure = bodyTooLarge(limits);
        throw new GraphQLError(failure.message, {
          originalError: failure,
          extensions: { http: { status: 413 } },
        });
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (incoming.errored !== null) throw new DOMException('The client has gone.', 'AbortError');
    incoming.resume();
    throw error;
  }
  return Buffer.concat(chunks, bytes).toString();
}

function bodyTooLarge({ bodyBytes }: Limits): Failure {
  const setting = limitVariables.bodyBytes.variable;
  return new Failure(
    'BAD_USER_INPUT',
    `The body is larger than the ${bodyBytes} bytes that are accepted (${setting}).`,
    { limit: bodyBytes, setting },
  );
}

/** Why a body is not read at all, as its headers tell. */
export function bodyRefusalOf(
  { headers }: IncomingMessage,
  limits: Limits,
): { readonly status: number; readonly failure: Failure } | null {
  const refusal = (status: number, sentence: string) => ({
    status,
    failure: new Failure('BAD_USER_INPUT', sentence),
  });
  if (!isJson(headers['content-type'])) {
    return refusal(415, 'The body is to be JSON: content-type application/json.');
  }
  // what it unpacks to could be a thousand times as large
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refusal(415, 'The body is to come as it is: no content-encoding.');
  }
  const isTooLarge = Number(headers['content-length'] ?? 0) > limits.bodyBytes;
  return isTooLarge ? { status: 413, failure: bodyTooLarge(limits) } : null;
}

/** Forms and plain text are refused: a browser sends them across sites without asking. */
function isJson(contentType: string | undefined): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '');
}
