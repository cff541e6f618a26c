import { randomUUID } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import type { Sink } from '../events/audience.ts';
import type { Explain } from './explain.ts';
import type { Result } from './present-result.ts';

/** What is known of a request before its operation is read. */
export interface Exchange {
  readonly requestId: string;
  readonly transport: 'http' | 'websocket';
  readonly caller: Caller;
  /** Why the data is looked at, in the caller's words; for the access log. */
  readonly reason: string | null;
  /** What the operation takes is to be told; null where it may be asked for in the operation itself. */
  readonly explain: Explain | null;
  /** Where the results of a subscription go as they are made; null where they are asked for, one after the other. */
  readonly sink: Sink<Result> | null;
}

const longestReason = 200;

/** The client's own id of the request where it sent a decent one, so that both sides' logs can be joined. */
export function requestIdFrom(sent: unknown): string {
  return typeof sent === 'string' && /^[\w.-]{1,64}$/.test(sent) ? sent : randomUUID();
}

export function reasonFrom(sent: unknown): string | null {
  return typeof sent === 'string' && sent.trim() !== '' ? sent.trim().slice(0, longestReason) : null;
}
