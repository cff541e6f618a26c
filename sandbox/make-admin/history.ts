import { dayMs, dayStart } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { planActivity } from './activity.ts';
import { planFounding } from './founding.ts';
import { incidentPlanner } from './incidents.ts';
import { foundScenarios } from './scenarios.ts';
import type { Estate } from './state.ts';

/** Founds every organization's scenarios and sets its people to work, day after day. */
export function beginMakeAdmin(world: World): void {
  const { makeAdmin } = world;
  makeAdmin.random = world.random.fork('make administration');
  makeAdmin.usageSalt = world.random.fork('usage').int(0, 0x7fffffff);
  for (const organization of world.organizations.values()) begin(world, organization);
}

function begin(world: World, organization: Organization): void {
  const estate: Estate = {
    organization,
    random: world.random.fork(`activity ${organization.id}`),
    webhooks: [],
    connections: [],
    keys: [],
    guests: [],
    sessionTimeoutMinutes: 60,
    serial: 0,
  };
  world.makeAdmin.estates.set(organization.id, estate);
  foundScenarios(world, organization);
  planFounding(world, estate);

  const planIncidents = incidentPlanner(world, organization);
  const plan = (day: number): void => {
    planActivity(world, estate, day);
    planIncidents(day);
  };
  plan(dayStart(organization.createdAt) + 2 * dayMs);
  world.timeline.daily(organization.createdAt + 2 * dayMs, (day) => plan(day + dayMs));
}
