import { z } from 'zod';
import { type Child, startChild } from './child.ts';
import { type Client, createClient } from './client.ts';

/** Who is compared, and how each is told to show nothing that it has kept. */
export const contestants = [
  { who: 'Tollgate', process: 'tollgate', freshness: 'directive' },
  { who: 'Apollo Server, RESTDataSource', process: 'apollo', freshness: 'header' },
  { who: 'plain Yoga, a fetch per field', process: 'plain-yoga', freshness: 'header' },
] as const;

type Contestant = (typeof contestants)[number];

/** A gateway in a process of its own, and a client of it. */
export interface Contender extends AsyncDisposable {
  readonly who: Contestant['who'];
  readonly client: Client;
  readonly cpuMs: Child['cpuMs'];
}

/** A sandbox in a process of its own, and gateways over it. */
export interface Stage extends AsyncDisposable {
  start(contestant: Contestant): Promise<Contender>;
  /** A control call to the sandbox. */
  control(path: string, body: object): Promise<void>;
  /** How many requests the sandbox was sent since its start. */
  requests(): Promise<number>;
}

const statsShape = z.object({ requests: z.record(z.string(), z.number()) });

export async function openStage(limits: 'enforced' | 'off'): Promise<Stage> {
  const sandbox = await startChild('sandbox', { SANDBOX_LIMITS: limits });
  const { makeDocumented = '', platform = '' } = sandbox.urls;
  const environment = {
    SANDBOX_LIMITS: limits,
    SANDBOX_MAKE: makeDocumented,
    SANDBOX_PLATFORM: platform,
    TOLLGATE_SANDBOX_URL: makeDocumented,
    PORT: '0',
    STORE_URL: 'memory:',
    MAX_UPSTREAM_REQUESTS: '200',
  };
  return {
    async start({ who, process, freshness }) {
      const child = await startChild(process, environment);
      const client = createClient(child.urls['graphql'] ?? '', freshness);
      return {
        who,
        client,
        cpuMs: () => child.cpuMs(),
        async [Symbol.asyncDispose]() {
          await client[Symbol.asyncDispose]();
          await child[Symbol.asyncDispose]();
        },
      };
    },
    async control(path, body) {
      const response = await fetch(`${makeDocumented}/__sandbox/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    async requests() {
      const response = await fetch(`${makeDocumented}/__sandbox/stats`);
      const { requests } = statsShape.parse(await response.json());
      return Object.values(requests).reduce((sum, count) => sum + count, 0);
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}
