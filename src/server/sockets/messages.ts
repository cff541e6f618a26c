import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { extentOf } from '../limits/check-value.ts';
import type { Result } from '../present-result.ts';
import { textFrame } from './frame.ts';

/** JSON objects as they came: nothing of them is copied. */
const record = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const id = z.string().min(1);

/** What a client may send: graphql-transport-ws, with `documentId` in the place of `query`. */
const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_init'), payload: record.nullish() }),
  z.object({ type: z.literal('ping'), payload: record.nullish() }),
  z.object({ type: z.literal('pong'), payload: record.nullish() }),
  z.object({
    type: z.literal('subscribe'),
    id,
    payload: z
      .looseObject({
        query: z.string().nullish(),
        documentId: z.string().nullish(),
        operationName: z.string().nullish(),
        variables: record.nullish(),
        extensions: record.nullish(),
      })
      .refine(({ query, documentId }) => query != null || documentId != null),
  }),
  z.object({ type: z.literal('complete'), id }),
]);

export type ClientMessage = z.output<typeof message>;
export type SubscribePayload = Extract<ClientMessage, { type: 'subscribe' }>['payload'];

/** More than any setting lets a value nest. What nests deeper could not be written back: a ping's payload is. */
const deepestMessage = 100;

/** Undefined for what is no message of the protocol. */
export function readMessage(text: string): ClientMessage | undefined {
  if (extentOf(text).depth > deepestMessage) return undefined;
  try {
    return message.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const longestReasonBytes = 123;

/** A close frame has room for a short reason only; a longer one is cut between characters. */
export function cutReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= longestReasonBytes) return reason;
  return bytes
    .subarray(0, longestReasonBytes)
    .toString()
    .replace(/\uFFFD$/, '');
}

export function nextMessage(id: string, result: Result): string {
  return beginOfNext(id) + restOfNext(result);
}

const bytesOfRest = new WeakMap<Result, Buffer>();

/** As `nextMessage`, for a result that may go to many: all but the beginning is made into bytes once. */
export function nextFrame(begin: Buffer, result: Result): Buffer {
  const known = bytesOfRest.get(result);
  if (known !== undefined) return textFrame(begin, known);
  const rest = Buffer.from(restOfNext(result));
  bytesOfRest.set(result, rest);
  return textFrame(begin, rest);
}

export const beginOfNext = (id: string): string => `{"id":${JSON.stringify(id)},"type":"next","payload":`;

const restOfNext = (result: Result): string =>
  `${result.stringify?.(result) ?? JSON.stringify(formatted(result))}}`;

export function errorMessage(id: string, errors: readonly GraphQLError[]): string {
  return JSON.stringify({ id, type: 'error', payload: errors.map(formattedError) });
}

export function completeMessage(id: string): string {
  return JSON.stringify({ id, type: 'complete' });
}

export function pongMessage(payload: unknown): string {
  return JSON.stringify({ type: 'pong', payload: payload ?? undefined });
}

function formatted({ errors, ...rest }: Result): object {
  return errors === undefined ? rest : { ...rest, errors: errors.map(formattedError) };
}

/** An HTTP status means nothing here. */
function formattedError(error: GraphQLError): object {
  const { extensions, ...rest } = error.toJSON();
  const { http: _http, ...more } = extensions ?? {};
  return { ...rest, extensions: more };
}
