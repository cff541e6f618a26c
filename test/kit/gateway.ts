import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type GraphQLFormattedError, print } from 'graphql';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { createGateway } from '../../src/gateway.ts';
import { sandboxPlatformKey } from '../../src/sandbox-settings.ts';

export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data | null | undefined;
  readonly errors: readonly GraphQLFormattedError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly sandbox: Sandbox;
  /** Runs a document as a caller (`sandbox-owner` unless told). */
  query<Data, Variables>(
    document: TypedDocumentNode<Data, Variables> | string,
    variables?: Variables,
    options?: { readonly caller?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Answer<Data>>;
  /** How often the sandbox was asked for an endpoint so far. */
  requests(endpoint: string): Promise<number>;
  /** A control call to the sandbox. */
  control(path: string, body?: unknown): Promise<unknown>;
}

interface TestGatewayOptions {
  readonly dialect?: 'documented' | 'live';
  readonly settings?: Partial<Config>;
  readonly clock?: Clock;
  readonly hasPlatform?: boolean;
  /** One that is there already, and outlives the gateway. */
  readonly over?: Sandbox;
  /** The sandbox's wall time, where it is not the machine's. */
  readonly wallNow?: () => number;
}

/** A gateway and a sandbox of its own, in this process, over real sockets on free ports. */
export async function startTestGateway({
  dialect = 'documented',
  settings = {},
  clock = systemClock,
  hasPlatform = true,
  over,
  wallNow = Date.now,
}: TestGatewayOptions = {}): Promise<TestGateway> {
  const sandbox = over ?? (await createSandbox({ port: 0, now: '2026-11-15T10:00:00Z', wallNow }));
  const origin = dialect === 'live' ? sandbox.origins.makeLive : sandbox.origins.makeDocumented;
  const { platform: _, ...defaults } = readConfig({});
  const gateway = await createGateway(
    {
      ...defaults,
      port: 0,
      logLevel: 'silent',
      make: { ...defaults.make, dialect, url: `${origin}/api/v2` },
      ...(hasPlatform && { platform: { url: sandbox.origins.platform, key: sandboxPlatformKey } }),
      ...settings,
    },
    clock,
  );

  async function control(path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${sandbox.origins.makeDocumented}/__sandbox/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  return {
    url: gateway.url,
    sandbox,
    async query<Data, Variables>(
      document: TypedDocumentNode<Data, Variables> | string,
      variables?: Variables,
      options: { readonly caller?: string; readonly headers?: Readonly<Record<string, string>> } = {},
    ): Promise<Answer<Data>> {
      const { caller = 'sandbox-owner', headers } = options;
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${caller}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: typeof document === 'string' ? document : print(document), variables }),
      });
      const body = (await response.json()) as Partial<Answer<Data>>;
      return {
        status: response.status,
        headers: response.headers,
        data: body.data,
        errors: body.errors ?? [],
        extensions: body.extensions,
      };
    },
    async requests(endpoint) {
      const stats = (await control('stats')) as { requests: Readonly<Record<string, number>> };
      return stats.requests[endpoint] ?? 0;
    },
    control,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      if (over === undefined) await sandbox.close();
    },
  };
}
