import { createControl } from './kernel/control.ts';
import type { Dialect } from './kernel/dialect.ts';
import type { Endpoint } from './kernel/endpoint.ts';
import { type Listener, listen } from './kernel/listener.ts';
import { documentedDialect, liveDialect } from './kernel/make-dialects.ts';
import { platformDialect } from './kernel/platform-dialect.ts';
import { plain } from './kernel/played-fault.ts';
import { createRouter } from './kernel/router.ts';
import { beginRun, type Run } from './kernel/run.ts';
import { serve } from './kernel/serve.ts';
import { makeAdminDocumented, makeAdminLive } from './make-admin/endpoints.ts';
import { makeBillingDocumented, makeBillingLive } from './make-billing/endpoints.ts';
import { platformEndpoints } from './platform/endpoints.ts';
import type { World } from './world.ts';

interface SandboxOptions {
  /** The first of three ports in a row; 0, the default, takes any three that are free. */
  readonly port?: number;
  readonly host?: string;
  readonly seed?: string;
  /** World time at the start, as ISO 8601 or epoch milliseconds; the wall's when it is left out. */
  readonly now?: string | number;
  /** Wall time, in epoch milliseconds: limits, reset headers, `Date` and `sent_at` go by it. */
  readonly wallNow?: () => number;
  /** Off, calls are counted and never refused: for measuring what a client does at full speed. */
  readonly limits?: 'enforced' | 'off';
  readonly webhookUrls?: readonly string[];
  readonly webhookSecret?: string;
  /** Waited before an event is sent for the second time; doubles with each further attempt. */
  readonly webhookRetryMs?: number;
}

export interface Sandbox extends AsyncDisposable {
  readonly origins: { readonly makeDocumented: string; readonly makeLive: string; readonly platform: string };
  /** The world as it is now; a reset puts another in its place. */
  readonly world: World;
  close(): Promise<void>;
}

interface Surface {
  readonly dialect: Dialect;
  readonly endpoints: readonly Endpoint[];
}

const surfaces: readonly Surface[] = [
  { dialect: documentedDialect, endpoints: [...makeBillingDocumented, ...makeAdminDocumented] },
  { dialect: liveDialect, endpoints: [...makeBillingLive, ...makeAdminLive] },
  { dialect: platformDialect, endpoints: platformEndpoints },
];

const catchUpEveryMs = 1000;

/** Starts the simulated APIs on three ports, over one world. Rejects when a port is taken. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', seed = 'tollgate', wallNow = Date.now } = options;
  const routed = surfaces.map(({ dialect, endpoints }) => ({
    dialect,
    router: createRouter(dialect.basePath, endpoints),
  }));
  const settings = {
    seed,
    now: options.now === undefined ? undefined : new Date(options.now).getTime(),
    wallNow,
    areLimitsEnforced: options.limits !== 'off',
    webhookUrls: options.webhookUrls ?? [],
    webhookSecret: options.webhookSecret ?? 'sandbox-webhook-secret',
    webhookRetryMs: options.webhookRetryMs ?? 1000,
    routeKeys: [...new Set(routed.flatMap(({ router }) => router.limitedKeys))],
  };
  const startedAt = wallNow();
  let resets = 0;
  let run: Run = beginRun(settings, startedAt, resets);

  const control = createControl(
    () => run,
    () => {
      run.webhooks.stop();
      resets += 1;
      run = beginRun(settings, startedAt, resets);
      return run;
    },
  );

  const listenFrom = (first: number): Promise<Listener[]> =>
    listenInARow(
      first,
      routed.map(({ dialect, router }, index) => ({
        host,
        wallNow,
        seed: `${seed}/${index}`,
        headers: dialect.headers,
        answer(incoming) {
          const controlled = control(incoming);
          return controlled === null
            ? serve(run, dialect, router, incoming)
            : { reply: controlled, delivery: plain };
        },
      })),
    );
  const listeners = port === 0 ? await whereFree(() => listenFrom(0)) : await listenFrom(port);

  const ticker = setInterval(() => run.world.timeline.catchUp(), catchUpEveryMs).unref();
  const close = async (): Promise<void> => {
    clearInterval(ticker);
    run.webhooks.stop();
    await closeEach(listeners);
  };
  const [makeDocumented = '', makeLive = '', platform = ''] = listeners.map(({ origin }) => origin);
  return {
    origins: { makeDocumented, makeLive, platform },
    get world() {
      return run.world;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The first listener on the port, each other on the next one. What listens already is closed when one cannot. */
async function listenInARow(
  first: number,
  settings: readonly Omit<Parameters<typeof listen>[0], 'port'>[],
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  let port = first;
  try {
    for (const setting of settings) {
      const listener = await listen({ ...setting, port });
      listeners.push(listener);
      port = Number(new URL(listener.origin).port) + 1;
    }
  } catch (error) {
    await closeEach(listeners);
    throw error;
  }
  return listeners;
}

async function closeEach(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
}

const tries = 50;

/** The system gives a free port; that those behind it are free as well may take some tries. */
async function whereFree<Listeners>(listenSomewhere: () => Promise<Listeners>): Promise<Listeners> {
  for (let left = tries; ; left -= 1) {
    try {
      return await listenSomewhere();
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || left === 1) throw error;
    }
  }
}
