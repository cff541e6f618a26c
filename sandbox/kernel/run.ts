import { createWorld } from '../create-world.ts';
import type { World } from '../world.ts';
import { createFaults, type Faults } from './faults.ts';
import { createLimits, type Limits } from './limits.ts';
import { makeBuckets } from './make-dialects.ts';
import { platformBuckets } from './platform-dialect.ts';
import { createRandom } from './random.ts';
import { createWebhookSender, type WebhookSender } from './webhooks.ts';

/** One life of the sandbox: a world and all that is held about its callers, from a start or reset to the next. */
export interface Run {
  readonly world: World;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly webhooks: WebhookSender;
  /** Calls that arrived, by `GET /template`. */
  readonly requests: Map<string, number>;
}

interface RunSettings {
  readonly seed: string;
  /** World time at the start; the wall's when it is left out. */
  readonly now: number | undefined;
  readonly wallNow: () => number;
  readonly areLimitsEnforced: boolean;
  readonly webhookUrls: readonly string[];
  readonly webhookSecret: string;
  readonly webhookRetryMs: number;
  readonly routeKeys: readonly string[];
}

export function beginRun(settings: RunSettings, startedAt: number, resets: number): Run {
  const { seed, wallNow } = settings;
  const worldId = createRandom(`${seed}/${startedAt}/${resets}`).hex(16);
  const webhooks = createWebhookSender({
    urls: settings.webhookUrls,
    secret: settings.webhookSecret,
    retryMs: settings.webhookRetryMs,
    worldId,
    worldNow: () => world.timeline.now(),
    wallNow,
  });
  const world = createWorld({
    id: worldId,
    seed,
    now: settings.now ?? wallNow(),
    wallNow,
    announce: (event) => webhooks.announce(event),
  });
  return {
    world,
    webhooks,
    limits: createLimits({
      buckets: new Map([...makeBuckets(world), ...platformBuckets]),
      wallNow,
      areEnforced: settings.areLimitsEnforced,
    }),
    faults: createFaults({
      seed,
      routeKeys: settings.routeKeys,
      organizationIds: [...world.organizations.keys()],
    }),
    requests: new Map(),
  };
}
