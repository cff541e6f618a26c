import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createDirectory, type Registration, registrationOf } from '../../src/datasources/directory.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { Failure, type UpstreamName } from '../../src/domain/failure.ts';
import { createCache } from '../../src/upstream/cache.ts';
import type { Errand } from '../../src/upstream/call.ts';
import { createLimiter, type Limiter } from '../../src/upstream/limiter.ts';
import { createUpstream, type UpstreamPipeline } from '../../src/upstream/upstream.ts';

interface TestSource extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly config: Config;
  readonly limiter: Limiter;
  /** The pipeline as the gateway has it, its cache on. */
  readonly upstream: UpstreamPipeline;
  readonly organization: (id: number) => Registration;
  readonly errand: (wish?: Partial<Errand>) => Errand;
  /** What the sandbox itself answers to an organization. */
  readonly raw: (id: number, path: string) => Promise<ReturnType<typeof JSON.parse>>;
  /** A control call to the sandbox. */
  readonly control: (path: string, body?: unknown) => Promise<ReturnType<typeof JSON.parse>>;
  /** Plays a fault on the next call of an endpoint. */
  readonly spoil: (endpoint: string, fault: string, field?: string) => Promise<void>;
  /** How often each endpoint was asked so far. */
  readonly requests: () => Promise<Readonly<Record<string, number>>>;
}

/** A sandbox whose time stands still and which counts without limits, and a pipeline to one of its APIs. */
export async function startTestSource(
  name: UpstreamName,
  dialect: 'documented' | 'live' = 'documented',
): Promise<TestSource> {
  const wall = Date.now();
  const sandbox = await createSandbox({
    port: 0,
    now: '2026-11-15T10:00:00Z',
    wallNow: () => wall,
    limits: 'off',
  });
  const { makeLive, makeDocumented, platform } = sandbox.origins;
  const defaults = readConfig({ MAKE_DIALECT: dialect });
  const url = `${dialect === 'live' ? makeLive : makeDocumented}/api/v2`;
  const config: Config = {
    ...defaults,
    make: { ...defaults.make, url },
    ...(defaults.platform && { platform: { ...defaults.platform, url: platform } }),
  };
  const directory = createDirectory(config);
  const limiter = createLimiter({ clock: systemClock });
  for (const { account } of directory.values()) {
    limiter.learnLimit(account.key, 1000, 'configuration');
    limiter.learnLimit(`${account.key}:account`, 1000, 'configuration');
  }
  const upstream = createUpstream({
    name,
    clock: systemClock,
    limiter,
    cache: createCache(),
    random: () => 0,
  });
  const organization = (id: number): Registration => registrationOf(directory, id);

  async function control(path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> {
    const response = await fetch(`${makeDocumented}/__sandbox/${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  return {
    sandbox,
    config,
    limiter,
    upstream,
    organization,
    control,
    errand: (wish) => ({
      signal: new AbortController().signal,
      deadline: Date.now() + 30_000,
      priority: 'query',
      caller: 'someone',
      startedAt: Date.now(),
      meter: { upstreamRequests: 0, retries: 0, cacheHits: 0, coalesced: 0, buckets: new Map() },
      ...wish,
    }),
    async raw(id, path) {
      const authorization = await organization(id).account.authorization(false);
      const response = await fetch(`${url}${path}`, { headers: { authorization } });
      return response.json();
    },
    async spoil(endpoint, fault, field) {
      await control('faults', { endpoint, fault, times: 1, ...(field !== undefined && { field }) });
    },
    requests: async () => (await control('stats')).requests,
    async [Symbol.asyncDispose]() {
      await upstream.close();
      await sandbox.close();
    },
  };
}

/** The failure that a call ends in. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof Failure) return failure;
  throw new Error(`no failure but ${String(failure)}`);
}
