import type { z } from 'zod';
import type { CacheClass } from './cache-classes.ts';
import type { Foresight } from './foresight.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One endpoint of an upstream, as a datasource describes it: a constant beside its wire schema. */
export interface Endpoint<Value> {
  readonly method: Method;
  /** `/organizations/{organizationId}/payments`. Parameters are checked and encoded, each is one path segment. */
  readonly path: string;
  /** Reads the answer's body into a value of the domain. */
  readonly answer: z.ZodType<Value>;
  /** How long its answers live. Left out: never cached. */
  readonly cache?: CacheClass;
  /** The upstream's limit group (`invoices`), where it limits by endpoint and not by account alone. */
  readonly group?: string;
  /** An answer without a body is right (a delete): `answer` reads `undefined`. */
  readonly mayBeEmpty?: boolean;
  /** An `error` beside the data is part of the answer (a delete that was done in part). */
  readonly mayCarryError?: boolean;
  /** A refusal with this status whose body reads as an answer is one (the same delete, told in another way). */
  readonly alsoAnswersWith?: number;
  /** What the words of a refusal mean, in a code that tells more than its own. Asked of refusals with a 4xx alone. */
  readonly codeOfWords?: (texts: readonly string[]) => string | undefined;
  /** The answer is a file of this media type, not JSON: `answer` reads its bytes, a `Uint8Array`. */
  readonly file?: string;
}

/** `GET /organizations/{organizationId}/payments`: names an endpoint in breakers, metrics and logs. */
export function endpointName({ method, path }: Pick<Endpoint<unknown>, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** Whose credential a call carries, to which host. Buckets and cache keys are the account's. */
export interface Account {
  /** `make:1001`, `platform`: names the bucket, and keeps what one account may see from every other. */
  readonly key: string;
  /** `https://eu1.make.com/api/v2`, without a slash at its end. */
  readonly baseUrl: string;
  /** The `authorization` header. Read for each call, and once more after a 401, so that it can be rotated. */
  readonly authorization: (again: boolean) => string | Promise<string>;
}

export type QueryValue = string | number | boolean | undefined | readonly (string | number)[];

/** One call: an endpoint with what fills it in. */
export interface Call<Value> {
  readonly endpoint: Endpoint<Value>;
  readonly account: Account;
  readonly params?: Readonly<Record<string, string | number>>;
  /** A list is sent as the name repeated; names are sent as written (`pg[limit]`), encoded. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  /**
   * What the answer is made of (`organization:1001:subscription`). Once a call that is no GET has been sent, whatever
   * came of it, the cached answers with one of its tags are dropped.
   */
  readonly tags?: readonly string[];
}

/** Calls to one limit share a bucket: the account's, or one for each group of its endpoints. */
export function bucketOf({ endpoint, account }: Pick<Call<unknown>, 'endpoint' | 'account'>): string {
  return endpoint.group === undefined ? account.key : `${account.key}:${endpoint.group}`;
}

export const priorities = ['mutation', 'query', 'poll', 'export'] as const;
export type Priority = (typeof priorities)[number];

/** On whose behalf, and how long it may take. Made once for an operation and handed down to every call of it. */
export interface Errand {
  /** Aborted when the client has gone or the operation is over. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds after which nobody waits for the answer. */
  readonly deadline: number;
  readonly priority: Priority;
  /** Who shares a bucket's turn: first by organization, then by caller. */
  readonly organization?: string;
  readonly caller: string;
  /** Epoch milliseconds at which the operation began: a `maxAge` of 0 joins only a request that began after it. */
  readonly startedAt: number;
  /** The oldest answer that will do, in seconds; left out, what the cache class allows. */
  readonly maxAge?: number;
  /** Epoch milliseconds from which on an answer is as new as is wished; an older one is shown for want of a better. */
  readonly asOf?: number;
  /** What this operation was told itself does not do either: it is asked again, which is on top of its price. */
  readonly isAgain?: boolean;
  /** Counts what the operation spent. */
  readonly meter: Meter;
  /** Awaited when a change has its turn, before it leaves: where it fails, nothing is sent. */
  readonly beforeSending?: () => Promise<void>;
  /** Set while the operation is only being looked at: it is told what would be sent, and nothing is. */
  readonly foresight?: Foresight;
}

export interface Meter {
  upstreamRequests: number;
  /** Those among them that asked again what was asked and not answered. */
  retries: number;
  cacheHits: number;
  /** Answers that came from a request which another operation or field had under way. */
  coalesced: number;
  /** Requests sent, by bucket. */
  readonly buckets: Map<string, number>;
}

export function createMeter(): Meter {
  return { upstreamRequests: 0, retries: 0, cacheHits: 0, coalesced: 0, buckets: new Map() };
}

export interface Answer<Value> {
  readonly value: Value;
  /** Epoch milliseconds at which the upstream answered. */
  readonly fetchedAt: number;
  /** Older than its class allows: shown while it is renewed, or because the upstream could not be asked. */
  readonly isStale: boolean;
}

/** What a datasource holds of the pipeline. */
export interface Upstream {
  request<Value>(call: Call<Value>, errand: Errand): Promise<Answer<Value>>;
  /** Drops every cached answer that carries one of the tags; a request under way will not be kept either. */
  invalidate(tags: readonly string[]): void;
  /** What asking would find in the cache, without asking: `fresh` costs no request, `stale` one that nobody waits for. */
  peek(call: Call<unknown>, maxAge?: number): 'fresh' | 'stale' | 'absent';
}
