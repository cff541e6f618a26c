import type { World } from '../world.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Whose credential a call came with. */
export interface Caller {
  /** The organization that a Make token belongs to; null for the token of all of them and for platform keys. */
  readonly organizationId: number | null;
  readonly role: 'owner' | 'admin' | 'team-admin' | 'member';
  readonly canWrite: boolean;
}

/** One request, matched to its endpoint, authenticated, its body parsed. */
export interface Call {
  readonly world: World;
  readonly caller: Caller;
  /** Path parameters by their names in the template, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body; undefined where none was sent. */
  readonly body: unknown;
  /** `http://127.0.0.1:4010`: where the listener that was called can be reached. For links. */
  readonly origin: string;
}

export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  /** Sent instead of `json`, with its own content type. */
  readonly content?: { readonly type: string; readonly data: string | Uint8Array };
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly method: Method;
  /** As the documents print it: `/organizations/{organizationId}/payments`, without the base path. */
  readonly template: string;
  /** The organization whose budget the call draws on, where neither the path nor the body names it in `organizationId`. */
  readonly organizationOf?: (call: Call) => number | undefined;
  /** The call draws on the account's budget, whichever organization the token belongs to. */
  readonly isOfAccount?: boolean;
  /** Reached without a credential and outside the limits: pages that a person opens, such as a hosted checkout. */
  readonly isOpen?: boolean;
  readonly handle: (call: Call) => Reply;
}

/** The answer an endpoint gives when it declines a call. Each dialect writes it in its own form. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** The request's field at fault, and why. */
  readonly field: string | undefined;
  readonly reason: string | undefined;

  constructor(status: number, code: string, message: string, at: { field?: string; reason?: string } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = at.field;
    this.reason = at.reason;
  }
}

export const ok = (json: unknown): Reply => ({ status: 200, json });
export const created = (json: unknown): Reply => ({ status: 201, json });
