import type { Random } from './kernel/random.ts';
import type { Timeline } from './kernel/timeline.ts';
import type { MakeAdmin } from './make-admin/state.ts';
import type { MakeBilling } from './make-billing/state.ts';
import type { Organization, User } from './organizations/organizations.ts';
import type { Platform } from './platform/state.ts';

/** Everything the three APIs speak of. One object, so that they cannot disagree. */
export interface World {
  readonly id: string;
  readonly seed: string;
  readonly random: Random;
  readonly timeline: Timeline;
  /** The midnight UTC at which history ends: today's, when the world begins. */
  readonly historyEndsAt: number;
  readonly organizations: ReadonlyMap<number, Organization>;
  readonly users: ReadonlyMap<number, User>;
  readonly makeBilling: MakeBilling;
  readonly makeAdmin: MakeAdmin;
  readonly platform: Platform;
  /** Tells the webhook sender of something that happened on the platform. Silent while history is made. */
  readonly announce: (event: { readonly type: string; readonly data: unknown }) => void;
}
