import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Allowance } from '../domain/allowance.ts';
import type { Clock } from '../domain/clock.ts';
import { Failure } from '../domain/failure.ts';
import type { Limits } from '../limit-settings.ts';
import type { Exchange } from './exchange.ts';

/** Lets in as many operations as the gateway can bear, and as each caller may ask for. */
export interface Admission {
  /** Nothing is let in until something ends; known without reading a request. */
  isFull(): boolean;
  /** Operations under way. */
  inFlight(): number;
  /** Takes a place for an operation. The answer frees it. Throws OVERLOADED or RATE_LIMITED. */
  admit(caller: string): () => void;
  /** What the caller has left of its minute. Asking spends nothing. */
  allowanceOf(caller: string): Allowance;
  /** Once nothing is under way. */
  idle(): Promise<void>;
}

/** Of callers that were not heard of lately nothing is remembered: their allowance has filled up again. */
const rememberedCallers = 10_000;
const minuteMs = 60_000;
/** Operations are short: a place is free soon. */
const placeAfterSeconds = 1;

type AdmissionLimits = Pick<Limits, 'operationsInFlight' | 'operationsPerCaller' | 'requestsPerMinute'>;

export function createAdmission(limits: AdmissionLimits, clock: Clock): Admission {
  const { operationsInFlight, operationsPerCaller, requestsPerMinute } = limits;
  const allowances = new LRUCache<string, { left: number; at: number }>({ max: rememberedCallers });
  const underWay = new Map<string, number>();
  let inFlight = 0;
  let onIdle: (() => void)[] = [];

  /** An allowance fills up evenly; a whole minute's can be used at once. */
  function filledAt(now: number, caller: string): number {
    const { left, at } = allowances.get(caller) ?? { left: requestsPerMinute, at: now };
    return Math.min(requestsPerMinute, left + ((now - at) / minuteMs) * requestsPerMinute);
  }

  function spend(caller: string): void {
    const now = clock.now();
    const filled = filledAt(now, caller);
    if (filled < 1) {
      const waitMs = ((1 - filled) / requestsPerMinute) * minuteMs;
      throw new Failure(
        'RATE_LIMITED',
        `The caller has used its ${requestsPerMinute} requests a minute to the gateway.`,
        { retryAfter: Math.ceil(waitMs / 1000) },
      );
    }
    allowances.set(caller, { left: filled - 1, at: now });
  }

  return {
    isFull: () => inFlight >= operationsInFlight,
    inFlight: () => inFlight,
    admit(caller) {
      if (inFlight >= operationsInFlight) throw overloaded();
      const own = underWay.get(caller) ?? 0;
      if (own >= operationsPerCaller) {
        throw new Failure(
          'RATE_LIMITED',
          `The caller has ${own} operations under way; no more are run at a time.`,
          { retryAfter: placeAfterSeconds },
        );
      }
      spend(caller);
      inFlight += 1;
      underWay.set(caller, own + 1);
      return () => {
        inFlight -= 1;
        const left = (underWay.get(caller) ?? 1) - 1;
        if (left === 0) underWay.delete(caller);
        else underWay.set(caller, left);
        if (inFlight > 0) return;
        for (const resolve of onIdle) resolve();
        onIdle = [];
      };
    },
    allowanceOf(caller) {
      const now = clock.now();
      const filled = filledAt(now, caller);
      return {
        limit: requestsPerMinute,
        remaining: Math.floor(filled),
        fullAt: now + Math.ceil(((requestsPerMinute - filled) / requestsPerMinute) * minuteMs),
      };
    },
    idle: () =>
      inFlight === 0 ? Promise.resolve() : new Promise<void>((resolve) => void onIdle.push(resolve)),
  };
}

export const overloaded = (): Failure =>
  new Failure('OVERLOADED', 'The gateway has as many operations under way as it can bear.', {
    retryAfter: placeAfterSeconds,
  });

/** What of a refusal is said in HTTP's own words. */
export function httpOfRefusal({ code, details }: Failure): {
  status: number;
  headers: Record<string, string>;
} {
  return {
    status: code === 'OVERLOADED' ? 503 : 429,
    headers: { 'retry-after': String(details.retryAfter) },
  };
}

/** Operations take their place before their document is looked at, whichever way they came; a subscription frees it once it stands. */
export function useAdmission(admission: Admission): Plugin<object, { exchange: Exchange }> {
  return {
    onParams({ context, paramsHandler, setParamsHandler }) {
      setParamsHandler(async (payload) => {
        const free = admitted(admission, context.exchange.caller.name);
        try {
          return await paramsHandler(payload);
        } finally {
          free();
        }
      });
    },
  };
}

function admitted(admission: Admission, caller: string): () => void {
  try {
    return admission.admit(caller);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new GraphQLError(error.message, {
      originalError: error,
      extensions: { http: httpOfRefusal(error) },
    });
  }
}
