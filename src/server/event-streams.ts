import { GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { CredentialWatch } from '../access/credential-watch.ts';
import { Failure } from '../domain/failure.ts';
import type { Log } from '../telemetry/log.ts';
import { type Endable, endable } from './endable.ts';
import type { Exchange } from './exchange.ts';
import { createPlaces } from './places.ts';
import { presentError } from './present-errors.ts';
import { presentResult, type Result } from './present-result.ts';

/** Subscriptions that are answered over HTTP, as event streams. */
export interface EventStreams {
  readonly plugin: Plugin<{ exchange: Exchange }, { exchange: Exchange }>;
  /** How many there are. */
  open(): number;
  /** Completes the streams there are, and those that are about to begin. */
  stop(): void;
}

interface EventStreamsParts {
  /** So many subscriptions over HTTP for each caller at a time. */
  readonly perCaller: number;
  readonly credentials: CredentialWatch;
  readonly log: Log;
}

const retryAfterSeconds = 5;

/** To stand behind the plugins that write errors: over a stream that has begun, their HTTP status means nothing. */
export function createEventStreams({ perCaller, credentials, log }: EventStreamsParts): EventStreams {
  const places = createPlaces(perCaller);
  const open = new Set<Endable<Result>>();
  const streamed = new WeakSet<Request>();
  let isStopping = false;

  /** Bounded in number and in time; the source is let go of when the client is gone. */
  function supervise(
    source: AsyncIterable<Result>,
    freePlace: () => void,
    { caller, requestId }: Exchange,
    clientGone: AbortSignal,
  ): Endable<Result> {
    const end = (): void => stream.end();
    const stream = endable(
      source,
      (result) => presentResult(result, log, requestId),
      () => {
        open.delete(stream);
        freePlace();
        stopWatching();
        clientGone.removeEventListener('abort', end);
      },
    );
    const stopWatching = credentials.watch(caller, (how) => {
      const sentence = how === 'expired' ? 'The credential has expired.' : 'The credential was revoked.';
      stream.end({ errors: [presentError(new Failure('UNAUTHENTICATED', sentence), log, { requestId })] });
    });
    open.add(stream);
    clientGone.addEventListener('abort', end);
    if (clientGone.aborted || isStopping) end();
    return stream;
  }

  return {
    plugin: {
      onParse({ context }) {
        if (wantsEvents(context.request)) streamed.add(context.request);
      },
      onResultProcess(event) {
        const { request, result } = event;
        const { exchange } = event.serverContext;
        if (isAsyncIterable(result)) {
          const freePlace = places.take(exchange.caller.name);
          if (freePlace !== null) {
            return event.setResult(supervise(result, freePlace, exchange, request.signal));
          }
          supervise(result, () => {}, exchange, request.signal).end();
          return event.setResult({ errors: [tooManyStreams(perCaller, exchange, log)] });
        }
        // what was read as a document is answered in the stream, also where it was refused
        if (Array.isArray(result) || result.errors === undefined || !streamed.has(request)) return;
        event.setResult({ ...result, errors: result.errors.map(withoutStatus) });
      },
      onResponse({ response }) {
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
        if (isStream === true) response.headers.set('x-accel-buffering', 'no');
      },
    },
    open: () => open.size,
    stop() {
      isStopping = true;
      for (const stream of open) stream.end();
    },
  };
}

/** Does the client take its answer as an event stream, and nothing else? */
function wantsEvents(request: Request): boolean {
  const accepted = request.headers.get('accept')?.split(',') ?? [];
  return accepted.length > 0 && accepted.every((type) => type.trim().startsWith('text/event-stream'));
}

function tooManyStreams(limit: number, { requestId }: Exchange, log: Log): GraphQLError {
  const failure = new Failure('OVERLOADED', 'Too many event streams of this caller.', {
    retryAfter: retryAfterSeconds,
    limit,
    setting: 'sockets.streamsPerCaller',
  });
  const http = { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } };
  return presentError(failure, log, { requestId, http });
}

function withoutStatus(error: GraphQLError): GraphQLError {
  const { http: _http, ...extensions } = error.extensions;
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    path: error.path,
    extensions,
  });
}
