export const organizationPlans = ['FREE', 'CORE', 'PRO', 'TEAMS', 'ENTERPRISE', 'UNKNOWN'] as const;
export type OrganizationPlan = (typeof organizationPlans)[number];

/** Requests a minute that Make allows an organization of the plan; null where that is not known. */
export const requestsPerMinuteOf: Readonly<Record<OrganizationPlan, number | null>> = {
  FREE: 30,
  CORE: 60,
  PRO: 120,
  TEAMS: 240,
  ENTERPRISE: 1000,
  UNKNOWN: null,
};

export interface Team {
  /** Make's number. */
  readonly id: number;
  readonly name: string;
}

/** What Make tells of an organization. */
export interface OrganizationProfile {
  readonly name: string;
  readonly zone: string | null;
  /** As Make writes it. */
  readonly planName: string | null;
  /** Null where Make does not tell one. */
  readonly plan: OrganizationPlan | null;
  /** Make's own figure for the requests a minute. */
  readonly requestsPerMinute: number | null;
  /** What the plan allows, by Make's own names; which there are depends on the plan. */
  readonly license: Readonly<Record<string, unknown>> | null;
  readonly isPaused: boolean | null;
  readonly teams: readonly Team[];
}

/** `Core`, `Pro (yearly)`, `Make Teams` → the plan that the name speaks of. */
export function planFromName(name: string): OrganizationPlan {
  const words = name.toUpperCase().split(/[^A-Z]+/);
  return organizationPlans.find((plan) => words.includes(plan)) ?? 'UNKNOWN';
}
