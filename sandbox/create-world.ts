import { createRandom } from './kernel/random.ts';
import { addMonths, dayStart } from './kernel/time.ts';
import { createTimeline } from './kernel/timeline.ts';
import { beginMakeAdmin } from './make-admin/history.ts';
import { createMakeAdminState } from './make-admin/state.ts';
import { beginMakeBilling } from './make-billing/history.ts';
import { createMakeBillingState } from './make-billing/state.ts';
import { createOrganizations } from './organizations/organizations.ts';
import { beginPlatform } from './platform/history.ts';
import { createPlatformState } from './platform/state.ts';
import type { World } from './world.ts';

const historyMonths = 30;

interface Genesis {
  readonly id: string;
  readonly seed: string;
  /** World time at which the present begins. */
  readonly now: number;
  readonly wallNow: () => number;
  readonly announce: World['announce'];
}

/** A world with its history behind it. The same seed and the same day of `now` give the same one. */
export function createWorld({ id, seed, now, wallNow, announce }: Genesis): World {
  const historyEndsAt = dayStart(now);
  const createdAt = addMonths(historyEndsAt, -historyMonths);
  const random = createRandom(seed);
  const timeline = createTimeline(wallNow);
  const organizations = createOrganizations(random.fork('organizations'), createdAt);
  const users = [...organizations.values()].flatMap((organization) => organization.users);
  const world: World = {
    id,
    seed,
    random,
    timeline,
    historyEndsAt,
    organizations,
    users: new Map(users.map((user) => [user.id, user])),
    makeBilling: createMakeBillingState(),
    makeAdmin: createMakeAdminState(),
    platform: createPlatformState(),
    announce(event) {
      if (!timeline.isHistory) announce(event);
    },
  };
  timeline.runTo(createdAt);
  beginMakeBilling(world);
  beginMakeAdmin(world);
  beginPlatform(world);
  timeline.startPresent(now);
  return world;
}
